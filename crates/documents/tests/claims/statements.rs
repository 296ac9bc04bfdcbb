//! What a statement of the bank says.

use proptest::prelude::*;
use subsidy_documents::statement::{AddsUp, Difference, Direction, EntryStatus, StatementFile, read};
use subsidy_documents::{Amount, Currency, Document, Kind, Limits, PersonalText, Unreadable};

use crate::bank_samples::STATEMENT;
use crate::samples::{reading, with};

fn statement(text: &str) -> StatementFile {
    read(text.as_bytes(), &Limits::default()).expect("a statement")
}

/// The faults of the sample with one thing changed.
fn faults(old: &str, new: &str) -> Vec<String> {
    let file = statement(&with(STATEMENT, old, new));
    file.faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_statement_is_read_field_by_field() {
    let file = statement(STATEMENT);
    assert_eq!(file.faults, []);
    assert_eq!(file.message_id, "M-1");
    let [own] = file.statements.as_slice() else {
        panic!("one statement")
    };
    assert_eq!(
        (own.id.as_str(), own.account.as_str()),
        ("S-1", "NL91ABNA0417164300")
    );
    assert_eq!(
        (own.electronic_sequence, own.legal_sequence),
        (Some(17), Some(16))
    );
    assert_eq!(own.from, own.to);
    assert_eq!(own.from.map(|day| day.to_string()).as_deref(), Some("2026-11-23"));
    let [first, second] = own.entries.as_slice() else {
        panic!("two entries")
    };
    assert_eq!(first.amount, Amount::from_cents(20_00));
    assert_eq!(
        (first.direction, first.status),
        (Direction::Credit, EntryStatus::Booked)
    );
    assert_eq!(
        first.value_on.map(|day| day.to_string()).as_deref(),
        Some("2026-11-22")
    );
    assert_eq!(first.bank_reference.as_deref(), Some("B-1"));
    assert_eq!(first.entry_reference.as_deref(), Some("1"));
    assert_eq!(first.bank_transaction_code.as_deref(), Some("PMNT/RCDT/RRTN"));
    let own = &first.transactions[0];
    assert_eq!(own.end_to_end.as_deref(), Some("E-1"));
    assert_eq!(own.payment_information.as_deref(), Some("P-1"));
    assert_eq!(own.message_id.as_deref(), Some("F-1"));
    assert_eq!(own.instruction.as_deref(), Some("I-1"));
    assert_eq!(own.return_reason.as_deref(), Some("AC04"));
    let told = |text: &Option<PersonalText>| text.as_ref().map(|text| text.reveal().to_owned());
    assert_eq!(told(&own.counterparty_name).as_deref(), Some("Jan de Vries"));
    assert_eq!(
        told(&own.counterparty_iban).as_deref(),
        Some("NL44RABO0123456789")
    );
    assert_eq!(told(&own.remittance).as_deref(), Some("rekening opgeheven"));
    let batch = second.batch.as_ref().expect("a batch");
    assert_eq!(batch.payment_information.as_deref(), Some("P-2"));
    assert_eq!(batch.transactions, Some(2));
    assert_eq!(second.transactions[0].end_to_end, None);
    assert_eq!(second.transactions[1].amount, Some(Amount::from_cents(7_00)));
    assert_eq!(second.adds_up(), AddsUp::Yes);
    assert_eq!(second.at.line, 16);
}

#[test]
fn a_closing_balance_one_cent_off_is_told_with_both_figures() {
    let file = statement(&with(STATEMENT, ">108.00<", ">108.01<"));
    let expected = Difference {
        told: Amount::from_cents(108_01),
        computed: Amount::from_cents(108_00),
    };
    assert_eq!(file.statements[0].adds_up(), AddsUp::No(expected));
    let objections: Vec<String> = file.objections().iter().map(ToString::to_string).collect();
    assert_eq!(
        objections,
        [
            "line 4, column 1, /Document/BkToCstmrStmt/Stmt[1]/Bal: TOTAL_MISMATCH_STATEMENT CLBD, found \"108.01\", expected 108.00"
        ]
    );
}

#[test]
fn only_booked_entries_change_the_balance() {
    let pending = with(
        STATEMENT,
        "DBIT</CdtDbtInd><Sts><Cd>BOOK",
        "DBIT</CdtDbtInd><Sts><Cd>PDNG",
    );
    let file = statement(&with(&pending, ">108.00<", ">120.00<"));
    assert_eq!(file.statements[0].adds_up(), AddsUp::Yes);
}

#[test]
fn a_batch_one_cent_off_is_told() {
    let file = statement(&with(STATEMENT, ">7.00<", ">7.01<"));
    assert!(matches!(file.statements[0].entries[1].adds_up(), AddsUp::No(_)));
    assert_eq!(file.objections()[0].code.as_str(), "TOTAL_MISMATCH_ENTRY");
}

#[test]
fn a_batch_of_which_some_payments_are_not_told_is_not_added_up() {
    let file = statement(&with(STATEMENT, "<NbOfTxs>2<", "<NbOfTxs>3<"));
    assert_eq!(file.statements[0].entries[1].adds_up(), AddsUp::Untold);
    assert_eq!(file.objections(), []);
}

#[test]
fn an_entry_without_details_is_read() {
    let from = STATEMENT
        .find("<NtryDtls><TxDtls><Refs><MsgId>")
        .expect("details");
    let to = STATEMENT.find("</NtryDtls>").expect("their end") + "</NtryDtls>".len();
    let file = statement(&[&STATEMENT[..from], &STATEMENT[to..]].concat());
    assert_eq!(file.faults, []);
    assert_eq!(file.statements[0].entries[0].transactions, []);
    assert_eq!(file.statements[0].adds_up(), AddsUp::Yes);
}

#[test]
fn zeros_beyond_the_cents_are_read_and_a_part_of_a_cent_is_not() {
    assert!(faults(">108.00<", ">108.00000<").is_empty());
    assert_eq!(
        faults(">108.00<", ">108.00001<"),
        [
            "line 8, column 51, /Document/BkToCstmrStmt/Stmt[1]/Bal[2]/Amt: INVALID_AMOUNT Amt, found \"108.00001\""
        ]
    );
}

#[test]
fn every_fault_of_an_entry_is_told_with_its_place_and_the_entry_is_left_out() {
    let text = with(
        STATEMENT,
        "<Amt Ccy=\"EUR\">12.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>",
        "<CdtDbtInd>BOTH</CdtDbtInd>",
    );
    let file = statement(&text);
    let faults: Vec<String> = file.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "line 16, column 7, /Document/BkToCstmrStmt/Stmt[1]/Ntry[2]/CdtDbtInd: UNKNOWN_VALUE CdtDbtInd, found \"BOTH\"",
            "line 16, column 1, /Document/BkToCstmrStmt/Stmt[1]/Ntry[2]/Amt: MISSING_FIELD Amt",
        ]
    );
    assert_eq!(file.statements[0].entries.len(), 1);
}

