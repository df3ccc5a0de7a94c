//! Counters, drawn.

use support::{Case, Exchange, Rng};

const FIELDS: [&str; 16] = [
    "MemTotal",
    "MemFree",
    "MemAvailable",
    "Buffers",
    "Cached",
    "SwapCached",
    "Active(file)",
    "Dirty",
    "Shmem",
    "Slab",
    "SwapTotal",
    "SwapFree",
    "Percpu",
    "DirectMap4k",
    "Hugetlb",
    "VmallocUsed",
];

pub(super) fn drawn_counters_are_read(case: &mut Case) {
    case.seeded(12, |rng| {
        let exchange = Exchange::of("collect")
            .args(["--root", "host"])
            .file("host/proc/stat", stat(rng))
            .file("host/proc/meminfo", memory(rng))
            .file(
                "host/proc/loadavg",
                format!("{} {} {} 1/2 3\n", part(rng), part(rng), part(rng)),
            )
            .file("host/proc/vmstat", vm(rng));
        match rng.bool() {
            true => exchange.file("host/proc/pressure/io", pressure(rng)),
            false => exchange.file("host/proc/uptime", format!("{} {}\n", part(rng), part(rng))),
        }
    });
}

/// The messages are the program's own; what is printed, and the status, are not.
pub(super) fn drawn_files_are_broken(case: &mut Case) {
    const WRONG: [&str; 8] = [
        "-1",
        "x",
        "18446744073709551616",
        "",
        "1e9",
        "\u{fffd}",
        "+0",
        "٣",
    ];
    case.seeded(12, |rng| {
        let mut broken = |text: String| {
            let mut words: Vec<String> = text.split_inclusive([' ', '\n']).map(str::to_owned).collect();
            for _ in 0..rng.usize(0..3) {
                let at = rng.usize(0..words.len());
                let end = words[at].chars().last().filter(|end| *end == ' ' || *end == '\n');
                words[at] = WRONG[rng.usize(0..WRONG.len())].to_owned();
                words[at].extend(end);
            }
            words.concat()
        };
        let mut more = Rng::with_seed(7);
        Exchange::of("collect")
            .args(["--root", "host"])
            .file("host/proc/stat", broken(stat(&mut more)))
            .file("host/proc/meminfo", broken(memory(&mut more)))
            .file("host/proc/vmstat", broken(vm(&mut more)))
            .file("host/proc/pressure/io", broken(pressure(&mut more)))
    });
}

fn number(rng: &mut Rng) -> u64 {
    let bits = rng.u32(1..50);
    rng.u64(0..1 << bits)
}

fn part(rng: &mut Rng) -> String {
    format!("{}.{:02}", rng.u32(0..200), rng.u32(0..100))
}

fn stat(rng: &mut Rng) -> String {
    let fields = rng.usize(4..12);
    let mut line = |name: String| {
        let times: String = (0..fields).map(|_| format!(" {}", number(rng))).collect();
        format!("{name}{times}\n")
    };
    let mut text = line("cpu ".into());
    for cpu in 0..fields {
        if cpu % 3 != 1 {
            text += &line(format!("cpu{cpu}"));
        }
    }
    let mut others: Vec<String> = [
        "intr",
        "ctxt",
        "btime",
        "processes",
        "procs_running",
        "procs_blocked",
    ]
    .iter()
    .map(|name| format!("{name} {} {}\n", number(rng), number(rng)))
    .collect();
    rng.shuffle(&mut others);
    others.truncate(rng.usize(1..=6));
    text + &others.concat()
}

fn memory(rng: &mut Rng) -> String {
    let mut lines: Vec<String> = FIELDS
        .iter()
        .map(|field| format!("{field}: {:>10} kB\n", number(rng)))
        .collect();
    lines.extend(
        ["Total", "Free", "Rsvd", "Surp"].map(|field| format!("HugePages_{field}: {}\n", rng.u32(0..9))),
    );
    rng.shuffle(&mut lines);
    lines.truncate(rng.usize(3..=lines.len()));
    lines.concat()
}

fn vm(rng: &mut Rng) -> String {
    [
        "nr_dirty",
        "pgpgin",
        "pgpgout",
        "pswpin",
        "pswpout",
        "pgfault",
        "pgmajfault",
        "oom_kill",
    ]
    .iter()
    .map(|name| format!("{name} {}\n", number(rng) >> 8))
    .collect()
}

fn pressure(rng: &mut Rng) -> String {
    ["some", "full"]
        .iter()
        .map(|kind| {
            format!(
                "{kind} avg10={}.{:02} avg60=0.00 avg300=0.00 total={}\n",
                rng.u32(0..100),
                rng.u32(0..100),
                number(rng)
            )
        })
        .collect()
}
