//! `/proc/net/sockstat` and the tables of TCP.

use rustix::param::page_size;
use support::Case;

use crate::host::{check, check_faults};

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

pub(super) const HEAD: &str =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

pub(super) fn line(number: usize, state: usize) -> String {
    format!(
        "{number:4}: 0100007F:8D86 0100007F:B04B {state:02X} 00000000:00000000 00:00000000 00000000     0        0 {number} 1 0\n"
    )
}

pub(super) fn rows(counts: [usize; 12]) -> String {
    STATES
        .iter()
        .zip(counts)
        .map(|(state, count)| format!("sockets.tcp{{state=\"{state}\"}} {count} count\n"))
        .collect()
}

pub(super) fn numbers_of_sockets_are_found_by_name(case: &mut Case) {
    let page = page_size();
    check(
        case,
        &[
            (
                "proc/net/sockstat",
                "sockets: used 29\nTCP: inuse 10 orphan 1 tw 822 alloc 12 mem 154\nUDP: inuse 3 mem 2\nUDPLITE: inuse 4\nRAW: inuse 5\nFRAG: inuse 6 memory 7\n",
            ),
            (
                "proc/net/sockstat6",
                "TCP6: inuse 13\nMPTCP: inuse 4\nUDP6: inuse\nRAW6: other 3 inuse 15\nFRAG6: memory 17 inuse 16\nUDPLITE6: inuse 14\n",
            ),
        ],
        &format!(
            "sockets.used 29 count
             sockets.tcp_inuse 10 count
             sockets.tcp_orphan 1 count
             sockets.tcp_timewait 822 count
             sockets.tcp_allocated 12 count
             sockets.tcp_memory {} bytes
             sockets.udp_inuse 3 count
             sockets.udp_memory {} bytes
             sockets.udplite_inuse 4 count
             sockets.raw_inuse 5 count
             sockets.fragments 6 count
             sockets.fragments_memory 7 bytes
             sockets.tcp6_inuse 13 count
             sockets.raw6_inuse 15 count
             sockets.fragments6_memory 17 bytes
             sockets.fragments6 16 count
             sockets.udplite6_inuse 14 count",
            154 * page,
            2 * page
        ),
    );
    check_faults(
        case,
        &[("proc/net/sockstat", "TCP: inuse ten tw 1\nUDP inuse 3\n")],
        "sockets.tcp_timewait 1 count",
        &["host/proc/net/sockstat, line 1: "],
    );
}

pub(super) fn connections_are_counted_by_state(case: &mut Case) {
    let table = |states: &[usize]| {
        let lines: String = states
            .iter()
            .enumerate()
            .map(|(n, state)| line(n, *state))
            .collect();
        HEAD.to_owned() + &lines
    };
    check(
        case,
        &[
            ("proc/net/tcp", &table(&[10, 10, 1, 6, 6, 6, 1, 12])),
            ("proc/net/tcp6", &table(&[10, 2, 3, 4, 5, 7, 8, 9, 11])),
        ],
        &rows([2, 1, 1, 1, 1, 3, 1, 1, 1, 3, 1, 1]),
    );
}

pub(super) fn an_empty_line_of_sockets_is_a_fault(case: &mut Case) {
    check_faults(
        case,
        &[
            ("proc/net/sockstat", "sockets: used 29\n\nRAW: inuse 5\n"),
            ("proc/net/tcp", &format!("{HEAD}{}\n{}", line(0, 1), line(1, 1))),
            ("proc/net/tcp6", &format!("{HEAD}{}1: a b +A c\n", line(0, 10))),
        ],
        &format!(
            "sockets.used 29 count
             sockets.raw_inuse 5 count
             {}",
            rows([2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
        ),
        &[
            "host/proc/net/sockstat, line 2: ",
            "host/proc/net/tcp, line 3: ",
            "host/proc/net/tcp6, line 3: ",
        ],
    );
}

pub(super) fn one_table_of_sockets_is_enough(case: &mut Case) {
    check(
        case,
        &[("proc/net/tcp6", &format!("{HEAD}{}", line(0, 10)))],
        &rows([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]),
    );
    check(case, &[("proc/net/tcp", HEAD)], &rows([0; 12]));
    // The last line may lack its end.
    let text = format!("{HEAD}{}", line(0, 1));
    check(
        case,
        &[("proc/net/tcp", text.trim_end())],
        &rows([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    );
}

/// Lines that no buffer's end falls between: they are of many lengths.
fn long_table(lines: usize) -> (String, [usize; 12]) {
    let (mut text, mut counts) = (HEAD.to_owned(), [0; 12]);
    for number in 0..lines {
        let state = number * number % 12;
        counts[state] += 1;
        text += line(number, state + 1).trim_end();
        text += &" ".repeat(number % 53);
        text.push('\n');
    }
    (text, counts)
}

pub(super) fn a_long_table_of_sockets_is_read_in_pieces(case: &mut Case) {
    let (text, counts) = long_table(60_000);
    check(case, &[("proc/net/tcp", &text)], &rows(counts));
}

pub(super) fn broken_lines_of_a_long_table_have_their_numbers(case: &mut Case) {
    for bad in ["00", "0D", "XX", "FFFFFFFFFFFFFFFFFF"] {
        check_faults(
            case,
            &[(
                "proc/net/tcp",
                &format!("{HEAD}{}1: a b {bad} 0:0\n\n", line(0, 1)),
            )],
            &rows([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            &["host/proc/net/tcp, line 3: "],
        );
    }
    let (text, counts) = long_table(20_000);
    let (more, again) = long_table(10);
    let more = more.strip_prefix(HEAD).unwrap_or_default();
    let mut sums = counts;
    for (sum, count) in sums.iter_mut().zip(again) {
        *sum += count;
    }
    // The head is line 1, so this is line 20,002.
    check_faults(
        case,
        &[("proc/net/tcp", &format!("{text}what is this\n{more}"))],
        &rows(sums),
        &["host/proc/net/tcp, line 20002: "],
    );
}
