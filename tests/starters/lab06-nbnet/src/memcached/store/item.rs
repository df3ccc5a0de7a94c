//! An item: a key, a value and what belongs to them.

use super::Value;

/// What an item costs besides its key and its value, in bytes: its place in the table, in the order and in a chain.
pub const OVERHEAD: u64 = 64;

/// Returns what an item costs, in bytes.
pub fn cost(key: usize, value: usize) -> u64 {
    key as u64 + value as u64 + OVERHEAD
}

/// A key, a value and what belongs to them.
#[derive(Debug)]
pub struct Item {
    /// The key, then the value: one piece of memory.
    bytes: Box<[u8]>,
    expires: i64,
    unique: u64,
    flags: u32,
    key: u8,
}

impl Item {
    /// Makes an item. A key has 250 bytes at most.
    #[expect(dead_code, reason = "stage memcached needs it")]
    pub(super) fn new(key: &[u8], value: Value<'_>, unique: u64) -> Self {
        debug_assert!(
            key.len() <= usize::from(u8::MAX),
            "the parser lets no longer key pass"
        );
        Self {
            bytes: [key, value.bytes].concat().into_boxed_slice(),
            expires: value.expires,
            unique,
            flags: value.flags,
            key: key.len() as u8,
        }
    }

    /// Takes another value. Where it is as long as the old one, it takes its place.
    pub(super) fn replace(&mut self, value: Value<'_>, unique: u64) {
        let key = usize::from(self.key);
        if self.bytes.len() == key + value.bytes.len() {
            self.bytes[key..].copy_from_slice(value.bytes);
        } else {
            self.bytes = [&self.bytes[..key], value.bytes].concat().into_boxed_slice();
        }
        self.expires = value.expires;
        self.unique = unique;
        self.flags = value.flags;
    }

    /// Changes when it expires.
    #[expect(dead_code, reason = "stage cache needs it")]
    pub(super) fn set_expires(&mut self, expires: i64) {
        self.expires = expires;
    }

    /// Returns its name.
    #[inline]
    pub fn key(&self) -> &[u8] {
        &self.bytes[..usize::from(self.key)]
    }

    /// Returns what the client gave.
    #[inline]
    pub fn value(&self) -> &[u8] {
        &self.bytes[usize::from(self.key)..]
    }

    /// Returns what the client keeps with it.
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Returns its number, which every change makes another one.
    pub fn unique(&self) -> u64 {
        self.unique
    }

    /// Returns the second from which on it is gone.
    pub fn expires(&self) -> i64 {
        self.expires
    }

    /// Returns what it costs, in bytes.
    pub fn cost(&self) -> u64 {
        cost(0, self.bytes.len())
    }
}
