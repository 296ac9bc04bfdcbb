//! The files, and what reading them took.

use std::time::{Duration, Instant};

use subsidy_documents::statement::{self, AddsUp};
use subsidy_documents::{Limits, payment_file, payment_status};

/// The most memory that this process ever had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.expect("a number") >> 10
}

const ENTRIES: usize = 100_000;

fn entry(number: usize) -> String {
    format!(
        "<Ntry><NtryRef>{number}</NtryRef><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2026-11-24</Dt></BookgDt><ValDt><Dt>2026-11-24</Dt></ValDt><AcctSvcrRef>REF{number:012}</AcctSvcrRef>\
         <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>\
         <NtryDtls><TxDtls><Refs><MsgId>FUND-2026-0001</MsgId><PmtInfId>FUND-2026-0001-1</PmtInfId>\
         <EndToEndId>PAY-{number:012}</EndToEndId></Refs><Amt Ccy=\"EUR\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>\
         <RltdPties><Cdtr><Pty><Nm>Opleider nummer {number}</Nm></Pty></Cdtr>\
         <CdtrAcct><Id><IBAN>NL44RABO0123456789</IBAN></Id></CdtrAcct></RltdPties>\
         <RltdAgts><CdtrAgt><FinInstnId><BICFI>RABONL2U</BICFI></FinInstnId></CdtrAgt></RltdAgts>\
         <RmtInf><Ustrd>Subsidie praktijkleren, beschikking {number}, schooljaar 2025-2026</Ustrd></RmtInf>\
         </TxDtls></NtryDtls></Ntry>\n"
    )
}

/// A statement of so many entries of one euro, which adds up.
fn statement_of(entries: usize) -> String {
    let balance = |code: &str, euros: usize| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{euros}.00</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-24</Dt></Dt></Bal>\n"
        )
    };
    let mut text = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>\
         <Stmt><Id>1</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>{}{}",
        balance("OPBD", entries),
        balance("CLBD", 0)
    );
    for number in 0..entries {
        text.push_str(&entry(number));
    }
    text.push_str("</Stmt></BkToCstmrStmt></Document>");
    text
}

/// Reads a statement, and tells how long that took.
fn time(entries: usize) -> Duration {
    let text = statement_of(entries);
    let (before, start) = (peak(), Instant::now());
    let file = statement::read(text.as_bytes(), &Limits::for_bank_files()).expect("a statement");
    let (took, after) = (start.elapsed(), peak());
    println!(
        "{entries} entries, {} MiB: {took:?}; peak before reading {before} MiB, after {after} MiB",
        text.len() >> 20
    );
    assert_eq!(file.faults, []);
    assert_eq!(file.statements[0].entries.len(), entries);
    assert_eq!(file.statements[0].adds_up(), AddsUp::Yes);
    // What is kept of the file is less than the file.
    assert!(after - before < (u64::try_from(text.len()).expect("a size") >> 20) + 8);
    took
}

/// Some text, repeated until it has so many MiB.
fn mebibytes(count: usize, piece: &str) -> String {
    piece.repeat((count << 20) / piece.len())
}

fn document(message: &str, element: &str, content: &str) -> String {
    format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:{message}'><{element}>{content}</{element}></Document>"
    )
}

fn hostile(kind: &str) -> String {
    let payments = |content: &str| document("pain.001.001.09", "CstmrCdtTrfInitn", content);
    match kind {
        "entries" => document(
            "camt.053.001.08",
            "BkToCstmrStmt",
            &mebibytes(60, "<Stmt><Ntry/><Ntry/></Stmt>"),
        ),
        "transfers" => payments(&mebibytes(60, "<PmtInf><CdtTrfTxInf/><CdtTrfTxInf/></PmtInf>")),
        "elements" => payments(&mebibytes(60, "<RmtInf><Ustrd/></RmtInf>")),
        "within" => payments(&format!(
            "<PmtInf><CdtTrfTxInf>{}</CdtTrfTxInf></PmtInf>",
            mebibytes(60, "<x/>")
        )),
        "statuses" => document(
            "pain.002.001.10",
            "CstmrPmtStsRpt",
            &mebibytes(60, "<OrgnlPmtInfAndSts/>"),
        ),
        other => panic!("{other}"),
    }
}

#[test]
fn files_of_the_bank_take_bounded_memory_and_linear_time() {
    /// In MiB: the largest file, what is kept of it, and what is told of faults.
    const MOST: u64 = 400;
    let small = time(ENTRIES / 10);
    let large = time(ENTRIES);
    // Ten times as much, with room for a machine that has more to do.
    assert!(
        large < small * 40 + Duration::from_secs(1),
        "{small:?}, {large:?}"
    );
    let limits = Limits::for_bank_files();
    for kind in ["entries", "transfers", "elements", "within", "statuses"] {
        let text = hostile(kind);
        let start = Instant::now();
        let bytes = text.as_bytes();
        let answers = [
            statement::read(bytes, &limits).map(|_| ()),
            payment_file::check(bytes, &limits).map(|_| ()),
            payment_status::read(bytes, &limits).map(|_| ()),
        ];
        println!("{kind}: {:?}, {} MiB; {answers:?}", start.elapsed(), peak());
        assert!(peak() < MOST, "{kind}: {} MiB", peak());
    }
}
