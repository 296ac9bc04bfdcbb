//! The judgement of a line, the same for every scheme: terms, evidence, once only, in time, tariff, VAT, budget.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{AmountRule, Award, Claim, Drawn, Earned, Line, Presented, Rule};
use crate::budget::{Booking, BudgetLineId, Quantity};
use crate::calendar::{self, Allocation, FiscalYear};
use crate::context::Context;
use crate::ids::{LineRef, PayeeId, TariffKey};
use crate::money::Euro;
use crate::payee::{PayeeFacts, ShortPay};
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::terms::{BudgetPolicy, SchemeTerms, TariffRef, Terms, VatBasis};

/// A judgement: a case, what it is judged against, what the decision at hand has booked already, and the day.
pub(super) struct Assessment<'a, R: Rule> {
    pub(super) case: &'a Claim<R>,
    pub(super) context: &'a Context,
    pub(super) booked: &'a BTreeMap<BudgetLineId, Booking>,
    pub(super) decided_on: Date,
}

impl<R: Rule> Assessment<'_, R> {
    /// Judges one line, in the order in which an officer would.
    pub(super) fn of(&self, held: &Line) -> Result<Award, Obstacle> {
        let line = &held.presented;
        let scheme = line.item.scheme;
        let payee = self
            .context
            .payee(&line.line.payee)
            .ok_or(Obstacle::Waits(Reason::PayeeUnknown {}))?;
        on_known_account(held, payee)?;
        let scheme_terms = self
            .context
            .scheme(scheme)
            .ok_or(Obstacle::Waits(Reason::NoTerms {}))?;
        let terms = scheme_terms.terms().ok_or(Obstacle::Waits(Reason::NoTerms {}))?;
        if line.performed_on < terms.opens_on {
            return not_open(terms, line.performed_on);
        }

        let earned = R::assess(self.case, line, self.context)?;
        if !terms.open_on(earned.basis_date) {
            return not_open(terms, earned.basis_date);
        }
        self.only_once(line, scheme, &earned)?;
        in_time(held, terms, &earned)?;

        let mut remarks = Vec::new();
        let (full, tariff) = match &earned.amount {
            AmountRule::Tariff(key) => {
                let (amount, version) = tariff_on(scheme_terms, key, earned.basis_date)?;
                (amount, Some(version))
            }
            AmountRule::UpTo(most) => (*most, None),
        };
        if !line.vat.is_zero() && !bears_vat(scheme, &line.line.payee, self.context) {
            remarks.push(Reason::VatUnexpected { vat: line.vat });
        }
        let asked = asked(line, scheme, self.context);
        if tariff.is_none() {
            let beyond = Reason::MoreThanGranted { open: full, asked };
            match full {
                Euro::ZERO => return Err(Obstacle::Bars(beyond)),
                full if asked > full => remarks.push(beyond),
                _ => {}
            }
        } else if asked != full {
            let difference = Reason::TariffDiff {
                claimed: asked,
                tariff: full,
            };
            match payee.on_difference {
                _ if asked.is_zero() => return Err(Obstacle::Bars(difference)),
                ShortPay::Return if asked > full => return Err(Obstacle::Bars(difference)),
                ShortPay::Return | ShortPay::ToTariff => remarks.push(difference),
            }
        }
        let amount = asked.min(full);
        let drawn = self.draw(&earned, scheme, amount);
        let allocations = self.borne(held, terms, allocate(&earned, amount), drawn.as_ref())?;
        let share: Euro = allocations.iter().map(|part| part.amount).sum();
        let drawn = drawn
            .filter(|_| share == amount)
            .or_else(|| self.draw(&earned, scheme, share));
        if share < amount {
            let shared = Reason::Shared { asked: amount, share };
            if share.is_zero() {
                return Err(Obstacle::Bars(shared));
            }
            remarks.push(shared);
        }
        let amount = share;

        Ok(Award {
            scheme,
            entitlement: earned.entitlement,
            category: earned.category,
            evidence: earned.evidence,
            application: earned.application,
            tariff,
            performed_on: earned.performed_on,
            basis_date: earned.basis_date,
            invoice_date: line.invoice_date,
            decided_on: self.decided_on,
            claimed: asked,
            amount,
            allocations,
            drawn,
            package: earned.package,
            remarks,
        })
    }

    /// I3, I13: one entitlement, one payment. The line that stands is named.
    fn only_once(&self, line: &Presented, scheme: SchemeCode, earned: &Earned) -> Result<(), Obstacle> {
        let standing = self.case.lines().find_map(|other| {
            let award = other.state.award()?;
            R::excludes(award, earned, self.context).then(|| (other.presented.line.clone(), award))
        });
        let Some((first, award)) = standing else {
            return Ok(());
        };
        Err(Obstacle::Bars(if award.scheme != scheme {
            Reason::Cumulation {
                first,
                scheme: award.scheme,
            }
        } else if award.entitlement != earned.entitlement {
            Reason::SameContent { first }
        } else {
            duplicate_of(first, &line.line)
        }))
    }

    fn draw(&self, earned: &Earned, scheme: SchemeCode, amount: Euro) -> Option<Drawn> {
        let held = self.case.application(earned.application.as_ref()?)?;
        let amount = amount.min(held.open);
        if held.open.is_zero() {
            return None;
        }
        let line = BudgetLineId {
            year: held.application.year,
            scheme,
        };
        Some(Drawn {
            line,
            quantity: Quantity::one(amount),
        })
    }

    /// I8, E15: what each year bears: all that is asked of it, or, of a budget that the board divided, the line's share.
    fn borne(
        &self,
        held: &Line,
        terms: &Terms,
        mut allocations: Vec<Allocation>,
        drawn: Option<&Drawn>,
    ) -> Result<Vec<Allocation>, Obstacle> {
        let policy = terms.budget_policy;
        for part in &mut allocations {
            let id = BudgetLineId {
                year: part.year,
                scheme: held.presented.item.scheme,
            };
            let covered = drawn
                .filter(|drawn| drawn.line == id)
                .map_or(Euro::ZERO, |drawn| drawn.quantity.amount);
            let wanted = part.amount - covered;
            let Some(budget) = self.context.budget(id).filter(|_| wanted > Euro::ZERO) else {
                continue;
            };
            let (asked, turn) = match policy {
                BudgetPolicy::Block | BudgetPolicy::Warn => (wanted, true),
                BudgetPolicy::Queue => {
                    let turn = self.case.has_turn(held, id, self.decided_on, self.context);
                    (wanted, turn)
                }
                BudgetPolicy::ProRata => held
                    .share_of(id)
                    .map_or((wanted, false), |share| (wanted.min(share), true)),
            };
            let booked = self.booked.get(&id).copied().unwrap_or_default();
            budget.after(booked).admit(id, policy, asked, turn)?;
            part.amount -= wanted - asked;
        }
        Ok(allocations)
    }
}

