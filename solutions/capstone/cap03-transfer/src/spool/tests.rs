//! A spool after what happens to files.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicU32, Ordering};

use super::folder::segments;
use super::*;

/// A folder that is gone with its value.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("transfer-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const SMALL: Settings = Settings {
    most: 4000,
    segment: 1000,
    full: Full::DropOldest,
};

fn open(folder: &Folder, settings: Settings) -> Spool {
    Spool::open(&folder.0, "a", settings).unwrap()
}

fn body(number: u64) -> Vec<u8> {
    format!("record {number}").into_bytes()
}

fn fill(spool: &mut Spool, count: u64) {
    for _ in 0..count {
        let number = spool.next();
        assert_eq!(spool.append(&body(number)).unwrap(), number);
    }
    spool.sync().unwrap();
}

/// Reads all that waits, and sees that each is what was written.
fn read(spool: &mut Spool) -> Ranges {
    let mut cursor = Cursor::default();
    let mut seen = Ranges::default();
    while let Some(record) = spool.read(&mut cursor).unwrap() {
        assert_eq!(record.body, body(record.sequence));
        assert!(!seen.contains(record.sequence));
        seen.insert(record.sequence, record.sequence);
    }
    assert_eq!(spool.waiting(), seen);
    seen
}

fn ranges(text: &str) -> Ranges {
    text.parse().unwrap()
}

fn kill(spool: Spool) {
    spool.abandon();
}

fn last_file(folder: &Folder) -> PathBuf {
    let (_, last) = segments(&folder.0).unwrap().pop_last().unwrap();
    last.path
}

#[test]
fn records_come_back_in_order_and_what_is_acknowledged_does_not() {
    let folder = Folder::new();
    let mut spool = open(&folder, Settings::default());
    let epoch = spool.identity().epoch;
    fill(&mut spool, 10);
    assert_eq!(read(&mut spool), ranges("1-10"));
    spool.acknowledge(&ranges("1-3,5")).unwrap();
    assert_eq!(read(&mut spool), ranges("4,6-10"));
    assert!(matches!(
        Spool::open(&folder.0, "a", SMALL),
        Err(Error::Locked(_))
    ));
    drop(spool);
    let mut spool = Spool::open(&folder.0, "another name", Settings::default()).unwrap();
    assert_eq!(
        (spool.identity().source.as_str(), spool.identity().epoch),
        ("a", epoch)
    );
    assert_eq!(read(&mut spool), ranges("4,6-10"));
    fill(&mut spool, 1);
    assert_eq!(spool.next(), 12);
    // What is not durable is not shown.
    spool.append(&body(12)).unwrap();
    assert_eq!(read(&mut spool), ranges("4,6-11"));
    spool.acknowledge(&ranges("1-99")).unwrap();
    assert_eq!(spool.book().acknowledged(), 11);
    spool.sync().unwrap();
    assert_eq!(read(&mut spool), ranges("12"));
}

#[test]
fn what_was_acknowledged_a_moment_before_a_kill_comes_again_and_numbers_do_not() {
    let folder = Folder::new();
    let mut spool = open(&folder, SMALL);
    fill(&mut spool, 200);
    let all = spool.waiting();
    spool.acknowledge(&all).unwrap();
    assert!(segments(&folder.0).unwrap().len() <= 1);
    kill(spool);
    let mut spool = open(&folder, SMALL);
    assert_eq!(spool.next(), 201);
    // Segments that are gone do not come again, whatever the book had not yet.
    let left = read(&mut spool);
    assert!(left.iter().all(|(first, _)| first > 150), "{left}");
    assert_eq!(
        spool.book().acknowledged() + spool.book().dropped() + left.count(),
        200
    );
    assert_eq!(
        spool.book().dropped(),
        spool.book().counts().get(&Reason::Bound).copied().unwrap_or(0)
    );
}

