//! What several commands share: the options of clients, addresses, and how errors are said.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use rpc::Error;
use rpc::client::Options;

/// Their part of `--help`.
pub(crate) const HELP: &str = "\
ADDR is HOST:PORT. Options of all clients:
  --timeout MS           how long a call may take; 0 is as long as it likes
With the feature tls:
  --ca FILE --cert FILE --key FILE
                         in TLS: whom to believe, and who one is, in PEM
  --name HOST            the name that the server's certificate must have; the host of ADDR if not given
";

/// What is collected while the arguments of a client are read.
#[derive(Debug, Default)]
pub(crate) struct Common {
    /// If it was given: how long a call may take, or without limit.
    pub(crate) timeout: Option<Option<Duration>>,
    #[cfg(feature = "tls")]
    tls: [Option<std::path::PathBuf>; 3],
    #[cfg(feature = "tls")]
    name: Option<String>,
}

impl Common {
    /// Reads all arguments that are left: with `own`, which says whether it knows an option, and those that clients share here. What is no option
    /// is returned, in its order.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub(crate) fn parse(
        parser: &mut Parser,
        mut own: impl FnMut(&str, &mut Parser) -> anyhow::Result<bool>,
    ) -> anyhow::Result<(Self, Vec<String>)> {
        let mut common = Self::default();
        let mut words = Vec::new();
        while let Some(arg) = parser.next()? {
            match arg {
                Arg::Value(word) => words.push(utf8(word)?),
                Arg::Long(name) => {
                    let name = name.to_owned();
                    if !own(&name, parser)? && !common.option(&name, parser)? {
                        bail!("--{name}: there is no such option");
                    }
                }
                Arg::Short(_) => return Err(arg.unexpected().into()),
            }
        }
        common.conclude()?;
        Ok((common, words))
    }

    /// Returns what clients are told.
    pub(crate) fn options(&self) -> Options {
        let mut options = Options::default();
        if let Some(timeout) = self.timeout {
            options.timeout = timeout;
        }
        #[cfg(feature = "tls")]
        if let [Some(ca), Some(cert), Some(key)] = &self.tls {
            options.tls = Some(rpc::tls::Files {
                ca: ca.clone(),
                cert: cert.clone(),
                key: key.clone(),
                name: self.name.clone(),
            });
        }
        options
    }

    fn option(&mut self, name: &str, parser: &mut Parser) -> anyhow::Result<bool> {
        match name {
            "timeout" => self.timeout = Some(time(parser, name)?),
            #[cfg(feature = "tls")]
            "ca" => self.tls[0] = Some(parser.value().context("--ca")?.into()),
            #[cfg(feature = "tls")]
            "cert" => self.tls[1] = Some(parser.value().context("--cert")?.into()),
            #[cfg(feature = "tls")]
            "key" => self.tls[2] = Some(parser.value().context("--key")?.into()),
            #[cfg(feature = "tls")]
            "name" => self.name = Some(utf8(parser.value().context("--name")?)?),
            #[cfg(not(feature = "tls"))]
            "ca" | "cert" | "key" | "name" => {
                bail!("--{name}: this program was built without the feature tls")
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    #[cfg_attr(
        not(feature = "tls"),
        expect(
            clippy::unused_self,
            clippy::unnecessary_wraps,
            reason = "without TLS all is well"
        )
    )]
    fn conclude(&self) -> anyhow::Result<()> {
        #[cfg(feature = "tls")]
        if !matches!(self.tls, [None, None, None] | [Some(_), Some(_), Some(_)]) {
            bail!("--ca, --cert and --key belong together");
        }
        Ok(())
    }
}

/// Reads the value of an option.
///
/// # Errors
/// Says that it is none.
pub(crate) fn value<T>(parser: &mut Parser, name: &str) -> anyhow::Result<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let text = parser.value().with_context(|| format!("--{name}"))?;
    let text = text.to_string_lossy();
    text.parse()
        .map_err(|why| anyhow::anyhow!("--{name}: {text}: {why}"))
}

/// Reads a number of ms, of which 0 says never, or without limit.
///
/// # Errors
/// Says that it is none.
pub(crate) fn time(parser: &mut Parser, name: &str) -> anyhow::Result<Option<Duration>> {
    let ms: u32 = value(parser, name)?;
    Ok(Some(Duration::from_millis(ms.into())).filter(|time| !time.is_zero()))
}

/// Looks whether a word may be an address: HOST:PORT.
///
/// # Errors
/// Says that it is none.
pub(crate) fn address(word: &str) -> anyhow::Result<String> {
    match word.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(word.to_owned()),
        _ => bail!("{word}: an address is HOST:PORT"),
    }
}

/// Says what went wrong with a call, as `rpc: ADDR: METHOD: WHY`.
pub(crate) fn say(address: &str, method: &str, error: &Error) {
    eprintln!("rpc: {address}: {method}: {error}");
}

/// Returns whether it is only that nobody reads the output any more.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// Makes the runtime of a client: one thread is enough for it.
///
/// # Errors
/// What the system says.
pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Polls of tasks between two looks at the sockets, if none is idle: so a batch of replies is worked off first.
        .event_interval(1024)
        .build()
        .context("cannot start the runtime")
}

/// Makes JSON of several lines one of one line. Within its strings there are no ends of lines, and between its tokens a space does as well.
pub(crate) fn on_one_line(json: &mut [u8]) {
    for byte in json {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
}

fn utf8(word: std::ffi::OsString) -> anyhow::Result<String> {
    word.into_string()
        .map_err(|word| anyhow::anyhow!("{}: not UTF-8", word.to_string_lossy()))
}
