//! Any bytes, attached to an invoice.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subsidy_fuzz::attached(bytes));
