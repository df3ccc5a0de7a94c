//! A server of files, and what it is made of.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use nbnet_fuzz::http::range::{Range, range};
use nbnet_fuzz::http::{Site, date, kind, target};
use nbnet_fuzz::site::{Critic, Folder};
use nbnet_fuzz::talk::{End, Nobody, Office, pieces, play, widened};

/// The last second of the year 9999.
const LAST: i64 = 253_402_300_799;

struct World {
    site: Site,
    root: PathBuf,
    _folder: Folder,
}

static WORLD: OnceLock<World> = OnceLock::new();

thread_local! {
    static OFFICE: Office = Office::open();
}

fn world() -> &'static World {
    WORLD.get_or_init(|| {
        let folder = Folder::make();
        World {
            site: Site::open(&folder.root()).expect("it is there"),
            root: folder.root(),
            _folder: folder,
        }
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((&[which, mark, seed, longest], bytes)) = data.split_first_chunk() else {
        return;
    };
    match which & 7 {
        0 => paths(bytes),
        1 => ranges(
            bytes,
            u64::from_le_bytes([mark, seed, longest, 0, which & 0xf0, 0, 0, which]),
        ),
        2 => dates(bytes),
        _ => requests(bytes, usize::from(mark) * 64, seed, longest),
    }
});

fn requests(bytes: &[u8], mark: usize, seed: u8, longest: u8) {
    let world = world();
    let bytes = &widened(bytes)[..];
    OFFICE.with(|office| {
        let mut critic = Critic::new(&world.root);
        let cut = play(
            &world.site,
            office,
            mark,
            pieces(bytes, seed, longest),
            &mut critic,
        );
        let whole = play(&world.site, office, mark, std::iter::once(bytes), &mut Nobody);
        assert_eq!((whole.end, whole.left), (cut.end, cut.left));
        // The second in which it is said may be another, and what is wrong first when a request has two faults.
        let timeless = |said: &[u8]| -> Vec<Vec<u8>> {
            let lines = said.split(|&byte| byte == b'\n').map(<[u8]>::to_vec);
            lines.filter(|line| !line.starts_with(b"Date: ")).collect()
        };
        if whole.said != cut.said && whole.end != End::Violated {
            assert_eq!(timeless(&whole.said), timeless(&cut.said));
        }
    });
}

fn paths(bytes: &[u8]) {
    kind::kind(bytes);
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let Some(path) = target::path(text) else {
        return;
    };
    assert!(!path.bytes.contains(&0));
    if !path.bytes.is_empty() {
        for name in path.bytes.split(|&byte| byte == b'/') {
            assert!(!matches!(name, b"" | b"." | b".."), "{text}");
        }
    }
    // What stands in the query or in the name of another host is no path.
    let rest = match text.get(..7) {
        Some(scheme) if !text.starts_with('/') => {
            assert!(scheme.eq_ignore_ascii_case("http://"));
            text[7..].trim_start_matches(|letter| !matches!(letter, '/' | '?' | '#'))
        }
        _ => text,
    };
    let rest = rest.split(['?', '#']).next().unwrap_or("");
    assert!(path.bytes.len() <= rest.len(), "{text}");
    assert_eq!(
        target::path(&format!("/{}", rest.trim_start_matches('/'))),
        Some(path)
    );
}

fn ranges(bytes: &[u8], length: u64) {
    for length in [length, length >> 16, length & 0xff, 0, u64::MAX] {
        if let Range::Part { first, last } = range(bytes, length) {
            assert!(first <= last && last < length);
        }
    }
}

fn dates(bytes: &[u8]) {
    if let Some(seconds) = date::parse(bytes) {
        let written = date::write(seconds);
        assert_eq!(written.len(), 29);
        assert_eq!(date::parse(written.as_bytes()), Some(seconds.clamp(0, LAST)));
    }
    if let Some((seconds, _)) = bytes.split_first_chunk() {
        let seconds = i64::from_le_bytes(*seconds);
        assert_eq!(
            date::parse(date::write(seconds).as_bytes()),
            Some(seconds.clamp(0, LAST))
        );
    }
}
