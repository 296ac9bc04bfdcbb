//! Values for examples and tests: the schemes of 2023 adopted, payees registered, and lines to present. All fictitious.
#![expect(
    clippy::expect_used,
    reason = "fixed values, checked by every test that uses them"
)]

use jiff::civil::{Date, date};

use crate::budget::{Budget, BudgetCommand, BudgetLine, BudgetLineId};
use crate::calendar::FiscalYear;
use crate::claim::Presented;
use crate::context::Context;
use crate::fund::OwnAccount;
use crate::iban::Iban;
use crate::ids::{
    Brin, DecisionRef, DocumentHash, InvoiceNumber, LearnerKey, LineRef, PayeeId, Provenance, Source,
    TariffKey,
};
use crate::money::Euro;
use crate::payee::{Payee, PayeeCommand, PayeeFacts, PayeeKind, ShortPay};
use crate::scheme::SchemeCode;
use crate::terms::{
    BudgetPolicy, ExamType, LateFrom, SchemeTerms, TariffVersion, Terms, TermsCommand, VatBasis,
};

/// The payee of [`line()`]: a school with BRIN 99AA.
pub const SCHOOL: &str = "kvk:90000001";
/// Another school, with BRIN 99BB.
pub const OTHER_SCHOOL: &str = "kvk:90000002";

/// Returns an amount.
#[must_use]
pub fn euro(text: &str) -> Euro {
    text.parse().expect("an amount")
}

/// Returns a payee id.
#[must_use]
pub fn payee(text: &str) -> PayeeId {
    text.parse().expect("a payee id")
}

/// Returns a learner.
#[must_use]
pub fn learner() -> LearnerKey {
    "0".repeat(32).parse().expect("a learner key")
}

/// Returns where something came from.
#[must_use]
pub fn source() -> Source {
    Source {
        document: document(),
        row: Some(2),
    }
}

fn document() -> DocumentHash {
    "a".repeat(64).parse().expect("a hash")
}

fn decision() -> DecisionRef {
    "B-2022-11".parse().expect("a reference")
}

/// Returns the terms of a scheme under a budget policy, open from 2019 and late from 1 April of the next year.
#[must_use]
pub fn terms(policy: BudgetPolicy) -> Terms {
    Terms {
        decision: decision(),
        decided_on: date(2018, 11, 1),
        opens_on: date(2019, 1, 1),
        closes_on: None,
        budget_policy: policy,
        vat_basis: VatBasis::Exclusive,
        late_from: Some(LateFrom { month: 4, day: 1 }),
        spending_goal: "scholing".to_owned(),
        provenance: Provenance::Fixture,
    }
}

/// Returns a tariff version.
#[must_use]
pub fn tariff(
    scheme: SchemeCode,
    key: &str,
    version: &str,
    amount: &str,
    from: Date,
    until: Option<Date>,
) -> TariffVersion {
    TariffVersion {
        scheme,
        key: TariffKey::new(key).expect("a key"),
        version: version.to_owned(),
        amount: euro(amount),
        price: None,
        from,
        until,
        decision: decision(),
        decided_on: date(2018, 11, 1),
        provenance: Provenance::Fixture,
        published_in: None,
    }
}

/// Returns an exam type of tariff group A, B or `C_HKS`.
#[must_use]
pub fn exam_type(code: &str, group: &str, content: &str) -> ExamType {
    ExamType {
        code: code.to_owned(),
        description: "Fixture".to_owned(),
        sub_branch: "personenauto".to_owned(),
        level: 2,
        tariff: TariffKey::new(group).expect("a key"),
        content: content.to_owned(),
        two_part: group == "C_HKS",
        aliases: Vec::new(),
    }
}

/// Adopts something in a scheme's terms.
pub fn adopt(context: &mut Context, scheme: SchemeCode, command: &TermsCommand) {
    let held: &mut SchemeTerms = context.schemes.entry(scheme).or_default();
    for event in held.decide(command).expect("adopted") {
        held.evolve(event);
    }
}

/// Adopts a budget of 2023 for a scheme.
pub fn budget(context: &mut Context, scheme: SchemeCode, units: Option<i64>, amount: &str) {
    let line = BudgetLineId {
        year: FiscalYear::new(2023),
        scheme,
    };
    let command = BudgetCommand::Adopt {
        budget: Budget {
            units,
            amount: euro(amount),
        },
        decision: decision(),
        decided_on: date(2022, 11, 1),
        provenance: Provenance::Fixture,
    };
    let held: &mut BudgetLine = context.budgets.entry(line).or_default();
    for event in held.decide(line, &command).expect("adopted") {
        held.evolve(event);
    }
}

