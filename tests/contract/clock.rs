//! Time is given; what is recorded never goes back.

use acceptance::load;
use jiff::{SignedDuration, Timestamp};
use subsidy_ledger::{Batch, Position, Record};

use super::stores::Place;

pub(super) fn a_clock_that_jumps_back_or_forward_moves_no_record(place: &dyn Place) {
    let ledger = place.open();
    let start: Timestamp = "2023-05-01T12:00:00Z".parse().expect("a moment");
    // Hours from the start: an hour and a year back, ten years ahead and back again, into the hour of the other winter time.
    let jumps = [0, 1, -1, 2, -8_760, 87_600, 3, 4, 87_599, 4_334, 4_335, 4_334];
    let mut latest = start;
    for (n, hours) in (0..).zip(jumps) {
        let given = start + SignedDuration::from_hours(hours);
        latest = latest.max(given);
        let batch = Batch {
            recorded_at: given,
            ..load::batch(0, n)
        };
        let appended = ledger.append(batch).expect("appended");
        let record = ledger.record(appended.last).expect("a record");
        assert_eq!(record.recorded_at, latest, "{hours} hours from the start");
        // What was recorded until the latest moment is all there is.
        assert_eq!(ledger.position_at(latest).expect("a position"), appended.last);
    }
    let records: Vec<Record> = ledger.records(..).and_then(Iterator::collect).expect("records");
    for (at, pair) in (1..).zip(records.windows(2)) {
        assert_eq!(pair[0].position, Position(at));
        assert!(pair[0].recorded_at <= pair[1].recorded_at, "position {at}");
    }
    ledger.verify(&mut |_, _| {}).expect("it agrees with itself");
}
