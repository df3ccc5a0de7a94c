//! Reads address 8.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


fn main() {
    let address = std::hint::black_box(8 as *const u64);
    println!("{}", unsafe { address.read_volatile() });
}
