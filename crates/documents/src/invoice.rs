//! Invoices and credit notes: UBL 2.1 under NLCIUS or Peppol BIS Billing 3, or a list of lines (`docs/formats.md`,
//! sections 1 and 2.18).

mod attached;
mod check;
mod draft;
pub(crate) mod line_list;
mod specified;
mod take;
mod terms;
mod totals;
mod ubl;
mod value;

pub(crate) use ubl::read;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::fault::{Fault, FaultCode};
use crate::identifier::{Iban, LearnerNumber, PartyId};
use crate::place::Place;

/// An invoice or credit note: sound, or with every fault that was found.
///
/// Only a sound one has amounts that can be relied on; a faulty one is parked whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvoiceDocument {
    /// All that the document needs is there and all totals agree to the cent; a line may still lack what says what it is for.
    Sound(Invoice),
    /// Something is missing, wrong or contradictory.
    Faulty(FaultyInvoice),
}

impl InvoiceDocument {
    /// Invoice or credit note.
    pub fn kind(&self) -> InvoiceKind {
        match self {
            Self::Sound(invoice) => invoice.kind,
            Self::Faulty(invoice) => invoice.kind,
        }
    }

    /// Its number (BT-1).
    pub fn number(&self) -> Option<&str> {
        match self {
            Self::Sound(invoice) => Some(&invoice.number),
            Self::Faulty(invoice) => invoice.number.as_deref(),
        }
    }

    /// KVK number or OIN of the seller (BT-30).
    pub fn seller(&self) -> Option<&PartyId> {
        match self {
            Self::Sound(invoice) => Some(&invoice.seller.id),
            Self::Faulty(invoice) => invoice.seller.as_ref(),
        }
    }

    /// Every fault, in the order of the document.
    pub fn faults(&self) -> &[Fault] {
        match self {
            Self::Sound(_) => &[],
            Self::Faulty(invoice) => &invoice.faults,
        }
    }

    /// What was put right or ignored.
    pub fn warnings(&self) -> &[Fault] {
        match self {
            Self::Sound(invoice) => &invoice.warnings,
            Self::Faulty(invoice) => &invoice.warnings,
        }
    }

    /// What its lines lack that says what they are for, each as a fault at its line; as far as the lines are known.
    pub fn lacking(&self) -> Vec<Fault> {
        match self {
            Self::Sound(invoice) => invoice.lacking(),
            Self::Faulty(invoice) => invoice.lacking.clone(),
        }
    }

    pub(crate) fn warn(&mut self, mut more: Vec<Fault>) {
        match self {
            Self::Sound(invoice) => invoice.warnings.append(&mut more),
            Self::Faulty(invoice) => invoice.warnings.append(&mut more),
        }
    }

    /// Every place in it.
    pub(crate) fn places(&mut self) -> Vec<&mut Place> {
        match self {
            Self::Sound(invoice) => {
                let lines = invoice.lines.iter_mut().map(|line| &mut line.place);
                lines
                    .chain(invoice.warnings.iter_mut().map(|fault| &mut fault.place))
                    .collect()
            }
            Self::Faulty(invoice) => {
                let faults = invoice.faults.iter_mut().chain(&mut invoice.lacking);
                let faults = faults.chain(&mut invoice.warnings);
                faults.map(|fault| &mut fault.place).collect()
            }
        }
    }
}

/// Whether a document asks for money or gives it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvoiceKind {
    /// An invoice (type 380) or a corrected invoice (384).
    Invoice,
    /// A credit note (381); its amounts are positive and are to be booked negatively.
    CreditNote,
}

/// The rules a document says it follows (BT-24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Specification {
    /// The European standard itself, EN 16931-1:2017.
    En16931,
    /// NLCIUS (SI-UBL 2.0).
    Nlcius,
    /// NLCIUS with payment into a blocked account.
    GAccount,
    /// Peppol BIS Billing 3.
    PeppolBis3,
    /// A list of lines, which follows the rules of this fund alone.
    LineList,
}

/// A sound invoice or credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// Invoice or credit note.
    pub kind: InvoiceKind,
    /// The rules it follows (BT-24).
    pub specification: Specification,
    /// Its number, unique for the seller (BT-1).
    pub number: String,
    /// Date of issue (BT-2).
    pub issue_date: Date,
    /// The date on which VAT is due (BT-7).
    pub tax_point: Option<Date>,
    /// Type code: 380, 381 or 384 (BT-3).
    pub type_code: u16,
    /// Reference of the buyer (BT-10).
    pub buyer_reference: Option<String>,
    /// Who asks for money (BG-4).
    pub seller: Seller,
    /// Number of the buyer (BT-47).
    pub buyer: Option<PartyId>,
    /// Accounts it asks to be paid on (BT-84), each once, in the order of the document.
    pub accounts: Vec<Iban>,
    /// The invoice it credits or corrects (BG-3); always there on a credit note.
    pub preceding: Option<PrecedingInvoice>,
    /// Its totals, which agree.
    pub totals: Totals,
    /// VAT by category and rate (BG-23).
    pub vat_breakdown: Vec<VatSubtotal>,
    /// Its lines, at least one, with ids that differ.
    pub lines: Vec<InvoiceLine>,
    /// What was put right or ignored.
    pub warnings: Vec<Fault>,
}

