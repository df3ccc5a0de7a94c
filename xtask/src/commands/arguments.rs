//! Reading the arguments of a command.

use std::ffi::OsString;

use lexopt::prelude::*;

use crate::exit::{Result, Stop};
use crate::t;

/// Reads a number of which less than one makes no sense.
pub fn at_least_one(parser: &mut lexopt::Parser) -> Result<usize> {
    Some(parser.value()?.parse()?)
        .filter(|&number| number > 0)
        .ok_or_else(|| Stop::usage(t!("help.at_least_one")))
}

/// Reads at most one argument and no option.
pub fn one(mut parser: lexopt::Parser) -> Result<Option<String>> {
    let mut found: Option<OsString> = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Value(name) if found.is_none() => found = Some(name),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(found.map(|name| name.string()).transpose()?)
}

/// Refuses any argument.
pub(super) fn nothing(mut parser: lexopt::Parser) -> Result {
    match parser.next()? {
        None => Ok(()),
        Some(arg) => Err(arg.unexpected().into()),
    }
}

/// Names and flags, for commands whose options take no values.
pub struct Given {
    pub names: Vec<String>,
    flags: Vec<&'static str>,
}

impl Given {
    /// The one name that there may be.
    pub fn one(&self) -> Result<Option<&str>> {
        match &self.names[..] {
            [] => Ok(None),
            [name] => Ok(Some(name)),
            [_, other, ..] => Err(lexopt::Arg::Value(other.into()).unexpected().into()),
        }
    }

    pub fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }

    /// The one name that there must be.
    pub fn name(&self) -> Result<&str> {
        match &self.names[..] {
            [name] => Ok(name),
            _ => Err(Stop::usage(t!("help.one_name"))),
        }
    }

    /// The one name of something that is not there yet.
    pub fn new_name(&self) -> Result<&str> {
        match &self.names[..] {
            [name] => Ok(name),
            _ => Err(Stop::usage(t!("help.new_name"))),
        }
    }
}

/// Reads names and those of `flags` that are there.
pub fn given(mut parser: lexopt::Parser, flags: &[&'static str]) -> Result<Given> {
    let mut given = Given {
        names: Vec::new(),
        flags: Vec::new(),
    };
    while let Some(arg) = parser.next()? {
        match arg {
            Value(name) => given.names.push(name.string()?),
            Long(name) => {
                let known = flags.iter().find(|flag| flag.strip_prefix("--") == Some(name));
                match known {
                    Some(flag) => given.flags.push(flag),
                    None => return Err(arg.unexpected().into()),
                }
            }
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(given)
}
