//! Arguments of what an auditor does with a sample.

use clap::Subcommand;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::Basis;

use super::YearArg;

/// What to do with an audit sample.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SampleArg {
    /// Freeze the population, and fix how many units are drawn
    Plan(SamplePlanArgs),
    /// Draw it from the frozen population
    Draw {
        /// Number of the sample
        sample: String,
        /// Any short text that nobody could know before the population was frozen
        #[arg(long)]
        seed: String,
        /// The auditor, by verified subject
        #[arg(long)]
        by: String,
    },
    /// Record what a line that was drawn should have been booked for
    Record {
        /// Number of the sample
        sample: String,
        /// The line: payee/invoice/line
        line: String,
        /// What it should have been, as 123.50
        #[arg(long)]
        audited: String,
        /// The work paper that tells why
        #[arg(long)]
        paper: Option<String>,
        /// The auditor, by verified subject
        #[arg(long)]
        by: String,
    },
    /// Say what the sample says of the whole: the most likely error, and how large it is at most
    Evaluate {
        /// Number of the sample
        sample: String,
        /// The auditor, by verified subject
        #[arg(long)]
        by: String,
    },
    /// Print the work papers of a sample: every line that was drawn, and what was found
    Papers {
        /// Number of the sample
        sample: String,
    },
    /// Print every sample, and how far it is
    List,
}

/// What is sampled, and how exactly.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct SamplePlanArgs {
    /// Number of the sample: letters, digits and hyphens
    pub(in crate::cli) sample: String,
    /// The fiscal year
    #[arg(long)]
    pub(in crate::cli) year: YearArg,
    /// The date on which a line counts
    #[arg(long, default_value = "performance")]
    pub(in crate::cli) basis: Basis,
    /// A scheme, by code; may be given again [default: all]
    #[arg(long = "scheme")]
    pub(in crate::cli) schemes: Vec<SchemeCode>,
    /// The position at which the population is frozen [default: the last]
    #[arg(long)]
    pub(in crate::cli) position: Option<u64>,
    /// Which percentage of the total may be wrong
    #[arg(long)]
    pub(in crate::cli) materiality: String,
    /// How sure the verdict must be, as a percentage
    #[arg(long, default_value = "95")]
    pub(in crate::cli) confidence: String,
    /// Which percentage of what may be wrong is expected to be
    #[arg(long, default_value = "0")]
    pub(in crate::cli) expected: String,
    /// The auditor, by verified subject
    #[arg(long)]
    pub(in crate::cli) by: String,
}
