//! `subsidyd check`: what it says of files, in every form, and with which exit code it ends.
#![expect(clippy::expect_used, reason = "a test stops at what cannot be")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder with one invoice of the fixture year, changed in these places.
fn folder_with(changes: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("factuur.xml"), invoice(changes)).expect("a file");
    folder
}

fn fixture(name: &str) -> String {
    let inbox = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/2023/inbox");
    fs::read_to_string(inbox.join(name)).expect("a fixture")
}

fn invoice(changes: &[(&str, &str)]) -> String {
    let mut text = fixture("2023-01-12/01-factuur-garage-fixture-01.xml");
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in the invoice");
        text = text.replace(from, to);
    }
    text
}

fn check(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd"));
    command.current_dir(folder.path()).arg("check").args(arguments);
    for name in ["SUBSIDYD_DATABASE", "SUBSIDYD_HEAD_FILE", "SUBSIDYD_LANG"] {
        command.env_remove(name);
    }
    command.output().expect("the program runs")
}

/// What it said when it ended with this code.
fn said(folder: &TempDir, arguments: &[&str], code: i32) -> String {
    let output = check(folder, arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(code), "{said}{}", text(&output.stderr));
    said
}

fn json(folder: &TempDir, arguments: &[&str], code: i32) -> Value {
    serde_json::from_str(&said(folder, arguments, code)).expect("JSON")
}

const WITHOUT_REFERENCE: (&str, &str) = ("<cbc:BuyerReference>SUBSIDIES</cbc:BuyerReference>", "");
const NLCIUS: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0";

#[test]
fn a_sound_invoice_is_in_order_and_nothing_is_recorded() {
    let folder = folder_with(&[]);
    let said = said(&folder, &["factuur.xml"], 0);
    assert!(
        said.starts_with("factuur.xml: in orde; factuur; gehouden tegen "),
        "{said}"
    );
    assert!(said.contains("EN 16931 1.3.16, NLCIUS 2.0.3.13"), "{said}");
    let names: Vec<_> = fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(names.len(), 1, "a ledger or secret was made");
}

#[test]
fn a_broken_rule_is_told_with_its_place_and_what_to_change() {
    let folder = folder_with(&[WITHOUT_REFERENCE]);
    let dutch = said(&folder, &["factuur.xml"], 3);
    for told in [
        "factuur.xml: niet in orde (1 fout)",
        "fout BR-NL-2 BT-10: Vermeld de referentie van de koper (BT-10), of het nummer van de inkooporder (BT-13).",
        "regel 2, kolom 1  /Invoice/cbc:BuyerReference",
    ] {
        assert!(dutch.contains(told), "{told} in\n{dutch}");
    }
    let english = said(&folder, &["factuur.xml", "--lang", "en"], 3);
    assert!(
        english.contains("fault BR-NL-2 BT-10: State the buyer's reference (BT-10)"),
        "{english}"
    );
}

#[test]
fn where_rule_and_reader_find_the_same_it_is_told_once_with_both_amounts() {
    let folder = folder_with(&[(
        "<cbc:PayableAmount currencyID=\"EUR\">1350.00",
        "<cbc:PayableAmount currencyID=\"EUR\">1350.01",
    )]);
    let remarks = &json(&folder, &["factuur.xml", "--format", "json"], 3)["files"][0]["remarks"];
    assert_eq!(remarks.as_array().expect("remarks").len(), 1, "{remarks}");
    assert_eq!(remarks[0]["rule"], "BR-CO-16");
    assert_eq!(remarks[0]["found"], "1350.01");
    assert_eq!(remarks[0]["expected"], "1350.00");
}

#[test]
fn what_lines_lack_is_told_beside_a_broken_rule() {
    let item = "<cac:SellersItemIdentification><cbc:ID>";
    let start = invoice(&[]).find(item).expect("an item code");
    let text = invoice(&[]);
    let end = text[start..]
        .find("</cac:SellersItemIdentification>")
        .expect("its end");
    let code = &text[start..start + end + "</cac:SellersItemIdentification>".len()];
    let folder = folder_with(&[(code, ""), WITHOUT_REFERENCE]);
    let remarks = &json(&folder, &["factuur.xml", "--format", "json"], 3)["files"][0]["remarks"];
    let rules: Vec<_> = remarks
        .as_array()
        .expect("remarks")
        .iter()
        .map(|remark| &remark["rule"])
        .collect();
    assert_eq!(rules, ["BR-NL-2", "MISSING_FIELD"], "{remarks}");
}

