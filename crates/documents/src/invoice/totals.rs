//! Whether the amounts of a document agree, to the cent.

use std::collections::BTreeMap;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use super::Vat;
use super::draft::{ChargeDraft, Draft, Faults, LineDraft, Slot, Wrong};
use super::terms::{HeadTerm, LineTerm, SubtotalTerm, Term};
use crate::amount::{Amount, Cents};
use crate::fault::FaultCode;

/// The VAT of every part of a document; `None` where it is missing or wrong.
pub(super) struct Vats {
    pub(super) lines: Vec<Option<Vat>>,
    pub(super) charges: Vec<Option<Vat>>,
    pub(super) subtotals: Vec<Option<Vat>>,
}

/// Reports every total that the document's own amounts contradict. A check is left out when an amount it needs is faulty.
pub(super) fn check(draft: &Draft, vats: &Vats, faults: &mut Faults) {
    for (index, line) in draft.lines.iter().enumerate() {
        line_net(line, index + 1, faults);
    }
    lines_and_charges(draft, faults);
    document_totals(draft, faults);
    breakdown(draft, vats, faults);
    taxable_amounts(draft, vats, faults);
}

/// BT-131 is quantity × price / base quantity, rounded half up to the cent, plus charges less allowances of the line.
fn line_net(line: &LineDraft, number: usize, faults: &mut Faults) {
    let expected = || {
        let price = line.price.get()?.checked_mul(*line.quantity.get()?)?;
        let share = price.checked_div(line.base_quantity.or(Decimal::ONE)?)?;
        let rounded = share
            .checked_mul(Decimal::ONE_HUNDRED)?
            .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        rounded.to_i128()?.checked_add(sum_of_charges(&line.charges)?)
    };
    if let (Slot::Read(net, offset), Some(expected)) = (&line.net, expected()) {
        compare(
            *net,
            expected,
            FaultCode::TotalMismatchLine,
            LineTerm::Net,
            number,
            *offset,
            faults,
        );
    }
}

/// Charges less allowances.
fn sum_of_charges(charges: &[ChargeDraft]) -> Option<i128> {
    charges.iter().map(signed).sum()
}

fn signed(charge: &ChargeDraft) -> Option<i128> {
    let cents = cents(*charge.amount.get()?);
    Some(if *charge.is_charge.get()? { cents } else { -cents })
}

fn lines_and_charges(draft: &Draft, faults: &mut Faults) {
    let nets: Option<i128> = draft
        .lines
        .iter()
        .map(|line| line.net.get().copied().map(cents))
        .sum();
    head(
        &draft.lines_total,
        nets,
        FaultCode::TotalMismatchLines,
        HeadTerm::LinesTotal,
        draft,
        faults,
    );

    let charges: Option<Vec<(bool, i128)>> = draft
        .charges
        .iter()
        .map(|charge| Some((*charge.is_charge.get()?, cents(*charge.amount.get()?))))
        .collect();
    let sum = |of_charges: bool| -> Option<i128> {
        let amounts = charges
            .as_ref()?
            .iter()
            .filter(|(is_charge, _)| *is_charge == of_charges);
        Some(amounts.map(|(_, amount)| amount).sum())
    };
    let totals = [
        (
            &draft.allowances_total,
            sum(false),
            FaultCode::TotalMismatchAllowances,
            HeadTerm::AllowancesTotal,
        ),
        (
            &draft.charges_total,
            sum(true),
            FaultCode::TotalMismatchCharges,
            HeadTerm::ChargesTotal,
        ),
    ];
    for (slot, sum, code, term) in totals {
        // An absent total stands for zero.
        let stated = if slot.is_absent() {
            &Slot::Read(Amount::ZERO, draft.offset)
        } else {
            slot
        };
        head(stated, sum, code, term, draft, faults);
    }
}

fn document_totals(draft: &Draft, faults: &mut Faults) {
    let or_zero = |slot: &Slot<Amount>| slot.or(Amount::ZERO).map(cents);
    let given = |slot: &Slot<Amount>| slot.get().copied().map(cents);

    let without_vat = || {
        Some(given(&draft.lines_total)? - or_zero(&draft.allowances_total)? + or_zero(&draft.charges_total)?)
    };
    head(
        &draft.without_vat,
        without_vat(),
        FaultCode::TotalMismatchExclusive,
        HeadTerm::WithoutVat,
        draft,
        faults,
    );
    let with_vat = || Some(given(&draft.without_vat)? + given(&draft.vat)?);
    head(
        &draft.with_vat,
        with_vat(),
        FaultCode::TotalMismatchInclusive,
        HeadTerm::WithVat,
        draft,
        faults,
    );
    let payable = || Some(given(&draft.with_vat)? - or_zero(&draft.prepaid)? + or_zero(&draft.rounding)?);
    head(
        &draft.payable,
        payable(),
        FaultCode::TotalMismatchPayable,
        HeadTerm::Payable,
        draft,
        faults,
    );
}

