//! Proves the runner itself: programs that hang, flood, crash or lie end in their named verdict, and no stale build is graded.

use std::path::PathBuf;

use super::{Ledger, Proof};
use crate::starter;
use xtask::course::{Course, Lab};
use xtask::runner::{self, Plan};
use xtask::subject::{Files, Subject};
use xtask::t;
use xtask::verdict::{LabResult, Outcome};

/// Programs that do anything but their work, and the verdict that each must end in.
const PROGRAMS: &[(&str, &str, Outcome)] = &[
    (
        "endless-loop",
        "loop { std::hint::spin_loop(); }",
        Outcome::TimedOut,
    ),
    (
        "sleep-for-ever",
        "loop { std::thread::park(); }",
        Outcome::TimedOut,
    ),
    (
        "endless-output",
        "loop { println!(\"all work and no play\"); }",
        Outcome::OverOutput,
    ),
    (
        "memory-bomb",
        "let mut all = Vec::new(); loop { all.push(vec![1_u8; 1 << 20]); std::hint::black_box(&all); }",
        Outcome::OverMemory,
    ),
    (
        "process-bomb",
        "for _ in 0..200 { let _ = std::process::Command::new(\"/bin/sleep\").arg(\"60\").spawn(); } loop { std::thread::park(); }",
        Outcome::OverProcesses,
    ),
    ("panic", "panic!(\"a panic\");", Outcome::Crashed),
    ("abort", "std::process::abort();", Outcome::Crashed),
    ("early-exit", "std::process::exit(0);", Outcome::Wrong),
    (
        "says-pass",
        "println!(\"{{\\\"verdict\\\":{{\\\"outcome\\\":\\\"pass\\\"}}}}\\ntest result: ok. 1 passed; 0 failed\");",
        Outcome::Wrong,
    ),
    (
        "leaves-a-child",
        "let _ = std::process::Command::new(\"/bin/sleep\").arg(\"60\").spawn();",
        Outcome::Wrong,
    ),
];

/// Proves the runner on the first case of the first lab.
pub(crate) fn prove(course: &Course, ledger: &mut Ledger) {
    let Some(lab) = course.labs.first() else { return };
    let Some(case) = first_case(course, lab) else {
        ledger.prove(&t!("verify.first_case"), || Err(t!("course.no_labs")));
        return;
    };
    for (name, body, expected) in PROGRAMS {
        ledger.prove(
            &t!("verify.ends_in", name = name, outcome = expected.word()),
            || {
                let subject = with_main(course, lab, &format!("runner-{name}"), body)?;
                expect(&grade(course, lab, &subject, &case)?, *expected)
            },
        );
    }
    ledger.prove(&t!("verify.stale"), || stale(course, lab, &case));
}

fn first_case(course: &Course, lab: &Lab) -> Option<String> {
    let plan = Plan {
        stages: Some(Vec::new()),
        first_case_of: Some(lab.stages.first()?.name.clone()),
        quiet: true,
        ..Plan::default()
    };
    let result = runner::grade(course, lab, &Subject::Reference, &plan).ok()?;
    let stage = result.stages.first()?;
    Some(format!("{}.{}", stage.name, stage.cases.first()?.name))
}

fn solution(course: &Course, lab: &Lab) -> Result<Files, String> {
    let dir = course.solution_dir(lab).map_err(|stop| stop.message)?;
    starter::generate(&dir, &lab.stage_names(), lab.stages.len()).map_err(|stop| stop.message)
}

fn with_main(course: &Course, lab: &Lab, name: &str, body: &str) -> Result<Subject, String> {
    let mut files = solution(course, lab)?;
    let source = format!("//! Wrong on purpose.\nfn main() {{\n{body}\n}}\n");
    files.insert(PathBuf::from("src/main.rs"), source.into_bytes());
    Subject::stage(course, lab, name, &files).map_err(|stop| stop.message)
}

fn grade(course: &Course, lab: &Lab, subject: &Subject, case: &str) -> Result<LabResult, String> {
    let plan = Plan {
        case: Some(case.to_owned()),
        quiet: true,
        ..Plan::default()
    };
    let result = runner::grade(course, lab, subject, &plan).map_err(|stop| stop.message)?;
    match &result.broken {
        Some(words) => Err(words.clone()),
        None => Ok(result),
    }
}

fn expect(result: &LabResult, expected: Outcome) -> Proof {
    let found: Vec<_> = result.stages.iter().flat_map(|stage| &stage.cases).collect();
    match found[..] {
        [case] if case.outcome == expected => Ok(()),
        [case] => Err(format!("{}: {}", case.outcome.word(), case.what)),
        _ => Err(t!("verify.not_one_case", count = found.len())),
    }
}

/// Known-bad right after known-good, under one name, must fail; and known-good again must pass.
///
/// With one path for both, cargo once called the second one fresh and ran the first one's program.
fn stale(course: &Course, lab: &Lab, case: &str) -> Proof {
    for round in 0..2 {
        let good =
            Subject::stage(course, lab, "stale", &solution(course, lab)?).map_err(|stop| stop.message)?;
        expect(&grade(course, lab, &good, case)?, Outcome::Pass)
            .map_err(|what| format!("good, round {round}: {what}"))?;
        let bad = with_main(course, lab, "stale", "")?;
        expect(&grade(course, lab, &bad, case)?, Outcome::Wrong)
            .map_err(|what| format!("bad, round {round}: {what}"))?;
    }
    Ok(())
}
