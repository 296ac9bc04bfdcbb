//! Audit files: what is written, what is refused to be written, and what is said of those that others write.

use subsidy_documents::audit_file::{
    AuditHead, AuditLine, AuditRule, AuditTransaction, AuditWriteError, AuditWriter, Journal, JournalKind,
    LedgerAccount, Relation, check,
};
use subsidy_documents::rules::Severity;
use subsidy_documents::{Amount, Document, Kind, Language, Limits, Unreadable, read};

fn account(id: &str, is_balance: bool, rgs: &str) -> LedgerAccount {
    LedgerAccount {
        id: id.to_owned(),
        name: format!("Rekening {id} & zo"),
        is_balance,
        rgs: Some(rgs.to_owned()),
    }
}

fn head() -> AuditHead {
    let opening = |id: &str, cents| (id.to_owned(), Amount::from_cents(cents));
    AuditHead {
        fiscal_year: 2026,
        created: jiff::civil::date(2027, 2, 1),
        software: "test".to_owned(),
        software_version: "1".to_owned(),
        rgs_version: Some("3.7".to_owned()),
        company: "Stichting Fonds".to_owned(),
        company_kvk: Some("12345678".to_owned()),
        fiscal_number: "123456782".to_owned(),
        relations: vec![Relation {
            id: "kvk:90000001".to_owned(),
            name: "ROC <Voorbeeld>".to_owned(),
            kvk: None,
        }],
        accounts: vec![
            account("0500", true, "BEivBerBer"),
            account("1000", true, "BLimBanRba"),
            account("4000", false, "WKprTvlVsg"),
        ],
        opening: vec![opening("1000", 50_000), opening("0500", -50_000)],
        lines: 4,
        debit: 2_000,
        credit: 2_000,
    }
}

fn line(account: &str, cents: i64) -> AuditLine {
    AuditLine {
        account: account.to_owned(),
        document: "F-1/1".to_owned(),
        amount: Amount::from_cents(cents),
        relation: Some("kvk:90000001".to_owned()),
        invoice: Some("F-1".to_owned()),
        cost: Some("2025".to_owned()),
        project: Some("MBO_EXAM".to_owned()),
    }
}

fn transaction(number: u64, cents: i64) -> AuditTransaction {
    AuditTransaction {
        number,
        on: jiff::civil::date(2026, 2, 28),
        description: "Toegewezen".to_owned(),
        source: Some("LineMatched".to_owned()),
        user: Some("s1".to_owned()),
        lines: vec![line("4000", cents), line("1000", -cents)],
    }
}

fn journal() -> Journal {
    Journal {
        id: "SUB".to_owned(),
        name: "Subsidies".to_owned(),
        kind: JournalKind::Purchase,
        offset: None,
    }
}

fn written(head: &AuditHead, transactions: &[AuditTransaction]) -> Result<String, AuditWriteError> {
    let mut file = AuditWriter::begin(Vec::new(), head)?;
    file.journal(&journal())?;
    for transaction in transactions {
        file.transaction(transaction)?;
    }
    Ok(String::from_utf8(file.finish()?).expect("a text"))
}

fn sound() -> String {
    written(&head(), &[transaction(7, 1_250), transaction(9, 750)]).expect("written")
}

/// What is said of the sound file after a change.
fn said(from: &str, to: &str) -> Vec<(AuditRule, Option<String>, Option<String>)> {
    let sound = sound();
    assert!(sound.contains(from), "{from} is not in {sound}");
    let verdict = check(sound.replacen(from, to, 1).as_bytes(), &Limits::default()).expect("read");
    let findings = verdict.findings.into_iter();
    findings
        .map(|finding| (finding.rule, finding.found, finding.expected))
        .collect()
}

fn rules(from: &str, to: &str) -> Vec<AuditRule> {
    said(from, to).into_iter().map(|(rule, ..)| rule).collect()
}

#[test]
fn what_is_written_is_accepted_and_the_same_input_gives_the_same_bytes() {
    let verdict = check(sound().as_bytes(), &Limits::default()).expect("read");
    assert_eq!(verdict.findings, []);
    assert_eq!((verdict.transactions, verdict.lines), (2, 4));
    assert_eq!(sound(), sound());
    assert!(sound().contains("ROC &lt;Voorbeeld&gt;"));
}

#[test]
fn an_audit_file_is_recognised_by_its_root_element_whatever_its_namespace() {
    let reading = read(sound().as_bytes(), &Limits::default()).expect("read");
    assert_eq!(reading.document.kind(), Kind::AuditFile);
    let other = sound().replacen("/structures/", "/other/", 1);
    let reading = read(other.as_bytes(), &Limits::default()).expect("read");
    let Document::AuditFile(verdict) = reading.document else {
        panic!("an audit file")
    };
    assert_eq!(verdict.findings[0].rule, AuditRule::Namespace);
}

