//! Reading ahead: pages are read on as many threads as the machine has, and handed on in order.

use std::num::NonZero;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::event::Position;

/// How many records are read at a time.
pub(crate) const PAGE: u64 = 1_000;

/// Reads the pages after one position up to another one, and takes each in turn with the position it reaches to.
///
/// What `read` makes of a page is made on any thread, `take` runs on this one. Each thread is at most two pages ahead, so memory does not
/// grow with the number of records. Of several pages that fail, the first is told, and nothing after it is taken.
pub(crate) fn in_order<T: Send, E: Send>(
    (after, to): (Position, Position),
    read: impl Fn(Position, Position) -> Result<T, E> + Sync,
    mut take: impl FnMut(T, Position) -> Result<(), E>,
) -> Result<(), E> {
    let end_of = |at: Position| Position(at.0.saturating_add(PAGE).min(to.0));
    let pages = to.0.saturating_sub(after.0).div_ceil(PAGE);
    // How many there are takes the system longer to say than a short page takes to read.
    let threads = match pages {
        0 | 1 => 1,
        _ => thread::available_parallelism().map_or(1, NonZero::get),
    };
    if threads == 1 {
        let mut at = after;
        while at < to {
            let until = end_of(at);
            take(read(at, until)?, until)?;
            at = until;
        }
        return Ok(());
    }
    let threads = u64::try_from(threads).unwrap_or(pages).min(pages);
    thread::scope(|scope| {
        let read = &read;
        // Each thread reads every n-th page, so that it is known whose turn it is.
        let readers: Vec<_> = (0..threads)
            .map(|number| {
                let (hand_on, readings) = sync_channel(1);
                scope.spawn(move || {
                    let mut page = number;
                    while page < pages {
                        let at = Position(after.0.saturating_add(page.saturating_mul(PAGE)));
                        let reading = read(at, end_of(at));
                        let failed = reading.is_err();
                        // Nobody takes it any more when an earlier page failed.
                        if hand_on.send(reading).is_err() || failed {
                            return;
                        }
                        page = page.saturating_add(threads);
                    }
                });
                readings
            })
            .collect();
        let mut at = after;
        for readings in readers.iter().cycle() {
            if at >= to {
                break;
            }
            let until = end_of(at);
            // A reader is gone before its time only when it panicked, and then so does the scope.
            let Ok(reading) = readings.recv() else { break };
            take(reading?, until)?;
            at = until;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(to: u64, fails: &[u64]) -> (Vec<(u64, u64)>, Result<(), u64>) {
        let mut pages = Vec::new();
        let outcome = in_order(
            (Position(7), Position(to)),
            |after, until| {
                // The earlier page takes longer.
                thread::sleep(std::time::Duration::from_millis(until.0 % 3));
                match fails.iter().find(|fail| (after.0..until.0).contains(fail)) {
                    Some(fail) => Err(*fail),
                    None => Ok(after.0),
                }
            },
            |after, until| {
                pages.push((after, until.0));
                Ok(())
            },
        );
        (pages, outcome)
    }

    #[test]
    fn pages_come_in_order_without_a_gap_or_a_rest() {
        for to in [7, 8, 1_007, 1_008, 2_007, 23_456] {
            let (pages, outcome) = taken(to, &[]);
            outcome.unwrap();
            let mut at = 7;
            for (after, until) in pages {
                assert_eq!((after, until), (at, to.min(at + PAGE)));
                at = until;
            }
            assert_eq!(at, to);
        }
    }

    #[test]
    fn of_several_pages_that_fail_the_first_is_told_and_nothing_after_it_taken() {
        for fails in [[9_500, 3_500], [3_500, 4_600]] {
            let (pages, outcome) = taken(23_456, &fails);
            assert_eq!(outcome, Err(3_500));
            assert_eq!(pages.last(), Some(&(2_007, 3_007)));
        }
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_reader_that_panics_ends_no_reading_early_in_silence() {
        let read = |after: Position, _| {
            assert_ne!(after, Position(5_000), "it breaks");
            Ok::<_, ()>(())
        };
        in_order((Position(0), Position(20_000)), read, |(), _| Ok(())).unwrap();
    }
}
