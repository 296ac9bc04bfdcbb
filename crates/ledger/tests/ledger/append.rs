//! Appending: whole or not at all, in one order, once.

use std::thread;

use super::*;

contract! {
    a_batch_over_many_streams_lands_in_the_order_given,
    one_stale_stream_refuses_the_whole_batch_and_tells_where_the_stream_is,
    an_append_without_events_states_an_expectation_only,
    a_refused_batch_sinks_no_neighbour_and_later_ones_build_on_earlier_ones,
    the_same_key_with_the_same_content_is_recorded_once,
    the_same_key_twice_in_one_group_is_recorded_once,
    a_key_used_for_another_content_is_not_a_conflict,
    the_key_is_in_the_hashed_metadata_of_the_first_record_only,
    the_largest_entry_fits_and_one_byte_more_is_refused,
    what_no_store_can_keep_is_refused,
    a_payload_is_kept_as_it_was_given,
    the_moment_of_recording_never_goes_back,
    eight_threads_append_at_once_and_nothing_is_lost,
    two_writers_on_one_ledger_keep_one_order,
}

fn a_batch_over_many_streams_lands_in_the_order_given() {
    let fresh = fresh();
    let appended = fresh
        .ledger
        .append(batch(vec![
            append("b", 0, 2),
            append("a", 0, 1),
            append("b", 2, 1),
        ]))
        .unwrap();
    assert_eq!(
        appended,
        Appended {
            first: Position(1),
            last: Position(4),
            repeated: false
        }
    );
    let order: Vec<_> = fresh
        .ledger
        .records(..)
        .unwrap()
        .map(|record| {
            record
                .map(|record| (record.stream.id, record.sequence.0))
                .unwrap()
        })
        .collect();
    assert_eq!(
        order,
        [("b".into(), 1), ("b".into(), 2), ("a".into(), 1), ("b".into(), 3)]
    );
    verified(&fresh.ledger);
}

fn one_stale_stream_refuses_the_whole_batch_and_tells_where_the_stream_is() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 2)])).unwrap();
    let refused = fresh
        .ledger
        .append(batch(vec![append("b", 0, 1), append("a", 1, 1)]))
        .unwrap_err();
    let AppendError::Conflict {
        stream,
        expected,
        actual,
    } = refused
    else {
        panic!("{refused}")
    };
    assert_eq!(
        (stream.id.as_str(), expected, actual),
        ("a", Sequence(1), Sequence(2))
    );
    assert_eq!(fresh.ledger.head().unwrap().size, 2);
    assert!(
        fresh
            .ledger
            .stream(&StreamId::new("note", "b"))
            .unwrap()
            .is_empty()
    );
}

fn an_append_without_events_states_an_expectation_only() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    fresh
        .ledger
        .append(batch(vec![append("a", 1, 0), append("b", 0, 1)]))
        .unwrap();
    let stale = fresh
        .ledger
        .append(batch(vec![append("a", 0, 0), append("b", 1, 1)]));
    assert!(matches!(stale, Err(AppendError::Conflict { .. })));
    assert!(matches!(
        fresh.ledger.append(batch(vec![append("a", 1, 0)])),
        Err(AppendError::Empty)
    ));
}

fn a_refused_batch_sinks_no_neighbour_and_later_ones_build_on_earlier_ones() {
    let fresh = fresh();
    let outcomes = fresh.ledger.append_all(vec![
        batch(vec![append("a", 0, 1)]),
        batch(vec![append("b", 0, 1), append("a", 0, 1)]),
        batch(vec![]),
        batch(vec![append("a", 1, 1), append("b", 0, 1)]),
    ]);
    let lands: Vec<_> = outcomes
        .iter()
        .map(|outcome| outcome.as_ref().ok().map(|a| a.first.0))
        .collect();
    assert_eq!(lands, [Some(1), None, None, Some(2)]);
    assert_eq!(verified(&fresh.ledger).size, 3);
}