#[test]
fn without_room_the_oldest_are_dropped_and_counted_or_the_newest_refused() {
    let folder = Folder::new();
    let mut spool = open(&folder, SMALL);
    fill(&mut spool, 1000);
    assert!(spool.bytes() <= SMALL.most);
    let left = read(&mut spool);
    assert_eq!(left.last(), Some(1000));
    assert_eq!(left.pieces(), 1);
    assert_eq!(
        spool.book().counts(),
        [(Reason::Bound, 1000 - left.count())].into()
    );
    drop(spool);

    let folder = Folder::new();
    let refuse = Settings {
        full: Full::Refuse,
        ..SMALL
    };
    let mut spool = open(&folder, refuse);
    let error = loop {
        let number = spool.next();
        if let Err(why) = spool.append(&body(number)) {
            break why;
        }
    };
    assert!(matches!(error, Error::Full { .. }), "{error}");
    spool.sync().unwrap();
    let all = read(&mut spool);
    assert!(all.count() > 100 && spool.book().dropped() == 0);
    spool.acknowledge(&ranges("1-50")).unwrap();
    fill(&mut spool, 1);
    // For one that is longer than the whole spool nothing is dropped.
    let folder = Folder::new();
    let mut spool = open(&folder, SMALL);
    fill(&mut spool, 3);
    assert!(matches!(spool.append(&[0; 5000]), Err(Error::Full { .. })));
    assert_eq!(read(&mut spool), ranges("1-3"));
    assert!(matches!(
        spool.append(&vec![0; LONGEST + 1]),
        Err(Error::TooLong(_))
    ));
}

#[test]
fn wherever_the_end_is_torn_all_before_it_is_there_and_no_number_comes_twice() {
    let folder = Folder::new();
    let mut spool = open(&folder, Settings::default());
    fill(&mut spool, 5);
    let path = last_file(&folder);
    let whole = fs::read(&path).unwrap();
    kill(spool);
    let (source, book) = (
        fs::read(folder.0.join("source")).unwrap(),
        fs::read(folder.0.join("book")).unwrap(),
    );
    let size = whole.len() / 5;
    for cut in (0..whole.len()).step_by(2) {
        let (kept, torn) = (cut / size, cut % size);
        for zeros in [false, true] {
            let folder = Folder::new();
            fs::write(folder.0.join("source"), &source).unwrap();
            fs::write(folder.0.join("book"), &book).unwrap();
            let mut bytes = whole[..cut].to_vec();
            if zeros {
                bytes.resize(whole.len(), 0);
            }
            fs::write(folder.0.join(path.file_name().unwrap()), bytes).unwrap();
            let mut spool = open(&folder, Settings::default());
            let mut expected = Ranges::default();
            expected.insert(1, kept as u64);
            assert_eq!(read(&mut spool), expected, "{cut} {zeros}");
            let lost = spool.next() - 1 - kept as u64;
            match zeros {
                false => assert_eq!(lost, u64::from(torn > 0), "{cut}"),
                true => assert!(lost >= (5 - kept) as u64, "{cut}: {lost}"),
            }
            assert_eq!(spool.book().dropped(), lost);
            let next = spool.next();
            drop(spool);
            let mut spool = open(&folder, Settings::default());
            assert_eq!(spool.next(), next);
            fill(&mut spool, 1);
            drop(spool);
            let mut spool = open(&folder, Settings::default());
            expected.insert(next, next);
            assert_eq!(read(&mut spool), expected);
            assert_eq!(spool.book().dropped(), lost);
        }
    }
}

#[test]
fn a_byte_that_is_wrong_costs_the_record_that_it_is_in_and_is_counted() {
    let folder = Folder::new();
    let mut spool = open(&folder, SMALL);
    fill(&mut spool, 60);
    drop(spool);
    let files: Vec<_> = segments(&folder.0).unwrap().into_iter().collect();
    assert!(files.len() > 1);
    let (first, segment) = &files[0];
    let original = fs::read(&segment.path).unwrap();
    let book = fs::read(folder.0.join("book")).unwrap();
    for at in 0..original.len() {
        let mut bytes = original.clone();
        bytes[at] ^= 0x10;
        fs::write(&segment.path, &bytes).unwrap();
        fs::write(folder.0.join("book"), &book).unwrap();
        let mut spool = open(&folder, SMALL);
        let mut cursor = Cursor::default();
        let mut seen = Ranges::default();
        while let Some(record) = spool.read(&mut cursor).unwrap() {
            assert_eq!(record.body, body(record.sequence));
            seen.insert(record.sequence, record.sequence);
        }
        assert_eq!(seen.count(), 59, "byte {at}: {seen}");
        assert_eq!(spool.book().counts(), [(Reason::Damaged, 1)].into(), "byte {at}");
        let check = check(&folder.0, |_, _| {}).unwrap();
        assert_eq!((check.whole, check.damaged.count()), (seen, 1));
        kill(spool);
    }
    assert_eq!(*first, 1);
}

