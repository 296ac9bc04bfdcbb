//! What a claim is judged against: terms, payees, budget lines and packages, as values.
//!
//! The intake holds one and takes in what each decision books, so that the second line of an invoice sees what the first one
//! spent. A claim reads it and never changes it.

use std::collections::BTreeMap;

use crate::budget::{BudgetLine, BudgetLineId, Queues};
use crate::ids::{LineRef, PackageNumber, PayeeId};
use crate::money::Euro;
use crate::package::PilotPackage;
use crate::payee::{Payee, PayeeFacts};
use crate::scheme::SchemeCode;
use crate::terms::SchemeTerms;

/// The present state of everything a claim is judged against.
#[derive(Clone, Debug, Default)]
#[doc(alias = "toetsingskader")]
pub struct Context {
    /// The terms of each scheme.
    pub schemes: BTreeMap<SchemeCode, SchemeTerms>,
    /// The payees.
    pub payees: BTreeMap<PayeeId, Payee>,
    /// The budget lines.
    pub budgets: BTreeMap<BudgetLineId, BudgetLine>,
    /// The packages of pilot days.
    pub packages: BTreeMap<PackageNumber, PilotPackage>,
    /// Who waits for which budget line.
    pub queues: Queues,
    /// Up to which amount of an invoice one approval is enough; nothing: two are always needed.
    pub one_approval_up_to: Option<Euro>,
}

impl Context {
    /// Returns the terms of a scheme.
    #[must_use]
    pub fn scheme(&self, scheme: SchemeCode) -> Option<&SchemeTerms> {
        self.schemes.get(&scheme)
    }

    /// Returns what is registered of a payee.
    #[must_use]
    pub fn payee(&self, payee: &PayeeId) -> Option<&PayeeFacts> {
        self.payees.get(payee).and_then(Payee::facts)
    }

    /// Whether the fund's policy asks no second approval of an invoice that earns so much.
    #[must_use]
    pub fn one_approval_is_enough(&self, invoice_total: Euro) -> bool {
        self.one_approval_up_to.is_some_and(|most| invoice_total <= most)
    }

    /// Returns a budget line that has been touched.
    #[must_use]
    pub fn budget(&self, line: BudgetLineId) -> Option<&BudgetLine> {
        self.budgets.get(&line)
    }

    /// Whether a package has room for the day of a line, or funds it already.
    #[must_use]
    pub fn package_has_room(&self, package: &PackageNumber, line: &LineRef) -> bool {
        self.packages
            .get(package)
            .is_none_or(|held| held.has_room_for(line))
    }
}
