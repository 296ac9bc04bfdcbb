//! A disk, a power supply and a process table that fail, and what the ledger promises all the same. README.md tells how it is done.

mod boundaries;
mod checks;
mod cut;
mod encrypted;
mod journal;
mod mount;
mod power;
mod proxy;
mod resumed;
mod room;
mod server;
mod shim;
mod wire;
