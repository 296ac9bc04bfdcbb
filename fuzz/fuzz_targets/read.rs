//! Any bytes, as a file that comes in.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subsidy_fuzz::answer(bytes));
