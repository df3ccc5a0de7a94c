//! Includes a file of the course when it is compiled, by a path that climbs.

fn main() {
    print!("{}", include_str!("../../../../../../../tests/lab01-wordcount/lab.toml"));
}
