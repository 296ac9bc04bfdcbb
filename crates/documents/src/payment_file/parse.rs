//! From what is to be said to what can be written: every fault at once.

use std::collections::BTreeSet;
use std::fmt;

use super::rule::PaymentRule;
use super::{
    Batch, BatchDraft, PaymentFile, PaymentFileDraft, RemittanceDraft, Transfer, TransferDraft, characters,
    form,
};
use crate::language::Language;
use crate::personal_text::PersonalText;

/// Why something that is to be paid cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PaymentFault {
    /// The batch, from 1; none for the file as a whole.
    pub batch: Option<usize>,
    /// The transfer in the batch, from 1; none for the batch as a whole.
    pub transfer: Option<usize>,
    /// The element that it would be written in, for instance `Cdtr/Nm`.
    pub element: &'static str,
    /// The rule that it breaks.
    pub rule: PaymentRule,
}

impl PaymentFault {
    /// What to change.
    pub fn text(&self, language: Language) -> &'static str {
        self.rule.text(language)
    }
}

impl fmt::Display for PaymentFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(batch) = self.batch {
            write!(out, "batch {batch}, ")?;
        }
        if let Some(transfer) = self.transfer {
            write!(out, "transfer {transfer}, ")?;
        }
        write!(out, "{}: {}", self.element, self.rule)
    }
}

impl PaymentFile {
    /// Makes a file of what is to be said. Names and descriptions are put into SEPA characters.
    ///
    /// # Errors
    ///
    /// Every rule that it breaks, in its own order.
    pub fn new(draft: PaymentFileDraft) -> Result<Self, Vec<PaymentFault>> {
        let mut parse = Parse::default();
        let message_id = parse.identifier("GrpHdr/MsgId", draft.message_id);
        let initiating_party = parse.name("GrpHdr/InitgPty/Nm", &draft.initiating_party);
        parse.hold("GrpHdr/CreDtTm", year(draft.created.year(), PaymentRule::Created));
        parse.filled("PmtInf", draft.batches.is_empty());
        let mut batches = Vec::with_capacity(draft.batches.len());
        for (index, batch) in draft.batches.into_iter().enumerate() {
            parse.batch = Some(index + 1);
            parse.transfer = None;
            batches.extend(parse.batch(batch));
        }
        match (message_id, initiating_party) {
            (Some(message_id), Some(initiating_party)) if parse.faults.is_empty() => Ok(Self {
                message_id,
                created: draft.created,
                initiating_party,
                batches,
            }),
            (Some(_) | None, Some(_) | None) => Err(parse.faults),
        }
    }
}

#[derive(Default)]
struct Parse {
    batch: Option<usize>,
    transfer: Option<usize>,
    faults: Vec<PaymentFault>,
    batches: BTreeSet<String>,
    end_to_ends: BTreeSet<String>,
    instructions: BTreeSet<String>,
}

impl Parse {
    fn batch(&mut self, draft: BatchDraft) -> Option<Batch> {
        let payment_information = self.identifier("PmtInfId", draft.payment_information);
        let is_new = payment_information
            .as_ref()
            .is_none_or(|id| self.batches.insert(id.clone()));
        self.unique("PmtInfId", is_new);
        self.hold(
            "ReqdExctnDt/Dt",
            year(draft.execution_date.year(), PaymentRule::Date),
        );
        let debtor_name = self.name("Dbtr/Nm", &draft.debtor_name);
        let debtor_iban = self.hold("DbtrAcct/Id/IBAN", form::iban(&draft.debtor_iban));
        let debtor_bic = draft.debtor_bic;
        if let Some(bic) = &debtor_bic {
            self.hold("DbtrAgt/FinInstnId/BICFI", form::bic(bic));
        }
        self.filled("CdtTrfTxInf", draft.transfers.is_empty());
        let mut transfers = Vec::with_capacity(draft.transfers.len());
        for (index, transfer) in draft.transfers.into_iter().enumerate() {
            self.transfer = Some(index + 1);
            transfers.extend(self.transfer(transfer));
        }
        Some(Batch {
            payment_information: payment_information?,
            execution_date: draft.execution_date,
            debtor_name: debtor_name?,
            debtor_iban: debtor_iban?,
            debtor_bic,
            is_booked_as_batch: draft.is_booked_as_batch,
            transfers,
        })
    }

