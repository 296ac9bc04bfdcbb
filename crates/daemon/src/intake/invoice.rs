//! Taking in an invoice: its head under payee and number, its lines in their cases, all in one append.

use std::collections::BTreeSet;

use jiff::civil::Date;
use subsidy_documents::rules::{Outcome, Verdict};
use subsidy_documents::{Invoice, InvoiceDocument, InvoiceKind as Kind, InvoiceLine, PartyId, Vat};
use subsidy_domain::claim::Presented;
use subsidy_domain::document::{DocumentCommand, DocumentFault};
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{EvidenceId, IdError, InvoiceNumber, LineId, LineRef, PayeeId};
use subsidy_domain::invoice::{Conformance, InvoiceCommand, InvoiceEvent, InvoiceHead, InvoiceKind};
use subsidy_domain::money::Euro;
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::reason::Reason;
use subsidy_domain::scheme::ItemCode;
use subsidy_domain::schemes::case_of;

use super::gather::Found;
use super::summary::{Became, FileReport};
use super::{Intake, IntakeError, fault_at, verdict};
use crate::desk::{CaseRef, LineCommand};

/// Under what an invoice is parked.
struct Parking {
    payee: PayeeId,
    number: InvoiceNumber,
    conformance: Option<Conformance>,
}

/// A line with the case in which it belongs.
struct Routed {
    case: CaseRef,
    line: Presented,
}

/// Why a line cannot be placed in a case, and the term that it lacks.
struct Unplaced {
    reason: Reason,
    term: Option<&'static str>,
}

impl From<Reason> for Unplaced {
    fn from(reason: Reason) -> Self {
        Self { reason, term: None }
    }
}

impl Unplaced {
    const fn lacks(term: &'static str) -> Self {
        Self {
            reason: Reason::NotIdentified {},
            term: Some(term),
        }
    }
}

impl Intake {
    /// Takes in an invoice or credit note, by what its reader says of it and, where there are any for its form, the published rules.
    pub(super) fn take_invoice(
        &mut self,
        file: &Found,
        invoice: &InvoiceDocument,
        verdict: Option<&Verdict>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let outcome = verdict.map(Verdict::outcome);
        if let (Some(Outcome::Quarantined), Some(verdict)) = (outcome, verdict) {
            let (reason, faults) = verdict::unjudged(invoice, verdict);
            self.quarantine(file, &reason, faults)?;
            report.became = Became::Quarantined { reason };
            return Ok(());
        }
        report.findings = verdict
            .map(|verdict| verdict.findings.clone())
            .unwrap_or_default();
        let conformance = verdict.map(|verdict| verdict::conformance(invoice.warnings(), verdict));
        match (outcome, invoice) {
            (Some(Outcome::Accepted) | None, InvoiceDocument::Sound(invoice)) => {
                self.receive(file, invoice, conformance, report)
            }
            (_, InvoiceDocument::Sound(_) | InvoiceDocument::Faulty(_)) => {
                self.park_unsound(file, invoice, verdict, report)
            }
        }
    }

    /// Receives a sound invoice and presents its lines; when one of them cannot be placed in a case, the invoice is parked whole.
    fn receive(
        &mut self,
        file: &Found,
        invoice: &Invoice,
        conformance: Option<Conformance>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let (Ok(payee), Ok(number)) = (payee_id(&invoice.seller.id), InvoiceNumber::new(&invoice.number))
        else {
            let reason = Reason::Unreadable {};
            self.quarantine(file, &reason, Vec::new())?;
            report.became = Became::Quarantined { reason };
            return Ok(());
        };
        let parking = Parking {
            payee: payee.clone(),
            number: number.clone(),
            conformance: conformance.clone(),
        };
        let head = self.head(file, invoice, payee.clone(), number.clone());
        let credit = credit(file, invoice, &head);
        if let Some((credited, InvoiceCommand::Credit { by, total, .. })) = &credit {
            let credited = self.desk.invoice(credited)?;
            let stated = invoice
                .preceding
                .as_ref()
                .and_then(|preceding| preceding.issue_date);
            let is_dated = stated.map_or(Ok(()), |stated| credited.is_dated(stated));
            if let Err(reason) = is_dated.and_then(|()| credited.has_room_for(by, *total)) {
                return self.park(file, parking, vec![reason], Vec::new(), report);
            }
        }

        let id = invoice_id(&payee, &number);
        let command = InvoiceCommand::Receive {
            head,
            last_day: last_day(invoice),
            conformance,
        };
        let happened = self.desk.ask_invoice(&id, command)?;
        match happened.first() {
            Some(InvoiceEvent::InvoiceReceived { .. }) => {
                if let Some((credited, command)) = credit {
                    self.desk.ask_invoice(&credited, command)?;
                }
                return self.place(file, invoice, parking, report);
            }
            Some(InvoiceEvent::InvoiceRepeated { .. }) => report.became = Became::KnownInvoice,
            Some(InvoiceEvent::InvoiceParked { reasons, .. }) => {
                report.became = Became::Parked {
                    reasons: reasons.clone(),
                };
            }
            Some(InvoiceEvent::InvoiceCredited { .. }) | None => {}
        }
        self.file_away(file, report)
    }

