//! Takes the business terms out of the elements of UBL 2.1.

use super::attached::Attached;
use super::check;
use super::draft::{ChargeDraft, Draft, Faults, LineDraft, SubtotalDraft, Wrong, path};
use super::take::{LEARNER, Leaf};
use super::terms::{AttributeTerm, ChargeTerm, HeadTerm, LineChargeTerm, LineTerm, SubtotalTerm, Term};
use super::{InvoiceDocument, InvoiceKind};
use crate::attachment::Attachment;
use crate::fault::FaultCode;
use crate::limits::Limits;
use crate::namespace::{AGGREGATE, BASIC, kind_of_root};
use crate::personal::{self, PersonNumber};
use crate::place::{Locator, Place};
use crate::rules::{self, Elements, Verdict};
use crate::unreadable::Unreadable;
use crate::xml::{self, Element, Handler};

/// The element that holds an attached file, wherever it stands.
const ATTACHED: &str = "EmbeddedDocumentBinaryObject";

/// What was read of an invoice.
pub(crate) struct Read {
    pub(crate) document: InvoiceDocument,
    pub(crate) verdict: Verdict,
    /// Where personal numbers stand, in it and in what is attached to it.
    pub(crate) personal_data: Vec<Place>,
    pub(crate) attachments: Vec<Attachment>,
}

/// Reads an invoice or credit note and what is attached to it, and holds it against the published rules.
pub(crate) fn read(text: &str, limits: &Limits) -> Result<Read, Unreadable> {
    let mut readers = (Ubl::new(limits), Elements::default());
    xml::parse(text, limits, &mut readers)?;
    let (mut ubl, elements) = readers;
    let mut locator = Locator::new(text);
    let mut personal_data = ubl.personal_data(&mut locator);
    let attached = std::mem::take(&mut ubl.attached);
    let attached = attached.look(&ubl.draft.parties, &mut ubl.faults, &mut locator, limits);
    personal_data.extend(attached.personal_data);
    let mut document = check::finish(ubl.kind, ubl.draft, ubl.faults, attached.lines, &mut locator);
    document.warn(attached.warnings);
    if document.faults().len() > limits.max_faults {
        return Err(Unreadable::TooManyFaults {
            limit: limits.max_faults,
        });
    }
    Ok(Read {
        document,
        verdict: rules::verdict(text, elements, limits)?,
        personal_data,
        attachments: attached.attachments,
    })
}

struct Ubl<'l> {
    limits: &'l Limits,
    kind: InvoiceKind,
    draft: Draft,
    faults: Faults,
    /// The elements that are open below the root, as `docs/formats.md` writes them; a line of either kind is `line`.
    path: String,
    /// The length of the path before each element that is open, the root first.
    open: Vec<usize>,
    /// The element that was opened last.
    offset: usize,
    scheme: Option<String>,
    has_currency: bool,
    attribute: Attribute,
    findings: Vec<Finding>,
    attached: Attached,
    /// Whether the element that is open is an attached file.
    is_attached: bool,
}

/// A name and value on a line (BG-32).
#[derive(Default)]
struct Attribute {
    name: String,
    value: String,
    offset: usize,
}

struct Finding {
    number: PersonNumber,
    offset: usize,
    path: String,
}

