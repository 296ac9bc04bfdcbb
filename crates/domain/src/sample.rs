//! An audit sample: units of money drawn from a frozen population with a seed that the auditor gives afterwards, looked into one by one, and
//! what they say of the whole.
//!
//! Each step is an event: what was planned, the seed and what it drew, each finding, the verdict. A sample is drawn once; who is not content with
//! it draws another beside it, and both stay to be seen.

mod confidence;
mod evaluation;
mod population;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

pub use self::confidence::{MOST_UNITS, units, upper_limit};
pub use self::evaluation::{Evaluation, Examined, Verdict, evaluate};
pub use self::population::{Drawn, Population};
use crate::calendar::FiscalYear;
use crate::ids::{DecisionRef, DocumentHash, SampleNumber, SampleSeed, Subject};
use crate::money::Euro;
use crate::scheme::SchemeCode;
use crate::view::Basis;

/// What is sampled: the lines that a year realised on a basis, as they stood when this was the last record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleScope {
    /// The year.
    pub year: FiscalYear,
    /// On which basis it counts.
    pub basis: Basis,
    /// Of which schemes; none named: of all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemes: Vec<SchemeCode>,
    /// The position at which the population is frozen.
    pub position: u64,
}

/// How exact the auditor wants to be. Shares are parts of one: `0.03` is 3 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Precision {
    /// Which part of the total may be wrong.
    #[doc(alias = "materialiteit")]
    pub materiality: Decimal,
    /// How sure the verdict must be.
    #[doc(alias = "betrouwbaarheid")]
    pub confidence: Decimal,
    /// Which part of what may be wrong is expected to be.
    #[doc(alias = "verwachte fout")]
    pub expected: Decimal,
}

/// What is known of a population once it is frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// How many items with an amount above zero.
    pub items: u32,
    /// How many stand apart, since they have none.
    pub apart: u32,
    /// What the items are booked for together.
    pub total: Euro,
    /// The SHA-256 of the items; see [`Population::hash`].
    pub hash: DocumentHash,
}

impl From<&Population> for Frozen {
    fn from(population: &Population) -> Self {
        Self {
            items: population.count(),
            apart: population.apart(),
            total: population.total(),
            hash: population.hash(),
        }
    }
}

/// A sample as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "steekproefplan")]
pub struct SamplePlan {
    /// What is sampled.
    pub scope: SampleScope,
    /// How exactly.
    pub precision: Precision,
    /// The population.
    pub population: Frozen,
    /// How many units are drawn; see [`units`].
    pub units: u32,
    /// How far apart: the total divided by the units, rounded down to the cent.
    pub interval: Euro,
}

impl SamplePlan {
    /// Returns what error the total can bear, rounded down to the cent: the auditor's side.
    #[must_use]
    pub fn bearable(&self) -> Euro {
        let cents = Decimal::from(self.population.total.cents()) * self.precision.materiality;
        Euro::from_cents(cents.floor().to_i64().unwrap_or(0))
    }
}

