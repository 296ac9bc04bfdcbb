//! Intake: files in any order become commands, and their events one append each.
//!
//! A file is read and hashed; what was taken before is skipped by its hash. What is new is put in the order in which a fund would deal with it (terms
//! before tariffs, evidence before invoices, the older before the newer), so that one folder gives one outcome whatever order its files are named in.
//! Each document is decided whole and appended whole. Lines that wait for something resume when it comes.

mod gather;
mod invoice;
mod lists;
mod office;
mod order;
mod originals;
mod summary;
mod verdict;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use subsidy_documents::{Document, Fault, Kind, Limits, Place, Reading};
use subsidy_domain::document::{DocumentCommand, DocumentFault};
use subsidy_domain::fund::{FundCommand, FundRefusal};
use subsidy_domain::ids::{DocumentHash, OriginalId, Subject};
use subsidy_domain::payment::BatchProposal;
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::reason::Reason;
use subsidy_ledger::{FollowError, Ledger, ReadError};

use self::gather::{Found, gather};
pub(crate) use self::gather::{files_under, load};
pub use self::summary::{Became, FileReport, Refusal, Summary};
use crate::clock::Clock;
use crate::desk::{Desk, INTAKE, LineCommand, Waiting, waiting};
pub use crate::desk::{DeskError, News};
use crate::originals::{Originals, OriginalsError};
use crate::projection::{Follower, RowsError};

