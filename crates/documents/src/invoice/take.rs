//! Puts each term that is found where it belongs in the draft.

use super::draft::{ChargeDraft, Draft, Faults, LineDraft, Slot, SubtotalDraft};
use super::terms::{AttributeTerm, ChargeTerm, HeadTerm, LineChargeTerm, LineTerm, SubtotalTerm};
use super::value;
use crate::identifier::LearnerNumber;

/// The name of the attribute with the number of the learner (section 1.2).
pub(super) const LEARNER: &str = "kandidaat";
/// The name of the attribute with the number of the evidence.
pub(super) const EVIDENCE: &str = "bewijs";
/// The name of the attribute with the line that is credited.
const CREDITED_LINE: &str = "factuurregel";

/// A text in the document, and what its element says about it.
pub(super) struct Leaf<'t> {
    pub(super) text: &'t str,
    pub(super) offset: usize,
    /// The line it stands on, from 1.
    pub(super) line: usize,
    pub(super) scheme: Option<&'t str>,
    pub(super) has_currency: bool,
}

impl Draft {
    pub(super) fn take(&mut self, term: HeadTerm, leaf: &Leaf<'_>, faults: &mut Faults) {
        let site = faults.site(term, leaf.line, leaf.offset);
        let text = leaf.text;
        let amount = |slot: &mut Slot<_>, faults: &mut Faults| {
            slot.keep(value::amount(text, leaf.has_currency), site, faults);
        };
        match term {
            HeadTerm::Specification => self.specification.keep(value::specification(text), site, faults),
            HeadTerm::Number => self.number.keep(value::line_of_text(text), site, faults),
            HeadTerm::IssueDate => self.issue_date.keep(value::date(text), site, faults),
            HeadTerm::TaxPoint => self.tax_point.keep(value::date(text), site, faults),
            HeadTerm::TypeCode => self
                .type_code
                .keep(value::type_code(text, faults.kind()), site, faults),
            HeadTerm::Currency => self.currency.keep(value::euro(text), site, faults),
            HeadTerm::BuyerReference => self.buyer_reference.keep(value::line_of_text(text), site, faults),
            HeadTerm::PrecedingNumber => self
                .preceding_number
                .keep(value::line_of_text(text), site, faults),
            HeadTerm::PrecedingDate => self.preceding_date.keep(value::date(text), site, faults),
            HeadTerm::SellerName => self.seller_name.keep(value::line_of_text(text), site, faults),
            HeadTerm::SellerId => {
                self.parties.extend(value::number_in_party_id(text));
                self.seller_id.keep(value::party(text, leaf.scheme), site, faults);
            }
            HeadTerm::SellerTaxId => {
                self.parties.extend(value::number_in_tax_id(text));
                self.tax_id = Some((text.to_owned(), leaf.offset));
            }
            HeadTerm::SellerTaxScheme => {
                if let (true, Some((id, offset))) = (text == "VAT", self.tax_id.take()) {
                    let site = faults.site(HeadTerm::SellerTaxId, 0, offset);
                    self.seller_vat_id.keep(value::tax_id(&id), site, faults);
                }
            }
            HeadTerm::BuyerId => {
                self.parties.extend(value::number_in_party_id(text));
                self.buyer.keep(value::party(text, leaf.scheme), site, faults);
            }
            HeadTerm::BuyerTaxId => self.parties.extend(value::number_in_tax_id(text)),
            HeadTerm::Account => match value::iban(text) {
                Ok(iban) if self.known_accounts.contains(&iban) => {}
                Ok(iban) => {
                    self.known_accounts.insert(iban.clone());
                    self.accounts.push(iban);
                }
                Err(wrong) => faults.report(site, wrong),
            },
            HeadTerm::LinesTotal => amount(&mut self.lines_total, faults),
            HeadTerm::AllowancesTotal => amount(&mut self.allowances_total, faults),
            HeadTerm::ChargesTotal => amount(&mut self.charges_total, faults),
            HeadTerm::WithoutVat => amount(&mut self.without_vat, faults),
            HeadTerm::Vat => amount(&mut self.vat, faults),
            HeadTerm::WithVat => amount(&mut self.with_vat, faults),
            HeadTerm::Prepaid => amount(&mut self.prepaid, faults),
            HeadTerm::Rounding => amount(&mut self.rounding, faults),
            HeadTerm::Payable => amount(&mut self.payable, faults),
        }
    }
}