#[test]
fn an_amount_below_zero_or_twice_is_a_fault() {
    assert!(
        faults(
            ">20.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>",
            ">-20.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>"
        )[0]
        .contains("NEGATIVE_AMOUNT")
    );
    assert!(faults("<NtryRef>1</NtryRef>", "<Amt Ccy=\"EUR\">1.00</Amt>")[0].contains("REPEATED_FIELD"));
}

#[test]
fn another_currency_is_read_and_hinders_booking() {
    let file = statement(&STATEMENT.replace("EUR", "SEK"));
    assert_eq!(file.faults, []);
    assert_eq!(file.statements[0].entries[0].currency.as_str(), "SEK");
    assert_eq!(file.statements[0].adds_up(), AddsUp::Yes);
    assert!(!file.statements[0].is_in_euro());
    assert_eq!(file.objections().len(), 4);
    assert!(statement(STATEMENT).statements[0].is_in_euro());
    assert_ne!(file.statements[0].entries[0].currency, Currency::EURO);
}

#[test]
fn sums_over_two_currencies_are_not_told() {
    let file = statement(&with(
        STATEMENT,
        "\"EUR\">20.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>",
        "\"SEK\">20.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>",
    ));
    assert_eq!(file.statements[0].adds_up(), AddsUp::Untold);
    // The amount of the payment is in euro, and that of its entry is not.
    assert_eq!(file.statements[0].entries[0].transactions[0].amount, None);
}

#[test]
fn the_older_version_is_read_the_same() {
    let older = STATEMENT
        .replace("camt.053.001.08", "camt.053.001.02")
        .replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
        .replace("<Pty><Nm>Jan de Vries</Nm></Pty>", "<Nm>Jan de Vries</Nm>");
    assert_eq!(statement(&older).faults, []);
    assert_eq!(statement(&older).statements[0].entries.len(), 2);
    let name = |file: &StatementFile| {
        file.statements[0].entries[0].transactions[0]
            .counterparty_name
            .clone()
    };
    assert_eq!(name(&statement(&older)), name(&statement(STATEMENT)));
}

