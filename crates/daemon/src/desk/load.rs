//! Bringing to the desk what a document touches: terms and budgets at once, cases and payees in one read.

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use subsidy_domain::budget::{BudgetLine, BudgetLineId};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::{EndToEndId, PackageNumber, PayeeId};
use subsidy_domain::package::PilotPackage;
use subsidy_domain::payee::Payee;
use subsidy_domain::payment::PaymentOrder;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::terms::SchemeTerms;
use subsidy_ledger::{Keys, StreamId};

use super::held::{Held, load, revive};
use super::{CaseRef, Desk, DeskError, waiting};

/// How many streams are read at once. A list may name tens of thousands, and their records take more room than what is made of them.
const STREAMS: usize = 1_000;

/// What is loaded, each with a stream of its own.
enum Wanted<'a> {
    Case(&'a CaseRef),
    Payee(&'a PayeeId),
}

impl Wanted<'_> {
    fn stream(&self) -> StreamId {
        match self {
            Self::Case(case) => StreamId::new(case.kind, case.id.as_str()),
            Self::Payee(payee) => StreamId::new(Payee::TYPE, payee.as_str()),
        }
    }
}

impl Desk {
    pub(super) fn load_terms_and_budgets(&mut self) -> Result<(), DeskError> {
        let streams: Vec<StreamId> = SchemeCode::ALL
            .iter()
            .map(|scheme| StreamId::new(SchemeTerms::TYPE, scheme.as_str()))
            .collect();
        for (scheme, records) in SchemeCode::ALL.iter().zip(self.ledger.streams(&streams)?) {
            let terms = revive::<SchemeTerms>(&records)?;
            self.at
                .insert(StreamId::new(SchemeTerms::TYPE, scheme.as_str()), terms.at);
            if !records.is_empty() {
                self.context.schemes.insert(*scheme, terms.state);
            }
        }
        // Which budget lines there are is read from the view; a line that it does not have yet is loaded when it is first booked.
        let mut keys = Vec::new();
        self.ledger.rows("budget_lines", &Keys::All, &mut |key, _| {
            keys.push(key.to_owned());
        })?;
        for key in keys {
            if let Some(line) = line_of(&key) {
                self.load_line(line)?;
            }
        }
        Ok(())
    }

    /// Who waits for which budget line is read from the view of what waits, and kept from then on.
    pub(super) fn load_queues(&mut self) -> Result<(), DeskError> {
        for waiting in waiting(&self.ledger)? {
            if let Some((budget, _)) = waiting.budget {
                self.context.queues.join(budget, waiting.place);
            }
        }
        Ok(())
    }

    pub(super) fn load_line(&mut self, line: BudgetLineId) -> Result<(), DeskError> {
        if self.lines.contains_key(&line) {
            return Ok(());
        }
        let state = self.standing::<BudgetLine>(&line.to_string())?;
        self.context.budgets.insert(line, state.clone());
        self.lines.insert(line, state);
        Ok(())
    }

    /// Loads the cases and payees that a document touches; what is judged in a case are the lines of all its payees.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn load(
        &mut self,
        cases: &BTreeSet<CaseRef>,
        payees: &BTreeSet<PayeeId>,
    ) -> Result<(), DeskError> {
        self.load_streams(cases, payees)?;
        let others = self.cases.payees(cases);
        self.load_streams(&BTreeSet::new(), &others)?;
        for package in self.cases.packages(cases) {
            self.load_package(&package)?;
        }
        Ok(())
    }

    fn load_streams(
        &mut self,
        cases: &BTreeSet<CaseRef>,
        payees: &BTreeSet<PayeeId>,
    ) -> Result<(), DeskError> {
        let cases = cases.iter().filter(|case| !self.cases.has(case));
        let payees = payees
            .iter()
            .filter(|payee| !self.context.payees.contains_key(payee));
        let wanted: Vec<Wanted<'_>> = cases.map(Wanted::Case).chain(payees.map(Wanted::Payee)).collect();
        for part in wanted.chunks(STREAMS) {
            let streams: Vec<StreamId> = part.iter().map(Wanted::stream).collect();
            let loaded = self.ledger.streams(&streams)?;
            for ((wanted, stream), records) in part.iter().zip(streams).zip(loaded) {
                let decided = self.set_down.of(&stream, &self.appends);
                match wanted {
                    Wanted::Case(case) => self.cases.revive(case, &records, decided)?,
                    Wanted::Payee(payee) => {
                        let mut held = revive::<Payee>(&records)?;
                        held.catch_up(decided)?;
                        let Held { state, at } = held;
                        self.at.insert(stream, at);
                        self.context.payees.insert((*payee).clone(), state);
                    }
                }
            }
        }
        Ok(())
    }

    /// Loads payment orders, in one read.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn load_orders(&mut self, orders: &[&EndToEndId]) -> Result<(), DeskError> {
        let wanted: Vec<String> = orders.iter().map(ToString::to_string).collect();
        let wanted = wanted
            .into_iter()
            .filter(|id| !self.orders.has(id))
            .collect::<Vec<_>>();
        for part in wanted.chunks(STREAMS) {
            let streams: Vec<StreamId> = part
                .iter()
                .map(|id| StreamId::new(PaymentOrder::TYPE, id.as_str()))
                .collect();
            for (stream, records) in streams.iter().zip(self.ledger.streams(&streams)?) {
                let mut held = revive::<PaymentOrder>(&records)?;
                held.catch_up(self.set_down.of(stream, &self.appends))?;
                self.orders.insert(stream.id.clone(), held);
            }
        }
        Ok(())
    }

    /// Loads a package of pilot days.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn load_package(&mut self, package: &PackageNumber) -> Result<(), DeskError> {
        if !self.context.packages.contains_key(package) {
            let state = self.standing::<PilotPackage>(package.as_str())?;
            self.context.packages.insert(package.clone(), state);
        }
        Ok(())
    }

    /// Loads one stream that stays as long as the desk is open.
    pub(super) fn standing<A: Aggregate>(&mut self, id: &str) -> Result<A, DeskError> {
        let Held { state, at } = load::<A>(&self.ledger, id)?;
        self.at.insert(StreamId::new(A::TYPE, id), at);
        Ok(state)
    }
}

fn line_of(key: &str) -> Option<BudgetLineId> {
    let (year, scheme) = key.split_once(':')?;
    Some(BudgetLineId {
        year: FiscalYear::new(year.parse().ok()?),
        scheme: scheme.parse().ok()?,
    })
}