fn the_same_key_with_the_same_content_is_recorded_once() {
    let fresh = fresh();
    let first = fresh
        .ledger
        .append(keyed("f.xml", 1, vec![append("a", 0, 3)]))
        .unwrap();
    // The streams have moved on, so without the key this would be a conflict.
    let again = fresh
        .ledger
        .append(keyed("f.xml", 1, vec![append("a", 0, 3)]))
        .unwrap();
    assert_eq!(
        again,
        Appended {
            repeated: true,
            ..first
        }
    );
    assert_eq!(fresh.ledger.lookup("files", "f.xml").unwrap(), Some(again));
    assert_eq!(fresh.ledger.lookup("mail", "f.xml").unwrap(), None);
    assert_eq!(verified(&fresh.ledger).size, 3);
}

fn the_same_key_twice_in_one_group_is_recorded_once() {
    let fresh = fresh();
    let outcomes = fresh.ledger.append_all(vec![
        keyed("f", 1, vec![append("a", 7, 1)]),
        keyed("f", 1, vec![append("a", 0, 1)]),
        keyed("f", 1, vec![append("a", 0, 1)]),
    ]);
    assert!(matches!(outcomes[0], Err(AppendError::Conflict { .. })));
    assert!(!outcomes[1].as_ref().unwrap().repeated);
    assert!(outcomes[2].as_ref().unwrap().repeated);
    verified(&fresh.ledger);
}

fn a_key_used_for_another_content_is_not_a_conflict() {
    let fresh = fresh();
    fresh
        .ledger
        .append(keyed("f.xml", 1, vec![append("a", 0, 2)]))
        .unwrap();
    let refused = fresh
        .ledger
        .append(keyed("f.xml", 2, vec![append("b", 0, 1)]))
        .unwrap_err();
    assert!(
        matches!(
            &refused,
            AppendError::KeyReused {
                first: Position(1),
                last: Position(2),
                ..
            }
        ),
        "{refused}"
    );
    assert_eq!(fresh.ledger.head().unwrap().size, 2);
}

