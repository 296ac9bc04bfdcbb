//! Whatever the bytes, there is an answer.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use subsidy_documents::{Document, InvoiceDocument, Limits, read};

use crate::bank_samples::{PAYMENTS, STATEMENT, STATUS};
use crate::samples::{CREDIT_NOTE, INVOICE, LISTS};

fn documents() -> impl Strategy<Value = Vec<u8>> {
    let lists = LISTS
        .iter()
        .map(|(_, header, row)| format!("{header}\n{row}\n{row}\n"));
    let all: Vec<Vec<u8>> = [INVOICE, CREDIT_NOTE, STATEMENT, PAYMENTS, STATUS]
        .into_iter()
        .map(str::to_owned)
        .chain(lists)
        .map(String::into_bytes)
        .collect();
    prop::sample::select(all)
}

/// Pieces that mean something to a reader.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces: [&[u8]; 24] = [
        b"<",
        b">",
        b"&",
        b";",
        b"\"",
        b"'",
        b"\n",
        b"\r",
        b"\0",
        b"\xFF",
        b"</",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<!DOCTYPE",
        b"&amp;",
        b"&#",
        b"\xE2\x82\xAC",
        b"\xE2\x88\x9A\xC2\xA9",
        b"99999999999999999999",
        b"-",
        b",",
        b"BSN 111222333",
    ];
    prop_oneof![
        prop::sample::select(pieces.map(<[u8]>::to_vec).to_vec()),
        vec(any::<u8>(), 0..8),
    ]
}

fn answer(bytes: &[u8]) {
    let limits = Limits {
        max_elements: 1000,
        ..Limits::default()
    };
    if let Ok(reading) = read(bytes, &limits) {
        for fault in reading
            .document
            .faults()
            .iter()
            .chain(reading.document.warnings())
        {
            assert!(!fault.to_string().is_empty());
        }
        if let Document::Invoice(document) = reading.document {
            match *document {
                InvoiceDocument::Sound(invoice) => assert!(!invoice.lines.is_empty()),
                InvoiceDocument::Faulty(invoice) => assert!(!invoice.faults.is_empty()),
            }
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_are_answered(bytes in vec(any::<u8>(), 0..400)) {
        answer(&bytes);
    }

    #[test]
    fn random_text_is_answered(text in "\\PC{0,200}") {
        answer(text.as_bytes());
    }

    #[test]
    fn changed_documents_are_answered(
        document in documents(),
        changes in vec((any::<Index>(), 0usize..30, pieces()), 1..6),
    ) {
        let mut bytes = document;
        for (at, removed, piece) in changes {
            let from = at.index(bytes.len() + 1);
            let to = (from + removed).min(bytes.len());
            bytes.splice(from..to, piece);
        }
        answer(&bytes);
    }

    /// A total that is wrong by any number of cents, up or down, never makes a sound invoice.
    #[test]
    fn no_wrong_total_is_ever_sound(total in 0usize..9, off in prop_oneof![-100_000i64..0, 1i64..100_000]) {
        let amounts: Vec<(usize, &str)> = INVOICE
            .match_indices("currencyID=\"EUR\">")
            .filter_map(|(at, tag)| {
                let rest = &INVOICE[at + tag.len()..];
                Some((at + tag.len(), &rest[..rest.find('<')?]))
            })
            .collect();
        let (at, amount) = amounts[total];
        let cents: i64 = amount.replace('.', "").parse::<i64>().expect("an amount") + off;
        let sign = if cents < 0 { "-" } else { "" };
        let wrong = format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100);
        let text = format!("{}{wrong}{}", &INVOICE[..at], &INVOICE[at + amount.len()..]);
        let Document::Invoice(document) = read(text.as_bytes(), &Limits::default()).expect("readable").document else {
            panic!("an invoice")
        };
        prop_assert!(matches!(*document, InvoiceDocument::Faulty(_)), "{amount} as {wrong}");
    }
}
