//! A package of pilot days: six days for a first-year, at most three of them funded (RPT_PILOT).
//!
//! A day of a package is also a training day of its learner and lives in that stream; the count of funded days is kept here and
//! is booked in the same append.

use serde::{Deserialize, Serialize};

use crate::ids::{LineRef, PackageNumber};

/// How many days of a package are funded in full (annual report 2023, line 336).
pub const FUNDED_DAYS: usize = 3;

/// What may be asked of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackageCommand {
    /// Fund a day.
    Fund {
        /// The package.
        package: PackageNumber,
        /// The line that is matched.
        line: LineRef,
    },
    /// Give a funded day back, when its line is taken back.
    GiveBack {
        /// The package.
        package: PackageNumber,
        /// The line that is taken back.
        line: LineRef,
    },
}

/// What can have happened to a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PackageEvent {
    /// A day was funded.
    PackageDayFunded {
        /// The package.
        package: PackageNumber,
        /// The line.
        line: LineRef,
    },
    /// A funded day was given back.
    PackageDayGivenBack {
        /// The package.
        package: PackageNumber,
        /// The line.
        line: LineRef,
    },
}

/// Why a day is not funded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageRefusal {
    /// Three days are funded.
    #[error("{FUNDED_DAYS} days of package {package} are funded")]
    Full {
        /// The package.
        package: PackageNumber,
    },
}

/// A package: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "pakket")]
pub struct PilotPackage {
    funded: Vec<LineRef>,
}

impl PilotPackage {
    /// Whether the day of a line can be funded, or is.
    #[must_use]
    pub fn has_room_for(&self, line: &LineRef) -> bool {
        self.funded.len() < FUNDED_DAYS || self.funded.contains(line)
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When three days are funded.
    pub fn decide(&self, command: &PackageCommand) -> Result<Vec<PackageEvent>, PackageRefusal> {
        match command {
            PackageCommand::Fund { line, .. } if self.funded.contains(line) => Ok(vec![]),
            PackageCommand::Fund { package, line } if self.has_room_for(line) => {
                Ok(vec![PackageEvent::PackageDayFunded {
                    package: package.clone(),
                    line: line.clone(),
                }])
            }
            PackageCommand::Fund { package, .. } => Err(PackageRefusal::Full {
                package: package.clone(),
            }),
            PackageCommand::GiveBack { package, line } if self.funded.contains(line) => {
                Ok(vec![PackageEvent::PackageDayGivenBack {
                    package: package.clone(),
                    line: line.clone(),
                }])
            }
            PackageCommand::GiveBack { .. } => Ok(vec![]),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: PackageEvent) {
        match event {
            PackageEvent::PackageDayFunded { line, .. } => self.funded.push(line),
            PackageEvent::PackageDayGivenBack { line, .. } => self.funded.retain(|held| *held != line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn number() -> PackageNumber {
        "P-1".parse().expect("a number")
    }

    fn fund(line: &str) -> PackageCommand {
        PackageCommand::Fund {
            package: number(),
            line: testkit::line_ref(testkit::SCHOOL, "F-1", line),
        }
    }

    fn give_back(line: &str) -> PackageCommand {
        PackageCommand::GiveBack {
            package: number(),
            line: testkit::line_ref(testkit::SCHOOL, "F-1", line),
        }
    }

    fn told(commands: &[PackageCommand]) -> PilotPackage {
        let mut package = PilotPackage::default();
        for command in commands {
            for event in package.decide(command).expect("room") {
                package.evolve(event);
            }
        }
        package
    }

    #[test]
    fn three_days_of_a_package_are_funded_and_a_fourth_is_not() {
        let full = told(&[fund("1"), fund("2"), fund("3")]);
        assert_eq!(
            full.decide(&fund("4")),
            Err(PackageRefusal::Full { package: number() })
        );
        assert_eq!(full.decide(&fund("3")), Ok(vec![]), "it is funded already");
    }

    #[test]
    fn a_day_given_back_makes_room_for_another() {
        let package = told(&[fund("1"), fund("2"), fund("3"), give_back("2"), give_back("2")]);
        assert!(package.decide(&fund("4")).is_ok_and(|events| events.len() == 1));
    }
}
