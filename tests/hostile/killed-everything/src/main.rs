//! Kills every process that it may.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn kill(pid: i32, signal: i32) -> i32;
}

fn main() {
    unsafe { kill(-1, 9) };
}
