//! Reading: all that was asked for, or an error.

use super::*;

contract! {
    ranges_are_read_to_their_end_over_several_pages,
    a_range_without_an_end_stops_at_the_head_of_the_moment_it_was_asked_for,
    a_record_beyond_the_head_is_an_error,
    a_record_gives_the_entry_that_its_leaf_is_of,
    many_streams_are_read_in_the_order_asked,
    the_position_at_a_moment_is_the_last_recorded_by_then,
    a_read_that_meets_a_gap_midway_is_an_error_and_not_a_shorter_answer,
    an_altered_record_cannot_be_read,
    verifying_tells_how_far_it_is,
    a_ledger_cut_off_at_its_end_is_an_error_to_read_and_to_build_on,
}

fn ids(records: Records<'_>) -> Vec<u64> {
    records.map(|record| record.unwrap().position.0).collect()
}

fn ranges_are_read_to_their_end_over_several_pages() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 4_500)])).unwrap();
    let ledger = &fresh.ledger;
    assert_eq!(ids(ledger.records(..).unwrap()), (1..=4_500).collect::<Vec<_>>());
    assert_eq!(
        ids(ledger.records(Position(1_999)..=Position(2_001)).unwrap()),
        [1_999, 2_000, 2_001]
    );
    assert_eq!(ids(ledger.records(Position(4_499)..).unwrap()), [4_499, 4_500]);
    assert_eq!(ids(ledger.records(Position(5_000)..).unwrap()), [0; 0]);
    let beyond = ledger.records(..=Position(4_501)).unwrap_err();
    assert!(matches!(
        beyond,
        ReadError::Beyond {
            position: Position(4_501),
            last: Position(4_500)
        }
    ));
}

fn a_range_without_an_end_stops_at_the_head_of_the_moment_it_was_asked_for() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 2)])).unwrap();
    let records = fresh.ledger.records(..).unwrap();
    fresh.ledger.append(batch(vec![append("a", 2, 2)])).unwrap();
    assert_eq!(ids(records), [1, 2]);
}

fn a_record_beyond_the_head_is_an_error() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    assert_eq!(fresh.ledger.record(Position(1)).unwrap().sequence, Sequence(1));
    for position in [Position(0), Position(2), Position(u64::MAX)] {
        assert!(matches!(
            fresh.ledger.record(position),
            Err(ReadError::Beyond { .. })
        ));
    }
}

fn a_record_gives_the_entry_that_its_leaf_is_of() {
    let fresh = fresh();
    fresh
        .ledger
        .append(keyed("k\"é\u{1}", 1, vec![append("a", 0, 2)]))
        .unwrap();
    for record in fresh.ledger.records(..).unwrap() {
        let record = record.unwrap();
        assert_eq!(LeafHash::of(&record.entry()), record.leaf);
    }
}

fn many_streams_are_read_in_the_order_asked() {
    let fresh = fresh();
    fresh
        .ledger
        .append(batch(vec![
            append("a", 0, 2),
            append("b", 0, 1),
            append("a", 2, 1),
        ]))
        .unwrap();
    let histories = fresh
        .ledger
        .streams(&["b", "none", "a", "b"].map(|id| StreamId::new("note", id)))
        .unwrap();
    let positions: Vec<Vec<u64>> = histories
        .iter()
        .map(|history| history.iter().map(|record| record.position.0).collect())
        .collect();
    assert_eq!(positions, [vec![3], vec![], vec![1, 2, 4], vec![3]]);
}

fn the_position_at_a_moment_is_the_last_recorded_by_then() {
    let fresh = fresh();
    assert_eq!(fresh.ledger.position_at(at(0)).unwrap(), Position::START);
    for (id, second) in [("a", 10), ("b", 10), ("c", 20), ("d", 30)] {
        let batch = Batch {
            recorded_at: at(second),
            ..batch(vec![append(id, 0, 1)])
        };
        fresh.ledger.append(batch).unwrap();
    }
    for (second, position) in [(9, 0), (10, 2), (19, 2), (20, 3), (29, 3), (30, 4), (99, 4)] {
        assert_eq!(
            fresh.ledger.position_at(at(second)).unwrap(),
            Position(position),
            "second {second}"
        );
    }
}

fn a_read_that_meets_a_gap_midway_is_an_error_and_not_a_shorter_answer() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3_000)])).unwrap();
    fresh.tamper("DELETE FROM events WHERE position = 2500");
    let mut records = fresh.ledger.records(..).unwrap();
    let whole = records.by_ref().take_while(Result::is_ok).count();
    assert_eq!(whole, 2_000);
    assert!(records.next().is_none(), "after the error there is nothing");
    let error = fresh.ledger.records(..).unwrap().find_map(Result::err).unwrap();
    assert!(
        matches!(
            error,
            ReadError::Broken(Fault::Missing {
                position: Position(2_500)
            })
        ),
        "{error}"
    );
    assert!(fresh.ledger.stream(&StreamId::new("note", "a")).is_err());
}

fn an_altered_record_cannot_be_read() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    fresh.tamper("UPDATE events SET payload = '{\"n\":7}' WHERE position = 2");
    let altered = |error: ReadError| {
        assert!(
            matches!(
                error,
                ReadError::Broken(Fault::Altered {
                    position: Position(2)
                })
            ),
            "{error}"
        );
    };
    altered(fresh.ledger.record(Position(2)).unwrap_err());
    altered(fresh.ledger.stream(&StreamId::new("note", "a")).unwrap_err());
    altered(fresh.ledger.records(..).unwrap().find_map(Result::err).unwrap());
    assert_eq!(fresh.ledger.record(Position(3)).unwrap().sequence, Sequence(3));
}

fn verifying_tells_how_far_it_is() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 4_500)])).unwrap();
    let mut told = Vec::new();
    fresh
        .ledger
        .verify(&mut |done, of| told.push((done, of)))
        .unwrap();
    let steps = [1_000, 2_000, 3_000, 4_000, 4_500];
    assert_eq!(told, steps.map(|done| (done, 4_500)));
}

fn a_ledger_cut_off_at_its_end_is_an_error_to_read_and_to_build_on() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    fresh.tamper("DELETE FROM events WHERE position = 3");
    let error = fresh.ledger.records(..).unwrap().find_map(Result::err).unwrap();
    assert!(
        matches!(
            error,
            ReadError::Broken(Fault::Missing {
                position: Position(3)
            })
        ),
        "{error}"
    );
    let refused = fresh.ledger.append(batch(vec![append("b", 0, 1)])).unwrap_err();
    assert!(
        matches!(
            refused,
            AppendError::Broken(Fault::Missing {
                position: Position(3)
            })
        ),
        "{refused}"
    );
    assert_eq!(
        fault(&fresh.ledger),
        Fault::Missing {
            position: Position(3)
        }
    );
}
