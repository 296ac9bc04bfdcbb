//! An invoice or credit note sent as a list of its lines (`docs/formats.md`, section 2.18).
//!
//! Each row is a line; what is said of the invoice as a whole stands on the first row, and may stand on the others
//! too. What is read goes through the checks that a UBL document goes through.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::check::Lines;
use super::draft::{Category, Draft, Faults, LineDraft, Slot, SubtotalDraft};
use super::{InvoiceDocument, InvoiceKind, Specification, Vat, check, totals};
use crate::amount::Amount;
use crate::fault::{Fault, FaultCode};
use crate::identifier::{Iban, LearnerNumber, PartyId};
use crate::limits::Limits;
use crate::list::cell::{Cell, Signed, Wrong, ungrouped};
use crate::list::columns::{Column, Fields, fields};
use crate::list::header::Layout;
use crate::list::row::RowReader;
use crate::list::words::words;
use crate::list::{Source, each_row};
use crate::place::{Place, Places};
use crate::unreadable::Unreadable;

fields! {
    struct LineFields {
        number: Option<String> = expected "factuurnummer" | "factuurnr",
        issue_date: Option<Date> = expected "factuurdatum",
        kind: Option<Sort> = optional "soort",
        seller: Option<PartyId> = expected "begunstigde",
        seller_name: Option<String> = expected "naam",
        account: Option<Iban> = optional "iban",
        preceding: Option<String> = optional "crediteert",
        without_vat: Option<Signed> = expected "totaal_exclusief",
        vat: Option<Signed> = expected "totaal_btw",
        with_vat: Option<Signed> = expected "totaal_inclusief",
        id: Option<String> = expected "regel" | "regelnummer",
        item_code: Option<String> = expected "code" | "artikelcode",
        performed_on: Option<Date> = expected "prestatiedatum",
        learner: Option<LearnerNumber> = optional "kandidaat" | "deelnemer",
        evidence: Option<String> = optional "bewijs",
        credits_line: Option<String> = optional "factuurregel",
        quantity: Option<Quantity> = optional "aantal",
        price: Option<Quantity> = optional "prijs",
        net: Option<Signed> = expected "bedrag",
        line_vat: Option<LineVat> = expected "btw",
    }
}

/// The columns of the list, in the order of `docs/formats.md`.
pub(crate) const COLUMNS: &[Column] = LineFields::COLUMNS;

/// The column in which a business term stands.
const TERMS: [(&str, &str); 21] = [
    ("BT-1", "factuurnummer"),
    ("BT-2", "factuurdatum"),
    ("BT-25", "crediteert"),
    ("BT-27", "naam"),
    ("BT-30", "begunstigde"),
    ("BT-106", "totaal_exclusief"),
    ("BT-109", "totaal_exclusief"),
    ("BT-110", "totaal_btw"),
    ("BT-112", "totaal_inclusief"),
    ("BT-115", "totaal_inclusief"),
    ("BT-116", "totaal_exclusief"),
    ("BT-117", "totaal_btw"),
    ("BT-126", "regel"),
    ("BT-129", "aantal"),
    ("BT-131", "bedrag"),
    ("BT-134", "prestatiedatum"),
    ("BT-146", "prijs"),
    ("BT-151", "btw"),
    ("BT-152", "btw"),
    ("BT-155", "code"),
    ("BT-161 factuurregel", "factuurregel"),
];

words! {
    /// Whether the list asks for money or gives it back.
    enum Sort {
        /// An invoice.
        Invoice = "factuur",
        /// A credit note.
        CreditNote = "creditnota",
    }
}

words! {
    /// The VAT of a line.
    enum LineVat {
        /// Exempt.
        Exempt = "vrijgesteld",
        /// Zero rate.
        Zero = "0" | "0%",
        /// Outside the scope of VAT.
        OutsideScope = "buiten_btw",
        /// 9 %; a sheet writes a share of a hundred for a percentage.
        Reduced = "9" | "9%" | "0,09",
        /// 21 %.
        Standard = "21" | "21%" | "0,21",
    }
}

impl LineVat {
    const fn vat(self) -> Vat {
        match self {
            Self::Exempt => Vat::Exempt,
            Self::Zero => Vat::Zero,
            Self::OutsideScope => Vat::OutsideScope,
            Self::Reduced => Vat::Reduced,
            Self::Standard => Vat::Standard,
        }
    }
}

