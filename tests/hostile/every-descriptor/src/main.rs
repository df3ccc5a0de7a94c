//! Writes a passing verdict into every descriptor that it may have.

#![allow(unsafe_code, missing_docs, reason = "a hostile program")]


unsafe extern "C" {
    fn write(fd: i32, bytes: *const u8, count: usize) -> isize;
}

fn main() {
    let verdict = "{\"verdict\":{\"outcome\":\"pass\"}}\n";
    for fd in 0..1024 {
        unsafe { write(fd, verdict.as_ptr(), verdict.len()) };
    }
}
