//! What every target asks of an answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subsidy_documents::{Document, InvoiceDocument, Limits, Reading, read};

/// Small enough that a bomb is one.
pub fn limits() -> Limits {
    Limits {
        max_unpacked: 8 << 20,
        max_cells: 100_000,
        ..Limits::default()
    }
}

/// Reads bytes and asks of the answer what every answer must be.
pub fn answer(bytes: &[u8]) {
    match read(bytes, &limits()) {
        Ok(reading) => sensible(&reading),
        Err(why) => assert!(!why.to_string().is_empty() && !why.code().is_empty()),
    }
}

const BEFORE: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>F-1</cbc:ID>
  <cac:AdditionalDocumentReference><cac:Attachment><cbc:EmbeddedDocumentBinaryObject filename="a">"#;
const AFTER: &str = "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference></Invoice>";

/// Reads an invoice to which these bytes are attached.
pub fn attached(bytes: &[u8]) {
    let text = format!("{BEFORE}{}{AFTER}", STANDARD.encode(bytes));
    answer(text.as_bytes());
}

fn sensible(reading: &Reading) {
    let document = &reading.document;
    for fault in document.faults().iter().chain(document.warnings()) {
        assert!(!fault.to_string().is_empty());
    }
    if let Document::Invoice(document) = document {
        match document.as_ref() {
            InvoiceDocument::Sound(invoice) => {
                assert!(!invoice.lines.is_empty());
                let lines: i128 = invoice.lines.iter().map(|line| i128::from(line.net.cents())).sum();
                assert_eq!(lines, i128::from(invoice.totals.lines.cents()), "a sound invoice adds up");
            }
            InvoiceDocument::Faulty(invoice) => assert!(!invoice.faults.is_empty(), "why is it faulty?"),
        }
    }
}
