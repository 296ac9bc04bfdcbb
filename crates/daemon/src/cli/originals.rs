//! `originals`: what is kept of documents, who reads it, and its end.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand, ValueEnum};
use subsidy_domain::document::{DestroyedFor, ReadFor};
use subsidy_domain::ids::{DecisionRef, Subject};
use subsidy_ledger::{Location, Opening};

use super::Exit;
use super::opening::Place;
use super::output::{Failure, print};
use crate::clock::Clock;
use crate::custody::{Custody, CustodyError, holdings};
use crate::lang::Lang;
use crate::originals::{self, Original, Originals};
use crate::sheet::{Cell, Column, Format, Sheet, Weight};

/// What to do with originals.
#[derive(Debug, Subcommand)]
pub(super) enum OriginalsArg {
    /// Every document of which originals were kept: how many, how often they were read, and whether they are still there
    List {
        #[command(flatten)]
        store: Store,
    },
    /// Write an original to a file or to standard output; who reads it and for what is recorded first
    Read {
        /// The hash of the document, or the name of one of its originals
        id: String,
        /// Who reads it, by verified subject
        #[arg(long)]
        by: Subject,
        /// For what
        #[arg(long, value_enum)]
        purpose: PurposeArg,
        /// The decision on file, when there is one
        #[arg(long)]
        decision: Option<DecisionRef>,
        /// The file to write, which may not be there yet [default: standard output]
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        #[command(flatten)]
        store: Store,
    },
    /// Destroy the originals of a document for good, or an attachment with every invoice that holds it; amounts and proofs stay
    Destroy {
        /// The hash of the document, or the name of one of its originals
        id: String,
        /// Who destroys, by verified subject
        #[arg(long)]
        by: Subject,
        /// Why
        #[arg(long, value_enum)]
        ground: GroundArg,
        /// The decision on file
        #[arg(long)]
        decision: DecisionRef,
        /// Try: tell what would go, and record and destroy nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        store: Store,
    },
}

/// Where originals are kept.
#[derive(Debug, Args)]
pub(super) struct Store {
    /// The folder in which originals are kept; its key stands beside it [default: beside a ledger in a file, PATH.originals]
    #[arg(long, value_name = "DIR", env = "SUBSIDYD_ORIGINALS")]
    originals: Option<PathBuf>,
}

/// What an original is read for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PurposeArg {
    /// An audit
    Audit,
    /// An objection to a decision
    Objection,
    /// To look something up
    Enquiry,
}

/// Why an original is destroyed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum GroundArg {
    /// Its term is over
    TermOver,
    /// A person asked to be forgotten
    Request,
    /// It holds what the fund may not have
    NotAllowed,
}

impl Store {
    /// Opens the store that is there; a mistyped folder must not begin one.
    fn open(self, place: &Place) -> Result<Originals, Failure> {
        let folder = match (self.originals, &place.database) {
            (Some(folder), _) => folder,
            (None, Location::Sqlite(path)) => originals::beside(path),
            (None, Location::Postgres(_)) => return Err(Failure::NoOriginals),
        };
        if !folder.is_dir() {
            return Err(Failure::NoOriginals);
        }
        Ok(Originals::open(&folder).map_err(CustodyError::from)?)
    }
}

/// Makes a file of its owner's alone that was not there.
fn new_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

pub(super) fn run(place: &Place, arg: OriginalsArg, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let ledger = Arc::clone(&place.open(Opening::Existing)?);
    match arg {
        OriginalsArg::List { store } => {
            let store = store.open(place)?;
            let mut sheet = sheet(lang.pick("Originelen", "Originals"), lang);
            for holding in holdings(&ledger)? {
                let mut kept = 0;
                for original in &holding.originals {
                    if matches!(store.look(original), Original::Kept(())) {
                        kept += 1;
                    }
                }
                sheet.row(
                    Weight::Normal,
                    vec![
                        Cell::text(holding.document.as_str()),
                        holding.kind.map_or(Cell::Empty, Cell::text),
                        Cell::Day(holding.on),
                        Cell::text(
                            holding
                                .originals
                                .iter()
                                .map(|id| id.as_str())
                                .collect::<Vec<_>>()
                                .join(" "),
                        ),
                        Cell::Units(kept),
                        Cell::Units(i64::from(holding.read)),
                        Cell::Units(i64::try_from(holding.destroyed.len()).unwrap_or(i64::MAX)),
                    ],
                );
            }
            print(&sheet, format, lang)?;
        }
        OriginalsArg::Read {
            id,
            by,
            purpose,
            decision,
            to,
            store,
        } => {
            let store = store.open(place)?;
            let purpose = match purpose {
                PurposeArg::Audit => ReadFor::Audit,
                PurposeArg::Objection => ReadFor::Objection,
                PurposeArg::Enquiry => ReadFor::Enquiry,
            };
            // A file that cannot be written must not leave a reading that never was.
            let mut out: Box<dyn std::io::Write> = match &to {
                Some(path) => Box::new(new_file(path).map_err(Failure::Output)?),
                None => Box::new(std::io::stdout()),
            };
            let custody = Custody::new(&ledger, &store, Clock::Wall);
            let bytes = custody.read(&id, &by, purpose, decision.as_ref());
            if let (Err(_), Some(path)) = (&bytes, &to) {
                std::fs::remove_file(path).map_err(Failure::Output)?;
            }
            place.keep_head(&ledger)?;
            let bytes = bytes?;
            out.write_all(&bytes)
                .and_then(|()| out.flush())
                .map_err(Failure::Output)?;
        }
        OriginalsArg::Destroy {
            id,
            by,
            ground,
            decision,
            dry_run,
            store,
        } => {
            let store = store.open(place)?;
            let ground = match ground {
                GroundArg::TermOver => DestroyedFor::TermOver,
                GroundArg::Request => DestroyedFor::Request,
                GroundArg::NotAllowed => DestroyedFor::NotAllowed,
            };
            let custody = Custody::new(&ledger, &store, Clock::Wall);
            let going = custody.going(&id)?;
            if !dry_run {
                let destroyed = custody.destroy(&going, &by, ground, &decision);
                place.keep_head(&ledger)?;
                destroyed?;
            }
            let title = match dry_run {
                true => lang.pick("Zou worden vernietigd", "Would be destroyed"),
                false => lang.pick("Vernietigd", "Destroyed"),
            };
            let mut sheet = Sheet {
                title: title.to_owned(),
                columns: vec![
                    Column::new("document", "document"),
                    Column::new("original", lang.pick("origineel", "original")),
                ],
                ..Sheet::default()
            };
            for (document, originals) in &going {
                for original in originals {
                    sheet.row(
                        Weight::Normal,
                        vec![Cell::text(document.as_str()), Cell::text(original.as_str())],
                    );
                }
            }
            print(&sheet, format, lang)?;
        }
    }
    Ok(Exit::Fine)
}

fn sheet(title: &str, lang: Lang) -> Sheet {
    Sheet {
        title: title.to_owned(),
        columns: vec![
            Column::new("document", "document"),
            Column::new("kind", lang.pick("soort", "kind")),
            Column::new("on", lang.pick("ontvangen op", "received on")),
            Column::new("originals", lang.pick("originelen", "originals")),
            Column::new("kept", lang.pick("nog te lezen", "still there")),
            Column::new("read", lang.pick("ingezien", "read")),
            Column::new("destroyed", lang.pick("vernietigd", "destroyed")),
        ],
        ..Sheet::default()
    }
}
