//! What the plan decides: the program `plan` plays what happens, at the times that a script says.

use support::{Case, Ended};

use crate::runs::Sheet;
use crate::served::{BLOCK, Span, union, written};

/// Whatever is left, and more.
const ALL: u64 = 1 << 40;

/// Plays a script to a plan of these connections and of what is missing.
fn play(case: &mut Case, connections: usize, patience: u64, missing: &[Span], script: &str) -> Ended {
    let mut args = vec![connections.to_string(), patience.to_string()];
    args.extend(written(missing).lines().map(str::to_owned));
    let ended = case.program("plan").args(args).stdin(script).run();
    case.expect_status(&ended, 0);
    ended
}

/// The parts that were printed as `…: fetch FIRST-LAST…`, in their order.
fn fetched(ended: &Ended) -> Vec<Span> {
    let text = ended.stdout_text();
    let ranges = text.lines().filter_map(|line| line.split_once(": fetch "));
    ranges
        .filter_map(|(_, range)| {
            let (first, last) = range.split(',').next()?.split_once('-')?;
            Some((first.parse().ok()?, last.parse::<u64>().ok()? + 1))
        })
        .collect()
}

pub(super) fn what_is_missing_is_cut_at_whole_blocks(case: &mut Case) {
    // The holes, each with as many parts as it must get.
    let rows: [(usize, &[(Span, usize)]); 12] = [
        (4, &[((0, 8 * BLOCK), 4)]),
        (3, &[((0, 8 * BLOCK), 3)]),
        (4, &[((0, 5 * BLOCK + 1), 4)]),
        (7, &[((FIRST_BYTE, FIRST_BYTE + 40 * BLOCK + 5), 7)]),
        (2, &[((7, 7 + 3 * BLOCK), 2)]),
        // The last block is one byte long, and counts.
        (3, &[((0, 2 * BLOCK + 1), 3)]),
        (64, &[((0, 2 * BLOCK + 1), 3)]),
        (4, &[((5, 6), 1)]),
        (2, &[((0, BLOCK), 1), ((9 * BLOCK, 12 * BLOCK), 2)]),
        (8, &[((0, 4 * BLOCK), 2), ((10 * BLOCK, 22 * BLOCK), 6)]),
        (2, &[((0, 1), 1), ((3, 10), 1), ((BLOCK, BLOCK + 9), 1)]),
        (8, &[((0, 100), 1), ((BLOCK + 3, 17 * BLOCK), 8)]),
    ];
    for (connections, holes) in rows {
        let missing: Vec<Span> = holes.iter().map(|(hole, _)| *hole).collect();
        let wanted: usize = holes.iter().map(|(_, parts)| parts).sum();
        // One connection fetches all of them, one after the other.
        let script = format!("0 0 next\n0 0 claim {ALL}\n").repeat(wanted + 1);
        let ended = play(case, connections, 1000, &missing, &script);
        let title = format!("{connections} connections for\n{}", written(&missing));
        let parts = fetched(&ended);
        let first = format!("connections: {}\n", wanted.min(connections));
        case.expect(
            &ended,
            ended.stdout_text().starts_with(&first),
            &format!("no more connections than parts of {title}"),
            ended.stdout_text(),
        );
        let same = union(parts.iter().copied()) == union(missing.iter().copied());
        let twice = parts.iter().map(|(from, to)| to - from).sum::<u64>() != crate::served::bytes(&missing);
        case.expect(
            &ended,
            same && !twice,
            &format!("parts that are what is missing, none of it twice: {title}"),
            written(&parts),
        );
        for ((start, end), count) in holes {
            let inside: Vec<&Span> = parts
                .iter()
                .filter(|(from, _)| (start..end).contains(&from))
                .collect();
            case.expect(
                &ended,
                inside.len() == *count,
                &format!("{count} parts of {start}-{}, for {title}", end - 1),
                written(&parts),
            );
            let whole = inside.iter().all(|(from, _)| (from - start) % BLOCK == 0);
            let blocks = inside.iter().map(|(from, to)| (to - from).div_ceil(BLOCK));
            let (least, most) = (blocks.clone().min(), blocks.max());
            let even = least.zip(most).is_some_and(|(least, most)| most - least <= 1);
            case.expect(
                &ended,
                whole && even,
                &format!("parts of whole blocks that differ by a block at most: {title}"),
                written(&parts),
            );
        }
    }
}

/// A place that is no multiple of a block.
const FIRST_BYTE: u64 = 1_000_003;

