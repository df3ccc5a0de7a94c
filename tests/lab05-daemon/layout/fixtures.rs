//! Made-up processes, for what no process on this machine shows.

use support::{Case, Ended};

use super::smaps::{made, process};

const PROGRAM: &str = "
    00400000-00401000 r--p 0 12 /usr/bin/tool | 4 2
    00401000-00410000 r-xp 1000 12 /usr/bin/tool | 60 30
    00410000-00414000 r--p 10000 12 /usr/bin/tool | 16 8
    00414000-00415000 r--p 13000 12 /usr/bin/tool | 4 4
    00415000-00417000 rw-p 14000 12 /usr/bin/tool | 8 8
    00417000-0042f000 rw-p 0 0  | 20 20
    01a00000-01a21000 rw-p 0 0 [heap] | 100 100
    7f1000000000-7f1000200000 rw-p 0 0  | 512 512
    7f1000200000-7f1000228000 r--p 0 77 /usr/lib/libc.so.6 | 152 3
    7f1000228000-7f10003b0000 r-xp 28000 77 /usr/lib/libc.so.6 | 1000 21
    7f10003b0000-7f10003b4000 ---p 1b0000 77 /usr/lib/libc.so.6 | 0 0
    7f10003b4000-7f10003b6000 rw-p 1b0000 77 /usr/lib/libc.so.6 | 8 8
    7f10003b6000-7f10003c2000 rw-p 0 0  | 24 24
    7f10003d0000-7f10003d8000 r--s 0 80 /usr/lib/gconv.cache | 28 1
    7f10003d8000-7f10003e0000 r--p 0 81 /usr/lib/locale/C.utf8/LC_CTYPE | 32 1
    7f10003e0000-7f10003e1000 rw-p 0 82 /var/lib/tool/state | 4 4
    7f10003e1000-7f10003e2000 rw-p 0 0  | 4 4
    7f10003f0000-7f10003f2000 rwxp 0 0  | 8 8
    7f10003f8000-7f10003fc000 r--p 0 0 [vvar] | 0 0
    7f10003fc000-7f10003fe000 r--p 0 0 [vvar_vclock] | 0 0
    7f10003fe000-7f1000400000 r-xp 0 0 [vdso] | 4 0
    7ffc00000000-7ffc00021000 rw-p 0 0 [stack] | 20 20
    ffffffffff600000-ffffffffff601000 --xp 0 0 [vsyscall] | 0 0
";

fn layout(case: &mut Case, args: &[&str]) -> Ended {
    case.program("daemon")
        .args(["layout", "--proc", "proc"])
        .args(args)
        .run()
}

pub(super) fn a_program_and_its_libraries(case: &mut Case) {
    process(case, 42, &made(PROGRAM), &[]);
    let ended = layout(case, &["42"]);
    case.snapshot(&ended);
}

pub(super) fn threads_and_their_guards(case: &mut Case) {
    let smaps = made(
        "
        00400000-00410000 r-xp 0 12 /usr/bin/tool | 60 30
        00410000-00411000 rw-p 10000 12 /usr/bin/tool | 4 4
        00411000-00420000 rw-p 0 0  | 8 8
        00430000-00431000 rw-p 20000 12 /usr/bin/tool | 4 4
        00432000-00433000 rw-p 0 0  | 4 4
        00440000-00441000 rw-p 30000 12 /usr/bin/tool | 4 4
        00441000-00450000 rw-p 0 0  | 8 8
        7f1000000000-7f1000021000 rw-p 0 0  | 12 12
        7f1000021000-7f1004000000 ---p 0 0  | 0 0
        7f2000000000-7f2000001000 ---p 0 0  | 0 0
        7f2000001000-7f2000801000 rw-p 0 0  | 16 16
        7f2000801000-7f2000802000 ---p 0 0  | 0 0
        7f2000802000-7f2001002000 rw-p 0 0  | 12 12
        7f2001002000-7f2001003000 ---p 0 0  | 0 0
        7f2001003000-7f2001803000 rw-p 0 0  | 8 8
        7f3000000000-7f3000001000 ---p 0 0  | 0 0
        7f3000001000-7f3000002000 ---p 0 0 [anon:reserved] | 0 0
        7f4000000000-7f4000100000 rw-p 0 0 [anon:stack_and_tls:46] | 4 4
        7ffc00000000-7ffc00021000 rw-p 0 0 [stack] | 20 20
        ",
    );
    // 42 is the first thread. 45 runs, and has nothing to tell. 47 stands at the first byte of a mapping, 48 right behind one.
    // 49 stands where bss would be, and 50 on the stack of 43.
    let stacks = [
        (
            42,
            "0 0x0 0x7ffc0000f000 0x400 0x0 0x0 0x0 0x7ffc00010000 0x7f1000000123\n",
        ),
        (
            43,
            "202 0x1 0x80 0x0 0x7f2000802000 0x0 0x0 0x7f2000800ff0 0x7f1000000123\n",
        ),
        (44, "-1 0x7f2001001e80 0x401234\n"),
        (45, "running\n"),
        (46, "35 0x1 0x2 0x3 0x4 0x5 0x6 0x7f40000ff000 0x401234\n"),
        (47, "35 0x1 0x2 0x3 0x4 0x5 0x6 0x7f1000000000 0x401234\n"),
        (48, "35 0x1 0x2 0x3 0x4 0x5 0x6 0x420000 0x401234\n"),
        (49, "35 0x1 0x2 0x3 0x4 0x5 0x6 0x44f000 0x401234\n"),
        (50, "35 0x1 0x2 0x3 0x4 0x5 0x6 0x7f2000700000 0x401234\n"),
    ];
    process(case, 42, &smaps, &stacks);
    let ended = layout(case, &["42"]);
    case.snapshot(&ended);
}

