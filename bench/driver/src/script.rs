//! The commands of the invoices, from the events that they brought about.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use bench_exchange::{Order, Step, Stored};
use sha2::{Digest, Sha256};
use subsidy_domain::aggregate::BudgetOrder;
use subsidy_domain::budget::{BudgetCommand, BudgetEvent};
use subsidy_domain::claim::ClaimEvent;
use subsidy_domain::document::{DocumentCommand, DocumentEvent};
use subsidy_domain::ids::DocumentHash;
use subsidy_domain::invoice::{InvoiceCommand, InvoiceEvent, InvoiceHead};
use subsidy_domain::package::{PackageCommand, PackageEvent};
use subsidy_ledger::{Ledger, Position, Record};

/// Returns the script: the events up to a position as they are, those after it as the commands of their documents.
pub(crate) fn of(ledger: &Path, before: u64, invoices: &[PathBuf]) -> Result<Vec<Step>, Box<dyn Error>> {
    let mut files = BTreeMap::new();
    for path in invoices {
        files
            .entry(hash(path)?)
            .or_insert_with(Vec::new)
            .push(path.clone());
    }
    let ledger = Ledger::open_read_only(ledger)?;
    let mut steps = Vec::new();
    for record in ledger.records(..=Position(before))? {
        let record = record?;
        steps.push(Step::Before(Stored {
            kind: record.stream.kind.as_str().to_owned(),
            id: record.stream.id,
            sequence: record.sequence.0,
            event_type: record.event_type,
            event_version: record.event_version,
            payload: record.payload,
        }));
    }
    let mut heads = BTreeMap::new();
    let mut orders = Vec::new();
    for record in ledger.records((Bound::Excluded(Position(before)), Bound::Unbounded))? {
        let record = record?;
        orders.extend(order(&record, &mut heads)?);
        // Each document ends by saying so, and with what it books.
        if let Some(Order::Document { id, .. }) = orders.last() {
            let path = files
                .get_mut(id)
                .and_then(Vec::pop)
                .ok_or("a document of which there is no file")?;
            steps.push(Step::Document {
                path,
                orders: std::mem::take(&mut orders),
            });
        } else if let [Order::Budget { .. }] = orders.as_slice()
            && let Some(Step::Document {
                orders: of_the_last, ..
            }) = steps.last_mut()
        {
            of_the_last.append(&mut orders);
        }
    }
    // The same bytes again: read, and nothing to do.
    steps.extend(files.into_values().flatten().map(|path| Step::Document {
        path,
        orders: Vec::new(),
    }));
    Ok(steps)
}

fn hash(path: &Path) -> Result<String, std::io::Error> {
    Ok(
        DocumentHash::from_bytes(Sha256::digest(std::fs::read(path)?).into())
            .as_str()
            .to_owned(),
    )
}

/// Returns the command that brought an event about; none for one that came with another.
fn order(
    record: &Record,
    heads: &mut BTreeMap<String, InvoiceHead>,
) -> Result<Option<Order>, Box<dyn Error>> {
    let id = record.stream.id.clone();
    Ok(match record.stream.kind.as_str() {
        "Invoice" => Some(Order::Invoice {
            command: invoice(&id, &record.payload, heads)?,
            id,
        }),
        "Document" => Some(Order::Document {
            command: document(&record.payload)?,
            id,
        }),
        "PilotPackage" => Some(Order::Package {
            command: package(&record.payload)?,
            id,
        }),
        "BudgetLine" => budget(&record.payload)?.map(|order| Order::Budget { order, id }),
        kind => match serde_json::from_str::<ClaimEvent<serde_json::Value>>(&record.payload)? {
            ClaimEvent::LinePresented { line } => Some(Order::Present {
                kind: kind.to_owned(),
                id,
                on: line.received_on,
                line: Box::new(line),
            }),
            ClaimEvent::EvidenceRecorded { .. }
            | ClaimEvent::EvidenceReplaced { .. }
            | ClaimEvent::ApplicationRecorded { .. }
            | ClaimEvent::GrantDecided { .. }
            | ClaimEvent::CommitmentReleased { .. }
            | ClaimEvent::LineParked { .. }
            | ClaimEvent::LineAllowed { .. }
            | ClaimEvent::LineRejected { .. }
            | ClaimEvent::LineMatched { .. }
            | ClaimEvent::LineApproved { .. }
            | ClaimEvent::LineReversed { .. }
            | ClaimEvent::LineCut { .. }
            | ClaimEvent::LineHeld { .. }
            | ClaimEvent::LineResumed { .. }
            | ClaimEvent::LineSettled { .. }
            | ClaimEvent::LineCredited { .. } => None,
        },
    })
}