#[test]
fn what_would_be_no_audit_file_is_not_written() {
    let undone = |change: &dyn Fn(&mut AuditHead, &mut Vec<AuditTransaction>)| {
        let (mut head, mut all) = (head(), vec![transaction(7, 1_250), transaction(9, 750)]);
        change(&mut head, &mut all);
        written(&head, &all).expect_err("refused")
    };
    assert!(matches!(
        undone(&|_, all| all[0].lines[0].amount = Amount::from_cents(1_251)),
        AuditWriteError::OutOfBalance { number: 7 }
    ));
    assert!(matches!(
        undone(&|head, _| head.debit += 1),
        AuditWriteError::Announced { lines: 4, .. }
    ));
    assert!(matches!(
        undone(&|head, _| head.opening[0].1 = Amount::from_cents(1)),
        AuditWriteError::Opening
    ));
    assert!(matches!(
        undone(&|_, all| all[1].on = jiff::civil::date(2027, 1, 1)),
        AuditWriteError::Misplaced { number: 9 }
    ));
    for undefined in [
        undone(&|head, _| head.accounts[1].id = "4000".to_owned()),
        undone(&|head, _| head.accounts[1].rgs = Some("WKprTvlVsg".to_owned())),
        undone(&|head, _| head.relations.push(head.relations[0].clone())),
        undone(&|head, _| head.relations.clear()),
        undone(&|_, all| all[0].lines[0].account = "4001".to_owned()),
    ] {
        assert!(
            matches!(undefined, AuditWriteError::Undefined { .. }),
            "{undefined}"
        );
    }
    assert!(matches!(
        undone(&|head, _| head.accounts[0].id = "9".repeat(36)),
        AuditWriteError::TooLong { most: 35, .. }
    ));
}

#[test]
fn a_text_is_cut_to_what_the_schema_allows_and_cannot_break_the_file() {
    let mut head = head();
    head.relations[0].name = format!("{}\u{1}]]>", "é".repeat(48));
    let text = written(&head, &[transaction(7, 1_250), transaction(9, 750)]).expect("written");
    assert!(text.contains(&format!("<custSupName>{} ]</custSupName>", "é".repeat(48))));
    assert!(
        check(text.as_bytes(), &Limits::default())
            .expect("read")
            .is_accepted()
    );
}

#[test]
fn the_ten_rules_of_the_standard_are_held() {
    let relation = "<customerSupplier><custSupID>kvk:90000001</custSupID></customerSupplier>";
    let relations = "<customersSuppliers>";
    assert_eq!(
        rules(relations, &format!("{relations}{relation}")),
        [AuditRule::RelationTwice]
    );
    let accounts = "<generalLedger>";
    let twice = |id: &str, rgs: &str| {
        format!(
            "{accounts}<ledgerAccount><accID>{id}</accID><accDesc>x</accDesc><accTp>B</accTp><RGScode>{rgs}</RGScode></ledgerAccount>"
        )
    };
    assert_eq!(rules(accounts, &twice("1000", "BNew")), [AuditRule::AccountTwice]);
    assert_eq!(
        rules(accounts, &twice("1001", "BLimBanRba")),
        [AuditRule::CodeTwice]
    );
    assert_eq!(
        rules(
            "<totalDebit>500.00</totalDebit>",
            "<totalDebit>500.01</totalDebit>"
        ),
        [AuditRule::OpeningBalance, AuditRule::OpeningDebit]
    );
    assert_eq!(
        rules(
            "<totalCredit>500.00</totalCredit>",
            "<totalCredit>500.01</totalCredit>"
        ),
        [AuditRule::OpeningBalance, AuditRule::OpeningCredit]
    );
    assert_eq!(
        rules("<totalDebit>20.00</totalDebit>", "<totalDebit>20.01</totalDebit>"),
        [AuditRule::Balance, AuditRule::Debit]
    );
    assert_eq!(
        rules(
            "<totalCredit>20.00</totalCredit>",
            "<totalCredit>20.01</totalCredit>"
        ),
        [AuditRule::Balance, AuditRule::Credit]
    );
    let one_cent = said("<amnt>12.50</amnt>", "<amnt>12.51</amnt>");
    let of_transaction = one_cent.iter().find(|(rule, ..)| *rule == AuditRule::Transaction);
    let (_, found, expected) = of_transaction.expect("told");
    assert_eq!(
        (found.as_deref(), expected.as_deref()),
        (Some("12.51"), Some("12.50"))
    );
}

#[test]
fn an_amount_that_cannot_be_read_makes_no_sum_wrong() {
    assert_eq!(
        rules("<amnt>12.50</amnt>", "<amnt>12.505</amnt>"),
        [AuditRule::Cents]
    );
    for wrong in ["12,50", "1 250", "", "-"] {
        let found = rules("<amnt>12.50</amnt>", &format!("<amnt>{wrong}</amnt>"));
        assert_eq!(found, [AuditRule::Amount], "{wrong:?}");
    }
}

