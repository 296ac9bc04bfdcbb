//! Measures: which figure of the ledger stands beside a published one.

use std::str::FromStr;

use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::counter::Figure;
use subsidy_domain::scheme::SchemeCode;

use super::number::Arithmetic;

/// What of the ledger a published figure is compared with; written in a small language, one word after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// `units SCHEME CATEGORY`: units realised, per basis; `*` all categories, `PA-*` those that begin so.
    Units {
        /// The scheme.
        scheme: SchemeCode,
        /// Its categories.
        categories: Categories,
    },
    /// `exam_types SCHEME`: categories with a unit realised, per basis.
    ExamTypes(SchemeCode),
    /// `top_share SCHEME COUNT`: the share of the largest payees in the units, per basis.
    TopShare {
        /// The scheme.
        scheme: SchemeCode,
        /// How many payees.
        payees: usize,
    },
    /// `share_of_price SCHEME`: what was awarded of the full price of the tariff versions that set it, per basis.
    ShareOfPrice(SchemeCode),
    /// `reference SCHEME FIGURE [YEAR]`: a reference figure, its categories added.
    Reference {
        /// The scheme.
        scheme: SchemeCode,
        /// What is counted.
        figure: Figure,
        /// The year, when it is not that of the report.
        year: Option<FiscalYear>,
    },
    /// `budget_units SCHEME`: the units of the budget as amended.
    BudgetUnits(SchemeCode),
    /// `tariff SCHEME`: the only amount of its tariff in the year.
    Tariff(SchemeCode),
    /// `service NAME[/PART+PART]`: deliveries of an own service, of the parts named and no others.
    Service(Service),
    /// `service_target NAME`: the target of the year.
    ServiceTarget(String),
    /// `service_share PART WHOLE`: deliveries of one as a share of the other.
    ServiceShare {
        /// The part.
        part: Service,
        /// The whole.
        whole: Service,
    },
    /// `applications SCHEME`: applications of the year, whatever became of them; of cheques those issued.
    Applications(SchemeCode),
    /// `agreements SCHEME`: agreements that began in or before the year.
    Agreements(SchemeCode),
    /// `stage SCHEME STAGE KIND`: cases that came at least so far; `*` all kinds, `-` those of no kind yet.
    Stage {
        /// The scheme.
        scheme: SchemeCode,
        /// How far.
        stage: CaseStage,
        /// Of which kind.
        kind: Kind,
    },
    /// `arithmetic OPERATION NUMBER NUMBER`: recomputed from other published numbers.
    Arithmetic(Arithmetic),
    /// `irreconcilable OBSTACLE`: about the ledger's subject, but not to be found in it.
    Irreconcilable(Obstacle),
    /// `outside`: no subject of the ledger.
    Outside,
}

/// Categories of a scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Categories {
    /// All.
    All,
    /// Those that begin so.
    Beginning(String),
    /// One.
    One(String),
}

impl Categories {
    /// Whether a category is among them.
    #[must_use]
    pub fn has(&self, category: &str) -> bool {
        match self {
            Self::All => true,
            Self::Beginning(prefix) => category.starts_with(prefix.as_str()),
            Self::One(one) => category == one,
        }
    }
}

/// An own service and the parts of it that count one thing, so that they can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The service.
    pub name: String,
    /// Its parts; one without a name for a service without parts.
    pub parts: Vec<String>,
}

/// How far a case came. A later stage includes the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseStage {
    /// Requested, started or completed.
    Requested,
    /// Started or completed.
    Started,
    /// Completed.
    Completed,
}

impl CaseStage {
    /// Whether a case in a stage of the pipeline came so far.
    #[must_use]
    pub fn reached_by(self, stage: &str) -> bool {
        match self {
            Self::Requested => matches!(stage, "requested" | "started" | "completed"),
            Self::Started => matches!(stage, "started" | "completed"),
            Self::Completed => stage == "completed",
        }
    }
}

/// Of which kind a case is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any or none.
    Any,
    /// None yet.
    Undecided,
    /// This one.
    One(String),
}

