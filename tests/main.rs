//! What the subsidy ledger promises as a whole, each promise a test.
//!
//! `year` and `totals` hold the replayed fixture year against what is published and expected of it, `manifest` each line and file, `accounting` its books;
//! `order`, `together`, `rebuild`, `tamper`, `proof`, `privacy` and `custody` are what an auditor relies on; `sampling` is what an auditor draws; `money` and `payment_files` are what a controller and a bank rely on, `office` what befalls them, and `laws` what holds of a whole fund whatever befalls it; `intake`, `strict` and `synthetic` are what a sender meets; `fuzzed` is what no sender means; `bounds` what no document makes a record grow to; `frozen`, `promises`, `tidy` and `words` keep the workspace's
//! own rules. The year is replayed once for all of them.

#[cfg(test)]
mod accounting;
#[cfg(test)]
mod bounds;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod custody;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod faults;
#[cfg(test)]
mod frozen;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod manifest;
#[cfg(test)]
mod money;
#[cfg(test)]
mod office;
#[cfg(test)]
mod order;
#[cfg(test)]
mod payment_files;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod proof;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod rollback;
#[cfg(test)]
mod sampling;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod support;
#[cfg(test)]
mod synthetic;
#[cfg(test)]
mod tamper;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod together;
#[cfg(test)]
mod totals;
#[cfg(test)]
mod words;
#[cfg(test)]
mod year;