impl Invoice {
    /// What its lines lack that says what they are for, each as a fault at its line: without it no line can be decided.
    pub fn lacking(&self) -> Vec<Fault> {
        let lacking = |line: &InvoiceLine| {
            let absent = Absent {
                item_code: line.item_code.is_none(),
                performed_on: line.performed_on.is_none(),
                credits_line: line.credits_line.is_none(),
            };
            absent.lacking(self.kind, line.place.clone())
        };
        self.lines.iter().flat_map(lacking).collect()
    }
}

/// Which of the terms that say what a line is for are not there.
struct Absent {
    item_code: bool,
    performed_on: bool,
    credits_line: bool,
}

impl Absent {
    /// What a line lacks for a document of its kind.
    fn lacking(self, kind: InvoiceKind, place: Place) -> impl Iterator<Item = Fault> {
        let is_credit = kind == InvoiceKind::CreditNote;
        let terms = [
            (self.item_code, "BT-155"),
            (self.performed_on && !is_credit, "BT-134"),
            (self.credits_line && is_credit, "BT-161 factuurregel"),
        ];
        let lacking = terms.into_iter().filter(|(is_lacking, _)| *is_lacking);
        lacking.map(move |(_, term)| Fault::new(FaultCode::MissingField, place.clone()).field(term))
    }
}

/// The seller of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seller {
    /// Registered name (BT-27).
    pub name: String,
    /// KVK number or OIN (BT-30).
    pub id: PartyId,
    /// VAT number (BT-31).
    pub vat_id: Option<String>,
}

/// The invoice that is credited or corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecedingInvoice {
    /// Its number (BT-25).
    pub number: String,
    /// Its date of issue (BT-26).
    pub issue_date: Option<Date>,
}

/// The totals of an invoice (BG-22).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Sum of the lines (BT-106).
    pub lines: Amount,
    /// Allowances on the document (BT-107).
    pub allowances: Amount,
    /// Charges on the document (BT-108).
    pub charges: Amount,
    /// Total without VAT (BT-109).
    pub without_vat: Amount,
    /// Total VAT (BT-110).
    pub vat: Amount,
    /// Total with VAT (BT-112).
    pub with_vat: Amount,
    /// Paid in advance (BT-113).
    pub prepaid: Amount,
    /// Rounding (BT-114).
    pub rounding: Amount,
    /// Amount to pay (BT-115).
    pub payable: Amount,
}

/// A VAT category and its rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vat {
    /// Exempt, as education is (`E`).
    Exempt,
    /// Zero rate (`Z`).
    Zero,
    /// Outside the scope of VAT (`O`).
    OutsideScope,
    /// 9 % (`S`).
    Reduced,
    /// 21 % (`S`).
    Standard,
}

impl Vat {
    /// The code of the category (BT-118, BT-151).
    pub const fn category(self) -> &'static str {
        match self {
            Self::Exempt => "E",
            Self::Zero => "Z",
            Self::OutsideScope => "O",
            Self::Reduced | Self::Standard => "S",
        }
    }

    /// The rate in percent (BT-119, BT-152).
    pub const fn percent(self) -> u8 {
        match self {
            Self::Exempt | Self::Zero | Self::OutsideScope => 0,
            Self::Reduced => 9,
            Self::Standard => 21,
        }
    }
}

/// VAT of one category and rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VatSubtotal {
    /// Category and rate (BT-118, BT-119).
    pub vat: Vat,
    /// The amount that VAT is due on (BT-116).
    pub taxable: Amount,
    /// The VAT (BT-117).
    pub tax: Amount,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceLine {
    /// Its id, unique in the document (BT-126).
    pub id: String,
    /// Quantity (BT-129).
    pub quantity: Decimal,
    /// Net amount, without VAT (BT-131).
    pub net: Amount,
    /// Day of performance (BT-134).
    pub performed_on: Option<Date>,
    /// Scheme and kind, for instance `MBO_EXAM/PA-017` (BT-155).
    pub item_code: Option<String>,
    /// Number of the learner (BT-161 `kandidaat`).
    pub learner: Option<LearnerNumber>,
    /// Number of the evidence (BT-161 `bewijs`).
    pub evidence: Option<String>,
    /// Line of the preceding invoice that is credited (BT-161 `factuurregel`).
    pub credits_line: Option<String>,
    /// VAT category and rate (BT-151, BT-152).
    pub vat: Vat,
    /// Where the line stands.
    pub place: Place,
}

/// An invoice or credit note that cannot be relied on, with what could be read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyInvoice {
    /// Invoice or credit note.
    pub kind: InvoiceKind,
    /// Its number (BT-1).
    pub number: Option<String>,
    /// Date of issue (BT-2).
    pub issue_date: Option<Date>,
    /// Registered name of the seller (BT-27).
    pub seller_name: Option<String>,
    /// KVK number or OIN of the seller (BT-30).
    pub seller: Option<PartyId>,
    /// Amount to pay, as it stands there (BT-115).
    pub payable: Option<Amount>,
    /// Number of lines.
    pub lines: usize,
    /// Every fault, in the order of the document; at least one.
    pub faults: Vec<Fault>,
    /// What its lines lack that says what they are for, as far as the lines are known.
    pub lacking: Vec<Fault>,
    /// What was put right or ignored.
    pub warnings: Vec<Fault>,
}