/// A number that may have decimals: `3`, `1,5`, `1.055,25`; with a dot and no comma exactly two digits follow the dot.
struct Quantity(Decimal);

impl Cell for Quantity {
    fn parse(text: &str) -> Result<Self, Wrong> {
        let number = || {
            let (sign, rest) = match text.strip_prefix('-') {
                Some(rest) => ("-", rest),
                None => ("", text),
            };
            let (whole, decimals) = match (rest.split_once(','), rest.split_once('.')) {
                (Some((whole, decimals)), _) if !decimals.is_empty() => (ungrouped(whole)?, decimals),
                (None, Some((whole, decimals))) if decimals.len() == 2 => (ungrouped(whole)?, decimals),
                _ => (ungrouped(rest)?, "0"),
            };
            // So many digits that the product of two of them is exact.
            let fits = whole.len() + decimals.len() <= 14 && decimals.bytes().all(|b| b.is_ascii_digit());
            fits.then(|| Decimal::from_str_exact(&format!("{sign}{whole}.{decimals}")).ok())?
        };
        number().map(Self).ok_or_else(|| FaultCode::InvalidNumber.into())
    }
}

/// What was read of a list of lines.
pub(crate) struct LineList {
    pub(crate) document: InvoiceDocument,
    pub(crate) personal_data: Vec<Place>,
}

impl LineList {
    /// The same, seen from a document of which what it is in is a part.
    pub(crate) fn within(&mut self, part: &str) {
        for place in self.document.places().into_iter().chain(&mut self.personal_data) {
            *place = std::mem::replace(place, Place::Document).within(part);
        }
    }
}

/// Reads an invoice or credit note from the list of its lines.
pub(crate) fn read(source: &Source<'_>, limits: &Limits) -> Result<LineList, Unreadable> {
    let mut list = Draft::default();
    let (mut sort, mut account) = (Slot::Absent, Slot::Absent);
    let found = each_row(source, limits, |row, _| {
        if list.offset == 0 {
            list.offset = row_site(row.line());
        }
        match row.fields::<LineFields>() {
            Some(fields) => take(fields, &mut list, (&mut sort, &mut account), row),
            // A row that does not fit the header may be any line: no total can be believed.
            None => list.lines.push(unknown_line(row_site(row.line()))),
        }
    })?;
    let kind = match sort.get() {
        Some(Sort::CreditNote) => InvoiceKind::CreditNote,
        Some(Sort::Invoice) | None => InvoiceKind::Invoice,
    };
    list.accounts.extend(account.take());
    complete(&mut list, kind);

    let layout = source.layout();
    let mut faults = Faults::of(kind, limits.max_faults);
    for fault in found.faults {
        faults.note(site_of(&fault.place), fault);
    }
    let mut document = check::finish(kind, list, faults, Lines::Own, &mut InList(layout));
    document.warn(found.warnings);
    if let InvoiceDocument::Faulty(invoice) = &mut document {
        in_columns(&mut invoice.faults, layout);
        if invoice.faults.len() > limits.max_faults {
            return Err(Unreadable::TooManyFaults {
                limit: limits.max_faults,
            });
        }
    }
    Ok(LineList {
        document,
        personal_data: found.personal_data,
    })
}

