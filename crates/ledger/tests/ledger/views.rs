//! Views: never a record skipped or folded twice, and the same rows however they were folded.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::*;

contract! {
    rows_are_read_by_key_prefix_and_range,
    many_views_decode_each_record_once_and_each_catches_up_from_where_it_is,
    a_rebuild_ends_byte_identical_to_the_incremental_rows,
    a_rebuild_tells_how_many_rows_were_not_what_the_records_say,
    a_new_version_is_folded_anew_beside_the_old_rows,
    a_gap_stops_a_view_where_it_is,
    rows_and_position_are_saved_together_or_not_at_all,
    the_same_fold_tells_what_the_rows_were_at_a_past_position,
    two_followers_at_once_never_fold_a_record_twice,
    a_rebuild_never_takes_a_view_back_to_an_earlier_position,
    a_rebuild_while_others_follow_loses_nothing,
    of_several_records_that_cannot_be_read_the_first_is_told,
    what_no_view_follows_is_not_decoded_and_what_one_follows_is,
    several_views_folded_in_one_reading_are_what_each_is_alone,
}

/// The sum and the last text of `n` for each stream, and one row for all; a stream's row goes at `n` = 9.
pub(crate) struct Sums {
    pub(crate) name: &'static str,
    pub(crate) version: u32,
}

impl View<Record> for Sums {
    type Row = BTreeMap<String, u64>;

    fn name(&self) -> &'static str {
        self.name
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn keys(&self, record: &Record, out: &mut Vec<String>) {
        out.push(format!("stream/{}", record.stream.id));
        out.push("all".to_owned());
    }

    fn fold(&self, key: &str, row: Option<Self::Row>, record: &Record) -> Option<Self::Row> {
        let n = number(record);
        if key != "all" && n == 9 {
            return None;
        }
        let mut row = row.unwrap_or_default();
        *row.entry("sum".to_owned()).or_default() += n * u64::from(self.version);
        row.insert("last".to_owned(), record.position.0);
        Some(row)
    }
}

fn number(record: &Record) -> u64 {
    let payload: BTreeMap<String, u64> = serde_json::from_str(&record.payload).unwrap();
    payload["n"]
}

pub(crate) fn sums() -> Sums {
    Sums {
        name: "sums",
        version: 1,
    }
}

pub(crate) fn decode(record: &Record) -> Result<Record, DecodeError> {
    Ok(record.clone())
}

pub(crate) fn rows(ledger: &Ledger, view: &str, keys: &Keys) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    ledger
        .rows(view, keys, &mut |key, row| {
            rows.push((key.to_owned(), row.to_owned()));
        })
        .unwrap();
    rows
}

fn state(ledger: &Ledger, view: &str) -> Option<(u32, u64)> {
    ledger
        .view_state(view)
        .unwrap()
        .map(|state| (state.version, state.position.0))
}

fn follow_sums(ledger: &Ledger) -> Result<Position, FollowError> {
    follow(ledger, &decode, &[Box::new(sums())])
}

