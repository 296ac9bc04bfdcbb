//! What the command line says: reports on standard output, progress and errors beside them.

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};
use subsidy_ledger::{
    AppendError, CheckpointError, CopyError, Fault, FollowError, KnownHeadError, LocationError, OpenError,
    ReadError, VerifyError,
};

use super::Exit;
use crate::custody::CustodyError;
use crate::demo::DemoError;
use crate::desk::DeskError;
use crate::export::ExportError;
use crate::head_file::HeadFileError;
use crate::intake::{IntakeError, Progress};
use crate::lang::Lang;
use crate::payment_export::PaymentExportError;
use crate::projection::RowsError;
use crate::proof::hand_out::HandOutError;
use crate::proof::keys::KeyError;
use crate::secret::SecretError;
use crate::sheet::{Format, Sheet};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// Whoever read the output stopped reading: no failure.
    #[error("the output was closed")]
    Closed,
    #[error("the output could not be written")]
    Output(#[source] io::Error),
    #[error("the place of the ledger cannot be read")]
    Location(#[source] Arc<LocationError>),
    #[error(transparent)]
    Copy(CopyError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error(transparent)]
    Rows(#[from] RowsError),
    #[error(transparent)]
    Export(#[from] ExportError),
    #[error(transparent)]
    Intake(#[from] IntakeError),
    #[error(transparent)]
    Custody(#[from] CustodyError),
    #[error("there is no store of originals there: name its folder with --originals")]
    NoOriginals,
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Head(#[from] HeadFileError),
    #[error("no file for the head of this ledger was named: give --head-file")]
    NoHeadFile,
    #[error("the ledger could not be verified")]
    Verify(#[source] VerifyError),
    #[error("VERIFICATION FAILED: {0}")]
    Tampered(Fault),
    #[error("nothing is known under `{id}`")]
    NothingFound { id: String },
    #[error("position {position} is beyond the last one, {head}")]
    BeyondHead { position: u64, head: u64 },
    #[error(transparent)]
    PaymentFile(PaymentExportError),
    #[error("there is no view `{view}`")]
    NoSuchView { view: String },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    #[error(transparent)]
    HandOut(#[from] HandOutError),
    #[error("no key of the ledger was named: give --key-file")]
    NoKeyFile,
    #[error("nothing says whose signature counts: give --policy")]
    NoPolicy,
    #[error("{} is no checkpoint of this ledger: {why}", path.display())]
    NoCheckpoint { path: PathBuf, why: String },
    #[error("this is not the ledger of the checkpoint in {}", path.display())]
    Held { path: PathBuf, source: KnownHeadError },
    #[error("NOT PROVEN: {why}")]
    NotProven { why: String },
    #[error("no signature of a witness was kept: {why}")]
    NotCosigned { why: String },
}

impl Failure {
    /// Whether a record turned out to be altered or missing: the command that found it says so as `verify` does.
    fn finds_tampering(&self) -> bool {
        let mut next: Option<&(dyn Error + 'static)> = match self {
            Self::Read(error) => Some(error),
            Self::Follow(error) => Some(error),
            Self::Rows(error) => Some(error),
            Self::Export(error) => Some(error),
            Self::Intake(error) => Some(error),
            Self::Custody(error) => Some(error),
            Self::Demo(error) => Some(error),
            Self::Desk(error) => Some(error),
            Self::Head(error) => Some(error),
            Self::Copy(error) => Some(error),
            Self::Checkpoint(CheckpointError::Forked(_)) | Self::Tampered(_) => return true,
            Self::Checkpoint(error) => Some(error),
            Self::HandOut(HandOutError::Unproven(_)) => return true,
            Self::HandOut(error) => Some(error),
            Self::Held { source, .. } => Some(source),
            Self::Closed
            | Self::Key(_)
            | Self::NoKeyFile
            | Self::NoPolicy
            | Self::NoCheckpoint { .. }
            | Self::NotProven { .. }
            | Self::NotCosigned { .. }
            | Self::Output(_)
            | Self::Open(_)
            | Self::Secret(_)
            | Self::Verify(_)
            | Self::NothingFound { .. }
            | Self::BeyondHead { .. }
            | Self::NoSuchView { .. }
            | Self::PaymentFile(_)
            | Self::NoHeadFile
            | Self::NoOriginals
            | Self::Location(_) => None,
        };
        while let Some(error) = next {
            if matches!(error.downcast_ref(), Some(ReadError::Broken(_)))
                || matches!(error.downcast_ref(), Some(AppendError::Broken(_)))
            {
                return true;
            }
            next = error.source();
        }
        false
    }

    /// Returns what failed, in the language of the reader where it is something that the reader can mend.
    pub(super) fn said(&self, lang: Lang) -> String {
        if lang == Lang::En {
            return self.to_string();
        }
        match self {
            Self::Open(OpenError::Absent { at }) => {
                format!("er is geen register op {at}: controleer de naam")
            }
            Self::Open(OpenError::NotALedger { at }) => format!("{at} is geen register: controleer de naam"),
            Self::Open(OpenError::Unsafe {
                at,
                setting,
                found,
                wanted,
            }) => {
                format!(
                    "{at} draait met {setting} = {found}: zet dat op {wanted}, anders is wat is vastgelegd niet veilig"
                )
            }
            Self::Open(OpenError::NotMember { role }) => {
                format!("deze gebruiker mag niet optreden als {role}: GRANT {role} TO die gebruiker")
            }
            Self::Location(_) => "waar het register staat is niet te lezen".to_owned(),
            Self::Copy(CopyError::NotEmpty { size }) => {
                format!("het doel heeft al {size} records: noem een leeg register")
            }
            Self::NothingFound { id } => format!("onder `{id}` is niets bekend"),
            Self::BeyondHead { position, head } => {
                format!("positie {position} ligt voorbij de laatste, {head}")
            }
            Self::NoSuchView { view } => format!("er is geen overzicht `{view}`"),
            Self::Tampered(fault) => format!("CONTROLE MISLUKT: {fault}"),
            Self::NoKeyFile => "er is geen sleutel van het register genoemd: geef --key-file".to_owned(),
            Self::NoPolicy => "niets zegt wiens handtekening geldt: geef --policy".to_owned(),
            Self::NoCheckpoint { path, why } => {
                format!("{} is geen ijkpunt van dit register: {why}", path.display())
            }
            Self::Held { path, .. } => {
                format!("dit is niet het register van het ijkpunt in {}", path.display())
            }
            Self::NotProven { why } => format!("NIET BEWEZEN: {why}"),
            Self::NotCosigned { why } => format!("er is geen handtekening van een getuige bewaard: {why}"),
            Self::Closed
            | Self::Key(_)
            | Self::Checkpoint(_)
            | Self::HandOut(_)
            | Self::Output(_)
            | Self::Copy(_)
            | Self::Open(_)
            | Self::Read(_)
            | Self::Follow(_)
            | Self::Rows(_)
            | Self::Export(_)
            | Self::Intake(_)
            | Self::Custody(_)
            | Self::NoOriginals
            | Self::Demo(_)
            | Self::Secret(_)
            | Self::Desk(_)
            | Self::NoHeadFile
            | Self::PaymentFile(_)
            | Self::Head(_)
            | Self::Verify(_) => self.to_string(),
        }
    }

    pub(super) fn exit(&self) -> Exit {
        if self.finds_tampering() {
            return Exit::Tampered;
        }
        match self {
            Self::Closed => Exit::Fine,
            Self::Open(OpenError::Absent { .. }) => Exit::NoLedger,
            Self::Secret(_)
            | Self::Demo(DemoError::Secret(_) | DemoError::Intake(IntakeError::Secret(_)))
            | Self::Intake(IntakeError::Secret(_)) => Exit::WrongSecret,
            Self::Tampered(_) => Exit::Tampered,
            Self::NotProven { .. } => Exit::Findings,
            Self::Held {
                source: KnownHeadError::Older { .. } | KnownHeadError::Rewritten { .. },
                ..
            } => Exit::OtherLedger,
            Self::Head(HeadFileError::Differs {
                source: KnownHeadError::Older { .. } | KnownHeadError::Rewritten { .. },
                ..
            }) => Exit::OtherLedger,
            Self::Output(_)
            | Self::Location(_)
            | Self::Copy(_)
            | Self::Open(_)
            | Self::Read(_)
            | Self::Follow(_)
            | Self::Rows(_)
            | Self::Export(_)
            | Self::Intake(_)
            | Self::Custody(_)
            | Self::NoOriginals
            | Self::Demo(_)
            | Self::Desk(_)
            | Self::Head(_)
            | Self::Verify(_)
            | Self::NothingFound { .. }
            | Self::BeyondHead { .. }
            | Self::NoHeadFile
            | Self::PaymentFile(_)
            | Self::Key(_)
            | Self::Checkpoint(_)
            | Self::HandOut(_)
            | Self::NoKeyFile
            | Self::NoPolicy
            | Self::NoCheckpoint { .. }
            | Self::Held { .. }
            | Self::NotCosigned { .. }
            | Self::NoSuchView { .. } => Exit::Failed,
        }
    }

    pub(super) fn help(&self, lang: Lang) -> Option<String> {
        match self {
            Self::NothingFound { .. } => Some(
                lang.pick(
                    "geef een factuurnummer, een bewijsnummer, of begunstigde/factuur/regel",
                    "give an invoice number, an evidence number, or payee/invoice/line",
                )
                .to_owned(),
            ),
            Self::NoSuchView { .. } => {
                let known = crate::projection::names().join(", ");
                Some(format!("{} {known}", lang.pick("kies uit", "choose from")))
            }
            found if found.finds_tampering() => Some(
                lang.pick(
                    "gebruik de cijfers niet; leg een reservekopie ernaast en waarschuw de accountant",
                    "do not use the figures; compare with a backup and warn the auditor",
                )
                .to_owned(),
            ),
            Self::Open(OpenError::Absent {
                at: subsidy_ledger::Location::Postgres(_),
            }) => Some(
                lang.pick("begin met `subsidyd db init`", "begin with `subsidyd db init`")
                    .to_owned(),
            ),
            Self::Open(OpenError::Absent { .. }) => Some(
                lang.pick(
                    "begin met `subsidyd demo` of `subsidyd ingest`",
                    "begin with `subsidyd demo` or `subsidyd ingest`",
                )
                .to_owned(),
            ),
            Self::Location(_) => {
                let form = "sqlite:PATH, postgres://USER@HOST/DATABASE";
                Some(format!("{} {form}", lang.pick("schrijf", "write")))
            }
            Self::Intake(IntakeError::Secret(_)) | Self::Demo(DemoError::Intake(IntakeError::Secret(_))) => {
                Some(
                    lang.pick(
                        "geef het juiste geheim met --learner-key",
                        "give the right secret with --learner-key",
                    )
                    .to_owned(),
                )
            }
            Self::Head(HeadFileError::Differs { source, .. }) | Self::Held { source, .. } => differs(source, lang),
            Self::NoKeyFile => Some(
                lang.pick(
                    "maak er een met `subsidyd key generate --origin NAAM --key-file BESTAND`",
                    "make one with `subsidyd key generate --origin NAME --key-file FILE`",
                )
                .to_owned(),
            ),
            Self::Head(HeadFileError::Malformed { .. }) => Some(
                lang.pick(
                    "zet de kop terug zoals hij was; is hij verloren, controleer het register en begin met `subsidyd accept-head` een nieuwe",
                    "put the head back as it was; if it is lost, check the ledger and begin a new one with `subsidyd accept-head`",
                )
                .to_owned(),
            ),
            Self::Closed
            | Self::Head(HeadFileError::Io { .. } | HeadFileError::Read(_))
            | Self::Output(_)
            | Self::Copy(_)
            | Self::Open(_)
            | Self::Read(_)
            | Self::Follow(_)
            | Self::Rows(_)
            | Self::Export(_)
            | Self::Intake(_)
            | Self::Custody(_)
            | Self::NoOriginals
            | Self::Demo(_)
            | Self::Secret(_)
            | Self::Desk(_)
            | Self::Verify(_)
            | Self::Tampered(_)
            | Self::NoHeadFile
            | Self::PaymentFile(_)
            | Self::Key(_)
            | Self::Checkpoint(_)
            | Self::HandOut(_)
            | Self::NoPolicy
            | Self::NoCheckpoint { .. }
            | Self::NotProven { .. }
            | Self::NotCosigned { .. }
            | Self::BeyondHead { .. } => None,
        }
    }
}

/// What to do with a ledger that is older than its head, or another.
fn differs(source: &KnownHeadError, lang: Lang) -> Option<String> {
    match source {
        KnownHeadError::Older { known, size } => Some(match lang {
            Lang::Nl => format!(
                "dit register heeft {size} records en het had er {}: het is een oudere kopie. Zet de nieuwste terug; is die er niet meer, \
                 aanvaard deze met `subsidyd accept-head --reason ...`",
                known.size
            ),
            Lang::En => format!(
                "this ledger has {size} records and it had {}: it is an older copy. Put the newest back; if there is none any more, \
                 accept this one with `subsidyd accept-head --reason ...`",
                known.size
            ),
        }),
        KnownHeadError::Rewritten { .. } => Some(
            lang.pick(
                "de geschiedenis is herschreven of dit is een ander register: gebruik de cijfers niet; controleer --database en --head-file, \
                 leg een reservekopie ernaast en waarschuw de accountant",
                "the history was rewritten, or this is another ledger: do not use the figures; check --database and --head-file, \
                 compare with a backup and warn the auditor",
            )
            .to_owned(),
        ),
        KnownHeadError::Read(_) => None,
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Output(error)
        }
    }
}

/// Writes a report to standard output.
pub(super) fn print(sheet: &Sheet, format: Format, lang: Lang) -> Result<(), Failure> {
    let width = console::Term::stdout().size_checked().map(|(_, columns)| columns);
    let mut out = io::BufWriter::new(io::stdout().lock());
    sheet.write_within(width, format, lang, &mut out)?;
    out.flush()?;
    Ok(())
}

/// Writes text to standard output.
pub(super) fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()?;
    Ok(())
}

/// A progress bar on a terminal; silence in a pipe.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new(what: &str) -> Self {
        if !io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(0);
        let template = format!("{{bar:40}} {{pos}}/{{len}} {what} ({{eta}})");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub(super) fn at(&self, progress: Progress) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.at_count(count(progress.done), count(progress.of));
    }

    pub(super) fn at_count(&self, done: u64, of: u64) {
        self.0.set_length(of);
        self.0.set_position(done);
    }

    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
