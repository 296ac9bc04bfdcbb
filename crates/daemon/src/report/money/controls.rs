//! The controls report: was every rule kept on every line? Violations are listed; none are expected.

use std::collections::BTreeMap;

use subsidy_domain::claim::ApprovalOrder;
use subsidy_domain::claim::Rule;
use subsidy_domain::ids::Subject;
use subsidy_domain::money::Euro;
use subsidy_domain::schemes::programme::ProgrammeRule;
use subsidy_domain::view::{Batches, BudgetLines, ClaimRow, Claims, Orders};

use crate::projection::{RowsError, rows_together};
use crate::report::Lens;
use crate::sheet::{Cell, Column, Sheet, Weight};

/// A control: how many were looked at, and which broke it.
#[derive(Default)]
struct Control {
    population: i64,
    broken: Vec<String>,
}

impl Control {
    fn check(&mut self, holds: bool, what: impl FnOnce() -> String) {
        self.population += 1;
        if !holds {
            self.broken.push(what());
        }
    }
}

/// Returns each control with its population and its violations, and whether there are none.
///
/// # Errors
/// When the views cannot be read.
pub fn controls(lens: Lens<'_>) -> Result<(Sheet, bool), RowsError> {
    let lang = lens.lang;
    let views = (Claims, Batches, Orders, BudgetLines);
    let (claims, batches, orders, budgets) = rows_together(lens.ledger, views, lens.as_at)?;
    let mut four_eyes = Control::default();
    let mut releaser = Control::default();
    let mut tariff = Control::default();
    let mut evidence = Control::default();
    let mut once = Control::default();
    let mut paid_is_awarded = Control::default();
    let mut ordered_is_paid = Control::default();
    let mut overruns = Control::default();
    let mut entitlements: BTreeMap<String, i64> = BTreeMap::new();
    let mut last_approvers: BTreeMap<String, Vec<&Subject>> = BTreeMap::new();
    let mut sums: BTreeMap<String, (i64, Euro)> = BTreeMap::new();
    for (key, row) in &claims {
        for payment in row.payments.iter() {
            let order = format!("{}|{}", payment.batch, row.presented.line.payee);
            let sum = sums.entry(order).or_default();
            *sum = (sum.0 + 1, sum.1 + payment.amount);
            // The approvals are those of the award that stands: who approved before a line was taken back is not told here.
            let stands = row.payments.standing() == Some(payment);
            if let Some((_, by)) = row.approvals.last().filter(|_| stands) {
                last_approvers
                    .entry(payment.batch.to_string())
                    .or_default()
                    .push(&by.subject);
            }
        }
        let Some(standing) = row.payments.standing() else {
            continue;
        };
        four_eyes.check(different_persons(row), || key.clone());
        let Some(award) = &row.award else {
            paid_is_awarded.check(false, || key.clone());
            continue;
        };
        // Of a programme the agreement, which is its evidence, says the amount.
        let agreed = row.kind == ProgrammeRule::AGGREGATE && award.evidence.is_some();
        tariff.check(
            award.tariff.is_some() || award.application.is_some() || agreed,
            || key.clone(),
        );
        evidence.check(award.evidence.is_some() || award.application.is_some(), || {
            key.clone()
        });
        paid_is_awarded.check(standing.standing() == award.amount, || key.clone());
        *entitlements
            .entry(format!(
                "{}|{}|{}|{}",
                row.kind, row.case, award.entitlement, award.performed_on
            ))
            .or_default() += 1;
    }
    for (entitlement, count) in &entitlements {
        once.check(*count == 1, || entitlement.clone());
    }
    for (number, batch) in &batches {
        if let Some((by, _)) = &batch.released {
            let approved = last_approvers.get(number).is_some_and(|last| last.contains(&by));
            releaser.check(!approved && *by != batch.proposed.0, || number.clone());
        }
    }
    for (id, order) in orders.iter().filter(|(_, order)| order.failed.is_none()) {
        let sum = sums
            .get(&format!("{}|{}", order.terms.batch, order.terms.payee))
            .copied();
        let expected = (i64::from(order.terms.lines), order.terms.gross);
        ordered_is_paid.check(sum == Some(expected), || id.clone());
    }
    for (key, line) in &budgets {
        // What is over now was put on record as exceeded, by as much or by more.
        let spent = line.charged.amount + line.committed.amount;
        let over = line.budget.map_or(Euro::ZERO, |budget| spent - budget.amount);
        overruns.check(over <= line.beyond.amount.max(Euro::ZERO), || key.clone());
    }

    let mut sheet = Sheet {
        title: lang.pick("Controles", "Controls").to_owned(),
        columns: vec![
            Column::new("control", lang.pick("controle", "control")),
            Column::new("rule", lang.pick("regel", "rule")),
            Column::new("population", lang.pick("populatie", "population")),
            Column::new("violations", lang.pick("schendingen", "violations")),
            Column::new("which", lang.pick("welke", "which")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let controls = [
        (
            "I5",
            "elke betaalde regel is door twee anderen goedgekeurd dan wie haar indiende",
            "every paid line was approved by two others than who handed it in",
            four_eyes,
        ),
        (
            "I5",
            "elke batch is vrijgegeven door een ander dan voorsteller en laatste goedkeurder",
            "every batch was released by another than its proposer and last approver",
            releaser,
        ),
        (
            "I6",
            "elk bedrag wijst naar een tariefversie, een toekenning of een overeenkomst",
            "every amount points at a tariff version, a grant or an agreement",
            tariff,
        ),
        (
            "I2",
            "elke betaalde regel heeft bewijs of een toekenning",
            "every paid line has evidence or a grant",
            evidence,
        ),
        (
            "I3",
            "elke aanspraak is een keer betaald",
            "every entitlement was paid once",
            once,
        ),
        (
            "I2",
            "wat betaald is en staat, is wat toegewezen is",
            "what was paid and stands is what was awarded",
            paid_is_awarded,
        ),
        (
            "I1",
            "elke opdracht is de som van haar regels",
            "every order is the sum of its lines",
            ordered_is_paid,
        ),
        (
            "I8",
            "elke overschrijding van een begroting is vastgelegd",
            "every overrun of a budget is on record",
            overruns,
        ),
    ];
    let mut kept = true;
    for (rule, dutch, english, control) in controls {
        kept &= control.broken.is_empty();
        let count = i64::try_from(control.broken.len()).unwrap_or(i64::MAX);
        let shown: Vec<&str> = control.broken.iter().take(SHOWN).map(String::as_str).collect();
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(lang.pick(dutch, english)),
                Cell::text(rule),
                Cell::Units(control.population),
                Cell::Units(count),
                Cell::text(shown.join(", ")),
            ],
        );
    }
    Ok((sheet, kept))
}

/// How many violations of one control are named.
const SHOWN: usize = 20;

/// I5: submitter, first and second approver are different persons; one approver is enough where the fund's policy says so.
fn different_persons(row: &ClaimRow) -> bool {
    let submitter = row.presented.submitter.as_ref();
    let others = |subject: &Subject| submitter != Some(subject);
    match row.approvals.as_slice() {
        [(ApprovalOrder::Sole, only)] => others(&only.subject),
        [(ApprovalOrder::First, first), (ApprovalOrder::Second, second)] => {
            first.subject != second.subject && others(&first.subject) && others(&second.subject)
        }
        _ => false,
    }
}
