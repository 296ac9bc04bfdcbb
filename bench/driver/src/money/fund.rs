//! A fund with nothing but approved lines: their events as the domain decides them, appended without the files that would bring them.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use subsidy_domain::claim::{Act, Approver, ClaimCommand, Presented};
use subsidy_domain::iban::Iban;
use subsidy_domain::money::Euro;
use subsidy_domain::payee::{Payee, PayeeCommand, PayeeFacts, PayeeKind};
use subsidy_domain::payment::OrderState;
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::schemes::evc::{Evc, EvcCertificate};
use subsidy_domain::testkit;
use subsidy_domain::view::{OrderRow, Orders, View};
use subsidy_ledger::cqrs::stream_append;
use subsidy_ledger::{Batch, Keys, Ledger, Opening, Sequence};
use subsidyd::clock::{Clock, Moment};
use subsidyd::intake::Intake;

use super::{Payees, Step};

const DAY: Date = date(2023, 7, 3);
const ACCOUNT: &str = "NL25FIXT1000000001";
/// What the lines are appended by.
const PART: u64 = 2_000;

/// Makes a ledger of so many approved lines, its views brought up to date.
pub(super) fn prepare(at: &Path, lines: u64, payees: Payees) -> Result<(), Box<dyn Error>> {
    let ledger = Arc::new(Ledger::open(at, Opening::Create)?);
    let mut context = testkit::context();
    let mut from = 0;
    while from < lines {
        let until = (from + PART).min(lines);
        let mut appends = Vec::new();
        for number in from..until {
            let payee = match payees {
                Payees::Each => number,
                Payees::Schools => number % 33,
            };
            let id = format!("kvk:{:08}", 10_000_000 + payee);
            if payee == number {
                let facts = facts(&id, payee)?;
                let registered = Payee::default().decide(&PayeeCommand::Register {
                    facts: facts.clone(),
                    source: testkit::source(),
                })?;
                appends.push(stream_append::<Payee>(&id, Sequence::NONE, &registered)?);
                testkit::register(&mut context, facts);
            }
            let mut case = Evc::default();
            let mut events = Vec::new();
            for command in approved(&id, number)? {
                for event in case.decide(command, &context)? {
                    case.evolve(event.clone());
                    events.push(event);
                }
            }
            appends.push(stream_append::<Evc>(
                &format!("{number:032x}|APK"),
                Sequence::NONE,
                &events,
            )?);
        }
        ledger.append(Batch {
            key: None,
            recorded_at: Moment::morning_of(DAY).at,
            metadata: std::collections::BTreeMap::new(),
            appends,
        })?;
        from = until;
    }
    let account = at.with_extension("csv");
    let row = format!("naam;iban;bic;besluit;datum;herkomst\nFonds;{ACCOUNT};;BB-1;2023-01-02;fixture\n");
    std::fs::write(&account, row)?;
    open_intake(&ledger)?.ingest(&[account], &mut |_| {})?;
    Ok(())
}

/// Opens intake on the one day of the benchmark.
pub(super) fn open_intake(ledger: &Arc<Ledger>) -> Result<Intake, Box<dyn Error>> {
    let clock = Clock::At(Moment::morning_of(DAY));
    Ok(Intake::open(
        Arc::clone(ledger),
        LearnerSecret::new([7; 32]),
        clock,
    )?)
}

fn facts(id: &str, number: u64) -> Result<PayeeFacts, Box<dyn Error>> {
    Ok(PayeeFacts {
        id: id.parse()?,
        name: format!("Payee {number}"),
        kind: PayeeKind::Employer,
        brin: None,
        vat_exempt: true,
        iban: iban(number)?,
        on_difference: subsidy_domain::payee::ShortPay::ToTariff,
    })
}

/// An account of its own for each payee; the check digits are those of ISO 7064 (mod 97-10).
fn iban(number: u64) -> Result<Iban, Box<dyn Error>> {
    // "FIXT" and "NL00" in digits, behind the account.
    let rest = (u128::from(number) + 15_183_329 * 10_u128.pow(10)) * 10_u128.pow(6) + 232_100;
    let check = 98 - rest % 97;
    Ok(Iban::new(&format!("NL{check:02}FIXT{number:010}"))?)
}

