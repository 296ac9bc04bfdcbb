//! Lists: what each row says, and which rows are refused.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::date;
use subsidy_documents::{
    Amount, ApprovalRuling, Booker, BudgetEntryKind, Document, ExamOutcome, GrantDecision, GrantReason,
    GrantSubject, Kind, MentorTraining, Month, PartyId, Period, Place, Presence, RecourseManner, SampleAct,
    Table,
};

use crate::samples::{LISTS, codes, lines, list, reading, row_with, try_reading};

/// The one row of a list, whatever its kind.
macro_rules! only_row {
    ($kind:ident, $row:expr) => {
        match reading(&list(Kind::$kind, &[$row])).document {
            Document::$kind(Table { rows, faults, .. }) => {
                assert_eq!(lines(&faults), [""; 0]);
                rows.into_iter().next().expect("a row").value
            }
            other => panic!("{other:?}"),
        }
    };
}

/// The faults of a list with one field of its row changed.
fn faults_with(kind: Kind, column: &str, value: &str) -> Vec<String> {
    codes(
        reading(&list(kind, &[&row_with(kind, column, value)]))
            .document
            .faults(),
    )
}

#[test]
fn every_list_is_recognised_by_its_header_and_its_row_is_sound() {
    for (kind, header, row) in LISTS {
        let reading = reading(&format!("{header}\n{row}\n"));
        assert_eq!(reading.document.kind(), *kind);
        assert_eq!(lines(reading.document.faults()), [""; 0], "{kind:?}");
        assert_eq!(lines(reading.document.warnings()), [""; 0], "{kind:?}");
        assert_eq!(reading.personal_data, [], "{kind:?}");
    }
}

#[test]
fn every_list_has_a_sample_with_all_its_columns() {
    for kind in Kind::ALL {
        let Some(columns) = subsidy_documents::columns(*kind) else {
            continue;
        };
        let (_, header, _) = LISTS.iter().find(|(other, ..)| other == kind).expect("a sample");
        let mut sample: Vec<&str> = header.split(';').collect();
        let mut names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        sample.sort_unstable();
        names.sort_unstable();
        assert_eq!(sample, names, "{kind:?}");
    }
}

#[test]
fn an_exam_result_is_read_field_by_field() {
    let result = only_row!(ExamResults, LISTS[0].2);
    assert_eq!((result.number.as_str(), result.version), ("U-1", 2));
    assert_eq!(result.learner.reveal(), "C-7");
    assert_eq!(result.exam_code, "PA-017");
    assert_eq!(
        (result.booked_on, result.examined_on),
        (date(2023, 1, 2), date(2023, 2, 10))
    );
    assert_eq!((result.attempt, result.outcome), (1, ExamOutcome::Passed));
    assert_eq!(result.booked_by, Booker::School { brin: "25LX".into() });
}

#[test]
fn who_booked_an_exam_depends_on_the_kind_of_booker() {
    let company = only_row!(
        ExamResults,
        &row_with(Kind::ExamResults, "soort_boeker", "Leerbedrijf")
    );
    assert_eq!(
        company.booked_by,
        Booker::Company {
            number: "25lx".into()
        }
    );
    let row = row_with(Kind::ExamResults, "soort_boeker", "kandidaat");
    let Booker::Learner { number } = only_row!(ExamResults, &row).booked_by else {
        panic!("a learner")
    };
    assert_eq!(number.reveal(), "25lx");
    assert_eq!(
        faults_with(Kind::ExamResults, "geboekt_door", "123456"),
        ["INVALID_BRIN geboekt_door"]
    );
}

#[test]
fn a_practical_training_day_has_a_level() {
    assert_eq!(
        faults_with(Kind::Attendance, "niveau", ""),
        ["MISSING_FIELD niveau"]
    );
    let row = row_with(Kind::Attendance, "regeling", "RPT_LM").replace(";2;bbl", ";;leermeester");
    assert_eq!(only_row!(Attendance, &row).level, None);
}

#[test]
fn an_empty_affiliation_means_not_affiliated_and_its_column_must_be_there() {
    let row = row_with(Kind::Attendance, "aansluitnummer", "");
    assert_eq!(only_row!(Attendance, &row).affiliation, None);
    assert_eq!(
        only_row!(Attendance, LISTS[1].2).affiliation.as_deref(),
        Some("123")
    );
}

