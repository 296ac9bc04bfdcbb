//! Audit samples: what was frozen, what was drawn, what was found, and what it says of the whole.

use rust_decimal::Decimal;
use subsidy_domain::sample::Verdict;
use subsidy_domain::view::{Claims, Payees, SampleItems, SampleRow, Samples};

use super::{Lens, name_of};
use crate::lang::Lang;
use crate::projection::{RowsError, rows, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns every sample, and how far it is.
///
/// # Errors
/// When the view cannot be read.
pub fn samples(lens: Lens<'_>) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: lang.pick("Steekproeven", "Audit samples").to_owned(),
        columns: vec![
            Column::new("sample", lang.pick("steekproef", "sample")),
            Column::new("year", lang.pick("jaar", "year")),
            Column::new("planned_on", lang.pick("gepland op", "planned on")),
            Column::new("planned_by", lang.pick("door", "by")),
            Column::new("items", lang.pick("posten", "items")),
            Column::new("total", lang.pick("totaal €", "total €")),
            Column::new("drawn", lang.pick("getrokken", "drawn")),
            Column::new("upper_limit", lang.pick("hoogstens fout €", "error at most €")),
            Column::new("verdict", lang.pick("oordeel", "verdict")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    for (number, row) in rows(lens.ledger, Samples, lens.as_at)? {
        let population = &row.plan.population;
        let verdict = row.evaluated.as_ref().map(|(evaluation, ..)| evaluation);
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(number),
                Cell::text(row.plan.scope.year.to_string()),
                Cell::Day(row.planned.1),
                Cell::text(row.planned.0.as_str()),
                Cell::Units(i64::from(population.items)),
                Cell::Euro(population.total),
                row.drawn
                    .as_ref()
                    .map_or(Cell::Empty, |draw| Cell::Units(i64::from(draw.items))),
                verdict.map_or(Cell::Empty, |evaluation| Cell::Euro(evaluation.upper_limit)),
                verdict.map_or(Cell::Empty, |evaluation| {
                    Cell::text(said(evaluation.verdict, lang))
                }),
            ],
        );
    }
    Ok(sheet)
}

/// Returns a sample as planned, drawn and evaluated, figure by figure; none when there is no such sample.
///
/// # Errors
/// When the view cannot be read.
pub fn sample(lens: Lens<'_>, number: &str) -> Result<Option<Sheet>, RowsError> {
    let lang = lens.lang;
    let Some(row) = rows(lens.ledger, Samples, lens.as_at)?.remove(number) else {
        return Ok(None);
    };
    let mut sheet = Sheet {
        title: format!("{} {number}", lang.pick("Steekproef", "Audit sample")),
        columns: vec![
            Column::new("figure", lang.pick("gegeven", "figure")),
            Column::new("value", lang.pick("waarde", "value")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    for (_, name, value) in figures(&row, lang) {
        sheet.row(Weight::Normal, vec![Cell::text(name), Cell::text(value)]);
    }
    if let Some((evaluation, ..)) = &row.evaluated {
        sheet.notes.push(consequence(evaluation.verdict, lang).to_owned());
    }
    Ok(Some(sheet))
}

/// Returns the work papers of a sample: every line that was drawn, with what it is and what was found; none when there is no such sample.
///
/// # Errors
/// When the views cannot be read.
pub fn papers(lens: Lens<'_>, number: &str) -> Result<Option<Sheet>, RowsError> {
    let lang = lens.lang;
    let views = (Samples, SampleItems, Claims, Payees);
    let (mut samples, items, claims, payees) = rows_together(lens.ledger, views, lens.as_at)?;
    let Some(row) = samples.remove(number) else {
        return Ok(None);
    };
    let mut sheet = Sheet {
        title: format!(
            "{} {number}",
            lang.pick("Werkdocumenten van steekproef", "Work papers of audit sample")
        ),
        columns: vec![
            Column::new("number", lang.pick("nr.", "no.")),
            Column::new("line", lang.pick("declaratie", "claim")),
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("payee", lang.pick("begunstigde", "payee")),
            Column::new("performed_on", lang.pick("prestatie op", "performed on")),
            Column::new("unit", lang.pick("getrokken cent", "cent drawn")),
            Column::new("certain", lang.pick("zeker", "certain")),
            Column::new("booked", lang.pick("geboekt €", "booked €")),
            Column::new("audited", lang.pick("juist €", "audited €")),
            Column::new("difference", lang.pick("verschil €", "difference €")),
            Column::new("paper", lang.pick("werkdocument", "work paper")),
            Column::new("by", lang.pick("door", "by")),
            Column::new("on", lang.pick("op", "on")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    sheet.facts.extend(figures(&row, lang));
    let drawn_of = format!("{number}/");
    let mut drawn: Vec<_> = items
        .into_iter()
        .filter_map(|(key, item)| key.starts_with(&drawn_of).then_some(item))
        .collect();
    drawn.sort_by_key(|item| item.unit);
    for (rank, item) in (1..).zip(drawn) {
        let claim = claims.get(&item.item);
        let award = claim.and_then(|claim| claim.award.as_ref());
        let payee = claim.map(|claim| name_of(&payees, &claim.presented.line.payee));
        let found = item.found.as_ref();
        sheet.row(
            Weight::Normal,
            vec![
                Cell::Units(rank),
                Cell::text(item.item.as_str()),
                award.map_or(Cell::Empty, |award| Cell::text(text::scheme(award.scheme, lang))),
                payee.map_or(Cell::Empty, Cell::text),
                award.map_or(Cell::Empty, |award| Cell::Day(award.performed_on)),
                Cell::Units(item.unit),
                Cell::text(if item.certain {
                    lang.pick("ja", "yes")
                } else {
                    lang.pick("nee", "no")
                }),
                Cell::Euro(item.booked),
                found.map_or(Cell::Empty, |found| Cell::Euro(found.audited)),
                found.map_or(Cell::Empty, |found| Cell::Euro(item.booked - found.audited)),
                found
                    .and_then(|found| found.paper.as_ref())
                    .map_or(Cell::Empty, |paper| Cell::text(paper.as_str())),
                found.map_or(Cell::Empty, |found| Cell::text(found.by.as_str())),
                found.map_or(Cell::Empty, |found| Cell::Day(found.on)),
            ],
        );
    }
    sheet.notes.push(
        lang.pick(
            "Ieder kan de trekking overdoen: sorteer de posten op declaratie, tel hun centen op, en neem de cent van de start en elke cent die een interval verder ligt. De start is SHA-256 van `mus-v1|zaad|hash van de populatie`, modulo het interval in centen.",
            "Anybody can draw it again: sort the items by claim, add up their cents, and take the cent of the start and each that is an interval further. The start is SHA-256 of `mus-v1|seed|hash of the population`, modulo the interval in cents.",
        )
        .to_owned(),
    );
    Ok(Some(sheet))
}

/// What is known of a sample: name for programs, name for people, value.
fn figures(row: &SampleRow, lang: Lang) -> Vec<(&'static str, String, String)> {
    let (plan, scope) = (&row.plan, &row.plan.scope);
    let schemes: Vec<String> = scope
        .schemes
        .iter()
        .map(|scheme| text::scheme(*scheme, lang))
        .collect();
    let all = lang.pick("alle regelingen", "all schemes").to_owned();
    let percent = |share: Decimal| lang.percent((share * Decimal::ONE_HUNDRED).normalize());
    let mut figures = Vec::new();
    let mut tell = |key, name: &str, value: String| figures.push((key, name.to_owned(), value));
    tell("year", lang.pick("jaar", "year"), scope.year.to_string());
    tell(
        "basis",
        lang.pick("grondslag", "basis"),
        text::basis(scope.basis, lang).to_owned(),
    );
    tell(
        "schemes",
        lang.pick("regelingen", "schemes"),
        if schemes.is_empty() {
            all
        } else {
            schemes.join(", ")
        },
    );
    tell(
        "frozen_at",
        lang.pick("bevroren op positie", "frozen at position"),
        scope.position.to_string(),
    );
    tell(
        "items",
        lang.pick("posten", "items"),
        lang.number(i64::from(plan.population.items)),
    );
    tell(
        "apart",
        lang.pick("apart: zonder bedrag boven nul", "apart: no amount above zero"),
        lang.number(i64::from(plan.population.apart)),
    );
    tell(
        "population_total",
        lang.pick("totaal van de populatie", "total of the population"),
        lang.euro(plan.population.total),
    );
    tell(
        "population_hash",
        lang.pick("hash van de populatie", "hash of the population"),
        plan.population.hash.to_string(),
    );
    tell(
        "materiality",
        lang.pick("materialiteit", "materiality"),
        percent(plan.precision.materiality),
    );
    tell(
        "bearable",
        lang.pick("draaglijke fout", "bearable error"),
        lang.euro(plan.bearable()),
    );
    tell(
        "confidence",
        lang.pick("betrouwbaarheid", "confidence"),
        percent(plan.precision.confidence),
    );
    tell(
        "expected",
        lang.pick(
            "verwachte fout, deel van de draaglijke",
            "expected error, part of what is bearable",
        ),
        percent(plan.precision.expected),
    );
    tell(
        "units",
        lang.pick("te trekken eenheden", "units to draw"),
        lang.number(i64::from(plan.units)),
    );
    tell(
        "interval",
        lang.pick("interval", "interval"),
        lang.euro(plan.interval),
    );
    tell(
        "planned",
        lang.pick("gepland", "planned"),
        format!("{} {}", lang.date(row.planned.1), row.planned.0),
    );
    if let Some(draw) = &row.drawn {
        tell("seed", lang.pick("zaad", "seed"), draw.seed.to_string());
        tell(
            "start",
            lang.pick("start, in centen", "start, in cents"),
            lang.number(draw.start),
        );
        tell(
            "drawn_items",
            lang.pick("getrokken posten", "items drawn"),
            lang.number(i64::from(draw.items)),
        );
        tell(
            "drawn",
            lang.pick("getrokken", "drawn"),
            format!("{} {}", lang.date(draw.on), draw.by),
        );
    }
    if let Some((evaluation, by, on)) = &row.evaluated {
        tell(
            "errors",
            lang.pick("posten te hoog geboekt", "items booked too high"),
            lang.number(i64::from(evaluation.errors)),
        );
        tell(
            "overstated",
            lang.pick("te hoog geboekt, gevonden", "booked too high, found"),
            lang.euro(evaluation.overstated),
        );
        tell(
            "understated",
            lang.pick("te laag geboekt, gevonden", "booked too low, found"),
            lang.euro(evaluation.understated),
        );
        tell(
            "most_likely",
            lang.pick("meest waarschijnlijke fout", "most likely error"),
            lang.euro(evaluation.most_likely),
        );
        tell(
            "upper_limit",
            lang.pick("fout hoogstens (Stringer)", "error at most (Stringer)"),
            lang.euro(evaluation.upper_limit),
        );
        tell(
            "verdict",
            lang.pick("oordeel", "verdict"),
            said(evaluation.verdict, lang).to_owned(),
        );
        tell(
            "evaluated",
            lang.pick("geoordeeld", "evaluated"),
            format!("{} {by}", lang.date(*on)),
        );
    }
    figures
}

fn said(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Accepted => lang.pick("aanvaard", "accepted"),
        Verdict::Extend => lang.pick("uitbreiden", "extend"),
        Verdict::Rejected => lang.pick("verworpen", "rejected"),
    }
}

fn consequence(verdict: Verdict, lang: Lang) -> &'static str {
    match verdict {
        Verdict::Accepted => lang.pick(
            "De fout blijft met deze zekerheid onder wat draaglijk is.",
            "With this confidence the error stays below what is bearable.",
        ),
        Verdict::Extend => lang.pick(
            "De fout is waarschijnlijk draaglijk, maar deze steekproef is te klein om dat te zeggen: plan er een grotere naast.",
            "The error is probably bearable, but this sample is too small to say so: plan a larger one beside it.",
        ),
        Verdict::Rejected => lang.pick(
            "De fout is waarschijnlijk groter dan draaglijk: laat de oorzaak zoeken en herstellen.",
            "The error is probably larger than bearable: have the cause found and corrected.",
        ),
    }
}
