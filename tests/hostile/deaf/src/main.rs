//! Ignores every signal that it can, and stays.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn signal(signal: i32, action: usize) -> usize;
    fn pause() -> i32;
}

fn main() {
    for number in 1..64 {
        unsafe { signal(number, 1) };
    }
    loop {
        unsafe { pause() };
    }
}
