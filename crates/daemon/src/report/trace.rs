//! The trace of a euro: from a line, an invoice or a case to its evidence, tariff version, budget line, decision, positions and hashes.

use std::collections::BTreeMap;

use serde_json::Value;
use subsidy_domain::ids::EndToEndId;
use subsidy_domain::view::{ClaimRow, Claims, InvoiceRow, Invoices, Payees};
use subsidy_ledger::{Position, Record, StreamId};

use super::{Lens, name_of};
use crate::lang::Lang;
use crate::projection::{RowsError, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns the chain of every line that `id` names: a line (`payee/invoice/line`, or `invoice/line`), an invoice (`payee/number`, or its number alone), an evidence or case id.
///
/// # Errors
/// When the views or records cannot be read. Nothing is returned when nothing has that id.
pub fn trace(lens: Lens<'_>, id: &str) -> Result<Option<Sheet>, RowsError> {
    let lang = lens.lang;
    let (claims, invoices, payees) = rows_together(lens.ledger, (Claims, Invoices, Payees), lens.as_at)?;
    let found: Vec<&ClaimRow> = claims.values().filter(|row| names(row, id)).collect();
    let invoice = invoices.iter().find(|(key, row)| names_invoice(key, row, id));
    if found.is_empty() && invoice.is_none() {
        return Ok(None);
    }
    let mut sheet = Sheet {
        title: format!("{} {id}", lang.pick("Spoor van", "Trace of")),
        columns: vec![
            Column::new("step", lang.pick("stap", "step")),
            Column::new("what", lang.pick("wat", "what")),
            Column::new("amount", lang.pick("bedrag €", "amount €")),
            Column::new("day", lang.pick("dag", "day")),
            Column::new("position", lang.pick("positie", "position")),
            Column::new("hash", "hash"),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let mut chain = Chain {
        lens,
        sheet: &mut sheet,
        payees,
        records: BTreeMap::new(),
    };
    if let Some((_, row)) = invoice {
        chain.invoice(row)?;
    }
    for row in found {
        chain.line(row)?;
    }
    Ok(Some(sheet))
}

fn names(row: &ClaimRow, id: &str) -> bool {
    let line = &row.presented.line;
    line.to_string() == id
        || row.case == id
        || line.invoice.as_str() == id
        || format!("{}/{}", line.payee, line.invoice) == id
        || format!("{}/{}", line.invoice, line.line) == id
        || row
            .presented
            .evidence
            .as_ref()
            .is_some_and(|evidence| evidence.as_str() == id)
}

fn names_invoice(key: &str, row: &InvoiceRow, id: &str) -> bool {
    key == id
        || row
            .head
            .as_ref()
            .is_some_and(|head| head.number.as_str() == id || format!("{}/{}", head.payee, head.number) == id)
}

struct Chain<'a> {
    lens: Lens<'a>,
    sheet: &'a mut Sheet,
    payees: BTreeMap<String, subsidy_domain::view::PayeeRow>,
    /// The records of the streams that were asked for.
    records: BTreeMap<String, Vec<Record>>,
}

impl Chain<'_> {
    fn step(&mut self, step: (&str, &str), what: String, amount: Cell, day: Cell, record: Option<&Record>) {
        let (position, hash) = record.map_or((Cell::Empty, Cell::Empty), |record| {
            let position = i64::try_from(record.position.0).unwrap_or(i64::MAX);
            (Cell::Units(position), Cell::text(record.leaf.to_string()))
        });
        let step = Cell::text(self.lens.lang.pick(step.0, step.1));
        self.sheet.row(
            Weight::Normal,
            vec![step, Cell::text(what), amount, day, position, hash],
        );
    }

    fn invoice(&mut self, row: &InvoiceRow) -> Result<(), RowsError> {
        let lang = self.lens.lang;
        let Some(head) = &row.head else {
            let reasons: Vec<String> = row
                .parked
                .iter()
                .map(|reason| text::reason(reason, lang))
                .collect();
            self.step(
                ("factuur aangehouden", "invoice parked"),
                reasons.join("; "),
                Cell::Empty,
                Cell::Empty,
                None,
            );
            return Ok(());
        };
        let stream = StreamId::new("Invoice", format!("{}/{}", head.payee, head.number.normalised()));
        let records = self.lens.ledger.stream(&stream)?;
        let received = records
            .iter()
            .find(|record| record.event_type == "InvoiceReceived");
        let what = format!(
            "{} {} {} {}, {} {}, SHA-256 {}",
            lang.pick("factuur", "invoice"),
            head.number,
            lang.pick("van", "of"),
            name_of(&self.payees, &head.payee),
            head.lines,
            lang.pick("regels", "lines"),
            head.document
        );
        self.step(
            ("factuur", "invoice"),
            what,
            Cell::Euro(head.payable),
            Cell::Day(head.issue_date),
            received,
        );
        Ok(())
    }

    fn line(&mut self, row: &ClaimRow) -> Result<(), RowsError> {
        let lang = self.lens.lang;
        let presented = &row.presented;
        let case = StreamId::new(row.kind.as_str(), row.case.as_str());
        let case_records = self.stream(&case)?;
        let at = |name: &str| {
            row.positions
                .iter()
                .rev()
                .filter_map(|position| {
                    case_records
                        .iter()
                        .find(|record| record.position == Position(*position))
                })
                .find(|record| record.event_type == name)
        };
        let what = format!(
            "{} {}, {} {}: {}",
            name_of(&self.payees, &presented.line.payee),
            presented.line.invoice,
            lang.pick("regel", "line"),
            presented.line.line,
            presented.item
        );
        self.step(
            ("regel", "line"),
            what,
            Cell::Euro(presented.claimed),
            Cell::Day(presented.invoice_date),
            at("LinePresented"),
        );

        let evidence = row
            .award
            .as_ref()
            .and_then(|award| award.evidence.as_ref())
            .or(presented.evidence.as_ref());
        if let Some(evidence) = evidence {
            let proofs = case_records.iter().filter(|record| {
                matches!(
                    record.event_type.as_str(),
                    "EvidenceRecorded" | "EvidenceReplaced"
                ) && evidence_of(&record.payload, lang).is_some_and(|(id, _)| id == evidence.as_str())
            });
            for proof in proofs {
                let said = evidence_of(&proof.payload, lang).map_or_else(String::new, |(_, proof)| proof);
                let what = format!("{evidence}: {said}");
                self.step(
                    ("bewijs", "evidence"),
                    what,
                    Cell::Empty,
                    Cell::Empty,
                    Some(proof),
                );
            }
        }
        if let Some(award) = &row.award {
            self.award(award, at("LineMatched"))?;
        }
        self.money(&case_records, row)?;
        if let Some(reason) = &row.reason {
            let what = format!(
                "{}: {} ({})",
                text::state(&row.state, lang),
                text::reason(reason, lang),
                reason.code()
            );
            let record = ["LineReversed", "LineCredited", "LineRejected", "LineParked"]
                .into_iter()
                .find_map(at);
            let day = row.decided_on.map_or(Cell::Empty, Cell::Day);
            self.step(("uitkomst", "outcome"), what, Cell::Empty, day, record);
        }
        Ok(())
    }

    fn award(
        &mut self,
        award: &subsidy_domain::claim::Award,
        matched: Option<&Record>,
    ) -> Result<(), RowsError> {
        let lang = self.lens.lang;
        if let Some(tariff) = &award.tariff {
            let terms = self.stream(&StreamId::new("SchemeTerms", tariff.scheme.as_str()))?;
            let adopted = terms
                .iter()
                .find(|record| adopts(record, tariff.key.as_str(), &tariff.version));
            let mark = match tariff.provenance {
                subsidy_domain::ids::Provenance::Public => lang.pick("openbaar", "public"),
                subsidy_domain::ids::Provenance::Fixture => "FIXTURE",
            };
            let what = format!(
                "{} {} {} {} ({mark})",
                tariff.scheme,
                tariff.key,
                lang.pick("versie", "version"),
                tariff.version
            );
            self.step(
                ("tarief", "tariff"),
                what,
                Cell::Empty,
                Cell::Day(award.basis_date),
                adopted,
            );
        }
        if let Some(application) = &award.application {
            let what = format!("{} {application}", lang.pick("toekenning", "grant"));
            self.step(
                ("verplichting", "commitment"),
                what,
                Cell::Empty,
                Cell::Empty,
                None,
            );
        }
        for part in &award.allocations {
            let line = format!("{}:{}", part.year, award.scheme);
            let booked = match matched {
                Some(matched) => {
                    let records = self.stream(&StreamId::new("BudgetLine", line.as_str()))?;
                    records.into_iter().find(|record| {
                        record.event_type == "BudgetBooked" && record.position > matched.position
                    })
                }
                None => None,
            };
            self.step(
                ("begrotingsregel", "budget line"),
                line,
                Cell::Euro(part.amount),
                Cell::Empty,
                booked.as_ref(),
            );
        }
        let remarks: Vec<String> = award
            .remarks
            .iter()
            .map(|reason| text::reason(reason, lang))
            .collect();
        let what = if remarks.is_empty() {
            lang.pick("toegewezen", "matched").to_owned()
        } else {
            format!("{}: {}", lang.pick("toegewezen", "matched"), remarks.join("; "))
        };
        self.step(
            ("beslissing", "decision"),
            what,
            Cell::Euro(award.amount),
            Cell::Day(award.decided_on),
            matched,
        );
        Ok(())
    }

    /// Who approved a line, which payment carried it, which entry of the bank confirmed it, and what came back.
    fn money(&mut self, case: &[Record], row: &ClaimRow) -> Result<(), RowsError> {
        let lang = self.lens.lang;
        let name = row.presented.line.to_string();
        let own = case.iter().filter(|record| {
            row.positions.contains(&record.position.0)
                && (record.event_type == "LineApproved" || SETTLEMENTS.contains(&record.event_type.as_str()))
        });
        let own: Vec<Record> = own.cloned().collect();
        for record in &own {
            let Some(said) = Said::of(&record.payload) else {
                continue;
            };
            let (step, what) = match record.event_type.as_str() {
                "LineApproved" => (
                    ("goedkeuring", "approval"),
                    said.text(&["order", "by.subject", "by.account"]),
                ),
                "LineOrdered" => (
                    ("betaalopdracht", "payment order"),
                    said.text(&["settlement.LineOrdered.batch"]),
                ),
                "LinePaid" => (("betaald", "paid"), said.text(&["settlement.LinePaid.batch"])),
                "LineUnpaid" => (
                    ("niet betaald", "not paid"),
                    said.text(&["settlement.LineUnpaid.batch", "settlement.LineUnpaid.cause"]),
                ),
                "ClawbackAnnounced" => (
                    ("terugvordering", "clawback"),
                    said.text(&[
                        "settlement.ClawbackAnnounced.recourse.reference",
                        "settlement.ClawbackAnnounced.recourse.manner",
                    ]),
                ),
                other => (("terugvordering", "clawback"), other.to_owned()),
            };
            let (amount, day) = (said.amount(), said.day());
            self.step(step, what, amount, day, Some(record));
        }
        for payment in row.payments.iter() {
            let batch = self.stream(&StreamId::new("PaymentBatch", payment.batch.as_str()))?;
            let released = batch.iter().find(|record| record.event_type == "BatchReleased");
            if let Some((record, said)) =
                released.and_then(|record| Some((record, Said::of(&record.payload)?)))
            {
                let what = format!("{} {}", payment.batch, said.text(&["by"]));
                self.step(
                    ("vrijgave", "release"),
                    what,
                    Cell::Empty,
                    said.day(),
                    Some(record),
                );
            }
            let id = EndToEndId::of(&payment.batch, &row.presented.line.payee);
            for record in self.stream(&StreamId::new("PaymentOrder", id.as_str()))? {
                let Some(said) = Said::of(&record.payload).filter(|_| record.event_type != "OrderPlaced")
                else {
                    continue;
                };
                let what = format!(
                    "{id} {}",
                    said.text(&["entry.statement", "entry.number", "cause"])
                );
                self.step(("bank", "bank"), what, said.amount(), said.day(), Some(&record));
            }
        }
        if let Some(hold) = &row.hold {
            let what = format!("{name} {}", hold.decision);
            self.step(
                ("in beraad", "on hold"),
                what,
                Cell::Empty,
                Cell::Day(hold.since),
                None,
            );
        }
        let open = row.payments.open();
        if !open.is_zero() {
            let what = lang
                .pick("nog terug te ontvangen", "still to come back")
                .to_owned();
            self.step(
                ("terugvordering", "clawback"),
                what,
                Cell::Euro(open),
                Cell::Empty,
                None,
            );
        }
        Ok(())
    }

    fn stream(&mut self, stream: &StreamId) -> Result<Vec<Record>, RowsError> {
        let key = format!("{}/{}", stream.kind.as_str(), stream.id);
        if let Some(known) = self.records.get(&key) {
            return Ok(known.clone());
        }
        let records = self.lens.ledger.stream(stream)?;
        self.records.insert(key, records.clone());
        Ok(records)
    }
}

/// What can have happened to the money of a line, by the name under which it is stored.
const SETTLEMENTS: [&str; 8] = [
    "LineOrdered",
    "LinePaid",
    "LineUnpaid",
    "ClawbackOpened",
    "ClawbackAnnounced",
    "ClawbackRecovered",
    "ClawbackReopened",
    "ClawbackWrittenOff",
];

/// What a stored event says, field by field.
struct Said(Value);

impl Said {
    fn of(payload: &str) -> Option<Self> {
        let event: Value = serde_json::from_str(payload).ok()?;
        event.as_object()?.values().next().cloned().map(Self)
    }

    fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(&self.0, |value, name| value.get(name))
    }

    /// Returns the fields at these paths, those that are there, in one text.
    fn text(&self, paths: &[&str]) -> String {
        let said: Vec<String> = paths.iter().filter_map(|path| self.at(path)).map(plain).collect();
        said.join(" ")
    }

    fn amount(&self) -> Cell {
        let body = self.at("settlement").and_then(Value::as_object);
        let inner = body.and_then(|body| body.values().next()).unwrap_or(&self.0);
        inner
            .get("amount")
            .and_then(|amount| serde_json::from_value(amount.clone()).ok())
            .map_or(Cell::Empty, Cell::Euro)
    }

    fn day(&self) -> Cell {
        self.at("on")
            .and_then(|day| serde_json::from_value(day.clone()).ok())
            .map_or(Cell::Empty, Cell::Day)
    }
}

