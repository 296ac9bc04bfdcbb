//! What stands in the claims register, in the words of the manifest.

use std::collections::BTreeMap;

use jiff::civil::Date;
use subsidy_domain::claim::{ClaimEvent, Proof};
use subsidy_domain::money::Euro;
use subsidy_domain::recorded::Event;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::ExamResult;
use subsidy_domain::terms::{ExamType, TariffVersion, TermsEvent};
use subsidy_domain::view::ClaimRow;
use subsidy_ledger::Ledger;

use super::figures::{claims, stands};
use super::year::events;

/// A line that stands.
pub(crate) struct Granted {
    pub(crate) scheme: SchemeCode,
    /// The payee's KVK number.
    pub(crate) payee: String,
    pub(crate) performed_on: Date,
    pub(crate) invoice_date: Date,
    pub(crate) decided_on: Date,
    pub(crate) amount: i64,
    /// The years that bear it, with their cents.
    pub(crate) years: Vec<(i16, i64)>,
    /// The manifest's category; none for schemes that it does not break down.
    pub(crate) category: Option<String>,
    /// The further measures under which the manifest counts it.
    pub(crate) facets: Vec<String>,
}

/// What was adopted and recorded, by which a line is put in the manifest's words.
#[derive(Default)]
pub(crate) struct Books {
    pub(crate) exam_types: BTreeMap<String, ExamType>,
    pub(crate) tariffs: Vec<TariffVersion>,
    /// The results of the examiner, by number: their first version.
    pub(crate) results: BTreeMap<String, ExamResult>,
}

impl Books {
    /// Reads the log.
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let mut books = Self::default();
        for record in ledger.records(..).expect("records") {
            let record = record.expect("a record");
            if record.stream.kind.as_str() == "MboExam" && record.event_type == "EvidenceRecorded" {
                let event: ClaimEvent<ExamResult> = serde_json::from_str(&record.payload).expect("a result");
                if let ClaimEvent::EvidenceRecorded { id, proof, .. } = event {
                    books.results.insert(id.to_string(), proof);
                }
            }
        }
        for recorded in events(ledger) {
            match recorded.event {
                Event::Terms(
                    TermsEvent::ExamTypeAdopted { exam_type } | TermsEvent::ExamTypeAmended { exam_type },
                ) => {
                    books.exam_types.insert(exam_type.code.clone(), exam_type);
                }
                Event::Terms(TermsEvent::TariffAdopted { tariff }) => books.tariffs.push(tariff),
                Event::Claim(_)
                | Event::Terms(_)
                | Event::Budget(_)
                | Event::Payee(_)
                | Event::Package(_)
                | Event::Invoice(_)
                | Event::Document(_)
                | Event::Counter(_)
                | Event::Fund(_)
                | Event::Batch(_)
                | Event::Order(_)
                | Event::Statement(_)
                | Event::Account(_)
                | Event::Period(_)
                | Event::Sample(_) => {}
            }
        }
        books
    }

    /// The lines that stand.
    pub(crate) fn granted(&self, ledger: &Ledger) -> Vec<Granted> {
        claims(ledger)
            .values()
            .filter(|row| stands(row))
            .map(|row| self.line(row))
            .collect()
    }

    fn line(&self, row: &ClaimRow) -> Granted {
        let award = row.award.as_ref().expect("what stands has an award");
        let part = |allocation: &subsidy_domain::calendar::Allocation| {
            (allocation.year.number(), allocation.amount.cents())
        };
        Granted {
            scheme: award.scheme,
            payee: kvk(row),
            performed_on: award.performed_on,
            invoice_date: award.invoice_date,
            decided_on: award.decided_on,
            amount: award.amount.cents(),
            years: award.allocations.iter().map(part).collect(),
            category: self.category(row),
            facets: self.facets(row),
        }
    }

    /// The manifest's category of a line that stands.
    pub(crate) fn category(&self, row: &ClaimRow) -> Option<String> {
        let award = row.award.as_ref()?;
        match award.scheme {
            SchemeCode::CareerCheque | SchemeCode::Sto | SchemeCode::OnStage => None,
            SchemeCode::MboExam => {
                let exam = self.exam_types.get(award.category.as_str())?;
                Some(format!("{}-N{}", prefix(exam), exam.level))
            }
            SchemeCode::BmbResit => Some(row.presented.item.kind.clone()),
            SchemeCode::Evc
            | SchemeCode::Rpt
            | SchemeCode::RptPilot
            | SchemeCode::RptLm
            | SchemeCode::BmbFull
            | SchemeCode::BsExam
            | SchemeCode::LmTraining
            | SchemeCode::BudgetCoach
            | SchemeCode::EvCert
            | SchemeCode::TruckAcademy => Some(award.category.to_string()),
        }
    }

    /// Exam type, sub-branch, level, attempt and tariff of an exam.
    fn facets(&self, row: &ClaimRow) -> Vec<String> {
        let award = row.award.as_ref().expect("what stands has an award");
        if award.scheme != SchemeCode::MboExam {
            return Vec::new();
        }
        let exam = &self.exam_types[award.category.as_str()];
        let evidence = award.evidence.as_ref().expect("an exam has a result");
        let attempt = self.results[evidence.as_str()].attempt;
        let tariff = award.tariff.as_ref().expect("an exam has a tariff");
        vec![
            format!("exam_type.{}", exam.code),
            format!("sub_branch.{}", prefix(exam)),
            format!("level.N{}", exam.level),
            format!("attempt.{}", if attempt == 1 { "first" } else { "resit" }),
            format!("tariff.{}{}", tariff.key, tariff.version),
        ]
    }

    /// The full price of the exam of a tariff, as adopted.
    pub(crate) fn price(&self, key_and_version: &str) -> Euro {
        self.tariffs
            .iter()
            .filter(|tariff| tariff.scheme == SchemeCode::MboExam)
            .find(|tariff| format!("{}{}", tariff.key, tariff.version) == key_and_version)
            .and_then(|tariff| tariff.price)
            .expect("an exam tariff has a price")
    }

    /// The results of exams held in a year.
    pub(crate) fn results_of(&self, year: i16) -> impl Iterator<Item = &ExamResult> {
        self.results
            .values()
            .filter(move |result| result.performed_on().is_some_and(|day| day.year() == year))
    }
}

/// The KVK number of a line's payee.
pub(crate) fn kvk(row: &ClaimRow) -> String {
    row.presented
        .line
        .payee
        .as_str()
        .trim_start_matches("kvk:")
        .to_owned()
}

/// The letters with which the codes of a sub-branch begin.
fn prefix(exam: &ExamType) -> &'static str {
    match exam.sub_branch.as_str() {
        "personenauto" => "PA",
        "truck" => "TR",
        "fiets" => "FI",
        "scooter" => "SC",
        "caravan" => "CC",
        "mobiel" => "MW",
        "commercieel" => "CL",
        other => panic!("sub-branch {other}"),
    }
}
