//! Takes memory in daemons, each of them small and none a child of the program any more.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn fork() -> i32;
    fn setsid() -> i32;
    fn pause() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
}

fn main() {
    for _ in 0..60 {
        let child = unsafe { fork() };
        if child != 0 {
            unsafe { waitpid(child, std::ptr::null_mut(), 0) };
        } else {
            unsafe { setsid() };
            if unsafe { fork() } != 0 {
                std::process::exit(0);
            }
            let held = std::hint::black_box(vec![1u8; 64 << 20]);
            unsafe { pause() };
            drop(held);
        }
    }
    // The case lasts as long as this does.
    std::thread::sleep(std::time::Duration::from_secs(60));
}
