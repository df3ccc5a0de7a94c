//! When a certificate was made: what has been revoked is told by that from what was made since.

use crate::utc;

/// Returns from when on a certificate in DER is good, in seconds since 1970. `None` if it is none.
///
/// Source: RFC 5280, sections 4.1 and 4.1.2.5; ITU-T X.690.
pub(crate) fn not_before(certificate: &[u8]) -> Option<u64> {
    let (certificate, _) = take(certificate, SEQUENCE)?;
    let (mut rest, _) = take(certificate, SEQUENCE)?;
    // A version, if it says one.
    if let Some((_, behind)) = take(rest, VERSION) {
        rest = behind;
    }
    let (_, rest) = take(rest, INTEGER)?;
    let (_, rest) = take(rest, SEQUENCE)?;
    let (_, rest) = take(rest, SEQUENCE)?;
    let (validity, _) = take(rest, SEQUENCE)?;
    match (take(validity, UTC_TIME), take(validity, GENERALIZED_TIME)) {
        (Some((text, _)), _) => {
            let year = number(text, 0..2)?;
            time(if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        (None, Some((text, _))) => time(number(text, 0..4)?, text.get(4..)?),
        (None, None) => None,
    }
}

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;

/// Takes an element with this tag off; returns its content and what is behind it.
fn take(from: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = from.split_first()?;
    let (&first, rest) = rest.split_first()?;
    if found != tag {
        return None;
    }
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            let length = bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// Reads `MMDDHHMMSSZ`.
fn time(year: u64, text: &[u8]) -> Option<u64> {
    let two = |at: usize| number(text, at..at + 2);
    if text.get(10..) != Some(b"Z") {
        return None;
    }
    utc::seconds(year, two(0)?, two(2)?, [two(4)?, two(6)?, two(8)?])
}

fn number(text: &[u8], range: std::ops::Range<usize>) -> Option<u64> {
    let digits = text.get(range)?;
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u64::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;
    use crate::identity::Identity;
    use crate::pki::Authority;

    #[test]
    fn a_certificate_says_when_it_was_made_and_what_is_none_says_nothing() {
        let (authority, _) = Authority::create().unwrap();
        let web = Identity::agent("web01").unwrap();
        for at in [1_700_000_000, 2_600_000_000] {
            let from = UNIX_EPOCH + Duration::from_secs(at);
            let pair = authority.issue_between(&web, from, from + Duration::from_secs(60));
            let der = CertificateDer::from_pem_slice(pair.unwrap().certificate.as_bytes()).unwrap();
            assert_eq!(not_before(&der), Some(at));
            for length in 0..der.len() {
                // What is cut off says nothing, or the same; it never panics.
                assert!(not_before(&der[..length]).is_none_or(|said| said == at));
            }
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let pair = authority.issue(&web).unwrap();
        let der = CertificateDer::from_pem_slice(pair.certificate.as_bytes()).unwrap();
        assert!(not_before(&der).unwrap().abs_diff(now - 3600) <= 60);
        for der in [
            &b""[..],
            b"\x30",
            b"\x30\x80",
            b"\x30\x85\xff\xff\xff\xff\xff",
            &[0x30; 100],
        ] {
            assert_eq!(not_before(der), None);
        }
    }
}
