//! The cases on the desk, one shelf for each kind.

use std::collections::BTreeSet;

use subsidy_domain::claim::{Claim, Line, Rule};
use subsidy_domain::ids::{LineRef, PackageNumber, PayeeId};
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::branch_exam::BranchExamRule;
use subsidy_domain::schemes::budget_coach::BudgetCoachRule;
use subsidy_domain::schemes::career_cheque::CareerChequeRule;
use subsidy_domain::schemes::cofinancing::CofinancingRule;
use subsidy_domain::schemes::ev_certification::EvCertificationRule;
use subsidy_domain::schemes::evc::EvcRule;
use subsidy_domain::schemes::mbo_exam::MboExamRule;
use subsidy_domain::schemes::programme::ProgrammeRule;
use subsidy_domain::schemes::training_day::TrainingDayRule;
use subsidy_ledger::{Record, StreamAppend};

use super::DeskError;
use super::held::{Held, revive};
use super::recent::Recent;

/// Which case: the aggregate type and the id of its stream.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CaseRef {
    /// The aggregate type.
    pub(crate) kind: &'static str,
    /// The id.
    pub(crate) id: String,
}

impl CaseRef {
    /// Returns the case of that id in which claims of a scheme live.
    pub(crate) fn of_scheme(scheme: SchemeCode, id: String) -> Self {
        Self {
            kind: scheme.facts().aggregate,
            id,
        }
    }

    /// Returns the case that a view names.
    pub(crate) fn named(kind: &str, id: &str) -> Option<Self> {
        SchemeCode::ALL
            .iter()
            .map(|scheme| scheme.facts().aggregate)
            .find(|known| *known == kind)
            .map(|kind| Self {
                kind,
                id: id.to_owned(),
            })
    }
}

/// Returns the case in which evidence of a rule lives.
pub(crate) const fn evidence_case<R: Rule>(id: String) -> CaseRef {
    CaseRef {
        kind: R::AGGREGATE,
        id,
    }
}

/// A rule whose cases have a shelf.
pub(crate) trait Shelved: Rule {
    /// Returns the shelf.
    fn shelf(cases: &mut Cases) -> &mut Recent<String, Held<Claim<Self>>>;
}

macro_rules! shelves {
    ($($field:ident: $rule:ty),+ $(,)?) => {
        /// The cases on the desk.
        #[derive(Default)]
        pub(crate) struct Cases { $($field: Recent<String, Held<Claim<$rule>>>),+ }

        impl Cases {
            /// Begins the next round, and takes from the desk what the last one did not touch.
            pub(super) fn turn(&mut self) {
                $(self.$field.turn();)+
            }

            /// Whether a case is on the desk.
            pub(super) fn has(&self, case: &CaseRef) -> bool {
                match case.kind {
                    $(<$rule as Rule>::AGGREGATE => self.$field.has(&case.id),)+
                    _ => false,
                }
            }

            /// Returns a line of a case on the desk.
            pub(super) fn line(&self, case: &CaseRef, line: &LineRef) -> Option<&Line> {
                match case.kind {
                    $(<$rule as Rule>::AGGREGATE => self.$field.get(&case.id)?.state.line(line),)+
                    _ => None,
                }
            }

            /// Takes all cases from the desk.
            pub(super) fn clear(&mut self) {
                $(self.$field.clear();)+
            }

            /// Puts a case on the desk, with what was decided of it and waits to be appended.
            pub(super) fn revive<'a>(
                &mut self,
                case: &CaseRef,
                records: &[Record],
                decided: impl Iterator<Item = &'a StreamAppend>,
            ) -> Result<(), DeskError> {
                match case.kind {
                    $(<$rule as Rule>::AGGREGATE => {
                        let mut held = revive(records)?;
                        held.catch_up(decided)?;
                        self.$field.insert(case.id.clone(), held);
                    })+
                    _ => {}
                }
                Ok(())
            }

            /// Returns the payees of the lines in cases.
            pub(super) fn payees(&self, cases: &BTreeSet<CaseRef>) -> BTreeSet<PayeeId> {
                let mut payees = BTreeSet::new();
                for case in cases {
                    match case.kind {
                        $(<$rule as Rule>::AGGREGATE => payees.extend(
                            self.$field
                                .get(&case.id)
                                .into_iter()
                                .flat_map(|held| held.state.lines())
                                .map(|line| line.presented.line.payee.clone()),
                        ),)+
                        _ => {}
                    }
                }
                payees
            }
        }

        $(impl Shelved for $rule {
            fn shelf(cases: &mut Cases) -> &mut Recent<String, Held<Claim<Self>>> {
                &mut cases.$field
            }
        })+
    };
}

shelves! {
    mbo_exams: MboExamRule,
    evcs: EvcRule,
    training_days: TrainingDayRule,
    branch_exams: BranchExamRule,
    career_cheques: CareerChequeRule,
    budget_coaching: BudgetCoachRule,
    cofinancing: CofinancingRule,
    ev_certification: EvCertificationRule,
    programmes: ProgrammeRule,
}

impl Cases {
    /// Returns the packages that training days on the desk belong to.
    pub(super) fn packages(&self, cases: &BTreeSet<CaseRef>) -> BTreeSet<PackageNumber> {
        cases
            .iter()
            .filter(|case| case.kind == TrainingDayRule::AGGREGATE)
            .filter_map(|case| self.training_days.get(&case.id))
            .flat_map(|held| held.state.all_evidence())
            .filter_map(|(_, record)| record.package.clone())
            .collect()
    }
}