/// What may be asked of a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SampleCommand {
    /// Plan it over a population as frozen now.
    Plan {
        /// Its number.
        number: SampleNumber,
        /// What is sampled.
        scope: SampleScope,
        /// How exactly.
        precision: Precision,
        /// The population.
        population: Frozen,
        /// The auditor.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Draw it from the population, which must be the one that was frozen.
    Draw {
        /// What the auditor chose, after the population was frozen.
        seed: SampleSeed,
        /// The population, made anew from the records.
        population: Population,
        /// The auditor.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Tell what an item that was drawn should have been booked for.
    Examine {
        /// The item.
        item: String,
        /// What it should have been.
        audited: Euro,
        /// The work paper that tells why.
        paper: Option<DecisionRef>,
        /// The auditor.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Say what the sample says of the whole.
    Evaluate {
        /// The auditor.
        by: Subject,
        /// Today.
        on: Date,
    },
}

/// What can have happened to a sample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SampleEvent {
    /// It was planned.
    SamplePlanned {
        /// Its number.
        number: SampleNumber,
        /// The plan.
        plan: SamplePlan,
        /// Who planned it.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// It was drawn; the items follow.
    SampleDrawn {
        /// The seed.
        seed: SampleSeed,
        /// The unit that was picked first, in cents from the start of the population.
        start: i64,
        /// In how many items the units lie.
        items: u32,
        /// Who drew it.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// An item was drawn.
    ItemDrawn {
        /// The item.
        item: String,
        /// What it is booked for.
        booked: Euro,
        /// The first unit of it that was picked.
        unit: i64,
        /// Whether it could not be missed.
        certain: bool,
        /// The day.
        on: Date,
    },
    /// An item was looked into; what was said of it before no longer holds.
    ItemExamined {
        /// The item.
        item: String,
        /// What it should have been booked for.
        audited: Euro,
        /// The work paper.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<DecisionRef>,
        /// Who looked.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// What it says of the whole.
    SampleEvaluated {
        /// The verdict and its figures.
        evaluation: Evaluation,
        /// Who said so.
        by: Subject,
        /// The day.
        on: Date,
    },
}

/// Why a sample refuses. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleRefusal {
    /// Nothing is planned under that number.
    #[error("no sample is planned under this number")]
    Unknown,
    /// Another sample has the number.
    #[error(
        "another sample has this number; a sample that is drawn again is a new one, with a number of its own"
    )]
    NumberTaken,
    /// A share is none.
    #[error(
        "materiality and confidence lie between 0 and 1, and what is expected is below what can be borne"
    )]
    NoShare,
    /// There is nothing to draw from.
    #[error("the population has no item with an amount above zero")]
    NothingToSample,
    /// So many units would be drawn that looking at everything is no more work.
    #[error(
        "this precision asks for more units than there are items, or more than can be drawn: look into every item"
    )]
    TooFine,
    /// The population is not the one that was frozen.
    #[error("the population is not the one that was frozen: {found} is not {frozen}")]
    OtherPopulation {
        /// What was frozen.
        frozen: DocumentHash,
        /// What was found.
        found: DocumentHash,
    },
    /// It is drawn.
    #[error("it is drawn; plan another sample beside it")]
    Drawn,
    /// It is not drawn.
    #[error("it is not drawn")]
    NotDrawn,
    /// The item was not drawn.
    #[error("this item was not drawn")]
    NotOfTheSample,
    /// An item cannot be worth less than nothing.
    #[error("an audited amount is not below zero")]
    BelowZero,
    /// Not every item was looked into.
    #[error("{left} items were not looked into")]
    NotExamined {
        /// How many.
        left: u32,
    },
    /// It is evaluated, and nothing can be added.
    #[error("it is evaluated; plan another sample beside it")]
    Evaluated,
}

/// An audit sample: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "steekproef")]
pub struct AuditSample {
    plan: Option<SamplePlan>,
    seed: Option<SampleSeed>,
    items: BTreeMap<String, Item>,
    evaluated: bool,
}

/// An item that was drawn, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    booked: Euro,
    certain: bool,
    found: Option<(Euro, Option<DecisionRef>)>,
}

