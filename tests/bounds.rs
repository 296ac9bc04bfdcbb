//! No record grows with its document: the largest stays below what an entry of a transparency log may be.

use crate::support::camt::{self, Entry};
use crate::support::fund::{BRIN, Fund, IBAN};
use crate::support::office::OWN;
use crate::support::papers::{SCHOOL, exam, invoice, list, pass, results};
use jiff::civil::date;

/// An entry bundle has 16 bits for the length of an entry.
const LIMIT: usize = 65_535;
/// What an entry has beside its payload: names, ids and metadata, generously.
const BESIDE: usize = 2_048;

/// The largest payload that was recorded, and of which type of event.
fn largest(fund: &Fund) -> (usize, String) {
    let records = fund.records_after(0).into_iter();
    let sizes = records.map(|record| (record.payload.len(), record.event_type));
    sizes.max().expect("records")
}

#[test]
fn no_record_grows_with_an_invoice_whatever_its_lines_say() {
    let mut fund = Fund::open();
    let sound: Vec<_> = (0..2_000)
        .map(|n| exam("PA-1", &format!("K-{n}"), &format!("R-{n}"), "2023-03-15"))
        .collect();
    let unknown: Vec<_> = (0..2_000)
        .map(|n| exam("PA-1", &format!("K-{n}"), "R-1", "2023-03-15"))
        .zip(0..)
        .map(|(line, n)| crate::support::papers::BillLine {
            item: format!("ONBEKEND-{n}-{}", "X".repeat(5_000)),
            ..line
        })
        .collect();
    fund.send("sound.xml", invoice("F-1", sound).xml());
    fund.send("unknown.xml", invoice("F-2", unknown).xml());
    let (bytes, event) = largest(&fund);
    assert!(bytes + BESIDE < LIMIT, "{event} has {bytes} bytes");
}

#[test]
fn no_record_grows_with_a_list_or_with_what_is_wrong_with_it() {
    let mut fund = Fund::open();
    let passes: Vec<String> = (0..3_000)
        .map(|n| pass(&format!("R-{n}"), &format!("K-{n}"), "PA-1", "2023-03-15", BRIN))
        .collect();
    fund.send("results.csv", results(&passes));
    let faulty: Vec<String> = passes
        .iter()
        .map(|row| row.replace("2023-03-15", "gisteren"))
        .collect();
    fund.send("faulty.csv", results(&faulty));
    let rulings: Vec<String> = (0..3_000)
        .map(|n| format!("G-{n};2023-05-01;{SCHOOL};F-{n};;akkoord;;;anna;anna"))
        .collect();
    let header = "goedkeuring;datum;begunstigde;factuur;regel;uitkomst;bedrag;reden;door;account";
    fund.send("rulings.csv", list(header, &rulings));
    let (bytes, event) = largest(&fund);
    assert!(bytes + BESIDE < LIMIT, "{event} has {bytes} bytes");
}

#[test]
fn no_record_grows_with_a_statement() {
    let mut fund = Fund::open();
    fund.send(
        "account.csv",
        list(
            "naam;iban;bic;besluit;datum;herkomst",
            &[format!("Fonds;{OWN};;BB-9;2023-01-02;fixture")],
        ),
    );
    let entries: Vec<Entry> = (1..3_000)
        .map(|cents| Entry {
            cents,
            account: Some(IBAN.to_owned()),
            text: Some("een tekst ".repeat(14)),
            ..Entry::default()
        })
        .collect();
    let head = camt::Head {
        account: OWN,
        number: 1,
        on: date(2023, 5, 1),
        opening: 0,
    };
    let (xml, _) = camt::statement(&head, &entries);
    fund.send("statement.xml", xml);
    assert!(fund.size() > 3_000, "each transaction has a record of its own");
    let (bytes, event) = largest(&fund);
    assert!(bytes + BESIDE < LIMIT, "{event} has {bytes} bytes");
}
