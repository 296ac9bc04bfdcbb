//! What somebody found out about a transaction that was not recognised: it settles what it is, or is about no subsidy.

use jiff::civil::Date;
use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::bank::{Direction, EntryFate, OpenOrders, StatementCommand, Transaction};
use subsidy_domain::claim::EntryRef;
use subsidy_domain::ids::{ClawbackRef, DecisionRef, EndToEndId, Subject};
use subsidy_domain::money::Euro;

use super::Outcome;
use super::bank::statement_id;
use super::open::Open;
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, plain};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

impl Intake {
    pub(in crate::intake) fn take_bank_rulings(
        &mut self,
        file: &Found,
        table: &Table<doc::BankRuling>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        self.whole_rows(
            &table.rows,
            report,
            |intake| intake.open_now(),
            |intake, open, row| match Ruled::of(row) {
                Ok(ruled) => intake.resolve(file, &ruled, open),
                Err(refusal) => Ok(Err(refusal)),
            },
        )
    }

    fn resolve(&mut self, file: &Found, ruled: &Ruled, open: &mut Open) -> Outcome {
        let Some(account) = self.desk.own_account()? else {
            return Ok(Err(RowRefusal("NO_OWN_ACCOUNT")));
        };
        let id = statement_id(&account.iban, &ruled.entry.statement);
        let Some(transaction) = self.desk.statement(&id)?.open(ruled.entry.number).cloned() else {
            return Ok(Err(RowRefusal("NOT_OPEN")));
        };
        let (number, on) = (ruled.entry.number, self.desk.moment().day);
        let (decision, by) = (ruled.decision.clone(), ruled.by.clone());
        let effective = self.effective(transaction.booked_on)?;
        let Some(what) = &ruled.what else {
            let aside = StatementCommand::SetAside {
                number,
                decision,
                by,
                effective,
                on,
            };
            let outcome = self.desk.ask_statement(&id, aside)?;
            return Ok(outcome.map(plain).map_err(RowRefusal::from));
        };
        let fate = match what.fate(&transaction, open) {
            Ok(fate) => fate,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut news = match self.settle_fate(file, &fate, &ruled.entry, effective, open)? {
            Ok(news) => news,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let resolve = StatementCommand::Resolve {
            number,
            fate,
            decision,
            by,
            effective,
            on,
        };
        Ok(match self.desk.ask_statement(&id, resolve)? {
            Ok(events) => {
                news.add(&plain(events));
                Ok(news)
            }
            Err(refusal) => Err(refusal.into()),
        })
    }

    /// Returns the day on which what a transaction settles is effective: its booking, or today when that period is closed (I9).
    fn effective(&self, booked_on: Date) -> Result<Date, IntakeError> {
        let closed = self.closed_through()?;
        Ok(match closed {
            Some(closed) if booked_on <= closed => self.desk.moment().day,
            Some(_) | None => booked_on,
        })
    }
}

struct Ruled {
    entry: EntryRef,
    /// Nothing: it is about no subsidy.
    what: Option<What>,
    decision: DecisionRef,
    by: Subject,
}

enum What {
    Paid(EndToEndId),
    Returned(EndToEndId),
    Recovered(ClawbackRef),
}

impl Ruled {
    fn of(row: &doc::BankRuling) -> Result<Self, RowRefusal> {
        let reference = row.reference.as_deref().unwrap_or_default();
        let what = match row.fate {
            doc::BankRulingFate::Paid => Some(What::Paid(EndToEndId::new(reference)?)),
            doc::BankRulingFate::Returned => Some(What::Returned(EndToEndId::new(reference)?)),
            doc::BankRulingFate::Recovered => Some(What::Recovered(ClawbackRef::new(reference)?)),
            doc::BankRulingFate::NoSubsidy => None,
        };
        Ok(Self {
            entry: EntryRef {
                statement: row.statement.clone(),
                number: row.transaction,
            },
            what,
            decision: DecisionRef::new(row.decision.as_str())?,
            by: Subject::new(row.by.as_str())?,
        })
    }
}

impl What {
    /// Returns what it is, when amount and direction fit: a person may recognise what the bank did not name, but not change a figure.
    fn fate(&self, transaction: &Transaction, open: &Open) -> Result<EntryFate, RowRefusal> {
        let fits = |amount: Euro, direction: Direction| {
            if amount == transaction.amount && direction == transaction.direction {
                Ok(())
            } else {
                Err(RowRefusal("AMOUNT_DIFFERS"))
            }
        };
        match self {
            Self::Paid(order) => {
                let candidate = open.order(order).ok_or(RowRefusal("NO_SUCH_ORDER"))?;
                fits(candidate.amount, Direction::Out)?;
                if !candidate.is_away() {
                    return Err(RowRefusal("WRONG_STATE"));
                }
                Ok(EntryFate::Paid { order: order.clone() })
            }
            Self::Returned(order) => {
                let candidate = open.order(order).ok_or(RowRefusal("NO_SUCH_ORDER"))?;
                fits(candidate.amount, Direction::In)?;
                if !candidate.can_come_back() {
                    return Err(RowRefusal("WRONG_STATE"));
                }
                Ok(EntryFate::Returned {
                    order: order.clone(),
                    reason: "NARR".to_owned(),
                })
            }
            Self::Recovered(reference) => {
                let owing = open.clawbacks(reference);
                if owing.is_empty() {
                    return Err(RowRefusal("NOTHING_OWED"));
                }
                // Of several payees under one reference the amount says which; where it does not, it is not known which paid.
                let mut fits = owing.into_iter().filter(|(_, owed)| *owed == transaction.amount);
                match (fits.next(), fits.next(), transaction.direction) {
                    (Some((payee, _)), None, Direction::In) => Ok(EntryFate::Recovered {
                        reference: reference.clone(),
                        payee,
                    }),
                    (_, _, Direction::In | Direction::Out) => Err(RowRefusal("AMOUNT_DIFFERS")),
                }
            }
        }
    }
}
