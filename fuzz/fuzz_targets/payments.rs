//! Any bytes, as a payment file and as what a bank says became of one.
#![no_main]

use subsidy_documents::{Language, payment_file, payment_status};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = subsidy_fuzz::limits();
    match payment_file::check(bytes, &limits) {
        Ok(verdict) => {
            for finding in &verdict.findings {
                assert!(!finding.text(Language::Dutch).is_empty() && !finding.place.to_string().is_empty());
            }
            assert!(verdict.transfers > 0 || !verdict.is_accepted(), "nothing to pay");
        }
        Err(why) => assert!(!why.to_string().is_empty() && !why.code().is_empty()),
    }
    match payment_status::read(bytes, &limits) {
        Ok(status) => assert!(!status.original_message_id.is_empty() || !status.faults.is_empty()),
        Err(why) => assert!(!why.to_string().is_empty() && !why.code().is_empty()),
    }
});
