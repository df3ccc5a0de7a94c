//! Leaves its process group and session, and stays.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn fork() -> i32;
    fn setsid() -> i32;
    fn pause() -> i32;
}

fn main() {
    // The child holds standard output in a session of its own; the parent stays as well.
    if unsafe { fork() } == 0 {
        unsafe { setsid() };
    }
    loop {
        unsafe { pause() };
    }
}
