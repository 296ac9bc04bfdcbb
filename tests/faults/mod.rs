//! A disk, a power supply and a process table that fail, and what the ledger promises all the same. README.md tells how it is done.

mod checks;
mod cut;
mod journal;
mod power;
mod shim;

/// Whether the long form was asked for: `SUBSIDY_LONG=1`.
pub(crate) fn long() -> bool {
    std::env::var("SUBSIDY_LONG").is_ok_and(|asked| asked == "1")
}