#[test]
fn presence_is_yes_no_or_excused() {
    for (word, presence) in [
        ("ja", Presence::Present),
        ("0", Presence::Absent),
        ("AFGEMELD", Presence::Excused),
    ] {
        assert_eq!(
            only_row!(Attendance, &row_with(Kind::Attendance, "aanwezig", word)).presence,
            presence
        );
    }
    let training = only_row!(Attendance, &row_with(Kind::Attendance, "training", "lw-ms")).training;
    assert_eq!(training, Some(MentorTraining::BecomingManagement));
}

#[test]
fn a_grant_is_for_a_region_and_a_year_or_for_a_candidate_and_a_standard() {
    let grant = only_row!(Grants, &list_row(Kind::Grants));
    assert_eq!(
        grant.subject,
        GrantSubject::Sto {
            region: "Zuid".into(),
            year: 2023
        }
    );
    let row = list_row(Kind::Grants).replace("STO;;;;Zuid;2023", "EVC;;K-7;APK;;");
    let GrantSubject::Evc { learner, standard } = only_row!(Grants, &row).subject else {
        panic!("EVC")
    };
    assert_eq!((learner.reveal(), standard.as_str()), ("K-7", "APK"));
    let row = list_row(Kind::Grants).replace("STO;;;;Zuid;2023", "EVC;;;;;");
    let faults = codes(reading(&list(Kind::Grants, &[&row])).document.faults());
    assert_eq!(faults, ["MISSING_FIELD kandidaat", "MISSING_FIELD standaard"]);
    assert_eq!(faults_with(Kind::Grants, "regio", ""), ["MISSING_FIELD regio"]);
    assert_eq!(faults_with(Kind::Grants, "jaar", ""), ["MISSING_FIELD jaar"]);
}

fn list_row(kind: Kind) -> String {
    LISTS
        .iter()
        .find(|(other, ..)| *other == kind)
        .expect("a sample")
        .2
        .to_owned()
}

#[test]
fn a_grant_is_granted_with_an_amount_refused_or_undecided() {
    let GrantDecision::Granted {
        on,
        amount,
        release: Some(release),
    } = only_row!(Grants, &list_row(Kind::Grants)).decision
    else {
        panic!("granted and released")
    };
    assert_eq!((on, amount), (date(2023, 2, 11), Amount::from_cents(1_000_00)));
    assert_eq!(
        (release.on, release.amount),
        (date(2023, 3, 12), Amount::from_cents(250_00))
    );
    assert_eq!(release.reason, Some(GrantReason::Remainder));

    let tail = ";toegekend;11-02-2023;1.000,00;12-03-2023;250,00;restant";
    let undecided = list_row(Kind::Grants).replace(tail, ";;;;;;");
    assert_eq!(only_row!(Grants, &undecided).decision, GrantDecision::Undecided);
    let refused = list_row(Kind::Grants).replace(tail, ";afgewezen;11-02-2023;;;;te_laat");
    let decision = GrantDecision::Refused {
        on: date(2023, 2, 11),
        reason: Some(GrantReason::TooLate),
    };
    assert_eq!(only_row!(Grants, &refused).decision, decision);
}

#[test]
fn a_grant_that_contradicts_itself_is_refused() {
    assert_eq!(faults_with(Kind::Grants, "bedrag", ""), ["MISSING_FIELD bedrag"]);
    assert_eq!(
        faults_with(Kind::Grants, "besloten_op", ""),
        ["MISSING_FIELD besloten_op"]
    );
    assert_eq!(
        faults_with(Kind::Grants, "vrijval", ""),
        ["MISSING_FIELD vrijval"]
    );
    assert_eq!(
        faults_with(Kind::Grants, "vrijgevallen_op", ""),
        ["MISSING_FIELD vrijgevallen_op"]
    );
    assert_eq!(
        faults_with(Kind::Grants, "besluit", ""),
        ["CONTRADICTING_FIELDS vrijgevallen_op"]
    );
    assert_eq!(
        faults_with(Kind::Grants, "besluit", "afgewezen"),
        ["CONTRADICTING_FIELDS vrijgevallen_op"]
    );
}

