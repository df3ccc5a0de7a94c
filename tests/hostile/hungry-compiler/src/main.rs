//! Makes the compiler take memory without end.

#![recursion_limit = "1024"]

macro_rules! double {
    ($($token:tt)*; ) => { concat!($($token)*) };
    ($($token:tt)*; $first:tt $($rest:tt)*) => { double!($($token)* $($token)*; $($rest)*) };
}

fn main() {
    println!("{}", double!("x", "y",; 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1));
}
