//! What several runs of the crawler showed, one below the other, for one snapshot.

use support::{Case, Ended, text};

/// Runs `crawler` with these arguments.
pub(crate) fn crawler(case: &mut Case, args: &[&str]) -> Ended {
    case.program("crawler").args(args).run()
}

/// A table whose rows are runs.
#[derive(Default)]
pub(crate) struct Sheet {
    text: String,
    last: Option<Ended>,
}

impl Sheet {
    /// Runs the crawler and adds what it printed and its exit status, under `title`.
    pub(crate) fn run(&mut self, case: &mut Case, title: &str, args: &[&str]) -> &Ended {
        let ended = crawler(case, args);
        let printed = text::visible(&ended.stdout);
        self.text
            .push_str(&format!("== {title}: {}\n{printed}", ended.code()));
        if !printed.is_empty() && !printed.ends_with('\n') {
            self.text.push('\n');
        }
        self.last.insert(ended)
    }

    /// Compares all rows with the snapshot.
    pub(crate) fn compare(self, case: &mut Case) {
        let last = self.last.expect("a sheet has rows");
        case.snapshot_text(&last, &self.text);
    }
}
