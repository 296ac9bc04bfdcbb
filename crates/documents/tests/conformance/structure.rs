//! The claim: a document is well built under UBL 2.1 here when it is under its schemas.

use subsidy_documents::Limits;
use subsidy_documents::rules::{self, RuleSet};

use crate::corpus::Corpus;

#[test]
fn the_structure_is_judged_as_the_schemas_judge_it() {
    let Some(corpus) = Corpus::open() else {
        return;
    };
    let cases: Vec<_> = corpus
        .cases()
        .into_iter()
        .filter(|case| !case.is_fragment)
        .collect();
    assert!(cases.len() > 170, "{} whole documents", cases.len());
    for case in cases {
        let bytes = std::fs::read(&case.path).expect("a file of the corpus");
        let verdict =
            rules::check_against(&bytes, &[RuleSet::Ubl21], &Limits::default()).expect("an invoice");
        assert_eq!(
            verdict.findings.is_empty(),
            case.is_valid_ubl(),
            "{}: {:?}",
            case.id,
            verdict.findings
        );
    }
}