/// The commands from the evidence of a line to its second approval.
fn approved(payee: &str, number: u64) -> Result<Vec<ClaimCommand<EvcCertificate>>, Box<dyn Error>> {
    let evidence = format!("C-{number}");
    let issued_on = date(2023, 5, 10);
    let line = Presented {
        line: testkit::line_ref(payee, &format!("F-{number}"), "1"),
        learner: Some(format!("{number:032x}").parse()?),
        ..testkit::line("EVC/APK", &evidence, issued_on, "1350.00")
    };
    let approve = |name: &str| -> Result<_, Box<dyn Error>> {
        let by = Approver {
            subject: name.parse()?,
            account: name.to_owned(),
        };
        let invoice_total = line.claimed;
        Ok(ClaimCommand::Act {
            line: line.line.clone(),
            act: Act::Approve { invoice_total, by },
            on: DAY,
        })
    };
    Ok(vec![
        ClaimCommand::RecordEvidence {
            id: evidence.parse()?,
            version: 1,
            proof: EvcCertificate {
                standard: "APK".to_owned(),
                issued_on,
                provider_recognised: true,
                in_sector: true,
            },
            source: testkit::source(),
            on: DAY,
        },
        ClaimCommand::Present {
            line: line.clone(),
            on: DAY,
        },
        approve("approver-1")?,
        approve("approver-2")?,
    ])
}

/// Writes the list of one step of the batch.
pub(super) fn batch_step(folder: &Path, step: &str, by: &str) -> Result<PathBuf, Box<dyn Error>> {
    let path = folder.join(format!("{step}.csv"));
    let execute_on = if step == "voorstel" {
        DAY.to_string()
    } else {
        String::new()
    };
    let row = format!("2023-0001;{step};{DAY};{execute_on};{by}");
    std::fs::write(&path, format!("batch;stap;datum;uitvoeren_op;door\n{row}\n"))?;
    Ok(path)
}

fn orders(ledger: &Ledger) -> Result<Vec<OrderRow>, Box<dyn Error>> {
    let mut orders = Vec::new();
    ledger.rows(Orders::NAME, &Keys::All, &mut |_, row| {
        orders.push(serde_json::from_str(row));
    })?;
    Ok(orders.into_iter().collect::<Result<_, _>>()?)
}

/// Holds what a step came to against what it had to: every line in an order, and every order where the step puts it.
pub(super) fn check(ledger: &Ledger, step: Step, lines: u64) -> Result<(), Box<dyn Error>> {
    let orders = orders(ledger)?;
    let state = match step {
        Step::Propose | Step::Release => OrderState::Placed,
        Step::Bank => OrderState::Paid,
    };
    let paid: u64 = orders.iter().map(|order| u64::from(order.terms.lines)).sum();
    if paid != lines || orders.iter().any(|order| order.state != state) {
        return Err(format!(
            "{step:?}: {paid} of {lines} lines, or an order is not {}",
            state.as_str()
        )
        .into());
    }
    Ok(())
}

/// Writes the statement on which the bank books every order, an entry each.
pub(super) fn write_statement(ledger: &Ledger, at: &Path) -> Result<(), Box<dyn Error>> {
    let orders = orders(ledger)?;
    let total: Euro = orders.iter().map(|order| order.terms.amount).sum();
    let mut xml = BufWriter::new(File::create(at)?);
    let balance = |code: &str, amount: Euro| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{DAY}</Dt></Dt></Bal>"
        )
    };
    write!(
        xml,
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M-1</MsgId><CreDtTm>{DAY}T22:00:00</CreDtTm></GrpHdr><Stmt><Id>S-1</Id><ElctrncSeqNb>1</ElctrncSeqNb>\
         <CreDtTm>{DAY}T22:00:00</CreDtTm><Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}",
        balance("OPBD", total),
        balance("CLBD", Euro::ZERO)
    )?;
    for order in orders {
        let (id, iban, amount) = (order.terms.end_to_end, order.terms.iban, order.terms.amount);
        writeln!(
            xml,
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{DAY}</Dt></BookgDt>\
             <NtryDtls><TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs><RltdPties><CdtrAcct><Id><IBAN>{}</IBAN></Id></CdtrAcct></RltdPties>\
             </TxDtls></NtryDtls></Ntry>",
            iban.as_str()
        )?;
    }
    xml.write_all(b"</Stmt></BkToCstmrStmt></Document>\n")?;
    xml.flush()?;
    Ok(())
}
