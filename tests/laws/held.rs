//! The laws: each is held against the log as [`Reckoning`] reads it, and what the registers and the bank say.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{BudgetLines, Pipeline};
use subsidyd::lang::Lang;
use subsidyd::projection::{self, AsAt};
use subsidyd::report::{Lens, money, trace};
use subsidyd::sheet::{Cell, Weight};

use super::ledger::{Line, Reckoning};
use super::papers::CANDIDATE;
use super::world::World;
use crate::support::figures::rows;

/// A law says what breaks it.
type Law = fn(&World, &Reckoning) -> Vec<String>;

const LAWS: [(&str, Law); 12] = [
    ("I1", euro_conservation),
    ("I1", the_bank_report_agrees_day_by_day),
    ("I2", every_cent_is_traced),
    ("I3", one_entitlement_is_paid_once),
    ("I4", an_invoice_is_received_once),
    ("I5", four_eyes),
    ("I6", tariff_by_version_and_basis_date),
    ("I7", whole_cents),
    ("I8", commitments_and_budgets),
    ("I10", no_learner_is_named),
    ("I13", no_cumulation),
    ("controls", no_control_finds_a_violation),
];

/// Holds each law that can be held at any time.
pub(super) fn now(world: &mut World) -> Result<(), String> {
    let reckoning = Reckoning::of(&world.fund);
    let mut broken = std::mem::take(&mut world.broken);
    broken.extend(reckoning.broken.iter().cloned());
    for (name, law) in LAWS {
        let told = law(world, &reckoning).into_iter();
        broken.extend(told.map(|what| format!("{name}: {what}")));
    }
    world.remember();
    said(&broken)
}

/// Holds what is dear to hold: the chain, views built anew, the past as it was, and the trace of each payment.
pub(super) fn at_the_end(world: &mut World) -> Result<(), String> {
    let ledger = &world.fund.ledger;
    let mut broken = Vec::new();
    if let Err(error) = ledger.verify(&mut |_, _| {}) {
        broken.push(format!("I10: {error}"));
    }
    // First the past: it is folded from the log, and must be what the views said when they followed.
    for then in &world.then {
        if world.reports(AsAt::Position(then.position), then.day) != then.told {
            broken.push(format!("I12: a report as at {} is another now", then.position.0));
        }
    }
    let rebuilt = projection::rebuild(ledger, None).map_err(|error| error.to_string())?;
    for (name, rebuilt) in rebuilt.into_iter().flatten() {
        if rebuilt.differing != Some(0) {
            broken.push(format!(
                "I11: {:?} rows of {name} differ when built anew",
                rebuilt.differing
            ));
        }
    }
    for (name, line) in &Reckoning::of(&world.fund).lines {
        let live = line.standing.iter().filter(|(_, cents)| **cents > 0);
        for (batch, _) in live {
            let told = trace(lens(world), name).map_err(|error| error.to_string())?;
            let told = told.map_or_else(String::new, |sheet| format!("{:?}", sheet.rows));
            let approvers = line.approved.iter().map(|(_, by)| by.as_str());
            for step in approvers.chain([batch.as_str()]) {
                if !told.contains(step) {
                    broken.push(format!("I2: the trace of {name} does not come to {step}"));
                }
            }
        }
    }
    said(&broken)
}

fn said(broken: &[String]) -> Result<(), String> {
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join("\n"))
    }
}

fn lens(world: &World) -> Lens<'_> {
    Lens {
        ledger: &world.fund.ledger,
        as_at: AsAt::Now,
        lang: Lang::En,
    }
}

/// I1: what was settled, returned and recovered is what the bank moved, day by day, but for what is not explained.
fn euro_conservation(world: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut days: BTreeMap<Date, (i64, i64)> = BTreeMap::new();
    for (day, cents) in world.booked() {
        days.entry(day).or_default().0 += cents;
    }
    for (day, cents) in reckoning.moved.iter().chain(&reckoning.unexplained) {
        days.entry(*day).or_default().1 += cents;
    }
    let differ = days.into_iter().filter(|(_, (bank, register))| bank != register);
    differ
        .map(|(day, (bank, register))| format!("on {day} the bank moved {bank}, and the register {register}"))
        .collect()
}

/// I1: the report of the bank says so too.
fn the_bank_report_agrees_day_by_day(world: &World, _: &Reckoning) -> Vec<String> {
    let (sheet, _) = money::bank(lens(world)).expect("the bank");
    let at = sheet.columns.iter().position(|column| column.key == "difference");
    let at = at.expect("a column");
    let differ = sheet.rows.iter().filter(|row| match row.cells.get(at) {
        Some(Cell::Euro(difference)) => row.weight == Weight::Normal && !difference.is_zero(),
        _ => true,
    });
    differ
        .filter(|row| row.weight == Weight::Normal)
        .map(|row| format!("the report differs on {:?}", row.cells.first()))
        .collect()
}

