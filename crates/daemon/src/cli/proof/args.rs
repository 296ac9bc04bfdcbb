//! Arguments of the commands that prove something.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Subcommand;

/// What to verify, and whose signatures to believe.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct VerifyArgs {
    /// Hold the ledger against a signed checkpoint that was kept, and read the records since then
    #[arg(long, value_name = "FILE", conflicts_with = "subset")]
    pub(in crate::cli) since: Option<PathBuf>,
    /// One part of so many, such as 3/7: seven nights read the whole ledger
    #[arg(long, value_name = "N/T")]
    pub(in crate::cli) subset: Option<Subset>,
    /// Whose signatures are believed: the keys of the ledger and of its witnesses [default: KEY-FILE.policy]
    #[arg(long, value_name = "FILE", env = "SUBSIDYD_POLICY")]
    pub(in crate::cli) policy: Option<PathBuf>,
}

/// A part of so many, from 1.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Subset {
    pub(in crate::cli) part: u32,
    pub(in crate::cli) of: u32,
}

impl FromStr for Subset {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (part, of) = text.split_once('/')?;
            let (part, of) = (part.parse().ok()?, of.parse().ok()?);
            (1..=of).contains(&part).then_some(Self { part, of })
        };
        read().ok_or_else(|| "write which part of how many, for instance 3/7".to_owned())
    }
}

/// What to do with the keys of the ledger, in the file of --key-file.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum KeyStep {
    /// Make the first key, and beside it the policy that is published
    Generate {
        /// The name of the ledger, which no other log in the world has: a web address of yours without https://
        #[arg(long)]
        origin: String,
    },
    /// Print the keys by which others check signatures: never a secret
    Show,
    /// Make a new key; both sign from now on, until the old one is retired
    Rotate,
    /// Let the old key sign no more, when everybody who checks has the new one
    Retire,
}

/// What to do with checkpoints.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CheckpointStep {
    /// Sign what is recorded now, and print the checkpoint
    Sign,
    /// List the checkpoints that were signed
    List,
    /// Keep what witnesses answered to `prove consistency`: their signatures on a checkpoint, when they are true
    Cosign {
        /// The answer: a line for each signature; `-` for standard input
        answer: PathBuf,
        /// How many records the checkpoint is of; the last one when left out
        #[arg(long)]
        size: Option<u64>,
        /// The witnesses that are known, and how many of them are wanted [default: KEY-FILE.policy]
        #[arg(long, value_name = "FILE", env = "SUBSIDYD_POLICY")]
        policy: Option<PathBuf>,
    },
    /// Print a checkpoint with all its signatures
    Show {
        /// How many records it is of; the last one when left out
        size: Option<u64>,
    },
}

/// What to prove.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Prove {
    /// That the record at a position is in a checkpoint: a .tlog-proof file
    Inclusion {
        /// The position
        position: u64,
        /// How many records the checkpoint is of; the last one when left out
        #[arg(long, value_name = "SIZE")]
        at: Option<u64>,
        /// Where to write the proof; printed when left out
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Where to write the entry, the bytes that are proven
        #[arg(long, value_name = "FILE")]
        entry: Option<PathBuf>,
    },
    /// That one checkpoint is the beginning of another: also what a witness is asked with
    #[command(
        after_help = "Example, with a witness that has seen 1200 records (0 the first time):\n  subsidyd prove consistency 1200 | curl --fail-with-body --data-binary @- https://witness.example/add-checkpoint | subsidyd checkpoint cosign -"
    )]
    Consistency {
        /// How many records the older one is of; 0 for a witness that has seen none yet
        old: u64,
        /// How many records the newer one is of; the last one when left out
        new: Option<u64>,
        /// Where to write the proof; printed when left out
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Check a .tlog-proof of somebody: no ledger is needed
    Check {
        /// The proof
        proof: PathBuf,
        /// The bytes that it is about
        #[arg(long, value_name = "FILE")]
        entry: PathBuf,
        /// Whom to believe: the log, its witnesses and how many of them
        #[arg(long, value_name = "FILE", env = "SUBSIDYD_POLICY")]
        policy: PathBuf,
    },
}

/// What to do with tiles.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TilesStep {
    /// Write the last checkpoint and its tiles below a folder, as a web server can serve them
    Export {
        /// The folder; what is there of an earlier time stays
        folder: PathBuf,
        /// Leave out what the records say: the folder then proves records to who holds them
        #[arg(long)]
        without_entries: bool,
    },
}
