//! What the text of an element means, read as leniently as its meaning allows.

use jiff::civil::Date;

use super::{Direction, EntryStatus};
use crate::amount::Amount;

/// An amount: more than two decimals are read when those beyond are zeros, for a part of a cent cannot be booked.
pub(super) fn amount(text: &str) -> Option<Amount> {
    let shortest = match text.split_once('.') {
        Some((whole, decimals)) => {
            let (cents, beyond) = decimals.split_at_checked(2).unwrap_or((decimals, ""));
            if !beyond.bytes().all(|digit| digit == b'0') {
                return None;
            }
            text.get(..whole.len() + 1 + cents.len())?
        }
        None => text,
    };
    Amount::parse_plain(shortest)
}

/// The date with which a text starts: whatever follows must be a time or a time zone. The day is that of the bank's clock.
pub(super) fn date(text: &str) -> Option<Date> {
    let (date, rest) = text.split_at_checked(10)?;
    let shaped = matches!(rest.chars().next(), None | Some('T' | 'Z' | '+' | '-' | ' '));
    let date: Date = shaped.then(|| date.parse().ok()).flatten()?;
    (1900..=2199).contains(&date.year()).then_some(date)
}

pub(super) fn direction(text: &str) -> Option<Direction> {
    match text {
        "CRDT" => Some(Direction::Credit),
        "DBIT" => Some(Direction::Debit),
        _ => None,
    }
}

pub(super) fn status(text: &str) -> Option<EntryStatus> {
    match text {
        "BOOK" => Some(EntryStatus::Booked),
        "PDNG" => Some(EntryStatus::Pending),
        "INFO" => Some(EntryStatus::Information),
        "FUTR" => Some(EntryStatus::Future),
        _ => None,
    }
}

pub(super) fn indicator(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// An account number without the spaces that people write in it.
pub(super) fn account(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
