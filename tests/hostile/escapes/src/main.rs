//! Prints what a terminal obeys, what a page would run, and what a spreadsheet computes.

fn main() {
    print!("\x1b]0;pwned\x07\x1b[2J\x1b[1;31m<script>alert(1)</script>]]>&amp;\n=HYPERLINK(\"http://x\")\n\u{202e}\r\0\n");
    eprint!("\x1b[8m@SUM(1+1)*cmd|' /C calc'!A0\n");
    std::process::exit(3);
}