pub(super) fn memory_that_is_shared(case: &mut Case) {
    let smaps = made(
        "
        00400000-00410000 r-xp 0 12 /usr/bin/tool | 60 30
        7f1000000000-7f1000010000 rw-s 0 2051 /memfd:buffer (deleted) | 64 32
        7f1000010000-7f1000020000 rw-s 0 32769 /SYSV00000000 (deleted) | 64 16
        7f1000020000-7f1000030000 rw-s 0 3 /dev/shm/queue | 64 16
        7f1000030000-7f1000040000 rw-s 0 1025 /dev/zero (deleted) | 8 4
        7f1000040000-7f1000050000 rw-s 0 0 [anon_shmem:frames] | 8 4
        7f1000050000-7f1000060000 rw-s 0 500 /var/lib/tool/index | 64 64
        7f1000060000-7f1000070000 rw-s 0 501 /dev/dri/card0 | 0 0
        7f1000070000-7f1000080000 rw-p 0 502 /memfd:private (deleted) | 8 8
        7f1000080000-7f1000082000 r--p 0 503 /memfd:program (deleted) | 8 8
        7f1000082000-7f1000090000 r-xp 2000 503 /memfd:program (deleted) | 56 56
        7f1000090000-7f1000092000 rw-s 0 600 /dev/zeros | 8 8
        7f1000092000-7f1000093000 rw-s 0 13 anon_inode:[io_uring] | 4 4
        7f1000094000-7f1000095000 r-xs 0 700 /usr/lib/shared.so | 4 4
        7f1000095000-7f1000096000 rw-p 1000 700 /usr/lib/shared.so | 4 4
        ",
    );
    process(case, 42, &smaps, &[]);
    let ended = layout(case, &["42"]);
    case.snapshot(&ended);
}

pub(super) fn names_that_are_odd(case: &mut Case) {
    let smaps = made(
        "
        00400000-00401000 r--p 0 12 /opt/my tool/bin  x (deleted) | 4 2
        00401000-00410000 r-xp 1000 12 /opt/my tool/bin  x (deleted) | 60 30
        00410000-00412000 rw-p 10000 12 /opt/my tool/bin  x (deleted) | 8 8
        00412000-00420000 rw-p 0 0 [anon:.bss] | 8 8
        00420000-00421000 r--p 0 13 /opt/my tool/bin  x (deleted) | 4 4
        00430000-00431000 r--p 0 14 /opt/12-34 r-xp 0 | 4 4
        00440000-00441000 rw-p 0 0 [heap of work] | 4 4
        00450000-00451000 r-xp 0 0 [uprobes] | 4 4
        00460000-00461000 rw-p 0 15 /tmp/[heap] | 4 4
        00470000-00471000 rw-p 0 16 Size: | 4 4
        00480000-00481000 rw-p 0 12 /opt/of another file system | 4 4
        00490000-00491000 rw-p 0 0 [anon:a/b] | 4 4
        ",
    );
    process(case, 42, &smaps, &[]);
    let ended = layout(case, &["42"]);
    case.snapshot(&ended);
}

