//! The papers of the small fund: few names, so that whatever is sent meets what was sent before.

use crate::support::papers::{Bill, BillLine, SCHOOL, list};

/// KVK number and BRIN of each school.
pub(super) const SCHOOLS: [(&str, &str); 2] = [(SCHOOL, "99ZZ"), ("90002222", "99YY")];
const INVOICES: [&str; 6] = ["F-1", "F-2", "F-3", "F-4", "F-5", "F-6"];
const NOTES: [&str; 4] = ["N-1", "N-2", "N-3", "N-4"];
const EXAMS: [&str; 2] = ["PA-1", "PA-2"];
const DAYS: [&str; 2] = ["2023-03-15", "2023-03-16"];
const DAY_SCHEMES: [&str; 2] = ["RPT", "RPT_LM"];
const LINES: [&str; 4] = ["1", "2", "3", "4"];
pub(super) const PEOPLE: [&str; 4] = ["anna", "bert", "carla", "dirk"];
/// What no record may hold: the numbers under which learners come are these and a digit.
pub(super) const CANDIDATE: &str = "KANDIDAAT-";

fn of<T: Copy>(all: &[T], at: u8) -> T {
    all[usize::from(at) % all.len()]
}

pub(super) fn person(at: u8) -> &'static str {
    of(&PEOPLE, at)
}

/// The account of a school: the first is registered, the others are proposed.
pub(super) fn account(school: u8, at: u8) -> String {
    let number = format!("009{school}00000{at}");
    let digits: String = format!("FIXT{number}NL00")
        .chars()
        .filter_map(|c| c.to_digit(36))
        .map(|digit| digit.to_string())
        .collect();
    let rest = digits
        .bytes()
        .fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    format!("NL{:02}FIXT{number}", 98 - rest)
}

pub(super) fn result(learner: u8, exam: u8, version: u8, passed: bool, early: bool, school: u8) -> Vec<u8> {
    let (code, (_, brin)) = (of(&EXAMS, exam), of(&SCHOOLS, school));
    let booked = if early { "2023-01-02" } else { "2023-03-10" };
    let outcome = if passed { "geslaagd" } else { "gezakt" };
    list(
        "uitslagnummer;versie;kandidaatnummer;examencode;boekingsdatum;examendatum;uitslag;geboekt_door;soort_boeker;afgenomen_door",
        &[format!(
            "R-{learner}{exam};{version};{CANDIDATE}{learner};{code};{booked};2023-03-15;{outcome};{brin};school;IBKI"
        )],
    )
}

pub(super) fn day(learner: u8, day: u8, scheme: u8, present: bool) -> Vec<u8> {
    let (scheme, on) = (of(&DAY_SCHEMES, scheme), of(&DAYS, day));
    let present = if present { "ja" } else { "nee" };
    let (level, kind, module) = if scheme == "RPT" {
        ("2", "bbl", "")
    } else {
        ("", "leermeester", "2023-03-01")
    };
    list(
        "presentienummer;deelnemer;regeling;datum;deelbranche;niveau;soort_deelnemer;aanwezig;aansluitnummer;pakket;module_op",
        &[format!(
            "P-{scheme}-{learner}{day};{CANDIDATE}{learner};{scheme};{on};tweewieler;{level};{kind};{present};A-1;;{module}"
        )],
    )
}

pub(super) fn grant(region: u8, version: u8, cents: i64, release: bool) -> Vec<u8> {
    let amount = euros(cents);
    let released = if release {
        format!("2023-04-20;{};restant", euros(cents / 2))
    } else {
        ";;".to_owned()
    };
    list(
        "aanvraagnummer;regeling;versie;kandidaat;standaard;regio;jaar;aanvrager;aangevraagd_op;besluit;besloten_op;bedrag;vrijgevallen_op;vrijval;reden",
        &[format!(
            "STO-{region};STO;{version};;;R{region};2023;{SCHOOL};2023-02-06;toegekend;2023-03-08;{amount};{released}"
        )],
    )
}

pub(super) fn exam_line(learner: u8, exam: u8, named: bool, cents: i64) -> BillLine {
    BillLine {
        item: format!("MBO_EXAM/{}", of(&EXAMS, exam)),
        candidate: format!("{CANDIDATE}{learner}"),
        evidence: named.then(|| format!("R-{learner}{exam}")),
        performed_on: "2023-03-15",
        cents,
        credits: None,
    }
}

pub(super) fn day_line(learner: u8, day: u8, scheme: u8) -> BillLine {
    BillLine {
        item: format!("{}/TW", of(&DAY_SCHEMES, scheme)),
        candidate: format!("{CANDIDATE}{learner}"),
        evidence: None,
        performed_on: of(&DAYS, day),
        cents: 12_000,
        credits: None,
    }
}

pub(super) fn region_line(region: u8, cents: i64) -> BillLine {
    BillLine {
        item: format!("STO/R{region}-2023"),
        candidate: String::new(),
        evidence: Some(format!("STO-{region}")),
        performed_on: "2023-03-15",
        cents,
        credits: None,
    }
}

pub(super) fn bill(school: u8, number: u8, lines: Vec<BillLine>, account: Option<&'static str>) -> Bill {
    let (seller, _) = of(&SCHOOLS, school);
    Bill {
        seller,
        number: of(&INVOICES, number),
        issued: "2023-04-03",
        credits: None,
        account,
        note: "test".to_owned(),
        off_by: 0,
        lines,
    }
}

/// A credit note for a line of a bill, of part of it or of more than it.
pub(super) fn note(of_bill: &Bill, number: u8, line: usize, cents: i64) -> Bill {
    let at = line % of_bill.lines.len();
    let credits = LINES.get(at).copied();
    Bill {
        number: of(&NOTES, number),
        credits: Some(of_bill.number),
        account: None,
        lines: vec![BillLine {
            credits,
            cents,
            ..of_bill.lines[at].clone()
        }],
        ..of_bill.clone()
    }
}

pub(super) fn euros(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.abs();
    format!("{sign}{},{:02}", cents / 100, cents % 100)
}