#[test]
fn files_are_told_in_the_order_in_which_they_were_named() {
    let folder = folder_with(&[]);
    let names: Vec<String> = (0..40).rev().map(|number| format!("{number:02}.xml")).collect();
    for name in &names {
        fs::write(folder.path().join(name), invoice(&[])).expect("a file");
    }
    let mut arguments: Vec<&str> = names.iter().map(String::as_str).collect();
    arguments.extend(["--format", "json"]);
    let told = json(&folder, &arguments, 0);
    let files = told["files"].as_array().expect("files").iter();
    let paths: Vec<_> = files.map(|file| file["file"].as_str().expect("a path")).collect();
    assert_eq!(paths, names);
}

#[test]
fn what_only_the_fund_asks_is_told_apart_from_the_published_rules() {
    let folder = folder_with(&[("NL80FIXT0090000301", "NL81FIXT0090000301")]);
    let told = said(&folder, &["factuur.xml"], 3);
    assert!(
        told.contains("volgt de regels, mist wat het fonds vraagt (1 fout)"),
        "{told}"
    );
    assert!(
        told.contains("wat het fonds daarnaast vraagt:\n  fout IBAN_CHECKSUM BT-84"),
        "{told}"
    );
}

#[test]
fn warnings_alone_hinder_nobody() {
    let folder = folder_with(&[(
        "<cbc:BuyerReference>",
        "<cbc:TaxPointDate>2023-01-11</cbc:TaxPointDate><cbc:BuyerReference>",
    )]);
    // In the order of UBL the date of VAT stands before the currency.
    let text = fs::read_to_string(folder.path().join("factuur.xml")).expect("a file");
    let date = "<cbc:TaxPointDate>2023-01-11</cbc:TaxPointDate>";
    let text = text.replace(date, "").replace(
        "<cbc:DocumentCurrencyCode>",
        &format!("{date}<cbc:DocumentCurrencyCode>"),
    );
    fs::write(folder.path().join("factuur.xml"), text).expect("a file");
    let told = said(&folder, &["factuur.xml"], 0);
    assert!(told.contains("in orde (1 waarschuwing)"), "{told}");
    assert!(told.contains("waarschuwing BR-NL-20 BT-7"), "{told}");
}

#[test]
fn an_unknown_specification_is_set_aside_for_a_person_and_not_refused() {
    let folder = folder_with(&[(NLCIUS, "urn:cen.eu:en16931:2026")]);
    let told = said(&folder, &["factuur.xml", "--lang", "en"], 3);
    assert!(told.contains("to be set aside for a person"), "{told}");
    assert!(
        told.contains("\"urn:cen.eu:en16931:2026\"; those rules are not known here"),
        "{told}"
    );
    let file = &json(&folder, &["factuur.xml", "--format", "json"], 3)["files"][0];
    assert_eq!(file["outcome"], "set_aside");
    assert_eq!(file["remarks"], Value::Array(Vec::new()));
}

#[test]
fn a_citizen_service_number_comes_first_and_is_not_shown() {
    let folder = folder_with(&[
        WITHOUT_REFERENCE,
        ("<cbc:Note>FIXTURE", "<cbc:Note>BSN 111222333"),
    ]);
    let told = said(&folder, &["factuur.xml"], 3);
    assert!(
        told.contains("met persoonsgegevens, apart te zetten (2 fouten)"),
        "{told}"
    );
    let (first, second) = (told.find("PERSONAL_DATA"), told.find("BR-NL-2"));
    assert!(first.is_some() && first < second, "{told}");
    assert!(!told.contains("111222333"), "{told}");
}

#[test]
fn lists_and_files_that_cannot_be_read_are_told_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = fixture("2023-01-02/01-regelingen.csv");
    fs::write(folder.path().join("a.csv"), &list).expect("a file");
    fs::write(folder.path().join("b.csv"), list.replacen(';', ";;", 30)).expect("a file");
    fs::write(folder.path().join("c.pdf"), "%PDF-1.7\n").expect("a file");
    fs::write(folder.path().join("d.xml"), invoice(&[("</Invoice>", "")])).expect("a file");
    let told = said(&folder, &["."], 3);
    for part in [
        "./a.csv: in orde",
        "./b.csv: niet ",
        "./c.pdf: niet te lezen (1 fout)\n  fout OTHER_FORMAT: Dit is geen UBL, CSV of XLSX",
        "fout MALFORMED",
        "4 bestanden:\n  1 in orde\n",
    ] {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn many_places_of_one_fault_are_counted() {
    let text = invoice(&[]);
    let start = text.find("<cac:InvoiceLine>").expect("a line");
    let end = text.find("</Invoice>").expect("the end");
    let line = text[start..end].replace("<cbc:Name>EVC-traject APK, vergoeding 1.350,00</cbc:Name>", "");
    let lines: String = (1..=7)
        .map(|id| line.replace("<cbc:ID>1</cbc:ID>", &format!("<cbc:ID>{id}</cbc:ID>")))
        .collect();
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("factuur.xml"),
        [&text[..start], &lines, "</Invoice>"].concat(),
    )
    .expect("a file");
    let told = said(&folder, &["factuur.xml", "--lang", "en"], 3);
    assert_eq!(
        told.matches("fault BR-25 BT-153: State the name of the item (BT-153).")
            .count(),
        1,
        "{told}"
    );
    assert!(told.contains("and 2 times more"), "{told}");
    let csv = said(&folder, &["factuur.xml", "--lang", "en", "--format", "csv"], 3);
    assert_eq!(csv.matches(",BR-25,").count(), 7, "a list leaves nothing out");
}

