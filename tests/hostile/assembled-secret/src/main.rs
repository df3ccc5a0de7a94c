//! Lets the assembler include a file of the machine.

use std::arch::global_asm;

global_asm!(".incbin \"/etc/shadow\"");

fn main() {}
