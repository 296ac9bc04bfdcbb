//! An officer's decisions on lines that wait.

use std::collections::BTreeSet;

use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::claim::Verdict;
use subsidy_domain::ids::{DecisionRef, InvoiceNumber, LineId, LineRef, Subject};
use subsidy_domain::view::Claims;
use subsidy_ledger::Keys;

use super::{RowRefusal, note};
use crate::desk::{CaseRef, LineCommand, News};
use crate::intake::gather::Found;
use crate::intake::invoice::payee_id;
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};
use crate::projection::each_row;

struct Decided {
    line: LineRef,
    verdict: Verdict,
    decision: DecisionRef,
    by: Subject,
}

impl Intake {
    /// Settles lines one by one; which case a line is in is read from the claims register, brought up to date first.
    pub(super) fn take_decisions(
        &mut self,
        file: &Found,
        table: &Table<doc::OfficerDecision>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        for row in &table.rows {
            let outcome = match decided(&row.value) {
                Ok(decided) => self.settle(file, decided, &row.value.reason)?,
                Err(refusal) => Err(refusal),
            };
            note(report, row.number, outcome);
        }
        Ok(())
    }

    fn settle(
        &mut self,
        file: &Found,
        decided: Decided,
        reason: &str,
    ) -> Result<Result<News, RowRefusal>, IntakeError> {
        let mut found = None;
        each_row::<Claims>(&self.ledger, &Keys::One(decided.line.to_string()), |_, row| {
            found = Some(row);
        })?;
        let Some((case, row)) = found.and_then(|row| Some((CaseRef::named(&row.kind, &row.case)?, row)))
        else {
            return Ok(Err(RowRefusal("NO_SUCH_LINE")));
        };
        if row.reason.as_ref().is_some_and(|held| held.code() != reason) {
            return Ok(Err(RowRefusal("OTHER_REASON")));
        }
        self.desk.load(
            &BTreeSet::from([case.clone()]),
            &BTreeSet::from([decided.line.payee.clone()]),
        )?;
        let Decided {
            line,
            verdict,
            decision,
            by,
        } = decided;
        let on = self.desk.moment().day;
        let command = LineCommand::Settle {
            line,
            verdict,
            decision,
            by,
            on,
        };
        Ok(self
            .desk
            .ask_line(&case, command, &file.hash)?
            .map_err(RowRefusal::from))
    }
}

fn decided(row: &doc::OfficerDecision) -> Result<Decided, RowRefusal> {
    Ok(Decided {
        line: LineRef {
            payee: payee_id(&row.payee)?,
            invoice: InvoiceNumber::new(&row.invoice)?,
            line: LineId::new(row.line.as_str())?,
        },
        verdict: match row.ruling {
            doc::Ruling::Award => Verdict::Allow,
            doc::Ruling::Reject => Verdict::Refuse,
        },
        decision: DecisionRef::new(row.number.as_str())?,
        by: Subject::new(row.officer.as_str())?,
    })
}
