//! A process to be looked at: prints where some of its things are, then waits until its standard input ends.
//!
//! Each line has a word and an address; that of the thread has its id between them.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc;
use std::thread;

use daemon::sys::{Sharing, map_file};
use nix::unistd::gettid;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use rustix::process::{PTracer, set_ptracer};

/// Large enough that its middle is not in a page with other things.
const LENGTH: usize = 64 << 10;

static CONSTANT: [u8; LENGTH] = [1; LENGTH];
static VARIABLE: [AtomicU64; LENGTH / 8] = [const { AtomicU64::new(1) }; LENGTH / 8];
static ZEROED: [AtomicU64; LENGTH / 8] = [const { AtomicU64::new(0) }; LENGTH / 8];

fn main() -> io::Result<()> {
    // Without this, some systems show stack pointers only to the parent of a process. Where nobody asks, it fails.
    let _ = set_ptracer(PTracer::Any);

    let shared = File::from(memfd_create("specimen", MemfdFlags::CLOEXEC)?);
    ftruncate(shared.as_fd(), LENGTH as u64)?;
    let path = std::env::temp_dir().join(format!("specimen-{}", std::process::id()));
    fs::write(&path, CONSTANT)?;
    let mapped = map_file(&File::open(&path)?, LENGTH, Sharing::Private)?;

    let (tell, told) = mpsc::channel();
    let (_keep, wait) = mpsc::channel::<()>();
    thread::spawn(move || {
        let local = black_box(0_u8);
        let _ = tell.send((gettid(), at(&local)));
        let _ = wait.recv();
    });
    let (tid, threads_local) = told.recv().map_err(io::Error::other)?;

    let boxed = black_box(Box::new(0_u64));
    let local = black_box(0_u8);
    let function = main as fn() -> io::Result<()> as usize as u64;
    let mut out = io::stdout().lock();
    writeln!(out, "function {function:#x}")?;
    writeln!(out, "constant {:#x}", at(&CONSTANT[LENGTH / 2]))?;
    writeln!(out, "variable {:#x}", at(&VARIABLE[LENGTH / 16]))?;
    writeln!(out, "zeroed {:#x}", at(&ZEROED[LENGTH / 16]))?;
    writeln!(out, "box {:#x}", at(&*boxed))?;
    writeln!(out, "local {:#x}", at(&local))?;
    writeln!(out, "thread {} {threads_local:#x}", tid)?;
    writeln!(out, "file {:#x}", mapped + 4097)?;
    writeln!(out, "shared {:#x}", map_file(&shared, LENGTH, Sharing::Shared)?)?;
    out.flush()?;
    io::stdin().read_to_end(&mut Vec::new())?;
    fs::remove_file(&path)
}

fn at<T>(thing: &T) -> u64 {
    std::ptr::from_ref(black_box(thing)).addr() as u64
}