/// Takes a row: its line, and what it says of the invoice.
fn take(
    fields: LineFields,
    list: &mut Draft,
    (sort, account): (&mut Slot<Sort>, &mut Slot<Iban>),
    row: &mut RowReader<'_>,
) {
    let amount = |value: Option<Option<Signed>>| value.map(|value| value.map(|Signed(amount)| amount));
    agree(&mut list.number, fields.number, "factuurnummer", row);
    agree(&mut list.issue_date, fields.issue_date, "factuurdatum", row);
    agree(sort, fields.kind, "soort", row);
    agree(&mut list.seller_id, fields.seller, "begunstigde", row);
    agree(&mut list.seller_name, fields.seller_name, "naam", row);
    agree(&mut list.preceding_number, fields.preceding, "crediteert", row);
    agree(
        &mut list.without_vat,
        amount(fields.without_vat),
        "totaal_exclusief",
        row,
    );
    agree(&mut list.vat, amount(fields.vat), "totaal_btw", row);
    agree(
        &mut list.with_vat,
        amount(fields.with_vat),
        "totaal_inclusief",
        row,
    );
    agree(account, fields.account, "iban", row);
    let number = |value: Option<Option<Quantity>>| value.map(|value| value.map(|Quantity(number)| number));
    let quantity = match slot(number(fields.quantity), "aantal", row) {
        Slot::Absent => Slot::Read(Decimal::ONE, row_site(row.line())),
        quantity @ (Slot::Faulty | Slot::Read(..)) => quantity,
    };
    let (category, rate) = match slot(fields.line_vat, "btw", row) {
        Slot::Read(vat, site) => vat_slots(vat.vat(), site),
        Slot::Faulty => (Slot::Faulty, Slot::Faulty),
        Slot::Absent => (Slot::Absent, Slot::Absent),
    };
    list.lines.push(LineDraft {
        offset: row_site(row.line()),
        id: slot(fields.id, "regel", row),
        quantity,
        net: slot(amount(fields.net), "bedrag", row),
        start: slot(fields.performed_on, "prestatiedatum", row),
        price: slot(number(fields.price), "prijs", row),
        category,
        rate,
        item_code: slot(fields.item_code, "code", row),
        learner: slot(fields.learner, "kandidaat", row),
        evidence: slot(fields.evidence, "bewijs", row),
        credits_line: slot(fields.credits_line, "factuurregel", row),
        ..LineDraft::default()
    });
}

/// A value of the invoice as a whole: the same wherever it stands.
fn agree<T: PartialEq>(
    kept: &mut Slot<T>,
    value: Option<Option<T>>,
    column: &'static str,
    row: &mut RowReader<'_>,
) {
    match (&*kept, value) {
        (_, Some(None)) => {}
        (Slot::Absent, value) => *kept = slot(value, column, row),
        (Slot::Read(known, _), Some(Some(value))) if *known != value => {
            let _: Option<()> = row.contradicting(column);
        }
        (Slot::Read(..) | Slot::Faulty, _) => {}
    }
}

fn slot<T>(value: Option<Option<T>>, column: &'static str, row: &RowReader<'_>) -> Slot<T> {
    match value {
        None => Slot::Faulty,
        Some(None) => Slot::Absent,
        Some(Some(value)) => Slot::Read(value, site(row.line(), row.position_of(column))),
    }
}

/// Category and rate of a VAT, as a line of UBL has them.
fn vat_slots(vat: Vat, site: usize) -> (Slot<Category>, Slot<Decimal>) {
    let category = match vat {
        Vat::Exempt => Category::Exempt,
        Vat::Zero => Category::Zero,
        Vat::OutsideScope => Category::OutsideScope,
        Vat::Reduced | Vat::Standard => Category::Rated,
    };
    let rate = Decimal::from(vat.percent());
    (Slot::Read(category, site), Slot::Read(rate, site))
}

/// A line of which nothing is known.
fn unknown_line(offset: usize) -> LineDraft {
    LineDraft {
        offset,
        id: Slot::Faulty,
        quantity: Slot::Faulty,
        net: Slot::Faulty,
        start: Slot::Faulty,
        price: Slot::Faulty,
        category: Slot::Faulty,
        rate: Slot::Faulty,
        item_code: Slot::Faulty,
        credits_line: Slot::Faulty,
        ..LineDraft::default()
    }
}

/// Adds what a list does not write because it can say nothing else: euros, one total for two terms, VAT by rate.
fn complete(list: &mut Draft, kind: InvoiceKind) {
    let at = list.offset;
    list.specification = Slot::Read(Specification::LineList, at);
    list.currency = Slot::Read((), at);
    list.type_code = match kind {
        InvoiceKind::Invoice => Slot::Read(380, at),
        InvoiceKind::CreditNote => Slot::Read(381, at),
    };
    list.lines_total = same(&list.without_vat);
    list.payable = same(&list.with_vat);
    list.subtotals = match by_vat(list) {
        Some(sums) => sums
            .into_iter()
            .filter_map(|(vat, sum)| subtotal(vat, sum, list))
            .collect(),
        None => vec![SubtotalDraft {
            offset: at,
            taxable: Slot::Faulty,
            tax: Slot::Faulty,
            category: Slot::Faulty,
            rate: Slot::Faulty,
        }],
    };
}

