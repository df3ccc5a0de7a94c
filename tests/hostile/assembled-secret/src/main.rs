//! Lets the assembler include a file of the machine.

#![allow(unsafe_code, reason = "a hostile program")]

use std::arch::global_asm;

global_asm!(".incbin \"/etc/shadow\"");

fn main() {}
