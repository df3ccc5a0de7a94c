//! Makes the compiler evaluate for ever.

#![allow(long_running_const_eval, reason = "a hostile program")]

const FOREVER: u64 = {
    let mut number = 0u64;
    while number < u64::MAX {
        number += 1;
    }
    number
};

fn main() {
    println!("{FOREVER}");
}