fn rows_are_read_by_key_prefix_and_range() {
    let fresh = fresh();
    assert_eq!(state(&fresh.ledger, "sums"), None);
    fresh
        .ledger
        .append(batch(vec![
            append("a", 0, 3),
            append("ab", 0, 1),
            append("b", 0, 2),
        ]))
        .unwrap();
    assert_eq!(follow_sums(&fresh.ledger).unwrap(), Position(6));
    let keys = |keys| -> Vec<String> {
        rows(&fresh.ledger, "sums", &keys)
            .into_iter()
            .map(|(key, _)| key)
            .collect()
    };
    assert_eq!(keys(Keys::All), ["all", "stream/a", "stream/ab", "stream/b"]);
    assert_eq!(keys(Keys::One("stream/a".into())), ["stream/a"]);
    assert_eq!(keys(Keys::One("stream/".into())), [""; 0]);
    assert_eq!(keys(Keys::Prefix("stream/a".into())), ["stream/a", "stream/ab"]);
    assert_eq!(
        keys(Keys::Range("b".into(), "stream/ab".into())),
        ["stream/a", "stream/ab"]
    );
    let row = rows(&fresh.ledger, "sums", &Keys::One("stream/a".into()));
    assert_eq!(row[0].1, r#"{"last":3,"sum":3}"#);
    assert_eq!(state(&fresh.ledger, "sums"), Some((1, 6)));
}

fn many_views_decode_each_record_once_and_each_catches_up_from_where_it_is() {
    let fresh = fresh();
    // One view is more than a page ahead of the other.
    fresh.ledger.append(batch(vec![append("a", 0, 2_500)])).unwrap();
    follow_sums(&fresh.ledger).unwrap();
    fresh.ledger.append(batch(vec![append("a", 2_500, 505)])).unwrap();
    let decoded = AtomicU64::new(0);
    let counted = |record: &Record| {
        decoded.fetch_add(1, Ordering::Relaxed);
        decode(record)
    };
    let views: [Box<dyn DynView<Record>>; 2] = [
        Box::new(sums()),
        Box::new(Sums {
            name: "other",
            version: 1,
        }),
    ];
    follow(&fresh.ledger, &counted, &views).unwrap();
    assert_eq!(decoded.load(Ordering::Relaxed), 3_005);
    assert_eq!(
        rows(&fresh.ledger, "sums", &Keys::All),
        rows(&fresh.ledger, "other", &Keys::All)
    );
    follow(&fresh.ledger, &counted, &views).unwrap();
    assert_eq!(
        decoded.load(Ordering::Relaxed),
        3_005,
        "nothing is behind any more"
    );
}

fn a_rebuild_ends_byte_identical_to_the_incremental_rows() {
    let fresh = fresh();
    for n in 0..40 {
        fresh
            .ledger
            .append(batch(vec![
                append("a", n * 3, 3),
                append(&format!("s{}", n % 7), n / 7 * 10, 10),
            ]))
            .unwrap();
        follow_sums(&fresh.ledger).unwrap();
    }
    let incremental = rows(&fresh.ledger, "sums", &Keys::All);
    assert!(
        incremental.iter().all(|(key, _)| !key.starts_with("stream/s")),
        "n = 9 takes rows away"
    );
    let rebuilt = rebuild(&fresh.ledger, &decode, &sums()).unwrap();
    assert_eq!(
        rebuilt,
        Rebuilt {
            position: Position(520),
            rows: 2,
            differing: Some(0)
        }
    );
    assert_eq!(rows(&fresh.ledger, "sums", &Keys::All), incremental);
    fresh.ledger.append(batch(vec![append("a", 120, 1)])).unwrap();
    follow_sums(&fresh.ledger).unwrap();
    assert_eq!(state(&fresh.ledger, "sums"), Some((1, 521)));
}

fn a_rebuild_tells_how_many_rows_were_not_what_the_records_say() {
    let fresh = fresh();
    fresh
        .ledger
        .append(batch(vec![
            append("a", 0, 2),
            append("b", 0, 2),
            append("c", 0, 2),
        ]))
        .unwrap();
    follow_sums(&fresh.ledger).unwrap();
    let right = rows(&fresh.ledger, "sums", &Keys::All);
    fresh
        .raw()
        .run(
            "UPDATE view_row SET body = replace(body, '1', '7') WHERE key = 'stream/a';
             DELETE FROM view_row WHERE key = 'stream/b';
             INSERT INTO view_row SELECT view, 'stream/z', body FROM view_row WHERE key = 'stream/c'",
        )
        .unwrap();
    let rebuilt = rebuild(&fresh.ledger, &decode, &sums()).unwrap();
    assert_eq!(
        rebuilt,
        Rebuilt {
            position: Position(6),
            rows: 4,
            differing: Some(3)
        }
    );
    assert_eq!(rows(&fresh.ledger, "sums", &Keys::All), right);
}

fn a_new_version_is_folded_anew_beside_the_old_rows() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 4)])).unwrap();
    follow_sums(&fresh.ledger).unwrap();
    let old = rows(&fresh.ledger, "sums", &Keys::All);
    // The new version stops halfway; the old rows stay.
    fresh.ledger.append(batch(vec![append("a", 4, 8_000)])).unwrap();
    let new = || -> [Box<dyn DynView<Record>>; 1] {
        [Box::new(Sums {
            name: "sums",
            version: 2,
        })]
    };
    let failing = |record: &Record| match record.position.0 {
        6_000 => Err(DecodeError::new("an event of tomorrow")),
        _ => decode(record),
    };
    let error = follow(&fresh.ledger, &failing, &new()).unwrap_err();
    assert!(
        matches!(
            error,
            FollowError::Unreadable {
                position: Position(6_000),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(rows(&fresh.ledger, "sums", &Keys::All), old);
    assert_eq!(state(&fresh.ledger, "sums"), Some((1, 4)));
    // It goes on from the page it had saved.
    let decoded = AtomicU64::new(0);
    let counted = |record: &Record| {
        decoded.fetch_add(1, Ordering::Relaxed);
        decode(record)
    };
    follow(&fresh.ledger, &counted, &new()).unwrap();
    assert_eq!(decoded.load(Ordering::Relaxed), 4_004);
    assert_eq!(state(&fresh.ledger, "sums"), Some((2, 8_004)));
    let expected = fold_at(
        &fresh.ledger,
        Position(8_004),
        &decode,
        &Sums {
            name: "sums",
            version: 2,
        },
    )
    .unwrap();
    assert_eq!(
        rows(&fresh.ledger, "sums", &Keys::One("all".into()))[0].1,
        serde_json::to_string(&expected["all"]).unwrap()
    );
}

fn a_gap_stops_a_view_where_it_is() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 4_100)])).unwrap();
    fresh.tamper("DELETE FROM events WHERE position = 4050");
    let error = follow_sums(&fresh.ledger).unwrap_err();
    let missing = Fault::Missing {
        position: Position(4_050),
    };
    assert!(
        matches!(&error, FollowError::Read(ReadError::Broken(fault)) if *fault == missing),
        "{error}"
    );
    assert_eq!(state(&fresh.ledger, "sums"), Some((1, 4_000)));
}

