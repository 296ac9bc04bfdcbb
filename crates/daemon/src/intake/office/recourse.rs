//! How what was paid in vain comes back.

use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::claim::{Manner, Money, Recourse};
use subsidy_domain::ids::{ClawbackRef, InvoiceNumber, LineId, PayeeId, Subject};
use subsidy_domain::money::Euro;
use subsidy_domain::view::Payables;
use subsidy_ledger::Keys;

use super::{Outcome, Placed, placed};
use crate::intake::gather::Found;
use crate::intake::invoice::payee_id;
use crate::intake::lists::RowRefusal;
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

impl Intake {
    pub(in crate::intake) fn take_recourses(
        &mut self,
        file: &Found,
        table: &Table<doc::Recourse>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        self.whole_rows(
            &table.rows,
            report,
            |_| Ok(()),
            |intake, (), row| match Asked::of(row) {
                Ok(asked) => intake.ask_back(file, &asked),
                Err(refusal) => Ok(Err(refusal)),
            },
        )
    }

    fn ask_back(&mut self, file: &Found, asked: &Asked) -> Outcome {
        let keys = Keys::Prefix(format!("{}/{}/", asked.payee, asked.invoice));
        let rows = self.rows_of::<Payables>(&keys)?;
        let owed: Vec<Placed> = rows
            .iter()
            .map(|(_, row)| row)
            .filter(|row| row.payments.open() > Euro::ZERO)
            .filter(|row| asked.line.as_ref().is_none_or(|line| row.line.line == *line))
            .filter_map(placed)
            .collect();
        if owed.is_empty() {
            return Ok(Err(RowRefusal("NOTHING_OWED")));
        }
        let on = self.desk.moment().day;
        self.move_money(&owed, &asked.money, on, file)
    }
}

struct Asked {
    payee: PayeeId,
    invoice: InvoiceNumber,
    line: Option<LineId>,
    money: Money,
}

impl Asked {
    fn of(row: &doc::Recourse) -> Result<Self, RowRefusal> {
        let reference = ClawbackRef::new(row.reference.as_str())?;
        let by = Subject::new(row.by.as_str())?;
        let announce = |manner| {
            let recourse = Recourse {
                reference: reference.clone(),
                manner,
            };
            Money::Announce {
                recourse,
                by: by.clone(),
            }
        };
        let money = match row.manner {
            doc::RecourseManner::Offset => announce(Manner::Offset),
            doc::RecourseManner::Repay => announce(Manner::Repay),
            doc::RecourseManner::WriteOff => Money::WriteOff {
                reference,
                by,
                second: Subject::new(row.second.clone().unwrap_or_default())?,
            },
        };
        Ok(Self {
            payee: payee_id(&row.payee)?,
            invoice: InvoiceNumber::new(&row.invoice)?,
            line: row.line.as_deref().map(LineId::new).transpose()?,
            money,
        })
    }
}
