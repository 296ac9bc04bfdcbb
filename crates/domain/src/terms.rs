//! The terms of a scheme: what the board adopted, from when, under which decision.
//!
//! A stream `SchemeTerms/<scheme>` holds its terms, its tariff versions and, for the exams, the exam types. An amount that is
//! awarded points at the tariff version that set it.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::ids::{DecisionRef, Provenance, TariffKey};
use crate::money::{Euro, percentage};
use crate::scheme::SchemeCode;

/// What happens when a budget line has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "begrotingsbeleid")]
pub enum BudgetPolicy {
    /// Beyond the budget nothing is awarded.
    Block,
    /// Beyond the budget is awarded and recorded as an overrun.
    Warn,
    /// Beyond the budget waits, first in, first out, for an amendment.
    Queue,
    /// All waits until the budget is divided in proportion.
    ProRata,
}

/// Whether VAT is subsidised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "btw-grondslag")]
pub enum VatBasis {
    /// Amounts are without VAT; VAT on a claim is left out.
    Exclusive,
    /// Amounts are with VAT.
    Inclusive,
}

/// A day of the year after performance, from which a claim is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[doc(alias = "uiterste declaratiedatum")]
pub struct LateFrom {
    /// Month, 1 to 12.
    pub month: i8,
    /// Day of the month.
    pub day: i8,
}

impl LateFrom {
    /// Returns the first late day for a performance on `performed_on`: in the year after it.
    #[must_use]
    pub fn after(self, performed_on: Date) -> Option<Date> {
        Date::new(performed_on.year().checked_add(1)?, self.month, self.day).ok()
    }
}

/// The terms of a scheme as adopted by a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "voorwaarden")]
pub struct Terms {
    /// The decision that adopted them.
    pub decision: DecisionRef,
    /// Its date.
    pub decided_on: Date,
    /// First day on which the scheme is open.
    pub opens_on: Date,
    /// Last day; nothing: open-ended.
    pub closes_on: Option<Date>,
    /// What happens beyond the budget.
    pub budget_policy: BudgetPolicy,
    /// Whether VAT is subsidised.
    pub vat_basis: VatBasis,
    /// From when a claim is late; nothing: never.
    pub late_from: Option<LateFrom>,
    /// The spending goal of the collective agreement.
    #[doc(alias = "bestedingsdoel")]
    pub spending_goal: String,
    /// Public or fixture.
    pub provenance: Provenance,
}

impl Terms {
    /// Whether the scheme is open on a day.
    #[must_use]
    pub fn open_on(&self, day: Date) -> bool {
        self.opens_on <= day && self.closes_on.is_none_or(|last| day <= last)
    }
}

/// One version of one tariff: a fixed amount for a span of basis dates. Never `price * 0.70`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "tarief")]
pub struct TariffVersion {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The key within the scheme; `*` for all.
    pub key: TariffKey,
    /// Name of the version, for instance `2023`.
    pub version: String,
    /// The amount.
    pub amount: Euro,
    /// The full price, for the control on the share; nothing when none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Euro>,
    /// First basis date.
    pub from: Date,
    /// Last basis date; nothing: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The decision that adopted it.
    pub decision: DecisionRef,
    /// Its date.
    pub decided_on: Date,
    /// Public or fixture.
    pub provenance: Provenance,
    /// Where a public amount was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_in: Option<String>,
}

impl TariffVersion {
    fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }

    /// Returns the share of the full price that the amount is, in percent with one decimal.
    #[must_use]
    pub fn share(&self) -> Option<Decimal> {
        self.price
            .and_then(|price| percentage(self.amount.cents(), price.cents()))
    }
}

/// The tariff version that set an amount.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[doc(alias = "tariefversie")]
pub struct TariffRef {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The key.
    pub key: TariffKey,
    /// The version.
    pub version: String,
    /// Public or fixture.
    pub provenance: Provenance,
}

