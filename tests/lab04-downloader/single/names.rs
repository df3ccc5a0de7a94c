//! What the file is called, and that it stays in the folder.

use support::http::{Page, Response, Site};
use support::{Case, Exchange, Rng};

use crate::runs::{Sheet, tree};

/// Fetches the target of each row in a folder of its own, with files and folders around it that a bad name could reach, and compares
/// the names with the snapshot.
fn check_names(case: &mut Case, site: Site, rows: &[(String, String)]) {
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for (at, (title, target)) in rows.iter().enumerate() {
        let row = format!("row-{at}");
        case.file(&format!("{row}/etc/passwd"), "mine\n");
        case.file(&format!("{row}/a/b/etc/passwd"), "mine\n");
        case.file(&format!("{row}/a/evil"), "mine\n");
        let before = tree(&case.dir().join(&row));
        let program = case.program("downloader").dir(format!("{row}/a/b"));
        let ended = program.args(["-x", "1", &site.url(target)]).run();
        let name = ended.stdout_text().trim_end_matches('\n').to_owned();
        let mut lines: Vec<String> = before.lines().map(|line| format!("{line}\n")).collect();
        lines.push(format!(
            "a/b/{}: 6 bytes\n",
            support::text::visible(name.as_bytes())
        ));
        lines.sort();
        let after = tree(&case.dir().join(&row));
        let what = format!("what is in the folder and around it ({title})");
        case.expect_same(&ended, &what, &lines.concat(), &after);
        sheet.row(title, ended, "");
    }
    sheet.compare(case);
}

/// Serves the same short file with each Content-Disposition.
fn check_headers(case: &mut Case, values: &[&[u8]]) {
    let mut site = Site::new();
    let mut rows = Vec::new();
    for (at, value) in values.iter().enumerate() {
        let head = [
            b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Disposition: ",
            *value,
            b"\r\n\r\nhello\n",
        ];
        let target = format!("/{at}/segment");
        site = site.at(&target, Response::raw(head.concat()));
        rows.push((support::text::visible(value), target));
    }
    check_names(case, site, &rows);
}

pub(super) fn the_header_names_the_file(case: &mut Case) {
    let long = format!("attachment; filename={}.txt", "x".repeat(300));
    let wide = format!("attachment; filename*=UTF-8''a{}", "%C3%A9".repeat(200));
    check_headers(
        case,
        &[
            b"attachment; filename=plain.txt",
            b"attachment; filename=\"with space.txt\"",
            b"attachment; filename=\"say \\\"hi\\\".txt\"",
            b"attachment; filename=\"a;b.txt\"; size=6",
            b"inline; FILENAME=\"Upper.txt\"",
            b"attachment;filename = \"around.txt\" ",
            b"attachment; filename=\"fallback.txt\"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt",
            b"attachment; filename*=utf-8'en'first.txt; filename=\"fallback.txt\"",
            b"attachment; filename*=ISO-8859-1''caf%E9.txt",
            b"attachment; filename*=KOI8-R''x.txt; filename=known.txt",
            b"attachment; filename*=UTF-8''%E9%FF.txt",
            b"attachment; filename=\"caf\xe9.txt\"",
            b"attachment; filename=\"a%20b.txt\"",
            b"attachment",
            b"attachment; name=other.txt",
            long.as_bytes(),
            wide.as_bytes(),
        ],
    );
}

