//! Names of things: each id its own type, checked once when it is made.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not an id of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {why}")]
pub struct IdError {
    /// The kind of id that was expected.
    pub kind: &'static str,
    /// What is wrong with the text; never the text itself, which may be personal.
    pub why: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Returns the id when the text is one.
            ///
            /// # Errors
            /// When the text does not have the form of this id.
            pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(&text).map_err(|why| IdError { kind: $kind, why })?;
                Ok(Self(text))
            }

            /// Returns the id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

fn some_text(text: &str) -> Result<(), &'static str> {
    if text.trim().is_empty() {
        return Err("it is empty");
    }
    if text.len() > 120 {
        return Err("it is longer than 120 bytes");
    }
    if text.chars().any(char::is_control) {
        return Err("it has a control character");
    }
    Ok(())
}

fn hex_of(text: &str, digits: usize) -> Result<(), &'static str> {
    if text.len() != digits
        || !text
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        return Err("it is not lower case hexadecimal of the right length");
    }
    Ok(())
}

text_id!(
    /// A learner as the ledger knows one: a keyed pseudonym, 32 hexadecimal digits. See [`crate::pseudonym`].
    #[doc(alias = "leerling")]
    LearnerKey,
    "learner key",
    |text| hex_of(text, 32)
);
impl LearnerKey {
    /// Returns the key that these bytes are.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

text_id!(
    /// Who is paid: `kvk:` and eight digits, or `oin:` and twenty.
    PayeeId,
    "payee id",
    |text| match text.split_once(':') {
        Some(("kvk", digits)) if digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        Some(("oin", digits)) if digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit()) => Ok(()),
        _ => Err("it is neither kvk: with 8 digits nor oin: with 20 digits"),
    }
);
text_id!(
    /// The register code of a school: two digits and two letters.
    #[doc(alias = "BRIN")]
    Brin,
    "BRIN",
    |text| match text.as_bytes() {
        [a, b, c, d] if a.is_ascii_digit() && b.is_ascii_digit() && c.is_ascii_uppercase() && d.is_ascii_uppercase() =>
            Ok(()),
        _ => Err("it is not two digits and two capital letters"),
    }
);
text_id!(
    /// The number of a piece of evidence, as its source gave it.
    #[doc(alias = "bewijsnummer")]
    EvidenceId,
    "evidence number",
    some_text
);
text_id!(
    /// The number of an application for a grant, or of a career cheque.
    #[doc(alias = "aanvraagnummer")]
    ApplicationNumber,
    "application number",
    some_text
);
text_id!(
    /// The id of a line within an invoice (BT-126).
    #[doc(alias = "factuurregelnummer")]
    LineId,
    "line id",
    some_text
);
text_id!(
    /// The reference of a decision of the board or of an officer.
    #[doc(alias = "besluitnummer")]
    DecisionRef,
    "decision reference",
    some_text
);
text_id!(
    /// A person who acts, by verified subject: one person has one subject, however many accounts.
    #[doc(alias = "handelende persoon")]
    Subject,
    "subject",
    some_text
);
text_id!(
    /// The SHA-256 of a document's bytes, in lower case hexadecimal.
    #[doc(alias = "documenthash")]
    DocumentHash,
    "document hash",
    |text| hex_of(text, 64)
);

