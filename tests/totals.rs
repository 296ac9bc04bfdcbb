//! Every total of the manifest, computed from the ledger: from its claims register, its log and its views.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use subsidy_documents::Kind;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::mbo_exam::Outcome;
use subsidy_domain::view::{Counters, Pipeline, Realisation};
use subsidyd::intake::{Became, FileReport};

use crate::support::figures::{claims, compared, rows, stands};
use crate::support::granted::{Books, Granted};
use crate::support::manifest;
use crate::support::year::{Year, year};

type Totals = BTreeMap<(String, String), i64>;

/// Totals that the ledger cannot know, because the lines of a document that is parked whole are not presented.
const OF_LINES_NEVER_PRESENTED: [(&str, &str); 2] =
    [("MBO_EXAM.parked", "performance"), ("lines", "delivery")];

#[test]
fn every_total_of_the_manifest_is_the_ledgers() {
    let mut expected = manifest::totals();
    let found = Sums::of(year()).0;
    let own = |(measure, basis): (&str, &str)| (measure.to_owned(), basis.to_owned());
    let [parked, lines] = OF_LINES_NEVER_PRESENTED.map(|name| expected.remove(&own(name)).expect("expected"));
    assert!(expected.len() > 1_700, "{} totals", expected.len());
    assert_eq!(compared(&expected, &found), Vec::<String>::new());

    let presented = i64::try_from(claims(&year().ledger).len()).expect("a count");
    assert_eq!(presented + parked, lines);
}

#[test]
fn the_realisation_view_is_the_sum_of_the_claims_register() {
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in claims(&year().ledger).values().filter(|row| stands(row)) {
        let award = row.award.as_ref().expect("an award");
        let units: i64 = award.allocations.iter().map(|part| part.units).sum();
        let mut add = |basis: &str, year: i16, units: i64, cents: i64| {
            let (scheme, payee) = (award.scheme, &row.presented.line.payee);
            let key = format!("{basis}|{year}|{scheme}|{}|{payee}", award.category);
            let sum = sums.entry(key).or_default();
            *sum = (sum.0 + units, sum.1 + cents);
        };
        add("decision", award.decided_on.year(), units, award.amount.cents());
        add("invoice", award.invoice_date.year(), units, award.amount.cents());
        if let Some(paid_on) = row.payments.standing().and_then(|payment| payment.paid_on) {
            add("payment", paid_on.year(), units, award.amount.cents());
        }
        for part in &award.allocations {
            add("performance", part.year.number(), part.units, part.amount.cents());
        }
    }
    let view = rows(&year().ledger, Realisation)
        .into_iter()
        .map(|(key, row)| (key, (row.realised.units, row.realised.amount.cents())))
        .filter(|(_, sum)| *sum != (0, 0))
        .collect();
    assert_eq!(compared(&sums, &view), Vec::<String>::new());
}

/// Totals in the words of the manifest; its conventions are in the README of the fixture year.
#[derive(Default)]
struct Sums(Totals);

impl Sums {
    fn of(year: &Year) -> Self {
        let mut sums = Self::default();
        let books = Books::of(&year.ledger);
        for scheme in SchemeCode::ALL {
            for basis in ["performance", "invoice", "decision"] {
                sums.add(format!("{scheme}.units"), basis, 0);
                sums.add(format!("{scheme}.cents"), basis, 0);
            }
        }
        let granted = books.granted(&year.ledger);
        granted.iter().for_each(|line| sums.line(line));
        sums.register(year);
        sums.exams(&books, &granted);
        sums.pipeline(year);
        sums.counters(year);
        sums.files(year.inbox().map(|(_, file)| file));
        sums
    }

    fn add(&mut self, measure: impl Into<String>, basis: &str, value: i64) {
        *self.0.entry((measure.into(), basis.to_owned())).or_default() += value;
    }

    fn one(&mut self, measure: impl Into<String>) {
        self.add(measure, "performance", 1);
    }

    fn get(&self, measure: &str) -> i64 {
        self.0[&(measure.to_owned(), "performance".to_owned())]
    }

