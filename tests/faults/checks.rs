//! What must hold of a ledger that `ledger-writer` wrote, whatever happened to it.

use std::collections::BTreeMap;
use std::path::Path;

use acceptance::load::{self, SOURCE, Tally, Written};
use subsidy_ledger::{DynView, Ledger, Opening, Position, Record, fold_at, follow, rebuild};

use super::journal::Ack;

/// Says what does not hold of the ledger in a folder of which these batches were acknowledged. Nothing acknowledged: there need not be a ledger yet.
pub(super) fn sound(folder: &Path, acks: &[Ack]) -> Result<Ledger, String> {
    let opening = if acks.is_empty() {
        Opening::Create
    } else {
        Opening::Existing
    };
    let ledger = Ledger::open(folder.join("ledger.db"), opening)
        .map_err(|error| format!("does not open: {error}: {error:?}"))?;
    holds(&ledger, acks)?;
    Ok(ledger)
}

/// Says what does not hold of a ledger of which these batches were acknowledged.
pub(super) fn holds(ledger: &Ledger, acks: &[Ack]) -> Result<(), String> {
    ledger
        .verify(&mut |_, _| {})
        .map_err(|error| format!("does not verify: {error:?}"))?;
    let records: Vec<Record> = ledger
        .records(..)
        .and_then(Iterator::collect)
        .map_err(|error| format!("cannot be read: {error:?}"))?;
    whole_once(&records)?;
    for ack in acks {
        let key = load::key(ack.thread, ack.n);
        let found = ledger
            .lookup(SOURCE, &key)
            .map_err(|error| format!("{error:?}"))?;
        let stands = found.map(|found| (found.first.0, found.last.0));
        if stands != Some((ack.first, ack.last)) {
            return Err(format!("{ack:?} was acknowledged, and stands at {stands:?}"));
        }
    }
    views(ledger)
}

/// Each batch is there whole, in one piece, once.
fn whole_once(records: &[Record]) -> Result<(), String> {
    let mut batches: BTreeMap<String, Vec<(u64, Written)>> = BTreeMap::new();
    for record in records {
        let written: Written = serde_json::from_str(&record.payload).map_err(|error| error.to_string())?;
        batches
            .entry(written.key.clone())
            .or_default()
            .push((record.position.0, written));
    }
    for (key, parts) in batches {
        let first = parts[0].0;
        let whole = parts.len() == usize::try_from(parts[0].1.of).expect("a count")
            && parts
                .iter()
                .zip(0..)
                .all(|((position, written), at)| written.at == at && *position == first + at);
        if !whole {
            return Err(format!("batch {key} is not there whole and once: {parts:?}"));
        }
    }
    Ok(())
}

/// The view stands where it was at its position, follows on, and is the same when built anew.
fn views(ledger: &Ledger) -> Result<(), String> {
    let said = |error: &dyn std::fmt::Debug| format!("{error:?}");
    let state = ledger.view_state("tally").map_err(|error| said(&error))?;
    if let Some(state) = state {
        let then = fold_at(ledger, state.position, &load::decode, &Tally).map_err(|error| said(&error))?;
        let then: Vec<(String, String)> = then
            .into_iter()
            .map(|(key, row)| (key, serde_json::to_string(&row).expect("JSON")))
            .collect();
        let mut kept = Vec::new();
        ledger
            .rows("tally", &subsidy_ledger::Keys::All, &mut |key, row| {
                kept.push((key.to_owned(), row.to_owned()));
            })
            .map_err(|error| said(&error))?;
        if kept != then {
            return Err(format!("the view at {} holds {kept:?}", state.position));
        }
    }
    let views: [Box<dyn DynView<Record>>; 1] = [Box::new(Tally)];
    follow(ledger, &load::decode, &views).map_err(|error| said(&error))?;
    let rebuilt = rebuild(ledger, &load::decode, &Tally).map_err(|error| said(&error))?;
    if rebuilt.differing != Some(0) {
        return Err(format!("the view built anew differs: {rebuilt:?}"));
    }
    Ok(())
}

/// Sends every batch again, each with its key: what was kept is not kept twice, what was not lands now.
pub(super) fn send_all_again(
    ledger: &Ledger,
    acks: &[Ack],
    threads: u64,
    batches: u64,
) -> Result<(), String> {
    let mut size = 0;
    for thread in 0..threads {
        for n in 0..batches {
            let appended = ledger
                .append(load::batch(thread, n))
                .map_err(|error| format!("{thread}-{n} sent again: {error:?}"))?;
            let acked = acks.iter().find(|ack| (ack.thread, ack.n) == (thread, n));
            if acked.is_some_and(|ack| !appended.repeated || Position(ack.first) != appended.first) {
                return Err(format!("{thread}-{n} was recorded again: {appended:?}"));
            }
            size += load::events(thread, n) + 1;
        }
    }
    let verified = ledger
        .verify(&mut |_, _| {})
        .map_err(|error| format!("does not verify any more: {error:?}"))?;
    if verified.size != size {
        return Err(format!("{} records, and {size} were sent", verified.size));
    }
    Ok(())
}