fn same(amount: &Slot<Amount>) -> Slot<Amount> {
    match amount {
        Slot::Read(amount, site) => Slot::Read(*amount, *site),
        // What is missing is reported once.
        Slot::Absent | Slot::Faulty => Slot::Faulty,
    }
}

/// The sums of the lines by VAT; `None` when a line lacks amount or VAT.
fn by_vat(list: &Draft) -> Option<BTreeMap<Vat, i128>> {
    let mut sums = BTreeMap::new();
    for line in &list.lines {
        let vat = match (line.category.get()?, line.rate.get()?) {
            (Category::Exempt, _) => Vat::Exempt,
            (Category::Zero, _) => Vat::Zero,
            (Category::OutsideScope, _) => Vat::OutsideScope,
            (Category::Rated, rate) if *rate == Decimal::from(Vat::Reduced.percent()) => Vat::Reduced,
            (Category::Rated, _) => Vat::Standard,
        };
        *sums.entry(vat).or_insert(0) += i128::from(line.net.get()?.cents());
    }
    Some(sums)
}

fn subtotal(vat: Vat, sum: i128, list: &Draft) -> Option<SubtotalDraft> {
    let at = |slot: &Slot<Amount>| match slot {
        Slot::Read(_, site) => *site,
        Slot::Absent | Slot::Faulty => list.offset,
    };
    let taxable = Amount::from_cents(i64::try_from(sum).ok()?);
    let tax = Amount::from_cents(i64::try_from(totals::tax_on(taxable, vat)).ok()?);
    let (category, rate) = vat_slots(vat, at(&list.without_vat));
    Some(SubtotalDraft {
        offset: at(&list.without_vat),
        taxable: Slot::Read(taxable, at(&list.without_vat)),
        tax: Slot::Read(tax, at(&list.vat)),
        category,
        rate,
    })
}

/// Columns that a place can tell apart in its row.
const WIDTH: usize = 1 << 10;

/// What stands for a field of a row: its line and its position, from 1; 0 is the row itself.
fn site(line: u64, position: Option<usize>) -> usize {
    let column = position.map_or(0, |position| (position + 1).min(WIDTH - 1));
    usize::try_from(line)
        .unwrap_or(usize::MAX)
        .saturating_mul(WIDTH)
        .saturating_add(column)
}

fn row_site(line: u64) -> usize {
    site(line, None)
}

fn site_of(place: &Place) -> usize {
    match place {
        Place::Cell { row, column, .. } => {
            let column = usize::try_from(*column).unwrap_or(usize::MAX);
            site(*row, column.checked_sub(1))
        }
        Place::Row { row } => row_site(*row),
        Place::Document | Place::Page { .. } | Place::Element { .. } | Place::Within { .. } => 0,
    }
}

/// Tells rows and fields from what stands for them.
struct InList<'l>(&'l Layout);

impl Places for InList<'_> {
    fn place(&mut self, offset: usize, _: String) -> Place {
        let row = u64::try_from(offset / WIDTH).unwrap_or(u64::MAX);
        match (offset % WIDTH).checked_sub(1) {
            Some(position) => self.0.place(row, position),
            None => Place::Row { row },
        }
    }
}

/// Names columns for business terms, points at the field that is missing in its row, and tells one contradiction once.
fn in_columns(faults: &mut Vec<Fault>, layout: &Layout) {
    for fault in faults.iter_mut() {
        let term = fault.field.as_deref().unwrap_or_default();
        let Some((_, column)) = TERMS.iter().find(|(number, _)| *number == term) else {
            continue;
        };
        if let (Place::Row { row }, Some(position)) = (&fault.place, layout.position_of(column)) {
            fault.place = layout.place(*row, position);
        }
        fault.field = Some((*column).to_owned());
    }
    let mut known: BTreeSet<(Place, Option<String>)> = BTreeSet::new();
    faults.retain(|fault| {
        !fault.code.is_total_mismatch() || known.insert((fault.place.clone(), fault.expected.clone()))
    });
}
