//! Any bytes, as a statement of the bank.
#![no_main]

use subsidy_documents::statement::{AddsUp, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    match read(bytes, &subsidy_fuzz::limits()) {
        Ok(file) => {
            for fault in file.faults.iter().chain(&file.objections()) {
                assert!(!fault.to_string().is_empty());
            }
            for entry in file.statements.iter().flat_map(|statement| &statement.entries) {
                assert!(!entry.amount.is_negative());
                assert!(!entry.transactions.is_empty() || entry.adds_up() == AddsUp::Untold);
            }
        }
        Err(why) => assert!(!why.to_string().is_empty() && !why.code().is_empty()),
    }
});
