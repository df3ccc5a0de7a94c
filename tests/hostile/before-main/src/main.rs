//! Ends with status 0 before main.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn _exit(status: i32) -> !;
}

extern "C" fn early() {
    unsafe { _exit(0) }
}

#[used]
#[unsafe(link_section = ".init_array")]
static EARLY: extern "C" fn() = early;

fn main() {
    println!("never");
}
