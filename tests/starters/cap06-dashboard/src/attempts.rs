//! How often an address may guess. Behind a proxy all have the address of the proxy, and wait together; who is logged in does not wait.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many wrong tokens an address may send in [`WINDOW`].
const MOST_WRONG: u32 = 10;

const WINDOW: Duration = Duration::from_secs(60);

/// The most addresses that are remembered. If more guess at once, all that are new have to wait.
const MOST_ADDRESSES: usize = 4096;

/// Counts wrong tokens by address.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<IpAddr, Wrong>>);

struct Wrong {
    count: u32,
    since: Instant,
}

impl Attempts {
    /// Counts one attempt before it is looked at, so that many at once count as many. Returns how long to wait if it is one too many.
    pub(crate) fn begin(&self, address: IpAddr) -> Result<(), Duration> {
        self.begin_at(address, Instant::now())
    }

    /// Takes an attempt back that was right.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn was_right(&self, address: IpAddr) {
        todo!("login: One attempt less of its network.")
    }

    #[expect(unused_variables, reason = "goes with the todo!")]
    fn begin_at(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        todo!(
            "login: Count by network. A window that is over begins anew; whoever has used up a window waits for the rest of it. When the table is full, forget windows that are over, and if that is not enough let those that are new wait."
        )
    }
}

/// Returns what one customer of a provider has: of IPv6 a /64, for whoever has one address has them all.
#[expect(unused_variables, reason = "goes with the todo!")]
fn network(address: IpAddr) -> IpAddr {
    todo!(
        "login: Of IPv6 the first 64 bits, of IPv4 all; an IPv4 address that is written as IPv6 is one of IPv4."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("the address is a constant")
    }

    #[test]
    fn an_address_waits_after_ten_wrong_tokens_and_others_do_not() {
        let (attempts, begin) = (Attempts::default(), Instant::now());
        for _ in 0..MOST_WRONG {
            assert_eq!(attempts.begin_at(address("2001:db8::1"), begin), Ok(()));
        }
        let later = begin + Duration::from_secs(20);
        let wait = Err(Duration::from_secs(40));
        assert_eq!(attempts.begin_at(address("2001:db8::2"), later), wait);
        assert_eq!(attempts.begin_at(address("2001:db8:0:1::1"), later), Ok(()));
        attempts.was_right(address("2001:db8::1"));
        assert_eq!(attempts.begin_at(address("2001:db8::1"), later), Ok(()));
        assert_eq!(attempts.begin_at(address("2001:db8::1"), later), wait);
        assert_eq!(attempts.begin_at(address("2001:db8::1"), begin + WINDOW), Ok(()));
    }

    #[test]
    fn the_table_is_bounded() {
        let (attempts, begin) = (Attempts::default(), Instant::now());
        for n in 0..MOST_ADDRESSES {
            assert_eq!(
                attempts.begin_at(IpAddr::from((n as u32).to_be_bytes()), begin),
                Ok(())
            );
        }
        assert_eq!(attempts.begin_at(address("203.0.113.1"), begin), Err(WINDOW));
        assert_eq!(attempts.begin_at(address("203.0.113.1"), begin + WINDOW), Ok(()));
    }
}