/// I2: each line of an order has a claim on a received invoice, evidence or a grant, a tariff version or a grant, and a budget line; and each
/// order is the sum of its lines.
fn every_cent_is_traced(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, line) in &reckoning.lines {
        if line.standing.values().all(|cents| *cents == 0) {
            continue;
        }
        for what in orphaned(reckoning, line) {
            broken.push(format!("{name} has no {what}"));
        }
    }
    for (id, order) in &reckoning.orders {
        let terms = &order.terms;
        let (lines, gross, net) = (terms.lines, terms.gross.cents(), terms.amount.cents());
        if order.lines != (lines, gross) || net != gross - terms.offset.cents() || net < 0 {
            broken.push(format!(
                "{id} is {lines} lines of {gross}, and its lines say {:?}",
                order.lines
            ));
        }
    }
    for (number, batch) in &reckoning.batches {
        let of = reckoning
            .orders
            .values()
            .filter(|order| order.terms.batch == *number);
        let total: i64 = of.map(|order| order.terms.amount.cents()).sum();
        if total != batch.proposal.total.cents() {
            broken.push(format!("the orders of {number} make {total}"));
        }
    }
    broken
}

fn orphaned(reckoning: &Reckoning, line: &Line) -> Vec<&'static str> {
    let Some(presented) = &line.presented else {
        return vec!["claim"];
    };
    let mut lacks = Vec::new();
    let of = &presented.line;
    let key = (of.payee.to_string(), of.invoice.normalised());
    let document = presented.document.to_string();
    let received = reckoning.received.get(&key).into_iter().flatten();
    if !received.into_iter().any(|(held, _, _)| *held == document) {
        lacks.push("invoice");
    }
    // What was taken back after it was ordered has no award any more, and is asked back.
    let Some(award) = &line.award else {
        return lacks;
    };
    let evidence = award.evidence.as_ref().and_then(|id| {
        let key = (line.kind.clone(), line.case.clone(), id.to_string());
        reckoning.evidence.get(&key)
    });
    match evidence {
        Some((_, document)) if reckoning.documents.contains(document) => {}
        Some(_) => lacks.push("document of its evidence"),
        None if award.application.is_some() => {}
        None => lacks.push("evidence"),
    }
    let adopted = award.tariff.as_ref().is_some_and(|named| {
        let mut versions = reckoning.tariffs.iter();
        versions.any(|held| held.key == named.key && held.version == named.version)
    });
    if !adopted && award.application.is_none() {
        lacks.push("tariff version");
    }
    for part in &award.allocations {
        let name = format!("{}:{}", part.year.number(), award.scheme);
        if !reckoning.budgets.contains_key(&name) {
            lacks.push("budget line");
        }
    }
    lacks
}

/// I3: what can be earned once is paid once at most: an exam of a learner, a day of a participant, a year of a region.
fn one_entitlement_is_paid_once(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut paid: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, line) in &reckoning.lines {
        let Some(presented) = &line.presented else {
            continue;
        };
        let is_exam = presented.item.scheme == SchemeCode::MboExam;
        let kind = if is_exam { presented.item.kind.as_str() } else { "" };
        let live = line.standing.values().filter(|cents| **cents > 0).count();
        let key = format!("{} {} {kind}", line.kind, line.case);
        paid.entry(key)
            .or_default()
            .extend(std::iter::repeat_n(name.as_str(), live));
    }
    let twice = paid.into_iter().filter(|(_, lines)| lines.len() > 1);
    twice
        .map(|(key, lines)| format!("{key} is paid by {lines:?}"))
        .collect()
}

/// I4: under one number of a payee one invoice stands: what is received again is the same one.
fn an_invoice_is_received_once(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let received = reckoning.received.iter();
    let twice = received.filter(|(_, documents)| {
        let told: BTreeSet<(Date, i64)> = documents.iter().map(|(_, on, cents)| (*on, *cents)).collect();
        told.len() > 1
    });
    twice
        .map(|(number, told)| format!("{number:?} was received as {told:?}"))
        .collect()
}

/// I5: a batch is released by another than who proposed it or approved last; an order goes to the account that was in force.
fn four_eyes(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut broken = Vec::new();
    for (number, batch) in &reckoning.batches {
        let Some(by) = &batch.released_by else { continue };
        if *by == batch.proposed_by || batch.last_approvers.contains(by) {
            broken.push(format!("{number} was released by {by}"));
        }
    }
    for (id, order) in &reckoning.orders {
        if order.in_force.as_deref() != Some(order.terms.iban.as_str()) {
            broken.push(format!("{id} goes to an account that was not in force"));
        }
    }
    broken
}

