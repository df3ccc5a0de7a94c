use crate::{
    Metric, Page,
    Unit::{self, Bytes, Count},
    page::quoted,
};

macro_rules! fields {
    ($($field:literal $name:literal $unit:ident $about:literal,)*) => {
        /// In the order in which the kernel writes them.
        pub(crate) static METRICS: &[Metric] = &[$(Metric::gauge(
            concat!("memory.", $name),
            $unit,
            $about,
            concat!("/proc/meminfo, ", $field),
        )),*];
    };
}

fields! {
    "MemTotal" "total" Bytes "Memory that the kernel can use.",
    "MemFree" "free" Bytes "Memory that nothing uses, not even a cache.",
    "MemAvailable" "available" Bytes "Memory that programs could have without swapping, as the kernel estimates.",
    "Buffers" "buffers" Bytes "Cache of block devices.",
    "Cached" "cached" Bytes "Cache of files, shared memory included.",
    "SwapCached" "swap_cached" Bytes "Memory that is in swap too, and can be freed without writing.",
    "Active" "active" Bytes "Memory that was used lately.",
    "Inactive" "inactive" Bytes "Memory that was not used lately, and is taken first.",
    "Active(anon)" "active_anonymous" Bytes "Memory without a file that was used lately.",
    "Inactive(anon)" "inactive_anonymous" Bytes "Memory without a file that was not used lately.",
    "Active(file)" "active_file" Bytes "Cache of files that was used lately.",
    "Inactive(file)" "inactive_file" Bytes "Cache of files that was not used lately.",
    "Unevictable" "unevictable" Bytes "Memory that cannot be taken from its owner.",
    "Mlocked" "locked" Bytes "Memory that programs locked.",
    "HighTotal" "high_total" Bytes "Memory beyond what a 32-bit kernel maps.",
    "HighFree" "high_free" Bytes "Of the memory beyond the mapped, what is free.",
    "LowTotal" "low_total" Bytes "Memory that a 32-bit kernel maps.",
    "LowFree" "low_free" Bytes "Of the mapped memory, what is free.",
    "SwapTotal" "swap_total" Bytes "Swap space.",
    "SwapFree" "swap_free" Bytes "Swap space that is not in use.",
    "Zswap" "zswap" Bytes "Memory that holds compressed swap.",
    "Zswapped" "zswapped" Bytes "What the compressed swap holds, before it was compressed.",
    "Dirty" "dirty" Bytes "Memory that waits to be written to a disk.",
    "Writeback" "writeback" Bytes "Memory that is being written to a disk.",
    "AnonPages" "anonymous" Bytes "Memory without a file, in programs.",
    "Mapped" "mapped" Bytes "Files that are mapped by programs.",
    "Shmem" "shared" Bytes "Shared memory and tmpfs.",
    "KReclaimable" "kernel_reclaimable" Bytes "Memory of the kernel that it can free.",
    "Slab" "slab" Bytes "The kernel's own objects.",
    "SReclaimable" "slab_reclaimable" Bytes "The kernel's own objects that it can free.",
    "SUnreclaim" "slab_unreclaimable" Bytes "The kernel's own objects that it cannot free.",
    "KernelStack" "kernel_stacks" Bytes "The kernel's stacks, one a thread.",
    "PageTables" "page_tables" Bytes "Tables that map memory.",
    "SecPageTables" "secondary_page_tables" Bytes "Tables that map memory for virtual machines and devices.",
    "NFS_Unstable" "nfs_unstable" Bytes "Memory sent to an NFS server that has not stored it yet.",
    "Bounce" "bounce" Bytes "Copies for devices that do not reach all memory.",
    "WritebackTmp" "writeback_temporary" Bytes "Copies that FUSE is writing.",
    "CommitLimit" "commit_limit" Bytes "What programs may ask for if overcommit is off.",
    "Committed_AS" "committed" Bytes "What programs have asked for.",
    "VmallocTotal" "vmalloc_total" Bytes "Addresses for the kernel's large areas.",
    "VmallocUsed" "vmalloc_used" Bytes "The kernel's large areas.",
    "VmallocChunk" "vmalloc_chunk" Bytes "The largest area that is free; 0 since Linux 4.4.",
    "Percpu" "per_cpu" Bytes "Memory that each processor has of its own.",
    "HardwareCorrupted" "hardware_corrupted" Bytes "Memory given up because of hardware errors.",
    "AnonHugePages" "anonymous_huge" Bytes "Memory without a file in huge pages.",
    "ShmemHugePages" "shared_huge" Bytes "Shared memory in huge pages.",
    "ShmemPmdMapped" "shared_huge_mapped" Bytes "Shared memory that is mapped in huge pages.",
    "FileHugePages" "file_huge" Bytes "Cache of files in huge pages.",
    "FilePmdMapped" "file_huge_mapped" Bytes "Files that are mapped in huge pages.",
    "Balloon" "balloon" Bytes "Memory that was given back to the hypervisor.",
    "CmaTotal" "cma_total" Bytes "Memory kept for devices that need it in one piece.",
    "CmaFree" "cma_free" Bytes "Of the memory kept for devices, what is free.",
    "Unaccepted" "unaccepted" Bytes "Memory that a confidential guest has not taken over yet.",
    "HugePages_Total" "huge_pages_total" Count "Huge pages set aside.",
    "HugePages_Free" "huge_pages_free" Count "Huge pages that nothing uses.",
    "HugePages_Rsvd" "huge_pages_reserved" Count "Huge pages that are promised.",
    "HugePages_Surp" "huge_pages_surplus" Count "Huge pages beyond those set aside.",
    "Hugepagesize" "huge_page_size" Bytes "Size of a huge page.",
    "Hugetlb" "huge_pages" Bytes "Memory in huge pages of all sizes that are set aside.",
    "DirectMap4k" "direct_map_4k" Bytes "Memory that the kernel maps in pages of 4 KiB.",
    "DirectMap2M" "direct_map_2m" Bytes "Memory that the kernel maps in pages of 2 MiB.",
    "DirectMap4M" "direct_map_4m" Bytes "Memory that the kernel maps in pages of 4 MiB.",
    "DirectMap1G" "direct_map_1g" Bytes "Memory that the kernel maps in pages of 1 GiB.",
}