impl ChargeDraft {
    pub(super) fn take(&mut self, term: ChargeTerm, leaf: &Leaf<'_>, faults: &mut Faults) {
        let site = faults.site(term, leaf.line, leaf.offset);
        match term {
            ChargeTerm::Indicator => self.is_charge.keep(value::indicator(leaf.text), site, faults),
            ChargeTerm::Amount => self
                .amount
                .keep(value::amount(leaf.text, leaf.has_currency), site, faults),
            ChargeTerm::Category => self.category.keep(value::category(leaf.text), site, faults),
            ChargeTerm::Rate => self.rate.keep(value::decimal(leaf.text), site, faults),
        }
    }

    pub(super) fn take_on_line(&mut self, term: LineChargeTerm, leaf: &Leaf<'_>, faults: &mut Faults) {
        let site = faults.site(term, leaf.line, leaf.offset);
        match term {
            LineChargeTerm::Indicator => self.is_charge.keep(value::indicator(leaf.text), site, faults),
            LineChargeTerm::Amount => {
                self.amount
                    .keep(value::amount(leaf.text, leaf.has_currency), site, faults);
            }
        }
    }
}

impl SubtotalDraft {
    pub(super) fn take(&mut self, term: SubtotalTerm, leaf: &Leaf<'_>, faults: &mut Faults) {
        let site = faults.site(term, leaf.line, leaf.offset);
        match term {
            SubtotalTerm::Taxable => {
                self.taxable
                    .keep(value::amount(leaf.text, leaf.has_currency), site, faults);
            }
            SubtotalTerm::Tax => self
                .tax
                .keep(value::amount(leaf.text, leaf.has_currency), site, faults),
            SubtotalTerm::Category => self.category.keep(value::category(leaf.text), site, faults),
            SubtotalTerm::Rate => self.rate.keep(value::decimal(leaf.text), site, faults),
        }
    }
}

impl LineDraft {
    pub(super) fn take(&mut self, term: LineTerm, leaf: &Leaf<'_>, faults: &mut Faults) {
        let site = faults.site(term, leaf.line, leaf.offset);
        let text = leaf.text;
        match term {
            LineTerm::Id => self.id.keep(value::line_of_text(text), site, faults),
            LineTerm::Quantity => self.quantity.keep(value::decimal(text), site, faults),
            LineTerm::Net => self
                .net
                .keep(value::amount(text, leaf.has_currency), site, faults),
            LineTerm::PeriodStart => self.start.keep(value::date(text), site, faults),
            LineTerm::PeriodEnd => self.end.keep(value::date(text), site, faults),
            LineTerm::Price => self
                .price
                .keep(value::price(text, leaf.has_currency), site, faults),
            LineTerm::BaseQuantity => self.base_quantity.keep(value::decimal(text), site, faults),
            LineTerm::Category => self.category.keep(value::category(text), site, faults),
            LineTerm::Rate => self.rate.keep(value::decimal(text), site, faults),
            LineTerm::ItemCode => self.item_code.keep(value::line_of_text(text), site, faults),
        }
    }

    /// Takes an attribute of the line with this number; an empty value or an unknown name means nothing.
    pub(super) fn take_attribute(
        &mut self,
        name: &str,
        value: &str,
        number: usize,
        offset: usize,
        faults: &mut Faults,
    ) {
        let mut site = faults.site(AttributeTerm::Value, number, offset);
        let value = match value {
            "" => return,
            value => value::line_of_text(value),
        };
        match name {
            LEARNER => {
                site.attribute = Some(LEARNER);
                self.learner.keep(value.map(LearnerNumber::new), site, faults);
            }
            EVIDENCE => {
                site.attribute = Some(EVIDENCE);
                self.evidence.keep(value, site, faults);
            }
            CREDITED_LINE => {
                site.attribute = Some(CREDITED_LINE);
                self.credits_line.keep(value, site, faults);
            }
            _ => {}
        }
    }
}