/// An exam type: what an exam code stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "examentype")]
pub struct ExamType {
    /// The examiner's code.
    pub code: String,
    /// What it is called.
    pub description: String,
    /// The sub-branch, as the list names it.
    pub sub_branch: String,
    /// The level, 2 to 4.
    pub level: u8,
    /// The key of its tariff.
    pub tariff: TariffKey,
    /// Its content group: an old two-part exam and its successors share one.
    pub content: String,
    /// Whether it is an old exam of two parts (HKS), which excludes its successors.
    pub two_part: bool,
    /// Other codes under which it is claimed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
}

/// What may be asked of the terms of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TermsCommand {
    /// Adopt terms, or other terms in place of the present ones.
    Adopt(Terms),
    /// Adopt a version of a tariff.
    AdoptTariff(TariffVersion),
    /// Adopt an exam type, or say more of a known one.
    AdoptExamType(ExamType),
}

/// What can have happened to the terms of a scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TermsEvent {
    /// Terms were adopted.
    TermsAdopted {
        /// The terms.
        terms: Terms,
    },
    /// Terms were replaced by later ones.
    TermsAmended {
        /// The terms from now on.
        terms: Terms,
    },
    /// A tariff version was adopted.
    TariffAdopted {
        /// The version.
        tariff: TariffVersion,
    },
    /// An exam type was adopted.
    ExamTypeAdopted {
        /// The type.
        exam_type: ExamType,
    },
    /// More was said of an exam type, for instance another code under which it is claimed.
    ExamTypeAmended {
        /// The type from now on.
        exam_type: ExamType,
    },
}

/// Why terms cannot be adopted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsRefusal {
    /// A scheme would close before it opens, or a tariff end before it starts.
    #[error("the span from {from} to {until} is empty")]
    EmptySpan {
        /// First day.
        from: Date,
        /// Last day.
        until: Date,
    },
    /// Two versions of one tariff would hold on one day.
    #[error("tariff {key} already has version {version} on {day}")]
    TariffOverlap {
        /// The key.
        key: TariffKey,
        /// The version that holds.
        version: String,
        /// A day on which both would hold.
        day: Date,
    },
    /// A version is adopted again with another content: amend by a new version.
    #[error("tariff {key} version {version} was adopted with another content")]
    TariffChanged {
        /// The key.
        key: TariffKey,
        /// The version.
        version: String,
    },
    /// The share of the price is outside the control band for exams, 65 to 80 percent.
    #[error("tariff {key} version {version} is {share} % of the price, outside 65 to 80 %")]
    ShareOutOfBand {
        /// The key.
        key: TariffKey,
        /// The version.
        version: String,
        /// The share in percent.
        share: Decimal,
    },
}

/// The terms of one scheme, as adopted so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "regelingsvoorwaarden")]
pub struct SchemeTerms {
    terms: Option<Terms>,
    tariffs: BTreeMap<TariffKey, Vec<TariffVersion>>,
    exam_types: BTreeMap<String, ExamType>,
    aliases: BTreeMap<String, String>,
}

impl SchemeTerms {
    /// Returns the terms in force.
    #[must_use]
    pub const fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    /// Returns the tariff version for a key that holds on a basis date; the key `*` stands for all.
    #[must_use]
    pub fn tariff(&self, key: &TariffKey, basis_date: Date) -> Option<&TariffVersion> {
        let any = TariffKey::new("*").ok();
        [Some(key), any.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|key| self.tariffs.get(key))
            .find_map(|versions| versions.iter().find(|version| version.covers(basis_date)))
    }

    /// Returns every tariff version, by key and first day.
    pub fn tariffs(&self) -> impl Iterator<Item = &TariffVersion> {
        self.tariffs.values().flatten()
    }

    /// Returns the exam type that a code stands for, also under another name (E28).
    #[must_use]
    pub fn exam_type(&self, code: &str) -> Option<&ExamType> {
        let code = self.aliases.get(code).map_or(code, String::as_str);
        self.exam_types.get(code)
    }