/// Two connections have forty blocks each, and get `slow` and `fast` bytes in each tenth of a second until the second one has all of its
/// part, which takes at least a second. Then it asks what to do. Returns what is left to the first, and what the second one takes.
fn shared(case: &mut Case, slow: u64, fast: u64) -> (Ended, u64, Span) {
    let half = 40 * BLOCK;
    let mut script = String::from("0 0 next\n0 0 asked\n0 1 next\n0 1 asked\n");
    let steps = half.div_ceil(fast);
    for step in 1..=steps {
        let now = step * 100;
        script.push_str(&format!("{now} 0 claim {slow}\n{now} 1 claim {fast}\n"));
    }
    script.push_str(&format!("{} 1 next\n", steps * 100));
    let ended = play(case, 2, 1_000_000, &[(0, 2 * half)], &script);
    let taken = fetched(&ended).get(2).copied().unwrap_or_default();
    (ended, half - steps * slow, taken)
}

pub(super) fn what_is_taken_is_a_share_by_the_rates(case: &mut Case) {
    for (slow, fast) in [
        (100_000, 300_000),
        (100_000, 130_000),
        (30_000, 270_000),
        (20_000, 1_000_000),
        (3_000, 90_000),
    ] {
        let (ended, left, taken) = shared(case, slow, fast);
        let expected = left as f64 * fast as f64 / (slow + fast) as f64;
        let found = taken.1.saturating_sub(taken.0);
        case.expect(
            &ended,
            taken.1 == 40 * BLOCK && (found as f64 - expected).abs() < 0.01 * left as f64,
            &format!(
                "of {left} bytes that are left to one of {slow} bytes in each tenth of a second, about {expected:.0} at their end for one of {fast}"
            ),
            match taken {
                (0, 0) => "nothing is taken".to_owned(),
                taken => format!("{found} bytes: {}", written(&[taken])),
            },
        );
    }
}

pub(super) fn a_rate_that_nobody_knows_is_that_of_the_other_one(case: &mut Case) {
    // The owner has got nothing yet; then the one that takes.
    let half = 8 * BLOCK;
    let known = |connection: u64| -> String {
        (1..=8)
            .map(|step| format!("{} {connection} claim {BLOCK}\n", step * 500))
            .collect()
    };
    let owner = format!("0 0 next\n0 1 next\n0 1 asked\n{}4000 0 next\n", known(0));
    let taker = format!(
        "0 0 next\n{}4000 0 next\n{}8000 0 left\n8000 1 next\n",
        known(0),
        (9..=12)
            .map(|step| format!("{} 0 claim {BLOCK}\n", step * 500))
            .collect::<String>()
    );
    for (script, expected) in [
        (owner, (half + half / 2, 2 * half)),
        (taker, (half + half / 2 + half / 4, 2 * half)),
    ] {
        let ended = play(case, 2, 1_000_000, &[(0, 2 * half)], &script);
        let taken = fetched(&ended).last().copied().unwrap_or_default();
        case.expect(
            &ended,
            taken.1 == expected.1 && taken.0.abs_diff(expected.0) < half / 100,
            "about one half of what is left, since both are taken to have the same rate",
            ended.stdout_text(),
        );
    }
}

/// Adds a row of what was printed. How long nothing is to be done is not told by the chapter.
fn row(sheet: &mut Sheet, title: &str, mut ended: Ended) {
    let text = ended.stdout_text();
    let lines = text.lines().map(|line| match line.split_once(": wait ") {
        Some((before, _)) => format!("{before}: wait\n"),
        None => format!("{line}\n"),
    });
    ended.stdout = lines.collect::<String>().into_bytes();
    sheet.row(title, ended, "");
}

pub(super) fn who_is_silent_is_taken_over_and_patience_grows(case: &mut Case) {
    let mut sheet = Sheet::default();
    let begin = "0 0 next\n0 0 asked\n0 1 next\n0 1 asked\n100 1 claim 262144\n100 1 next\n";
    let script = format!(
        "{begin}# no answer for a second\n990 1 next\n1010 1 next\n1010 1 asked\n1010 0 left\n\
         # the next one has two\n1010 0 next\n2990 0 next\n3020 0 next\n3020 0 asked\n\
         # and then four\n6990 1 next\n7030 1 next\n7030 1 asked\n\
         # silence in an answer makes nobody more patient\n7050 1 claim 200000\n15030 0 next\n15080 0 next\n15080 0 asked\n\
         23060 1 next\n23110 1 next\n23110 1 asked\n# but that was one without an answer again\n39090 0 next\n39130 0 next\n"
    );
    let ended = play(case, 2, 1000, &[(0, 2 * BLOCK)], &script);
    row(&mut sheet, "silence", ended);
    let script = format!("{begin}900 0 excuse\n1800 1 next\n1890 1 next\n1910 1 next\n");
    let ended = play(case, 2, 1000, &[(0, 2 * BLOCK)], &script);
    row(&mut sheet, "this program let it wait", ended);
    let script = format!("{begin}240 1 next\n260 1 next\n");
    let ended = play(case, 2, 250, &[(0, 2 * BLOCK)], &script);
    row(&mut sheet, "a quarter of a second", ended);
    sheet.compare(case);
}

