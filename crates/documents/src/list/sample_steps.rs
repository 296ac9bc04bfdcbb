//! Steps of audit samples (section 2.27).

use jiff::civil::Date;

use super::Record;
use super::cell::{Percentage, Year};
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::amount::Amount;

/// What an auditor did with a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleStep {
    /// Number of the sample.
    pub sample: String,
    /// What was done.
    pub act: SampleAct,
    /// On which day.
    pub on: Date,
    /// Verified subject of the auditor, no name.
    pub by: String,
}

/// What is done with an audit sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleAct {
    /// The population is frozen, and how exact the sample must be.
    Plan(SampleDesign),
    /// It is drawn.
    Draw {
        /// What the auditor chose for it.
        seed: String,
    },
    /// An item was looked into.
    Finding {
        /// The line: payee, invoice and line id, with slashes between.
        item: String,
        /// What it should have been booked for.
        audited: Amount,
        /// The work paper that tells why.
        paper: Option<String>,
    },
    /// What it says of the whole.
    Verdict,
}

/// What is sampled, and how exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleDesign {
    /// Fiscal year.
    pub year: i16,
    /// On which basis a line counts.
    pub basis: SampleBasis,
    /// Codes of schemes, with spaces between; none: all.
    pub schemes: Option<String>,
    /// The position at which the population is frozen; none: the last.
    pub position: Option<i64>,
    /// Which part of the total may be wrong.
    pub materiality: Percentage,
    /// How sure the verdict must be.
    pub confidence: Percentage,
    /// Which part of what may be wrong is expected to be; none: nothing.
    pub expected: Option<Percentage>,
}

words! {
    /// The word that says what is done with a sample.
    pub(crate) enum StepWord {
        /// It is planned.
        Plan = "plan",
        /// It is drawn.
        Draw = "trekking",
        /// An item was looked into.
        Finding = "bevinding",
        /// What it says of the whole.
        Verdict = "oordeel",
    }
}

words! {
    /// On which date a line that is sampled counts.
    pub enum SampleBasis {
        /// Of the performance.
        Performance = "prestatie",
        /// Of the decision.
        Decision = "beslissing",
        /// Of the invoice.
        Invoice = "factuur",
        /// Of the payment.
        Payment = "betaling",
    }
}

fields! {
    struct SampleStepFields {
        sample: String = required "steekproef",
        step: StepWord = required "stap",
        on: Date = required "datum",
        by: String = required "door",
        year: Option<Year> = optional "jaar",
        basis: Option<SampleBasis> = optional "grondslag",
        schemes: Option<String> = optional "regelingen",
        position: Option<i64> = optional "positie",
        materiality: Option<Percentage> = optional "materialiteit",
        confidence: Option<Percentage> = optional "betrouwbaarheid",
        expected: Option<Percentage> = optional "verwacht",
        seed: Option<String> = optional "zaad",
        item: Option<String> = optional "declaratie",
        audited: Option<Amount> = optional "juist",
        paper: Option<String> = optional "werkdocument",
    }
}

impl Record for SampleStep {
    type Fields = SampleStepFields;

    fn assemble(mut fields: SampleStepFields, row: &mut RowReader<'_>) -> Option<Self> {
        let act = match fields.step? {
            StepWord::Plan => plan(&mut fields, row),
            StepWord::Draw => row
                .needed(fields.seed.replace(None), "zaad")
                .map(|seed| SampleAct::Draw { seed }),
            StepWord::Finding => finding(&mut fields, row),
            StepWord::Verdict => Some(SampleAct::Verdict),
        };
        let others = nothing_else(&fields, row);
        others?;
        Some(Self {
            sample: fields.sample?,
            act: act?,
            on: fields.on?,
            by: fields.by?,
        })
    }
}

fn plan(fields: &mut SampleStepFields, row: &mut RowReader<'_>) -> Option<SampleAct> {
    let year = row.needed(fields.year.replace(None), "jaar");
    let basis = row.needed(fields.basis.replace(None), "grondslag");
    let materiality = row.needed(fields.materiality.replace(None), "materialiteit");
    let confidence = row.needed(fields.confidence.replace(None), "betrouwbaarheid");
    let (schemes, position) = (fields.schemes.replace(None), fields.position.replace(None));
    let expected = fields.expected.replace(None);
    Some(SampleAct::Plan(SampleDesign {
        year: year?.0,
        basis: basis?,
        schemes: schemes?,
        position: position?,
        materiality: materiality?,
        confidence: confidence?,
        expected: expected?,
    }))
}

fn finding(fields: &mut SampleStepFields, row: &mut RowReader<'_>) -> Option<SampleAct> {
    let item = row.needed(fields.item.replace(None), "declaratie");
    let audited = row.needed(fields.audited.replace(None), "juist");
    let paper = fields.paper.replace(None);
    Some(SampleAct::Finding {
        item: item?,
        audited: audited?,
        paper: paper?,
    })
}

/// What a step does not take may not be filled in.
fn nothing_else(fields: &SampleStepFields, row: &mut RowReader<'_>) -> Option<()> {
    let filled = [
        (matches!(fields.year, Some(Some(_))), "jaar"),
        (matches!(fields.basis, Some(Some(_))), "grondslag"),
        (matches!(fields.schemes, Some(Some(_))), "regelingen"),
        (matches!(fields.position, Some(Some(_))), "positie"),
        (matches!(fields.materiality, Some(Some(_))), "materialiteit"),
        (matches!(fields.confidence, Some(Some(_))), "betrouwbaarheid"),
        (matches!(fields.expected, Some(Some(_))), "verwacht"),
        (matches!(fields.seed, Some(Some(_))), "zaad"),
        (matches!(fields.item, Some(Some(_))), "declaratie"),
        (matches!(fields.audited, Some(Some(_))), "juist"),
        (matches!(fields.paper, Some(Some(_))), "werkdocument"),
    ];
    let mut sound = Some(());
    for (_, column) in filled.into_iter().filter(|(filled, _)| *filled) {
        sound = row.contradicting(column);
    }
    sound
}
