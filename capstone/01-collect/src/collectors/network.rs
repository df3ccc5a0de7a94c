use crate::{
    Labels, Metric, Page,
    Unit::{Bytes, Count},
    page::quoted,
    roster::Roster,
};

/// In the order of the line's fields, from the one after the interface's name.
pub(crate) static METRICS: [Metric; 16] = [
    Metric::counter(
        "network.received_bytes",
        Bytes,
        "Bytes received.",
        "/proc/net/dev, receive bytes",
    ),
    Metric::counter(
        "network.received_packets",
        Count,
        "Packets received.",
        "/proc/net/dev, receive packets",
    ),
    Metric::counter(
        "network.received_errors",
        Count,
        "Packets received broken.",
        "/proc/net/dev, receive errs",
    ),
    Metric::counter(
        "network.received_dropped",
        Count,
        "Packets received that were dropped, or missed for want of room.",
        "/proc/net/dev, receive drop",
    ),
    Metric::counter(
        "network.received_fifo",
        Count,
        "Times that the receiver was overrun.",
        "/proc/net/dev, receive fifo",
    ),
    Metric::counter(
        "network.received_frame",
        Count,
        "Packets received of a wrong length, frame or checksum.",
        "/proc/net/dev, receive frame",
    ),
    Metric::counter(
        "network.received_compressed",
        Count,
        "Packets received compressed.",
        "/proc/net/dev, receive compressed",
    ),
    Metric::counter(
        "network.received_multicast",
        Count,
        "Packets received that were sent to a group.",
        "/proc/net/dev, receive multicast",
    ),
    Metric::counter(
        "network.sent_bytes",
        Bytes,
        "Bytes sent.",
        "/proc/net/dev, transmit bytes",
    ),
    Metric::counter(
        "network.sent_packets",
        Count,
        "Packets sent.",
        "/proc/net/dev, transmit packets",
    ),
    Metric::counter(
        "network.sent_errors",
        Count,
        "Packets that failed to be sent.",
        "/proc/net/dev, transmit errs",
    ),
    Metric::counter(
        "network.sent_dropped",
        Count,
        "Packets dropped before sending.",
        "/proc/net/dev, transmit drop",
    ),
    Metric::counter(
        "network.sent_fifo",
        Count,
        "Times that the sender ran empty.",
        "/proc/net/dev, transmit fifo",
    ),
    Metric::counter(
        "network.sent_collisions",
        Count,
        "Collisions on the wire.",
        "/proc/net/dev, transmit colls",
    ),
    Metric::counter(
        "network.sent_carrier",
        Count,
        "Packets that failed for want of a carrier, or in other ways of the wire.",
        "/proc/net/dev, transmit carrier",
    ),
    Metric::counter(
        "network.sent_compressed",
        Count,
        "Packets sent compressed.",
        "/proc/net/dev, transmit compressed",
    ),
];

/// Reads what each interface received and sent.
///
/// Source: proc_pid_net(5), net/core/net-procfs.c of the kernel for what each column adds up.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, interfaces: &mut Roster<Labels>, page: &mut Page<'_>) {
    todo!(
        "devices: Two lines are the head. The name ends at the last colon; METRICS are the fields behind it."
    )
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::{page::tests::run, roster::Roster};

    const HEAD: &str = "Inter-|   Receive\n face |bytes    packets errs\n";

    #[test]
    fn each_column_has_its_name() {
        let text = format!("{HEAD}  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
        let found = run(|page| parse(&text, &mut Roster::default(), page));
        let values: Vec<_> = found
            .lines()
            .filter_map(|line| line.rsplit_once(' '))
            .map(|(_, value)| value)
            .collect();
        assert_eq!(values.join(" "), "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16");
        assert!(
            found.starts_with("network.received_bytes{interface=\"eth0\"} 1\n"),
            "{found}"
        );
        assert!(
            found.contains("network.sent_bytes{interface=\"eth0\"} 9\n"),
            "{found}"
        );
    }

    #[test]
    fn names_are_read_as_they_are() {
        for (line, expected) in [
            ("eth0:7", "network.received_bytes{interface=\"eth0\"} 7\n"),
            ("eth0:1: 7", "network.received_bytes{interface=\"eth0:1\"} 7\n"),
            ("br\"0: 7", "network.received_bytes{interface=\"br\\\"0\"} 7\n"),
            ("eth0 7", "1 faults, line 3: \"eth0 7\" has no colon\n"),
            ("eth0: -7", "1 faults, line 3: \"-7\" is not a whole number\n"),
            ("", ""),
        ] {
            let text = format!("{HEAD}{line}");
            assert_eq!(
                run(|page| parse(&text, &mut Roster::default(), page)),
                expected,
                "{line}"
            );
        }
    }
}