/// Registers a payee.
pub fn register(context: &mut Context, facts: PayeeFacts) {
    let held: &mut Payee = context.payees.entry(facts.id.clone()).or_default();
    for event in held
        .decide(&PayeeCommand::Register {
            facts,
            source: source(),
        })
        .expect("registered")
    {
        held.evolve(event);
    }
}

/// Returns what is registered of a school.
#[must_use]
pub fn school(id: &str, brin: &str) -> PayeeFacts {
    PayeeFacts {
        id: payee(id),
        name: format!("ROC Fixture {brin}"),
        kind: PayeeKind::School,
        brin: Some(Brin::new(brin).expect("a BRIN")),
        vat_exempt: true,
        iban: Iban::new("NL44RABO0123456789").expect("an IBAN"),
        on_difference: ShortPay::ToTariff,
    }
}

/// Returns the account from which the fund pays.
#[must_use]
pub fn own_account() -> OwnAccount {
    OwnAccount {
        name: "Fonds Fixture".to_owned(),
        iban: Iban::new("NL02ABNA0123456789").expect("an IBAN"),
        bic: None,
    }
}

/// Returns a context with all schemes open, the tariffs of the fixture year, two schools, and no budgets.
#[must_use]
pub fn context() -> Context {
    let mut context = Context::default();
    for scheme in SchemeCode::ALL {
        adopt(
            &mut context,
            *scheme,
            &TermsCommand::Adopt(terms(BudgetPolicy::Warn)),
        );
    }
    let new_year = date(2023, 1, 1);
    let always = date(2019, 1, 1);
    for tariff in [
        tariff(
            SchemeCode::MboExam,
            "A",
            "2022",
            "118.50",
            date(2022, 1, 1),
            Some(date(2022, 12, 31)),
        ),
        tariff(SchemeCode::MboExam, "A", "2023", "123.50", new_year, None),
        tariff(SchemeCode::MboExam, "B", "2023", "162.00", new_year, None),
        tariff(SchemeCode::MboExam, "C_HKS", "2023", "200.50", new_year, None),
        tariff(SchemeCode::Evc, "*", "2023", "1350.00", always, None),
        tariff(SchemeCode::Rpt, "PA-N2", "2023", "120.00", always, None),
        tariff(SchemeCode::Rpt, "PA-N3", "2023", "95.00", always, None),
        tariff(SchemeCode::RptPilot, "*", "2023", "260.00", always, None),
        tariff(SchemeCode::RptLm, "*", "2023", "260.00", always, None),
        tariff(SchemeCode::LmTraining, "*", "2023", "135.00", always, None),
        tariff(SchemeCode::BmbFull, "*", "2023", "395.00", always, None),
        tariff(SchemeCode::BmbResit, "*", "2023", "145.00", always, None),
        tariff(SchemeCode::BudgetCoach, "FI", "2023", "250.00", always, None),
        tariff(SchemeCode::EvCert, "*", "2024", "300.00", always, None),
    ] {
        adopt(&mut context, tariff.scheme, &TermsCommand::AdoptTariff(tariff));
    }
    for exam in [
        exam_type("PA-001", "A", "PA-001"),
        exam_type("PA-002", "B", "PA-002"),
        exam_type("PA-HKS", "C_HKS", "G1"),
        exam_type("PA-011", "A", "G1"),
        exam_type("PA-012", "A", "G1"),
    ] {
        adopt(
            &mut context,
            SchemeCode::MboExam,
            &TermsCommand::AdoptExamType(exam),
        );
    }
    register(&mut context, school(SCHOOL, "99AA"));
    register(&mut context, school(OTHER_SCHOOL, "99BB"));
    context
}

/// Returns a line of the school, on invoice F-1, received the day after its date, which is nine days after the performance.
#[must_use]
pub fn line(item: &str, evidence: &str, performed_on: Date, claimed: &str) -> Presented {
    let invoice_date = performed_on.saturating_add(jiff::Span::new().days(9));
    Presented {
        line: line_ref(SCHOOL, "F-1", "1"),
        item: item.parse().expect("an item code"),
        learner: Some(learner()),
        evidence: Some(evidence.parse().expect("an evidence number")),
        performed_on,
        claimed: euro(claimed),
        vat: Euro::ZERO,
        invoice_date,
        received_on: invoice_date.saturating_add(jiff::Span::new().days(1)),
        accounts: vec![],
        credits: None,
        document: document(),
        submitter: None,
    }
}

/// Returns a reference to a line.
#[must_use]
pub fn line_ref(payee_id: &str, invoice: &str, line: &str) -> LineRef {
    LineRef {
        payee: payee(payee_id),
        invoice: InvoiceNumber::new(invoice).expect("a number"),
        line: line.parse().expect("a line id"),
    }
}