    fn line(&mut self, line: &Granted) {
        let scheme = line.scheme;
        let of_2023 = line.years.iter().find(|(year, _)| *year == 2023);
        let bases: [(&str, Date, Option<i64>); 3] = [
            ("performance", line.performed_on, of_2023.map(|(_, cents)| *cents)),
            (
                "invoice",
                line.invoice_date,
                (line.invoice_date.year() == 2023).then_some(line.amount),
            ),
            (
                "decision",
                line.decided_on,
                (line.decided_on.year() == 2023).then_some(line.amount),
            ),
        ];
        for (basis, day, cents) in bases {
            let Some(cents) = cents else { continue };
            let mut measures = vec![scheme.to_string(), format!("{scheme}.payee.{}", line.payee)];
            if line.years.len() == 1 {
                measures.push(format!("{scheme}.quarter.{}", (day.month() + 2) / 3));
            }
            measures.extend(
                line.category
                    .iter()
                    .map(|category| format!("{scheme}.{category}")),
            );
            measures.extend(line.facets.iter().map(|facet| format!("{scheme}.{facet}")));
            for measure in measures {
                self.add(format!("{measure}.units"), basis, 1);
                self.add(format!("{measure}.cents"), basis, cents);
            }
        }
        let settled = match (line.invoice_date.year(), line.decided_on.year()) {
            (2023, 2023) => "invoiced_and_decided_in_2023",
            (2023, _) => "invoiced_in_2023_decided_in_2024",
            (_, _) => "invoiced_in_2024",
        };
        let performed = if line.performed_on.year() == 2023 {
            2023
        } else {
            2022
        };
        let measure = format!("{scheme}.performed_in_{performed}.{settled}");
        self.add(format!("{measure}.units"), "performance", 1);
        self.add(format!("{measure}.cents"), "performance", line.amount);
    }

    fn register(&mut self, year: &Year) {
        let mut documents = BTreeSet::new();
        for row in claims(&year.ledger).values() {
            let scheme = row.presented.item.scheme;
            documents.insert((scheme, row.presented.document.clone()));
            let reason = row.reason.as_ref().map(|reason| reason.code());
            match row.state.as_str() {
                "rejected" => {
                    self.one(format!("{scheme}.rejected"));
                    self.one(format!("{scheme}.rejected.{}", reason.expect("a reason")));
                }
                "reversed" => self.one(format!("{scheme}.reversed")),
                "settled" => self.one(format!("{scheme}.credited")),
                "parked" => self.one(format!("{scheme}.parked")),
                _ => {}
            }
            let is_presented = stands(row) || matches!(row.state.as_str(), "rejected" | "reversed");
            if is_presented && row.presented.performed_on.year() == 2023 {
                self.one(format!("{scheme}.presented"));
            }
            let remarks = row.award.iter().flat_map(|award| &award.remarks);
            if stands(row) && remarks.into_iter().any(|reason| reason.code() == "TARIFF_DIFF") {
                self.one(format!("{scheme}.short_paid"));
            }
        }
        for (scheme, _) in documents {
            self.add(format!("{scheme}.documents"), "delivery", 1);
        }
    }

    fn exams(&mut self, books: &Books, granted: &[Granted]) {
        let mut types = BTreeSet::new();
        for line in granted {
            let facet = |name: &str| line.facets.iter().find_map(|facet| facet.strip_prefix(name));
            if line.performed_on.year() == 2023
                && let (Some(exam), Some(tariff)) = (facet("exam_type."), facet("tariff."))
            {
                types.insert(exam.to_owned());
                self.add("MBO_EXAM.price.cents", "performance", books.price(tariff).cents());
            }
        }
        let types = i64::try_from(types.len()).expect("a count");
        self.add("MBO_EXAM.exam_types", "performance", types);
        for result in books.results_of(2023) {
            self.one("MBO_EXAM.attempts.results");
            self.one(format!(
                "MBO_EXAM.attempts.{}",
                match result.outcome {
                    Outcome::Passed => "geslaagd",
                    Outcome::Failed => "gezakt",
                    Outcome::Absent => "niet_verschenen",
                    Outcome::Cancelled => "geannuleerd",
                    Outcome::Withdrawn => "ingetrokken",
                }
            ));
        }
        let mut schools: Vec<i64> = self
            .0
            .iter()
            .filter(|((measure, basis), _)| {
                measure.starts_with("MBO_EXAM.payee.")
                    && measure.ends_with(".units")
                    && basis == "performance"
            })
            .map(|(_, units)| *units)
            .collect();
        schools.sort_unstable_by(|a, b| b.cmp(a));
        let four = schools.iter().take(4).sum();
        self.add("MBO_EXAM.four_largest_payees.units", "performance", four);
    }