fn rows_and_position_are_saved_together_or_not_at_all() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    follow_sums(&fresh.ledger).unwrap();
    let before = rows(&fresh.ledger, "sums", &Keys::All);
    fresh
        .ledger
        .append(batch(vec![append("a", 3, 1), append("b", 0, 1)]))
        .unwrap();
    fresh.raw().fail_on("INSERT", "view_row", "NEW.key = 'stream/b'");
    assert!(matches!(follow_sums(&fresh.ledger), Err(FollowError::Save(_))));
    assert_eq!(rows(&fresh.ledger, "sums", &Keys::All), before);
    assert_eq!(state(&fresh.ledger, "sums"), Some((1, 3)));
    fresh.raw().fail_no_more("view_row");
    follow_sums(&fresh.ledger).unwrap();
    assert_eq!(
        rebuild(&fresh.ledger, &decode, &sums()).unwrap().differing,
        Some(0)
    );
}

fn the_same_fold_tells_what_the_rows_were_at_a_past_position() {
    let fresh = fresh();
    let mut past = Vec::new();
    for n in 0..12 {
        fresh
            .ledger
            .append(batch(vec![append("a", n, 1), append("b", n * 5, 5)]))
            .unwrap();
        follow_sums(&fresh.ledger).unwrap();
        past.push((
            fresh.ledger.head().unwrap().position(),
            rows(&fresh.ledger, "sums", &Keys::All),
        ));
    }
    for (position, then) in past {
        let folded: Vec<_> = fold_at(&fresh.ledger, position, &decode, &sums())
            .unwrap()
            .into_iter()
            .map(|(key, row)| (key, serde_json::to_string(&row).unwrap()))
            .collect();
        assert_eq!(folded, then, "position {position}");
    }
    assert!(fold_at(&fresh.ledger, Position(1_000), &decode, &sums()).is_err());
}

fn two_followers_at_once_never_fold_a_record_twice() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    std::thread::scope(|scope| {
        for name in ["one", "two", "three"] {
            scope.spawn(move || {
                for n in 0..60 {
                    ledger.append(batch(vec![append(name, n * 2, 2)])).unwrap();
                    match follow_sums(ledger) {
                        Ok(_) | Err(FollowError::Overtaken) => {}
                        Err(other) => panic!("{other}"),
                    }
                }
            });
        }
    });
    follow_sums(ledger).unwrap();
    assert_eq!(rebuild(ledger, &decode, &sums()).unwrap().differing, Some(0));
}

fn a_rebuild_never_takes_a_view_back_to_an_earlier_position() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    follow_sums(&fresh.ledger).unwrap();
    let once = AtomicBool::new(true);
    let meanwhile = |record: &Record| {
        if once.swap(false, Ordering::Relaxed) {
            fresh.ledger.append(batch(vec![append("a", 3, 2)])).unwrap();
            follow_sums(&fresh.ledger).unwrap();
        }
        decode(record)
    };
    let rebuilt = rebuild(&fresh.ledger, &meanwhile, &sums()).unwrap();
    assert_eq!(
        rebuilt,
        Rebuilt {
            position: Position(5),
            rows: 2,
            differing: Some(0)
        }
    );
}

