//! What an auditor does at the command line with a sample: each step is a list of one row, like the acts of the finance office.

use subsidy_domain::view::Basis;
use subsidy_ledger::Opening;

use super::Exit;
use super::args::{SampleArg, SamplePlanArgs};
use super::office::{Row, Typed, take, today};
use super::opening::Place;
use super::output::{Failure, print};
use crate::lang::Lang;
use crate::projection::{self, AsAt};
use crate::report::{self, Lens};
use crate::sheet::Format;

pub(super) fn run(place: &Place, step: SampleArg, lang: Lang, format: Format) -> Result<Exit, Failure> {
    match step {
        SampleArg::Plan(args) => plan(place, &args, lang, format),
        SampleArg::Draw { sample, seed, by } => {
            let rest = [("zaad", seed.as_str())];
            enter(
                place,
                ("sample draw", "trekking"),
                (&sample, &by),
                &rest,
                (lang, format),
            )
        }
        SampleArg::Record {
            sample,
            line,
            audited,
            paper,
            by,
        } => {
            let rest = [
                ("declaratie", line.as_str()),
                ("juist", &audited),
                ("werkdocument", paper.as_deref().unwrap_or_default()),
            ];
            enter(
                place,
                ("sample record", "bevinding"),
                (&sample, &by),
                &rest,
                (lang, format),
            )
        }
        SampleArg::Evaluate { sample, by } => {
            let done = enter(
                place,
                ("sample evaluate", "oordeel"),
                (&sample, &by),
                &[],
                (lang, format),
            )?;
            told(place, done, &sample, (lang, format))
        }
        SampleArg::Papers { sample } => {
            with_views(place, lang, |lens| match report::papers(lens, &sample)? {
                Some(sheet) => print(&sheet, format, lang).map(|()| Exit::Fine),
                None => Err(Failure::NothingFound { id: sample.clone() }),
            })
        }
        SampleArg::List => with_views(place, lang, |lens| {
            print(&report::samples(lens)?, format, lang).map(|()| Exit::Fine)
        }),
    }
}

fn plan(place: &Place, args: &SamplePlanArgs, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let basis = match args.basis {
        Basis::Performance => "prestatie",
        Basis::Decision => "beslissing",
        Basis::Invoice => "factuur",
        Basis::Payment => "betaling",
    };
    let schemes: Vec<&str> = args.schemes.iter().map(|scheme| scheme.as_str()).collect();
    let (year, schemes) = (args.year.0.to_string(), schemes.join(" "));
    let position = args
        .position
        .map_or_else(String::new, |position| position.to_string());
    let rest = [
        ("jaar", year.as_str()),
        ("grondslag", basis),
        ("regelingen", &schemes),
        ("positie", &position),
        ("materialiteit", &args.materiality),
        ("betrouwbaarheid", &args.confidence),
        ("verwacht", &args.expected),
    ];
    let done = enter(
        place,
        ("sample plan", "plan"),
        (&args.sample, &args.by),
        &rest,
        (lang, format),
    )?;
    told(place, done, &args.sample, (lang, format))
}

fn enter(
    place: &Place,
    (name, step): (&'static str, &str),
    (sample, by): (&str, &str),
    rest: &[(&'static str, &str)],
    (lang, format): (Lang, Format),
) -> Result<Exit, Failure> {
    let today = today();
    let mut row: Row<'_> = vec![
        ("steekproef", sample),
        ("stap", step),
        ("datum", &today),
        ("door", by),
    ];
    row.extend(rest);
    let dry_run = false;
    take(place, &Typed { name, row, dry_run }, lang, format)
}

/// After a step was taken: tells a person how the sample stands. A program asks for it.
fn told(place: &Place, done: Exit, sample: &str, (lang, format): (Lang, Format)) -> Result<Exit, Failure> {
    if done != Exit::Fine || format != Format::Table {
        return Ok(done);
    }
    with_views(place, lang, |lens| match report::sample(lens, sample)? {
        Some(sheet) => print(&sheet, format, lang).map(|()| done),
        None => Ok(done),
    })
}

fn with_views(
    place: &Place,
    lang: Lang,
    tell: impl FnOnce(Lens<'_>) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    projection::follow(&ledger)?;
    tell(Lens {
        ledger: &ledger,
        as_at: AsAt::Now,
        lang,
    })
}