impl Kind {
    /// Whether a case of a kind is meant.
    #[must_use]
    pub fn is(&self, kind: Option<&str>) -> bool {
        match self {
            Self::Any => true,
            Self::Undecided => kind.is_none(),
            Self::One(one) => kind == Some(one.as_str()),
        }
    }
}

/// Why a figure cannot be found in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The ledger does not keep it.
    NotKept,
    /// No number was published.
    NoNumber,
    /// The ledger counts another unit.
    OtherUnit,
    /// The ledger counts over another period.
    OtherPeriod,
    /// The publication does not say what it counts.
    Ambiguous,
    /// The ledger keeps it, and nothing was recorded.
    NotRecorded,
}

/// A text that is no measure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no measure")]
pub struct NoMeasure(String);

impl FromStr for Measure {
    type Err = NoMeasure;

    fn from_str(text: &str) -> Result<Self, NoMeasure> {
        let words: Vec<&str> = text.split_whitespace().collect();
        parsed(&words).ok_or_else(|| NoMeasure(text.to_owned()))
    }
}

fn parsed(words: &[&str]) -> Option<Measure> {
    let scheme = |text: &str| text.parse::<SchemeCode>().ok();
    Some(match words {
        ["units", of, category] => {
            let categories = match category.strip_suffix('*') {
                Some("") => Categories::All,
                Some(prefix) => Categories::Beginning(prefix.to_owned()),
                None => Categories::One((*category).to_owned()),
            };
            Measure::Units {
                scheme: scheme(of)?,
                categories,
            }
        }
        ["exam_types", of] => Measure::ExamTypes(scheme(of)?),
        ["top_share", of, payees] => Measure::TopShare {
            scheme: scheme(of)?,
            payees: payees.parse().ok()?,
        },
        ["share_of_price", of] => Measure::ShareOfPrice(scheme(of)?),
        ["reference", of, what, year @ ..] => {
            let year = match year {
                [] => None,
                [year] => Some(FiscalYear::new(year.parse().ok()?)),
                [_, _, ..] => return None,
            };
            Measure::Reference {
                scheme: scheme(of)?,
                figure: figure(what)?,
                year,
            }
        }
        ["budget_units", of] => Measure::BudgetUnits(scheme(of)?),
        ["tariff", of] => Measure::Tariff(scheme(of)?),
        ["service", of] => Measure::Service(service(of)),
        ["service_target", of] => Measure::ServiceTarget((*of).to_owned()),
        ["service_share", part, whole] => Measure::ServiceShare {
            part: service(part),
            whole: service(whole),
        },
        ["applications", of] => Measure::Applications(scheme(of)?),
        ["agreements", of] => Measure::Agreements(scheme(of)?),
        ["stage", of, stage, kind] => {
            let stage = match *stage {
                "requested" => CaseStage::Requested,
                "started" => CaseStage::Started,
                "completed" => CaseStage::Completed,
                _ => return None,
            };
            let kind = match *kind {
                "*" => Kind::Any,
                "-" => Kind::Undecided,
                kind => Kind::One(kind.to_owned()),
            };
            Measure::Stage {
                scheme: scheme(of)?,
                stage,
                kind,
            }
        }
        ["arithmetic", operation, one, two] => {
            let (one, two) = (one.parse().ok()?, two.parse().ok()?);
            Measure::Arithmetic(match *operation {
                "share" => Arithmetic::Share(one, two),
                "growth" => Arithmetic::Growth(one, two),
                "sum" => Arithmetic::Sum(one, two),
                _ => return None,
            })
        }
        ["irreconcilable", obstacle] => Measure::Irreconcilable(match *obstacle {
            "not_kept" => Obstacle::NotKept,
            "no_number" => Obstacle::NoNumber,
            "other_unit" => Obstacle::OtherUnit,
            "other_period" => Obstacle::OtherPeriod,
            _ => return None,
        }),
        ["outside"] => Measure::Outside,
        _ => return None,
    })
}

fn figure(text: &str) -> Option<Figure> {
    [
        Figure::Requested,
        Figure::RealisedBefore,
        Figure::Invited,
        Figure::Registered,
    ]
    .into_iter()
    .find(|figure| figure.as_str() == text)
}