fn a_rebuild_while_others_follow_loses_nothing() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    ledger.append(batch(vec![append("a", 0, 3_000)])).unwrap();
    follow_sums(ledger).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for n in 0..60 {
                ledger.append(batch(vec![append("b", n * 2, 2)])).unwrap();
                // A switch in between takes away the generation that was followed.
                match follow_sums(ledger) {
                    Ok(_) | Err(FollowError::Overtaken) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        });
        for _ in 0..5 {
            let rebuilt = rebuild(ledger, &decode, &sums()).unwrap();
            assert!(matches!(rebuilt.differing, Some(0) | None), "{rebuilt:?}");
        }
    });
    follow_sums(ledger).unwrap();
    assert_eq!(rebuild(ledger, &decode, &sums()).unwrap().differing, Some(0));
}

fn of_several_records_that_cannot_be_read_the_first_is_told() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3_900)])).unwrap();
    let broken = |record: &Record| match record.position.0 {
        700 | 2_100 | 3_800 => Err(DecodeError::new("broken")),
        _ => decode(record),
    };
    let stopped_at = |error| match error {
        FollowError::Unreadable { position, .. } => position,
        other => panic!("{other}"),
    };
    let error = follow(&fresh.ledger, &broken, &[Box::new(sums())]).unwrap_err();
    assert_eq!(stopped_at(error), Position(700));
    let error = fold_at(&fresh.ledger, Position(3_900), &broken, &sums()).unwrap_err();
    assert_eq!(stopped_at(error), Position(700));
}

/// Counts the records of one kind.
struct Counts(&'static str);

impl View<Record> for Counts {
    type Row = u64;

    fn name(&self) -> &'static str {
        self.0
    }

    fn version(&self) -> u32 {
        1
    }

    fn follows(&self, heading: Heading<'_>) -> bool {
        heading.kind == self.0
    }

    fn keys(&self, record: &Record, out: &mut Vec<String>) {
        if record.stream.kind.as_str() == self.0 {
            out.push("count".to_owned());
        }
    }

    fn fold(&self, _key: &str, row: Option<u64>, _record: &Record) -> Option<u64> {
        Some(row.unwrap_or_default() + 1)
    }
}

/// A stream each of two kinds that are counted and one that is not, 1,500 events each.
fn three_kinds(ledger: &Ledger) {
    for kind in ["one", "two", "three"] {
        let append = StreamAppend {
            stream: StreamId::new(kind, "a"),
            ..append("a", 0, 1_500)
        };
        ledger.append(batch(vec![append])).unwrap();
    }
}

fn what_no_view_follows_is_not_decoded_and_what_one_follows_is() {
    let fresh = fresh();
    three_kinds(&fresh.ledger);
    let decoded = AtomicU64::new(0);
    let counted = |record: &Record| {
        decoded.fetch_add(1, Ordering::Relaxed);
        decode(record)
    };
    let views: [Box<dyn DynView<Record>>; 2] = [Box::new(Counts("one")), Box::new(Counts("three"))];
    assert_eq!(follow(&fresh.ledger, &counted, &views).unwrap(), Position(4_500));
    assert_eq!(decoded.swap(0, Ordering::Relaxed), 3_000);
    for view in ["one", "three"] {
        assert_eq!(
            rows(&fresh.ledger, view, &Keys::All),
            [("count".to_owned(), "1500".to_owned())]
        );
        // Also where nothing at the end was followed.
        assert_eq!(state(&fresh.ledger, view), Some((1, 4_500)));
    }
    let rebuilt = rebuild(&fresh.ledger, &counted, &Counts("one")).unwrap();
    assert_eq!((rebuilt.rows, rebuilt.differing), (1, Some(0)));
    assert_eq!(decoded.load(Ordering::Relaxed), 1_500);
    // What is passed over is held against its hash all the same.
    fresh.tamper("UPDATE events SET payload = '{\"n\":7}' WHERE position = 2000");
    let error = fold_at(&fresh.ledger, Position(4_500), &decode, &Counts("one")).unwrap_err();
    let FollowError::Read(ReadError::Broken(Fault::Altered { position })) = error else {
        panic!("{error}");
    };
    assert_eq!(position, Position(2_000));
}

fn several_views_folded_in_one_reading_are_what_each_is_alone() {
    let fresh = fresh();
    three_kinds(&fresh.ledger);
    let (one, all) = (Counts("one"), sums());
    for position in [Position(0), Position(1_400), Position(4_321)] {
        let (mut ones, mut sums) = (Past::of(&one), Past::of(&all));
        fold_all_at(&fresh.ledger, position, &decode, &mut [&mut ones, &mut sums]).unwrap();
        assert_eq!(
            ones.into_rows(),
            fold_at(&fresh.ledger, position, &decode, &one).unwrap()
        );
        assert_eq!(
            sums.into_rows(),
            fold_at(&fresh.ledger, position, &decode, &all).unwrap()
        );
    }
}
