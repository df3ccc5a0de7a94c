use rustix::param::page_size;

use crate::{
    Metric, Page,
    Unit::{Bytes, Count},
    page::quoted,
};

pub(crate) static METRICS: [Metric; 18] = [
    Metric::gauge(
        "sockets.used",
        Count,
        "Sockets of all families.",
        "/proc/net/sockstat, sockets used",
    ),
    Metric::gauge(
        "sockets.tcp_inuse",
        Count,
        "TCP sockets of IPv4 that are bound or connected.",
        "/proc/net/sockstat, TCP inuse",
    ),
    Metric::gauge(
        "sockets.tcp_orphan",
        Count,
        "TCP sockets that no program has.",
        "/proc/net/sockstat, TCP orphan",
    ),
    Metric::gauge(
        "sockets.tcp_timewait",
        Count,
        "TCP connections that wait out their end.",
        "/proc/net/sockstat, TCP tw",
    ),
    Metric::gauge(
        "sockets.tcp_allocated",
        Count,
        "TCP sockets in any state.",
        "/proc/net/sockstat, TCP alloc",
    ),
    Metric::gauge(
        "sockets.tcp_memory",
        Bytes,
        "Memory in TCP's buffers.",
        "/proc/net/sockstat, TCP mem",
    ),
    Metric::gauge(
        "sockets.udp_inuse",
        Count,
        "UDP sockets of IPv4.",
        "/proc/net/sockstat, UDP inuse",
    ),
    Metric::gauge(
        "sockets.udp_memory",
        Bytes,
        "Memory in UDP's buffers.",
        "/proc/net/sockstat, UDP mem",
    ),
    Metric::gauge(
        "sockets.udplite_inuse",
        Count,
        "UDP-Lite sockets of IPv4.",
        "/proc/net/sockstat, UDPLITE inuse",
    ),
    Metric::gauge(
        "sockets.raw_inuse",
        Count,
        "Raw sockets of IPv4.",
        "/proc/net/sockstat, RAW inuse",
    ),
    Metric::gauge(
        "sockets.fragments",
        Count,
        "IPv4 packets of which fragments are missing.",
        "/proc/net/sockstat, FRAG inuse",
    ),
    Metric::gauge(
        "sockets.fragments_memory",
        Bytes,
        "Memory of IPv4 packets of which fragments are missing.",
        "/proc/net/sockstat, FRAG memory",
    ),
    Metric::gauge(
        "sockets.tcp6_inuse",
        Count,
        "TCP sockets of IPv6 that are bound or connected.",
        "/proc/net/sockstat6, TCP6 inuse",
    ),
    Metric::gauge(
        "sockets.udp6_inuse",
        Count,
        "UDP sockets of IPv6.",
        "/proc/net/sockstat6, UDP6 inuse",
    ),
    Metric::gauge(
        "sockets.udplite6_inuse",
        Count,
        "UDP-Lite sockets of IPv6.",
        "/proc/net/sockstat6, UDPLITE6 inuse",
    ),
    Metric::gauge(
        "sockets.raw6_inuse",
        Count,
        "Raw sockets of IPv6.",
        "/proc/net/sockstat6, RAW6 inuse",
    ),
    Metric::gauge(
        "sockets.fragments6",
        Count,
        "IPv6 packets of which fragments are missing.",
        "/proc/net/sockstat6, FRAG6 inuse",
    ),
    Metric::gauge(
        "sockets.fragments6_memory",
        Bytes,
        "Memory of IPv6 packets of which fragments are missing.",
        "/proc/net/sockstat6, FRAG6 memory",
    ),
];

/// Reads how many sockets there are, from either file: their lines have names of their own.
///
/// Source: net/ipv4/proc.c and net/ipv6/proc.c of the kernel.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    todo!("tables: FAMILY, a colon, then pairs of a name and a number. What is called mem counts pages.")
}

#[cfg(test)]
mod tests {
    use rustix::param::page_size;

    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn numbers_are_found_by_their_names() {
        let memory = page_size() * 154;
        for (text, expected) in [
            (
                "sockets: used 29\nTCP: inuse 10 orphan 0 tw 822 alloc 12 mem 154\nFRAG: inuse 0 memory 7\n",
                format!(
                    "sockets.used 29\nsockets.tcp_inuse 10\nsockets.tcp_orphan 0\nsockets.tcp_timewait 822\n\
                      sockets.tcp_allocated 12\nsockets.tcp_memory {memory}\nsockets.fragments 0\nsockets.fragments_memory 7\n"
                ),
            ),
            (
                "TCP6: inuse 3\nMPTCP: inuse 4\nUDP6: inuse\n",
                "sockets.tcp6_inuse 3\n".to_owned(),
            ),
            (
                "TCP: inuse ten tw 1\n",
                "sockets.tcp_timewait 1\n1 faults, line 1: \"ten\" is not a whole number\n".to_owned(),
            ),
            (
                "TCP inuse",
                "1 faults, line 1: \"TCP inuse\" has no colon\n".to_owned(),
            ),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }
}
