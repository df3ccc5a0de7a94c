//! What happens once, on however many connections it is asked for.

use support::Case;

use super::changes::number;
use crate::memcached::memcached;

pub(super) fn every_increment_counts_on_whatever_connection(case: &mut Case) {
    const CONNECTIONS: usize = 8;
    const TIMES: usize = 4000;
    let mut server = memcached(case, &["--threads", "4"]);
    let mut talk = server.talk();
    talk.set("n", 0, "0");
    let talks: Vec<_> = (0..CONNECTIONS).map(|_| server.talk()).collect();
    std::thread::scope(|scope| {
        for mut talk in talks {
            scope.spawn(move || {
                talk.send("incr n 1 noreply\r\n".repeat(TIMES - 1));
                talk.ask("incr n 1");
            });
        }
    });
    let expected = (CONNECTIONS * TIMES).to_string();
    let found = talk.ask("incr n 0");
    let what = format!("{TIMES} increments on each of {CONNECTIONS} connections");
    server.expect_same(case, &what, &expected, &found);
}

pub(super) fn of_many_that_have_seen_the_same_one_stores(case: &mut Case) {
    const CONNECTIONS: usize = 8;
    let mut server = memcached(case, &["--threads", "4"]);
    let mut talk = server.talk();
    let mut talks: Vec<_> = (0..CONNECTIONS).map(|_| server.talk()).collect();
    for round in 0..100 {
        talk.set("a", 0, "start");
        let seen = number(case, &mut server, &mut talk, "a", "start");
        for talk in &mut talks {
            talk.send(format!("cas a 0 0 3 {seen}\r\nnew\r\n"));
        }
        let mut answers: Vec<String> = talks.iter_mut().map(|talk| talk.until_end("\r\n")).collect();
        answers.sort();
        let mut expected = ["EXISTS\r\n"; CONNECTIONS];
        expected[CONNECTIONS - 1] = "STORED\r\n";
        let what = format!("the answers to {CONNECTIONS} times the same cas, round {round}");
        server.expect_same(case, &what, &expected.concat(), &answers.concat());
    }
}
