//! From a draft to a sound invoice, or to every fault of a faulty one.

use std::collections::BTreeSet;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::draft::{Category, Draft, Faults, LineDraft, Slot, Wrong, path};
use super::specified;
use super::terms::{ChargeTerm, HeadTerm, LineChargeTerm, LineTerm, SubtotalTerm, Term};
use super::totals::{self, Vats};
use super::{
    Absent, FaultyInvoice, Invoice, InvoiceDocument, InvoiceKind, InvoiceLine, PrecedingInvoice, Seller,
    Totals, Vat, VatSubtotal,
};
use crate::amount::Amount;
use crate::fault::{Fault, FaultCode};
use crate::place::{Place, Places};

/// Where the lines of a document come from.
pub(super) enum Lines {
    /// From the document itself.
    Own,
    /// From an attachment that stands here: an invoice of its own, which must say the same.
    Specified(Box<Invoice>, Place, usize),
    /// From an attachment that has faults.
    Unknown,
}

/// Checks what was read of a document, and makes an invoice of it when nothing is wrong.
pub(super) fn finish(
    kind: InvoiceKind,
    mut draft: Draft,
    mut faults: Faults,
    lines_from: Lines,
    places: &mut impl Places,
) -> InvoiceDocument {
    head_is_complete(kind, &draft, &mut faults);
    lines_are_complete(&draft, matches!(lines_from, Lines::Own), &mut faults);
    line_ids_differ(&draft, &mut faults);
    let vats = vats(&draft, &mut faults);
    totals::check(&draft, &vats, &mut faults);
    if kind == InvoiceKind::CreditNote {
        amounts_are_positive(&draft, &mut faults);
    }
    if let Lines::Specified(list, place, offset) = &lines_from {
        for fault in specified::differences(kind, &draft, &vats, list) {
            let fault = Fault {
                place: place.clone(),
                ..fault
            };
            faults.note(*offset, fault);
        }
    }
    let lines = draft.lines.len();
    let mut lacking = Vec::new();
    if !faults.is_empty() {
        lacking = lacking_in(kind, &draft, &lines_from, places);
        lacking.truncate(faults.limit());
    }
    let sound = match lines_from {
        _ if !faults.is_empty() => None,
        Lines::Own => own_lines(kind, &mut draft, &vats, places),
        Lines::Specified(list, ..) => Some(list.lines),
        Lines::Unknown => None,
    };
    let sound = sound.and_then(|lines| invoice(kind, &mut draft, &vats, lines));
    match sound {
        Some(invoice) => InvoiceDocument::Sound(invoice),
        None => InvoiceDocument::Faulty(FaultyInvoice {
            kind,
            number: draft.number.take(),
            issue_date: draft.issue_date.take(),
            seller_name: draft.seller_name.take(),
            seller: draft.seller_id.take(),
            payable: draft.payable.take(),
            lines,
            faults: faults.located(places),
            lacking,
            warnings: Vec::new(),
        }),
    }
}

/// What lines lack that says what they are for, where the lines are known.
fn lacking_in(kind: InvoiceKind, draft: &Draft, lines_from: &Lines, places: &mut impl Places) -> Vec<Fault> {
    let lacking = |(index, line): (usize, &LineDraft)| {
        let absent = Absent {
            item_code: line.item_code.is_absent(),
            performed_on: line.start.is_absent(),
            credits_line: line.credits_line.is_absent(),
        };
        absent.lacking(kind, place_of(kind, line, index + 1, places))
    };
    match lines_from {
        Lines::Own => draft.lines.iter().enumerate().flat_map(lacking).collect(),
        Lines::Specified(list, ..) => list.lacking(),
        Lines::Unknown => Vec::new(),
    }
}

fn place_of(kind: InvoiceKind, line: &LineDraft, number: usize, places: &mut impl Places) -> Place {
    places.place(line.offset, path(kind, "line", number))
}