impl AuditSample {
    /// Returns the plan, when there is one.
    #[must_use]
    pub const fn plan(&self) -> Option<&SamplePlan> {
        self.plan.as_ref()
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// See [`SampleRefusal`].
    pub fn decide(&self, command: &SampleCommand) -> Result<Vec<SampleEvent>, SampleRefusal> {
        match command {
            SampleCommand::Plan {
                number,
                scope,
                precision,
                population,
                by,
                on,
            } => {
                let plan = planned(scope, *precision, population)?;
                match &self.plan {
                    Some(known) if *known == plan => Ok(vec![]),
                    Some(_) => Err(SampleRefusal::NumberTaken),
                    None => Ok(vec![SampleEvent::SamplePlanned {
                        number: number.clone(),
                        plan,
                        by: by.clone(),
                        on: *on,
                    }]),
                }
            }
            SampleCommand::Draw {
                seed,
                population,
                by,
                on,
            } => self.draw(seed, population, by, *on),
            SampleCommand::Examine {
                item,
                audited,
                paper,
                by,
                on,
            } => {
                self.open()?;
                let known = self.items.get(item).ok_or(SampleRefusal::NotOfTheSample)?;
                if audited.is_negative() {
                    return Err(SampleRefusal::BelowZero);
                }
                if known.found == Some((*audited, paper.clone())) {
                    return Ok(vec![]);
                }
                Ok(vec![SampleEvent::ItemExamined {
                    item: item.clone(),
                    audited: *audited,
                    paper: paper.clone(),
                    by: by.clone(),
                    on: *on,
                }])
            }
            SampleCommand::Evaluate { by, on } => {
                let evaluation = self.evaluation(self.open()?)?;
                Ok(vec![SampleEvent::SampleEvaluated {
                    evaluation,
                    by: by.clone(),
                    on: *on,
                }])
            }
        }
    }

    fn draw(
        &self,
        seed: &SampleSeed,
        population: &Population,
        by: &Subject,
        on: Date,
    ) -> Result<Vec<SampleEvent>, SampleRefusal> {
        let plan = self.plan.as_ref().ok_or(SampleRefusal::Unknown)?;
        match &self.seed {
            Some(known) if known == seed => return Ok(vec![]),
            Some(_) => return Err(SampleRefusal::Drawn),
            None => {}
        }
        let (frozen, found) = (&plan.population.hash, population.hash());
        if *frozen != found {
            let frozen = frozen.clone();
            return Err(SampleRefusal::OtherPopulation { frozen, found });
        }
        let start = Population::start(seed.as_str(), frozen, plan.interval);
        let drawn = population.draw(start, plan.interval);
        let mut events = vec![SampleEvent::SampleDrawn {
            seed: seed.clone(),
            start,
            items: u32::try_from(drawn.len()).unwrap_or(u32::MAX),
            by: by.clone(),
            on,
        }];
        events.extend(drawn.into_iter().map(|hit| SampleEvent::ItemDrawn {
            item: hit.item,
            booked: hit.amount,
            unit: hit.unit,
            certain: hit.certain,
            on,
        }));
        Ok(events)
    }

    /// Returns the plan of a sample that is drawn and not evaluated.
    fn open(&self) -> Result<&SamplePlan, SampleRefusal> {
        let plan = self.plan.as_ref().ok_or(SampleRefusal::Unknown)?;
        if self.seed.is_none() {
            return Err(SampleRefusal::NotDrawn);
        }
        if self.evaluated {
            return Err(SampleRefusal::Evaluated);
        }
        Ok(plan)
    }

    fn evaluation(&self, plan: &SamplePlan) -> Result<Evaluation, SampleRefusal> {
        let mut examined = Vec::with_capacity(self.items.len());
        for item in self.items.values() {
            examined.extend(item.found.iter().map(|(audited, _)| Examined {
                booked: item.booked,
                audited: *audited,
                certain: item.certain,
            }));
        }
        let left = self.items.len() - examined.len();
        if left > 0 {
            let left = u32::try_from(left).unwrap_or(u32::MAX);
            return Err(SampleRefusal::NotExamined { left });
        }
        let confidence = plan.precision.confidence;
        evaluate(examined, plan.interval, confidence, plan.bearable()).ok_or(SampleRefusal::NoShare)
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: SampleEvent) {
        match event {
            SampleEvent::SamplePlanned { plan, .. } => self.plan = Some(plan),
            SampleEvent::SampleDrawn { seed, .. } => self.seed = Some(seed),
            SampleEvent::ItemDrawn {
                item,
                booked,
                certain,
                ..
            } => {
                let found = None;
                self.items.insert(
                    item,
                    Item {
                        booked,
                        certain,
                        found,
                    },
                );
            }
            SampleEvent::ItemExamined {
                item, audited, paper, ..
            } => {
                if let Some(item) = self.items.get_mut(&item) {
                    item.found = Some((audited, paper));
                }
            }
            SampleEvent::SampleEvaluated { .. } => self.evaluated = true,
        }
    }
}

fn planned(
    scope: &SampleScope,
    precision: Precision,
    population: &Frozen,
) -> Result<SamplePlan, SampleRefusal> {
    let share = |part: Decimal| part > Decimal::ZERO && part < Decimal::ONE;
    let bearable = precision.expected >= Decimal::ZERO && precision.expected < Decimal::ONE;
    if !share(precision.materiality) || !share(precision.confidence) || !bearable {
        return Err(SampleRefusal::NoShare);
    }
    if population.items == 0 {
        return Err(SampleRefusal::NothingToSample);
    }
    let units = units(precision.materiality, precision.expected, precision.confidence)
        .filter(|units| *units <= population.items)
        .ok_or(SampleRefusal::TooFine)?;
    Ok(SamplePlan {
        scope: scope.clone(),
        precision,
        population: population.clone(),
        units,
        interval: Euro::from_cents(population.total.cents() / i64::from(units)),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::population::tests::worked;
    use super::*;

    const ON: Date = date(2024, 2, 1);

    fn auditor() -> Subject {
        "auditor".parse().expect("a subject")
    }

    fn plan(materiality: &str) -> SampleCommand {
        SampleCommand::Plan {
            number: "S-2023-1".parse().expect("a number"),
            scope: SampleScope {
                year: FiscalYear::new(2023),
                basis: Basis::Performance,
                schemes: vec![SchemeCode::MboExam, SchemeCode::Evc],
                position: 4_711,
            },
            precision: Precision {
                materiality: materiality.parse().expect("a share"),
                confidence: Decimal::new(95, 2),
                expected: Decimal::ZERO,
            },
            population: Frozen::from(&worked()),
            by: auditor(),
            on: ON,
        }
    }

    fn draw(seed: &str, population: Population) -> SampleCommand {
        SampleCommand::Draw {
            seed: seed.parse().expect("a seed"),
            population,
            by: auditor(),
            on: ON,
        }
    }

    fn examine(item: &str, audited: i64) -> SampleCommand {
        SampleCommand::Examine {
            item: item.to_owned(),
            audited: Euro::from_cents(audited),
            paper: None,
            by: auditor(),
            on: ON,
        }
    }

    fn evaluated() -> SampleCommand {
        SampleCommand::Evaluate {
            by: auditor(),
            on: ON,
        }
    }

    fn after(commands: impl IntoIterator<Item = SampleCommand>) -> AuditSample {
        let mut sample = AuditSample::default();
        for command in commands {
            for event in sample.decide(&command).expect("taken") {
                sample.evolve(event);
            }
        }
        sample
    }

    fn drawn() -> AuditSample {
        after([plan("0.03"), draw("2023-11-01/auditor", worked())])
    }

    #[test]
    fn a_plan_fixes_size_and_interval() {
        let sample = after([plan("0.03")]);
        let plan = sample.plan().expect("planned");
        assert_eq!((plan.units, plan.interval.cents()), (100, 1_229_950));
        assert_eq!(plan.bearable().to_string(), "36898.50");
    }

    #[test]
    fn a_sample_without_errors_accepts() {
        let mut sample = drawn();
        let items: Vec<(String, i64)> = sample
            .items
            .iter()
            .map(|(id, item)| (id.clone(), item.booked.cents()))
            .collect();
        assert_eq!(items.len(), 100);
        for (id, cents) in items {
            for event in sample.decide(&examine(&id, cents)).expect("examined") {
                sample.evolve(event);
            }
        }
        let events = sample.decide(&evaluated()).expect("evaluated");
        let [SampleEvent::SampleEvaluated { evaluation, .. }] = events.as_slice() else {
            panic!("{events:?}");
        };
        assert_eq!(evaluation.upper_limit.to_string(), "36846.01");
        assert_eq!(evaluation.verdict, Verdict::Accepted);
        for event in events {
            sample.evolve(event);
        }
        assert_eq!(sample.decide(&evaluated()), Err(SampleRefusal::Evaluated));
        assert_eq!(
            sample.decide(&examine("C00074", 0)),
            Err(SampleRefusal::Evaluated)
        );
    }

    #[test]
    fn nothing_is_drawn_twice_nor_from_another_population() {
        let sample = after([plan("0.03")]);
        let other = Population::of([("C00000".to_owned(), Euro::from_cents(1))]);
        assert!(matches!(
            sample.decide(&draw("seed", other)),
            Err(SampleRefusal::OtherPopulation { .. })
        ));
        let sample = drawn();
        assert_eq!(sample.decide(&draw("2023-11-01/auditor", worked())), Ok(vec![]));
        assert_eq!(
            sample.decide(&draw("a luckier one", worked())),
            Err(SampleRefusal::Drawn)
        );
    }

    #[test]
    fn only_what_was_drawn_is_examined_and_all_of_it() {
        let sample = drawn();
        assert_eq!(
            sample.decide(&examine("C00001", 0)),
            Err(SampleRefusal::NotOfTheSample)
        );
        assert_eq!(
            sample.decide(&examine("C00074", -1)),
            Err(SampleRefusal::BelowZero)
        );
        assert_eq!(
            sample.decide(&evaluated()),
            Err(SampleRefusal::NotExamined { left: 100 })
        );
        assert_eq!(
            after([plan("0.03")]).decide(&evaluated()),
            Err(SampleRefusal::NotDrawn)
        );
        assert_eq!(
            AuditSample::default().decide(&evaluated()),
            Err(SampleRefusal::Unknown)
        );
    }

    #[test]
    fn what_cannot_be_planned_is_refused() {
        let refused = |materiality| AuditSample::default().decide(&plan(materiality));
        assert_eq!(refused("0"), Err(SampleRefusal::NoShare));
        assert_eq!(refused("1.5"), Err(SampleRefusal::NoShare));
        assert_eq!(refused("0.0001"), Err(SampleRefusal::TooFine));
        assert_eq!(
            after([plan("0.03")]).decide(&plan("0.02")),
            Err(SampleRefusal::NumberTaken)
        );
        assert_eq!(after([plan("0.03")]).decide(&plan("0.03")), Ok(vec![]));
    }
}