#[test]
fn a_payee_is_known_by_one_number() {
    assert_eq!(
        only_row!(Payees, &list_row(Kind::Payees)).id,
        PartyId::Kvk("30012345".into())
    );
    let row = list_row(Kind::Payees).replace("30012345;", ";00000003412345670000");
    assert_eq!(
        only_row!(Payees, &row).id,
        PartyId::Oin("00000003412345670000".into())
    );
    assert_eq!(faults_with(Kind::Payees, "kvk", ""), ["MISSING_FIELD kvk"]);
    assert_eq!(faults_with(Kind::Payees, "kvk", "3001234"), ["INVALID_KVK kvk"]);
    assert_eq!(faults_with(Kind::Payees, "oin", "1"), ["INVALID_OIN oin"]);
    assert_eq!(
        faults_with(Kind::Payees, "oin", "00000003412345670000"),
        ["CONTRADICTING_FIELDS oin"]
    );
}

#[test]
fn a_school_has_a_brin() {
    assert_eq!(faults_with(Kind::Payees, "brin", ""), ["MISSING_FIELD brin"]);
    assert_eq!(faults_with(Kind::Payees, "brin", "25L"), ["INVALID_BRIN brin"]);
    let row = row_with(Kind::Payees, "brin", "").replace("school", "werkgever");
    assert_eq!(only_row!(Payees, &row).brin, None);
}

#[test]
fn only_an_amendment_takes_budget_away() {
    let entry = only_row!(Budgets, &list_row(Kind::Budgets));
    assert_eq!(
        (entry.units, entry.amount),
        (Some(-1055), Amount::from_cents(-1_234_56))
    );
    let expected = ["NEGATIVE_AMOUNT bedrag", "INVALID_NUMBER aantal"];
    assert_eq!(faults_with(Kind::Budgets, "soort", "vaststelling"), expected);
}

#[test]
fn a_transfer_says_where_to_and_nothing_else_does() {
    let transfer = "2023;EVC;overheveling;RPT;;100,00;B-1;10-12-2022;";
    assert_eq!(
        only_row!(Budgets, transfer).kind,
        BudgetEntryKind::Transfer { to: "RPT".into() }
    );
    let faults = |row: &str| codes(reading(&list(Kind::Budgets, &[row])).document.faults());
    assert_eq!(faults(&transfer.replace(";RPT;", ";;")), ["MISSING_FIELD naar"]);
    assert_eq!(
        faults(&transfer.replace("overheveling", "wijziging")),
        ["CONTRADICTING_FIELDS naar"]
    );
}

#[test]
fn a_division_has_no_units_and_no_amount_of_its_own() {
    let division = "2023;EVC;verdeling;;;0;B-1;10-09-2023;";
    assert_eq!(only_row!(Budgets, division).kind, BudgetEntryKind::Division);
    let faults = |row: &str| codes(reading(&list(Kind::Budgets, &[row])).document.faults());
    assert_eq!(
        faults(&division.replace(";;;0;", ";RPT;5;10,00;")),
        [
            "CONTRADICTING_FIELDS naar",
            "CONTRADICTING_FIELDS bedrag",
            "CONTRADICTING_FIELDS aantal"
        ]
    );
}

#[test]
fn a_term_does_not_end_before_it_starts() {
    assert_eq!(
        faults_with(Kind::Tariffs, "tot", "31-12-2022"),
        ["DATE_ORDER tot"]
    );
    assert_eq!(
        faults_with(Kind::SchemeTerms, "tot", "31-12-2022"),
        ["DATE_ORDER tot"]
    );
    assert_eq!(
        faults_with(Kind::Agreements, "tot", "31-12-2022"),
        ["DATE_ORDER tot"]
    );
    assert_eq!(
        faults_with(Kind::ChequesIssued, "geldig_tot", "09-02-2023"),
        ["DATE_ORDER geldig_tot"]
    );
    assert_eq!(faults_with(Kind::Tariffs, "tot", "01-01-2023"), [""; 0]);
}

#[test]
fn other_codes_of_an_exam_type_are_separated_by_commas() {
    assert_eq!(
        only_row!(ExamTypes, &list_row(Kind::ExamTypes)).also_known_as,
        ["PA-17", "PA-017B"]
    );
}