/// BT-117 is BT-116 × BT-119, rounded half up to the cent; the sums are BT-110 and BT-109.
fn breakdown(draft: &Draft, vats: &Vats, faults: &mut Faults) {
    for (subtotal, vat) in draft.subtotals.iter().zip(&vats.subtotals) {
        if let (Slot::Read(tax, offset), Some(taxable), Some(vat)) =
            (&subtotal.tax, subtotal.taxable.get(), vat)
        {
            let expected = tax_on(*taxable, *vat);
            compare(
                *tax,
                expected,
                FaultCode::TotalMismatchTax,
                SubtotalTerm::Tax,
                0,
                *offset,
                faults,
            );
        }
    }
    if draft.subtotals.is_empty() {
        return;
    }
    let taxes = draft
        .subtotals
        .iter()
        .map(|subtotal| subtotal.tax.get().copied().map(cents))
        .sum();
    head(
        &draft.vat,
        taxes,
        FaultCode::TotalMismatchTaxSum,
        HeadTerm::Vat,
        draft,
        faults,
    );
    let taxables = draft
        .subtotals
        .iter()
        .map(|subtotal| subtotal.taxable.get().copied().map(cents))
        .sum();
    head(
        &draft.without_vat,
        taxables,
        FaultCode::TotalMismatchTaxableSum,
        HeadTerm::WithoutVat,
        draft,
        faults,
    );
}

/// Returns the VAT on an amount, rounded half up to the cent, away from zero (EN 16931 BR-CO-17).
pub(super) fn tax_on(taxable: Amount, vat: Vat) -> i128 {
    let hundredths = cents(taxable) * i128::from(vat.percent());
    let half = if hundredths < 0 { -50 } else { 50 };
    (hundredths + half) / 100
}

/// BT-116 of each category and rate is the sum of its lines, plus its charges, less its allowances.
fn taxable_amounts(draft: &Draft, vats: &Vats, faults: &mut Faults) {
    let Some(mut expected) = by_vat(draft, vats) else {
        return;
    };
    for (subtotal, vat) in draft.subtotals.iter().zip(&vats.subtotals) {
        let Some(vat) = vat else { return };
        let sum = expected.remove(vat).unwrap_or(0);
        if let Slot::Read(taxable, offset) = subtotal.taxable {
            compare(
                taxable,
                sum,
                FaultCode::TotalMismatchTaxable,
                SubtotalTerm::Taxable,
                0,
                offset,
                faults,
            );
        }
    }
    for sum in expected.into_values().filter(|sum| *sum != 0) {
        let site = faults.site(SubtotalTerm::Taxable, 0, draft.offset);
        faults.report(
            site,
            Wrong::from(FaultCode::TotalMismatchTaxable).expected(&Cents(sum)),
        );
    }
}

fn by_vat(draft: &Draft, vats: &Vats) -> Option<BTreeMap<Vat, i128>> {
    let mut sums = BTreeMap::new();
    for (line, vat) in draft.lines.iter().zip(&vats.lines) {
        *sums.entry((*vat)?).or_insert(0) += cents(*line.net.get()?);
    }
    for (charge, vat) in draft.charges.iter().zip(&vats.charges) {
        *sums.entry((*vat)?).or_insert(0) += signed(charge)?;
    }
    Some(sums)
}

fn head(
    stated: &Slot<Amount>,
    expected: Option<i128>,
    code: FaultCode,
    term: HeadTerm,
    draft: &Draft,
    faults: &mut Faults,
) {
    if let (Slot::Read(stated, offset), Some(expected)) = (stated, expected) {
        compare(*stated, expected, code, term, draft.lines.len(), *offset, faults);
    }
}

fn compare(
    stated: Amount,
    expected: i128,
    code: FaultCode,
    term: impl Term,
    line: usize,
    offset: usize,
    faults: &mut Faults,
) {
    if cents(stated) != expected {
        let site = faults.site(term, line, offset);
        faults.report(site, Wrong::found(code, &stated).expected(&Cents(expected)));
    }
}

fn cents(amount: Amount) -> i128 {
    i128::from(amount.cents())
}
