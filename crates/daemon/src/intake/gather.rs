//! Finding files, reading and hashing them, and seeing what they are.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use subsidy_documents::{
    BudgetEntryKind, Document, InvoiceDocument, Kind, Limits, Reading, Unreadable, read,
};
use subsidy_domain::ids::DocumentHash;

use super::IntakeError;
use super::summary::Refusal;
use crate::cores::on_all_cores;

/// A file that was found, with what it is.
pub(super) struct Found {
    /// Where.
    pub(super) path: PathBuf,
    /// The hash of its bytes.
    pub(super) hash: DocumentHash,
    /// What it is.
    pub(super) kind: Kind,
    /// The date by which documents of its kind are put in order.
    pub(super) date: Option<Date>,
    /// Whether it is a list that only divides budgets over what waits for them.
    pub(super) divides: bool,
    /// The number by which documents of one date are put in order.
    pub(super) number: String,
    kept: Option<Reading>,
    /// Its bytes, when it is no file: what was typed at the command line.
    typed: Option<Vec<u8>>,
}

/// How many bytes of files are kept as read, a year's worth; what is beyond is read again when its turn comes. What is kept takes two to three
/// times as much memory.
const KEPT_BYTES: usize = 20 << 20;

/// A file from which nothing can be taken, and why.
pub(super) type Refused = (PathBuf, Refusal);

/// Finds the files under the paths, folders in order of name, and reads each once, on as many threads as the machine has.
pub(super) fn gather(paths: &[PathBuf], limits: &Limits) -> Result<(Vec<Found>, Vec<Refused>), IntakeError> {
    let files = files_under(paths)?;
    let room = AtomicUsize::new(KEPT_BYTES);
    let looked = on_all_cores(&files, |path| look_at(path, limits, &room));
    let (mut found, mut refused) = (Vec::new(), Vec::new());
    for (outcome, path) in looked.into_iter().zip(files) {
        match outcome {
            Ok(file) => found.push(file),
            Err(why) => refused.push((path, why)),
        }
    }
    Ok((found, refused))
}

/// Finds the files under the paths, folders in order of name; what is hidden is left alone.
pub(crate) fn files_under(paths: &[PathBuf]) -> Result<Vec<PathBuf>, IntakeError> {
    let mut files = Vec::new();
    for path in paths {
        walk(path, &mut files)?;
    }
    Ok(files)
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), IntakeError> {
    let cannot = |source| IntakeError::Path {
        path: path.to_owned(),
        source,
    };
    if !fs::metadata(path).map_err(cannot)?.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .map_err(cannot)?;
    entries.sort();
    for entry in entries {
        let hidden = entry
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden {
            walk(&entry, files)?;
        }
    }
    Ok(())
}

fn look_at(path: &Path, limits: &Limits, room: &AtomicUsize) -> Result<Found, Refusal> {
    let bytes = load(path, limits)?;
    let reading = read(&bytes, limits).map_err(Refusal::Unreadable)?;
    if reading.document.kind() == Kind::PaymentFile {
        return Err(Refusal::Unreadable(Unreadable::OtherFormat {
            format: "a payment file, which this ledger makes and the bank takes",
        }));
    }
    if reading.document.kind() == Kind::AuditFile {
        return Err(Refusal::Unreadable(Unreadable::OtherFormat {
            format: "an audit file, which this ledger makes and the auditor takes",
        }));
    }
    let (date, number) = dated(&reading.document);
    let kept = room
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| {
            room.checked_sub(bytes.len())
        })
        .is_ok();
    Ok(Found {
        typed: None,
        path: path.to_owned(),
        hash: hash_of(&bytes),
        kind: reading.document.kind(),
        divides: divides(&reading.document),
        date,
        number,
        kept: kept.then_some(reading),
    })
}

/// Returns the bytes of a file that is not too large.
pub(crate) fn load(path: &Path, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let cannot = |error: std::io::Error| Refusal::Io(error.to_string());
    let size = fs::metadata(path).map_err(cannot)?.len();
    let bytes = usize::try_from(size).unwrap_or(usize::MAX);
    if bytes > limits.max_bytes {
        return Err(Refusal::Unreadable(Unreadable::TooLarge {
            bytes,
            limit: limits.max_bytes,
        }));
    }
    fs::read(path).map_err(cannot)
}

/// Returns the hash of a document's bytes.
fn hash_of(bytes: &[u8]) -> DocumentHash {
    DocumentHash::from_bytes(Sha256::digest(bytes).into())
}

fn divides(document: &Document) -> bool {
    let Document::Budgets(table) = document else {
        return false;
    };
    let mut entries = table.rows.iter();
    !table.rows.is_empty() && entries.all(|row| row.value.kind == BudgetEntryKind::Division)
}