    /// Decides what adopting these terms changes; nothing when they are what holds already.
    ///
    /// # Errors
    /// When the terms contradict themselves or what was adopted.
    pub fn decide(&self, command: &TermsCommand) -> Result<Vec<TermsEvent>, TermsRefusal> {
        match command {
            TermsCommand::Adopt(terms) => {
                span(terms.opens_on, terms.closes_on)?;
                Ok(match &self.terms {
                    Some(held) if held == terms => vec![],
                    Some(held) if held.decided_on > terms.decided_on => vec![],
                    Some(_) => vec![TermsEvent::TermsAmended { terms: terms.clone() }],
                    None => vec![TermsEvent::TermsAdopted { terms: terms.clone() }],
                })
            }
            TermsCommand::AdoptTariff(tariff) => self.adopt_tariff(tariff),
            TermsCommand::AdoptExamType(exam_type) => Ok(match self.exam_types.get(&exam_type.code) {
                Some(held) if held == exam_type => vec![],
                Some(held) => {
                    let mut merged = exam_type.clone();
                    for alias in &held.aliases {
                        if !merged.aliases.contains(alias) {
                            merged.aliases.push(alias.clone());
                        }
                    }
                    merged.aliases.sort();
                    if merged == *held {
                        vec![]
                    } else {
                        vec![TermsEvent::ExamTypeAmended { exam_type: merged }]
                    }
                }
                None => vec![TermsEvent::ExamTypeAdopted {
                    exam_type: exam_type.clone(),
                }],
            }),
        }
    }

    fn adopt_tariff(&self, tariff: &TariffVersion) -> Result<Vec<TermsEvent>, TermsRefusal> {
        span(tariff.from, tariff.until)?;
        for held in self.tariffs.get(&tariff.key).into_iter().flatten() {
            if held == tariff {
                return Ok(vec![]);
            }
            if held.version == tariff.version {
                return Err(TermsRefusal::TariffChanged {
                    key: tariff.key.clone(),
                    version: tariff.version.clone(),
                });
            }
            let first_common = held.from.max(tariff.from);
            if held.covers(first_common) && tariff.covers(first_common) {
                return Err(TermsRefusal::TariffOverlap {
                    key: tariff.key.clone(),
                    version: held.version.clone(),
                    day: first_common,
                });
            }
        }
        if tariff.scheme == SchemeCode::MboExam
            && let Some(share) = tariff.share()
            && (share < Decimal::from(65) || share > Decimal::from(80))
        {
            return Err(TermsRefusal::ShareOutOfBand {
                key: tariff.key.clone(),
                version: tariff.version.clone(),
                share,
            });
        }
        Ok(vec![TermsEvent::TariffAdopted {
            tariff: tariff.clone(),
        }])
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: TermsEvent) {
        match event {
            TermsEvent::TermsAdopted { terms } | TermsEvent::TermsAmended { terms } => {
                self.terms = Some(terms);
            }
            TermsEvent::TariffAdopted { tariff } => {
                let versions = self.tariffs.entry(tariff.key.clone()).or_default();
                versions.push(tariff);
                versions.sort_by_key(|version| version.from);
            }
            TermsEvent::ExamTypeAdopted { exam_type } | TermsEvent::ExamTypeAmended { exam_type } => {
                for alias in &exam_type.aliases {
                    self.aliases.insert(alias.clone(), exam_type.code.clone());
                }
                self.exam_types.insert(exam_type.code.clone(), exam_type);
            }
        }
    }
}

