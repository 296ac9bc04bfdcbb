use jiff::civil::{Date, date};

use super::*;
use crate::budget::Quantity;
use crate::ids::LineRef;
use crate::story::{Story, again, credit};
use crate::testkit::{self, SCHOOL, euro};

const DAY: Date = date(2023, 5, 10);

fn day(scheme: SchemeCode) -> Attendance {
    Attendance {
        scheme,
        day: DAY,
        sub_branch: SubBranch::PassengerCar,
        level: Some(Level::Two),
        participant: Participant::Learner,
        present: true,
        affiliated: true,
        package: None,
        module_on: None,
        training: None,
    }
}

fn pilot_day(package: &str) -> Attendance {
    Attendance {
        participant: Participant::FirstYear,
        package: package.parse().ok(),
        ..day(SchemeCode::RptPilot)
    }
}

fn mentor_day(module_on: Option<Date>) -> Attendance {
    Attendance {
        participant: Participant::WorkplaceMentor,
        module_on,
        ..day(SchemeCode::RptLm)
    }
}

fn line(item: &str, evidence: &str, claimed: &str) -> Presented {
    testkit::line(item, evidence, DAY, claimed)
}

/// The package with three days funded.
fn full(package: &str) -> (PackageNumber, crate::package::PilotPackage) {
    let number: PackageNumber = package.parse().expect("a number");
    let mut held = crate::package::PilotPackage::default();
    for id in ["1", "2", "3"] {
        let line: LineRef = testkit::line_ref(SCHOOL, "F-0", id);
        for event in held
            .decide(&crate::package::PackageCommand::Fund {
                package: number.clone(),
                line,
            })
            .expect("room")
        {
            held.evolve(event);
        }
    }
    (number, held)
}

fn story() -> Story<TrainingDayRule> {
    Story::begin()
}

#[test]
fn a_day_earns_by_sub_branch_and_level_and_the_lower_level_the_more() {
    for (level, amount) in [(Level::Two, "120.00"), (Level::Three, "95.00")] {
        let asked = line("RPT/PA", "A-1", amount);
        let mut story = story();
        story
            .evidence(
                "A-1",
                1,
                Attendance {
                    level: Some(level),
                    ..day(SchemeCode::Rpt)
                },
            )
            .present(&asked);
        assert_eq!(story.earned(&asked), euro(amount));
        assert_eq!(story.award(&asked).category.as_str(), format!("PA-{level}"));
    }
}

#[test]
fn a_level_claimed_too_low_is_corrected_down_to_the_enrolment() {
    let asked = line("RPT/PA-N2", "A-1", "120.00");
    let mut story = story();
    story
        .evidence(
            "A-1",
            1,
            Attendance {
                level: Some(Level::Three),
                ..day(SchemeCode::Rpt)
            },
        )
        .present(&asked);
    let award = story.award(&asked);
    assert_eq!(award.amount, euro("95.00"));
    assert_eq!(
        award.remarks,
        [Reason::TariffDiff {
            claimed: euro("120.00"),
            tariff: euro("95.00")
        }]
    );
}

#[test]
fn a_level_corrected_by_the_provider_after_the_award_is_awarded_anew() {
    let asked = line("RPT/PA-N2", "A-1", "120.00");
    let mut story = story();
    story.evidence("A-1", 1, day(SchemeCode::Rpt)).present(&asked);
    story.evidence(
        "A-1",
        2,
        Attendance {
            level: Some(Level::Three),
            ..day(SchemeCode::Rpt)
        },
    );
    assert_eq!(story.earned(&asked), euro("95.00"));
    assert_eq!(
        story.budget(2023, SchemeCode::Rpt).realised(),
        Quantity::one(euro("95.00"))
    );
}

#[test]
fn e3_a_no_show_earns_nothing() {
    let asked = line("RPT/PA", "A-1", "120.00");
    let mut story = story();
    story
        .evidence(
            "A-1",
            1,
            Attendance {
                present: false,
                ..day(SchemeCode::Rpt)
            },
        )
        .present(&asked);
    assert_eq!(
        story.rejected_for(&asked),
        Reason::NotPerformed { planned_on: DAY }
    );
}

#[test]
fn e26_a_day_of_a_company_that_is_not_affiliated_waits_and_resumes() {
    let asked = line("RPT/PA", "A-1", "120.00");
    let mut story = story();
    story
        .evidence(
            "A-1",
            1,
            Attendance {
                affiliated: false,
                ..day(SchemeCode::Rpt)
            },
        )
        .present(&asked);
    assert_eq!(story.waits_for(&asked), Reason::NotAffiliated {});
    story.evidence("A-1", 2, day(SchemeCode::Rpt));
    assert_eq!(story.earned(&asked), euro("120.00"));
}

#[test]
fn one_day_is_not_paid_under_two_schemes() {
    let regional = line("RPT/PA", "A-1", "120.00");
    let pilot = again(&line("RPT_PILOT/PA", "A-2", "260.00"), SCHOOL, "F-2", "1");
    let mut story = story();
    story
        .evidence("A-1", 1, day(SchemeCode::Rpt))
        .evidence("A-2", 1, pilot_day("P-1"));
    story.present(&regional).present(&pilot);
    let expected = Reason::Cumulation {
        first: regional.line,
        scheme: SchemeCode::Rpt,
    };
    assert_eq!(story.rejected_for(&pilot), expected);
}