/// Reports that a term is missing from the element that starts at `offset`.
fn missing(is_absent: bool, term: impl Term, line: usize, offset: usize, faults: &mut Faults) {
    if is_absent {
        let site = faults.site(term, line, offset);
        faults.report(site, FaultCode::MissingField.into());
    }
}

fn head_is_complete(kind: InvoiceKind, draft: &Draft, faults: &mut Faults) {
    let required = [
        (draft.specification.is_absent(), HeadTerm::Specification),
        (draft.number.is_absent(), HeadTerm::Number),
        (draft.issue_date.is_absent(), HeadTerm::IssueDate),
        (draft.type_code.is_absent(), HeadTerm::TypeCode),
        (draft.currency.is_absent(), HeadTerm::Currency),
        (draft.seller_name.is_absent(), HeadTerm::SellerName),
        (draft.seller_id.is_absent(), HeadTerm::SellerId),
        (draft.lines_total.is_absent(), HeadTerm::LinesTotal),
        (draft.without_vat.is_absent(), HeadTerm::WithoutVat),
        (draft.vat.is_absent(), HeadTerm::Vat),
        (draft.with_vat.is_absent(), HeadTerm::WithVat),
        (draft.payable.is_absent(), HeadTerm::Payable),
    ];
    for (is_absent, term) in required {
        missing(is_absent, term, 0, draft.offset, faults);
    }
    let corrects = kind == InvoiceKind::Invoice && draft.type_code.get() == Some(&384);
    missing(
        corrects && draft.preceding_number.is_absent(),
        HeadTerm::PrecedingNumber,
        0,
        draft.offset,
        faults,
    );
    if kind == InvoiceKind::CreditNote && draft.preceding_number.is_absent() {
        let site = faults.site(HeadTerm::PrecedingNumber, 0, draft.offset);
        faults.report(site, FaultCode::CreditNoRef.into());
    }
    missing(
        draft.subtotals.is_empty(),
        SubtotalTerm::Taxable,
        0,
        draft.offset,
        faults,
    );
    for subtotal in &draft.subtotals {
        missing(
            subtotal.taxable.is_absent(),
            SubtotalTerm::Taxable,
            0,
            subtotal.offset,
            faults,
        );
        missing(
            subtotal.tax.is_absent(),
            SubtotalTerm::Tax,
            0,
            subtotal.offset,
            faults,
        );
    }
    for charge in &draft.charges {
        missing(
            charge.is_charge.is_absent(),
            ChargeTerm::Indicator,
            0,
            charge.offset,
            faults,
        );
        missing(
            charge.amount.is_absent(),
            ChargeTerm::Amount,
            0,
            charge.offset,
            faults,
        );
    }
}

/// Of lines that are specified elsewhere the period is that of the list.
fn lines_are_complete(draft: &Draft, are_own: bool, faults: &mut Faults) {
    missing(draft.lines.is_empty(), LineTerm::Id, 1, draft.offset, faults);
    for (index, line) in draft.lines.iter().enumerate() {
        let number = index + 1;
        let required = [
            (line.id.is_absent(), LineTerm::Id),
            (line.quantity.is_absent(), LineTerm::Quantity),
            (line.net.is_absent(), LineTerm::Net),
        ];
        for (is_absent, term) in required {
            missing(is_absent, term, number, line.offset, faults);
        }
        for charge in &line.charges {
            missing(
                charge.is_charge.is_absent(),
                LineChargeTerm::Indicator,
                number,
                charge.offset,
                faults,
            );
            missing(
                charge.amount.is_absent(),
                LineChargeTerm::Amount,
                number,
                charge.offset,
                faults,
            );
        }
        if let Slot::Read(base, offset) = line.base_quantity
            && base <= Decimal::ZERO
        {
            let site = faults.site(LineTerm::BaseQuantity, number, offset);
            faults.report(site, Wrong::found(FaultCode::InvalidNumber, &base));
        }
        if are_own {
            performed_on_one_day(line, number, faults);
        }
    }
}