/// I6: the version that holds on the basis date sets the amount.
fn tariff_on(terms: &SchemeTerms, key: &TariffKey, basis_date: Date) -> Result<(Euro, TariffRef), Obstacle> {
    let version = terms
        .tariff(key, basis_date)
        .ok_or(Obstacle::Waits(Reason::NoTariff { basis_date }))?;
    let reference = TariffRef {
        scheme: version.scheme,
        key: version.key.clone(),
        version: version.version.clone(),
        provenance: version.provenance,
    };
    Ok((version.amount, reference))
}

fn not_open<T>(terms: &Terms, day: Date) -> Result<T, Obstacle> {
    Err(Obstacle::Bars(Reason::SchemeNotOpen {
        opens_on: Some(terms.opens_on),
        basis_date: day,
    }))
}

/// Returns what a line asks of a scheme: with VAT where the scheme bears it.
pub(super) fn asked(line: &Presented, scheme: SchemeCode, context: &Context) -> Euro {
    if bears_vat(scheme, &line.line.payee, context) {
        line.claimed + line.vat
    } else {
        line.claimed
    }
}

/// E19: VAT is borne where the terms of the scheme say so, and of a payee that may charge it.
fn bears_vat(scheme: SchemeCode, payee: &PayeeId, context: &Context) -> bool {
    let inclusive = context
        .scheme(scheme)
        .and_then(SchemeTerms::terms)
        .is_some_and(|terms| terms.vat_basis == VatBasis::Inclusive);
    inclusive && context.payee(payee).is_some_and(|payee| !payee.vat_exempt)
}

/// E18: an account never comes from an invoice; one that asks for another than is registered waits for an officer who called back.
fn on_known_account(held: &Line, payee: &PayeeFacts) -> Result<(), Obstacle> {
    let mut accounts = held.presented.accounts.iter();
    match accounts.find(|account| **account != payee.iban).cloned() {
        Some(account) => unless_allowed(held, Reason::IbanChanged { account }),
        None => Ok(()),
    }
}

/// What an officer allowed does not stand in the way any more.
fn unless_allowed(held: &Line, reason: Reason) -> Result<(), Obstacle> {
    if held.allowed.iter().any(|code| code == reason.code()) {
        Ok(())
    } else {
        Err(Obstacle::Waits(reason))
    }
}

/// E9: on or after the day from which a claim is late it waits for an officer.
fn in_time(held: &Line, terms: &Terms, earned: &Earned) -> Result<(), Obstacle> {
    let late_from = terms.late_from.and_then(|late| late.after(earned.performed_on));
    match late_from {
        Some(late_from) if held.presented.received_on >= late_from => {
            let reason = Reason::Late {
                late_from,
                received_on: held.presented.received_on,
            };
            unless_allowed(held, reason)
        }
        Some(_) | None => Ok(()),
    }
}

fn duplicate_of(first: LineRef, line: &LineRef) -> Reason {
    if first.payee != line.payee {
        Reason::DuplicateOtherPayee {
            first: Some(first),
            booked_by: None,
        }
    } else if first.invoice.normalised() == line.invoice.normalised() {
        Reason::DuplicateLine { first }
    } else {
        Reason::DuplicateInvoice { first }
    }
}

fn allocate(earned: &Earned, amount: Euro) -> Vec<Allocation> {
    match earned.spread {
        Some((from, until)) => calendar::by_months(amount, 1, from, until),
        None => vec![Allocation {
            year: FiscalYear::of(earned.performed_on),
            units: 1,
            amount,
        }],
    }
}

#[cfg(test)]
mod tests;