#[test]
fn one_day_on_two_locations_is_paid_once() {
    let (first, second) = (line("RPT/PA", "A-1", "120.00"), line("RPT/PA", "A-2", "120.00"));
    let second = again(&second, SCHOOL, "F-2", "1");
    let mut story = story();
    story
        .evidence("A-1", 1, day(SchemeCode::Rpt))
        .evidence("A-2", 1, day(SchemeCode::Rpt));
    story.present(&first).present(&second);
    assert_eq!(
        story.rejected_for(&second),
        Reason::DuplicateInvoice { first: first.line }
    );
}

#[test]
fn a_mentor_in_a_list_of_learners_earns_nothing() {
    let asked = line("RPT/PA", "A-1", "120.00");
    let mentor = Attendance {
        participant: Participant::WorkplaceMentor,
        ..day(SchemeCode::Rpt)
    };
    let mut story = story();
    story.evidence("A-1", 1, mentor).present(&asked);
    assert_eq!(story.rejected_for(&asked), Reason::NotALearner {});
}

#[test]
fn a_fourth_day_of_a_package_is_not_funded() {
    let mut story = story();
    let (number, package) = full("P-1");
    story.context.packages.insert(number.clone(), package);
    let asked = line("RPT_PILOT/PA", "A-1", "260.00");
    story.evidence("A-1", 1, pilot_day("P-1")).present(&asked);
    assert_eq!(
        story.rejected_for(&asked),
        Reason::PackageFull { package: number }
    );
}

#[test]
fn a_funded_day_stands_when_its_evidence_is_corrected_and_its_package_is_full_by_then() {
    let mut story = story();
    let asked = line("RPT_PILOT/PA", "A-1", "260.00");
    story.evidence("A-1", 1, pilot_day("P-1")).present(&asked);
    let number: PackageNumber = "P-1".parse().expect("a number");
    for id in ["8", "9"] {
        let line = testkit::line_ref(SCHOOL, "F-0", id);
        let package = story.context.packages.get_mut(&number).expect("funded");
        for event in package
            .decide(&crate::package::PackageCommand::Fund {
                package: number.clone(),
                line,
            })
            .expect("room")
        {
            package.evolve(event);
        }
    }
    story.evidence(
        "A-1",
        2,
        Attendance {
            level: None,
            ..pilot_day("P-1")
        },
    );
    assert_eq!(
        story.earned(&asked),
        euro("260.00"),
        "nothing of what it earns has changed"
    );
    story.evidence(
        "A-1",
        3,
        Attendance {
            sub_branch: SubBranch::Truck,
            ..pilot_day("P-1")
        },
    );
    assert_eq!(
        story.award(&asked).category.as_str(),
        "TR",
        "it is its own place in the package that it takes again"
    );
}

#[test]
fn a_day_taken_back_leaves_its_place_in_the_package() {
    let mut story = story();
    let asked = line("RPT_PILOT/PA", "A-1", "260.00");
    story.evidence("A-1", 1, pilot_day("P-1")).present(&asked);
    let number: PackageNumber = "P-1".parse().expect("a number");
    let places = |story: &Story<TrainingDayRule>| {
        let line = testkit::line_ref(SCHOOL, "F-9", "9");
        let mut package = story.context.packages.get(&number).cloned().expect("known");
        let mut places = 0;
        while package.has_room_for(&line) && places < 9 {
            places += 1;
            let line = testkit::line_ref(SCHOOL, "F-8", &places.to_string());
            package.evolve(crate::package::PackageEvent::PackageDayFunded {
                package: number.clone(),
                line,
            });
        }
        places
    };
    assert_eq!(places(&story), 2);
    story.present(&credit(&asked, "C-1", "60.00"));
    assert_eq!(places(&story), 2, "a part of it still stands");
    story.present(&credit(&asked, "C-2", "200.00"));
    assert_eq!(places(&story), 3);
}

#[test]
fn a_pilot_day_without_a_package_waits() {
    let asked = line("RPT_PILOT/PA", "A-1", "260.00");
    let mut story = story();
    story
        .evidence(
            "A-1",
            1,
            Attendance {
                package: None,
                ..pilot_day("P-1")
            },
        )
        .present(&asked);
    assert_eq!(story.waits_for(&asked), Reason::NotIdentified {});
}

#[test]
fn a_mentors_day_waits_for_the_didactic_module() {
    let asked = line("RPT_LM/TW", "A-1", "260.00");
    let mut story = story();
    story.evidence("A-1", 1, mentor_day(None)).present(&asked);
    assert_eq!(story.waits_for(&asked), Reason::ModuleMissing {});
    story.evidence("A-1", 2, mentor_day(Some(date(2023, 5, 17))));
    assert_eq!(story.earned(&asked), euro("260.00"));
}

#[test]
fn a_mentors_training_day_is_counted_by_its_training() {
    let asked = line("LM_TRAINING/LZ", "A-1", "135.00");
    let training = Attendance {
        participant: Participant::WorkplaceMentor,
        training: "LZ".parse().ok(),
        ..day(SchemeCode::LmTraining)
    };
    let mut story = story();
    story.evidence("A-1", 1, training).present(&asked);
    assert_eq!(story.award(&asked).category.as_str(), "LZ");
    assert_eq!(story.earned(&asked), euro("135.00"));
}