fn invoice(
    id: &str,
    payload: &str,
    heads: &mut BTreeMap<String, InvoiceHead>,
) -> Result<InvoiceCommand, Box<dyn Error>> {
    Ok(match serde_json::from_str(payload)? {
        InvoiceEvent::InvoiceReceived { head, conformance } => {
            heads.insert(id.to_owned(), head.clone());
            InvoiceCommand::Receive {
                head,
                last_day: None,
                conformance,
            }
        }
        InvoiceEvent::InvoiceRepeated { document, on, .. } => {
            let head = heads
                .get(id)
                .ok_or("a repeated invoice that was not received")?
                .clone();
            InvoiceCommand::Receive {
                head: InvoiceHead {
                    document,
                    received_on: on,
                    ..head
                },
                last_day: None,
                conformance: None,
            }
        }
        InvoiceEvent::InvoiceParked {
            payee,
            number,
            reasons,
            faults,
            conformance,
            document,
            on,
        } => InvoiceCommand::Park {
            payee,
            number,
            reasons,
            faults,
            conformance,
            document,
            on,
        },
        InvoiceEvent::InvoiceCredited {
            payee,
            number,
            by,
            total,
            document,
            on,
        } => InvoiceCommand::Credit {
            payee,
            number,
            by,
            total,
            document,
            on,
        },
    })
}

fn document(payload: &str) -> Result<DocumentCommand, serde_json::Error> {
    Ok(match serde_json::from_str(payload)? {
        DocumentEvent::DocumentTaken {
            document,
            kind,
            taken,
            faults,
            originals,
            on,
        } => DocumentCommand::Take {
            document,
            kind,
            taken,
            faults,
            originals,
            on,
        },
        DocumentEvent::DocumentQuarantined {
            document,
            reason,
            faults,
            originals,
            on,
        } => DocumentCommand::Quarantine {
            document,
            reason,
            faults,
            originals,
            on,
        },
        DocumentEvent::OriginalsRead {
            document,
            originals,
            by,
            purpose,
            decision,
            on,
        } => DocumentCommand::Read {
            document,
            originals,
            by,
            purpose,
            decision,
            on,
        },
        DocumentEvent::OriginalsDestroyed {
            document,
            originals,
            by,
            ground,
            decision,
            on,
        } => DocumentCommand::Destroy {
            document,
            originals,
            by,
            ground,
            decision,
            on,
        },
    })
}

fn package(payload: &str) -> Result<PackageCommand, serde_json::Error> {
    Ok(match serde_json::from_str(payload)? {
        PackageEvent::PackageDayFunded { package, line } => PackageCommand::Fund { package, line },
        PackageEvent::PackageDayGivenBack { package, line } => PackageCommand::GiveBack { package, line },
    })
}

fn budget(payload: &str) -> Result<Option<BudgetOrder>, serde_json::Error> {
    Ok(match serde_json::from_str(payload)? {
        BudgetEvent::BudgetBooked {
            line,
            booking,
            source,
            on,
            ..
        } => Some(BudgetOrder {
            line,
            command: BudgetCommand::Book { booking, source, on },
        }),
        BudgetEvent::BudgetAdopted { .. }
        | BudgetEvent::BudgetAmended { .. }
        | BudgetEvent::BudgetDivided { .. }
        | BudgetEvent::AccrualRecorded { .. }
        | BudgetEvent::BudgetExceeded { .. } => None,
    })
}
