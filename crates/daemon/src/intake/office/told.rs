//! What a statement tells of its transactions, in the words of the domain.

use sha2::{Digest, Sha256};
use subsidy_documents::statement::{Direction as Said, Entry, EntryStatus, Statement, Transaction as Told};
use subsidy_domain::bank::{Direction, Evidence, Transaction};
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{BatchNumber, ClawbackRef, EndToEndId};
use subsidy_domain::money::Euro;

/// How many characters of an end-to-end id are the batch: a year, a hyphen and four digits.
pub(super) const BATCH: usize = 9;
/// How long the number of a statement is at most, and a reason code: as the standard has them (Max35Text).
pub(super) const LONGEST_ID: usize = 35;

/// Returns the entries that are booked; what is only announced is not.
pub(super) fn booked(statement: &Statement) -> impl Iterator<Item = &Entry> {
    let entries = statement.entries.iter();
    entries.filter(|entry| entry.status == EntryStatus::Booked)
}

/// Returns the cents of an entry as they change the balance.
pub(super) const fn signed(entry: &Entry) -> i64 {
    match entry.direction {
        Said::Credit => entry.amount.cents(),
        Said::Debit => entry.amount.cents().wrapping_neg(),
    }
}

/// Returns how many transactions a statement has, and the digest over them: each with what the register can recognise it by, and nothing
/// of what a payer wrote.
pub(super) fn counted(statement: &Statement) -> (u32, String) {
    let (mut count, mut digest) = (0, Sha256::new());
    for (transaction, evidence) in transactions_of(statement) {
        count = transaction.number;
        let (cents, on) = (transaction.signed().cents(), transaction.booked_on);
        digest.update(format!("{cents}\t{on}"));
        if let Some(id) = evidence.end_to_end.as_ref().filter(|id| names_a_batch(id)) {
            digest.update(format!("\torder {id}"));
        }
        if let Some(batch) = &evidence.batch {
            digest.update(format!("\tbatch {batch}"));
        }
        if let Some(reason) = &evidence.returned {
            digest.update(format!("\treturned {reason}"));
        }
        digest.update("\n");
    }
    let digest: [u8; 32] = digest.finalize().into();
    (count, digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether an id has the form of the fund's own: others are what somebody else wrote.
fn names_a_batch(id: &EndToEndId) -> bool {
    id.as_str()
        .get(..BATCH)
        .is_some_and(|batch| BatchNumber::new(batch).is_ok())
}

/// Returns the transactions of a statement: those of its entries, or the entry itself where the bank does not tell them apart with amounts.
pub(super) fn transactions_of(statement: &Statement) -> impl Iterator<Item = (Transaction, Evidence)> {
    let told = booked(statement).flat_map(|entry| {
        let booked_on = entry
            .booked_on
            .or(statement.closing.as_ref().and_then(|closing| closing.on))
            .or(statement.to)
            .unwrap_or_default();
        told_of(entry)
            .into_iter()
            .map(move |(direction, cents, evidence)| (direction, cents, booked_on, evidence))
    });
    (1..)
        .zip(told)
        .map(|(number, (direction, cents, booked_on, evidence))| {
            let transaction = Transaction {
                number,
                direction: match direction {
                    Said::Credit => Direction::In,
                    Said::Debit => Direction::Out,
                },
                amount: Euro::from_cents(cents),
                booked_on,
            };
            (transaction, evidence)
        })
}

fn told_of(entry: &Entry) -> Vec<(Said, i64, Evidence)> {
    let parts: Option<Vec<i64>> = entry
        .transactions
        .iter()
        .map(|part| part.amount.map(subsidy_documents::Amount::cents))
        .collect();
    let whole = |part| {
        let evidence = evidence_of(entry, part);
        vec![(entry.direction, entry.amount.cents(), evidence)]
    };
    match (entry.transactions.as_slice(), parts) {
        ([one], _) => whole(Some(one)),
        (many, Some(amounts)) if !many.is_empty() && amounts.iter().sum::<i64>() == entry.amount.cents() => {
            let told = many.iter().zip(amounts).map(|(part, cents)| {
                let direction = part.direction.unwrap_or(entry.direction);
                (direction, cents, evidence_of(entry, Some(part)))
            });
            told.collect()
        }
        _ => whole(None),
    }
}

fn reason_code(told: &str) -> String {
    if told.len() > LONGEST_ID { "NARR" } else { told }.to_owned()
}

fn evidence_of(entry: &Entry, part: Option<&Told>) -> Evidence {
    let batch = entry.batch.as_deref();
    let of_part = part.and_then(|part| part.payment_information.as_deref());
    let of_batch = batch.and_then(|batch| batch.payment_information.as_deref());
    let named = |text: &str| BatchNumber::new(text).ok();
    let account = part.and_then(|part| part.counterparty_iban.as_ref());
    let texts = part
        .into_iter()
        .flat_map(|part| [&part.remittance, &part.creditor_reference]);
    Evidence {
        end_to_end: part.and_then(|part| EndToEndId::new(part.end_to_end.as_deref()?).ok()),
        batch: of_part.or(of_batch).and_then(named),
        payments: match part {
            Some(_) => Some(1),
            None => batch.and_then(|batch| u32::try_from(batch.transactions?).ok()),
        },
        account: account.and_then(|account| Iban::new(account.reveal()).ok()),
        returned: part.and_then(|part| Some(reason_code(part.return_reason.as_deref()?))),
        references: texts
            .flatten()
            .flat_map(|text| text.reveal().split_whitespace())
            .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
            .filter_map(|word| ClawbackRef::new(word).ok())
            .collect(),
    }
}
