//! What is asked of a line, whatever the scheme, and what came of it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use subsidy_domain::claim::{Act, ClaimCommand, ClaimEvent, Presented, Share, Verdict};
use subsidy_domain::ids::{DecisionRef, LineRef, Subject};
use subsidy_domain::money::Euro;

/// A command about lines, which is the same for every kind of evidence.
pub(crate) enum LineCommand {
    /// Present a line.
    Present(Presented, Date),
    /// Judge again what waits.
    Reassess(Date),
    /// A share of a budget that the board divided.
    Share {
        line: LineRef,
        share: Share,
        decision: DecisionRef,
        on: Date,
    },
    /// What people decide about a matched line, or what is to happen to its money.
    Act { line: LineRef, act: Act, on: Date },
    /// An officer's decision.
    Settle {
        line: LineRef,
        verdict: Verdict,
        decision: DecisionRef,
        by: Subject,
        on: Date,
    },
}

impl<P> From<LineCommand> for ClaimCommand<P> {
    fn from(command: LineCommand) -> Self {
        match command {
            LineCommand::Present(line, on) => Self::Present { line, on },
            LineCommand::Reassess(on) => Self::Reassess { on },
            LineCommand::Act { line, act, on } => Self::Act { line, act, on },
            LineCommand::Share {
                line,
                share,
                decision,
                on,
            } => Self::Share {
                line,
                share,
                decision,
                on,
            },
            LineCommand::Settle {
                line,
                verdict,
                decision,
                by,
                on,
            } => Self::Settle {
                line,
                verdict,
                decision,
                by,
                on,
            },
        }
    }
}

/// What happened at a case, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// Events.
    pub events: u64,
    /// Lines presented.
    pub presented: u64,
    /// Lines matched.
    pub matched: u64,
    /// What the matched lines earn.
    pub amount: Euro,
    /// Lines parked, by reason code.
    pub parked: BTreeMap<&'static str, u64>,
    /// Lines rejected, by reason code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Lines taken back, by reason code.
    pub reversed: BTreeMap<&'static str, u64>,
    /// Credit lines set against what they take back.
    pub credited: u64,
}

impl News {
    pub(super) fn of<P>(events: &[ClaimEvent<P>]) -> Self {
        let mut news = Self {
            events: u64::try_from(events.len()).unwrap_or(u64::MAX),
            ..Self::default()
        };
        for event in events {
            match event {
                ClaimEvent::LinePresented { .. } => news.presented += 1,
                ClaimEvent::LineMatched { award, .. } => {
                    news.matched += 1;
                    news.amount += award.amount;
                }
                ClaimEvent::LineParked { reason, .. } => *news.parked.entry(reason.code()).or_default() += 1,
                ClaimEvent::LineRejected { reason, .. } => {
                    *news.rejected.entry(reason.code()).or_default() += 1;
                }
                ClaimEvent::LineReversed { reason, .. } => {
                    *news.reversed.entry(reason.code()).or_default() += 1;
                }
                ClaimEvent::LineCredited { .. } => news.credited += 1,
                ClaimEvent::EvidenceRecorded { .. }
                | ClaimEvent::EvidenceReplaced { .. }
                | ClaimEvent::ApplicationRecorded { .. }
                | ClaimEvent::GrantDecided { .. }
                | ClaimEvent::CommitmentReleased { .. }
                | ClaimEvent::LineAllowed { .. }
                | ClaimEvent::LineApproved { .. }
                | ClaimEvent::LineCut { .. }
                | ClaimEvent::LineHeld { .. }
                | ClaimEvent::LineResumed { .. }
                | ClaimEvent::LineSettled { .. } => {}
            }
        }
        news
    }

    /// Adds what happened elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.presented += other.presented;
        self.matched += other.matched;
        self.amount += other.amount;
        self.credited += other.credited;
        for (mine, theirs) in [
            (&mut self.parked, &other.parked),
            (&mut self.rejected, &other.rejected),
            (&mut self.reversed, &other.reversed),
        ] {
            for (code, count) in theirs {
                *mine.entry(code).or_default() += count;
            }
        }
    }
}