/// A line is about one day: its period ends on the day on which it starts, or has no end.
fn performed_on_one_day(line: &LineDraft, number: usize, faults: &mut Faults) {
    let Slot::Read(end, offset) = line.end else { return };
    let start: Option<&Date> = line.start.get();
    let code = match start {
        Some(start) if *start == end => return,
        Some(start) if end < *start => FaultCode::DateOrder,
        Some(_) => FaultCode::InvalidField,
        None => return,
    };
    let site = faults.site(LineTerm::PeriodEnd, number, offset);
    let wrong = Wrong::found(code, &end);
    faults.report(
        site,
        start
            .into_iter()
            .fold(wrong, |wrong, start| wrong.expected(start)),
    );
}

fn line_ids_differ(draft: &Draft, faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (index, line) in draft.lines.iter().enumerate() {
        if let Slot::Read(id, offset) = &line.id
            && !seen.insert(id)
        {
            let site = faults.site(LineTerm::Id, index + 1, *offset);
            faults.report(site, Wrong::found(FaultCode::DuplicateLineId, &id));
        }
    }
}

fn vats(draft: &Draft, faults: &mut Faults) -> Vats {
    let lines = draft.lines.iter().enumerate().map(|(index, line)| {
        vat(
            &line.category,
            &line.rate,
            (LineTerm::Category, LineTerm::Rate),
            index + 1,
            line.offset,
            faults,
        )
    });
    let lines = lines.collect();
    let charges = draft.charges.iter().map(|charge| {
        let terms = (ChargeTerm::Category, ChargeTerm::Rate);
        vat(&charge.category, &charge.rate, terms, 0, charge.offset, faults)
    });
    let charges = charges.collect();
    let mut subtotals: Vec<Option<Vat>> = Vec::with_capacity(draft.subtotals.len());
    for subtotal in &draft.subtotals {
        let terms = (SubtotalTerm::Category, SubtotalTerm::Rate);
        let vat = vat(
            &subtotal.category,
            &subtotal.rate,
            terms,
            0,
            subtotal.offset,
            faults,
        );
        if vat.is_some() && subtotals.contains(&vat) {
            let site = faults.site(SubtotalTerm::Category, 0, subtotal.offset);
            faults.report(site, FaultCode::RepeatedField.into());
        }
        subtotals.push(vat);
    }
    Vats {
        lines,
        charges,
        subtotals,
    }
}

/// Puts category and rate together: `S` with 21 or 9, `E` and `Z` with 0, `O` with 0 or none.
fn vat<T: Term>(
    category: &Slot<Category>,
    rate: &Slot<Decimal>,
    (category_term, rate_term): (T, T),
    line: usize,
    offset: usize,
    faults: &mut Faults,
) -> Option<Vat> {
    missing(category.is_absent(), category_term, line, offset, faults);
    let category = *category.get()?;
    let (rate, offset) = match (rate, category) {
        (Slot::Read(rate, offset), _) => (*rate, *offset),
        (Slot::Faulty, _) => return None,
        (Slot::Absent, Category::OutsideScope) => (Decimal::ZERO, offset),
        (Slot::Absent, Category::Exempt | Category::Zero | Category::Rated) => {
            missing(true, rate_term, line, offset, faults);
            return None;
        }
    };
    let (vat, expected) = match category {
        Category::Exempt => (rate.is_zero().then_some(Vat::Exempt), "0"),
        Category::Zero => (rate.is_zero().then_some(Vat::Zero), "0"),
        Category::OutsideScope => (rate.is_zero().then_some(Vat::OutsideScope), "0"),
        Category::Rated if rate == Decimal::from(Vat::Reduced.percent()) => (Some(Vat::Reduced), ""),
        Category::Rated => (
            (rate == Decimal::from(Vat::Standard.percent())).then_some(Vat::Standard),
            "21, 9",
        ),
    };
    if vat.is_none() {
        let site = faults.site(rate_term, line, offset);
        faults.report(
            site,
            Wrong::found(FaultCode::InvalidField, &rate).expected(&expected),
        );
    }
    vat
}