fn the_key_is_in_the_hashed_metadata_of_the_first_record_only() {
    let fresh = fresh();
    fresh
        .ledger
        .append(keyed("f.xml", 0xab, vec![append("a", 0, 2)]))
        .unwrap();
    let records = fresh.ledger.stream(&StreamId::new("note", "a")).unwrap();
    let first = records[0].metadata.entries().unwrap();
    assert_eq!(first["idempotency_key"], "f.xml");
    assert_eq!(first["idempotency_source"], "files");
    assert_eq!(first["idempotency_content"], "ab".repeat(32));
    assert_eq!(first["idempotency_records"], "2");
    assert_eq!(records[1].metadata.text(), r#"{"by":"test"}"#);
}

fn the_largest_entry_fits_and_one_byte_more_is_refused() {
    let fresh = fresh();
    let text = |length| StreamAppend {
        events: vec![event(&format!("\"{}\"", "x".repeat(length)))],
        ..append("a", 0, 0)
    };
    let refused = fresh.ledger.append(batch(vec![text(65_535)])).unwrap_err();
    let AppendError::TooLarge { bytes, .. } = refused else {
        panic!("{refused}")
    };
    let fits = 65_535 - (bytes - 65_535);
    let refused = fresh
        .ledger
        .append(batch(vec![append("b", 0, 1), text(fits + 1)]))
        .unwrap_err();
    assert!(matches!(refused, AppendError::TooLarge { bytes: 65_536, .. }));
    fresh.ledger.append(batch(vec![text(fits)])).unwrap();
    assert_eq!(fresh.ledger.record(Position(1)).unwrap().entry().len(), 65_535);
    assert_eq!(verified(&fresh.ledger).size, 1);
}

fn what_no_store_can_keep_is_refused() {
    let fresh = fresh();
    let malformed = |batch| match fresh.ledger.append(batch).unwrap_err() {
        AppendError::Malformed(malformed) => malformed,
        other => panic!("{other}"),
    };
    let odd = |payload| StreamAppend {
        events: vec![event(payload)],
        ..append("a", 0, 0)
    };
    assert!(matches!(
        malformed(batch(vec![odd("{]")])),
        Malformed::NotJson { .. }
    ));
    assert!(matches!(
        malformed(batch(vec![odd("")])),
        Malformed::NotJson { .. }
    ));
    assert_eq!(
        malformed(batch(vec![append("", 0, 1)])),
        Malformed::EmptyName("id of the stream")
    );
    assert_eq!(
        malformed(batch(vec![append("a\0", 0, 1)])),
        Malformed::Nul("id of the stream")
    );
    let mut forged = batch(vec![append("a", 0, 1)]);
    forged.metadata.insert("idempotency_key".into(), "k".into());
    assert_eq!(
        malformed(forged),
        Malformed::ReservedName("idempotency_key".into())
    );
    assert_eq!(fresh.ledger.head().unwrap().size, 0);
}

fn a_payload_is_kept_as_it_was_given() {
    let fresh = fresh();
    let payload = r#"{ "b":1.10, "a":"1.10", "a":"é\u00e9" }"#;
    let odd = StreamAppend {
        events: vec![event(payload)],
        ..append("a", 0, 0)
    };
    fresh.ledger.append(batch(vec![odd])).unwrap();
    assert_eq!(fresh.ledger.record(Position(1)).unwrap().payload, payload);
}

fn the_moment_of_recording_never_goes_back() {
    let fresh = fresh();
    let on = |id, moment| Batch {
        recorded_at: moment,
        ..batch(vec![append(id, 0, 1)])
    };
    let late: Timestamp = "2023-05-01T12:00:00.123456789Z".parse().unwrap();
    fresh.ledger.append(on("a", late)).unwrap();
    for outcome in fresh
        .ledger
        .append_all(vec![on("b", at(-900_000_000)), on("c", at(0)), on("d", at(-1))])
    {
        outcome.unwrap();
    }
    let moments: Vec<_> = fresh
        .ledger
        .records(..)
        .unwrap()
        .map(|r| r.unwrap().recorded_at)
        .collect();
    let to_the_microsecond: Timestamp = "2023-05-01T12:00:00.123456Z".parse().unwrap();
    assert_eq!(moments, [to_the_microsecond, to_the_microsecond, at(0), at(0)]);
    assert_eq!(fresh.ledger.head().unwrap().recorded_at, Some(at(0)));
    verified(&fresh.ledger);
}

fn eight_threads_append_at_once_and_nothing_is_lost() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                for n in 0..50 {
                    let own = format!("own-{thread}");
                    let key = format!("{thread}-{n}");
                    // All threads also write to one stream, and decide again when another was first.
                    loop {
                        let shared = ledger.stream(&StreamId::new("note", "shared")).unwrap().len();
                        let shared = append("shared", u64::try_from(shared).unwrap(), 1);
                        match ledger.append(keyed(&key, thread, vec![append(&own, n * 2, 2), shared])) {
                            Ok(appended) => {
                                assert_eq!(appended.last.0 - appended.first.0, 2);
                                break;
                            }
                            Err(AppendError::Conflict { stream, .. }) => assert_eq!(stream.id, "shared"),
                            Err(other) => panic!("{other}"),
                        }
                    }
                }
            });
        }
    });
    assert_eq!(verified(ledger).size, 8 * 50 * 3);
    let lengths: Vec<_> = ["shared", "own-0", "own-7"]
        .map(|id| ledger.stream(&StreamId::new("note", id)).unwrap().len())
        .into();
    assert_eq!(lengths, [400, 100, 100]);
}

fn two_writers_on_one_ledger_keep_one_order() {
    let fresh = fresh();
    let other = Ledger::open_at(&fresh.place.location(), Opening::Existing).unwrap();
    thread::scope(|scope| {
        for (name, ledger) in [("one", &fresh.ledger), ("two", &other)] {
            scope.spawn(move || {
                for n in 0..100 {
                    ledger.append(batch(vec![append(name, n, 1)])).unwrap();
                }
            });
        }
    });
    assert_eq!(verified(&other).size, 200);
}
