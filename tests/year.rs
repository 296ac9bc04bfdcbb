//! The year 2023 as it is published and expected: dossier section 7.3, without the payments.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::claim::ClaimEvent;
use subsidy_domain::money::Euro;
use subsidy_domain::reason::Reason;
use subsidy_domain::recorded::Event;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, BudgetLineRow, BudgetLines, Pipeline, PipelineRow};
use subsidyd::lang::Lang;
use subsidyd::projection::AsAt;
use subsidyd::report::{self, Lens};

use crate::support::figures::{by_category, claims, realised, rows};
use crate::support::year::{events, year};

const PERFORMANCE: Basis = Basis::Performance;

fn of(basis: Basis, scheme: SchemeCode) -> Quantity {
    realised(&year().ledger, basis, 2023, scheme)
}

fn units_of(scheme: SchemeCode) -> BTreeMap<String, i64> {
    by_category(&year().ledger, PERFORMANCE, 2023, scheme)
        .into_iter()
        .map(|(category, sum)| (category, sum.units))
        .collect()
}

fn euro(text: &str) -> Euro {
    text.parse().expect("an amount")
}

fn line(year_and_scheme: &str) -> BudgetLineRow {
    rows(&year().ledger, BudgetLines)
        .remove(year_and_scheme)
        .expect("a budget line")
}

fn pipeline(scheme: SchemeCode) -> Vec<PipelineRow> {
    rows(&year().ledger, Pipeline)
        .into_values()
        .filter(|row| row.scheme == scheme)
        .collect()
}

fn staged(rows: &[PipelineRow], stage: &str) -> usize {
    rows.iter().filter(|row| row.stage == stage).count()
}

fn lens() -> Lens<'static> {
    Lens {
        ledger: &year().ledger,
        as_at: AsAt::Now,
        lang: Lang::En,
    }
}

