//! The same for systemd: a unit that has this supervisor run in the foreground.

use std::path::Path;

use super::config::Config;

/// Writes the unit of a configuration: `daemon` is this program, `file` the configuration, both absolute paths.
///
/// systemd starts what it says, is told when it is ready, and stops it with a signal to the supervisor, which knows what to do with the
/// rest.
///
/// Source: systemd.service(5), systemd.kill(5); "Quoting" in systemd.syntax(7).
pub fn unit(config: &Config, daemon: &Path, file: &Path) -> String {
    // A little longer than the supervisor itself takes until it kills, so that it is the one who does.
    const MORE: u64 = 5;
    let seconds = |span: std::time::Duration| span.as_secs() + MORE;
    format!(
        "\
[Unit]
Description={name}, supervised by daemon

[Service]
Type=notify
ExecStart={daemon} run --config {file}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
TimeoutStartSec={start}
TimeoutStopSec={stop}
Restart=on-failure

[Install]
WantedBy=multi-user.target
",
        name = config.name.replace(char::is_control, " ").replace('%', "%%"),
        daemon = quoted(daemon),
        file = quoted(file),
        start = seconds(config.start_timeout),
        stop = seconds(config.grace),
    )
}

/// Writes a path as one word of a command line.
fn quoted(path: &Path) -> String {
    let mut word = String::from("\"");
    for character in path.to_string_lossy().chars() {
        match character {
            '"' | '\\' => word.extend(['\\', character]),
            // Both would be replaced.
            '%' | '$' => word.extend([character, character]),
            '\n' => word.push_str("\\n"),
            other => word.push(other),
        }
    }
    word + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word() {
        for (path, expected) in [
            ("/usr/bin/daemon", "\"/usr/bin/daemon\""),
            ("/a b/c", "\"/a b/c\""),
            ("/50%/$HOME/\"x\"\\", "\"/50%%/$$HOME/\\\"x\\\"\\\\\""),
        ] {
            assert_eq!(quoted(Path::new(path)), expected);
        }
    }
}
