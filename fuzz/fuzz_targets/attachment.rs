//! Any bytes, attached to an invoice.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BEFORE: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><cbc:ID>F-1</cbc:ID>
  <cac:AdditionalDocumentReference><cac:Attachment><cbc:EmbeddedDocumentBinaryObject filename="a">"#;
const AFTER: &str = "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference></Invoice>";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = format!("{BEFORE}{}{AFTER}", STANDARD.encode(bytes));
    subsidy_fuzz::answer(text.as_bytes());
});