/// I6: the version of the tariff is the one of the day on which the exam was booked, and gives the amount.
fn tariff_by_version_and_basis_date(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut broken = Vec::new();
    for (name, line) in &reckoning.lines {
        let Some((award, named)) = line
            .award
            .as_ref()
            .and_then(|award| Some((award, award.tariff.as_ref()?)))
        else {
            continue;
        };
        let key = award
            .evidence
            .as_ref()
            .map(|id| (line.kind.clone(), line.case.clone(), id.to_string()));
        let proof = key.and_then(|key| reckoning.evidence.get(&key));
        let basis = proof.map(|(proof, _)| {
            let day = proof["booked_on"].as_str().or_else(|| proof["day"].as_str());
            day.unwrap_or_default().to_owned()
        });
        let basis: Option<Date> = basis.and_then(|day| day.parse().ok());
        let version = reckoning.tariffs.iter().find(|held| {
            held.key == named.key && held.version == named.version && held.scheme == award.scheme
        });
        let Some((basis, version)) = basis.zip(version) else {
            broken.push(format!("{name} has no basis date or version"));
            continue;
        };
        if basis < version.from || version.until.is_some_and(|until| basis > until) {
            broken.push(format!(
                "{name} of {basis} earns by version {:?}",
                version.version
            ));
        }
        if award.amount > version.amount {
            broken.push(format!("{name} earns {}, more than its tariff", award.amount));
        }
    }
    broken
}

/// I7: no number that was recorded has a fraction.
fn whole_cents(_: &World, reckoning: &Reckoning) -> Vec<String> {
    fn is_whole(value: &Value) -> bool {
        match value {
            Value::Number(number) => !number.is_f64(),
            Value::Array(values) => values.iter().all(is_whole),
            Value::Object(fields) => fields.values().all(is_whole),
            Value::Null | Value::Bool(_) | Value::String(_) => true,
        }
    }
    let fractions = reckoning
        .payloads
        .iter()
        .filter(|(_, payload)| !is_whole(payload));
    fractions
        .map(|(name, _)| format!("{name} has a fraction"))
        .collect()
}

/// I8: budget lines bear what the claims book, no more and no less; what is open of grants is what is committed.
fn commitments_and_budgets(world: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut broken = Vec::new();
    let view = rows(&world.fund.ledger, BudgetLines);
    for (name, (budget, committed, realised)) in &reckoning.budgets {
        let by_claims = reckoning.booked.get(name).copied().unwrap_or_default();
        if by_claims != (*committed, *realised) {
            broken.push(format!(
                "{name} bears {committed} and {realised}, and claims book {by_claims:?}"
            ));
        }
        let row = view.get(name);
        let shown = row.map(|row| {
            (
                row.budget.map(|budget| budget.amount.cents()),
                row.committed.amount.cents(),
                row.charged.amount.cents(),
            )
        });
        if shown != Some((*budget, *committed, *realised)) {
            broken.push(format!("{name} is shown as {shown:?}"));
        }
    }
    let mut awarded: BTreeMap<String, i64> = BTreeMap::new();
    for line in reckoning.lines.values() {
        let Some(award) = &line.award else { continue };
        if let Some(application) = &award.application {
            *awarded.entry(application.to_string()).or_default() += award.amount.cents();
        }
    }
    let mut open = 0;
    for (key, row) in rows(&world.fund.ledger, Pipeline) {
        let number = key.rsplit('|').next().unwrap_or_default();
        let spent = awarded.get(number).copied().unwrap_or_default();
        let (granted, released) = (row.granted.cents(), row.released.cents());
        open += row.open.cents();
        if row.open.is_negative() || spent + row.open.cents() + released > granted {
            broken.push(format!(
                "{number}: {spent} spent and {} open of {granted}",
                row.open
            ));
        }
    }
    let committed: i64 = reckoning
        .budgets
        .values()
        .map(|(_, committed, _)| committed)
        .sum();
    if open != committed {
        broken.push(format!("{open} is open of grants, and {committed} is committed"));
    }
    broken
}

/// I10: what is recorded names no learner.
fn no_learner_is_named(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let named = reckoning
        .payloads
        .iter()
        .filter(|(text, _)| text.contains(CANDIDATE));
    named.map(|(text, _)| text.clone()).collect()
}

/// I13: of one day of one person one line stands at most, whatever the scheme; and nothing earns more than was asked for it.
fn no_cumulation(_: &World, reckoning: &Reckoning) -> Vec<String> {
    let mut broken = Vec::new();
    let mut days: BTreeMap<(String, Date), Vec<&str>> = BTreeMap::new();
    for (name, line) in &reckoning.lines {
        let (Some(presented), Some(award)) = (&line.presented, &line.award) else {
            continue;
        };
        if award.amount > presented.claimed + presented.vat {
            broken.push(format!("{name} earns {} of {}", award.amount, presented.claimed));
        }
        if matches!(presented.item.scheme, SchemeCode::Rpt | SchemeCode::RptLm)
            && let Some(learner) = &presented.learner
        {
            days.entry((learner.to_string(), award.performed_on))
                .or_default()
                .push(name);
        }
    }
    let twice = days.into_values().filter(|lines| lines.len() > 1);
    broken.extend(twice.map(|lines| format!("one day of one person stands as {lines:?}")));
    broken
}

/// The controls report finds what an auditor would; it must find nothing either.
fn no_control_finds_a_violation(world: &World, _: &Reckoning) -> Vec<String> {
    let (sheet, kept) = money::controls(lens(world)).expect("the controls");
    if kept {
        return Vec::new();
    }
    let told = sheet
        .rows
        .iter()
        .filter(|row| row.cells.get(3) != Some(&Cell::Units(0)));
    told.map(|row| format!("{:?}", row.cells)).collect()
}
