//! What the finance office does at the command line: each act is a list of one row, taken in like a list that came as a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use subsidy_domain::ids::BatchNumber;
use subsidy_ledger::Opening;

use super::Exit;
use super::args::{
    AccountArg, ApproveArgs, FateArg, MannerArg, Pay, RecourseArgs, ResolveArgs, RulingArg, TwoSteps,
};
use super::opening::Place;
use super::output::{Failure, print};
use crate::clock::Clock;
use crate::intake::{Became, Intake};
use crate::lang::Lang;
use crate::payment_export;
use crate::projection;
use crate::sheet::{Cell, Column, Format, Sheet, Weight};
use crate::text;

/// A list of one row: its columns and what stands in them.
pub(super) type Row<'a> = Vec<(&'static str, &'a str)>;

/// What is typed and in which manner it is taken.
pub(super) struct Typed<'a> {
    pub(super) name: &'static str,
    pub(super) row: Row<'a>,
    pub(super) dry_run: bool,
}

pub(super) fn approve(
    place: &Place,
    args: &ApproveArgs,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    let ruling = match args.ruling {
        RulingArg::Approve => "akkoord",
        RulingArg::Partly => "deels",
        RulingArg::Reject => "afwijzen",
        RulingArg::Return => "terugsturen",
        RulingArg::Hold => "aanhouden",
        RulingArg::Resume => "hervatten",
    };
    let today = today();
    let row = vec![
        ("datum", today.as_str()),
        ("begunstigde", &args.payee),
        ("factuur", &args.invoice),
        ("regel", args.line.as_deref().unwrap_or_default()),
        ("uitkomst", ruling),
        ("bedrag", args.amount.as_deref().unwrap_or_default()),
        ("reden", args.reason.as_deref().unwrap_or_default()),
        ("door", &args.by),
        ("account", args.account.as_deref().unwrap_or_default()),
    ];
    let dry_run = args.dry_run;
    let name = "approve";
    take(place, &Typed { name, row, dry_run }, lang, format)
}

pub(super) fn pay(place: &Place, step: Pay, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let today = today();
    let (name, batch, step, execute_on, by, dry_run) = match step {
        Pay::Propose {
            batch,
            execute_on,
            by,
            dry_run,
        } => (
            "pay propose",
            batch,
            "voorstel",
            execute_on.to_string(),
            by,
            dry_run,
        ),
        Pay::Release { batch, by, dry_run } => ("pay release", batch, "vrijgave", String::new(), by, dry_run),
        Pay::Withdraw { batch, by, dry_run } => {
            ("pay withdraw", batch, "intrekking", String::new(), by, dry_run)
        }
        Pay::Export { batch, out } => return export(place, &batch, out, lang, format),
    };
    let row = vec![
        ("batch", batch.as_str()),
        ("stap", step),
        ("datum", &today),
        ("uitvoeren_op", &execute_on),
        ("door", &by),
    ];
    take(place, &Typed { name, row, dry_run }, lang, format)
}

fn export(
    place: &Place,
    batch: &str,
    out: Option<PathBuf>,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    projection::follow(&ledger)?;
    let number = BatchNumber::new(batch).map_err(|_| Failure::NothingFound { id: batch.to_owned() })?;
    let path = out.unwrap_or_else(|| PathBuf::from(format!("{number}.xml")));
    let cannot = |source| Failure::PaymentFile(payment_export::PaymentExportError::Write(source));
    // Whole or not at all: what cannot be written leaves no file behind that a bank might take.
    let mut bytes = Vec::new();
    let row = payment_export::write(&ledger, &number, &mut bytes).map_err(Failure::PaymentFile)?;
    let mut file = BufWriter::new(File::create(&path).map_err(cannot)?);
    file.write_all(&bytes)
        .and_then(|()| file.flush())
        .map_err(cannot)?;
    let mut sheet = Sheet {
        title: lang
            .pick("Betaalbestand geschreven", "Payment file written")
            .to_owned(),
        columns: vec![
            Column::new("batch", "batch"),
            Column::new("file", lang.pick("bestand", "file")),
            Column::new("orders", lang.pick("opdrachten", "orders")),
            Column::new("total", lang.pick("totaal €", "total €")),
            Column::new("execute_on", lang.pick("uitvoeren op", "execute on")),
        ],
        ..Sheet::default()
    };
    sheet.row(
        Weight::Normal,
        vec![
            Cell::text(number.to_string()),
            Cell::text(path.display().to_string()),
            Cell::Units(i64::from(row.proposal.orders)),
            Cell::Euro(row.proposal.total),
            Cell::Day(row.proposal.execute_on),
        ],
    );
    print(&sheet, format, lang).map(|()| Exit::Fine)
}

