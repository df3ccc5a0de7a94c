//! Stage 2: `wordcount freq` ranks words by how often they occur.

use support::{Case, Exchange, Rng, Stage, stage};

use crate::texts;

pub(crate) const STAGE: Stage = stage!("freq":
    the_most_frequent_word_comes_first,
    words_equally_frequent_stand_in_the_order_of_their_bytes,
    n_cuts_the_ranking_and_never_changes_its_order,
    words_end_where_unicode_says_that_they_end,
    splitting_at_white_space_keeps_punctuation,
    case_is_folded_as_unicode_folds_it,
    case_makes_words_different_unless_told_otherwise,
    article_1_is_split_in_thirteen_languages,
    all_files_make_one_ranking,
    a_missing_file_is_named_and_the_rest_is_still_ranked,
    a_folder_is_named_and_the_rest_is_still_ranked,
    bytes_that_are_no_utf8_are_read_as_the_replacement_character,
    json_holds_the_same_ranking,
    nothing_makes_an_empty_ranking,
    sort_and_uniq_agree_on_a_real_text;
    seeded: drawn_texts_are_ranked_like_the_reference_ranks_them
);

/// Ranks `text` with `args` and compares what is printed with the snapshot.
fn check(case: &mut Case, args: &[&str], text: impl Into<Vec<u8>>) {
    let ended = case
        .program("wordcount")
        .args(["freq"])
        .args(args)
        .stdin(text)
        .run();
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

fn the_most_frequent_word_comes_first(case: &mut Case) {
    let text = case.fixture_bytes("two-cities.txt");
    check(case, &["-n", "6", "-i"], text);
}

fn words_equally_frequent_stand_in_the_order_of_their_bytes(case: &mut Case) {
    check(
        case,
        &[],
        "pear Zoo apple été zoo apple-pie\u{20}apple 10 9 中 pear Äpfel zebra a\n",
    );
}

fn n_cuts_the_ranking_and_never_changes_its_order(case: &mut Case) {
    let text = "d c b a d c b d c d e f g h e f g h e f g h e f g h";
    for n in ["0", "1", "3", "5", "8", "100"] {
        check(case, &["-n", n], text);
    }
}

fn words_end_where_unicode_says_that_they_end(case: &mut Case) {
    check(
        case,
        &[],
        "Don't panic: it costs $3.14, or 1,000,000.50 e-mails; snake_case & C++ and AT&T. \
         _private __init__ “Quoted” (bracketed) naïve cafe\u{301}s U.S.A. rock'n'roll 'single' l'été 10:30 x=y\n",
    );
}

fn splitting_at_white_space_keeps_punctuation(case: &mut Case) {
    check(
        case,
        &["--split", "whitespace"],
        "Well, well... Well, \"don't\" -- don't\tdon't\u{A0}e-mail\u{3000}well...\r\nend",
    );
}

fn case_is_folded_as_unicode_folds_it(case: &mut Case) {
    let text = "The THE the tHe STRASSE Straße straße STRAẞE ΣΊΣΥΦΟΣ σίσυφος Σίσυφος Мир МИР мир ﬁle FILE ÉTÉ été \u{1C4} \u{1C5} \u{1C6}\n";
    check(case, &["-i"], text);
    check(case, &["-i", "--split", "whitespace"], text);
}

fn case_makes_words_different_unless_told_otherwise(case: &mut Case) {
    check(case, &[], "The THE the tHe the Straße STRASSE\n");
}

fn article_1_is_split_in_thirteen_languages(case: &mut Case) {
    let text = case.fixture_bytes("article-1.txt");
    check(case, &["-i", "-n", "60"], text);
}

fn all_files_make_one_ranking(case: &mut Case) {
    case.file("a", "one two three");
    case.file("b", "two three");
    let args = ["freq", "a", "-", "b"];
    let ended = case.program("wordcount").args(args).stdin("three four").run();
    case.snapshot(&ended);
}

fn a_missing_file_is_named_and_the_rest_is_still_ranked(case: &mut Case) {
    case.file("a", "one two");
    case.file("b", "two");
    let ended = case
        .program("wordcount")
        .args(["freq", "a", "missing", "b"])
        .run();
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "missing");
}

fn a_folder_is_named_and_the_rest_is_still_ranked(case: &mut Case) {
    case.file("folder/inside", "");
    case.file("after", "still here");
    let ended = case.program("wordcount").args(["freq", "folder", "after"]).run();
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "folder");
}

fn bytes_that_are_no_utf8_are_read_as_the_replacement_character(case: &mut Case) {
    let text = b"caf\xE9 caf\xE8 caf\xC3\xA9 \xFF\xFE a\xF0\x9F\x98b\n";
    check(case, &[], text);
    check(case, &["--split", "whitespace"], text);
}

fn json_holds_the_same_ranking(case: &mut Case) {
    let text = "say \"hi\" \\ back\x01slash \"hi\" été\n";
    check(case, &["--json", "--split", "whitespace"], text);
    check(case, &["--json", "-n", "2"], text);
    check(case, &["--json"], "");
}

fn nothing_makes_an_empty_ranking(case: &mut Case) {
    check(case, &[], "");
    check(case, &[], " ... \n\n -- !\n");
    check(case, &["--split", "whitespace"], " \t\n\r\n\u{3000}");
}

fn sort_and_uniq_agree_on_a_real_text(case: &mut Case) {
    case.fixture("alice.txt");
    let pipeline = "tr -s '[:space:]' '\\n' < alice.txt | sort | uniq -c | sort -k1,1nr -k2 | sed 's/^ *\\([0-9]*\\) /\\1\\t/'";
    let theirs = case
        .peer("sh", "dash")
        .env("LC_ALL", "C")
        .args(["-c", pipeline])
        .run();
    let ours = case
        .program("wordcount")
        .args(["freq", "--split", "whitespace", "alice.txt"])
        .run();
    case.expect_stdout(&ours, &theirs.stdout);
    case.expect_status(&ours, 0);
}

fn drawn_texts_are_ranked_like_the_reference_ranks_them(case: &mut Case) {
    case.seeded(12, |rng: &mut Rng| {
        let mut exchange = Exchange::of("wordcount").args(["freq"]);
        if rng.bool() {
            exchange = exchange.args(["-i"]);
        }
        if rng.bool() {
            exchange = exchange.args(["--split", "whitespace"]);
        }
        if rng.bool() {
            exchange = exchange.args(["-n".to_owned(), rng.usize(..60).to_string()]);
        }
        if rng.u8(..4) == 0 {
            exchange = exchange.args(["--json"]);
        }
        let pieces = rng.usize(..600);
        exchange.stdin(texts::any(rng, pieces))
    });
}