/// The first of two connections has `left` bytes left and gets `slow` bytes in each tenth of a second; the second one has nothing left,
/// and got `fast`.
fn little_is_left(case: &mut Case, left: u64, slow: u64, fast: u64) -> Ended {
    // Long after the bulk of both parts.
    const STEPS: u64 = 200;
    let half = 800 * BLOCK;
    let mut script = String::from("0 0 next\n0 0 asked\n0 1 next\n0 1 asked\n");
    script.push_str(&format!("10 0 claim {}\n", half - left - STEPS * slow));
    script.push_str(&format!("10 1 claim {}\n", half - STEPS * fast));
    for step in 1..=STEPS {
        let now = step * 100;
        script.push_str(&format!("{now} 0 claim {slow}\n{now} 1 claim {fast}\n"));
    }
    script.push_str("20000 0 left\n20000 1 left\n20000 1 next\n20000 0 left\n");
    let mut ended = play(case, 2, 1_000_000, &[(0, 2 * half)], &script);
    let text = ended.stdout_text();
    let shown: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("20000 ") && !line.contains(" claim "))
        .collect();
    ended.stdout = (shown.join("\n") + "\n").into_bytes();
    ended
}

pub(super) fn little_is_taken_whole_or_not_at_all(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (title, left, slow, fast) in [
        ("it ends within 200 ms", 150_000, 100_000, 900_000),
        (
            "it ends a little later, and both are as fast",
            120_000,
            40_000,
            40_000,
        ),
        ("less than 64 KiB would be taken", 300_000, 100_000, 12_000),
        (
            "less than 64 KiB would be left, and all of it is there sooner",
            200_000,
            10_000,
            400_000,
        ),
        ("as before, of very few bytes", 1_000, 100, 20_000),
        (
            "less than 64 KiB would be left, and no time is won",
            100_000,
            30_000,
            36_000,
        ),
    ] {
        let ended = little_is_left(case, left, slow, fast);
        row(&mut sheet, title, ended);
    }
    // Nobody knows the rate of the second one, so each would have one half.
    for (title, left) in [("64 KiB for each", 2 << 16), ("a byte less", (2 << 16) - 1)] {
        let script = format!(
            "0 0 next\n500 0 claim {BLOCK}\n500 0 next\n1000 0 claim {}\n1000 1 next\n1000 0 left\n",
            BLOCK - left
        );
        let ended = play(case, 2, 1_000_000, &[(0, 2 * BLOCK)], &script);
        row(&mut sheet, title, ended);
    }
    sheet.compare(case);
}

pub(super) fn work_is_taken_where_it_will_take_longest(case: &mut Case) {
    // The first one has most left, and the second one is so slow that it will take longest.
    let mut script = String::from("0 0 next\n0 1 next\n0 2 next\n");
    for step in 1..=40 {
        let now = step * 100;
        script.push_str(&format!(
            "{now} 0 claim 200000\n{now} 1 claim 20000\n{now} 2 claim 262144\n"
        ));
    }
    script.push_str("4000 2 next\n4000 0 left\n");
    let ended = play(case, 3, 1_000_000, &[(0, 120 * BLOCK)], &script);
    let taken = fetched(&ended).get(3).copied().unwrap_or_default();
    case.expect(
        &ended,
        taken.1 == 80 * BLOCK,
        "some of the second part, whose rest divided by its rate is the most",
        written(&[taken]),
    );
}

pub(super) fn a_part_ends_where_it_ends_now_and_may_be_given_back(case: &mut Case) {
    let mut sheet = Sheet::default();
    let script = "0 0 next\n0 1 next\n10 0 claim 100\n10 0 left\n10 1 claim 9999999\n10 1 claim 1\n10 1 left\n\
                  20 0 back\n20 0 left\n20 0 claim 5\n20 1 next\n20 1 left\n20 0 next\n\
                  30 1 claim 1\n30 1 back\n40 0 next\n50 0 claim 262144\n60 0 next\n60 1 next\n";
    let ended = play(case, 2, 1000, &[(0, 2 * BLOCK)], script);
    row(&mut sheet, "given back", ended);
    let script = "0 1 next\n0 2 next\n0 0 next\n0 2 back\n0 1 back\n0 2 next\n0 1 next\n";
    let ended = play(case, 3, 1000, &[(0, 3 * BLOCK)], script);
    row(&mut sheet, "in order", ended);
    let ended = play(case, 3, 1000, &[], "0 0 next\n");
    row(&mut sheet, "nothing is missing", ended);
    sheet.compare(case);
}
