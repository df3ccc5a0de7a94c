//! Looks for more rights: root, namespaces, mounts, io_uring.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn setuid(uid: u32) -> i32;
    fn unshare(flags: i32) -> i32;
    fn syscall(number: i64, ...) -> i64;
}

fn main() {
    println!("root {}", unsafe { setuid(0) });
    for flags in [0x1000_0000, 0x0002_0000, 0x2000_0000, 0x4000_0000] {
        println!("unshare {flags:x} {}", unsafe { unshare(flags) });
    }
    println!("io_uring {}", unsafe { syscall(425, 8, 0) });
    for program in ["su", "sudo", "mount", "passwd"] {
        println!("{program} {:?}", std::process::Command::new(program).arg("--help").status().ok());
    }
}
