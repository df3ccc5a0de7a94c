//! Leaves processes in sessions of their own that hold its standard output, and ends.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn fork() -> i32;
    fn setsid() -> i32;
    fn pause() -> i32;
}

fn main() {
    for _ in 0..5 {
        if unsafe { fork() } == 0 {
            unsafe { setsid() };
            if unsafe { fork() } == 0 {
                loop {
                    unsafe { pause() };
                }
            }
            std::process::exit(0);
        }
    }
}
