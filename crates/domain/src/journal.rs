//! The journal: what was recorded, as double entry. Each event gives at most one entry, each entry balances, and what it says stands in the event.
//!
//! An entry is effective on the day that the event names, which is not always the day on which it was recorded. What a line costs is booked on
//! the day of the decision and carries the year of performance; the other side moves from account to account until the bank has paid:
//!
//! | what happened | debit | credit |
//! |---|---|---|
//! | a line is matched | granted subsidies; of a year before that of the decision: invoices to receive | awaiting approval |
//! | it is approved | awaiting approval | approved |
//! | it is cut, reversed or credited | awaiting approval, or approved | as it was matched; after the year of the decision: corrections of earlier years |
//! | it is ordered | approved | money under way |
//! | the bank pays | money under way | bank |
//! | the bank gives back | bank | money under way |
//! | the line is unpaid | money under way | approved; clawbacks, for what need not come back any more |
//! | a clawback is opened | clawbacks | approved |
//! | it is received or offset | money under way | clawbacks |
//! | it is written off | clawbacks written off | clawbacks |
//! | a transaction is not explained | bank | unexplained |
//!
//! The bank is booked from its statements alone, and lines from their cases: in between is the money under way. It is nothing when all is settled.

mod account;
mod bank;
mod line;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub use self::account::{Account, Statement};
use crate::calendar::FiscalYear;
use crate::claim::EntryRef;
use crate::claim::event::comes_before_award;
use crate::ids::{BatchNumber, EndToEndId, LineRef, PayeeId, Subject};
use crate::money::Euro;
use crate::period::{PeriodEvent, PeriodId};
use crate::recorded::{Event, Family, Recorded};
use crate::scheme::SchemeCode;

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(alias = "journaalpost")]
pub struct Entry {
    /// The position of the event in the ledger: the number of the entry.
    pub position: u64,
    /// The day on which it is effective.
    pub on: Date,
    /// What happened: the name under which the event is stored.
    pub what: &'static str,
    /// Who did it, where the event names one.
    pub actor: Option<Subject>,
    /// The papers that it leads to.
    pub reference: Reference,
    /// Its lines, at least two. They add up to nothing.
    pub lines: Vec<Posting>,
}

/// A line of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(alias = "journaalregel")]
pub struct Posting {
    /// The account.
    pub account: Account,
    /// How much: debit is positive, credit negative.
    pub amount: Euro,
    /// The scheme; none on what is the bank's: one transaction may be of several.
    pub scheme: Option<SchemeCode>,
    /// The year of performance, of what is granted.
    pub year: Option<FiscalYear>,
    /// The payee.
    pub payee: Option<PayeeId>,
}

/// The papers that an entry leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "boekstuk")]
pub struct Reference {
    /// The line of an invoice.
    pub line: Option<LineRef>,
    /// The batch.
    pub batch: Option<BatchNumber>,
    /// The payment order.
    pub order: Option<EndToEndId>,
    /// The transaction of a statement; of a statement as a whole, number 0.
    pub statement: Option<EntryRef>,
}

impl Entry {
    /// Whether an event of this family and type may give an entry: asked before an event is decoded.
    #[must_use]
    pub fn may_come_of(family: Family, event_type: &str) -> bool {
        match family {
            Family::Claim => {
                let moves_nothing = matches!(
                    event_type,
                    "LineHeld" | "LineResumed" | "LinePaid" | "ClawbackAnnounced"
                );
                !moves_nothing && !comes_before_award(event_type)
            }
            Family::Statement | Family::Account => true,
            Family::Terms
            | Family::Budget
            | Family::Payee
            | Family::Package
            | Family::Invoice
            | Family::Document
            | Family::Counter
            | Family::Fund
            | Family::Batch
            | Family::Order
            | Family::Sample => false,
            Family::Period => event_type == "PeriodClosed",
        }
    }

    /// Returns the entry of an event; none when it moves no money.
    #[must_use]
    pub fn of(recorded: &Recorded) -> Option<Self> {
        let entry = match &recorded.event {
            Event::Claim(event) => line::entry(event),
            Event::Statement(event) => bank::of_statement(event),
            Event::Account(event) => bank::of_account(event),
            Event::Period(event) => year_end(event),
            Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Invoice(_)
            | Event::Document(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Sample(_) => None,
        }?;
        let mut entry = Self {
            position: recorded.position,
            ..entry
        };
        entry.lines.retain(|line| !line.amount.is_zero());
        (!entry.lines.is_empty()).then_some(entry)
    }

    /// Returns what its lines add up to: nothing, or it is no entry.
    #[must_use]
    pub fn balance(&self) -> Euro {
        self.lines.iter().map(|line| line.amount).sum()
    }

    fn new(what: &'static str, on: Date) -> Self {
        Self {
            position: 0,
            on,
            what,
            actor: None,
            reference: Reference::default(),
            lines: Vec::new(),
        }
    }
}

/// A year that is closed bears what it still owes: on its last day, against what is to be invoiced. What is decided of it later is set against that.
fn year_end(event: &PeriodEvent) -> Option<Entry> {
    let PeriodEvent::PeriodClosed {
        period: period @ PeriodId::Year(year),
        accruals,
        by,
        ..
    } = event
    else {
        return None;
    };
    let mut entry = Entry::new("PeriodClosed", period.last_day()?);
    entry.actor = Some(by.clone());
    let posting = |account, amount, scheme| Posting {
        account,
        amount,
        scheme: Some(scheme),
        year: Some(FiscalYear::new(*year)),
        payee: None,
    };
    for accrual in accruals {
        let amount = accrual.total().amount;
        entry
            .lines
            .push(posting(Account::GrantedSubsidies, amount, accrual.scheme));
        entry
            .lines
            .push(posting(Account::InvoicesToReceive, -amount, accrual.scheme));
    }
    Some(entry)
}

impl Posting {
    /// Returns the debit, or nothing.
    #[must_use]
    pub fn debit(&self) -> Euro {
        self.amount.max(Euro::ZERO)
    }

    /// Returns the credit, or nothing.
    #[must_use]
    pub fn credit(&self) -> Euro {
        (-self.amount).max(Euro::ZERO)
    }
}