/// Returns the number of the evidence that a record holds, and what it says with where it came from.
fn evidence_of(payload: &str, lang: Lang) -> Option<(String, String)> {
    let event: Value = serde_json::from_str(payload).ok()?;
    let body = event.as_object()?.values().next()?;
    let said: Vec<String> = body
        .get("proof")?
        .as_object()?
        .iter()
        .map(|(name, value)| format!("{name} {}", plain(value)))
        .collect();
    let source = body.get("source")?;
    let document: String = source.get("document")?.as_str()?.chars().take(12).collect();
    let row = source
        .get("row")
        .map_or_else(String::new, |row| format!(" {} {row}", lang.pick("rij", "row")));
    let from = format!("{} {document}…{row}", lang.pick("uit document", "from document"));
    Some((
        body.get("id")?.as_str()?.to_owned(),
        format!("{}; {from}", said.join(", ")),
    ))
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| format!("{name} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(" "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}

fn adopts(record: &Record, key: &str, version: &str) -> bool {
    record.event_type == "TariffAdopted"
        && serde_json::from_str::<Value>(&record.payload).is_ok_and(|event| {
            let tariff = event.get("TariffAdopted").and_then(|body| body.get("tariff"));
            let text = |name: &str| tariff.and_then(|tariff| tariff.get(name)).and_then(Value::as_str);
            text("key") == Some(key) && text("version") == Some(version)
        })
}
