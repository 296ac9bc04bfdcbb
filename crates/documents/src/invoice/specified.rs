//! Whether the list of lines that is attached to an invoice says what the invoice says.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::terms::{HeadTerm, SubtotalTerm, Term};
use super::totals::Vats;
use super::{Invoice, InvoiceKind, Vat};
use crate::amount::{Amount, Cents};
use crate::fault::{Fault, FaultCode};
use crate::place::Place;

/// What the list says otherwise: kind, number, sender, totals and the amounts by VAT must be the same.
///
/// What is missing or faulty in the invoice itself is not compared.
pub(super) fn differences(kind: InvoiceKind, draft: &Draft, vats: &Vats, list: &Invoice) -> Vec<Fault> {
    let mut found = Vec::new();
    let mut compare = |term: &str, listed: String, said: Option<String>| {
        if let Some(said) = said.filter(|said| *said != listed) {
            let fault = Fault::new(FaultCode::SpecificationDiffers, Place::Document);
            found.push(fault.field(term).found(listed).expected(said));
        }
    };
    let type_of = |kind: InvoiceKind| match kind {
        InvoiceKind::Invoice => "380".to_owned(),
        InvoiceKind::CreditNote => "381".to_owned(),
    };
    compare(
        HeadTerm::TypeCode.number(),
        type_of(list.kind),
        Some(type_of(kind)),
    );
    compare(
        HeadTerm::Number.number(),
        list.number.clone(),
        draft.number.get().cloned(),
    );
    let seller = draft.seller_id.get().map(ToString::to_string);
    compare(HeadTerm::SellerId.number(), list.seller.id.to_string(), seller);
    let amount = |amount: Option<&Amount>| amount.map(ToString::to_string);
    for (term, listed, said) in [
        (
            HeadTerm::WithoutVat,
            list.totals.without_vat,
            draft.without_vat.get(),
        ),
        (HeadTerm::Vat, list.totals.vat, draft.vat.get()),
        (HeadTerm::WithVat, list.totals.with_vat, draft.with_vat.get()),
    ] {
        compare(term.number(), listed.to_string(), amount(said));
    }
    if let Some(mut said) = by_vat(draft, vats) {
        for listed in &list.vat_breakdown {
            let said = said.remove(&listed.vat).unwrap_or(0);
            let said = Cents(said).to_string();
            compare(
                SubtotalTerm::Taxable.number(),
                listed.taxable.to_string(),
                Some(said),
            );
        }
        for left in said.into_values().filter(|left| *left != 0) {
            compare(
                SubtotalTerm::Taxable.number(),
                Amount::ZERO.to_string(),
                Some(Cents(left).to_string()),
            );
        }
    }
    found
}

/// The amounts of the invoice by VAT; `None` when one is missing.
fn by_vat(draft: &Draft, vats: &Vats) -> Option<BTreeMap<Vat, i128>> {
    let mut sums = BTreeMap::new();
    for (subtotal, vat) in draft.subtotals.iter().zip(&vats.subtotals) {
        *sums.entry((*vat)?).or_insert(0) += i128::from(subtotal.taxable.get()?.cents());
    }
    Some(sums)
}
