//! Taking in an invoice: its head under payee and number, its lines in their cases, all in one append.

use std::collections::BTreeSet;

use subsidy_documents::{FaultCode, FaultyInvoice, Invoice, InvoiceKind as Kind, InvoiceLine, PartyId, Vat};
use subsidy_domain::claim::Presented;
use subsidy_domain::document::{DocumentCommand, DocumentFault};
use subsidy_domain::ids::{EvidenceId, IdError, InvoiceNumber, LineId, LineRef, PayeeId};
use subsidy_domain::invoice::{InvoiceCommand, InvoiceEvent, InvoiceHead, InvoiceKind};
use subsidy_domain::money::Euro;
use subsidy_domain::reason::Reason;
use subsidy_domain::scheme::ItemCode;
use subsidy_domain::schemes::case_of;

use super::gather::Found;
use super::summary::{Became, FileReport};
use super::{Intake, IntakeError, fault_at, kept};
use crate::desk::{CaseRef, LineCommand};

/// A line with the case in which it belongs.
struct Routed {
    case: CaseRef,
    line: Presented,
}

impl Intake {
    /// Receives a sound invoice; what cannot be routed to a case parks it whole.
    pub(super) fn take_invoice(
        &mut self,
        file: &Found,
        invoice: &Invoice,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let (Ok(payee), Ok(number)) = (payee_id(&invoice.seller.id), InvoiceNumber::new(&invoice.number))
        else {
            let reason = Reason::Unreadable {};
            self.quarantine(file, &reason, Vec::new())?;
            report.became = Became::Quarantined { reason };
            return Ok(());
        };
        let mut routed = Vec::with_capacity(invoice.lines.len());
        let (mut reasons, mut faults) = (Vec::new(), Vec::new());
        for line in &invoice.lines {
            match self.route(file, invoice, &payee, &number, line) {
                Ok(line) => routed.push(line),
                Err(reason) => {
                    faults.push(fault_at(reason.code(), &line.place, None));
                    reasons.push(reason);
                }
            }
        }
        if !reasons.is_empty() {
            reasons.dedup();
            return self.park(file, (payee, number), reasons, faults, report);
        }

        let head = self.head(file, invoice, payee.clone(), number);
        let id = format!("{payee}/{}", head.number.normalised());
        let happened = self.desk.ask_invoice(&id, InvoiceCommand::Receive(head))?;
        match happened.first() {
            Some(InvoiceEvent::InvoiceReceived { .. }) => self.present(file, &payee, routed, report)?,
            Some(InvoiceEvent::InvoiceRepeated { .. }) => report.became = Became::KnownInvoice,
            Some(InvoiceEvent::InvoiceParked { reasons, .. }) => {
                report.became = Became::Parked {
                    reasons: reasons.clone(),
                };
            }
            None => {}
        }
        self.file_away(file, report)
    }

    fn present(
        &mut self,
        file: &Found,
        payee: &PayeeId,
        routed: Vec<Routed>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let cases: BTreeSet<CaseRef> = routed.iter().map(|routed| routed.case.clone()).collect();
        self.desk.load(&cases, &BTreeSet::from([payee.clone()]))?;
        let day = self.desk.moment().day;
        for Routed { case, line } in routed {
            match self
                .desk
                .ask_line(&case, LineCommand::Present(line, day), &file.hash)?
            {
                Ok(news) => {
                    report.taken += 1;
                    report.news.add(&news);
                }
                Err(refusal) => report.refused_rows.push(DocumentFault {
                    code: super::lists::claim_code(&refusal).to_owned(),
                    line: None,
                    column: None,
                    field: None,
                }),
            }
        }
        Ok(())
    }

    /// Parks an invoice that cannot be trusted, under its number when that could be read.
    pub(super) fn park_invoice(
        &mut self,
        file: &Found,
        invoice: &FaultyInvoice,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        report.faults.clone_from(&invoice.faults);
        let faults: Vec<DocumentFault> = invoice.faults.iter().map(kept).collect();
        let reasons = reasons_of(invoice);
        let payee = invoice.seller.as_ref().map(payee_id).and_then(Result::ok);
        let number = invoice
            .number
            .as_deref()
            .map(InvoiceNumber::new)
            .and_then(Result::ok);
        match (payee, number) {
            (Some(payee), Some(number)) => self.park(file, (payee, number), reasons, faults, report),
            _ => {
                let reason = Reason::Unreadable {};
                self.quarantine(file, &reason, faults)?;
                report.became = Became::Quarantined { reason };
                Ok(())
            }
        }
    }

    fn park(
        &mut self,
        file: &Found,
        (payee, number): (PayeeId, InvoiceNumber),
        reasons: Vec<Reason>,
        faults: Vec<DocumentFault>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let id = format!("{payee}/{}", number.normalised());
        let on = self.desk.moment().day;
        let command = InvoiceCommand::Park {
            payee,
            number,
            reasons: reasons.clone(),
            faults,
            document: file.hash.clone(),
            on,
        };
        self.desk.ask_invoice(&id, command)?;
        report.became = Became::Parked { reasons };
        self.file_away(file, report)
    }

