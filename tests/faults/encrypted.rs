//! A connection that must be encrypted is, to the server that was meant; and to no other.

use std::fs;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use subsidy_ledger::{Ledger, Opening};
use throwaway_cluster::Cluster;

use crate::support::quick_folder;

fn certificate_for(host: &str) -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed([host.to_owned()]).expect("a certificate");
    (cert.pem(), signing_key.serialize_pem())
}

#[test]
fn an_encrypted_connection_is_made_to_the_server_that_was_meant_and_to_no_other() {
    let folder = quick_folder();
    let mut cluster = Cluster::start(&[]).unwrap_or_else(|error| panic!("{error}"));
    let (certificate, key) = certificate_for("localhost");
    let port = cluster
        .listen_with_tls(&certificate, &key)
        .unwrap_or_else(|error| panic!("{error}"));
    let trusted = |name: &str, certificate: &str| {
        let file = folder.path().join(name);
        fs::write(&file, certificate).expect("written");
        file.display().to_string()
    };
    let open = |host: &str, settings: &str| {
        let url = format!("postgres://postgres@{host}:{port}/postgres?{settings}");
        Ledger::open_at(&url.parse().expect("a place"), Opening::Create)
    };

    let ours = trusted("ours.crt", &certificate);
    let ledger = open("localhost", &format!("sslmode=verify-full&sslrootcert={ours}")).expect("opens");
    assert_eq!(ledger.head().expect("a head").size, 0);
    let encrypted = cluster.sql(
        "postgres",
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE client_addr IS NOT NULL",
    );
    assert_eq!(encrypted.expect("an answer"), "t");

    let anothers = trusted("anothers.crt", &certificate_for("localhost").0);
    for (host, settings) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={anothers}")),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={ours}")),
    ] {
        assert!(open(host, &settings).is_err(), "{host} {settings}");
    }
}