fn dated(document: &Document) -> (Option<Date>, String) {
    match document {
        Document::Invoice(invoice) => match invoice.as_ref() {
            InvoiceDocument::Sound(invoice) => (Some(invoice.issue_date), invoice.number.clone()),
            InvoiceDocument::Faulty(invoice) => {
                (invoice.issue_date, invoice.number.clone().unwrap_or_default())
            }
        },
        Document::ExamResults(table) => (
            table.rows.iter().map(|row| row.value.examined_on).max(),
            String::new(),
        ),
        Document::Attendance(table) => (table.rows.iter().map(|row| row.value.day).max(), String::new()),
        Document::ExamProtocols(table) => (
            table.rows.iter().map(|row| row.value.held_on).max(),
            String::new(),
        ),
        Document::EvcCertificates(_)
        | Document::ChequesIssued(_)
        | Document::ChequesRedeemed(_)
        | Document::BudgetCoaching(_)
        | Document::Grants(_)
        | Document::Agreements(_)
        | Document::EvCertificates(_)
        | Document::Payees(_)
        | Document::ExamTypes(_)
        | Document::SchemeTerms(_)
        | Document::Tariffs(_)
        | Document::Budgets(_)
        | Document::Deliveries(_)
        | Document::ReferenceFigures(_)
        | Document::OfficerDecisions(_)
        | Document::OwnAccounts(_)
        | Document::ApprovalPolicies(_)
        | Document::PaymentFile(_)
        | Document::AuditFile(_)
        | Document::PaymentStatus(_) => (None, String::new()),
        Document::BankStatement(file) => {
            let closed = file
                .statements
                .iter()
                .filter_map(|statement| statement.closing.as_ref()?.on);
            (closed.max(), String::new())
        }
        Document::BankRulings(table) => (
            table.rows.iter().map(|row| row.value.decided_on).max(),
            String::new(),
        ),
        Document::AccountChanges(table) => (table.rows.iter().map(|row| row.value.on).max(), String::new()),
        Document::Recourses(table) => (table.rows.iter().map(|row| row.value.on).max(), String::new()),
        Document::Approvals(table) => (
            table.rows.iter().map(|row| row.value.decided_on).max(),
            String::new(),
        ),
        Document::PaymentSteps(table) => (table.rows.iter().map(|row| row.value.on).max(), String::new()),
        Document::SampleSteps(table) => (table.rows.iter().map(|row| row.value.on).max(), String::new()),
        Document::PeriodSteps(table) => (table.rows.iter().map(|row| row.value.on).max(), String::new()),
    }
}

impl Found {
    /// Returns a document that was typed and not found in a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn typed(name: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Self, Refusal> {
        let reading = read(&bytes, limits).map_err(Refusal::Unreadable)?;
        let (date, number) = dated(&reading.document);
        Ok(Self {
            path: PathBuf::from(name),
            hash: hash_of(&bytes),
            kind: reading.document.kind(),
            divides: divides(&reading.document),
            date,
            number,
            kept: Some(reading),
            typed: Some(bytes),
        })
    }

    /// Returns the bytes of the file, which are still what they were.
    pub(super) fn bytes(&self, limits: &Limits) -> Result<Vec<u8>, Refusal> {
        if let Some(typed) = &self.typed {
            return Ok(typed.clone());
        }
        let bytes = load(&self.path, limits)?;
        if hash_of(&bytes) == self.hash {
            Ok(bytes)
        } else {
            Err(Refusal::Changed)
        }
    }

    /// Returns what the file says, read again when it was not kept.
    pub(super) fn reading(&self, limits: &Limits) -> Result<Cow<'_, Reading>, Refusal> {
        if let Some(kept) = &self.kept {
            return Ok(Cow::Borrowed(kept));
        }
        read(&self.bytes(limits)?, limits)
            .map(Cow::Owned)
            .map_err(Refusal::Unreadable)
    }

    /// Whether lines may wait for what the file adopts.
    pub(super) fn is_reference(&self) -> bool {
        matches!(
            self.kind,
            Kind::SchemeTerms | Kind::Tariffs | Kind::ExamTypes | Kind::Payees | Kind::Budgets
        )
    }

    /// Whether the file is an invoice or a credit note.
    pub(super) fn is_invoice(&self) -> bool {
        matches!(self.kind, Kind::Invoice | Kind::CreditNote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_gigabyte_is_refused_without_being_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large.xml");
        let file = fs::File::create(&path).expect("a file");
        file.set_len(1 << 30).expect("a hole of a gigabyte");
        let (found, refused) = gather(&[path], &Limits::default()).expect("gathered");
        assert!(found.is_empty());
        let [(_, Refusal::Unreadable(Unreadable::TooLarge { bytes, limit }))] = refused.as_slice() else {
            panic!("{refused:?}")
        };
        assert_eq!((*bytes, *limit), (1 << 30, 64 << 20));
    }

    #[test]
    fn a_payment_file_is_refused_and_said_to_be_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("payments.xml");
        let payments =
            "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'><CstmrCdtTrfInitn/></Document>";
        fs::write(&path, payments).expect("a file");
        let (found, refused) = gather(&[path], &Limits::default()).expect("gathered");
        assert!(found.is_empty());
        let [(_, Refusal::Unreadable(Unreadable::OtherFormat { format }))] = refused.as_slice() else {
            panic!("{refused:?}")
        };
        assert!(format.starts_with("a payment file"), "{format}");
    }
}
