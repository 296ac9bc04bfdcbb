//! Copying: the same ledger in another place, with the same bytes and the same root.

use super::fixture::on;
use super::*;

fn filled() -> Fresh {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    ledger
        .append(keyed(
            "k\"1",
            1,
            vec![append("a", 0, 3), append("b", 0, 2), append("a", 3, 1)],
        ))
        .unwrap();
    let later = |batch, second| Batch {
        recorded_at: at(second),
        ..batch
    };
    ledger.append(later(batch(vec![append("b", 2, 1)]), 5)).unwrap();
    ledger
        .append(later(keyed("k2", 7, vec![append("c", 0, 7_000)]), 9))
        .unwrap();
    let other = Batch {
        metadata: [("by".into(), "é".into()), ("because".into(), "of \n it".into())].into(),
        ..batch(vec![append("a", 4, 2)])
    };
    ledger.append(other).unwrap();
    ledger.append(batch(vec![append("a", 6, 1)])).unwrap();
    fresh
}

#[test]
fn a_ledger_copied_to_a_server_and_back_is_the_same_ledger() {
    let file = on(Kind::Sqlite, filled);
    let server = on(Kind::Postgres, fresh);
    let mut told = (0, 0);
    let copied = file
        .ledger
        .copy_to(&server.ledger, &mut |done, of| told = (done, of))
        .unwrap();
    assert_eq!(copied, verified(&file.ledger));
    assert_eq!(told, (copied.size, copied.size));
    let back = on(Kind::Sqlite, fresh);
    server.ledger.copy_to(&back.ledger, &mut |_, _| {}).unwrap();
    let all = |ledger: &Ledger| -> Vec<Record> { ledger.records(..).unwrap().map(Result::unwrap).collect() };
    assert_eq!(all(&back.ledger), all(&file.ledger));
    // A repetition is known there too.
    let again = server
        .ledger
        .append(keyed("k2", 7, vec![append("c", 0, 1)]))
        .unwrap();
    assert!(again.repeated);
    assert_eq!(
        server.ledger.lookup("files", "k\"1").unwrap(),
        file.ledger.lookup("files", "k\"1").unwrap()
    );
}

#[test]
fn a_target_with_records_is_refused_and_left_alone() {
    let (from, to) = (on(Kind::Sqlite, filled), on(Kind::Postgres, fresh));
    to.ledger.append(batch(vec![append("z", 0, 1)])).unwrap();
    let refused = from.ledger.copy_to(&to.ledger, &mut |_, _| {}).unwrap_err();
    assert!(matches!(refused, CopyError::NotEmpty { size: 1 }), "{refused}");
    assert_eq!(verified(&to.ledger).size, 1);
}

#[test]
fn a_broken_source_is_not_copied() {
    let (from, to) = (on(Kind::Sqlite, filled), on(Kind::Postgres, fresh));
    from.tamper("UPDATE events SET payload = '{}' WHERE position = 7000");
    let refused = from.ledger.copy_to(&to.ledger, &mut |_, _| {}).unwrap_err();
    assert!(
        matches!(
            refused,
            CopyError::Read(ReadError::Broken(Fault::Altered {
                position: Position(7_000)
            }))
        ),
        "{refused}"
    );
}
