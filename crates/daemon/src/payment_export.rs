//! The payment file of a batch, made from what is recorded: the same bytes whenever it is asked for.

use std::io::Write;

use subsidy_documents::payment_file::{
    BatchDraft, PaymentFault, PaymentFile, PaymentFileDraft, RemittanceDraft, TransferDraft,
};
use subsidy_documents::{Amount, PersonalText};
use subsidy_domain::ids::BatchNumber;
use subsidy_domain::money::Euro;
use subsidy_domain::payment::BatchState;
use subsidy_domain::view::{BatchRow, Batches, OrderRow, Orders};
use subsidy_ledger::{Keys, Ledger};

use crate::clock::fund_zone;
use crate::lang::Lang;
use crate::projection::{RowsError, each_row};

/// Why there is no payment file.
#[derive(Debug, thiserror::Error)]
pub enum PaymentExportError {
    /// The batch could not be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// There is no such batch.
    #[error("there is no batch {batch}; `subsidyd report payments` lists them")]
    Unknown {
        /// Its number.
        batch: BatchNumber,
    },
    /// It was not released.
    #[error("batch {batch} is {state}: only a released batch goes to the bank")]
    NotReleased {
        /// Its number.
        batch: BatchNumber,
        /// Where it stands.
        state: &'static str,
    },
    /// It pays nothing by bank.
    #[error("batch {batch} pays nothing by bank: all of it was held back")]
    NothingToPay {
        /// Its number.
        batch: BatchNumber,
    },
    /// What is registered cannot be written by the rules of SEPA.
    #[error("the batch cannot be written by the rules of SEPA: {}", .faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Faults {
        /// Every fault.
        faults: Vec<PaymentFault>,
    },
    /// The file could not be written.
    #[error("the payment file could not be written")]
    Write(#[from] std::io::Error),
}

/// Writes the payment file (pain.001.001.09) of a released batch.
///
/// # Errors
/// See [`PaymentExportError`].
pub fn write(
    ledger: &Ledger,
    batch: &BatchNumber,
    out: &mut impl Write,
) -> Result<BatchRow, PaymentExportError> {
    let mut found = None;
    each_row::<Batches>(ledger, &Keys::One(batch.to_string()), |_, row| found = Some(row))?;
    let Some(row) = found else {
        return Err(PaymentExportError::Unknown { batch: batch.clone() });
    };
    let Some((_, released_at)) = row
        .released
        .as_ref()
        .filter(|_| row.state == BatchState::Released)
    else {
        return Err(PaymentExportError::NotReleased {
            batch: batch.clone(),
            state: row.state.as_str(),
        });
    };
    let mut transfers: Vec<TransferDraft> = Vec::new();
    each_row::<Orders>(ledger, &Keys::Prefix(format!("{batch}-")), |_, order| {
        if order.terms.amount > Euro::ZERO {
            transfers.push(transfer(&order));
        }
    })?;
    if transfers.is_empty() {
        return Err(PaymentExportError::NothingToPay { batch: batch.clone() });
    }
    let account = &row.proposal.account;
    let draft = PaymentFileDraft {
        message_id: batch.to_string(),
        created: released_at.to_zoned(fund_zone()).datetime(),
        initiating_party: account.name.clone(),
        batches: vec![BatchDraft {
            payment_information: batch.to_string(),
            execution_date: row.proposal.execute_on,
            debtor_name: account.name.clone(),
            debtor_iban: account.iban.as_str().to_owned(),
            debtor_bic: account.bic.clone(),
            is_booked_as_batch: false,
            transfers,
        }],
    };
    let file = PaymentFile::new(draft).map_err(|faults| PaymentExportError::Faults { faults })?;
    file.write(out)?;
    Ok(row)
}

fn transfer(order: &OrderRow) -> TransferDraft {
    let terms = &order.terms;
    let mut text = format!("Subsidie {}, {} regels", terms.end_to_end, terms.lines);
    if terms.offset > Euro::ZERO {
        text.push_str(&format!(
            ", bruto {}, verrekend {}",
            Lang::Nl.amount(terms.gross),
            Lang::Nl.amount(terms.offset)
        ));
    }
    TransferDraft {
        end_to_end: terms.end_to_end.to_string(),
        instruction: None,
        amount: Amount::from_cents(terms.amount.cents()),
        creditor_name: PersonalText::new(terms.name.as_str()),
        creditor_iban: PersonalText::new(terms.iban.as_str()),
        remittance: RemittanceDraft::Text(PersonalText::new(text)),
    }
}