fn service(text: &str) -> Service {
    let (name, parts) = text.split_once('/').unwrap_or((text, ""));
    Service {
        name: name.to_owned(),
        parts: parts.split('+').map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_measure_is_read() {
        let service = |name: &str, parts: &[&str]| Service {
            name: name.to_owned(),
            parts: parts.iter().map(|&part| part.to_owned()).collect(),
        };
        let units = |categories| Measure::Units {
            scheme: SchemeCode::Rpt,
            categories,
        };
        for (text, measure) in [
            ("units RPT *", units(Categories::All)),
            ("units RPT PA-*", units(Categories::Beginning("PA-".to_owned()))),
            ("units RPT TW-N2", units(Categories::One("TW-N2".to_owned()))),
            ("exam_types MBO_EXAM", Measure::ExamTypes(SchemeCode::MboExam)),
            (
                "top_share MBO_EXAM 4",
                Measure::TopShare {
                    scheme: SchemeCode::MboExam,
                    payees: 4,
                },
            ),
            (
                "share_of_price MBO_EXAM",
                Measure::ShareOfPrice(SchemeCode::MboExam),
            ),
            (
                "reference RPT realised_before 2022",
                Measure::Reference {
                    scheme: SchemeCode::Rpt,
                    figure: Figure::RealisedBefore,
                    year: Some(FiscalYear::new(2022)),
                },
            ),
            ("budget_units EVC", Measure::BudgetUnits(SchemeCode::Evc)),
            ("tariff EVC", Measure::Tariff(SchemeCode::Evc)),
            (
                "service SAMEN_BETER_METER",
                Measure::Service(service("SAMEN_BETER_METER", &[""])),
            ),
            (
                "service ADVICE/LONG+SHORT",
                Measure::Service(service("ADVICE", &["LONG", "SHORT"])),
            ),
            (
                "service_target COACHING",
                Measure::ServiceTarget("COACHING".to_owned()),
            ),
            (
                "service_share A/B A/B+C",
                Measure::ServiceShare {
                    part: service("A", &["B"]),
                    whole: service("A", &["B", "C"]),
                },
            ),
            ("applications STO", Measure::Applications(SchemeCode::Sto)),
            ("agreements STO", Measure::Agreements(SchemeCode::Sto)),
            (
                "stage BUDGET_COACH started -",
                Measure::Stage {
                    scheme: SchemeCode::BudgetCoach,
                    stage: CaseStage::Started,
                    kind: Kind::Undecided,
                },
            ),
            (
                "arithmetic growth 1868 1372",
                Measure::Arithmetic(Arithmetic::Growth(1868, 1372)),
            ),
            (
                "irreconcilable not_kept",
                Measure::Irreconcilable(Obstacle::NotKept),
            ),
            ("outside", Measure::Outside),
        ] {
            assert_eq!(text.parse(), Ok(measure), "{text}");
        }
    }

    #[test]
    fn what_is_no_measure_is_refused() {
        for text in [
            "",
            "units",
            "units XYZ *",
            "units RPT",
            "top_share MBO_EXAM four",
            "reference RPT asked",
            "reference RPT requested 2022 2023",
            "stage BUDGET_COACH paid *",
            "arithmetic quotient 1 2",
            "irreconcilable because",
            "outside RPT",
        ] {
            assert_eq!(text.parse::<Measure>(), Err(NoMeasure(text.to_owned())));
        }
    }

    #[test]
    fn a_later_stage_includes_the_earlier_ones() {
        let reached = |stage: CaseStage| {
            ["requested", "started", "completed", "agreed"].map(|name| stage.reached_by(name))
        };
        assert_eq!(reached(CaseStage::Requested), [true, true, true, false]);
        assert_eq!(reached(CaseStage::Started), [false, true, true, false]);
        assert_eq!(reached(CaseStage::Completed), [false, false, true, false]);
        assert!(Kind::Undecided.is(None) && !Kind::Undecided.is(Some("FI")));
        assert!(Kind::One("FI".to_owned()).is(Some("FI")) && !Kind::One("FI".to_owned()).is(None));
    }
}
