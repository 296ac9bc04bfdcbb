//! Opening: a typo starts no second history.

use super::fixture::kind;
use super::*;

contract! {
    a_ledger_opened_again_goes_on_where_it_was,
    a_ledger_of_a_later_program_is_not_opened,
    a_ledger_from_before_there_were_proofs_goes_on_and_is_proven,
    a_read_only_ledger_reads_what_is_appended_and_appends_nothing,
}

#[test]
fn an_absent_file_is_an_error_that_tells_what_to_do_and_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("typo.db");
    let error = Ledger::open(&path, Opening::Existing).unwrap_err();
    assert!(matches!(error, OpenError::Absent { .. }));
    assert!(error.to_string().contains("check the name"), "{error}");
    assert!(matches!(
        Ledger::open_read_only(&path),
        Err(OpenError::Absent { .. })
    ));
    assert!(!path.exists());
}

fn a_ledger_opened_again_goes_on_where_it_was() {
    let Fresh { ledger, place } = fresh();
    ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    let root = ledger.head().unwrap().root;
    drop(ledger);
    for opening in [Opening::Existing, Opening::Create] {
        let ledger = Ledger::open_at(&place.location(), opening).unwrap();
        assert_eq!(ledger.head().unwrap().root, root);
    }
}

#[test]
fn a_closed_ledger_is_one_file() {
    let Fresh { ledger, place } = fresh();
    let Place::Folder(folder) = &place else { panic!() };
    ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    verified(&ledger);
    drop(ledger);
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(names, ["ledger.db"]);
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "not a database, but long enough to be looked at as one".repeat(40),
    )
    .unwrap();
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE mine (a)")
        .unwrap();
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    for path in [&text, &other] {
        let before = std::fs::read(path).unwrap();
        let opened = Ledger::open(path, Opening::Create);
        assert!(matches!(opened, Err(OpenError::NotALedger { .. })), "{opened:?}");
        assert_eq!(std::fs::read(path).unwrap(), before);
    }
    assert!(matches!(
        Ledger::open(&empty, Opening::Existing),
        Err(OpenError::NotALedger { .. })
    ));
    assert!(matches!(
        Ledger::open_read_only(&empty),
        Err(OpenError::NotALedger { .. })
    ));
}

fn a_ledger_of_a_later_program_is_not_opened() {
    let Fresh { ledger, place } = fresh();
    drop(ledger);
    let raise = match kind() {
        Kind::Sqlite => "PRAGMA user_version = 99",
        Kind::Postgres => "INSERT INTO ledger_schema VALUES (99)",
    };
    place.raw().run(raise).unwrap();
    for opened in [
        Ledger::open_at(&place.location(), Opening::Create),
        Ledger::open_read_only_at(&place.location()),
    ] {
        assert!(
            matches!(opened, Err(OpenError::TooNew { found: 99, known: 2 })),
            "{opened:?}"
        );
    }
}

fn a_ledger_from_before_there_were_proofs_goes_on_and_is_proven() {
    let Fresh { ledger, place } = fresh();
    ledger.append(batch(vec![append("a", 0, 300)])).unwrap();
    drop(ledger);
    let back = match kind() {
        Kind::Sqlite => "PRAGMA user_version = 1",
        Kind::Postgres => {
            "ALTER TABLE ledger_schema DISABLE TRIGGER ALL; DELETE FROM ledger_schema WHERE version = 2;
             ALTER TABLE ledger_schema ENABLE ALWAYS TRIGGER ledger_schema_refuse"
        }
    };
    let tables = "DROP TABLE checkpoint_signature; DROP TABLE checkpoint; DROP TABLE tile";
    place.raw().run(&format!("{tables}; {back}")).unwrap();
    let old = Ledger::open_read_only_at(&place.location());
    assert!(
        matches!(old, Err(OpenError::TooOld { found: 1, known: 2 })),
        "{old:?}"
    );
    assert_eq!(Ledger::migrate(&place.location()).unwrap(), 2);
    let ledger = place.open();
    ledger.append(batch(vec![append("a", 300, 300)])).unwrap();
    assert_eq!(verified(&ledger).size, 600);
    let name = subsidy_proof::KeyName::new("ledger.fund.example/1").unwrap();
    let key = subsidy_proof::SignerKey::from_seed(name, subsidy_proof::KeyKind::Log, &[1; 32]);
    ledger.sign_checkpoint(&[key]).unwrap();
    assert_eq!(verified(&ledger).checkpoints, 1);
}

fn a_read_only_ledger_reads_what_is_appended_and_appends_nothing() {
    let fresh = fresh();
    let reader = Ledger::open_read_only_at(&fresh.place.location()).unwrap();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    assert_eq!(verified(&reader).size, 1);
    assert!(matches!(
        reader.append(batch(vec![append("a", 1, 1)])),
        Err(AppendError::ReadOnly)
    ));
}

#[test]
fn the_sqlite_that_is_built_in_is_none_with_the_write_ahead_log_fault() {
    // Fixed in 3.51.3. A ledger is not opened under an older one; this tells it before anybody tries.
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
    let compiled: Vec<String> = rusqlite::Connection::open_in_memory()
        .unwrap()
        .prepare("PRAGMA compile_options")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    // What the bundled build sets, and a system's usually not.
    assert!(
        compiled.iter().any(|option| option == "ENABLE_API_ARMOR"),
        "{compiled:?}"
    );
}