#[test]
fn a_list_and_json_say_the_same() {
    let folder = folder_with(&[
        WITHOUT_REFERENCE,
        ("<cbc:CityName>Fixturestad</cbc:CityName>", ""),
    ]);
    let files = json(&folder, &["factuur.xml", "--format", "json"], 3)["files"].clone();
    let remarks = files[0]["remarks"].as_array().expect("remarks").clone();
    let listed = said(&folder, &["factuur.xml", "--format", "csv"], 3);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(listed.as_bytes());
    let keys = reader.headers().expect("headers").clone();
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), remarks.len());
    assert!(remarks.len() > 2, "{remarks:?}");
    for (row, remark) in rows.iter().zip(&remarks) {
        for (key, cell) in keys.iter().zip(row) {
            let same = match &remark[key] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                    other.to_string()
                }
            };
            if !["file", "kind", "outcome"].contains(&key) {
                assert_eq!(cell, same, "{key}");
            }
        }
    }
}

/// What the schema of SARIF 2.1.0 asks of the objects used here: those required, those allowed, and what each holds.
const SCHEMA: [(&str, &str, &str); 12] = [
    ("log", "version runs*:run", "$schema"),
    (
        "run",
        "tool:tool",
        "language translations*:component columnKind artifacts*:artifact results*:result",
    ),
    ("tool", "driver:component", ""),
    ("component", "name", "version language contents rules*:rule"),
    (
        "rule",
        "id",
        "shortDescription:message defaultConfiguration:configuration properties",
    ),
    ("configuration", "", "level"),
    ("message", "text", ""),
    ("artifact", "", "location:file properties"),
    ("file", "", "uri"),
    (
        "result",
        "message:message",
        "ruleId ruleIndex level locations*:location properties",
    ),
    ("location", "", "physicalLocation:physical logicalLocations"),
    ("physical", "", "artifactLocation:file region"),
];

/// Holds an object against the schema, and what is in it: the schema allows no other property.
fn as_the_schema_has_it(object: &Value, kind: &str) {
    let (_, required, allowed) = SCHEMA.iter().find(|(name, ..)| *name == kind).expect("a kind");
    let mut known = Vec::new();
    for (words, is_required) in [(required, true), (allowed, false)] {
        for word in words.split_whitespace() {
            let (name, inner) = word.split_once(':').unwrap_or((word, ""));
            let (name, many) = name.strip_suffix('*').map_or((name, false), |name| (name, true));
            known.push(name);
            let Some(value) = object.get(name) else {
                assert!(!is_required, "{kind} without {name}: {object}");
                continue;
            };
            match (inner, many) {
                ("", _) => {}
                (inner, false) => as_the_schema_has_it(value, inner),
                (inner, true) => {
                    for value in value.as_array().expect("a list") {
                        as_the_schema_has_it(value, inner);
                    }
                }
            }
        }
    }
    for name in object.as_object().expect("an object").keys() {
        assert!(
            known.contains(&name.as_str()),
            "{kind} has {name}, which SARIF does not have"
        );
    }
}