/// Reads all that the kernel says of memory; lines that it does not know are of other kernels.
///
/// Source: proc_meminfo(5).
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) fn parse(text: &str, page: &mut Page<'_>) {
    todo!(
        "counters: A field, a colon, a number, and kB or nothing: bytes must have kB, counts nothing. What METRICS does not have is skipped."
    )
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::page::tests::run;

    #[test]
    fn fields_are_found_in_any_order_and_only_if_they_are_there() {
        for (text, expected) in [
            (
                "MemTotal:       24684084 kB\nMemFree:        18776896 kB\n",
                "memory.total 25276502016\nmemory.free 19227541504\n",
            ),
            (
                "HugePages_Total:       7\nMemTotal: 1 kB",
                "memory.huge_pages_total 7\nmemory.total 1024\n",
            ),
            ("Vendor: 3 kB\nMemTotal: 1 kB\n", "memory.total 1024\n"),
            (
                "MemTotal: 1 MB\n",
                "1 faults, line 1: MemTotal has the unit \"MB\"\n",
            ),
            (
                "MemTotal: -1 kB\nMemFree: 1 kB",
                "memory.free 1024\n1 faults, line 1: \"-1\" is not a whole number\n",
            ),
            (
                "MemTotal 1 kB\n",
                "1 faults, line 1: \"MemTotal 1 kB\" has no colon\n",
            ),
            ("MemTotal:\n", "1 faults, line 1: MemTotal has the unit \"\"\n"),
            ("", ""),
        ] {
            assert_eq!(run(|page| parse(text, page)), expected, "{text}");
        }
    }
}
