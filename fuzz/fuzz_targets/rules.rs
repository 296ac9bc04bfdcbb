//! Any bytes, as a document that is held against the published rules.
#![no_main]

use subsidy_documents::rules::{self, RuleSet};

const ALL: [RuleSet; 4] = [RuleSet::En16931, RuleSet::Nlcius, RuleSet::GAccount, RuleSet::PeppolBis3];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(verdict) = rules::check_against(bytes, &ALL, &subsidy_fuzz::limits()) {
        for finding in &verdict.findings {
            assert!(!finding.rule.is_empty());
        }
    }
});