#[test]
fn an_officer_decides_on_a_line_of_a_payee() {
    let decision = only_row!(OfficerDecisions, &list_row(Kind::OfficerDecisions));
    assert_eq!(decision.payee, PartyId::Oin("00000003412345670000".into()));
    assert_eq!(
        faults_with(Kind::OfficerDecisions, "begunstigde", "12"),
        ["INVALID_PARTY begunstigde"]
    );
}

#[test]
fn an_approval_says_how_much_and_why_when_it_is_not_of_all() {
    use ApprovalRuling as R;
    for (ruling, line, amount, reason, faults) in [
        (R::Approve, "", "", "", &[][..]),
        (R::Resume, "", "", "", &[]),
        (R::Approve, "", "1,00", "", &["CONTRADICTING_FIELDS bedrag"]),
        (R::Hold, "2", "1,00", "H", &["CONTRADICTING_FIELDS bedrag"]),
        (R::Hold, "", "", "", &["MISSING_FIELD reden"]),
        (R::Reject, "", "", "", &["MISSING_FIELD reden"]),
        (R::Return, "", "", "", &["MISSING_FIELD reden"]),
        (R::Partly, "2", "1,00", "T", &[]),
        (
            R::Partly,
            "",
            "",
            "",
            &[
                "MISSING_FIELD bedrag",
                "MISSING_FIELD regel",
                "MISSING_FIELD reden",
            ],
        ),
    ] {
        let word = ruling.word();
        let row = format!("G-1;10-02-2023;30012345;F-1;{line};{word};{amount};{reason};sub-1;");
        let document = reading(&list(Kind::Approvals, &[&row])).document;
        assert_eq!(codes(document.faults()), faults, "{row}");
    }
    let approval = only_row!(Approvals, &list_row(Kind::Approvals));
    assert_eq!(approval.amount.map(Amount::cents), Some(79_50));
    assert_eq!(
        (approval.by.as_str(), approval.account.as_deref()),
        ("sub-1", Some("acc-1"))
    );
}

#[test]
fn a_batch_is_proposed_with_a_day_to_pay_and_nothing_else_is() {
    let with = |step: &str, day: &str| {
        let row = format!("2023-0001;{step};31-01-2023;{day};sub-1");
        codes(reading(&list(Kind::PaymentSteps, &[&row])).document.faults())
    };
    assert_eq!(with("voorstel", ""), ["MISSING_FIELD uitvoeren_op"]);
    assert_eq!(with("voorstel", "30-01-2023"), ["DATE_ORDER uitvoeren_op"]);
    assert_eq!(
        with("vrijgave", "31-01-2023"),
        ["CONTRADICTING_FIELDS uitvoeren_op"]
    );
    for (step, day) in [("voorstel", "31-01-2023"), ("vrijgave", ""), ("intrekking", "")] {
        assert_eq!(with(step, day), [""; 0], "{step}");
    }
}

#[test]
fn a_second_person_stands_with_what_is_written_off_and_only_there() {
    assert_eq!(
        faults_with(Kind::Recourses, "tweede", ""),
        ["MISSING_FIELD tweede"]
    );
    assert_eq!(
        faults_with(Kind::Recourses, "wijze", "verrekenen"),
        ["CONTRADICTING_FIELDS tweede"]
    );
    assert_eq!(
        only_row!(Recourses, &list_row(Kind::Recourses)).manner,
        RecourseManner::WriteOff
    );
}

#[test]
fn an_account_stands_where_it_is_proposed_and_only_there() {
    let with = |step: &str, iban: &str, name: &str| {
        let row = format!("30012345;{step};{iban};{name};10-02-2023;sub-1");
        codes(reading(&list(Kind::AccountChanges, &[&row])).document.faults())
    };
    assert_eq!(
        with("voorstel", "", ""),
        ["MISSING_FIELD iban", "MISSING_FIELD naam"]
    );
    assert_eq!(
        with("akkoord", "NL44RABO0123456789", "ROC A"),
        ["CONTRADICTING_FIELDS iban", "CONTRADICTING_FIELDS naam"]
    );
    assert_eq!(with("afwijzen", "", ""), [""; 0]);
    assert_eq!(
        with("voorstel", "NL00RABO0123456789", "ROC A"),
        ["IBAN_CHECKSUM iban"]
    );
}

