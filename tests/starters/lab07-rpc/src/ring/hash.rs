//! A hash that is the same everywhere and for ever.

/// Hashes bytes: FNV-1a over 64 bits, and then SplitMix64's mixing.
///
/// The hashes of maps will not do: they differ from process to process on purpose, or from one version of a crate to the next, and then two
/// clients would disagree about who has a key. FNV-1a alone will not do either: what names like `a#1` and `a#2` have in common stays in the upper
/// bits, by which a ring is sorted. The mixing lets every bit of the input change every bit of the hash with an even chance.
///
/// Source: RFC 9923 for FNV-1a; Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, for the mixing.
pub fn hash(bytes: &[u8]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(hash)
}

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_that_were_published() {
        for (text, fnv) in [
            ("", 0xcbf2_9ce4_8422_2325),
            ("a", 0xaf63_dc4c_8601_ec8c),
            ("foobar", 0x8594_4171_f739_67e8),
        ] {
            assert_eq!(hash(text.as_bytes()), mix(fnv), "{text}");
        }
        // The first two numbers of SplitMix64 that begins with 0 are the mixing of its step, once and twice.
        let step: u64 = 0x9e37_79b9_7f4a_7c15;
        assert_eq!(mix(step), 0xe220_a839_7b1d_cdaf);
        assert_eq!(mix(step.wrapping_mul(2)), 0x6e78_9e6a_a1b9_65f4);
    }
}
