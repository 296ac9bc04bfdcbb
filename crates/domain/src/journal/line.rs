//! What happens to a line of a case, as an entry.

use jiff::civil::Date;

use super::{Account, Entry, Posting};
use crate::calendar::{Allocation, FiscalYear};
use crate::claim::{Award, ClaimEvent, Payable, Recovery, Settlement};
use crate::ids::{LineRef, Subject};
use crate::money::Euro;
use crate::scheme::SchemeCode;

pub(super) fn entry<P>(event: &ClaimEvent<P>) -> Option<Entry> {
    match event {
        ClaimEvent::LineMatched { line, award } => {
            let mut books = Books::of(event.name(), line, award.scheme, award.decided_on);
            for part in &award.allocations {
                books.cost(borne(award, part), part.year, part.amount);
                books.move_to(Account::AwaitingApproval, -part.amount);
            }
            Some(books.entry)
        }
        ClaimEvent::LineApproved {
            line,
            by,
            payable: Some(Payable { scheme, amount }),
            on,
            ..
        } => {
            let mut books = Books::of(event.name(), line, *scheme, *on);
            books.transfer(Account::AwaitingApproval, Account::ApprovedUnpaid, *amount);
            Some(books.by(Some(&by.subject)))
        }
        ClaimEvent::LineCut {
            line,
            award,
            allocations,
            by,
            on,
            ..
        } => Some(fallen(event.name(), line, award, allocations, false, *on).by(Some(by))),
        ClaimEvent::LineReversed {
            line,
            award,
            approved,
            by,
            on,
            ..
        } => {
            let books = fallen(event.name(), line, award, &award.allocations, *approved, *on);
            Some(books.by(by.as_ref().map(|(_, by)| by)))
        }
        ClaimEvent::LineCredited {
            of,
            award: Some(award),
            approved,
            allocations,
            on,
            ..
        } => Some(fallen(event.name(), of, award, allocations, *approved, *on).entry),
        ClaimEvent::LineSettled {
            line,
            paid_for,
            settlement,
            on,
        } => settled(Books::of(event.name(), line, paid_for.scheme, *on), settlement),
        ClaimEvent::EvidenceRecorded { .. }
        | ClaimEvent::EvidenceReplaced { .. }
        | ClaimEvent::ApplicationRecorded { .. }
        | ClaimEvent::GrantDecided { .. }
        | ClaimEvent::CommitmentReleased { .. }
        | ClaimEvent::LinePresented { .. }
        | ClaimEvent::LineParked { .. }
        | ClaimEvent::LineAllowed { .. }
        | ClaimEvent::LineRejected { .. }
        | ClaimEvent::LineApproved { payable: None, .. }
        | ClaimEvent::LineHeld { .. }
        | ClaimEvent::LineResumed { .. }
        | ClaimEvent::LineCredited { award: None, .. } => None,
    }
}

fn settled(mut books: Books, settlement: &Settlement) -> Option<Entry> {
    use Account::{ApprovedUnpaid, ClawbacksReceivable, ClawbacksWrittenOff, MoneyUnderWay};
    let mut actor = None;
    let batch = match settlement {
        Settlement::LineOrdered { batch, amount } => {
            books.transfer(ApprovedUnpaid, MoneyUnderWay, *amount);
            batch
        }
        Settlement::LineUnpaid {
            batch,
            amount,
            forgiven,
            ..
        } => {
            books.move_to(MoneyUnderWay, *amount);
            books.move_to(ApprovedUnpaid, -(*amount - *forgiven));
            books.move_to(ClawbacksReceivable, -*forgiven);
            batch
        }
        Settlement::ClawbackOpened { batch, amount, .. } => {
            books.transfer(ClawbacksReceivable, ApprovedUnpaid, *amount);
            batch
        }
        Settlement::ClawbackRecovered { batch, amount, by } => {
            books.transfer(MoneyUnderWay, ClawbacksReceivable, *amount);
            match by {
                Recovery::Offset(later) => later,
                Recovery::Received(statement) => {
                    books.entry.reference.statement = Some(statement.clone());
                    batch
                }
            }
        }
        Settlement::ClawbackReopened {
            amount, offset_in, ..
        } => {
            books.transfer(ClawbacksReceivable, MoneyUnderWay, *amount);
            offset_in
        }
        Settlement::ClawbackWrittenOff {
            batch, amount, by, ..
        } => {
            books.transfer(ClawbacksWrittenOff, ClawbacksReceivable, *amount);
            actor = Some(by);
            batch
        }
        // The bank's statement is what pays; who must pay back is told nothing new by a letter.
        Settlement::LinePaid { .. } | Settlement::ClawbackAnnounced { .. } => return None,
    };
    books.entry.reference.batch = Some(batch.clone());
    Some(books.by(actor))
}

/// What of an award falls away.
fn fallen(
    what: &'static str,
    line: &LineRef,
    award: &Award,
    parts: &[Allocation],
    approved: bool,
    on: Date,
) -> Books {
    let mut books = Books::of(what, line, award.scheme, on);
    let owed = if approved {
        Account::ApprovedUnpaid
    } else {
        Account::AwaitingApproval
    };
    let is_of_an_earlier_year = award.decided_on.year() < on.year();
    for part in parts {
        let account = if is_of_an_earlier_year {
            Account::PriorPeriods
        } else {
            borne(award, part)
        };
        books.cost(account, part.year, -part.amount);
        books.move_to(owed, part.amount);
    }
    books
}

/// Which account bears a part: the accounts of a year that had ended are not touched, for that year reserved it.
fn borne(award: &Award, part: &Allocation) -> Account {
    if part.year < FiscalYear::of(award.decided_on) {
        Account::InvoicesToReceive
    } else {
        Account::GrantedSubsidies
    }
}

/// An entry of a line that is being made.
struct Books {
    entry: Entry,
    scheme: SchemeCode,
}

impl Books {
    fn of(what: &'static str, line: &LineRef, scheme: SchemeCode, on: Date) -> Self {
        let mut entry = Entry::new(what, on);
        entry.reference.line = Some(line.clone());
        Self { entry, scheme }
    }

    fn by(mut self, actor: Option<&Subject>) -> Entry {
        self.entry.actor = actor.cloned();
        self.entry
    }

    fn transfer(&mut self, debit: Account, credit: Account, amount: Euro) {
        self.move_to(debit, amount);
        self.move_to(credit, -amount);
    }

    fn cost(&mut self, account: Account, year: FiscalYear, amount: Euro) {
        self.post(account, Some(year), amount);
    }

    fn move_to(&mut self, account: Account, amount: Euro) {
        self.post(account, None, amount);
    }

    /// Parts of one account and year are one posting.
    fn post(&mut self, account: Account, year: Option<FiscalYear>, amount: Euro) {
        let mut lines = self.entry.lines.iter_mut();
        if let Some(line) = lines.find(|line| line.account == account && line.year == year) {
            line.amount += amount;
            return;
        }
        let payee = self.entry.reference.line.as_ref().map(|line| line.payee.clone());
        self.entry.lines.push(Posting {
            account,
            amount,
            scheme: account.has_schemes().then_some(self.scheme),
            year,
            payee,
        });
    }
}
