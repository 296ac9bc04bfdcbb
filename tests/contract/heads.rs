//! A head that is kept elsewhere tells a ledger that was set back or written anew.

use acceptance::load;
use subsidy_ledger::{KnownHead, KnownHeadError, Ledger};

use super::stores::Place;

fn append(ledger: &Ledger, thread: u64, batches: std::ops::Range<u64>) -> KnownHead {
    for n in batches {
        ledger.append(load::batch(thread, n)).expect("appended");
    }
    ledger.head().expect("a head").into()
}

pub(super) fn a_ledger_older_than_a_known_head_is_told(place: &dyn Place) {
    let mut heads = vec![KnownHead::from(place.open().head().expect("a head"))];
    let mut go_on = |batches: std::ops::Range<u64>| {
        let ledger = place.open();
        heads.extend(batches.map(|n| append(&ledger, 0, n..n + 1)));
    };
    go_on(0..6);
    let copy = place.copy();
    go_on(6..12);
    let ledger = place.open();
    for head in &heads {
        ledger.check_known_head(head).expect("its own past");
        let read_back: KnownHead = head.to_string().parse().expect("a head");
        assert_eq!(read_back, *head);
    }
    let older = copy.open();
    for (n, head) in heads.iter().enumerate() {
        let told = older.check_known_head(head);
        if n <= 6 {
            told.expect("the past of both");
        } else {
            assert!(
                matches!(told, Err(KnownHeadError::Older { size, known }) if size == heads[6].size && known == *head),
                "{told:?}"
            );
        }
    }
}

pub(super) fn a_ledger_with_a_rewritten_history_is_told(place: &dyn Place) {
    append(&place.open(), 0, 0..2);
    let elsewhere = place.copy();
    let other = elsewhere.open();
    let known = append(&place.open(), 0, 2..5);
    // Another history of the same length, in which the ledger agrees with itself: the same events, but for the stream.
    let rewritten = append(&other, 5, 0..3);
    other.verify(&mut |_, _| {}).expect("it agrees with itself");
    let told = |known: &KnownHead| {
        let told = other.check_known_head(known);
        assert!(
            matches!(told, Err(KnownHeadError::Rewritten { found, .. }) if found != known.root),
            "{told:?}"
        );
    };
    if rewritten.size >= known.size {
        told(&known);
    }
    // And when it went on, so that it is longer than what is known.
    append(&other, 5, 3..20);
    told(&known);
}
