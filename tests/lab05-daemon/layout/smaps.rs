//! Text as the kernel writes it.

use support::Case;

/// A mapping for a made-up process.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) permissions: &'a str,
    pub(super) offset: u64,
    pub(super) inode: u64,
    pub(super) name: &'a str,
    pub(super) rss: u64,
    pub(super) pss: u64,
}

impl Made<'_> {
    /// Writes it as a recent kernel does.
    pub(super) fn text(&self) -> String {
        let Self {
            start,
            end,
            permissions,
            offset,
            inode,
            name,
            rss,
            pss,
        } = self;
        let device = if *inode == 0 { "00:00" } else { "fe:00" };
        let head = format!("{start:08x}-{end:08x} {permissions} {offset:08x} {device} {inode} ");
        let head = match name.is_empty() {
            true => head,
            false => format!("{head:73}{name}"),
        };
        let size = (end - start) / 1024;
        format!(
            "{head}\nSize: {size:18} kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\nRss: {rss:19} kB\nPss: {pss:19} kB\n\
             Pss_Dirty:             0 kB\nShared_Clean:         12 kB\nReferenced: {rss:12} kB\nSwapPss:               3 kB\n\
             THPeligible:           0\nProtectionKey:         0\nVmFlags: rd mr mw me sd \n"
        )
    }
}

/// Reads lines such as `400000-401000 r-xp 1000 12 /bin/x | 4 2`: range, permissions, offset, inode, name, then RSS and PSS.
pub(super) fn made(table: &str) -> String {
    let row = |line: &str| {
        let (head, sizes) = line
            .split_once(" | ")
            .unwrap_or_else(|| panic!("no sizes in {line}"));
        let mut fields = head.trim().splitn(5, ' ');
        let mut field = || fields.next().unwrap_or_default();
        let hex = |text: &str| u64::from_str_radix(text, 16).unwrap_or_else(|_| panic!("{text} in {line}"));
        let (start, end) = field()
            .split_once('-')
            .unwrap_or_else(|| panic!("no range in {line}"));
        let (permissions, offset, inode, name) = (field(), field(), field(), field());
        let (rss, pss) = sizes
            .trim()
            .split_once(' ')
            .unwrap_or_else(|| panic!("no PSS in {line}"));
        let number = |text: &str| text.trim().parse().unwrap_or_else(|_| panic!("{text} in {line}"));
        Made {
            start: hex(start),
            end: hex(end),
            permissions,
            offset: hex(offset),
            inode: number(inode),
            name,
            rss: number(rss),
            pss: number(pss),
        }
        .text()
    };
    table
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(row)
        .collect()
}

/// Puts a process into `proc` of the case's folder.
pub(super) fn process(case: &mut Case, pid: u32, smaps: &str, stacks: &[(u32, &str)]) {
    case.file(&format!("proc/{pid}/smaps"), smaps);
    for (tid, syscall) in stacks {
        case.file(&format!("proc/{pid}/task/{tid}/syscall"), syscall);
    }
}

/// A mapping as the kernel or the program under test told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) offset: u64,
    pub(super) permissions: String,
    pub(super) name: String,
    pub(super) rss: u64,
    pub(super) pss: u64,
}

/// Reads what the kernel says.
pub(super) fn kernel(text: &str) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split_ascii_whitespace().collect();
        if let [key, value, "kB"] = fields[..] {
            if let Some(told) = all.last_mut() {
                match key {
                    "Rss:" => told.rss = value.parse().unwrap_or(0),
                    "Pss:" => told.pss = value.parse().unwrap_or(0),
                    _ => {}
                }
            }
        } else if let [range, permissions, offset, _device, _inode, name @ ..] = &fields[..]
            && let Some((start, end)) = range.split_once('-')
        {
            let hex = |text| u64::from_str_radix(text, 16).unwrap_or_default();
            all.push(Told {
                start: hex(start),
                end: hex(end),
                offset: hex(offset),
                permissions: (*permissions).to_owned(),
                name: name.join(" "),
                rss: 0,
                pss: 0,
            });
        }
    }
    all
}
