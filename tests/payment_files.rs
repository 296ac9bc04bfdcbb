//! What goes to the bank: the payment file of each batch of the fixture year, held against our rules, the official schema and the batch.

use std::collections::BTreeMap;
use std::process::Command;

use subsidy_documents::Limits;
use subsidy_documents::payment_file::check;
use subsidy_domain::ids::BatchNumber;
use subsidy_domain::money::Euro;
use subsidy_domain::payment::BatchState;
use subsidy_domain::view::{BatchRow, Batches, OrderRow, Orders};
use subsidyd::payment_export;

use crate::support::figures::rows;
use crate::support::standards;
use crate::support::year::year;

/// Prints each file that is valid, and of one that is not, why.
const VALIDATE: &str = "
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    if schema.validate(etree.parse(path)): print(path)
    else: print(path, schema.error_log.last_error, file=sys.stderr)
";

/// The released batches of the year, each with its file.
fn files() -> BTreeMap<String, (BatchRow, Vec<u8>)> {
    let released = rows(&year().ledger, Batches)
        .into_iter()
        .filter(|(_, row)| row.state == BatchState::Released);
    let exported = released.map(|(number, row)| {
        let bytes = exported(&number);
        (number, (row, bytes))
    });
    exported.collect()
}

fn exported(number: &str) -> Vec<u8> {
    let number: BatchNumber = number.parse().expect("a number");
    let mut bytes = Vec::new();
    payment_export::write(&year().ledger, &number, &mut bytes)
        .unwrap_or_else(|error| panic!("{number}: {error}"));
    bytes
}

/// What stands in each element of a name, in order: the files are written by us, one way.
fn all<'a>(file: &'a str, element: &str) -> Vec<&'a str> {
    let opening = format!("<{element}");
    let starts = file
        .match_indices(&opening)
        .map(|(at, _)| &file[at + opening.len()..]);
    starts
        .filter(|rest| rest.starts_with(['>', ' ']))
        .filter_map(|rest| rest.split_once('>')?.1.split_once('<'))
        .map(|(text, _)| text)
        .collect()
}

#[test]
fn the_file_of_every_released_batch_breaks_no_rule_and_is_the_same_whenever_it_is_asked_for() {
    let files = files();
    assert_eq!(files.len(), 14);
    for (number, (_, bytes)) in &files {
        let verdict = check(bytes, &Limits::for_bank_files()).expect("a verdict");
        assert_eq!(verdict.findings, [], "{number}");
        assert_eq!(*bytes, exported(number), "{number}");
    }
}

#[test]
fn every_file_has_the_control_sum_and_the_orders_of_its_batch() {
    let orders = rows(&year().ledger, Orders);
    let (mut transfers, mut total) = (0, Euro::ZERO);
    for (number, (row, bytes)) in files() {
        let file = String::from_utf8(bytes).expect("UTF-8");
        let sum = row.proposal.total.to_string();
        assert_eq!(all(&file, "CtrlSum"), [sum.as_str(); 2], "{number}");
        let count = row.proposal.orders.to_string();
        assert_eq!(all(&file, "NbOfTxs"), [count.as_str(); 2], "{number}");
        let paid: Vec<&OrderRow> = orders
            .values()
            .filter(|order| order.terms.batch == row.proposal.number && order.terms.amount > Euro::ZERO)
            .collect();
        let told: Vec<(&str, String)> = paid
            .iter()
            .map(|order| (order.terms.end_to_end.as_str(), order.terms.amount.to_string()))
            .collect();
        let amounts = all(&file, "InstdAmt").into_iter().map(str::to_owned);
        let written: Vec<(&str, String)> = all(&file, "EndToEndId").into_iter().zip(amounts).collect();
        assert_eq!(written, told, "{number}");
        let accounts: Vec<&str> = paid.iter().map(|order| order.terms.iban.as_str()).collect();
        let debtor = row.proposal.account.iban.as_str();
        let expected: Vec<&str> = std::iter::once(debtor).chain(accounts).collect();
        assert_eq!(all(&file, "IBAN"), expected, "{number}");
        transfers += written.len();
        total += paid.iter().map(|order| order.terms.amount).sum::<Euro>();
        assert_eq!(
            paid.iter().map(|order| order.terms.amount).sum::<Euro>(),
            row.proposal.total,
            "{number}"
        );
    }
    assert_eq!((transfers, total), (407, Euro::from_cents(203_370_800)));
}

#[test]
fn every_file_is_valid_by_the_official_schema() {
    let Some(schema) = standards::schema_of_payment_files() else {
        return;
    };
    let python = std::env::var_os("SUBSIDY_PYTHON").unwrap_or_else(|| "python3".into());
    let can = Command::new(&python).args(["-c", "import lxml"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        standards::missing("python3 has no lxml; install it, or set SUBSIDY_PYTHON");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let files = files();
    let mut validate = Command::new(&python);
    validate.arg("-c").arg(VALIDATE).arg(schema);
    for (number, (_, bytes)) in &files {
        let path = folder.path().join(format!("{number}.xml"));
        std::fs::write(&path, bytes).expect("a file");
        validate.arg(path);
    }
    let output = validate.output().expect("python");
    let refused = String::from_utf8_lossy(&output.stderr);
    assert!(refused.is_empty(), "{refused}");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).lines().count(),
        files.len()
    );
}