#[test]
fn a_period_is_a_year_or_a_month() {
    let period = |text: &str| only_row!(PeriodSteps, &row_with(Kind::PeriodSteps, "periode", text)).period;
    assert_eq!(period("2023"), Period::Year(2023));
    let march = Month { year: 2023, month: 3 };
    assert_eq!(period("2023-03"), Period::Month(march));
    for wrong in ["2023-13", "23", "2023-3", "2023-03-01"] {
        assert_eq!(
            faults_with(Kind::PeriodSteps, "periode", wrong),
            ["INVALID_DATE periode"],
            "{wrong}"
        );
    }
}

#[test]
fn a_step_of_a_sample_has_what_it_takes_and_nothing_else() {
    let step = |rest: &str| {
        let row = format!("S-1;{rest}");
        codes(reading(&list(Kind::SampleSteps, &[&row])).document.faults())
    };
    assert_eq!(step("plan;01-02-2024;sub-1;2023;prestatie;;;3;95;;;;;"), [""; 0]);
    assert_eq!(
        step("plan;01-02-2024;sub-1;;;;;;;;dobbelsteen;;;"),
        [
            "MISSING_FIELD jaar",
            "MISSING_FIELD grondslag",
            "MISSING_FIELD materialiteit",
            "MISSING_FIELD betrouwbaarheid",
            "CONTRADICTING_FIELDS zaad",
        ]
    );
    assert_eq!(step("trekking;01-02-2024;sub-1;;;;;;;;dobbelsteen;;;"), [""; 0]);
    assert_eq!(
        step("trekking;01-02-2024;sub-1;;;;;;;;;;;"),
        ["MISSING_FIELD zaad"]
    );
    assert_eq!(
        step("bevinding;01-02-2024;sub-1;;;;;;;;;30012345/F-1/2;;"),
        ["MISSING_FIELD juist"]
    );
    assert_eq!(
        step("oordeel;01-02-2024;sub-1;;;;;;;;;;79,50;"),
        ["CONTRADICTING_FIELDS juist"]
    );
}

#[test]
fn a_percentage_has_at_most_three_decimals_and_is_at_most_a_hundred() {
    let materiality = |text: &str| {
        let step = only_row!(SampleSteps, &row_with(Kind::SampleSteps, "materialiteit", text));
        let SampleAct::Plan(design) = step.act else {
            panic!("{step:?}");
        };
        design.materiality.thousandths()
    };
    for (text, thousandths) in [
        ("3", 3_000),
        ("0,5", 500),
        ("0.125", 125),
        ("100", 100_000),
        ("3 %", 3_000),
    ] {
        assert_eq!(materiality(text), thousandths, "{text}");
    }
    for wrong in ["100,1", "-3", "0,1234", "drie", ",5", "3%%"] {
        assert_eq!(
            faults_with(Kind::SampleSteps, "materialiteit", wrong),
            ["INVALID_NUMBER materialiteit"],
            "{wrong}"
        );
    }
}

#[test]
fn a_faulty_row_tells_all_its_faults_and_leaves_the_others_be() {
    let good = LISTS[0].2;
    let bad = ";0;C-8;;;31-02-2023;2023-02-10;een;vervallen;x;school;IBKI";
    let reading = reading(&list(
        Kind::ExamResults,
        &[good, bad, &good.replace("U-1", "U-3")],
    ));
    let Document::ExamResults(table) = reading.document else {
        panic!("exam results")
    };
    assert_eq!(
        table.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
        [2, 4]
    );
    assert_eq!(
        lines(&table.faults),
        [
            "row 3, column 1 (uitslagnummer): MISSING_FIELD uitslagnummer",
            "row 3, column 4 (examencode): MISSING_FIELD examencode",
            "row 3, column 6 (boekingsdatum): INVALID_DATE boekingsdatum, found \"31-02-2023\"",
            "row 3, column 8 (poging): INVALID_NUMBER poging, found \"een\"",
            "row 3, column 9 (uitslag): UNKNOWN_VALUE uitslag, found \"vervallen\", expected geslaagd, gezakt, niet verschenen, geannuleerd, ingetrokken",
            "row 3, column 10 (geboekt_door): INVALID_BRIN geboekt_door, found \"x\"",
        ]
    );
}

