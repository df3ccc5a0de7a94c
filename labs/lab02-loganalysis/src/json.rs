//! JSON written field by field, in the order in which it is asked for.
//!
//! A table of values would sort its keys or need a derive; strings are serde_json's work.

use std::io::{self, Write};

/// A JSON object that is being written; [`Object::end`] closes it.
#[derive(Debug)]
pub struct Object<'a, W> {
    out: &'a mut W,
    separator: &'static str,
}

impl<'a, W: Write> Object<'a, W> {
    /// Opens an object.
    ///
    /// # Errors
    /// What `out` says.
    pub fn start(out: &'a mut W) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self { out, separator: "" })
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        write!(self.out, "{}\"{key}\":", self.separator)?;
        self.separator = ",";
        Ok(())
    }

    /// Writes a number.
    ///
    /// # Errors
    /// What `out` says.
    pub fn number(&mut self, key: &str, value: impl Into<u64>) -> io::Result<()> {
        self.key(key)?;
        write!(self.out, "{}", value.into())
    }

    /// Writes a string. What is not UTF-8 becomes U+FFFD, since JSON can hold nothing else.
    ///
    /// # Errors
    /// What `out` says.
    pub fn string(&mut self, key: &str, value: &[u8]) -> io::Result<()> {
        self.key(key)?;
        Ok(serde_json::to_writer(
            &mut *self.out,
            &*String::from_utf8_lossy(value),
        )?)
    }

    /// Writes a string, or null for none.
    ///
    /// # Errors
    /// What `out` says.
    pub fn optional(&mut self, key: &str, value: Option<&[u8]>) -> io::Result<()> {
        match value {
            Some(value) => self.string(key, value),
            None => {
                self.key(key)?;
                self.out.write_all(b"null")
            }
        }
    }

    /// Writes a list of objects, one for each item, filled by `fill`.
    ///
    /// # Errors
    /// What `out` says.
    pub fn list<T>(
        &mut self,
        key: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Object<'_, W>, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.key(key)?;
        self.out.write_all(b"[")?;
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.out.write_all(b",")?;
            }
            let mut object = Object::start(&mut *self.out)?;
            fill(&mut object, item)?;
            object.end()?;
        }
        self.out.write_all(b"]")
    }

    /// Closes the object.
    ///
    /// # Errors
    /// What `out` says.
    pub fn end(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }
}