#[test]
fn the_other_party_is_the_one_that_is_not_the_account_itself() {
    // Some banks keep the roles of the payment that was sent when it comes back.
    let text = STATEMENT
        .replace("NL44 RABO 0123 4567 89", "NL91ABNA0417164300")
        .replace(
            "</DbtrAcct></RltdPties>",
            "</DbtrAcct><Cdtr><Pty><Nm>ROC</Nm></Pty></Cdtr></RltdPties>",
        );
    let file = statement(&text);
    let name = file.statements[0].entries[0].transactions[0]
        .counterparty_name
        .as_ref();
    assert_eq!(name.map(PersonalText::reveal), Some("ROC"));
}

#[test]
fn an_element_of_another_namespace_says_nothing() {
    let foreign = with(
        STATEMENT,
        "<NtryRef>1</NtryRef>",
        "<x:Amt xmlns:x=\"x\" Ccy=\"EUR\">1.00</x:Amt>",
    );
    assert_eq!(statement(&foreign).faults, []);
}

#[test]
fn debug_output_shows_nobody() {
    let shown = format!("{:?}", statement(STATEMENT));
    for personal in ["Vries", "RABO", "opgeheven"] {
        assert!(!shown.contains(personal), "{personal} is shown");
    }
}

#[test]
fn a_citizen_service_number_in_what_a_payer_wrote_is_found() {
    let file = statement(&with(STATEMENT, "rekening<", "BSN 111222333<"));
    let places: Vec<String> = file.personal_data.iter().map(ToString::to_string).collect();
    assert_eq!(
        places,
        ["line 15, column 9, /Document/BkToCstmrStmt/Stmt[1]/Ntry[1]/NtryDtls/TxDtls[1]/RmtInf/Ustrd"]
    );
}

#[test]
fn a_doctype_is_refused_and_so_is_another_version() {
    let doctype = with(
        STATEMENT,
        "<Document",
        "<!DOCTYPE Document [<!ENTITY x \"y\">]><Document",
    );
    let refused = read(doctype.as_bytes(), &Limits::default());
    assert!(matches!(refused, Err(Unreadable::Doctype { .. })));
    let other = STATEMENT.replace("camt.053.001.08", "camt.053.001.99");
    let refused = read(other.as_bytes(), &Limits::default());
    assert!(matches!(refused, Err(Unreadable::UnknownRoot { .. })));
}

#[test]
fn too_many_faults_end_the_reading() {
    let limits = Limits {
        max_faults: 3,
        ..Limits::default()
    };
    let text = with(STATEMENT, "</Stmt>", &format!("{}</Stmt>", "<Ntry/>".repeat(2)));
    assert_eq!(
        read(text.as_bytes(), &limits),
        Err(Unreadable::TooManyFaults { limit: 3 })
    );
}

#[test]
fn a_statement_is_recognised_by_its_root() {
    let reading = reading(STATEMENT);
    assert_eq!(reading.document.kind(), Kind::BankStatement);
    assert!(matches!(reading.document, Document::BankStatement(_)));
    assert_eq!(reading.verdict, None);
}

proptest! {
    #[test]
    fn entries_that_make_up_the_difference_add_up(entries in prop::collection::vec((0_i64..1_000_000_000, any::<bool>()), 0..50)) {
        let change: i64 = entries.iter().map(|(cents, is_credit)| if *is_credit { *cents } else { -*cents }).sum();
        let entry = |(cents, is_credit): &(i64, bool)| format!(
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd><Sts>BOOK</Sts></Ntry>",
            Amount::from_cents(*cents), if *is_credit { "CRDT" } else { "DBIT" });
        let closing = 100_00 + change;
        let text = format!(
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt><Id>1</Id>\
             <Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>\
             <Bal><Tp><CdOrPrtry><Cd>PRCD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\
             <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{}</Amt><CdtDbtInd>{}</CdtDbtInd></Bal>\
             {}</Stmt></BkToCstmrStmt></Document>",
            Amount::from_cents(closing.abs()), if closing < 0 { "DBIT" } else { "CRDT" },
            entries.iter().map(entry).collect::<String>());
        let file = statement(&text);
        prop_assert_eq!(&file.faults, &[]);
        prop_assert_eq!(file.statements[0].adds_up(), AddsUp::Yes);
    }
}
