//! Blocks of Snappy.
//!
//! Source: <https://github.com/google/snappy/blob/main/format_description.txt>

use crate::Malformed;

/// By how much a block can be smaller than what it holds: the best that an element of it does is 64 bytes in 3.
const MOST_GROWTH: usize = 22;

/// Compresses bytes into a block.
///
/// # Errors
/// [`Malformed::TooLarge`] for more than 4 GiB.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>, Malformed> {
    snap::raw::Encoder::new()
        .compress_vec(bytes)
        .map_err(|_| Malformed::TooLarge {
            holds: bytes.len(),
            most: u32::MAX as usize,
        })
}

/// Returns what a block holds. How much that is stands at the block's begin, and is looked at before there is memory for it.
///
/// # Errors
/// [`Malformed::TooLarge`] if it is more than `most` bytes, [`Malformed::Lie`] if it is more than a block of this length can hold, [`Malformed::Block`].
pub fn decompress(block: &[u8], most: usize) -> Result<Vec<u8>, Malformed> {
    let wrong = |why: snap::Error| Malformed::Block(why.to_string());
    let holds = snap::raw::decompress_len(block).map_err(wrong)?;
    if holds > most {
        return Err(Malformed::TooLarge { holds, most });
    }
    if holds > block.len().saturating_mul(MOST_GROWTH) {
        let bytes = block.len();
        return Err(Malformed::Lie { bytes, holds });
    }
    snap::raw::Decoder::new().decompress_vec(block).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_back_and_one_that_is_too_large_or_lies_is_refused_before_it_is_opened() {
        for bytes in [vec![], vec![7], vec![0; 100_000], b"abc".repeat(1000)] {
            let block = compress(&bytes).unwrap();
            assert_eq!(decompress(&block, bytes.len()), Ok(bytes.clone()));
            if let Some(most) = bytes.len().checked_sub(1) {
                let holds = bytes.len();
                assert_eq!(decompress(&block, most), Err(Malformed::TooLarge { holds, most }));
            }
        }
        // The number at the begin: 4 GiB less one, in five bytes.
        let bomb = [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00];
        assert!(matches!(
            decompress(&bomb, 1 << 20),
            Err(Malformed::TooLarge { .. })
        ));
        assert!(matches!(
            decompress(&bomb, usize::MAX),
            Err(Malformed::Lie { .. })
        ));
        for block in [&[][..], &[0xff], &[5, 0x00], b"{\"not\": \"snappy\"}"] {
            assert!(decompress(block, 1 << 20).is_err(), "{block:?}");
        }
    }
}
