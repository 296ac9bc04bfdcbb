//! What is wrong with a document or a row, as data.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::place::Place;

macro_rules! fault_codes {
    ($($(#[$doc:meta])+ $name:ident = $code:literal,)+) => {
        /// What kind of fault or warning; the code is stable and may be stored.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FaultCode {
            $($(#[$doc])+ #[serde(rename = $code)] $name,)+
        }

        impl FaultCode {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code, for instance `MISSING_FIELD`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

fault_codes! {
    /// A required field is absent or empty.
    MissingField = "MISSING_FIELD",
    /// A field has a value that it cannot have; `expected` tells which ones it can have, when they are few.
    InvalidField = "INVALID_FIELD",
    /// A field that occurs once occurs again.
    RepeatedField = "REPEATED_FIELD",
    /// Two fields, or a field and the kind of the row, exclude each other.
    ContradictingFields = "CONTRADICTING_FIELDS",
    /// Not a date that exists, or not written as a date.
    InvalidDate = "INVALID_DATE",
    /// A term ends before it starts.
    DateOrder = "DATE_ORDER",
    /// Not an amount, or one with more than two decimals.
    InvalidAmount = "INVALID_AMOUNT",
    /// An amount below zero where none can be.
    NegativeAmount = "NEGATIVE_AMOUNT",
    /// Not a number of the kind the field takes.
    InvalidNumber = "INVALID_NUMBER",
    /// A text that is too long or has control characters.
    InvalidText = "INVALID_TEXT",
    /// Not a word of the closed set in `expected`.
    UnknownValue = "UNKNOWN_VALUE",
    /// Not a KVK number: eight digits.
    InvalidKvk = "INVALID_KVK",
    /// Not an OIN: twenty digits.
    InvalidOin = "INVALID_OIN",
    /// Neither a KVK number (eight digits) nor an OIN (twenty digits).
    InvalidParty = "INVALID_PARTY",
    /// Not a BRIN: two digits, two letters or digits.
    InvalidBrin = "INVALID_BRIN",
    /// Not shaped as an IBAN.
    InvalidIban = "INVALID_IBAN",
    /// The check digits of an IBAN do not fit its other digits (ISO 13616, mod 97).
    IbanChecksum = "IBAN_CHECKSUM",
    /// The seller is identified by another scheme than KVK (0106) or OIN (0190) (NLCIUS BR-NL-1).
    PartyScheme = "PARTY_SCHEME",
    /// The document follows rules that are not read here (BT-24).
    UnknownSpecification = "UNKNOWN_SPECIFICATION",
    /// A currency other than the euro, or none.
    Currency = "CURRENCY",
    /// A credit note does not say which invoice it credits (BT-25).
    CreditNoRef = "CREDIT_NO_REF",
    /// Two lines carry one id (BT-126).
    DuplicateLineId = "DUPLICATE_LINE_ID",
    /// Quantity × price and the allowances of the line do not give its net amount (BT-131).
    TotalMismatchLine = "TOTAL_MISMATCH_LINE",
    /// The lines do not add up to BT-106 (EN 16931 BR-CO-10).
    TotalMismatchLines = "TOTAL_MISMATCH_LINES",
    /// The allowances do not add up to BT-107 (EN 16931 BR-CO-11).
    TotalMismatchAllowances = "TOTAL_MISMATCH_ALLOWANCES",
    /// The charges do not add up to BT-108 (EN 16931 BR-CO-12).
    TotalMismatchCharges = "TOTAL_MISMATCH_CHARGES",
    /// BT-106 less BT-107 plus BT-108 is not BT-109 (EN 16931 BR-CO-13).
    TotalMismatchExclusive = "TOTAL_MISMATCH_EXCLUSIVE",
    /// The lines of a VAT category and rate do not add up to its taxable amount, BT-116 (EN 16931 BR-S-08, BR-E-08, ..).
    TotalMismatchTaxable = "TOTAL_MISMATCH_TAXABLE",
    /// The taxable amounts BT-116 do not add up to BT-109.
    TotalMismatchTaxableSum = "TOTAL_MISMATCH_TAXABLE_SUM",
    /// BT-116 × BT-119, rounded half up to the cent, is not BT-117 (EN 16931 BR-CO-17, without its tolerance).
    TotalMismatchTax = "TOTAL_MISMATCH_TAX",
    /// The VAT amounts BT-117 do not add up to BT-110 (EN 16931 BR-CO-14).
    TotalMismatchTaxSum = "TOTAL_MISMATCH_TAX_SUM",
    /// BT-109 plus BT-110 is not BT-112 (EN 16931 BR-CO-15).
    TotalMismatchInclusive = "TOTAL_MISMATCH_INCLUSIVE",
    /// BT-112 less BT-113 plus BT-114 is not BT-115 (EN 16931 BR-CO-16).
    TotalMismatchPayable = "TOTAL_MISMATCH_PAYABLE",
    /// The opening balance of a statement and its booked entries do not give the closing balance.
    TotalMismatchStatement = "TOTAL_MISMATCH_STATEMENT",
    /// The transactions of an entry of a statement do not give its amount.
    TotalMismatchEntry = "TOTAL_MISMATCH_ENTRY",
    /// A row has more or fewer fields than the header.
    FieldCount = "FIELD_COUNT",
    /// A field holds a line break: mostly a quote that is not closed.
    LineBreak = "LINE_BREAK",
    /// A formula in a cell of a workbook ended in an error.
    CellError = "CELL_ERROR",
    /// An attachment is not written in base64.
    AttachmentEncoding = "ATTACHMENT_ENCODING",
    /// A list or workbook in an attachment cannot be read; `found` has why, as the code of a refusal.
    AttachmentUnreadable = "ATTACHMENT_UNREADABLE",
    /// Warning: an attachment was not looked through for personal numbers, or not wholly; `found` has why.
    AttachmentNotSearched = "ATTACHMENT_NOT_SEARCHED",
    /// More than one attachment specifies the lines.
    SeveralSpecifications = "SEVERAL_SPECIFICATIONS",
    /// The attachment that specifies the lines says something else than the invoice.
    SpecificationDiffers = "SPECIFICATION_DIFFERS",
    /// Warning: sheets of a workbook beside the one that is read were left out; `found` has how many.
    OtherSheets = "OTHER_SHEETS",
    /// Warning: rows of a sheet that are hidden were read like the others; `found` has how many.
    HiddenRows = "HIDDEN_ROWS",
    /// Warning: a column that is not known is ignored.
    UnknownColumn = "UNKNOWN_COLUMN",
    /// Warning: the file is not UTF-8 and was read as Windows-1252.
    ReadAsWindows1252 = "READ_AS_WINDOWS_1252",
    /// Warning: characters that were spoiled by an earlier conversion were repaired.
    MojibakeRepaired = "MOJIBAKE_REPAIRED",
}

impl FaultCode {
    /// Whether the document's own amounts contradict each other.
    pub fn is_total_mismatch(self) -> bool {
        self.as_str().starts_with("TOTAL_MISMATCH")
    }
}

/// One fault of a document or a row, or one warning: what, where, and the values that a text needs.
///
/// Never holds what stands in the field of a learner or in a free text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What kind.
    pub code: FaultCode,
    /// The business term (`BT-131`) or column (`examendatum`); `BT-161 kandidaat` for an attribute.
    pub field: Option<String>,
    /// What stands there, cut off when long; absent for personal fields and free text.
    pub found: Option<String>,
    /// What should stand there: an amount, or the words of a closed set, separated by `, `.
    pub expected: Option<String>,
}

impl Fault {
    pub(crate) fn new(code: FaultCode, place: Place) -> Self {
        Self {
            place,
            code,
            field: None,
            found: None,
            expected: None,
        }
    }

    pub(crate) fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    pub(crate) fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(shortened(&found.to_string()));
        self
    }

    pub(crate) fn expected(mut self, expected: impl fmt::Display) -> Self {
        self.expected = Some(expected.to_string());
        self
    }
}

/// The first characters of what was found, without control characters.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 64;
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        short.push('…');
    }
    short
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.place, self.code.as_str())?;
        if let Some(field) = &self.field {
            write!(out, " {field}")?;
        }
        if let Some(found) = &self.found {
            write!(out, ", found {found:?}")?;
        }
        if let Some(expected) = &self.expected {
            write!(out, ", expected {expected}")?;
        }
        Ok(())
    }
}
