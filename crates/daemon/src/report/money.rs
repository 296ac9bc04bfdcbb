//! Reports about the money: what the bank did, what was paid, what is open, what controls find, and how bases differ.

mod accruals;
mod bank;
mod bridge;
mod controls;
mod open_items;
mod payments;

pub use self::accruals::accruals;
pub use self::bank::bank;
pub use self::bridge::bridge;
pub use self::controls::controls;
pub use self::open_items::open_items;
pub use self::payments::{payments, remittance};