pub(super) fn recourse(
    place: &Place,
    args: &RecourseArgs,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    let manner = match args.manner {
        MannerArg::Offset => "verrekenen",
        MannerArg::Repay => "terugbetalen",
        MannerArg::WriteOff => "afboeken",
    };
    let today = today();
    let row = vec![
        ("kenmerk", args.reference.as_str()),
        ("datum", &today),
        ("begunstigde", &args.payee),
        ("factuur", &args.invoice),
        ("regel", args.line.as_deref().unwrap_or_default()),
        ("wijze", manner),
        ("door", &args.by),
        ("tweede", args.second.as_deref().unwrap_or_default()),
    ];
    let dry_run = args.dry_run;
    let name = "recourse";
    take(place, &Typed { name, row, dry_run }, lang, format)
}

pub(super) fn account(place: &Place, step: AccountArg, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let (payee, step, iban, holder, by) = match step {
        AccountArg::Propose {
            payee,
            iban,
            name,
            by,
        } => (payee, "voorstel", iban, name, by),
        AccountArg::Approve { payee, by } => (payee, "akkoord", String::new(), String::new(), by),
        AccountArg::Reject { payee, by } => (payee, "afwijzen", String::new(), String::new(), by),
    };
    let today = today();
    let row = vec![
        ("begunstigde", payee.as_str()),
        ("stap", step),
        ("iban", &iban),
        ("naam", &holder),
        ("datum", &today),
        ("door", &by),
    ];
    let typed = Typed {
        name: "account",
        row,
        dry_run: false,
    };
    take(place, &typed, lang, format)
}

pub(super) fn close(
    place: &Place,
    period: &str,
    step: TwoSteps,
    by: &str,
    dry_run: bool,
    (lang, format): (Lang, Format),
) -> Result<Exit, Failure> {
    let today = today();
    let step = match step {
        TwoSteps::Propose => "voorstel",
        TwoSteps::Approve => "akkoord",
    };
    let row = vec![
        ("periode", period),
        ("stap", step),
        ("datum", &today),
        ("door", by),
    ];
    let name = "close";
    take(place, &Typed { name, row, dry_run }, lang, format)
}

pub(super) fn resolve(
    place: &Place,
    ruling: &ResolveArgs,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    let fate = match ruling.fate {
        FateArg::Paid => "opdracht",
        FateArg::Returned => "retour",
        FateArg::Recovered => "terugontvangst",
        FateArg::NoSubsidy => "geen-subsidie",
    };
    let (today, number) = (today(), ruling.transaction.to_string());
    let row = vec![
        ("besluit", ruling.decision.as_str()),
        ("datum", &today),
        ("afschrift", &ruling.statement),
        ("mutatie", &number),
        ("uitkomst", fate),
        ("kenmerk", ruling.reference.as_deref().unwrap_or_default()),
        ("door", &ruling.by),
    ];
    let dry_run = ruling.dry_run;
    let name = "bank resolve";
    take(place, &Typed { name, row, dry_run }, lang, format)
}