impl DocumentHash {
    /// Returns the hash that these bytes are.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

text_id!(
    /// Where an original is kept: a keyed hash of its bytes, in lower case hexadecimal.
    ///
    /// Without the key of the fund it neither tells the bytes nor tests a guess of them.
    #[doc(alias = "origineelkenmerk")]
    OriginalId,
    "id of an original",
    |text| hex_of(text, 64)
);

impl OriginalId {
    /// Returns the id that these bytes are.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

text_id!(
    /// The number of a package of pilot days.
    #[doc(alias = "pakketnummer")]
    PackageNumber,
    "package number",
    some_text
);
text_id!(
    /// What within a case can be earned once: an exam type, a core task and attempt, a standard, a year.
    #[doc(alias = "aanspraak")]
    Entitlement,
    "entitlement",
    some_text
);
text_id!(
    /// The key of a tariff within its scheme, for instance `A` or `PA-N2`; `*` when a scheme has one tariff.
    #[doc(alias = "tariefsleutel")]
    TariffKey,
    "tariff key",
    some_text
);
text_id!(
    /// What a figure is broken down by below its scheme, for instance an exam type or `TW-N2`.
    #[doc(alias = "categorie")]
    Category,
    "category",
    some_text
);

text_id!(
    /// The number of a payment batch: the year, a hyphen and four digits, for instance `2023-0001`.
    #[doc(alias = "batchnummer")]
    BatchNumber,
    "batch number",
    |text| match text.split_once('-') {
        Some((year, number))
            if year.len() == 4
                && number.len() == 4
                && year.bytes().chain(number.bytes()).all(|b| b.is_ascii_digit()) =>
            Ok(()),
        _ => Err("it is not a year, a hyphen and four digits, for instance 2023-0001"),
    }
);
text_id!(
    /// Under which reference money is asked back: what the payee is to name when paying, so it keeps to the characters of SEPA.
    #[doc(alias = "kenmerk van terugvordering")]
    ClawbackRef,
    "clawback reference",
    |text| {
        if text.is_empty() || text.len() > 35 {
            return Err("it is empty or longer than 35 characters");
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err("it has other characters than letters, digits and hyphens");
        }
        Ok(())
    }
);
text_id!(
    /// The number of an audit sample.
    #[doc(alias = "steekproefnummer")]
    SampleNumber,
    "sample number",
    |text| {
        if text.is_empty() || text.len() > 35 {
            return Err("it is empty or longer than 35 characters");
        }
        if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err("it has other characters than letters, digits and hyphens");
        }
        Ok(())
    }
);
text_id!(
    /// What an auditor chose for a sample to be drawn with: any short text that nobody knew before.
    #[doc(alias = "zaad")]
    SampleSeed,
    "seed of a sample",
    some_text
);
text_id!(
    /// The end-to-end id of a payment order: its batch and the digits of its payee's register number; at most 35 characters (SEPA).
    #[doc(alias = "end-to-end-kenmerk")]
    EndToEndId,
    "end-to-end id",
    |text| {
        if text.is_empty() || text.len() > 35 {
            return Err("it is empty or longer than 35 characters");
        }
        Ok(())
    }
);

impl EndToEndId {
    /// Returns the id of the order of a payee in a batch.
    #[must_use]
    pub fn of(batch: &BatchNumber, payee: &PayeeId) -> Self {
        let digits = payee.as_str().split_once(':').map_or("", |(_, digits)| digits);
        Self(format!("{batch}-{digits}"))
    }
}

/// The number of an invoice (BT-1), compared without case, spaces and leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[doc(alias = "factuurnummer")]
pub struct InvoiceNumber(String);

impl InvoiceNumber {
    /// Returns the number as its sender wrote it, trimmed.
    ///
    /// # Errors
    /// When it is empty, too long, or has control characters.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let trimmed = text.trim();
        some_text(trimmed).map_err(|why| IdError {
            kind: "invoice number",
            why,
        })?;
        Ok(Self(trimmed.to_owned()))
    }

    /// Returns the number as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form in which two spellings of one number are equal.
    #[must_use]
    pub fn normalised(&self) -> String {
        let packed: String = self
            .0
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_uppercase)
            .collect();
        let stripped = packed.trim_start_matches('0');
        if stripped.is_empty() {
            "0".to_owned()
        } else {
            stripped.to_owned()
        }
    }
}

impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for InvoiceNumber {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(&text)
    }
}

impl From<InvoiceNumber> for String {
    fn from(number: InvoiceNumber) -> Self {
        number.0
    }
}

/// One line of one invoice of one payee: what a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[doc(alias = "factuurregel")]
pub struct LineRef {
    /// Who sent the invoice.
    pub payee: PayeeId,
    /// The number of the invoice, as its sender wrote it.
    pub invoice: InvoiceNumber,
    /// The line within it.
    pub line: LineId,
}

impl LineRef {
    /// Whether two references are to one line, however the number of the invoice is spelled.
    #[must_use]
    pub fn names(&self, other: &Self) -> bool {
        self.payee == other.payee
            && self.line == other.line
            && self.invoice.normalised() == other.invoice.normalised()
    }
}

impl fmt::Display for LineRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.payee, self.invoice, self.line)
    }
}

/// Where a recorded fact came from: a row of a document, known by the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[doc(alias = "bron")]
pub struct Source {
    /// The document.
    pub document: DocumentHash,
    /// The row of a list, as an editor counts it; nothing for a document that is one fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
}

/// Whether a figure is public or invented for tests and demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "herkomst")]
pub enum Provenance {
    /// Published, with its source.
    Public,
    /// Invented; shown as such wherever it appears.
    Fixture,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_spellings_of_an_invoice_number_are_one_number() {
        let number = |text| InvoiceNumber::new(text).expect("a number").normalised();
        assert_eq!(number("2023-001"), number(" 2023-001 "));
        assert_eq!(number("f 17"), number("F17"));
        assert_eq!(number("000123"), number("123"));
        assert_eq!(number("000"), "0");
        assert_ne!(number("2023-001"), number("2023001"));
    }

    #[test]
    fn an_id_of_the_wrong_form_is_refused_without_repeating_it() {
        let refused = PayeeId::new("kvk:1234").expect_err("too short");
        assert!(!refused.to_string().contains("1234"));
        assert!(Brin::new("99aa").is_err());
        assert!(LearnerKey::new("FXK-0000001").is_err());
        assert!(LineId::new(" ").is_err());
    }
}
