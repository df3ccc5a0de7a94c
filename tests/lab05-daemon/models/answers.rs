//! What is printed.

use support::Case;

use super::runs::{MODELS, Trial, expect_lines, models};

pub(super) fn a_job_more_or_less_is_noticed_in_the_sum(case: &mut Case) {
    for model in MODELS {
        for (jobs, workers) in [(1, 1), (7, 1), (7, 3), (3, 7), (64, 16)] {
            let trial = Trial {
                load: "cpu",
                model,
                workers,
                jobs,
                size: 1000,
            };
            // There are 168 primes below 1000.
            trial.expect_sum(case, 168 * jobs as u64);
            let trial = Trial {
                load: "wait",
                size: 3,
                ..trial
            };
            trial.expect_sum(case, 3 * jobs as u64);
        }
    }
}

pub(super) fn a_table_has_a_row_for_each_number_of_workers(case: &mut Case) {
    let ended = models(case, "--load wait --size 1 --jobs 4").run();
    case.expect_status(&ended, 0);
    // Rates are as they are; what is between the blanks tells the rest.
    let text = ended.stdout_text();
    let rows = text.lines().skip(1).map(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match *words {
            [load, model, workers, _, rate, ratio, sum]
                if rate.parse::<f64>().is_ok() && ratio.parse::<f64>().is_ok() =>
            {
                format!("{load} {model} {workers} {sum}\n")
            }
            _ => format!("not a row: {line}\n"),
        }
    });
    let rows: String = rows.collect();
    let expected: String = MODELS
        .iter()
        .flat_map(|model| [1, 2, 4, 8, 16, 64, 256].map(|workers| format!("wait {model} {workers} 4\n")))
        .collect();
    case.expect_same(
        &ended,
        "load, model, workers and sum of all rows",
        &expected,
        &rows,
    );
}

pub(super) fn json_has_its_keys_in_order(case: &mut Case) {
    let keys = |line: &str| -> String {
        line.split('"')
            .skip(1)
            .step_by(2)
            .filter(|word| line.contains(&format!("\"{word}\":")))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let ended = models(case, "--load cpu --model thread --jobs 3 --size 100 --json").run();
    let lines = expect_lines(case, &ended);
    let expected = "load model workers jobs size sum at_once ms per_second to_one";
    for (text, line) in ended.stdout_text().lines().zip(&lines) {
        case.expect_same(&ended, "the keys of a line", expected, &keys(text));
        let fixed = format!(
            "{} {} {} {}",
            line["load"], line["model"], line["jobs"], line["size"]
        );
        case.expect_same(
            &ended,
            "load, model, jobs, size",
            r#""cpu" "thread" 3 100"#,
            &fixed,
        );
        let (ms, rate) = (&line["ms"], &line["per_second"]);
        let fits = ms
            .as_f64()
            .zip(rate.as_f64())
            .is_some_and(|(ms, rate)| (rate * ms / 3000.0 - 1.0).abs() < 0.02);
        case.expect(
            &ended,
            fits,
            "3 jobs in `ms` milliseconds make `per_second`",
            format!("{ms} ms, {rate} a second"),
        );
    }
    case.expect(
        &ended,
        lines.len() == 7 && lines[0]["to_one"] == 1.0,
        "7 lines, and in the first a `to_one` of 1.0",
        ended.stdout_text(),
    );
    let ended = models(
        case,
        "--load cpu --model thread --workers 2 --jobs 3 --size 100 --json",
    )
    .run();
    let lines = expect_lines(case, &ended);
    case.expect(
        &ended,
        lines.len() == 1 && lines[0]["to_one"].is_null(),
        "one line, and no `to_one` where one worker was not measured",
        ended.stdout_text(),
    );
}

pub(super) fn what_cannot_be_is_wrong_usage(case: &mut Case) {
    for (args, named) in [
        ("--load disk", "--load"),
        ("--model fiber", "--model"),
        ("--workers 0", "--workers"),
        ("--workers many", "--workers"),
        ("--jobs 0", "--jobs"),
        ("--load cpu --size 0", "--size"),
        ("--size 10", "--size"),
        ("--switches --load cpu", "--load"),
        ("--switches --workers 2", "--workers"),
        ("--fast", "--fast"),
        ("more", "more"),
    ] {
        let ended = models(case, args).run();
        case.expect_status(&ended, 2);
        case.expect_stderr_names(&ended, named);
        case.expect_stdout(&ended, "");
    }
}

pub(super) fn a_closed_stdout_is_the_end(case: &mut Case) {
    let ended = models(case, "--load wait --size 20 --jobs 8")
        .close_stdout_after(1)
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}
