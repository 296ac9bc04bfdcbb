//! What the reading sides start from: a log of bookings, a log of claims, and the same claims as a journal.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use bench_exchange::exams;
use subsidy_domain::budget::{Budget, BudgetCommand, BudgetLine, Quantity};
use subsidy_domain::ids::Provenance;
use subsidy_domain::schemes::mbo_exam::MboExam;
use subsidy_domain::testkit;
use subsidy_ledger::cqrs::stream_append;
use subsidy_ledger::{Ledger, Opening, Position, Sequence, StreamAppend};

use super::append::batch;

/// Makes a log of bookings on the budget lines of 2023.
pub(crate) fn prepare_booked(at: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    book(&Ledger::open(at, Opening::Create)?, count)
}

/// Records bookings on the budget lines of 2023.
pub(super) fn book(ledger: &Ledger, count: u64) -> Result<(), Box<dyn Error>> {
    let mut from = 0;
    while from < count {
        let until = (from + 5_000).min(count);
        let appends = (from..until)
            .map(|number| {
                let (id, sequence, event) = exams::booked(number);
                stream_append::<BudgetLine>(&id, Sequence(sequence - 1), &[event])
            })
            .collect::<Result<Vec<_>, _>>()?;
        ledger.append(batch(appends)?)?;
        from = until;
    }
    Ok(())
}

/// Makes a log of claims, from evidence to award, with what each invoice books; returns its last position.
pub(crate) fn prepare_claims(at: &Path, claims: u64) -> Result<Position, Box<dyn Error>> {
    let ledger = Ledger::open(at, Opening::Create)?;
    let context = exams::context();
    let line = exams::budget_line();
    let mut budget = BudgetLine::default();
    let mut sequence = 0;
    let mut on_line = |command: &BudgetCommand| -> Result<StreamAppend, Box<dyn Error>> {
        let events = budget.decide(line, command)?;
        let append = stream_append::<BudgetLine>(&line.to_string(), Sequence(sequence), &events)?;
        for event in events {
            budget.evolve(event);
            sequence += 1;
        }
        Ok(append)
    };
    let adopt = BudgetCommand::Adopt {
        budget: Budget {
            units: Some(2_000_000),
            amount: testkit::euro(exams::BUDGET),
        },
        decision: "B-2022-11".parse()?,
        decided_on: exams::day(0),
        provenance: Provenance::Fixture,
    };
    ledger.append(batch(vec![on_line(&adopt)?])?)?;
    let mut pending: Option<subsidy_ledger::Pending> = None;
    let mut from = 0;
    while from < claims {
        let until = (from + exams::LINES).min(claims);
        let mut appends = Vec::new();
        let mut booking = subsidy_domain::budget::Booking {
            committed: Quantity::ZERO,
            realised: Quantity::ZERO,
        };
        for number in from..until {
            let events = exams::history(number, &context)?;
            for event in &events {
                for (_, booked) in event.bookings() {
                    booking += booked;
                }
            }
            appends.push(stream_append::<MboExam>(
                &exams::case(number),
                Sequence::NONE,
                &events,
            )?);
        }
        appends.push(on_line(&BudgetCommand::Book {
            booking,
            source: testkit::source(),
            on: exams::day(0),
        })?);
        let next = ledger.submit(vec![batch(appends)?]);
        if let Some(pending) = pending.replace(next) {
            pending.wait().into_iter().collect::<Result<Vec<_>, _>>()?;
        }
        from = until;
    }
    if let Some(pending) = pending {
        pending.wait().into_iter().collect::<Result<Vec<_>, _>>()?;
    }
    Ok(ledger.head()?.position())
}

/// The journal of which plain-text accounting.
#[derive(Clone, Copy)]
enum Dialect {
    /// ledger and hledger, which have budgets.
    Ledger,
    Tackler,
}

/// What tackler is told to do with its journal: the balance of the expenses, and no checks beside it.
const TACKLER: &str = include_str!("tackler.toml");

/// Writes the same claims as journals, a transaction each: for ledger and hledger at a path, with the budget as a periodic one, and for
/// tackler, which has none, beside it with what it is told to do.
pub(crate) fn journals(at: &Path, claims: u64) -> std::io::Result<()> {
    let written = |path: &Path, dialect| {
        let mut out = BufWriter::new(File::create(path)?);
        journal(&mut out, claims, dialect)?;
        out.flush()
    };
    written(at, Dialect::Ledger)?;
    written(&at.with_extension("txn"), Dialect::Tackler)?;
    std::fs::write(at.with_extension("toml"), TACKLER)
}

fn journal(out: &mut dyn Write, claims: u64, dialect: Dialect) -> std::io::Result<()> {
    let quote = match dialect {
        Dialect::Ledger => "",
        Dialect::Tackler => "'",
    };
    if matches!(dialect, Dialect::Ledger) {
        writeln!(
            out,
            "~ yearly\n    Expenses:MBO_EXAM    {} EUR\n    Assets:Fund\n",
            exams::BUDGET
        )?;
    }
    for number in 0..claims {
        let invoice = number / exams::LINES;
        let school = exams::school(invoice).replace(':', "");
        writeln!(
            out,
            "{} {quote}F-{invoice} {}\n    Expenses:MBO_EXAM:{}:{school}    {} EUR\n    Liabilities:{school}\n",
            exams::day(number),
            number % exams::LINES + 1,
            exams::exam(number),
            exams::amount(number),
        )?;
    }
    Ok(())
}
