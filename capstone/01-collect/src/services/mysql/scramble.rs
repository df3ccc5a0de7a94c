/// Proves that a password is known, without sending it: `SHA1(password) XOR SHA1(salt + SHA1(SHA1(password)))`.
///
/// No password is proved by nothing.
///
/// Source: <https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/>
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn scramble(password: &[u8], salt: &[u8]) -> Vec<u8> {
    todo!("services: As it stands above; sha1 takes the parts of what is digested.")
}

/// Digests the parts, one behind the other. It is not safe to sign with any more; this use of it never was stronger.
///
/// Source: FIPS 180-4, sections 5.1.1 and 6.1.
fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut text = parts.concat();
    let bits = 8 * text.len() as u64;
    text.push(0x80);
    text.resize(text.len().next_multiple_of(64), 0);
    if text.len() as u64 * 8 - bits < 72 {
        text.resize(text.len() + 64, 0);
    }
    let end = text.len() - 8;
    text[end..].copy_from_slice(&bits.to_be_bytes());
    let mut sum: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    for block in text.chunks_exact(64) {
        let mut words = [0_u32; 80];
        for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for at in 16..80 {
            words[at] = (words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = sum;
        for (at, word) in words.into_iter().enumerate() {
            let (mixed, constant) = match at {
                0..20 => (b & c | !b & d, 0x5A82_7999),
                20..40 => (b ^ c ^ d, 0x6ED9_EBA1),
                40..60 => (b & c | b & d | c & d, 0x8F1B_BCDC),
                _ => (b ^ c ^ d, 0xCA62_C1D6_u32),
            };
            let next = a
                .rotate_left(5)
                .wrapping_add(mixed)
                .wrapping_add(e)
                .wrapping_add(constant)
                .wrapping_add(word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (sum, word) in sum.iter_mut().zip([a, b, c, d, e]) {
            *sum = sum.wrapping_add(word);
        }
    }
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(sum) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_those_of_the_standard() {
        for (parts, expected) in [
            (&["abc"][..], "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (&[], "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (
                &["abcdbcdecdefdefgefghfghighij", "hijkijkljklmklmnlmnomnopnopq"],
                "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
            ),
        ] {
            let parts: Vec<_> = parts.iter().map(|part| part.as_bytes()).collect();
            assert_eq!(hex(&sha1(&parts)), expected);
        }
    }

    #[test]
    fn what_the_server_stores_is_enough_to_check_a_proof() {
        // The server has SHA1(SHA1(password)): it undoes the mask, and digests once more.
        let salt = *b"01234567890123456789";
        let stored = sha1(&[&sha1(&[b"secret"])]);
        let mask = sha1(&[&salt, &stored]);
        let proof = scramble(b"secret", &salt);
        let once: Vec<u8> = proof.iter().zip(mask).map(|(one, other)| one ^ other).collect();
        assert_eq!(sha1(&[&once]), stored);
        assert!(scramble(b"", &salt).is_empty());
    }
}
