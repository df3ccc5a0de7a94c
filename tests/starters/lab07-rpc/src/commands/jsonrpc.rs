//! The command `jsonrpc`.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use lexopt::{Arg, Parser};
use nbnet::server::{Server, Settings};
use rpc::jsonrpc::{Http, Lines, examples};

use super::Run;
use super::common::{time, value};

/// Its part of `--help`.
pub(crate) const HELP: &str = "\
usage: rpc jsonrpc --listen ADDR:PORT [--http] [OPTION…]
Answers JSON-RPC 2.0: a text a line, or one in the body of each POST. Methods: subtract, sum, update, notify_hello, notify_sum, get_data, echo,
fail and panic.
  --listen ADDR:PORT     where; port 0 takes one that is free
  --http                 over HTTP/1.1 instead of lines
  --threads N            event loops, 1 to 64; 1 if not given
  --max-body BYTES       the longest line or body; 1048576 if not given
  --request MS           within which a text must be whole, from its first byte on; 0, never, if not given
  --idle MS              closes a connection on which nothing moved for so long; 0, never, if not given
  --grace MS             how long SIGTERM waits for what is under way; 5000 if not given
  --max-connections N    beyond it a peer is turned away; 0, none, if not given

";

/// Reads its options.
///
/// # Errors
/// Says what is wrong with them.
pub(crate) fn parse(parser: &mut Parser) -> anyhow::Result<Run> {
    let mut settings = Settings {
        name: "rpc",
        ..Settings::default()
    };
    let (mut listen, mut http, mut longest): (Option<SocketAddr>, _, _) = (None, false, 1 << 20);
    while let Some(arg) = parser.next()? {
        let Arg::Long(name) = arg else {
            return Err(arg.unexpected().into());
        };
        let name = name.to_owned();
        match name.as_str() {
            "listen" => listen = Some(value(parser, &name)?),
            "http" => http = true,
            "threads" => settings.threads = value(parser, &name)?,
            "max-body" => longest = value(parser, &name)?,
            "request" => settings.request = time(parser, &name)?,
            "idle" => settings.idle = time(parser, &name)?,
            "grace" => settings.grace = time(parser, &name)?.unwrap_or_default(),
            "max-connections" => {
                settings.max_connections = Some(value(parser, &name)?).filter(|&most| most > 0);
            }
            _ => bail!("--{name}: there is no such option"),
        }
    }
    settings.listen = listen.context("--listen is missing")?;
    anyhow::ensure!((1..=64).contains(&settings.threads), "--threads: 1 to 64");
    Ok(Box::new(move || {
        let server = Server::bind(settings)?;
        let mut stdout = io::stdout();
        // Nobody may be there to read it; that is no reason not to serve.
        let _ = writeln!(stdout, "listening on {}", server.address()).and_then(|()| stdout.flush());
        match http {
            true => server.serve(Http::new(examples::methods(), longest))?,
            false => server.serve(Lines::new(examples::methods(), longest))?,
        }
        Ok(ExitCode::SUCCESS)
    }))
}