#[test]
fn structure_and_values_are_those_of_the_schema() {
    let cases = [
        ("<accTp>B</accTp>", "", AuditRule::Missing),
        ("<accTp>B</accTp>", "<accTp>X</accTp>", AuditRule::Value),
        (
            "<accTp>B</accTp>",
            "<accTp>B</accTp><accTp>B</accTp>",
            AuditRule::Repeated,
        ),
        (
            "<accTp>B</accTp>",
            "<accTp>B</accTp><accKind>9</accKind>",
            AuditRule::Element,
        ),
        (
            "<nr>7</nr><desc>Toegewezen</desc>",
            "<desc>Toegewezen</desc><nr>7</nr>",
            AuditRule::Order,
        ),
        (
            "<trDt>2026-02-28</trDt>",
            "<trDt>2026-02-30</trDt>",
            AuditRule::Date,
        ),
        (
            "<linesCount>4</linesCount>",
            "<linesCount>5</linesCount>",
            AuditRule::Lines,
        ),
        (
            "<fiscalYear>2026</fiscalYear>",
            "<fiscalYear>26</fiscalYear>",
            AuditRule::Value,
        ),
        (
            "<jrnTp>P</jrnTp>",
            "<jrnTp>P</jrnTp><offsetAccID>9999</offsetAccID>",
            AuditRule::Reference,
        ),
        (
            "<accID>4000</accID><docRef>",
            "<accID>4001</accID><docRef>",
            AuditRule::Account,
        ),
        (
            "<custSupID>kvk:90000001</custSupID><invRef>",
            "<custSupID>9</custSupID><invRef>",
            AuditRule::Relation,
        ),
        (
            "<periodNumber>2</periodNumber><trDt>",
            "<periodNumber>0</periodNumber><trDt>",
            AuditRule::PeriodZero,
        ),
        (
            "<periodNumber>2</periodNumber><trDt>",
            "<periodNumber>13</periodNumber><trDt>",
            AuditRule::Period,
        ),
    ];
    for (from, to, rule) in cases {
        assert_eq!(rules(from, to), [rule], "{from} as {to}");
    }
}

#[test]
fn a_file_of_version_3_is_told_so_and_nothing_else() {
    let space = subsidy_documents::audit_file::NAMESPACE;
    let found = rules(space, "http://www.auditfiles.nl/XAF/3.2");
    assert_eq!(found, [AuditRule::Version]);
    assert_eq!(
        rules(space, "http://www.odb.belastingdienst.nl/XAF/4.0"),
        [AuditRule::NamespaceOfNote]
    );
}

#[test]
fn a_finding_names_its_place_and_shows_nothing_that_may_be_personal() {
    let text = sound().replacen(
        "<User>s1</User>",
        &format!("<User>{}</User>", "Jan ".repeat(300)),
        1,
    );
    let verdict = check(text.as_bytes(), &Limits::default()).expect("read");
    let [finding] = verdict.findings.as_slice() else {
        panic!("{verdict:?}")
    };
    assert_eq!(finding.rule, AuditRule::Value);
    assert!(!format!("{finding:?}").contains("Jan"));
    let place = finding.place.to_string();
    assert!(
        place.ends_with("/auditfile/company/transactions/journal[1]/transaction[1]/User"),
        "{place}"
    );
}

#[test]
fn a_doctype_is_refused_and_latin_text_is_read() {
    let doctype = sound().replacen("<auditfile", "<!DOCTYPE auditfile>\n<auditfile", 1);
    assert!(matches!(
        check(doctype.as_bytes(), &Limits::default()),
        Err(Unreadable::Doctype { line: 2, .. })
    ));
    let text = sound().replacen("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"", 1);
    let mut bytes = text.replacen("Subsidies", "Subsidi?s", 1).into_bytes();
    let at = bytes
        .windows(9)
        .position(|word| word == b"Subsidi?s")
        .expect("there");
    bytes[at + 7] = 0xEB;
    let reading = read(&bytes, &Limits::default()).expect("read");
    assert_eq!(reading.document.kind(), Kind::AuditFile);
    assert!(check(&bytes, &Limits::default()).expect("read").is_accepted());
}

#[test]
fn every_rule_says_what_to_change_in_both_languages() {
    for rule in AuditRule::ALL {
        let (dutch, english) = (rule.text(Language::Dutch), rule.text(Language::English));
        assert!(
            dutch.ends_with('.') && english.ends_with('.') && dutch != english,
            "{rule}"
        );
    }
    let warnings = AuditRule::ALL
        .iter()
        .filter(|rule| rule.severity() == Severity::Warning);
    assert_eq!(warnings.count(), 4);
}