pub(super) fn policy(
    place: &Place,
    one_up_to: Option<&str>,
    decision: &str,
    (lang, format): (Lang, Format),
) -> Result<Exit, Failure> {
    let today = today();
    let row = vec![
        ("een_tot_en_met", one_up_to.unwrap_or("0.00")),
        ("besluit", decision),
        ("datum", &today),
    ];
    let typed = Typed {
        name: "policy",
        row,
        dry_run: false,
    };
    take(place, &typed, lang, format)
}

pub(super) fn today() -> String {
    Clock::Wall.now().day.to_string()
}

/// The column of the number of a typed act. Lists have it of rulings, where it is asked; in others it is passed over.
///
/// It is the next position of the ledger, so that the same words later are another act, and not the one that was done or refused before.
const NUMBER: &str = "goedkeuring";

pub(super) fn take(place: &Place, typed: &Typed<'_>, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    let number = format!("CLI-{}", ledger.head()?.size + 1);
    let mut intake = Intake::of_office(Arc::clone(&ledger), Clock::Wall)?;
    let entered = intake.enter(typed.name, list(&number, &typed.row)?, typed.dry_run);
    place.keep_head(&ledger)?;
    let summary = entered?;
    let mut sheet = Sheet {
        title: if typed.dry_run {
            lang.pick("Proef: niets vastgelegd", "Trial: nothing was recorded")
        } else {
            lang.pick("Vastgelegd", "Recorded")
        }
        .to_owned(),
        columns: vec![
            Column::new("act", lang.pick("handeling", "act")),
            Column::new("outcome", lang.pick("uitkomst", "outcome")),
            Column::new("events", lang.pick("gebeurtenissen", "events")),
        ],
        ..Sheet::default()
    };
    for file in &summary.files {
        let faults = file.faults.iter().map(|fault| text::fault(fault, lang));
        let refused = file
            .refused_rows
            .iter()
            .map(|fault| format!("{} ({})", text::code(&fault.code, lang), fault.code));
        let said: Vec<String> = faults.chain(refused).collect();
        let outcome = match &file.became {
            Became::Refused { why } => text::refusal(why, lang),
            Became::Repeated => lang
                .pick("al gedaan, niets veranderd", "done before, nothing changed")
                .to_owned(),
            Became::Taken | Became::KnownInvoice | Became::Parked { .. } | Became::Quarantined { .. }
                if said.is_empty() =>
            {
                lang.pick("gedaan", "done").to_owned()
            }
            Became::Taken | Became::KnownInvoice | Became::Parked { .. } | Became::Quarantined { .. } => {
                said.join("; ")
            }
        };
        let events = i64::try_from(file.news.events).unwrap_or(i64::MAX);
        let cells = vec![Cell::text(typed.name), Cell::text(outcome), Cell::Units(events)];
        sheet.row(Weight::Normal, cells);
    }
    for proposal in intake.proposals() {
        let number = proposal.number.to_string();
        sheet.fact("batch", "batch", number);
        sheet.fact(
            "orders",
            lang.pick("opdrachten", "orders"),
            proposal.orders.to_string(),
        );
        sheet.fact("lines", lang.pick("regels", "lines"), proposal.lines.to_string());
        sheet.fact(
            "offset",
            lang.pick("verrekend", "held back"),
            lang.euro(proposal.offset),
        );
        sheet.fact(
            "total",
            lang.pick("te betalen", "to pay"),
            lang.euro(proposal.total),
        );
    }
    print(&sheet, format, lang)?;
    Ok(if summary.has_findings() {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

/// Returns a list of one row, numbered; columns without a value are left out.
fn list(number: &str, row: &[(&'static str, &str)]) -> Result<Vec<u8>, Failure> {
    let numbered = || std::iter::once((NUMBER, number)).chain(row.iter().copied());
    let filled = || numbered().filter(|(_, value)| !value.is_empty());
    let written = || -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        writer.write_record(filled().map(|(column, _)| column))?;
        writer.write_record(filled().map(|(_, value)| value))?;
        writer.into_inner().map_err(|error| error.into_error().into())
    };
    written().map_err(|error| Failure::Output(error.into()))
}
