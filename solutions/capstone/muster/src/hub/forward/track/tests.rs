use super::*;

const T: i64 = 1_700_000_000_000;

fn track(sent: &[(&str, i64)]) -> Track {
    Track::new(sent.iter().map(|(host, ms)| ((*host).into(), *ms)).collect())
}

fn names(slice: &Slice) -> Vec<&str> {
    slice.hosts.iter().map(|part| &*part.host).collect()
}

/// Cuts a slice without waiting.
fn cut(track: &Track) -> Slice {
    track.state().slice()
}

#[test]
fn what_is_oldest_goes_first_and_others_wait_until_it_is_their_turn() {
    let track = track(&[("a", T - 1)]);
    track.stored("a", T);
    track.stored("b", T + SLICE_MS - 1);
    track.stored("c", T + SLICE_MS);
    let slice = cut(&track);
    assert_eq!((names(&slice), slice.to_ms), (vec!["a", "b"], T + SLICE_MS));
    assert_eq!((slice.hosts[0].from_ms, slice.hosts[1].from_ms), (T, i64::MIN));
    for (part, time_ms) in slice.hosts.iter().zip([T, T + SLICE_MS - 1]) {
        track.is_sent(&part.host, time_ms);
        track.is_done(part, slice.to_ms, None);
    }
    assert_eq!(names(&cut(&track)), ["c"]);
}

#[test]
fn what_comes_while_a_slice_is_sent_is_sent_with_the_next_one_unless_it_was_read_already() {
    let track = track(&[]);
    track.stored("a", T);
    let slice = cut(&track);
    // Both come now; the first was committed before the slice was read, and is read with it.
    track.stored("a", T + 10);
    track.stored("a", T + 20);
    track.is_sent(&slice.hosts[0].host, T + 10);
    track.is_done(&slice.hosts[0], slice.to_ms, None);
    let slice = cut(&track);
    assert_eq!(slice.hosts[0].from_ms, T + 11);
    track.is_sent(&slice.hosts[0].host, T + 20);
    track.is_done(&slice.hosts[0], slice.to_ms, None);
    assert_eq!(track.waiting(T).0, 0);
    // It is told late of what was sent.
    track.stored("a", T + 20);
    assert_eq!(track.waiting(T).0, 0);
}

#[test]
fn what_the_store_has_from_before_is_sent_piece_by_piece() {
    let track = track(&[("a", T)]);
    track.found("a", T + 10);
    let slice = cut(&track);
    assert!(slice.hosts[0].may_go_on);
    track.is_sent(&slice.hosts[0].host, T + SLICE_MS);
    // The store has more, a day later; and something comes.
    let later = T + 86_400_000;
    track.stored("a", later + 5);
    track.is_done(&slice.hosts[0], slice.to_ms, Some(later));
    let slice = cut(&track);
    assert_eq!(slice.to_ms, later + SLICE_MS);
    assert_eq!(track.waiting(later + 60_000), (1, Duration::from_secs(60)));
    track.is_sent(&slice.hosts[0].host, later + 5);
    track.is_done(&slice.hosts[0], slice.to_ms, None);
    assert_eq!(track.waiting(later), (0, Duration::ZERO));
}

#[test]
fn a_host_with_nothing_in_a_slice_is_not_looked_at_for_ever() {
    let track = track(&[]);
    // Its samples have gone with their retention.
    track.stored("a", T);
    let slice = cut(&track);
    track.is_done(&slice.hosts[0], slice.to_ms, None);
    assert_eq!(track.waiting(T).0, 0);
    track.found("b", T);
    let slice = cut(&track);
    track.is_done(&slice.hosts[0], slice.to_ms, Some(T + SLICE_MS));
    assert_eq!(cut(&track).to_ms, T + 2 * SLICE_MS);
}

#[test]
fn what_cannot_be_read_is_passed_over_and_what_comes_now_is_not() {
    let now_ms = store::now_ms();
    let track = track(&[]);
    track.stored("a", T);
    let slice = cut(&track);
    assert_eq!(slice.hosts[0].passed_over(slice.to_ms), slice.to_ms - 1);
    let track = self::track(&[]);
    track.stored("a", now_ms);
    let slice = cut(&track);
    assert_eq!(slice.hosts[0].passed_over(slice.to_ms), now_ms);
}

#[test]
fn who_waits_is_woken_by_the_end() {
    let track = Arc::new(track(&[]));
    let waits = Arc::clone(&track);
    let thread = std::thread::spawn(move || waits.next(Duration::from_secs(3600)));
    track.stored("a", T);
    track.stop();
    assert_eq!(thread.join().unwrap(), None);
}