/// The amounts of a credit note are positive: that it gives back shows from its kind.
fn amounts_are_positive(draft: &Draft, faults: &mut Faults) {
    for (index, line) in draft.lines.iter().enumerate() {
        if let Slot::Read(net, offset) = line.net
            && net.is_negative()
        {
            let site = faults.site(LineTerm::Net, index + 1, offset);
            faults.report(site, Wrong::found(FaultCode::NegativeAmount, &net));
        }
    }
    if let Slot::Read(payable, offset) = draft.payable
        && payable.is_negative()
    {
        let site = faults.site(HeadTerm::Payable, 0, offset);
        faults.report(site, Wrong::found(FaultCode::NegativeAmount, &payable));
    }
}

/// The invoice that a draft without fault makes.
fn invoice(kind: InvoiceKind, draft: &mut Draft, vats: &Vats, lines: Vec<InvoiceLine>) -> Option<Invoice> {
    let subtotals: Option<Vec<VatSubtotal>> = draft
        .subtotals
        .iter()
        .zip(&vats.subtotals)
        .map(|(subtotal, vat)| {
            Some(VatSubtotal {
                vat: (*vat)?,
                taxable: *subtotal.taxable.get()?,
                tax: *subtotal.tax.get()?,
            })
        })
        .collect();
    let issue_date = draft.preceding_date.take();
    Some(Invoice {
        kind,
        specification: draft.specification.take()?,
        number: draft.number.get()?.clone(),
        issue_date: *draft.issue_date.get()?,
        tax_point: draft.tax_point.take(),
        type_code: draft.type_code.take()?,
        buyer_reference: draft.buyer_reference.take(),
        seller: Seller {
            name: draft.seller_name.get()?.clone(),
            id: draft.seller_id.get()?.clone(),
            vat_id: draft.seller_vat_id.take(),
        },
        buyer: draft.buyer.take(),
        accounts: std::mem::take(&mut draft.accounts),
        preceding: draft
            .preceding_number
            .take()
            .map(|number| PrecedingInvoice { number, issue_date }),
        totals: totals_of(draft)?,
        vat_breakdown: subtotals?,
        lines,
        warnings: Vec::new(),
    })
}

fn totals_of(draft: &Draft) -> Option<Totals> {
    Some(Totals {
        lines: *draft.lines_total.get()?,
        allowances: draft.allowances_total.or(Amount::ZERO)?,
        charges: draft.charges_total.or(Amount::ZERO)?,
        without_vat: *draft.without_vat.get()?,
        vat: *draft.vat.get()?,
        with_vat: *draft.with_vat.get()?,
        prepaid: draft.prepaid.or(Amount::ZERO)?,
        rounding: draft.rounding.or(Amount::ZERO)?,
        payable: *draft.payable.get()?,
    })
}

fn own_lines(
    kind: InvoiceKind,
    draft: &mut Draft,
    vats: &Vats,
    places: &mut impl Places,
) -> Option<Vec<InvoiceLine>> {
    let lines = draft.lines.iter_mut().zip(&vats.lines).enumerate();
    lines
        .map(|(index, (line, vat))| invoice_line(kind, line, (*vat)?, index + 1, places))
        .collect()
}

fn invoice_line(
    kind: InvoiceKind,
    line: &mut LineDraft,
    vat: Vat,
    number: usize,
    places: &mut impl Places,
) -> Option<InvoiceLine> {
    let place = place_of(kind, line, number, places);
    Some(InvoiceLine {
        id: line.id.take()?,
        quantity: line.quantity.take()?,
        net: line.net.take()?,
        performed_on: line.start.take(),
        item_code: line.item_code.take(),
        learner: line.learner.take(),
        evidence: line.evidence.take(),
        credits_line: line.credits_line.take(),
        vat,
        place,
    })
}
