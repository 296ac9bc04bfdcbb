//! Work on many things at once, on as many threads as the machine has.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does the same with every item, and returns what came of each in their order. A panic of one is passed on.
pub(crate) fn on_all_cores<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..threads.min(items.len())).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_each_stands_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1_000).collect();
        // The first take longest.
        let slowly = |item: &u64| {
            thread::sleep(std::time::Duration::from_micros(500_u64.saturating_sub(*item)));
            item * 2
        };
        let doubled: Vec<u64> = items.iter().map(|item| item * 2).collect();
        assert_eq!(on_all_cores(&items, slowly), doubled);
        assert_eq!(on_all_cores(&[], slowly), Vec::<u64>::new());
    }
}
