//! Includes a file of the machine when it is compiled.

fn main() {
    print!("{}", include_str!("/etc/shadow"));
}
