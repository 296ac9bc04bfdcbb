//! An invoice while it is read: what was found, where, and what was wrong with it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::terms::Term;
use super::{InvoiceKind, Specification};
use crate::amount::Amount;
use crate::fault::{Fault, FaultCode};
use crate::identifier::{Iban, LearnerNumber, PartyId};
use crate::personal::{self, PersonNumber};
use crate::place::{Place, Places};

/// A term that occurs at most once.
#[derive(Debug, Default)]
pub(super) enum Slot<T> {
    #[default]
    Absent,
    /// It is there, and its fault is reported.
    Faulty,
    Read(T, usize),
}

impl<T> Slot<T> {
    pub(super) fn get(&self) -> Option<&T> {
        match self {
            Self::Read(value, _) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }

    pub(super) fn take(&mut self) -> Option<T> {
        match std::mem::take(self) {
            Self::Read(value, _) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }

    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Keeps a value, or reports what is wrong with it, or that there was one already.
    pub(super) fn keep(&mut self, value: Result<T, Wrong>, site: Site, faults: &mut Faults) {
        match (&self, value) {
            (Self::Absent, Ok(value)) => *self = Self::Read(value, site.offset),
            (Self::Absent, Err(wrong)) => {
                *self = Self::Faulty;
                faults.report(site, wrong);
            }
            (Self::Faulty | Self::Read(..), _) => faults.report(site, FaultCode::RepeatedField.into()),
        }
    }
}

impl<T: Copy> Slot<T> {
    /// The value, and zero or whatever stands for nothing when it is absent; `None` when it is faulty.
    pub(super) fn or(&self, nothing: T) -> Option<T> {
        match self {
            Self::Absent => Some(nothing),
            Self::Faulty => None,
            Self::Read(value, _) => Some(*value),
        }
    }
}

/// What is wrong with a value.
pub(super) struct Wrong {
    pub(super) code: FaultCode,
    pub(super) found: Option<String>,
    pub(super) expected: Option<String>,
}

impl Wrong {
    pub(super) fn found(code: FaultCode, found: &dyn ToString) -> Self {
        Self {
            code,
            found: Some(found.to_string()),
            expected: None,
        }
    }

    pub(super) fn expected(mut self, expected: &dyn ToString) -> Self {
        self.expected = Some(expected.to_string());
        self
    }
}

impl From<FaultCode> for Wrong {
    fn from(code: FaultCode) -> Self {
        Self {
            code,
            found: None,
            expected: None,
        }
    }
}

/// Where a term stands, or should stand.
#[derive(Clone, Copy)]
pub(super) struct Site {
    pub(super) number: &'static str,
    pub(super) path: &'static str,
    /// The line it belongs to, from 1; 0 when it belongs to the document.
    pub(super) line: usize,
    pub(super) offset: usize,
    /// The name of the attribute, when the term is one.
    pub(super) attribute: Option<&'static str>,
}

/// The faults that were found so far.
pub(super) struct Faults {
    kind: InvoiceKind,
    /// One more than this many are kept, to tell that there are more.
    limit: usize,
    found: Vec<(usize, Fault)>,
}

impl Faults {
    pub(super) fn of(kind: InvoiceKind, limit: usize) -> Self {
        Self {
            kind,
            limit,
            found: Vec::new(),
        }
    }

    pub(super) fn report(&mut self, site: Site, wrong: Wrong) {
        let field = match site.attribute {
            Some(name) => format!("{} {name}", site.number),
            None => site.number.to_owned(),
        };
        self.report_at(path(self.kind, site.path, site.line), site.offset, &field, wrong);
    }

    /// Where a term of the document, or of a line when it is not 0, stands or should stand.
    pub(super) fn site(&self, term: impl Term, line: usize, offset: usize) -> Site {
        Site {
            number: term.number(),
            path: term.path(self.kind),
            line,
            offset,
            attribute: None,
        }
    }

    pub(super) fn report_at(&mut self, path: String, offset: usize, field: &str, wrong: Wrong) {
        if self.found.len() > self.limit {
            return;
        }
        let place = Place::Element {
            line: 0,
            column: 0,
            path,
        };
        let mut fault = Fault::new(wrong.code, place).field(field);
        if let Some(found) = wrong.found.filter(|found| personal::bare(found).is_none()) {
            fault = fault.found(found);
        }
        if let Some(expected) = wrong.expected {
            fault = fault.expected(expected);
        }
        self.found.push((offset, fault));
    }

    pub(super) fn kind(&self) -> InvoiceKind {
        self.kind
    }

    /// Takes over a fault whose place is known already.
    pub(super) fn note(&mut self, offset: usize, fault: Fault) {
        if self.found.len() <= self.limit {
            self.found.push((offset, fault));
        }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The faults in the order of the document, with their places.
    pub(super) fn located(mut self, places: &mut impl Places) -> Vec<Fault> {
        self.found.sort_by_key(|(offset, _)| *offset);
        let placed = |(offset, fault): (usize, Fault)| Fault {
            place: located(fault.place, offset, places),
            ..fault
        };
        self.found.into_iter().map(placed).collect()
    }
}

/// A place with its line and column.
fn located(place: Place, offset: usize, places: &mut impl Places) -> Place {
    match place {
        Place::Element { path, .. } => places.place(offset, path),
        place @ (Place::Document
        | Place::Page { .. }
        | Place::Row { .. }
        | Place::Cell { .. }
        | Place::Within { .. }) => place,
    }
}

/// A path from the root element, with the number of the line in it.
pub(super) fn path(kind: InvoiceKind, below: &str, line: usize) -> String {
    let root = match kind {
        InvoiceKind::Invoice => "Invoice",
        InvoiceKind::CreditNote => "CreditNote",
    };
    match below.strip_prefix("line") {
        Some(rest) => format!("/{root}/cac:{root}Line[{line}]{rest}"),
        None if below.is_empty() => format!("/{root}"),
        None => format!("/{root}/{below}"),
    }
}

/// A VAT category; with its rate it is a [`super::Vat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Category {
    Exempt,
    Zero,
    OutsideScope,
    Rated,
}

#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Byte at which the root element starts.
    pub(super) offset: usize,
    pub(super) specification: Slot<Specification>,
    pub(super) number: Slot<String>,
    pub(super) issue_date: Slot<Date>,
    pub(super) tax_point: Slot<Date>,
    pub(super) type_code: Slot<u16>,
    pub(super) currency: Slot<()>,
    pub(super) buyer_reference: Slot<String>,
    pub(super) preceding_number: Slot<String>,
    pub(super) preceding_date: Slot<Date>,
    pub(super) seller_name: Slot<String>,
    pub(super) seller_id: Slot<PartyId>,
    pub(super) seller_vat_id: Slot<String>,
    pub(super) buyer: Slot<PartyId>,
    pub(super) accounts: Vec<Iban>,
    /// The same accounts, to see at once which are known.
    pub(super) known_accounts: BTreeSet<Iban>,
    pub(super) charges: Vec<ChargeDraft>,
    pub(super) lines_total: Slot<Amount>,
    pub(super) allowances_total: Slot<Amount>,
    pub(super) charges_total: Slot<Amount>,
    pub(super) without_vat: Slot<Amount>,
    pub(super) vat: Slot<Amount>,
    pub(super) with_vat: Slot<Amount>,
    pub(super) prepaid: Slot<Amount>,
    pub(super) rounding: Slot<Amount>,
    pub(super) payable: Slot<Amount>,
    pub(super) subtotals: Vec<SubtotalDraft>,
    pub(super) lines: Vec<LineDraft>,
    /// The tax number of the seller, until its scheme tells that it is one for VAT.
    pub(super) tax_id: Option<(String, usize)>,
    /// Numbers by which the parties themselves are known.
    pub(super) parties: BTreeSet<PersonNumber>,
}

/// An allowance or charge, on the document or on a line.
#[derive(Debug, Default)]
pub(super) struct ChargeDraft {
    pub(super) offset: usize,
    /// Whether it is a charge.
    pub(super) is_charge: Slot<bool>,
    pub(super) amount: Slot<Amount>,
    pub(super) category: Slot<Category>,
    pub(super) rate: Slot<Decimal>,
}

#[derive(Debug, Default)]
pub(super) struct SubtotalDraft {
    pub(super) offset: usize,
    pub(super) taxable: Slot<Amount>,
    pub(super) tax: Slot<Amount>,
    pub(super) category: Slot<Category>,
    pub(super) rate: Slot<Decimal>,
}

#[derive(Debug, Default)]
pub(super) struct LineDraft {
    pub(super) offset: usize,
    pub(super) id: Slot<String>,
    pub(super) quantity: Slot<Decimal>,
    pub(super) net: Slot<Amount>,
    pub(super) start: Slot<Date>,
    pub(super) end: Slot<Date>,
    pub(super) charges: Vec<ChargeDraft>,
    pub(super) price: Slot<Decimal>,
    pub(super) base_quantity: Slot<Decimal>,
    pub(super) category: Slot<Category>,
    pub(super) rate: Slot<Decimal>,
    pub(super) item_code: Slot<String>,
    pub(super) learner: Slot<LearnerNumber>,
    pub(super) evidence: Slot<String>,
    pub(super) credits_line: Slot<String>,
}