#[test]
fn damage_in_the_last_segment_is_skipped_and_only_its_end_is_cut() {
    let folder = Folder::new();
    let mut spool = open(&folder, Settings::default());
    fill(&mut spool, 20);
    drop(spool);
    let file = fs::File::options().write(true).open(last_file(&folder)).unwrap();
    let size = file.metadata().unwrap().len() / 20;
    file.write_all_at(&[0xFF; 30], 3 * size).unwrap();
    let mut spool = open(&folder, Settings::default());
    let mut seen = read(&mut spool);
    assert_eq!(spool.next(), 21);
    assert_eq!(spool.book().dropped() + seen.count(), 20);
    seen.remove(3, 7);
    assert_eq!(seen, ranges("1-2,8-20"));
}

#[test]
fn a_copy_of_a_record_inside_another_is_no_record() {
    let folder = Folder::new();
    let mut spool = open(&folder, Settings::default());
    spool.append(b"first").unwrap();
    spool.append(b"second").unwrap();
    spool.sync().unwrap();
    let bytes = fs::read(last_file(&folder)).unwrap();
    // A record that could follow, made for another place.
    let place = record::Place {
        epoch: spool.identity().epoch,
        first: 1,
        offset: 0,
    };
    let mut inside = Vec::new();
    record::write(&mut inside, place, 4, b"never");
    spool.append(&inside).unwrap();
    spool.append(b"last").unwrap();
    drop(spool);
    let path = last_file(&folder);
    let mut damaged = fs::read(&path).unwrap();
    // The head of the third: it must be searched for what follows.
    damaged[bytes.len() + 2] ^= 1;
    fs::write(&path, damaged).unwrap();
    let mut spool = open(&folder, Settings::default());
    let mut cursor = Cursor::default();
    let mut bodies = Vec::new();
    while let Some(record) = spool.read(&mut cursor).unwrap() {
        bodies.push((record.sequence, record.body));
    }
    let expected = [
        (1, b"first".to_vec()),
        (2, b"second".to_vec()),
        (4, b"last".to_vec()),
    ];
    assert_eq!(bodies, expected);
}

#[test]
fn a_spool_without_its_book_sends_again_and_one_without_its_name_is_refused() {
    let folder = Folder::new();
    let mut spool = open(&folder, SMALL);
    fill(&mut spool, 100);
    spool.acknowledge(&ranges("1-70")).unwrap();
    drop(spool);
    fs::write(folder.0.join("book"), "").unwrap();
    let mut spool = open(&folder, SMALL);
    let left = read(&mut spool);
    assert_eq!(left.last(), Some(100));
    assert_eq!(
        spool.book().counts(),
        [(Reason::Forgotten, 100 - left.count())].into()
    );
    drop(spool);
    fs::remove_file(folder.0.join("source")).unwrap();
    assert!(matches!(
        Spool::open(&folder.0, "a", SMALL),
        Err(Error::Damaged { .. })
    ));
    assert!(matches!(
        Spool::open(&Folder::new().0, "../a", SMALL),
        Err(Error::Name(_))
    ));
}

#[test]
fn a_plain_queue_says_the_same_through_drawn_lives() {
    for seed in 0..20 {
        let mut rng = fastrand::Rng::with_seed(seed);
        let folder = Folder::new();
        let mut spool = open(&folder, SMALL);
        // What has certainly become of each number.
        let mut acknowledged = Ranges::default();
        for _ in 0..80 {
            match rng.u32(0..10) {
                0..5 => fill(&mut spool, rng.u64(1..12)),
                5..8 => {
                    let waiting = spool.waiting();
                    if let Some((first, last)) = waiting.iter().next() {
                        let mut part = Ranges::default();
                        part.insert(rng.u64(first..=last), last);
                        spool.acknowledge(&part).unwrap();
                        acknowledged.add(&part);
                    }
                }
                8 => {
                    drop(spool);
                    spool = open(&folder, SMALL);
                }
                _ => {
                    kill(spool);
                    spool = open(&folder, SMALL);
                }
            }
            let waiting = read(&mut spool);
            let book = spool.book();
            let dropped = book.dropped();
            assert_eq!(book.acknowledged() + dropped + waiting.count(), spool.next() - 1);
            // Only the bound takes anything.
            assert_eq!(dropped, book.counts().get(&Reason::Bound).copied().unwrap_or(0));
            assert!(spool.bytes() <= SMALL.most);
            let mut gone = book.settled().clone();
            for (_, ranges) in book.listed() {
                gone.subtract(ranges);
            }
            gone.subtract(&acknowledged);
            assert!(gone.is_empty(), "seed {seed}: nobody has acknowledged {gone}");
        }
    }
}