pub(super) fn a_file_has_a_name_that_begins_with_a_slash(case: &mut Case) {
    let smaps = made(
        "
        00480000-00481000 rw-p 2000 12 /opt/a b | 4 4
        00490000-00491000 rw-p 0 0 [anon:a/b] | 4 4
        004a0000-004a1000 rw-s 3000 13 anon_inode:[a/b] | 4 4
        ",
    );
    process(case, 42, &smaps, &[]);
    let ended = layout(
        case,
        &[
            "42", "--find", "0x480010", "--find", "0x490010", "--find", "0x4a0010",
        ],
    );
    case.expect_stdout(
        &ended,
        "0x480010: file, /opt/a b, 0x10 in 00480000-00481000, 0x2010 in the file\n\
         0x490010: anonymous, [anon:a/b], 0x10 in 00490000-00491000\n\
         0x4a0010: file, anon_inode:[a/b], 0x10 in 004a0000-004a1000\n",
    );
}

pub(super) fn kernels_differ_in_what_they_say(case: &mut Case) {
    // Linux 3.10: names of thread stacks, fewer lines, no PSS in the last one.
    let old = "\
00400000-0040b000 r-xp 00000000 08:01 131 /bin/cat
Size:                 44 kB
Rss:                  40 kB
Pss:                  20 kB
Shared_Clean:          0 kB
7f0000000000-7f0000800000 rw-p 00000000 00:00 0                          [stack:1302]
Size:               8192 kB
Rss:                   8 kB
Pss:                   8 kB
7fff00000000-7fff00015000 rw-p 00000000 00:00 0                          [stack]
Size:                 88 kB
Rss:                  12 kB
";
    process(case, 1300, old, &[]);
    let ended = layout(case, &["1300"]);
    case.snapshot(&ended);
    // What may come: keys that contain known ones, other units, text, and sizes that are very long.
    let new = "\
5500000000-5500001000 r-xp 00000000 103:02 18446744073709551615 /bin/cat
Rss_Locked:         1000 kB
Rss:                   4 kB
PssRss:             1000 kB
Pss:                   2 kB
Rss: a new sentence, in kB
Pss:                7000 MB
Rss
: 12 kB
Pss:  kB
Colour:               red
Notes: r-xp 0-1000 rw-p

ffffff0000000000-ffffff8000000000 rw-p 00000000 00:00 0
Rss:           536870912 kB
Pss:           268435456 kB
";
    process(case, 1301, new, &[]);
    let ended = layout(case, &["1301"]);
    case.snapshot(&ended);
}

pub(super) fn json_says_the_same_in_lines(case: &mut Case) {
    process(case, 42, &made(PROGRAM), &[]);
    let ended = layout(case, &["42", "--json"]);
    case.snapshot(&ended);
    let ended = layout(
        case,
        &["--json", "42", "--find", "0x401004", "--find", "0x1a00000"],
    );
    case.snapshot(&ended);
}

pub(super) fn a_mapping_ends_before_its_end(case: &mut Case) {
    process(case, 42, &made(PROGRAM), &[]);
    // First and last byte of mappings, with and without a neighbour; and an address beyond the middle of a file.
    let inside = [
        "0x400000",
        "0x400fff",
        "0x401000",
        "0x416fff",
        "0x417000",
        "0x1a00000",
        "0x1a20fff",
        "0x7f10003b4abc",
        "0x7f10003d0010",
        "0x7F10003F1FFF",
        "0xffffffffff600fff",
        "0x0000000000000401234",
    ];
    let find = |addresses: &[&str]| -> Vec<String> {
        let pairs = addresses.iter().flat_map(|address| ["--find", address]);
        ["42"].into_iter().chain(pairs).map(str::to_owned).collect()
    };
    let args = find(&inside);
    let ended = layout(case, &args.iter().map(String::as_str).collect::<Vec<_>>());
    case.snapshot(&ended);
    for outside in [
        "0x0",
        "0x3fffff",
        "0x42f000",
        "0x19fffff",
        "0x1a21000",
        "0x7f10003c2000",
        "0xffffffffffffffff",
    ] {
        let args = find(&[outside, "0x401000"]);
        let ended = layout(case, &args.iter().map(String::as_str).collect::<Vec<_>>());
        case.expect_status(&ended, 1);
        case.expect_stdout(
            &ended,
            "0x401000: text, /usr/bin/tool, 0x0 in 00401000-00410000, 0x1000 in the file\n",
        );
        case.expect_stderr_names(&ended, &format!("{outside}: not mapped in process 42"));
    }
}
