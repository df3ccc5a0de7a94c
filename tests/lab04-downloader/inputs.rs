//! Writes the inputs that `bench` uses: `downloader-inputs file MIB` prints that many MiB of noise, which no file system makes smaller.
//!
//! The same arguments give the same bytes on every machine.

use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mib = match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["file", mib] => mib.parse::<u64>().ok(),
        _ => None,
    };
    let Some(mib) = mib else {
        let _ = writeln!(io::stderr(), "usage: downloader-inputs file MIB");
        return ExitCode::from(2);
    };
    match write(mib) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "downloader-inputs: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes noise: xorshift64*, a word at a time.
///
/// Source: Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled" (2016).
fn write(mib: u64) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let mut state = 42_u64;
    let mut piece = vec![0; 1 << 20];
    for _ in 0..mib {
        for word in piece.chunks_exact_mut(8) {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            word.copy_from_slice(&state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes());
        }
        out.write_all(&piece)?;
    }
    out.flush()
}