fn span(from: Date, until: Option<Date>) -> Result<(), TermsRefusal> {
    match until {
        Some(until) if until < from => Err(TermsRefusal::EmptySpan { from, until }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn tariff(version: &str, cents: i64, from: Date, until: Option<Date>) -> TariffVersion {
        TariffVersion {
            scheme: SchemeCode::MboExam,
            key: TariffKey::new("A").expect("a key"),
            version: version.to_owned(),
            amount: Euro::from_cents(cents),
            price: Some(Euro::from_cents(17_300)),
            from,
            until,
            decision: DecisionRef::new("B-2022-07").expect("a reference"),
            decided_on: date(2022, 11, 1),
            provenance: Provenance::Public,
            published_in: None,
        }
    }

    fn adopted(tariffs: &[TariffVersion]) -> SchemeTerms {
        let mut terms = SchemeTerms::default();
        for tariff in tariffs {
            for event in terms
                .decide(&TermsCommand::AdoptTariff(tariff.clone()))
                .expect("adopted")
            {
                terms.evolve(event);
            }
        }
        terms
    }

    #[test]
    fn e11_the_basis_date_picks_the_version() {
        let terms = adopted(&[
            tariff("2022", 11_850, date(2022, 1, 1), Some(date(2022, 12, 31))),
            tariff("2023", 12_350, date(2023, 1, 1), None),
        ]);
        let key = TariffKey::new("A").expect("a key");
        let on = |day| terms.tariff(&key, day).map(|tariff| tariff.version.as_str());
        assert_eq!(on(date(2022, 12, 31)), Some("2022"));
        assert_eq!(on(date(2023, 1, 1)), Some("2023"));
        assert_eq!(on(date(2021, 12, 31)), None);
    }

    #[test]
    fn a_version_never_overlaps_another_nor_changes() {
        let first = tariff("2023", 12_350, date(2023, 1, 1), None);
        let terms = adopted(std::slice::from_ref(&first));
        let adopt = |tariff| terms.decide(&TermsCommand::AdoptTariff(tariff));
        assert_eq!(adopt(first.clone()), Ok(vec![]), "the same again changes nothing");
        let overlap = adopt(tariff("2024", 12_500, date(2024, 1, 1), None));
        assert!(matches!(overlap, Err(TermsRefusal::TariffOverlap { .. })));
        let changed = adopt(TariffVersion {
            amount: Euro::from_cents(12_000),
            ..first
        });
        assert!(matches!(changed, Err(TermsRefusal::TariffChanged { .. })));
    }

    #[test]
    fn the_share_of_the_price_is_a_control_not_an_input() {
        let terms = SchemeTerms::default();
        let adopt = |cents| {
            terms.decide(&TermsCommand::AdoptTariff(tariff(
                "2023",
                cents,
                date(2023, 1, 1),
                None,
            )))
        };
        assert!(adopt(12_350).is_ok(), "71.4 %");
        assert!(
            matches!(adopt(10_000), Err(TermsRefusal::ShareOutOfBand { .. })),
            "57.8 %"
        );
        assert!(
            matches!(adopt(15_000), Err(TermsRefusal::ShareOutOfBand { .. })),
            "86.7 %"
        );
    }

    #[test]
    fn e28_another_code_for_a_type_is_added_and_none_is_lost() {
        let exam_type = |aliases: &[&str]| ExamType {
            code: "PA-012".to_owned(),
            description: "Onderhoud".to_owned(),
            sub_branch: "personenauto".to_owned(),
            level: 2,
            tariff: TariffKey::new("A").expect("a key"),
            content: "PA-012".to_owned(),
            two_part: false,
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        };
        let mut terms = SchemeTerms::default();
        for step in [
            exam_type(&[]),
            exam_type(&["PA-901"]),
            exam_type(&["PA-902"]),
            exam_type(&[]),
        ] {
            for event in terms.decide(&TermsCommand::AdoptExamType(step)).expect("adopted") {
                terms.evolve(event);
            }
        }
        for code in ["PA-012", "PA-901", "PA-902"] {
            assert_eq!(
                terms.exam_type(code).map(|found| found.code.as_str()),
                Some("PA-012")
            );
        }
        assert_eq!(terms.exam_type("PA-903"), None);
    }
}
