//! Claims by number: passed exams, and the invoice lines that ask for them, judged by the product's own rules. All fictitious.
#![expect(clippy::expect_used, reason = "fixed values, which every run uses")]

use jiff::civil::{Date, date};
use subsidy_domain::budget::{Booking, BudgetEvent, BudgetLineId, Quantity};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::claim::{ClaimCommand, ClaimEvent, ClaimRefusal, Presented};
use subsidy_domain::context::Context;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::mbo_exam::{Booker, ExamResult, Holder, MboExam, Outcome};
use subsidy_domain::testkit;

/// Lines to an invoice.
pub const LINES: u64 = 500;
/// Schools that send invoices: as many as send one in 10,000 claims, so that more claims are no more rows.
const SCHOOLS: u64 = 20;
/// The days of the year on which there are exams, from 1 February.
const DAYS: u64 = 240;

/// What may be asked of an exam case.
pub type ExamCommand = ClaimCommand<ExamResult>;
/// What can have happened to an exam case.
pub type ExamEvent = ClaimEvent<ExamResult>;

/// Returns what claims are judged against: terms, tariffs, exam types and schools, and a budget that is never short.
#[must_use]
pub fn context() -> Context {
    let mut context = testkit::context();
    for number in 0..SCHOOLS {
        testkit::register(&mut context, testkit::school(&school(number), &brin(number)));
    }
    testkit::budget(&mut context, SchemeCode::MboExam, Some(2_000_000), BUDGET);
    context
}

/// The budget of the exams of 2023, in euro.
pub const BUDGET: &str = "500000000.00";

/// Returns the budget line of the exams of 2023.
#[must_use]
pub const fn budget_line() -> BudgetLineId {
    BudgetLineId {
        year: FiscalYear::new(2023),
        scheme: SchemeCode::MboExam,
    }
}

/// Returns the id of the case of a claim.
#[must_use]
pub fn case(number: u64) -> String {
    format!("{number:032x}|{}", exam(number))
}

/// Returns the command that records the result of a claim.
#[must_use]
pub fn evidence(number: u64) -> ExamCommand {
    let examined_on = day(number);
    ClaimCommand::RecordEvidence {
        id: format!("R-{number}").parse().expect("a number"),
        version: 1,
        proof: ExamResult {
            exam: exam(number).to_owned(),
            booked_on: date(2023, 1, 15),
            examined_on,
            attempt: 1,
            outcome: Outcome::Passed,
            booked_by: Booker::School(brin(number / LINES).parse().expect("a BRIN")),
            held_by: Holder::ExamBody,
        },
        source: testkit::source(),
        on: examined_on,
    }
}

/// Returns the command that presents the line of a claim.
#[must_use]
pub fn present(number: u64) -> ExamCommand {
    let invoice = number / LINES;
    let item = format!("MBO_EXAM/{}", exam(number));
    let line = Presented {
        line: testkit::line_ref(
            &school(invoice),
            &format!("F-{invoice}"),
            &(number % LINES + 1).to_string(),
        ),
        learner: Some(format!("{number:032x}").parse().expect("a learner")),
        ..testkit::line(&item, &format!("R-{number}"), day(number), amount(number))
    };
    let on = line.received_on;
    ClaimCommand::Present { line, on }
}

/// Returns what becomes of a claim from its evidence to its award.
///
/// # Errors
/// When a command is refused, which none of these is.
pub fn history(number: u64, context: &Context) -> Result<Vec<ExamEvent>, ClaimRefusal> {
    let mut case = MboExam::default();
    let mut events = Vec::new();
    for command in [evidence(number), present(number)] {
        for event in case.decide(command, context)? {
            case.evolve(event.clone());
            events.push(event);
        }
    }
    Ok(events)
}

/// Returns the code of the exam of a claim.
#[must_use]
pub const fn exam(number: u64) -> &'static str {
    if number.is_multiple_of(2) {
        "PA-001"
    } else {
        "PA-002"
    }
}

/// Returns what a claim asks, which is its tariff.
#[must_use]
pub const fn amount(number: u64) -> &'static str {
    if number.is_multiple_of(2) {
        "123.50"
    } else {
        "162.00"
    }
}

/// Returns the school that sends an invoice.
#[must_use]
pub fn school(invoice: u64) -> String {
    format!("kvk:91{:06}", invoice % SCHOOLS)
}

/// Returns the day of the exam of a claim.
#[must_use]
pub fn day(number: u64) -> Date {
    let days = i64::try_from(number % DAYS).unwrap_or_default();
    date(2023, 2, 1).saturating_add(jiff::Span::new().days(days))
}

fn brin(invoice: u64) -> String {
    let number = invoice % SCHOOLS;
    let letter = |place: u64| u8::try_from(place).map_or('A', |place| char::from(b'A' + place));
    format!("98{}{}", letter(number / 26), letter(number % 26))
}

/// Returns an event of the budget lines of 2023, one line after another, with the name of its stream and its place there from 1.
#[must_use]
pub fn booked(number: u64) -> (String, u64, BudgetEvent) {
    let schemes = SchemeCode::ALL;
    let lines = u64::try_from(schemes.len()).unwrap_or(1);
    let scheme = usize::try_from(number % lines)
        .ok()
        .and_then(|place| schemes.get(place).copied())
        .unwrap_or(SchemeCode::MboExam);
    let line = BudgetLineId {
        year: FiscalYear::new(2023),
        scheme,
    };
    let event = BudgetEvent::BudgetBooked {
        line,
        booking: Booking {
            committed: Quantity::ZERO,
            realised: Quantity {
                units: 1,
                amount: testkit::euro(amount(number)),
            },
        },
        against_accrual: Quantity::ZERO,
        prior_period: Quantity::ZERO,
        source: testkit::source(),
        on: day(number),
    };
    (line.to_string(), number / lines + 1, event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_is_awarded_what_it_asks() {
        let context = context();
        for number in [0, 1, 499, 500, 77_777] {
            let events = history(number, &context).expect("decided");
            let [_, _, ClaimEvent::LineMatched { award, .. }] = events.as_slice() else {
                panic!("{events:?}")
            };
            assert_eq!(award.amount.to_string(), amount(number));
        }
    }
}
