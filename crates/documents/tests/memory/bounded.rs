//! The files, and what reading them took.

use std::io::{Cursor, Write};

use subsidy_documents::rules::{self, RuleSet};
use subsidy_documents::{Limits, read};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The most memory that this process ever had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("a peak");
    let kib: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a number");
    kib >> 10
}

const UBL: &str = "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' \
    xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2' \
    xmlns:cac='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2'>";

/// Some text, repeated until it has so many MiB.
fn mebibytes(count: usize, piece: &str) -> String {
    piece.repeat((count << 20) / piece.len())
}

fn workbook(sheet: &str, strings: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in [
        (
            "xl/workbook.xml",
            "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='a'/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='a' Target='worksheets/sheet1.xml'/></Relationships>",
        ),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        archive.start_file(name, options).expect("a part");
        archive.write_all(content.as_bytes()).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

fn hostile(kind: &str) -> Vec<u8> {
    match kind {
        "spaces" => " ".repeat(64 << 20).into_bytes(),
        "elements" => format!("{UBL}{}", mebibytes(60, "<cbc:ID/>")).into_bytes(),
        "lines" => format!(
            "{UBL}{}",
            mebibytes(60, "<cac:InvoiceLine><cbc:ID>1</cbc:ID></cac:InvoiceLine>")
        )
        .into_bytes(),
        "attributes" => format!("{UBL}<a {}", mebibytes(60, "a='1' ")).into_bytes(),
        "an attribute" => format!("{UBL}<cbc:ID schemeID='{}'/></Invoice>", mebibytes(60, "x")).into_bytes(),
        "namespaces" => format!("{UBL}{}", mebibytes(60, "<a xmlns='b'>")).into_bytes(),
        "cdata" => format!(
            "{UBL}<cbc:Note>{}</cbc:Note></Invoice>",
            mebibytes(60, "<![CDATA[x]]>")
        )
        .into_bytes(),
        "instructions" => format!("{UBL}{}</Invoice>", mebibytes(60, "<?x y?>")).into_bytes(),
        "numbers" => format!(
            "{UBL}<cbc:Note>{}</cbc:Note></Invoice>",
            mebibytes(30, "bsn 111222333 ")
        )
        .into_bytes(),
        "base64" => format!(
            "{UBL}<cbc:EmbeddedDocumentBinaryObject>{}</cbc:EmbeddedDocumentBinaryObject></Invoice>",
            mebibytes(30, "YTtiCg==").replace("==", "Cg")
        )
        .into_bytes(),
        "columns" => mebibytes(60, "x;").into_bytes(),
        "rows" => format!(
            "chequenummer;verzilverd_op;leverancier\n{}",
            mebibytes(60, "Q;10-02-2023;30012345\n")
        )
        .into_bytes(),
        "faults" => format!(
            "chequenummer;verzilverd_op;leverancier\n{}",
            mebibytes(60, ";;\nx;;\n")
        )
        .into_bytes(),
        "cells" => workbook(
            &format!(
                "<worksheet><sheetData>{}</sheetData></worksheet>",
                mebibytes(120, "<row><c t='str'><v>7</v></c></row>")
            ),
            "<sst/>",
        ),
        "strings" => workbook("<worksheet/>", &format!("<sst>{}</sst>", mebibytes(120, "<si/>"))),
        "empty cells" => workbook(
            &format!(
                "<worksheet><sheetData><row>{}</row></sheetData></worksheet>",
                mebibytes(120, "<c/>")
            ),
            "<sst/>",
        ),
        "zeros" => workbook("", &mebibytes(120, "\0")),
        other => panic!("{other}"),
    }
}

#[test]
fn hostile_files_take_bounded_memory() {
    /// In MiB: the file, what it is unpacked to, and what is kept of either.
    const MOST: u64 = 700;
    let all = [
        RuleSet::En16931,
        RuleSet::Nlcius,
        RuleSet::GAccount,
        RuleSet::PeppolBis3,
    ];
    let mut before = peak();
    for kind in [
        "spaces",
        "attributes",
        "an attribute",
        "instructions",
        "cdata",
        "numbers",
        "columns",
        "elements",
        "namespaces",
        "base64",
        "zeros",
        "strings",
        "empty cells",
        "cells",
        "faults",
        "rows",
        "lines",
    ] {
        let bytes = hostile(kind);
        let made = peak();
        let answer = read(&bytes, &Limits::default()).map(|reading| reading.document.kind());
        let read = peak();
        let verdict =
            rules::check_against(&bytes, &all, &Limits::default()).map(|verdict| verdict.findings.len());
        let judged = peak();
        println!(
            "{kind}: {} MiB; made {made}, read {read}, judged {judged}; {answer:?}, {verdict:?}",
            bytes.len() >> 20
        );
        assert!(judged < MOST, "{kind}: {judged} MiB, before {before}");
        before = judged;
    }
}