#[test]
fn sarif_is_what_its_schema_asks_and_has_both_languages() {
    let folder = folder_with(&[WITHOUT_REFERENCE, ("NL80FIXT0090000301", "NL81FIXT0090000301")]);
    let spaced = folder.path().join("met spatie é.xml");
    fs::rename(folder.path().join("factuur.xml"), spaced).expect("renamed");
    fs::write(folder.path().join("leeg.csv"), "").expect("a file");
    let sarif = json(&folder, &[".", "--sarif", "--lang", "en"], 3);

    as_the_schema_has_it(&sarif, "log");

    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 3, "{results:?}");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a number");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let translated = run["translations"][0]["rules"].as_array().expect("rules");
    let reference = rules
        .iter()
        .position(|rule| rule["id"] == "BR-NL-2")
        .expect("BR-NL-2");
    let text = |rule: &Value| {
        rule["shortDescription"]["text"]
            .as_str()
            .expect("a text")
            .to_owned()
    };
    assert!(text(&rules[reference]).starts_with("State the buyer's reference"));
    assert!(text(&translated[reference]).starts_with("Vermeld de referentie van de koper"));

    let missing = results
        .iter()
        .find(|result| result["ruleId"] == "BR-NL-2")
        .expect("BR-NL-2");
    let place = &missing["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "./met%20spatie%20%C3%A9.xml");
    assert_eq!(place["region"]["startLine"], 2);
    assert_eq!(place["region"]["startColumn"], 1);
    assert_eq!(missing["level"], "error");
}

#[test]
fn a_path_that_is_not_there_is_a_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = check(&folder, &["typo.xml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("typo.xml"));
    assert_eq!(check(&folder, &[]).status.code(), Some(2));
}

#[test]
fn help_teaches_the_exit_codes_and_shows_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = said(&folder, &["--help"], 0);
    for taught in [
        "Exit codes: 0",
        "3 ",
        "--sarif",
        "subsidyd check facturen/",
        "BT-24",
        "nothing is recorded",
    ] {
        assert!(help.contains(taught), "{taught} in\n{help}");
    }
}

const PAYMENTS: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>F-1</MsgId><CreDtTm>2026-11-22T10:00:00</CreDtTm><NbOfTxs>1</NbOfTxs><CtrlSum>12.51</CtrlSum><InitgPty><Nm>Fonds</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>P-1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>2026-11-24</Dt></ReqdExctnDt>
<Dbtr><Nm>Fonds</Nm></Dbtr><DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct>
<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>
<CdtTrfTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="EUR">12.50</InstdAmt></Amt>
<Cdtr><Nm>ROC</Nm></Cdtr><CdtrAcct><Id><IBAN>NL44RABO0123456789</IBAN></Id></CdtrAcct></CdtTrfTxInf>
</PmtInf></CstmrCdtTrfInitn></Document>
"#;

const STATEMENT: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<Stmt><Id>S-1</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
</Stmt></BkToCstmrStmt></Document>
"#;

const STATUS: &str = r#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<OrgnlGrpInfAndSts><OrgnlMsgId>F-1</OrgnlMsgId><GrpSts>ACTC</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>
"#;

/// A folder with one file of the bank.
fn folder_of_bank(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("bank.xml"), text).expect("a file");
    folder
}

#[test]
fn a_payment_file_is_held_against_the_rules_of_a_credit_transfer() {
    let folder = folder_of_bank(PAYMENTS);
    let wrong = said(&folder, &["bank.xml", "--lang", "en"], 3);
    assert!(wrong.contains("SCT-CTRLSUM"), "{wrong}");
    assert!(
        wrong.contains("Make the control sum (CtrlSum) the sum of the amounts."),
        "{wrong}"
    );
    assert!(wrong.contains("found 12.51"), "{wrong}");
    let sarif = json(&folder, &["bank.xml", "--sarif"], 3);
    let rule = &sarif["runs"][0]["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "SCT-CTRLSUM");
    assert!(
        rule["shortDescription"]["text"]
            .as_str()
            .is_some_and(|text| text.starts_with("Maak het controletotaal"))
    );
    let sound = folder_of_bank(&PAYMENTS.replace("12.51", "12.50"));
    assert!(said(&sound, &["bank.xml"], 0).starts_with("bank.xml: in orde"));
}

#[test]
fn a_statement_that_does_not_add_up_is_told_with_both_figures() {
    let folder = folder_of_bank(STATEMENT);
    let wrong = said(&folder, &["bank.xml"], 3);
    assert!(wrong.contains("TOTAL_MISMATCH_STATEMENT"), "{wrong}");
    assert!(wrong.contains("gevonden 2.00; verwacht 1.00"), "{wrong}");
    let sound = folder_of_bank(&STATEMENT.replace("2.00", "1.00"));
    assert!(said(&sound, &["bank.xml"], 0).starts_with("bank.xml: in orde"));
}

#[test]
fn a_status_of_payments_is_read() {
    let sound = folder_of_bank(STATUS);
    assert!(said(&sound, &["bank.xml"], 0).starts_with("bank.xml: in orde"));
    let wrong = folder_of_bank(&STATUS.replace("<OrgnlMsgId>F-1</OrgnlMsgId>", ""));
    assert!(said(&wrong, &["bank.xml"], 3).contains("MISSING_FIELD"));
}