    fn pipeline(&mut self, year: &Year) {
        for row in rows(&year.ledger, Pipeline).into_values() {
            match (row.scheme, row.stage.as_str()) {
                (SchemeCode::Evc, stage) => {
                    self.one("EVC.applications.units");
                    let name = match stage {
                        "drawn" => "completed",
                        "granted" => "in_progress",
                        "released" => "stopped",
                        other => other,
                    };
                    self.one(format!("EVC.applications.{name}.units"));
                }
                (SchemeCode::CareerCheque, stage) => {
                    self.one("CAREER_CHEQUE.issued.units");
                    if stage == "granted" {
                        self.one("CAREER_CHEQUE.open.units");
                    }
                }
                (SchemeCode::BudgetCoach, stage) => {
                    self.one("BUDGET_COACH.requested.units");
                    if stage != "requested" {
                        self.one("BUDGET_COACH.started.units");
                        let kind = row.kind.as_deref().unwrap_or("undecided");
                        self.one(format!("BUDGET_COACH.started.{kind}.units"));
                    }
                }
                (SchemeCode::Sto, "agreed") => self.one("STO.agreements.units"),
                (SchemeCode::Sto, _) => self.one("STO.granted.units"),
                (_, _) => {}
            }
        }
    }

    fn counters(&mut self, year: &Year) {
        let mut targets = BTreeMap::new();
        for (key, row) in rows(&year.ledger, Counters) {
            let parts: Vec<&str> = key.split('|').collect();
            match (parts.as_slice(), row.total()) {
                (["service", "2023", service, part], count) => {
                    if let Some(count) = count {
                        self.add(format!("service.{service}.units"), "performance", count);
                        if !part.is_empty() {
                            self.add(format!("service.{service}.{part}.units"), "performance", count);
                        }
                    }
                    if let Some(target) = row.target {
                        targets.insert((*service).to_owned(), target);
                    }
                }
                (["reference", "2023", "RPT", "requested", category], Some(count)) => {
                    self.add("RPT.requested.units", "performance", count);
                    self.add(format!("RPT.{category}.requested.units"), "performance", count);
                }
                (_, _) => {}
            }
        }
        for (service, target) in targets {
            self.add(format!("service.{service}.target.units"), "performance", target);
        }
    }

    fn files<'a>(&mut self, files: impl Iterator<Item = &'a FileReport>) {
        for file in files {
            let expected = fate(file);
            self.add("files", "delivery", 1);
            self.add(format!("files.{}", kind_of(file)), "delivery", 1);
            if expected != "taken" {
                self.add(format!("files.expected.{expected}"), "delivery", 1);
            }
            // A document that is parked whole presents no line; those of the year are of schools.
            if matches!(file.became, Became::Parked { .. }) {
                self.add("MBO_EXAM.documents", "delivery", 1);
            }
        }
        assert_eq!(
            self.get("MBO_EXAM.attempts.results"),
            11_632,
            "the dossier's attempts"
        );
    }
}

/// What a file is, in the words of the manifest.
pub(crate) fn kind_of(file: &FileReport) -> String {
    let kind = file.kind.expect("every file of the year is read");
    if matches!(kind, Kind::Invoice | Kind::CreditNote) {
        kind.as_str().replace('-', "_")
    } else {
        kind.list_name().to_owned()
    }
}

/// What became of a file, in the words of the manifest: an invoice of a payee who is not registered is parked, line by line.
pub(crate) fn fate(file: &FileReport) -> String {
    let parks_all = |code: &&&str| file.taken > 0 && file.news.parked.get(**code) == Some(&file.taken);
    match &file.became {
        Became::Taken if file.has_findings() => "taken_with_faults".to_owned(),
        Became::Taken => match ["PAYEE_UNKNOWN", "IBAN_CHANGED"].iter().find(parks_all) {
            Some(code) => format!("parked:{code}"),
            None => "taken".to_owned(),
        },
        Became::Repeated => "repeated".to_owned(),
        Became::KnownInvoice => "known".to_owned(),
        Became::Parked { reasons } => {
            let codes: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
            format!("parked:{}", codes.join("+"))
        }
        Became::Quarantined { reason } => format!("quarantined:{}", reason.code()),
        Became::Refused { why } => format!("refused:{}", why.code()),
    }
}
