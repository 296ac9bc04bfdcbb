//! Keeping what came in: the document itself and what is attached to it, before anything is recorded of it.

use subsidy_documents::Attachment;

use super::gather::Found;
use super::summary::Refusal;
use super::{Intake, IntakeError};
use crate::originals::Originals;

impl Intake {
    /// Sets where originals are kept from now on; at first they are not.
    pub fn set_originals(&mut self, originals: Option<Originals>) {
        self.originals = originals;
    }

    /// Keeps a document that may be kept, and remembers where, for the record of it.
    ///
    /// It is kept before it is recorded: what a stopped program kept and did not record is kept once, not twice, when the
    /// document comes again.
    pub(super) fn keep(
        &mut self,
        file: &Found,
        attachments: &[Attachment],
    ) -> Result<Result<(), Refusal>, IntakeError> {
        let Some(originals) = &self.originals else {
            return Ok(Ok(()));
        };
        let bytes = match file.bytes(&self.limits) {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Err(why)),
        };
        self.kept.push(originals.keep(&bytes)?);
        for attachment in attachments {
            self.kept.push(originals.keep(&attachment.bytes)?);
        }
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use subsidy_domain::document::DocumentEvent;
    use subsidy_domain::ids::OriginalId;
    use subsidy_domain::reason::Reason;

    use super::super::summary::Became;
    use super::super::tests::{Fund, invoice};
    use crate::originals::{Original, Originals};

    fn fund() -> Fund {
        let mut fund = Fund::with("waarschuwen", "1000,00");
        fund.intake.set_originals(Some(store(&fund)));
        fund
    }

    fn store(fund: &Fund) -> Originals {
        Originals::open(&fund.folder.path().join("originals")).expect("a store")
    }

    /// The invoice of a learner with a file attached to it.
    fn with_file(number: &str, base64: &str) -> (String, String) {
        let (name, text) = invoice(number, 1, 20, "100.00");
        let file = format!(
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject \
             mimeCode=\"text/csv\" filename=\"a.csv\">{base64}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment>\
             </cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"
        );
        (name, text.replacen("<cac:AccountingSupplierParty>", &file, 1))
    }

    /// Where the originals of the last document are, and all that the ledger says, as text.
    fn recorded(fund: &Fund) -> (Vec<OriginalId>, String) {
        let records = fund.ledger.records(..).expect("readable");
        let payloads: Vec<String> = records.map(|record| record.expect("a record").payload).collect();
        let last = payloads
            .iter()
            .rev()
            .find_map(|payload| match serde_json::from_str(payload) {
                Ok(
                    DocumentEvent::DocumentTaken { originals, .. }
                    | DocumentEvent::DocumentQuarantined { originals, .. },
                ) => Some(originals),
                Ok(DocumentEvent::OriginalsRead { .. } | DocumentEvent::OriginalsDestroyed { .. })
                | Err(_) => None,
            });
        (last.expect("a document"), payloads.concat())
    }

    #[test]
    fn an_invoice_and_its_attachment_are_kept_and_the_ledger_knows_where() {
        let mut fund = fund();
        // "naam;cursus\nx;y\n"
        let (name, text) = with_file("F-1", "bmFhbTtjdXJzdXMKeDt5Cg==");
        fund.whatever_comes(&[(&name, text.clone())]);
        assert_eq!(fund.stands().get("F-1").map(String::as_str), Some("100.00"));
        let (originals, said) = recorded(&fund);
        let [document, attachment] = originals.as_slice() else {
            panic!("{originals:?}")
        };
        let store = store(&fund);
        assert_eq!(
            store.read(document).expect("read"),
            Original::Kept(text.into_bytes())
        );
        assert_eq!(
            store.read(attachment).expect("read"),
            Original::Kept(b"naam;cursus\nx;y\n".to_vec())
        );
        assert!(!said.contains("cursus") && !said.contains("a.csv"));

        // Destroying both keys leaves every amount and every proof.
        let root = fund.ledger.head().expect("a head");
        for original in [document, attachment] {
            assert!(store.destroy(original).expect("destroyed"));
            assert_eq!(store.read(original).expect("read"), Original::Destroyed);
        }
        fund.ledger.verify(&mut |_, _| {}).expect("in order");
        assert_eq!(fund.ledger.head().expect("a head"), root);
        assert_eq!(fund.stands().get("F-1").map(String::as_str), Some("100.00"));
    }

    #[test]
    fn of_an_attachment_with_a_citizen_service_number_nothing_is_kept_and_nothing_recorded_but_that() {
        let mut fund = fund();
        // "naam;bsn\nJ;111222333\n"
        let (name, text) = with_file("F-9", "bmFhbTtic24KSjsxMTEyMjIzMzMK");
        let before = store(&fund);
        let summary = fund.whatever_comes(&[(&name, text)]);
        assert!(matches!(
            summary.files[0].became,
            Became::Quarantined {
                reason: Reason::PersonalData {}
            }
        ));
        let (originals, said) = recorded(&fund);
        assert_eq!(originals, []);
        assert!(!said.contains("111222333") && !said.contains("F-9") && !said.contains("bsn"));
        let id = before.keep(b"something else").expect("kept");
        assert!(matches!(before.read(&id).expect("read"), Original::Kept(_)));
        let kept = std::fs::read_dir(fund.folder.path().join("originals/sealed"))
            .expect("a folder")
            .count();
        assert_eq!(kept, 1, "nothing but what this test kept itself");
    }

    #[test]
    fn a_line_list_is_decided_as_the_invoice_that_it_is() {
        let mut fund = fund();
        let list = "factuurnummer;factuurdatum;begunstigde;naam;totaal_exclusief;totaal_btw;totaal_inclusief;regel;code;prestatiedatum;kandidaat;bewijs;bedrag;btw\n\
                    F-1;20-05-2023;90000001;Opleider Fixture;200,00;0,00;200,00;1;BMB_FULL/BICYCLE;10-05-2023;FX-1A;P-1;100,00;vrijgesteld\n\
                    ;;;;;;;2;BMB_FULL/BICYCLE;10-05-2023;FX-2A;P-2;100,00;vrijgesteld\n";
        let summary = fund.whatever_comes(&[("regels.csv", list.to_owned())]);
        assert_eq!(
            (summary.files[0].taken, &summary.files[0].became),
            (2, &Became::Taken)
        );
        assert_eq!(summary.files[0].news.matched, 2);
        let again = fund.whatever_comes(
            &[invoice("F-1", 1, 20, "200.00")]
                .map(|(name, text)| (name, text))
                .each_ref()
                .map(|(name, text)| (name.as_str(), text.clone())),
        );
        assert!(
            !matches!(again.files[0].became, Became::Taken),
            "one number, one invoice: {again:?}"
        );

        let wrong = list
            .replace("200,00;0,00;200,00", "200,01;0,00;200,01")
            .replace("F-1", "F-2");
        let summary = fund.whatever_comes(&[("fout.csv", wrong)]);
        let Became::Parked { reasons } = &summary.files[0].became else {
            panic!("{summary:?}")
        };
        assert_eq!(reasons, &[Reason::TotalMismatch {}]);
        assert_eq!(
            crate::text::fault(&summary.files[0].faults[0], crate::lang::Lang::Nl)
                .split(" (")
                .next(),
            Some("rij 2, kolom 5")
        );
    }
}
