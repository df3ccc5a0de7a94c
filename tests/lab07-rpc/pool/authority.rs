//! Certificates, made by openssl.

use support::Case;

/// One who vouches for others: `NAME.pem` and `NAME.key` in the case's folder.
pub(super) struct Authority {
    name: &'static str,
}

fn openssl(case: &mut Case, args: &str) {
    let ended = case
        .peer("openssl", "openssl")
        .args(args.split_whitespace())
        .run();
    case.expect_status(&ended, 0);
}

/// Options of a new key, which openssl writes to `NAME.key`.
fn new_key(name: &str) -> String {
    format!("-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout {name}.key -subj /CN={name}")
}

impl Authority {
    pub(super) fn new(case: &mut Case, name: &'static str) -> Self {
        openssl(
            case,
            &format!("req -x509 {} -out {name}.pem -days 2", new_key(name)),
        );
        Self { name }
    }

    /// Makes `NAME.pem` and `NAME.key` for somebody with these names (`IP:127.0.0.1`, `DNS:localhost`), valid for so many days.
    pub(super) fn certify(&self, case: &mut Case, name: &str, names: &str, days: i32) {
        let authority = self.name;
        case.file(&format!("{name}.ext"), format!("subjectAltName={names}\n"));
        openssl(case, &format!("req {} -out {name}.csr", new_key(name)));
        openssl(
            case,
            &format!(
                "x509 -req -in {name}.csr -CA {authority}.pem -CAkey {authority}.key -set_serial 7 -extfile {name}.ext -days {days} -out {name}.pem"
            ),
        );
    }
}

/// The options of `rpc serve` for one who is `name` and believes `authority`.
pub(super) fn server(name: &str, authority: &str) -> Vec<String> {
    let files = [
        ("--tls-cert", format!("{name}.pem")),
        ("--tls-key", format!("{name}.key")),
        ("--client-ca", format!("{authority}.pem")),
    ];
    files
        .into_iter()
        .flat_map(|(option, file)| [option.to_owned(), file])
        .collect()
}

/// The options of a client that is `name` and believes `authority`.
pub(super) fn client(name: &str, authority: &str) -> Vec<String> {
    let files = [
        ("--ca", format!("{authority}.pem")),
        ("--cert", format!("{name}.pem")),
        ("--key", format!("{name}.key")),
    ];
    files
        .into_iter()
        .flat_map(|(option, file)| [option.to_owned(), file])
        .collect()
}
