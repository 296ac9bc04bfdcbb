//! What approvers rule on invoices and their lines.

use std::collections::BTreeMap;

use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::claim::{Act, Approver, Objection};
use subsidy_domain::ids::{DecisionRef, InvoiceNumber, LineId, PayeeId, Subject};
use subsidy_domain::money::Euro;
use subsidy_domain::view::{ClaimRow, Claims};
use subsidy_ledger::Keys;

use super::{Placed, placed_claim};
use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::invoice::payee_id;
use crate::intake::lists::{RowRefusal, note};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

/// The lines of an invoice, by the key of the invoice.
type Invoices = BTreeMap<String, Vec<ClaimRow>>;

impl Intake {
    pub(in crate::intake) fn take_approvals(
        &mut self,
        file: &Found,
        table: &Table<doc::Approval>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        self.desk.own_account()?;
        let mut invoices = Invoices::new();
        for row in &table.rows {
            let ruling = match Ruled::of(&row.value) {
                Ok(ruled) => self.rule(file, &ruled, &mut invoices)?,
                Err(refusal) => Ruling::none(refusal),
            };
            if let Some(news) = ruling.news {
                note(report, row.number, Ok(news));
            }
            if let Some(refusal) = ruling.refusal {
                note(report, row.number, Err(refusal));
            }
        }
        Ok(())
    }

    fn rule(&mut self, file: &Found, ruled: &Ruled, invoices: &mut Invoices) -> Result<Ruling, IntakeError> {
        let key = format!("{}/{}/", ruled.payee, ruled.invoice);
        if !invoices.contains_key(&key) {
            let rows = self.rows_of::<Claims>(&Keys::Prefix(key.clone()))?;
            let lines: Vec<ClaimRow> = rows.into_iter().map(|(_, row)| row).collect();
            let placed: Vec<Placed> = lines.iter().filter_map(placed_claim).collect();
            self.load_lines(&placed)?;
            invoices.insert(key.clone(), lines);
        }
        let Some(lines) = invoices.get(&key).filter(|lines| !lines.is_empty()) else {
            return Ok(Ruling::none(RowRefusal("NO_SUCH_INVOICE")));
        };
        let invoice_total = lines
            .iter()
            .filter_map(|row| Some(row.award.as_ref()?.amount))
            .sum();
        let meant: Vec<Placed> = lines
            .iter()
            .filter(|row| {
                ruled
                    .line
                    .as_ref()
                    .is_none_or(|line| row.presented.line.line == *line)
            })
            .filter_map(placed_claim)
            .collect();
        if meant.is_empty() {
            return Ok(Ruling::none(RowRefusal("NO_SUCH_LINE")));
        }
        // Of a whole invoice each line that can be ruled so is, and what forbids it on another is told beside that. That others are
        // not where it needs them says only why nothing happened.
        let (mut news, mut forbidden, mut elsewhere) = (None::<News>, None, None);
        let on = self.desk.moment().day;
        for line in &meant {
            match self.act(line, ruled.act(invoice_total), on, file)? {
                Ok(happened) => news.get_or_insert_default().add(&happened),
                Err(refusal) if refusal.0 == "WRONG_STATE" => elsewhere = Some(refusal),
                Err(refusal) => forbidden = forbidden.or(Some(refusal)),
            }
        }
        let refusal = match &news {
            Some(_) => forbidden,
            None => forbidden.or(elsewhere),
        };
        Ok(Ruling { news, refusal })
    }
}

/// What became of a ruling: what happened to the lines that could be ruled so, and why others could not.
struct Ruling {
    news: Option<News>,
    refusal: Option<RowRefusal>,
}

impl Ruling {
    const fn none(refusal: RowRefusal) -> Self {
        Self {
            news: None,
            refusal: Some(refusal),
        }
    }
}

/// A ruling in the words of the domain.
struct Ruled {
    payee: PayeeId,
    invoice: InvoiceNumber,
    line: Option<LineId>,
    what: What,
    by: Approver,
}

enum What {
    Approve,
    Partly(Euro, DecisionRef),
    Object(Objection, DecisionRef),
    Hold(DecisionRef),
    Resume,
}

impl Ruled {
    fn of(row: &doc::Approval) -> Result<Self, RowRefusal> {
        let decision = || DecisionRef::new(row.reason.clone().unwrap_or_default());
        let what = match row.ruling {
            doc::ApprovalRuling::Approve => What::Approve,
            doc::ApprovalRuling::Partly => {
                let amount = row
                    .amount
                    .map_or(Euro::ZERO, |amount| Euro::from_cents(amount.cents()));
                What::Partly(amount, decision()?)
            }
            doc::ApprovalRuling::Reject => What::Object(Objection::Refused, decision()?),
            doc::ApprovalRuling::Return => What::Object(Objection::ToBeCorrected, decision()?),
            doc::ApprovalRuling::Hold => What::Hold(decision()?),
            doc::ApprovalRuling::Resume => What::Resume,
        };
        let subject = Subject::new(row.by.as_str())?;
        Ok(Self {
            payee: payee_id(&row.payee)?,
            invoice: InvoiceNumber::new(&row.invoice)?,
            line: row.line.as_deref().map(LineId::new).transpose()?,
            what,
            by: Approver {
                account: row.account.clone().unwrap_or_else(|| subject.to_string()),
                subject,
            },
        })
    }

    fn act(&self, invoice_total: Euro) -> Act {
        let subject = self.by.subject.clone();
        match &self.what {
            What::Approve => Act::Approve {
                invoice_total,
                by: self.by.clone(),
            },
            What::Partly(to, decision) => Act::Cut {
                to: *to,
                decision: decision.clone(),
                by: subject,
            },
            What::Object(objection, decision) => Act::Object {
                objection: *objection,
                decision: decision.clone(),
                by: subject,
            },
            What::Hold(decision) => Act::Hold {
                decision: decision.clone(),
                by: subject,
            },
            What::Resume => Act::Resume { by: subject },
        }
    }
}