    /// Records that the document was dealt with; the faults of an invoice are with the invoice.
    fn file_away(&mut self, file: &Found, report: &FileReport) -> Result<(), IntakeError> {
        let kind = file.kind.as_str().to_owned();
        let (document, on) = (file.hash.clone(), self.desk.moment().day);
        let command = DocumentCommand::Take {
            document,
            kind,
            taken: report.taken,
            faults: Vec::new(),
            on,
        };
        self.desk.ask_document(&file.hash, command)?;
        self.desk.close(Some(&file.hash))?;
        Ok(())
    }

    fn head(&self, file: &Found, invoice: &Invoice, payee: PayeeId, number: InvoiceNumber) -> InvoiceHead {
        InvoiceHead {
            payee,
            number,
            kind: match invoice.kind {
                Kind::Invoice => InvoiceKind::Invoice,
                Kind::CreditNote => InvoiceKind::CreditNote,
            },
            issue_date: invoice.issue_date,
            lines: u32::try_from(invoice.lines.len()).unwrap_or(u32::MAX),
            net: Euro::from_cents(invoice.totals.without_vat.cents()),
            vat: Euro::from_cents(invoice.totals.vat.cents()),
            payable: Euro::from_cents(invoice.totals.payable.cents()),
            document: file.hash.clone(),
            received_on: self.received_on(),
        }
    }

    /// Finds the case of a line, from what identifies its entitlement.
    fn route(
        &self,
        file: &Found,
        invoice: &Invoice,
        payee: &PayeeId,
        number: &InvoiceNumber,
        line: &InvoiceLine,
    ) -> Result<Routed, Reason> {
        let item: ItemCode = line.item_code.parse().map_err(|_| Reason::UnknownType {
            item: line.item_code.clone(),
        })?;
        let learner = line
            .learner
            .as_ref()
            .map(|learner| self.secret.pseudonym(learner.reveal()));
        let evidence = line
            .evidence
            .as_ref()
            .map(EvidenceId::new)
            .transpose()
            .map_err(|_| Reason::NotIdentified {})?;
        let performed_on = line.performed_on.unwrap_or(invoice.issue_date);
        let id = case_of(&item, learner.as_ref(), evidence.as_ref(), performed_on)?;
        let unidentified = |_: IdError| Reason::NotIdentified {};
        let credits = match (&invoice.preceding, &line.credits_line, invoice.kind) {
            (Some(preceding), Some(credited), Kind::CreditNote) => Some(LineRef {
                payee: payee.clone(),
                invoice: InvoiceNumber::new(&preceding.number).map_err(unidentified)?,
                line: LineId::new(credited.as_str()).map_err(unidentified)?,
            }),
            (_, _, Kind::Invoice) => None,
            (_, _, Kind::CreditNote) => return Err(Reason::CreditNoRef {}),
        };
        let claimed = Euro::from_cents(line.net.cents());
        Ok(Routed {
            case: CaseRef::of_scheme(item.scheme, id),
            line: Presented {
                line: LineRef {
                    payee: payee.clone(),
                    invoice: number.clone(),
                    line: LineId::new(line.id.as_str()).map_err(unidentified)?,
                },
                item,
                learner,
                evidence,
                performed_on,
                claimed,
                vat: vat_on(claimed, line.vat),
                invoice_date: invoice.issue_date,
                received_on: self.received_on(),
                credits,
                document: file.hash.clone(),
                submitter: None,
            },
        })
    }
}

/// VAT of a line, rounded half up to the cent.
fn vat_on(net: Euro, vat: Vat) -> Euro {
    net.part_half_up(i64::from(vat.percent()), 100)
}

/// Returns the id of a party as payee.
pub(super) fn payee_id(party: &PartyId) -> Result<PayeeId, IdError> {
    match party {
        PartyId::Kvk(number) => PayeeId::new(format!("kvk:{number}")),
        PartyId::Oin(number) => PayeeId::new(format!("oin:{number}")),
    }
}

/// Why a document is parked: the reasons that a sender is told, from its faults.
fn reasons_of(invoice: &FaultyInvoice) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let codes: BTreeSet<FaultCode> = invoice.faults.iter().map(|fault| fault.code).collect();
    if codes
        .iter()
        .any(|code| code.as_str().starts_with("TOTAL_MISMATCH"))
    {
        reasons.push(Reason::TotalMismatch {});
    }
    if codes.contains(&FaultCode::CreditNoRef) {
        reasons.push(Reason::CreditNoRef {});
    }
    if reasons.is_empty() {
        reasons.push(Reason::Unreadable {});
    }
    reasons
}