/// The row of the budget report with this name.
fn reported(name: &str) -> Value {
    let sheet = report::budget(lens(), FiscalYear::new(2023), PERFORMANCE).expect("a report");
    let json = sheet.to_json();
    let rows = json["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["scheme"] == name)
        .unwrap_or_else(|| panic!("no row {name}"))
        .clone()
}

#[test]
fn training_days_are_263_22_632_1055_and_580_which_is_2552() {
    let days = units_of(SchemeCode::Rpt);
    let of = |categories: &[&str]| -> i64 { categories.iter().map(|category| days[*category]).sum() };
    assert_eq!(of(&["TW-N2"]), 263);
    assert_eq!(of(&["TW-N3"]), 22);
    assert_eq!(of(&["TW-ZIJ"]), 632);
    assert_eq!(of(&["PA-N2", "PA-N3", "PA-N4"]), 1_055);
    assert_eq!(of(&["TR-N2", "TR-N3", "TR-N4"]), 580);
    assert_eq!(days.values().sum::<i64>(), 2_552);
    assert_eq!(days.len(), 9, "{days:?}");
    assert_eq!(of_scheme(SchemeCode::Rpt).amount, euro("273065.00"));
}

fn of_scheme(scheme: SchemeCode) -> Quantity {
    of(PERFORMANCE, scheme)
}

#[test]
fn the_four_largest_schools_have_3145_of_8987_exams_shown_as_35_percent() {
    let sheet = report::concentration(lens(), FiscalYear::new(2023), PERFORMANCE, SchemeCode::MboExam);
    let json = sheet.expect("a report").to_json();
    let rows = json["rows"].as_array().expect("rows");
    let units: i64 = rows[..4]
        .iter()
        .map(|row| row["units"].as_i64().expect("units"))
        .sum();
    assert_eq!(units, 3_145);
    assert_eq!(rows[3]["cumulative_share"], "35.0");
    let total = rows.last().expect("a total");
    assert_eq!(
        (&total["weight"], &total["units"]),
        (&"total".into(), &8_987.into())
    );
    assert_eq!(rows.len(), 34, "33 schools and their total");
}

#[test]
fn exams_of_84_types_were_awarded() {
    let types = units_of(SchemeCode::MboExam);
    assert_eq!(types.values().filter(|units| **units >= 1).count(), 84);
    assert_eq!(types.len(), 84);
}

#[test]
fn exams_count_8987_by_performance_8944_by_invoice_and_8633_by_decision() {
    assert_eq!(of(PERFORMANCE, SchemeCode::MboExam).units, 8_987);
    assert_eq!(of(Basis::Invoice, SchemeCode::MboExam).units, 8_944);
    assert_eq!(of(Basis::Decision, SchemeCode::MboExam).units, 8_633);
    assert_eq!(of_scheme(SchemeCode::MboExam).amount, euro("1279868.50"));
}

#[test]
fn recognitions_are_24_by_certificate_and_25_by_decision_and_invoice() {
    assert_eq!(of_scheme(SchemeCode::Evc), Quantity::new(24, euro("32400.00")));
    for basis in [Basis::Decision, Basis::Invoice] {
        assert_eq!(of(basis, SchemeCode::Evc), Quantity::new(25, euro("33750.00")));
    }
    let applications = pipeline(SchemeCode::Evc);
    assert_eq!(applications.len(), 31);
    let stages = ["drawn", "granted", "refused", "released"].map(|stage| staged(&applications, stage));
    assert_eq!(stages, [25, 3, 2, 1]);
}

#[test]
fn branch_exams_are_71_and_9_against_60_which_is_118_3_percent() {
    let (full, resit) = (of_scheme(SchemeCode::BmbFull), of_scheme(SchemeCode::BmbResit));
    assert_eq!(full, Quantity::new(71, euro("28045.00")));
    assert_eq!(resit, Quantity::new(9, euro("1305.00")));
    let row = reported("Branchemedewerker exam");
    assert_eq!(
        (&row["budget_units"], &row["units_percent"]),
        (&60.into(), &"118.3".into())
    );
    assert_eq!(of_scheme(SchemeCode::BsExam), Quantity::ZERO);
    assert_eq!(
        reported("Branchespecialist")["realised_units"],
        0,
        "no takers are shown, as nought"
    );
}

#[test]
fn mentor_training_is_42_606_26_and_50_days_which_is_724() {
    let days = units_of(SchemeCode::LmTraining);
    let expected = [("TW", 42), ("LW-WP", 606), ("LW-MS", 26), ("LZ", 50)];
    assert_eq!(days, expected.map(|(line, days)| (line.to_owned(), days)).into());
    assert_eq!(
        of_scheme(SchemeCode::LmTraining),
        Quantity::new(724, euro("97740.00"))
    );
}

#[test]
fn of_799_cheques_768_were_redeemed_and_31_are_an_open_commitment_of_2325() {
    let cheques = pipeline(SchemeCode::CareerCheque);
    assert_eq!(cheques.len(), 799);
    assert_eq!(
        (staged(&cheques, "drawn"), staged(&cheques, "granted")),
        (768, 31)
    );
    assert_eq!(
        of_scheme(SchemeCode::CareerCheque),
        Quantity::new(768, euro("57600.00"))
    );
    assert_eq!(
        line("2023:CAREER_CHEQUE").committed,
        Quantity::new(31, euro("2325.00"))
    );
    assert_eq!(cheques.iter().map(|row| row.open).sum::<Euro>(), euro("2325.00"));
}

#[test]
fn of_11_regions_7_were_granted_and_6_claimed_with_15000_open_after_2600_released() {
    let regions = pipeline(SchemeCode::Sto);
    assert_eq!(staged(&regions, "agreed"), 11);
    let grants: Vec<&PipelineRow> = regions.iter().filter(|row| row.stage != "agreed").collect();
    assert_eq!(grants.len(), 7);
    assert_eq!((staged(&regions, "drawn"), staged(&regions, "granted")), (6, 1));
    let sum = |of: fn(&PipelineRow) -> Euro| grants.iter().map(|row| of(row)).sum::<Euro>();
    assert_eq!(sum(|row| row.granted), euro("105000.00"));
    assert_eq!(sum(|row| row.released), euro("2600.00"));
    assert_eq!(sum(|row| row.open), euro("15000.00"));
    assert_eq!(of_scheme(SchemeCode::Sto), Quantity::new(6, euro("87400.00")));
    assert_eq!(line("2023:STO").committed, Quantity::new(1, euro("15000.00")));
}

#[test]
fn coaching_is_2588_of_2500_which_is_103_5_percent() {
    let row = reported("Coaching");
    assert_eq!(
        (&row["budget_units"], &row["realised_units"]),
        (&2_500.into(), &2_588.into())
    );
    assert_eq!(row["units_percent"], "103.5");
    assert_eq!(
        reported("Health checks")["realised_units"],
        Value::Null,
        "not counted is not nought"
    );
}

#[test]
fn of_46_budget_coaching_cases_33_started_and_13_completed() {
    let cases = pipeline(SchemeCode::BudgetCoach);
    assert_eq!((cases.len(), staged(&cases, "requested")), (46, 13));
    let started: Vec<Option<&str>> = cases
        .iter()
        .filter(|row| row.stage != "requested")
        .map(|row| row.kind.as_deref())
        .collect();
    let of_kind = |kind| started.iter().filter(|known| **known == kind).count();
    assert_eq!(
        [of_kind(Some("FI")), of_kind(Some("FC")), of_kind(None)],
        [22, 8, 3]
    );
    assert_eq!(started.len(), 33);
    assert_eq!(staged(&cases, "completed"), 13);
    assert_eq!(
        of_scheme(SchemeCode::BudgetCoach),
        Quantity::new(13, euro("4750.00"))
    );
}

#[test]
fn the_smaller_schemes_are_what_was_agreed() {
    assert_eq!(
        of_scheme(SchemeCode::RptPilot),
        Quantity::new(27, euro("7020.00"))
    );
    assert_eq!(of_scheme(SchemeCode::RptLm), Quantity::new(35, euro("9100.00")));
    assert_eq!(of_scheme(SchemeCode::EvCert), Quantity::ZERO);
    // A school year counts once, in the year in which it begins; its euros divide 5/12 and 7/12.
    assert_eq!(of_scheme(SchemeCode::OnStage), Quantity::new(1, euro("60000.00")));
    assert_eq!(line("2023:ON_STAGE").charged.amount, euro("60000.00"));
}

#[test]
fn the_euros_of_every_scheme_are_charged_to_its_line_of_the_year() {
    let of_2023 = |scheme: &&SchemeCode| !of_scheme(**scheme).is_zero();
    for scheme in SchemeCode::ALL.iter().filter(of_2023) {
        let line = line(&format!("2023:{scheme}"));
        assert_eq!(line.charged, of_scheme(*scheme), "{scheme}");
    }
    let per_unit: Euro = SchemeCode::ALL
        .iter()
        .filter(|scheme| **scheme != SchemeCode::OnStage)
        .map(|scheme| of_scheme(*scheme).amount)
        .sum();
    // The dossier's total has 25 recognitions: it is what was paid for, of which one was completed in 2022.
    assert_eq!(per_unit + euro("1350.00"), euro("1879643.50"));
}

#[test]
fn passes_of_2022_beyond_the_accrual_of_225_are_a_prior_period_result_of_6() {
    let line = line("2022:MBO_EXAM");
    assert_eq!(line.accrued.map(|accrued| accrued.units), Some(225));
    assert_eq!(line.charged.units, 231);
    assert_eq!((line.against_accrual.units, line.prior_period.units), (225, 6));
    assert_eq!(line.against_accrual + line.prior_period, line.charged);
}

#[test]
fn of_the_exam_lines_208_are_rejected_each_with_its_reason() {
    let mut by_reason: BTreeMap<&str, usize> = BTreeMap::new();
    let register = claims(&year().ledger);
    for row in register.values().filter(|row| row.state == "rejected") {
        let reason = row.reason.as_ref().map(Reason::code);
        assert!(reason.is_some(), "{}", row.presented.line);
        if row.presented.item.scheme == SchemeCode::MboExam {
            *by_reason.entry(reason.expect("a reason")).or_default() += 1;
        }
    }
    let expected = BTreeMap::from([
        ("NOT_PASSED", 120),
        ("DUPLICATE_LINE", 18),
        ("DUPLICATE_INVOICE", 41),
        ("DUPLICATE_OTHER_PAYEE", 9),
        ("NOT_BOOKED_BY_SCHOOL", 11),
        ("NOT_IBKI", 7),
        ("UNKNOWN_TYPE", 2),
    ]);
    assert_eq!(by_reason, expected);
    assert_eq!(by_reason.values().sum::<usize>(), 208);
}

#[test]
fn nothing_that_can_be_earned_once_is_ever_awarded_twice() {
    // Followed through the log: at no moment do two awards of one case and entitlement stand together.
    let mut standing: BTreeMap<(String, String, String), BTreeSet<String>> = BTreeMap::new();
    let mut awarded = 0;
    for recorded in events(&year().ledger) {
        let Event::Claim(event) = &recorded.event else {
            continue;
        };
        let key = |entitlement: &str| (recorded.kind.clone(), recorded.id.clone(), entitlement.to_owned());
        match event {
            ClaimEvent::LineMatched { line, award } => {
                let lines = standing.entry(key(award.entitlement.as_str())).or_default();
                lines.insert(line.to_string());
                assert_eq!(lines.len(), 1, "{lines:?} at position {}", recorded.position);
                awarded += 1;
            }
            ClaimEvent::LineReversed { line, award, .. } => {
                let lines = standing.entry(key(award.entitlement.as_str())).or_default();
                assert!(
                    lines.remove(&line.to_string()),
                    "what is taken back stood: {line}"
                );
            }
            ClaimEvent::LineCredited {
                of,
                award: Some(award),
                amount,
                ..
            } if *amount == award.amount => {
                let lines = standing.entry(key(award.entitlement.as_str())).or_default();
                assert!(lines.remove(&of.to_string()), "what is credited stood: {of}");
            }
            ClaimEvent::EvidenceRecorded { .. }
            | ClaimEvent::EvidenceReplaced { .. }
            | ClaimEvent::ApplicationRecorded { .. }
            | ClaimEvent::GrantDecided { .. }
            | ClaimEvent::CommitmentReleased { .. }
            | ClaimEvent::LinePresented { .. }
            | ClaimEvent::LineParked { .. }
            | ClaimEvent::LineAllowed { .. }
            | ClaimEvent::LineRejected { .. }
            | ClaimEvent::LineApproved { .. }
            | ClaimEvent::LineCut { .. }
            | ClaimEvent::LineHeld { .. }
            | ClaimEvent::LineResumed { .. }
            | ClaimEvent::LineSettled { .. }
            | ClaimEvent::LineCredited { .. } => {}
        }
    }
    assert_eq!(awarded, 13_472);
}