pub(super) fn no_name_leads_out_of_the_folder(case: &mut Case) {
    check_headers(
        case,
        &[
            b"attachment; filename=\"../evil\"",
            b"attachment; filename=\"../../etc/passwd\"",
            b"attachment; filename=\"/etc/passwd\"",
            b"attachment; filename=\"etc/passwd.\"",
            b"attachment; filename=\"..\\\\..\\\\boot.ini\"",
            b"attachment; filename*=UTF-8''..%2Fevil",
            b"attachment; filename*=UTF-8''..%5c..%5cevil",
            b"attachment; filename*=UTF-8''a%00b%0Ac%1b%7f.txt",
            b"attachment; filename*=UTF-8''a%C2%80b%C2%85c%C2%9bd%C2%9F%C2%A0e.txt",
            b"attachment; filename*=ISO-8859-1''a%80b%9Bc%9F.txt",
            b"attachment; filename*=UTF-8''%C2%9B..%C2%9B.txt%C2%80.%C2%81",
            b"attachment; filename*=UTF-8''%00..%2F; filename=next.txt",
            b"attachment; filename=\"..\"",
            b"attachment; filename=\".\"",
            b"attachment; filename=\"\"",
            b"attachment; filename=\"folder/\"",
            b"attachment; filename=\"... .\"",
            b"attachment; filename=\".bashrc\"",
            b"attachment; filename=\"...dots.txt. . \"",
            b"attachment; filename*=UTF-8''%2e%2e; filename=\"..\"",
            b"attachment; filename*=UTF-8''.%00.%2Fx",
        ],
    );
}

pub(super) fn the_url_names_the_file(case: &mut Case) {
    let targets = [
        "/a/b.txt?x=/y",
        "/na%C3%AFve%20x",
        "/",
        "/folder/",
        "/folder/?file=x",
        "/..%2f..%2fetc%2fpasswd",
        "/%2e%2e%2fevil",
        "/a%5cb",
        "/.profile",
        "/%00",
        "/x%00y%0a",
        "/x%C2%9By",
        "/%FF",
        "/a+b",
        "/...",
    ];
    let rows: Vec<_> = targets
        .iter()
        .map(|target| ((*target).to_owned(), (*target).to_owned()))
        .collect();
    let long = format!("/{}", "%E2%82%AC".repeat(200));
    let rows = [rows, vec![("the sign of the euro, 200 times".to_owned(), long)]].concat();
    check_names(case, Site::new().at("/*", Response::ok("hello\n")), &rows);
}

/// Draws a Content-Disposition out of pieces that mean something to somebody.
pub(super) fn drawn_names_are_cleaned_like_the_reference_does(case: &mut Case) {
    case.seeded(40, |rng| {
        let mut parts = vec!["attachment".to_owned()];
        if rng.u8(..4) > 0 {
            let charset = ["UTF-8", "utf-8", "ISO-8859-1", "KOI8-R"][rng.usize(..4)];
            parts.push(format!("filename*={charset}''{}", encoded(rng)));
        }
        if rng.u8(..4) > 0 {
            parts.push(format!("filename=\"{}\"", quoted(rng)));
        }
        if rng.bool() && parts.len() == 3 {
            parts.swap(1, 2);
        }
        let target = format!("/dir/{}", encoded(rng));
        let page = Page::new(200, "hello\n").header("Content-Disposition", &parts.join("; "));
        Exchange::of("downloader")
            .args(["-x", "1", &format!("{{site}}{target}")])
            .page(&target, page)
    });
}

fn encoded(rng: &mut Rng) -> String {
    const PIECES: [&str; 16] = [
        "a",
        "b.txt",
        "%2F",
        "%5C",
        "%00",
        "%0a",
        "%7F",
        "..",
        ".",
        "%20",
        "%C3%A9",
        "%E2%82%AC",
        "%FF",
        "%e9",
        "-",
        "tar",
    ];
    // It begins with a letter or two dots, so that no URL is changed by its own normal form.
    let pieces: String = (0..rng.usize(..7))
        .map(|_| PIECES[rng.usize(..PIECES.len())])
        .collect();
    let start = ["n", "..%2f", "n%2F.", ".n"][rng.usize(..4)];
    let many = if rng.u8(..10) == 0 { 90 } else { 1 };
    format!("{start}{}", pieces.repeat(many))
}

fn quoted(rng: &mut Rng) -> String {
    const PIECES: [&str; 12] = [
        "a", "b.txt", "/", "\\\\", "\\\"", "..", ".", " ", "é", "%41", ";", "=",
    ];
    (0..rng.usize(..7))
        .map(|_| PIECES[rng.usize(..PIECES.len())])
        .collect()
}