impl<'l> Ubl<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self {
            limits,
            kind: InvoiceKind::Invoice,
            draft: Draft::default(),
            faults: Faults::of(InvoiceKind::Invoice, limits.max_faults),
            path: String::with_capacity(128),
            open: Vec::with_capacity(16),
            offset: 0,
            scheme: None,
            has_currency: false,
            attribute: Attribute::default(),
            findings: Vec::new(),
            attached: Attached::default(),
            is_attached: false,
        }
    }

    fn root(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        self.kind = kind_of_root(element)?;
        self.faults = Faults::of(self.kind, self.limits.max_faults);
        self.draft.offset = element.offset;
        self.open.push(0);
        Ok(())
    }

    /// Adds an element to the path: with the usual prefix of its namespace, or with `?` when UBL does not know it.
    fn descend(&mut self, element: &Element<'_>) {
        self.open.push(self.path.len());
        if !self.path.is_empty() {
            self.path.push('/');
        }
        let line = match self.kind {
            InvoiceKind::Invoice => "InvoiceLine",
            InvoiceKind::CreditNote => "CreditNoteLine",
        };
        match element.namespace {
            AGGREGATE if self.open.len() == 2 && element.name == line => {
                self.path.push_str("line");
                return;
            }
            AGGREGATE => self.path.push_str("cac:"),
            BASIC => self.path.push_str("cbc:"),
            _ => self.path.push('?'),
        }
        self.path.push_str(element.name);
    }

    /// Makes room for what an element will hold.
    fn begin(&mut self, offset: usize) {
        let charge = ChargeDraft {
            offset,
            ..ChargeDraft::default()
        };
        match self.path.as_str() {
            "line" => self.draft.lines.push(LineDraft {
                offset,
                ..LineDraft::default()
            }),
            "cac:TaxTotal/cac:TaxSubtotal" => {
                self.draft.subtotals.push(SubtotalDraft {
                    offset,
                    ..SubtotalDraft::default()
                });
            }
            "cac:AllowanceCharge" => self.draft.charges.push(charge),
            "line/cac:AllowanceCharge" => {
                if let Some(line) = self.draft.lines.last_mut() {
                    line.charges.push(charge);
                }
            }
            "line/cac:Item/cac:AdditionalItemProperty" => {
                self.attribute = Attribute {
                    offset,
                    ..Attribute::default()
                }
            }
            "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme" => self.draft.tax_id = None,
            _ => {}
        }
    }

    fn display_path(&self) -> String {
        path(self.kind, &self.path, self.draft.lines.len())
    }

    fn scan(&mut self, text: &str) {
        for number in personal::beside_a_word(text) {
            self.find(number, self.offset);
        }
    }

    fn find(&mut self, number: PersonNumber, offset: usize) {
        if self.findings.len() < self.limits.max_faults {
            let path = self.display_path();
            self.findings.push(Finding { number, offset, path });
        }
    }

    /// Where personal numbers stand; a party's own number is none.
    fn personal_data(&mut self, locator: &mut Locator<'_>) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        // An attribute is found when it ends, after what stands in it.
        self.findings.sort_by_key(|finding| finding.offset);
        for finding in self
            .findings
            .iter()
            .filter(|finding| !self.draft.parties.contains(&finding.number))
        {
            let (line, column) = locator.at(finding.offset);
            let place = Place::Element {
                line,
                column,
                path: finding.path.clone(),
            };
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
        places
    }

    /// Takes a text that stands in a place that means something.
    fn take(&mut self, text: &str) {
        let leaf = Leaf {
            text,
            offset: self.offset,
            line: self.draft.lines.len(),
            scheme: self.scheme.as_deref(),
            has_currency: self.has_currency,
        };
        let (path, draft, faults) = (self.path.as_str(), &mut self.draft, &mut self.faults);
        if path.starts_with("line/") {
            let Some(line) = draft.lines.last_mut() else {
                return;
            };
            if let Some(term) = LineTerm::at(path) {
                line.take(term, &leaf, faults);
            } else if let (Some(term), Some(charge)) = (LineChargeTerm::at(path), line.charges.last_mut()) {
                charge.take_on_line(term, &leaf, faults);
            } else if let Some(term) = AttributeTerm::at(path) {
                match term {
                    AttributeTerm::Name => self.attribute.name = text.to_owned(),
                    AttributeTerm::Value => self.attribute.value = text.to_owned(),
                }
            }
        } else if let (Some(term), Some(charge)) = (ChargeTerm::at(path), draft.charges.last_mut()) {
            charge.take(term, &leaf, faults);
        } else if let (Some(term), Some(subtotal)) = (SubtotalTerm::at(path), draft.subtotals.last_mut()) {
            subtotal.take(term, &leaf, faults);
        } else if let Some(term) = HeadTerm::at(path) {
            draft.take(term, &leaf, faults);
        }
    }
}

impl Handler for Ubl<'_> {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        self.offset = element.offset;
        self.scheme = None;
        self.has_currency = false;
        if self.open.is_empty() {
            self.root(element)?;
        } else {
            self.descend(element);
            self.begin(element.offset);
        }
        self.is_attached = element.namespace == BASIC && element.name == ATTACHED;
        if self.is_attached {
            let path = self.display_path();
            self.attached.begin(element, path, self.limits)?;
        }
        for (name, value) in element.attributes {
            match *name {
                "schemeID" => self.scheme = Some(value.trim().to_owned()),
                "currencyID" => self.currency(value.trim()),
                _ => {}
            }
            self.scan(value);
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.is_attached {
            self.attached.take(text);
            return;
        }
        self.scan(text);
        self.take(text);
    }

    fn close(&mut self) {
        self.is_attached = false;
        if self.path == "line/cac:Item/cac:AdditionalItemProperty" {
            self.attribute();
        }
        self.path.truncate(self.open.pop().unwrap_or(0));
    }
}

impl Ubl<'_> {
    /// Every amount is in euro, also one that is not read otherwise.
    fn currency(&mut self, currency: &str) {
        self.has_currency = true;
        if currency != "EUR" {
            let number = HeadTerm::Currency.number();
            let wrong = Wrong::found(FaultCode::Currency, &currency).expected(&"EUR");
            self.faults
                .report_at(self.display_path(), self.offset, number, wrong);
        }
    }

    /// Takes an attribute of a line, when it is one of those that mean something.
    fn attribute(&mut self) {
        let Attribute { name, value, offset } = std::mem::take(&mut self.attribute);
        let number = self.draft.lines.len();
        let name = name.to_lowercase();
        if let (true, Some(found)) = (
            name == LEARNER || personal::has_a_word(&name),
            personal::bare(&value),
        ) {
            self.find(found, offset);
        }
        if let Some(line) = self.draft.lines.last_mut() {
            line.take_attribute(&name, &value, number, offset, &mut self.faults);
        }
    }
}