    /// Places every line in its case and presents it there.
    fn place(
        &mut self,
        file: &Found,
        invoice: &Invoice,
        parking: Parking,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let Parking { payee, number, .. } = &parking;
        let secret = self.learner_secret(file)?;
        let mut routed = Vec::with_capacity(invoice.lines.len());
        let (mut reasons, mut faults) = (Vec::new(), Vec::new());
        for line in &invoice.lines {
            match self.route(&secret, file, invoice, (payee, number), line) {
                Ok(line) => routed.push(line),
                Err(Unplaced { reason, term }) => {
                    faults.push(fault_at(reason.code(), &line.place, term));
                    if !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
            }
        }
        let cases = if reasons.is_empty() {
            routed.iter().map(|routed| routed.case.clone()).collect()
        } else {
            BTreeSet::new()
        };
        self.desk.load(&cases, &BTreeSet::from([payee.clone()]))?;
        let accounts = self.accounts_to_verify(invoice, payee);
        if reasons.is_empty() {
            self.present(file, routed, &accounts, report)?;
            return self.file_away(file, report);
        }
        let party = match (self.desk.payee(payee), accounts.first()) {
            (None, _) => Some(Reason::PayeeUnknown {}),
            (Some(known), Some(_)) => {
                accounts
                    .iter()
                    .find(|account| **account != known.iban)
                    .map(|account| Reason::IbanChanged {
                        account: account.clone(),
                    })
            }
            (Some(_), None) => None,
        };
        reasons.splice(0..0, party);
        self.park(file, parking, reasons, faults, report)
    }

    /// The accounts on which an invoice asks to be paid, when they are not just the payee's registered one (E18).
    fn accounts_to_verify(&self, invoice: &Invoice, payee: &PayeeId) -> Vec<Iban> {
        let asked: Vec<Iban> = match invoice.kind {
            Kind::Invoice => invoice
                .accounts
                .iter()
                .filter_map(|account| Iban::new(account.as_str()).ok())
                .collect(),
            Kind::CreditNote => Vec::new(),
        };
        let known = self.desk.payee(payee).map(|known| &known.iban);
        if asked.iter().all(|account| Some(account) == known) {
            return Vec::new();
        }
        // What is not registered first, each once: of very many the registered one may fall off, and the lines wait all the same.
        let (mut others, registered): (Vec<Iban>, Vec<Iban>) =
            asked.into_iter().partition(|account| Some(account) != known);
        others.extend(registered);
        let mut seen = BTreeSet::new();
        others.retain(|account| seen.insert(account.clone()));
        others.truncate(MOST_ACCOUNTS);
        others
    }

    fn present(
        &mut self,
        file: &Found,
        routed: Vec<Routed>,
        accounts: &[Iban],
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let day = self.desk.moment().day;
        for Routed { case, mut line } in routed {
            line.accounts = accounts.to_vec();
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

    /// Parks an invoice that cannot be trusted, under its number; one whose seller or number could not be read is set apart.
    fn park_unsound(
        &mut self,
        file: &Found,
        invoice: &InvoiceDocument,
        verdict: Option<&Verdict>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        report.faults = invoice.faults().to_vec();
        let faults = verdict::faults(invoice, verdict);
        let mut reasons = verdict::reasons(invoice, verdict);
        let payee = invoice.seller().map(payee_id).and_then(Result::ok);
        let number = invoice.number().map(InvoiceNumber::new).and_then(Result::ok);
        let (Some(payee), Some(number)) = (payee, number) else {
            let reason = reasons.pop().unwrap_or(Reason::Unreadable {});
            self.quarantine(file, &reason, faults)?;
            report.became = Became::Quarantined { reason };
            return Ok(());
        };
        let parking = Parking {
            payee,
            number,
            conformance: verdict.map(|verdict| verdict::conformance(invoice.warnings(), verdict)),
        };
        self.park(file, parking, reasons, faults, report)
    }

    fn park(
        &mut self,
        file: &Found,
        parking: Parking,
        reasons: Vec<Reason>,
        faults: Vec<DocumentFault>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let Parking {
            payee,
            number,
            conformance,
        } = parking;
        let id = invoice_id(&payee, &number);
        let on = self.desk.moment().day;
        let command = InvoiceCommand::Park {
            payee,
            number,
            reasons: reasons.clone(),
            faults,
            conformance,
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
            originals: self.kept.clone(),
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
        secret: &LearnerSecret,
        file: &Found,
        invoice: &Invoice,
        (payee, number): (&PayeeId, &InvoiceNumber),
        line: &InvoiceLine,
    ) -> Result<Routed, Unplaced> {
        let code = line.item_code.as_deref().ok_or(Unplaced::lacks("BT-155"))?;
        let short = code.len() <= LONGEST_CODE;
        let known = code.parse().ok().filter(|_| short);
        let item: ItemCode = known.ok_or_else(|| Reason::UnknownType {
            item: code.chars().take(LONGEST_CODE).collect(),
        })?;
        let learner = line
            .learner
            .as_ref()
            .map(|learner| secret.pseudonym(learner.reveal()));
        let evidence = line
            .evidence
            .as_ref()
            .map(EvidenceId::new)
            .transpose()
            .map_err(|_| Reason::NotIdentified {})?;
        let performed_on = match (line.performed_on, invoice.kind) {
            (Some(day), _) => day,
            (None, Kind::CreditNote) => invoice.issue_date,
            (None, Kind::Invoice) => return Err(Unplaced::lacks("BT-134")),
        };
        let id = case_of(&item, learner.as_ref(), evidence.as_ref(), performed_on)?;
        let unidentified = |_: IdError| Reason::NotIdentified {};
        let credits = match (&invoice.preceding, &line.credits_line, invoice.kind) {
            (Some(preceding), Some(credited), Kind::CreditNote) => Some(LineRef {
                payee: payee.clone(),
                invoice: InvoiceNumber::new(&preceding.number).map_err(unidentified)?,
                line: LineId::new(credited.as_str()).map_err(unidentified)?,
            }),
            (_, _, Kind::Invoice) => None,
            (_, _, Kind::CreditNote) => {
                return Err(Unplaced {
                    reason: Reason::CreditNoRef {},
                    term: Some("BT-161 factuurregel"),
                });
            }
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
                accounts: Vec::new(),
                credits,
                document: file.hash.clone(),
                submitter: self.submitter.clone(),
            },
        })
    }
}

/// How many characters of an item code are kept; no code that is known is longer.
const LONGEST_CODE: usize = 60;
/// How many accounts of an invoice are looked at: one that asks for more is not to be trusted with them.
const MOST_ACCOUNTS: usize = 10;

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

/// The id of the stream of an invoice.
fn invoice_id(payee: &PayeeId, number: &InvoiceNumber) -> String {
    format!("{payee}/{}", number.normalised())
}

/// The last day of which an invoice says that VAT was due or a line was performed on it.
fn last_day(invoice: &Invoice) -> Option<Date> {
    let performed = invoice.lines.iter().filter_map(|line| line.performed_on);
    performed.chain(invoice.tax_point).max()
}

/// What a credit note takes back of the invoice that it names, and the stream of that invoice.
fn credit(file: &Found, note: &Invoice, head: &InvoiceHead) -> Option<(String, InvoiceCommand)> {
    let preceding = note
        .preceding
        .as_ref()
        .filter(|_| note.kind == Kind::CreditNote)?;
    let number = InvoiceNumber::new(&preceding.number).ok()?;
    let id = invoice_id(&head.payee, &number);
    let command = InvoiceCommand::Credit {
        payee: head.payee.clone(),
        number,
        by: head.number.clone(),
        total: head.net + head.vat,
        document: file.hash.clone(),
        on: head.received_on,
    };
    Some((id, command))
}