/// Why intake stopped. Documents reported before it were appended, each whole.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The work at the desk stopped.
    #[error("intake stopped")]
    Desk(#[from] DeskError),
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Read(#[from] ReadError),
    /// The views could not follow.
    #[error("the views could not follow the ledger")]
    Follow(#[from] FollowError),
    /// The rows of a view could not be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// The day of the work is in a closed period (I9).
    #[error(
        "{through} is closed: nothing can be recorded as of that day or before; record it as of an open day"
    )]
    PeriodClosed {
        /// The last day that is closed.
        through: Date,
    },
    /// The original could not be kept.
    #[error("the originals could not be kept")]
    Originals(#[from] OriginalsError),
    /// The thread that follows could not be started.
    #[error("no thread could be started")]
    Thread(#[source] std::io::Error),
    /// A given path is not there.
    #[error("{path} cannot be read")]
    Path {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The ledger was made with another learner secret.
    #[error(transparent)]
    Secret(#[from] FundRefusal),
    /// Somebody who has no learner secret gave a file that names learners.
    #[error("{path} is no file of the finance office or its bank; take it in with `subsidyd ingest`")]
    NotOfOffice {
        /// The file.
        path: PathBuf,
    },
}

/// How far intake is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Files done.
    pub done: usize,
    /// Files in all.
    pub of: usize,
}

/// Who brings the views up to date with what intake records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upkeep {
    /// Intake, beside its own work: when it is done, so are they.
    Beside,
    /// Another: a program that follows, or whoever reads next. Intake follows only to learn which lines wait.
    Elsewhere,
}

/// Intake into one ledger.
pub struct Intake {
    ledger: Arc<Ledger>,
    /// None for the finance office, which knows no learner.
    secret: Option<LearnerSecret>,
    clock: Clock,
    limits: Limits,
    received_on: Option<Date>,
    /// Who hands in what comes now, when that is known.
    submitter: Option<Subject>,
    upkeep: Upkeep,
    follower: Follower,
    desk: Desk,
    originals: Option<Originals>,
    /// Where the document that is being decided is kept, and what is attached to it.
    kept: Vec<OriginalId>,
    /// Whether another writer was faster, since lines that wait were judged again last.
    overtaken: bool,
    /// What the last document proposed to pay.
    proposals: Vec<BatchProposal>,
    /// The documents that the desk has decided and not handed over.
    deciding: Vec<Found>,
    /// The documents that it has handed over and that may not have landed.
    landing: Vec<Found>,
}

/// How many events are gathered before they are appended together.
const GROUP: usize = 4_000;
/// How often a document is decided again when another writer was faster.
const TRIES: usize = 100;

impl Intake {
    /// Opens intake with the fund's learner secret; the ledger remembers which one it was made with.
    ///
    /// # Errors
    /// When the ledger cannot be read, or was made with another secret.
    pub fn open(ledger: Arc<Ledger>, secret: LearnerSecret, clock: Clock) -> Result<Self, IntakeError> {
        Self::begin(ledger, Some(secret), clock)
    }

    /// Opens intake for the finance office: lists of its acts and files of the bank. None of these names a learner, so whoever approves or
    /// pays needs no learner secret.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn of_office(ledger: Arc<Ledger>, clock: Clock) -> Result<Self, IntakeError> {
        Self::begin(ledger, None, clock)
    }

    fn begin(ledger: Arc<Ledger>, secret: Option<LearnerSecret>, clock: Clock) -> Result<Self, IntakeError> {
        let follower = Follower::start(Arc::clone(&ledger)).map_err(IntakeError::Thread)?;
        let mut tries = 0;
        let desk = loop {
            follower.catch_up()?;
            let mut desk = Desk::open(Arc::clone(&ledger), clock.now())?;
            if let Some(secret) = &secret {
                let check = secret.check_value();
                desk.ask_fund(FundCommand::UseLearnerSecret { check })??;
                desk.close(None)?;
            }
            match desk.append() {
                Ok(()) => break desk,
                Err(error) if error.is_conflict() && tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        };
        Ok(Self {
            ledger,
            secret,
            clock,
            limits: Limits::default(),
            received_on: None,
            submitter: None,
            upkeep: Upkeep::Beside,
            follower,
            desk,
            originals: None,
            kept: Vec::new(),
            overtaken: false,
            proposals: Vec::new(),
            deciding: Vec::new(),
            landing: Vec::new(),
        })
    }

    /// Returns the secret with which a file's learners get their pseudonyms.
    fn learner_secret(&self, file: &Found) -> Result<LearnerSecret, IntakeError> {
        self.secret.clone().ok_or_else(|| IntakeError::NotOfOffice {
            path: file.path.clone(),
        })
    }

    /// Sets the clock for what follows.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Sets the day on which what follows was received, when that is not the day of intake: a backlog, an archive.
    ///
    /// It decides what is late. When a thing was recorded and decided stays the truth of the clock.
    pub const fn set_received_on(&mut self, day: Date) {
        self.received_on = Some(day);
    }

    /// Sets who hands in what comes from now on: whoever it is approves no line of those invoices (I5). At first nobody is known.
    pub fn set_submitter(&mut self, submitter: Option<Subject>) {
        self.submitter = submitter;
    }

    /// Sets who brings the views up to date; at first intake does.
    pub const fn set_upkeep(&mut self, upkeep: Upkeep) {
        self.upkeep = upkeep;
    }

    fn received_on(&self) -> Date {
        let today = self.desk.moment().day;
        self.received_on.map_or(today, |day| day.min(today))
    }

    /// Takes in files and folders.
    ///
    /// # Errors
    /// When the ledger cannot be read or written, or a given path is not there. A bad file is no error: it is reported and the rest goes on.
    pub fn ingest(
        &mut self,
        paths: &[PathBuf],
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Summary, IntakeError> {
        if !self.desk.is_alone()? {
            self.start_over()?;
        }
        let closed = self.set_day()?;
        let mut summary = Summary::default();
        let (mut found, refused) = gather(paths, &self.limits)?;
        let of = found.len() + refused.len();
        for (path, why) in refused {
            summary.refused(path, why);
        }
        order::sort(&mut found);

        let mut seen: BTreeSet<DocumentHash> = BTreeSet::new();
        self.deciding.clear();
        self.landing.clear();
        let mut news_of_terms = false;
        let mut invoices_began = false;
        let mut unresumed = false;
        for file in found {
            progress(Progress {
                done: summary.files.len(),
                of,
            });
            let again = !seen.insert(file.hash.clone());
            if again || self.ledger.lookup(INTAKE, file.hash.as_str())?.is_some() {
                summary.repeated(file.path, Some(file.kind));
                // Who sends it again may be making up for a program that was killed before its lines, or those that wait for it, were judged again.
                unresumed |= !again && closed.is_none();
                continue;
            }
            if let Some(through) = closed {
                return Err(IntakeError::PeriodClosed { through });
            }
            if file.is_reference() {
                news_of_terms = true;
            } else if news_of_terms && !invoices_began && file.is_invoice() {
                self.finish(&mut summary)?;
                self.resume(&mut summary)?;
                (news_of_terms, invoices_began) = (false, true);
            }
            let report = self.take(&file);
            self.deciding.push(file);
            match report {
                Ok(report) => summary.add(report),
                // Another program moved a budget line that the desk holds.
                Err(IntakeError::Desk(error)) if error.is_conflict() => self.decide_again(&mut summary)?,
                Err(error) => return Err(error),
            }
            if self.desk.waiting() >= GROUP {
                self.hand_over(&mut summary)?;
            }
        }
        self.finish(&mut summary)?;
        // A program that took a file in and was killed may not have come to what waited for it: whoever sends the file again makes up for that.
        if self.desk.take_freed() || news_of_terms || unresumed {
            self.resume(&mut summary)?;
        }
        let overtaken = std::mem::take(&mut self.overtaken);
        if overtaken || !self.desk.is_alone()? {
            // What another program adopted meanwhile may let lines resume that were decided here without it.
            self.start_over()?;
            self.resume(&mut summary)?;
        }
        if self.upkeep == Upkeep::Beside {
            self.follower.catch_up()?;
        }
        progress(Progress { done: of, of });
        summary.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(summary)
    }

    /// Takes in what somebody typed: a list of one row, of which it is recorded who did what. A trial decides it and records nothing.
    ///
    /// # Errors
    /// As [`Self::ingest`].
    pub fn enter(&mut self, name: &str, bytes: Vec<u8>, trial: bool) -> Result<Summary, IntakeError> {
        if !self.desk.is_alone()? {
            self.start_over()?;
        }
        let closed = self.set_day()?;
        let mut summary = Summary::default();
        let file = match Found::typed(name, bytes, &self.limits) {
            Ok(file) => file,
            Err(why) => {
                summary.refused(PathBuf::from(name), why);
                return Ok(summary);
            }
        };
        if self.ledger.lookup(INTAKE, file.hash.as_str())?.is_some() {
            summary.repeated(file.path, Some(file.kind));
            return Ok(summary);
        }
        if let Some(through) = closed {
            return Err(IntakeError::PeriodClosed { through });
        }
        if trial {
            let report = self.take(&file)?;
            summary.add(report);
            self.start_over()?;
            return Ok(summary);
        }
        let report = self.until_landed(|intake| intake.take(&file))?;
        summary.add(report);
        if self.desk.take_freed() {
            self.resume(&mut summary)?;
        }
        self.follower.catch_up()?;
        Ok(summary)
    }

    /// Returns what the last document proposed to pay, whether it was recorded or only tried.
    #[must_use]
    pub fn proposals(&self) -> &[BatchProposal] {
        &self.proposals
    }

    /// Sets the day of the work. Returns, when it is in a closed period, the last day that is closed: what is new is then refused, and what was
    /// taken before is still known (I9).
    fn set_day(&mut self) -> Result<Option<Date>, IntakeError> {
        self.desk.set_moment(self.clock.now());
        let day = self.desk.moment().day;
        Ok(self.closed_through()?.filter(|through| day <= *through))
    }

    /// Hands over what was decided; while it lands, the next documents can be decided.
    fn hand_over(&mut self, summary: &mut Summary) -> Result<(), IntakeError> {
        match self.desk.submit() {
            Ok(()) => {
                self.landing = std::mem::take(&mut self.deciding);
                if self.upkeep == Upkeep::Beside {
                    self.follower.nudge();
                }
                Ok(())
            }
            Err(error) if error.is_conflict() => self.decide_again(summary),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until all that was decided has landed.
    fn finish(&mut self, summary: &mut Summary) -> Result<(), IntakeError> {
        self.hand_over(summary)?;
        match self.desk.settle() {
            Ok(()) => {
                self.landing.clear();
                Ok(())
            }
            Err(error) if error.is_conflict() => self.decide_again(summary),
            Err(error) => Err(error.into()),
        }
    }

    /// Decides again, one by one, from what the ledger holds now, the documents that have not landed: another writer was faster.
    ///
    /// Those that landed with them were decided without what that writer recorded: their lines are judged again at the end.
    fn decide_again(&mut self, summary: &mut Summary) -> Result<(), IntakeError> {
        self.overtaken = true;
        self.start_over()?;
        let mut documents = std::mem::take(&mut self.landing);
        documents.append(&mut self.deciding);
        for file in documents {
            if self.ledger.lookup(INTAKE, file.hash.as_str())?.is_some() {
                continue;
            }
            let report = self.until_landed(|intake| intake.take(&file))?;
            summary.replace(report);
        }
        Ok(())
    }

    /// Decides and appends; when another writer was faster, starts over and decides again.
    fn until_landed<T>(
        &mut self,
        mut decide: impl FnMut(&mut Self) -> Result<T, IntakeError>,
    ) -> Result<T, IntakeError> {
        let mut tries = 0;
        loop {
            match decide(self).and_then(|decided| self.desk.append().map(|()| decided).map_err(Into::into)) {
                Ok(decided) => return Ok(decided),
                Err(IntakeError::Desk(error)) if error.is_conflict() && tries < TRIES => {
                    tries += 1;
                    self.start_over()?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Forgets what was decided and has not landed, and opens the desk on what the ledger holds now.
    fn start_over(&mut self) -> Result<(), IntakeError> {
        match self.desk.settle() {
            Err(error) if !error.is_conflict() => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        self.follower.catch_up()?;
        self.desk = Desk::open(Arc::clone(&self.ledger), self.clock.now())?;
        Ok(())
    }

    /// Decides one document, whole.
    fn take(&mut self, file: &Found) -> Result<FileReport, IntakeError> {
        self.desk.begin()?;
        let reading = file.reading(&self.limits);
        let mut report = FileReport::new(file.path.clone(), Some(file.kind));
        let Reading {
            document,
            verdict,
            personal_data,
            attachments,
        } = match &reading {
            Ok(reading) => reading.as_ref(),
            Err(why) => {
                report.became = Became::Refused { why: why.clone() };
                return Ok(report);
            }
        };
        self.kept.clear();
        self.proposals.clear();
        // Of a statement nothing that payers wrote is recorded, and it must be booked: it is taken, and not kept.
        let is_statement = file.kind == Kind::BankStatement;
        if !personal_data.is_empty() && !is_statement {
            let faults = personal_data
                .iter()
                .map(|place| fault_at("PERSONAL_DATA", place, None))
                .collect();
            let reason = Reason::PersonalData {};
            self.quarantine(file, &reason, faults)?;
            report.became = Became::Quarantined { reason };
            return Ok(report);
        }
        if personal_data.is_empty()
            && let Err(why) = self.keep(file, attachments)?
        {
            report.became = Became::Refused { why };
            return Ok(report);
        }
        if let Document::Invoice(invoice) = document {
            report.warnings = document.warnings().to_vec();
            self.take_invoice(file, invoice, verdict.as_ref(), &mut report)?;
        } else if let Document::BankStatement(statements) = document {
            self.take_statements(file, statements, &mut report)?;
        } else {
            self.take_list(file, document, &mut report)?;
        }
        Ok(report)
    }

    /// Sets a document apart. It is dealt with, unless the rules that it follows were not known: once they are, it can be sent again.
    fn quarantine(
        &mut self,
        file: &Found,
        reason: &Reason,
        faults: Vec<DocumentFault>,
    ) -> Result<(), IntakeError> {
        let (document, on) = (file.hash.clone(), self.desk.moment().day);
        let command = DocumentCommand::Quarantine {
            document,
            reason: reason.clone(),
            faults,
            originals: self.kept.clone(),
            on,
        };
        self.desk.ask_document(&file.hash, command)?;
        let is_dealt_with = !matches!(reason, Reason::UnknownSpecification { .. });
        self.desk.close(is_dealt_with.then_some(&file.hash))?;
        Ok(())
    }

    /// Judges again the lines that wait for terms, tariffs, types, payees or budgets.
    fn resume(&mut self, summary: &mut Summary) -> Result<(), IntakeError> {
        self.follower.catch_up()?;
        let waiting = waiting(&self.ledger)?;
        for part in waiting.chunks(500) {
            let news = self.until_landed(|intake| intake.reassess(part))?;
            summary.resumed.add(&news);
        }
        Ok(())
    }

    /// Judges lines again, each when it is its turn.
    fn reassess(&mut self, part: &[Waiting]) -> Result<News, IntakeError> {
        let cases = part.iter().map(|waiting| waiting.case.clone()).collect();
        self.desk.load(&cases, &BTreeSet::new())?;
        let day = self.desk.moment().day;
        let mut news = News::default();
        for Waiting {
            budget,
            place,
            case,
            document,
        } in part
        {
            // Behind one that does not fit nobody moves.
            if budget.is_some_and(|(budget, _)| !self.desk.has_turn(budget, &place.line)) {
                continue;
            }
            if let Ok(happened) = self.desk.ask_line(case, LineCommand::Reassess(day), document)? {
                news.add(&happened);
            }
        }
        self.desk.close(None)?;
        Ok(news)
    }
}

/// Returns a fault as the ledger keeps it: code and place, no content.
fn fault_at(code: &str, place: &Place, field: Option<&str>) -> DocumentFault {
    if let Place::Within { place, .. } = place {
        return fault_at(code, place, field);
    }
    let (line, column, named) = match place {
        Place::Document | Place::Page { .. } | Place::Within { .. } => (None, None, None),
        Place::Element { line, column, .. } => (Some(*line), Some(*column), None),
        Place::Row { row } => (Some(*row), None, None),
        Place::Cell { row, column, name } => (Some(*row), Some(*column), Some(name.as_str())),
    };
    DocumentFault {
        code: code.to_owned(),
        line,
        column,
        field: field.or(named).map(str::to_owned),
    }
}

fn kept(fault: &Fault) -> DocumentFault {
    fault_at(fault.code.as_str(), &fault.place, fault.field.as_deref())
}

#[cfg(test)]
mod tests;
