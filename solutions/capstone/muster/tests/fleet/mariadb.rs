//! The same hub with its database in MariaDB.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Fleet, Folder, until};
use crate::server::Server;

#[test]
fn a_hub_keeps_its_fleet_in_mariadb_and_both_may_be_killed() {
    let mut server = Server::start(&[]);
    server.run("mysql", "CREATE DATABASE muster");
    server.run(
        "mysql",
        "CREATE USER 'muster'@'localhost' IDENTIFIED BY 'a word of its own'",
    );
    server.run("mysql", "GRANT ALL ON muster.* TO 'muster'@'localhost'");
    let secrets = Folder::new();
    let password = secrets.0.join("password");
    fs::write(&password, "a word of its own\n").unwrap();
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
    let data = format!(
        "mysql://muster@localhost/muster?socket={}&password_file={}",
        server.socket().display(),
        password.display()
    );
    let hosts = ["db01", "web01"];
    let mut fleet = Fleet::keeping(&data);
    for host in hosts {
        fleet.add(host);
        fleet.start_agent(host);
    }
    fleet.until_all_up(hosts.len());
    let more = |fleet: &Fleet, what: &str| {
        for host in hosts {
            let stored = fleet.batches(host).len();
            until(what, || (fleet.batches(host).len() > stored + 5).then_some(()));
        }
    };
    more(&fleet, "batches are stored");
    fleet.kill_hub();
    fleet.start_hub();
    more(&fleet, "they are after the hub was killed");
    server.kill();
    server.again();
    more(&fleet, "they are after the database was");
    for host in hosts {
        let batches = fleet.batches(host);
        let all = batches
            .iter()
            .zip(1..)
            .all(|(batch, expected)| *batch == f64::from(expected));
        assert!(all, "{host}: {batches:?}");
    }
    let checked = store::check(fleet.database()).unwrap();
    assert_eq!(checked.findings, [""; 0]);
    let log = fs::read_to_string(fleet.folder.0.join("hub.log")).unwrap();
    assert!(!log.contains("a word of its own"), "{log}");
    drop(fleet);
}
