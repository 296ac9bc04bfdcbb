//! The judgement of a line, the same for every scheme: terms, evidence, once only, in time, tariff, VAT, budget.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{AmountRule, Award, Claim, Drawn, Earned, Line, Presented, Rule};
use crate::budget::{Booking, BudgetLineId, Quantity};
use crate::calendar::{self, Allocation, FiscalYear};
use crate::context::Context;
use crate::ids::{LineRef, PayeeId, TariffKey};
use crate::money::Euro;
use crate::payee::ShortPay;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::terms::{SchemeTerms, TariffRef, Terms, VatBasis};

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
        let allocations = allocate(&earned, amount);
        let drawn = self.draw(&earned, scheme, amount);
        self.within_budget(scheme, terms, &allocations, drawn.as_ref())?;

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

    fn within_budget(
        &self,
        scheme: SchemeCode,
        terms: &Terms,
        allocations: &[Allocation],
        drawn: Option<&Drawn>,
    ) -> Result<(), Obstacle> {
        for part in allocations {
            let id = BudgetLineId {
                year: part.year,
                scheme,
            };
            let covered = drawn
                .filter(|drawn| drawn.line == id)
                .map_or(Euro::ZERO, |drawn| drawn.quantity.amount);
            let asked = part.amount - covered;
            if let Some(budget) = self.context.budget(id)
                && !asked.is_zero()
            {
                let booked = self.booked.get(&id).copied().unwrap_or_default();
                budget.after(booked).admit(terms.budget_policy, asked)?;
            }
        }
        Ok(())
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

/// E9: on or after the day from which a claim is late it waits for an officer.
fn in_time(held: &Line, terms: &Terms, earned: &Earned) -> Result<(), Obstacle> {
    let late_from = terms.late_from.and_then(|late| late.after(earned.performed_on));
    match late_from {
        Some(late_from) if held.presented.received_on >= late_from => {
            let reason = Reason::Late {
                late_from,
                received_on: held.presented.received_on,
            };
            if held.allowed.iter().any(|code| code == reason.code()) {
                Ok(())
            } else {
                Err(Obstacle::Waits(reason))
            }
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
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::budget::Budget;
    use crate::claim::LineState;
    use crate::payee::PayeeFacts;
    use crate::schemes::evc::{EvcCertificate, EvcRule};
    use crate::story::{Story, again, credit};
    use crate::terms::{BudgetPolicy, TermsCommand};
    use crate::testkit::{self, SCHOOL, euro};

    const ISSUED: Date = date(2023, 5, 10);
    const TAXED: &str = "kvk:90000005";

    fn certificate(standard: &str) -> EvcCertificate {
        EvcCertificate {
            standard: standard.to_owned(),
            issued_on: ISSUED,
            provider_recognised: true,
            in_sector: true,
        }
    }

    fn line(standard: &str, certificate: &str, invoice: &str) -> Presented {
        let line = testkit::line(&format!("EVC/{standard}"), certificate, ISSUED, "1350.00");
        again(&line, SCHOOL, invoice, "1")
    }

    /// Three certificates, and budget for two.
    fn two_of_three(policy: BudgetPolicy) -> (Story<EvcRule>, [Presented; 3]) {
        let mut context = testkit::context();
        testkit::adopt(
            &mut context,
            SchemeCode::Evc,
            &TermsCommand::Adopt(testkit::terms(policy)),
        );
        testkit::budget(&mut context, SchemeCode::Evc, Some(2), "2700.00");
        let mut story = Story::within(context);
        for (number, standard) in [("C-1", "APK"), ("C-2", "EAT"), ("C-3", "SVT")] {
            story.evidence(number, 1, certificate(standard));
        }
        let lines = [
            line("APK", "C-1", "F-1"),
            line("EAT", "C-2", "F-2"),
            line("SVT", "C-3", "F-3"),
        ];
        for line in &lines {
            story.present(line);
        }
        (story, lines)
    }

    fn short() -> Reason {
        Reason::Budget {
            available: Euro::ZERO,
            asked: euro("1350.00"),
        }
    }

    #[test]
    fn e15_block_refuses_what_is_beyond_the_budget() {
        let (story, [first, second, third]) = two_of_three(BudgetPolicy::Block);
        assert_eq!(story.earned(&first) + story.earned(&second), euro("2700.00"));
        assert_eq!(story.rejected_for(&third), short());
    }

    #[test]
    fn e15_warn_awards_beyond_the_budget_and_records_the_overrun() {
        let (story, [_, _, third]) = two_of_three(BudgetPolicy::Warn);
        assert_eq!(story.earned(&third), euro("1350.00"));
        let Some(crate::budget::BudgetEvent::BudgetExceeded { beyond, .. }) = story.booked.last() else {
            panic!("{:?}", story.booked)
        };
        assert_eq!(*beyond, Quantity::one(euro("1350.00")));
    }

    #[test]
    fn e15_queue_waits_for_an_amendment_and_then_goes_first_in_first_out() {
        let (mut story, [_, _, third]) = two_of_three(BudgetPolicy::Queue);
        assert_eq!(story.waits_for(&third), short());
        let fourth = line("XYZ", "C-4", "F-4");
        let fourth = Presented {
            invoice_date: date(2023, 5, 18),
            ..fourth
        };
        story.evidence("C-4", 1, certificate("XYZ")).present(&fourth);
        let amendment = crate::budget::BudgetCommand::Amend {
            change: Quantity::one(euro("1350.00")),
            counterpart: None,
            decision: "B-2023-05".parse().expect("a reference"),
            decided_on: date(2023, 6, 1),
        };
        story.book(crate::story::budget_line(2023, SchemeCode::Evc), &amendment);
        story.reassess();
        assert_eq!(
            story.earned(&fourth),
            euro("1350.00"),
            "its invoice is of an earlier day"
        );
        assert_eq!(
            story.waits_for(&third),
            short(),
            "one amendment is spent once, also within one decision"
        );
    }

    #[test]
    fn e15_pro_rata_waits_until_the_budget_is_divided() {
        let (story, lines) = two_of_three(BudgetPolicy::ProRata);
        for line in &lines {
            let reason = Reason::Budget {
                available: euro("2700.00"),
                asked: euro("1350.00"),
            };
            assert_eq!(story.waits_for(line), reason);
        }
    }

    #[test]
    fn e15_what_a_credit_gives_back_is_there_for_who_waits() {
        let (mut story, [first, _, third]) = two_of_three(BudgetPolicy::Queue);
        story.present(&credit(&first, "N-1", "1350.00"));
        assert_eq!(story.earned(&third), euro("1350.00"));
    }

    #[test]
    fn e15_a_line_without_a_budget_is_awarded_under_every_policy() {
        for policy in [
            BudgetPolicy::Block,
            BudgetPolicy::Warn,
            BudgetPolicy::Queue,
            BudgetPolicy::ProRata,
        ] {
            let mut context = testkit::context();
            testkit::adopt(
                &mut context,
                SchemeCode::Evc,
                &TermsCommand::Adopt(testkit::terms(policy)),
            );
            let mut story = Story::<EvcRule>::within(context);
            let asked = line("APK", "C-1", "F-1");
            story.evidence("C-1", 1, certificate("APK")).present(&asked);
            assert_eq!(
                story.earned(&asked),
                euro("1350.00"),
                "no budget is not a budget of zero"
            );
        }
    }

    #[test]
    fn a_budget_of_zero_is_a_budget() {
        let mut context = testkit::context();
        testkit::adopt(
            &mut context,
            SchemeCode::Evc,
            &TermsCommand::Adopt(testkit::terms(BudgetPolicy::Block)),
        );
        testkit::budget(&mut context, SchemeCode::Evc, None, "0.00");
        let mut story = Story::<EvcRule>::within(context);
        let asked = line("APK", "C-1", "F-1");
        story.evidence("C-1", 1, certificate("APK")).present(&asked);
        assert_eq!(story.rejected_for(&asked), short());
        let budget = story.budget(2023, SchemeCode::Evc).budget();
        assert_eq!(
            budget,
            Some(Budget {
                units: None,
                amount: Euro::ZERO
            })
        );
    }

    fn vat_story(basis: VatBasis) -> (Story<EvcRule>, Presented, Presented) {
        let mut context = testkit::context();
        let terms = Terms {
            vat_basis: basis,
            ..testkit::terms(BudgetPolicy::Warn)
        };
        testkit::adopt(&mut context, SchemeCode::Evc, &TermsCommand::Adopt(terms));
        testkit::register(
            &mut context,
            PayeeFacts {
                vat_exempt: false,
                ..testkit::school(TAXED, "99CC")
            },
        );
        let mut story = Story::within(context);
        story
            .evidence("C-1", 1, certificate("APK"))
            .evidence("C-2", 1, certificate("EAT"));
        let charged = |line: Presented| Presented {
            claimed: euro("1000.00"),
            vat: euro("210.00"),
            ..line
        };
        let exempt = charged(line("APK", "C-1", "F-1"));
        let taxed = charged(again(&line("EAT", "C-2", "F-1"), TAXED, "X-1", "1"));
        story.present(&exempt).present(&taxed);
        (story, exempt, taxed)
    }

    #[test]
    fn e19_vat_is_left_out_and_shown_where_the_scheme_does_not_bear_it() {
        let (story, exempt, taxed) = vat_story(VatBasis::Exclusive);
        for line in [exempt, taxed] {
            let award = story.award(&line);
            assert_eq!(award.amount, euro("1000.00"));
            assert!(
                award
                    .remarks
                    .contains(&Reason::VatUnexpected { vat: euro("210.00") })
            );
        }
    }

    #[test]
    fn e19_vat_is_borne_where_the_scheme_bears_it_but_not_of_an_exempt_payee() {
        let (story, exempt, taxed) = vat_story(VatBasis::Inclusive);
        assert_eq!(story.earned(&taxed), euro("1210.00"));
        assert_eq!(story.award(&taxed).claimed, euro("1210.00"));
        assert_eq!(story.earned(&exempt), euro("1000.00"));
        assert!(
            story
                .award(&exempt)
                .remarks
                .contains(&Reason::VatUnexpected { vat: euro("210.00") })
        );
    }

    #[test]
    fn e13_a_credit_takes_back_the_vat_that_was_borne() {
        let (mut story, _, taxed) = vat_story(VatBasis::Inclusive);
        let mut half = credit(&taxed, "N-1", "500.00");
        half.vat = euro("105.00");
        story.present(&half);
        assert_eq!(story.earned(&taxed), euro("605.00"));
    }

    #[test]
    fn a_scheme_that_closes_still_pays_what_was_earned_while_it_was_open() {
        let mut context = testkit::context();
        let terms = Terms {
            closes_on: Some(ISSUED),
            ..testkit::terms(BudgetPolicy::Warn)
        };
        testkit::adopt(&mut context, SchemeCode::Evc, &TermsCommand::Adopt(terms));
        let mut story = Story::<EvcRule>::within(context);
        let last = line("APK", "C-1", "F-1");
        let after = EvcCertificate {
            issued_on: date(2023, 5, 11),
            ..certificate("EAT")
        };
        let late = line("EAT", "C-2", "F-2");
        story
            .evidence("C-1", 1, certificate("APK"))
            .evidence("C-2", 1, after)
            .present(&last)
            .present(&late);
        assert_eq!(story.earned(&last), euro("1350.00"));
        assert_eq!(story.rejected_for(&late).code(), "SCHEME_NOT_OPEN");
    }

    #[test]
    fn a_scheme_without_terms_or_tariff_waits_for_them() {
        let mut context = testkit::context();
        context.schemes.remove(&SchemeCode::Evc);
        let mut story = Story::<EvcRule>::within(context);
        let asked = line("APK", "C-1", "F-1");
        story.evidence("C-1", 1, certificate("APK")).present(&asked);
        assert_eq!(story.waits_for(&asked), Reason::NoTerms {});
        let terms = TermsCommand::Adopt(testkit::terms(BudgetPolicy::Warn));
        testkit::adopt(&mut story.context, SchemeCode::Evc, &terms);
        story.reassess();
        assert_eq!(story.waits_for(&asked), Reason::NoTariff { basis_date: ISSUED });
        let tariff = testkit::tariff(SchemeCode::Evc, "*", "2023", "1350.00", ISSUED, None);
        testkit::adopt(
            &mut story.context,
            SchemeCode::Evc,
            &TermsCommand::AdoptTariff(tariff),
        );
        story.reassess();
        assert!(matches!(story.state(&asked), LineState::Matched { .. }));
    }
}