#[test]
fn a_row_is_numbered_by_the_line_on_which_an_editor_shows_it() {
    let (_, header, row) = LISTS[0];
    for newline in ["\n", "\r\n"] {
        let text = [header, "", row, "", "", ";;;;;;;;;;;", row].join(newline);
        let Document::ExamResults(table) = reading(&text).document else {
            panic!("exam results")
        };
        assert_eq!(
            table.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
            [3, 7],
            "{newline:?}"
        );
    }
}

#[test]
fn a_row_with_too_few_or_too_many_fields_is_refused() {
    let row = LISTS[0].2;
    let cut = row.rsplit_once(';').expect("fields").0;
    let long = format!("{row};x");
    let padded = format!("{row};;");
    let reading = reading(&list(Kind::ExamResults, &[cut, &long, &padded]));
    assert_eq!(
        lines(reading.document.faults()),
        [
            "row 2: FIELD_COUNT -, found \"11\", expected 12".replace(" -", ""),
            "row 3: FIELD_COUNT -, found \"13\", expected 12".replace(" -", ""),
        ]
    );
    assert_eq!(reading.document.faults()[0].place, Place::Row { row: 2 });
}

#[test]
fn quoted_fields_may_hold_delimiters_and_quotes() {
    let row = row_with(Kind::ExamTypes, "omschrijving", "\"Banden; \"\"groot\"\"\"");
    assert_eq!(only_row!(ExamTypes, &row).description, "Banden; \"groot\"");
}

#[test]
fn a_quote_that_is_not_closed_swallows_no_row_unnoticed() {
    let open = LISTS[0].2.replace("Banden", "\"Banden");
    let reading = reading(&list(Kind::ExamResults, &[&open, LISTS[0].2]));
    assert!(codes(reading.document.faults()).contains(&"LINE_BREAK examenomschrijving".to_owned()));
}

#[test]
fn the_lists_about_the_money_of_the_fixture_year_are_read_without_fault() {
    let payments = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/2023/payments");
    let mut kinds = BTreeSet::new();
    for day in std::fs::read_dir(payments)
        .expect("days")
        .map(|day| day.expect("a day"))
    {
        for file in std::fs::read_dir(day.path()).expect("files") {
            let path = file.expect("a file").path();
            if path.extension().is_none_or(|extension| extension != "csv") {
                continue;
            }
            let reading = try_reading(&std::fs::read(&path).expect("bytes")).expect("readable");
            assert_eq!(lines(reading.document.faults()), [""; 0], "{}", path.display());
            assert_eq!(lines(reading.document.warnings()), [""; 0], "{}", path.display());
            assert_eq!(reading.personal_data, [], "{}", path.display());
            kinds.insert(reading.document.kind());
        }
    }
    let expected = [
        Kind::Approvals,
        Kind::PaymentSteps,
        Kind::Recourses,
        Kind::AccountChanges,
        Kind::OwnAccounts,
        Kind::PeriodSteps,
    ];
    assert_eq!(kinds, BTreeSet::from(expected));
}

#[test]
fn a_ruling_on_a_transaction_names_what_it_is_unless_it_is_no_subsidy() {
    for (fate, reference, code) in [
        ("opdracht", "", "MISSING_FIELD"),
        ("retour", "", "MISSING_FIELD"),
        ("terugontvangst", "", "MISSING_FIELD"),
        ("geen-subsidie", "2023-0001-30012345", "CONTRADICTING_FIELDS"),
    ] {
        let row = format!("B-1;10-02-2023;A-1;3;{fate};{reference};sub-1");
        let document = reading(&list(Kind::BankRulings, &[&row])).document;
        let codes: Vec<&str> = document
            .faults()
            .iter()
            .map(|fault| fault.code.as_str())
            .collect();
        assert_eq!(codes, [code], "{fate}");
    }
    let aside = reading(&list(
        Kind::BankRulings,
        &["B-1;10-02-2023;A-1;3;geen-subsidie;;sub-1"],
    ))
    .document;
    assert_eq!(lines(aside.faults()), [""; 0]);
}
