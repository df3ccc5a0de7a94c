use crate::{
    Collector, Labels, Metric, Page,
    Unit::Count,
    host::{Extent, Host, Round},
    page::quoted,
};

pub(crate) static METRICS: [Metric; 1] = [Metric::gauge(
    "sockets.tcp",
    Count,
    "TCP sockets of IPv4 and IPv6 in a state.",
    "/proc/net/tcp and /proc/net/tcp6, field 4",
)];

/// In the order of the kernel's numbers, from 1.
///
/// Source: include/net/tcp_states.h of the kernel.
const STATES: [&str; 12] = [
    "established",
    "syn_sent",
    "syn_received",
    "fin_wait_1",
    "fin_wait_2",
    "time_wait",
    "close",
    "close_wait",
    "last_ack",
    "listen",
    "closing",
    "new_syn_received",
];

type Counts = [u64; STATES.len()];

/// Counts TCP's sockets by state.
#[derive(Debug)]
pub(crate) struct Tcp {
    labels: [Labels; STATES.len()],
}

impl Default for Tcp {
    fn default() -> Tcp {
        Tcp {
            labels: STATES.map(|state| Labels::one("state", state)),
        }
    }
}

impl Collector for Tcp {
    fn name(&self) -> &'static str {
        "tcp"
    }

    fn collect(&mut self, host: &mut Host, round: &mut Round<'_>) {
        let mut counts = Counts::default();
        let extents = ["proc/net/tcp", "proc/net/tcp6"].map(|file| {
            host.pieces(file, round, |first, text, page| {
                parse(first, text, &mut counts, page)
            })
        });
        if extents.contains(&Extent::Cut) || !extents.contains(&Extent::Whole) {
            return;
        }
        for (labels, count) in self.labels.iter().zip(counts) {
            round.add(&METRICS[0], labels, count as f64);
        }
    }
}

/// Adds up the states of a piece of a table of sockets, whose first line has the number `first`.
///
/// Source: Documentation/networking/proc_net_tcp.rst of the kernel.
fn parse(first: usize, text: &str, counts: &mut Counts, page: &mut Page<'_>) {
    // region:tables/tcp The first line of the file, and only of the file, is a head. The fourth field is the state in hexadecimal, from 1.
    for (index, line) in text
        .lines()
        .enumerate()
        .map(|(index, line)| (first + index, line))
    {
        if index == 0 {
            continue;
        }
        let state = line
            .split_ascii_whitespace()
            .nth(3)
            .filter(|field| !field.starts_with('+'))
            .and_then(|field| usize::from_str_radix(field, 16).ok());
        match state.and_then(|state| counts.get_mut(state.wrapping_sub(1))) {
            Some(count) => *count += 1,
            None => page.fault(index, || format!("{} has no state", quoted(line))),
        }
    }
    // endregion:tables/tcp
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::run;

    #[test]
    fn sockets_are_counted_by_state_in_any_pieces() {
        let head = "  sl  local_address rem_address   st tx_queue rx_queue\n";
        let lines = "   0: 00000000:07E8 00000000:0000 0A 00000000:00000000\n   1: 0100007F:8D86 0100007F:B04B 06 0:0\n";
        let mut counts = Counts::default();
        let found = run(|page| {
            parse(0, &format!("{head}{lines}"), &mut counts, page);
            parse(3, lines, &mut counts, page);
            parse(
                5,
                "\n1: a b 00\n1: a b 0D\n1: a b XX\n1: a b FFFFFFFFFFFFFFFFFF\n",
                &mut counts,
                page,
            );
        });
        assert_eq!((counts[9], counts[5], counts.iter().sum()), (2, 2, 4));
        assert_eq!(found, "5 faults, line 6: \"\" has no state\n");
    }
}