    fn transfer(&mut self, draft: TransferDraft) -> Option<Transfer> {
        let instruction = draft
            .instruction
            .and_then(|id| self.identifier("PmtId/InstrId", id));
        let is_new = instruction
            .as_ref()
            .is_none_or(|id| self.instructions.insert(id.clone()));
        self.unique("PmtId/InstrId", is_new);
        let end_to_end = self.identifier("PmtId/EndToEndId", draft.end_to_end);
        let is_new = end_to_end
            .as_ref()
            .is_none_or(|id| self.end_to_ends.insert(id.clone()));
        self.unique("PmtId/EndToEndId", is_new);
        self.hold("Amt/InstdAmt", form::amount(draft.amount.cents()));
        let creditor_name = self.name("Cdtr/Nm", draft.creditor_name.reveal());
        let creditor_iban = self.hold("CdtrAcct/Id/IBAN", form::iban(draft.creditor_iban.reveal()));
        if creditor_iban.as_ref().is_some_and(|iban| !form::is_in_eea(iban)) {
            self.report("CdtrAcct/Id/IBAN", PaymentRule::Country);
        }
        let remittance = self.remittance(draft.remittance);
        Some(Transfer {
            end_to_end: end_to_end?,
            instruction,
            amount: draft.amount,
            creditor_name: PersonalText::new(creditor_name?),
            creditor_iban: PersonalText::new(creditor_iban?.as_str()),
            remittance: remittance?,
        })
    }

    fn remittance(&mut self, draft: RemittanceDraft) -> Option<RemittanceDraft> {
        match draft {
            RemittanceDraft::None => Some(RemittanceDraft::None),
            RemittanceDraft::Text(text) => {
                const ELEMENT: &str = "RmtInf/Ustrd";
                let text = self.written(ELEMENT, text.reveal())?;
                self.hold(ELEMENT, form::remittance_length(&text))?;
                Some(RemittanceDraft::Text(PersonalText::new(text)))
            }
            RemittanceDraft::Reference(reference) => {
                let reference = reference.reveal().replace(' ', "");
                self.hold("RmtInf/Strd/CdtrRefInf/Ref", form::reference(&reference))?;
                Some(RemittanceDraft::Reference(PersonalText::new(reference)))
            }
        }
    }

    fn identifier(&mut self, element: &'static str, text: String) -> Option<String> {
        self.hold(element, form::identifier(&text)).map(|()| text)
    }

    fn name(&mut self, element: &'static str, text: &str) -> Option<String> {
        let name = self.written(element, text)?;
        self.hold(element, form::name_length(&name)).map(|()| name)
    }

    /// A text in SEPA characters.
    fn written(&mut self, element: &'static str, text: &str) -> Option<String> {
        let rule = if text.trim().is_empty() {
            PaymentRule::Missing
        } else {
            PaymentRule::Characters
        };
        self.hold(element, characters::in_sepa(text).ok_or(rule))
    }

    fn filled(&mut self, element: &'static str, is_empty: bool) {
        if is_empty {
            self.report(element, PaymentRule::Missing);
        }
    }

    fn unique(&mut self, element: &'static str, is_new: bool) {
        if !is_new {
            self.report(element, PaymentRule::Unique);
        }
    }

    fn hold<T>(&mut self, element: &'static str, held: Result<T, PaymentRule>) -> Option<T> {
        match held {
            Ok(value) => Some(value),
            Err(rule) => {
                self.report(element, rule);
                None
            }
        }
    }

    fn report(&mut self, element: &'static str, rule: PaymentRule) {
        self.faults.push(PaymentFault {
            batch: self.batch,
            transfer: self.transfer,
            element,
            rule,
        });
    }
}

/// A year with four digits in which a payment can be.
fn year(year: i16, rule: PaymentRule) -> Result<(), PaymentRule> {
    if (1900..=2199).contains(&year) {
        Ok(())
    } else {
        Err(rule)
    }
}
