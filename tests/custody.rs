//! Originals are read and destroyed by somebody, for a reason, on record; and nothing else changes.

use jiff::civil::date;
use subsidy_domain::document::{DestroyedFor, ReadFor};
use subsidyd::clock::{Clock, Moment};
use subsidyd::custody::{Custody, CustodyError, holdings};
use subsidyd::originals::Originals;
use subsidyd::projection;

use crate::support::figures::Figures;
use crate::support::fund::{BRIN, Fund, holds};
use crate::support::papers::{exam, invoice, pass, results};

/// A morning in the year after.
fn clock() -> Clock {
    Clock::At(Moment::morning_of(date(2024, 2, 1)))
}

/// A fund that keeps originals, with two invoices to which one file is attached; their texts, and the store.
fn fund() -> (Fund, [Vec<u8>; 2], Originals) {
    let mut fund = Fund::open();
    let folder = fund.keeps_originals();
    let passes = [1, 2].map(|n| pass(&format!("R-{n}"), &format!("K-{n}"), "PA-1", "2023-03-15", BRIN));
    fund.send("results.csv", results(&passes));
    let invoices = [("F-1", "K-1", "R-1"), ("F-2", "K-2", "R-2")].map(|(number, learner, result)| {
        let text = invoice(number, [exam("PA-1", learner, result, "2023-03-15")]).xml();
        let text = String::from_utf8(text).expect("text");
        let file = "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject \
            mimeCode=\"text/csv\" filename=\"a.csv\">YTtiCjE7Mgo=</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>\
            </cac:AdditionalDocumentReference><cac:AccountingSupplierParty>";
        let text = text.replacen("<cac:AccountingSupplierParty>", file, 1).into_bytes();
        fund.send("invoice.xml", text.clone());
        text
    });
    let store = Originals::open(&folder).expect("a store");
    (fund, invoices, store)
}

/// The documents of the two invoices, and the file that is attached to both.
fn ids(fund: &Fund) -> [String; 3] {
    let invoices = holdings(&fund.ledger).expect("readable");
    let both: Vec<_> = invoices
        .iter()
        .filter(|holding| holding.originals.len() == 2)
        .collect();
    let [first, second] = both.as_slice() else {
        panic!("{both:?}")
    };
    assert_eq!(
        first.originals[1], second.originals[1],
        "the same bytes are one original"
    );
    [
        first.document.to_string(),
        second.document.to_string(),
        first.originals[1].to_string(),
    ]
}

#[test]
fn a_reading_is_on_record_before_the_bytes_are_given() {
    let (fund, [first, _], store) = fund();
    let [document, _, attachment] = ids(&fund);
    let custody = Custody::new(&fund.ledger, &store, clock());
    let by = "controller-1".parse().expect("a subject");
    let before = fund.size();
    let read = |id: &str| custody.read(id, &by, ReadFor::Audit, None);
    assert_eq!(read(&document).expect("read"), first);
    assert_eq!(read(&attachment).expect("read"), b"a;b\n1;2\n");
    let said = fund.records_after(before);
    assert_eq!(said.len(), 2);
    for record in &said {
        assert_eq!(record.event_type, "OriginalsRead");
        assert!(record.payload.contains("controller-1") && record.payload.contains("audit"));
    }
    assert!(matches!(read("F-1"), Err(CustodyError::Unknown { .. })));
    assert_eq!(fund.size(), before + 2, "of what is not read nothing is recorded");
    let holdings = holdings(&fund.ledger).expect("readable");
    let read_of = holdings
        .iter()
        .find(|holding| holding.document.as_str() == document);
    assert_eq!(read_of.map(|holding| holding.read), Some(2));
}

#[test]
fn destroying_is_on_record_and_every_amount_count_and_proof_stays() {
    let (mut fund, [first, second], store) = fund();
    let [document, other, attachment] = ids(&fund);
    let figures = Figures::of(&fund.ledger);
    let root = fund.ledger.head().expect("a head");
    let by = "officer-1".parse().expect("a subject");
    let decision = "V-2031-1".parse().expect("a decision");
    {
        let custody = Custody::new(&fund.ledger, &store, clock());
        let going = custody.going(&document).expect("known");
        assert_eq!(going.len(), 1);
        assert_eq!(going[0].1.len(), 1, "the other invoice holds the attachment too");
        assert_eq!(
            fund.ledger.head().expect("a head"),
            root,
            "telling what would go changes nothing"
        );
        let destroyed = custody.destroy(&going, &by, DestroyedFor::TermOver, &decision);
        assert_eq!(destroyed.expect("destroyed"), 1);
        let again = custody.destroy(&going, &by, DestroyedFor::TermOver, &decision);
        assert_eq!(again.expect("known"), 0);
        let said = fund.records_after(root.size);
        assert_eq!(said.len(), 1, "once");
        assert_eq!(said[0].event_type, "OriginalsDestroyed");
        let read = |id: &str| custody.read(id, &by, ReadFor::Enquiry, None);
        assert!(matches!(read(&document), Err(CustodyError::Destroyed { .. })));
        assert_eq!(read(&other).expect("read"), second);

        // An attachment takes every invoice with it that is left: each has it within.
        let rest = custody.going(&attachment).expect("known");
        assert_eq!(rest.len(), 2);
        custody
            .destroy(&rest, &by, DestroyedFor::Request, &decision)
            .expect("destroyed");
        for id in [&document, &other, &attachment] {
            assert!(matches!(read(id), Err(CustodyError::Destroyed { .. })), "{id}");
        }
    }
    fund.ledger.verify(&mut |_, _| {}).expect("in order");
    projection::follow(&fund.ledger).expect("views");
    assert_eq!(Figures::of(&fund.ledger), figures);
    assert!(!holds(&fund.bytes(), "a;b\n1;2"));
    // What was destroyed does not come back with its bytes.
    fund.send("again.xml", first);
    let custody = Custody::new(&fund.ledger, &store, clock());
    let read = custody.read(&document, &by, ReadFor::Enquiry, None);
    assert!(matches!(read, Err(CustodyError::Destroyed { .. })));
}
