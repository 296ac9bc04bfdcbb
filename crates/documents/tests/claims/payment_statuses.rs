//! What a bank says became of payments.

use subsidy_documents::payment_status::{PaymentStatus, read};
use subsidy_documents::{Kind, Limits, PersonalText};

use crate::bank_samples::STATUS;
use crate::samples::{reading, with};

fn status(text: &str) -> PaymentStatus {
    read(text.as_bytes(), &Limits::default()).expect("a status")
}

#[test]
fn a_status_is_read_field_by_field() {
    let read = status(STATUS);
    assert_eq!(read.faults, []);
    assert_eq!(
        (read.message_id.as_str(), read.original_message_id.as_str()),
        ("B-1", "F-1")
    );
    assert_eq!(read.status.as_deref(), Some("PART"));
    let batch = &read.batches[0];
    assert_eq!(batch.payment_information.as_deref(), Some("P-1"));
    assert_eq!(batch.status, None);
    let own = &batch.transactions[0];
    assert_eq!(
        (own.end_to_end.as_deref(), own.status.as_deref()),
        (Some("E-1"), Some("RJCT"))
    );
    assert_eq!((own.at.line, own.at.column), (3, 54));
    let [reason] = own.reasons.as_slice() else {
        panic!("one reason")
    };
    assert_eq!(reason.code.as_deref(), Some("AC04"));
    let additional = reason.additional.as_ref().map(PersonalText::reveal);
    assert_eq!(additional, Some("Rekening van Jan is opgeheven"));
    assert!(!format!("{read:?}").contains("Jan"));
}

#[test]
fn a_status_of_no_known_file_is_a_fault() {
    let read = status(&with(STATUS, "<OrgnlMsgId>F-1</OrgnlMsgId>", ""));
    assert_eq!(
        read.faults[0].to_string(),
        "line 1, column 1, /Document/CstmrPmtStsRpt/OrgnlGrpInfAndSts/OrgnlMsgId: MISSING_FIELD OrgnlMsgId"
    );
}

#[test]
fn a_status_that_is_no_code_or_told_twice_is_a_fault() {
    let read = status(&with(STATUS, ">RJCT<", ">afgewezen<"));
    assert_eq!(
        read.faults[0].to_string(),
        "line 3, column 105, /Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/TxSts: UNKNOWN_VALUE TxSts"
    );
    let read = status(&with(
        STATUS,
        "<TxSts>RJCT</TxSts>",
        "<TxSts>RJCT</TxSts><TxSts>ACSC</TxSts>",
    ));
    assert_eq!(read.faults[0].code.as_str(), "REPEATED_FIELD");
    assert_eq!(read.batches[0].transactions[0].status.as_deref(), Some("RJCT"));
}

#[test]
fn a_status_is_recognised_by_its_root() {
    assert_eq!(reading(STATUS).document.kind(), Kind::PaymentStatus);
}

#[test]
fn a_batch_or_transfer_that_nobody_can_find_is_a_fault() {
    let read = status(&with(
        STATUS,
        "<OrgnlPmtInfId>P-1</OrgnlPmtInfId>",
        "<TxInfAndSts/>",
    ));
    let faults: Vec<String> = read.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "line 3, column 20, /Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/OrgnlEndToEndId: MISSING_FIELD OrgnlEndToEndId",
            "line 3, column 1, /Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/OrgnlPmtInfId: MISSING_FIELD OrgnlPmtInfId",
        ]
    );
}
