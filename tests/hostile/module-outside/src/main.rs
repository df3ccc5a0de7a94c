//! Names a module by a path that leads out.

#[path = "../../../../../../../tests/lab01-wordcount/stages.rs"]
mod stages;

fn main() {
    stages::main();
}
