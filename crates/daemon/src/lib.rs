//! `subsidyd`: the subsidy ledger as a program.
//!
//! It wires documents, domain and ledger together, and is the only crate that knows the clock, the command line and how a decision is put in Dutch.

mod accruals;
mod beside;
pub mod check;
pub mod cli;
pub mod clock;
mod cores;
pub mod custody;
pub mod demo;
mod desk;
pub mod export;
pub mod head_file;
pub mod intake;
pub mod lang;
pub mod originals;
pub mod payment_export;
pub mod projection;
pub mod proof;
pub mod report;
pub mod secret;
pub mod sheet;
pub mod text;
