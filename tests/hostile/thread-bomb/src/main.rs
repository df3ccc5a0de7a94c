//! Starts threads without end.

fn main() {
    let mut threads = Vec::new();
    loop {
        let thread = std::thread::Builder::new()
            .stack_size(16 << 10)
            .spawn(|| std::thread::sleep(std::time::Duration::from_secs(1)));
        match thread {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                eprintln!("{} threads, then {error}", threads.len());
                std::process::exit(1);
            }
        }
    }
}
