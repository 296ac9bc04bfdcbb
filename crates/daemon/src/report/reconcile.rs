//! Reconciliation: every figure that was published of a year beside the ledger's, with a verdict. It takes no side of a contradiction.

mod measure;
mod number;
mod published;
mod register;
mod verdict;
mod words;

use subsidy_domain::view::Basis;

pub use self::measure::{CaseStage, Categories, Kind, Measure, NoMeasure, Obstacle, Service};
pub use self::number::{Arithmetic, Exactness, Value};
pub use self::published::{
    Claim, Discrepancy, DiscrepancyKind, Period, Published, PublishedError, Subject, Text,
};
pub use self::register::Figures;
use self::register::Register;
pub use self::verdict::Verdict;
use super::Lens;
use crate::lang::Lang;
use crate::projection::RowsError;
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// The published figures of a year, judged.
#[derive(Debug)]
pub struct Reconciliation {
    published: &'static Published,
    figures: Vec<(&'static Claim, Figures, Verdict)>,
    discrepancies: Vec<(&'static Discrepancy, Verdict)>,
    fixture: bool,
}

impl Reconciliation {
    /// Judges the published figures of a year by the ledger's.
    ///
    /// # Errors
    /// When the views or terms cannot be read.
    pub fn of(lens: Lens<'_>, published: &'static Published) -> Result<Self, RowsError> {
        let register = Register::read(lens, published.year)?;
        let mut figures = Vec::new();
        for claim in &published.claims {
            let ledger = register.figures(&claim.measure);
            let verdict = verdict::of_claim(published, claim, &ledger);
            figures.push((claim, ledger, verdict));
        }
        let mut discrepancies = Vec::new();
        for known in &published.discrepancies {
            let judged: Vec<(&Claim, &Verdict)> = figures
                .iter()
                .filter(|(claim, _, _)| claim.discrepancies.contains(&known.id))
                .map(|(claim, _, verdict)| (*claim, verdict))
                .collect();
            if let Some(verdict) = verdict::of_discrepancy(known, &judged) {
                discrepancies.push((known, verdict));
            }
        }
        let fixture = register.is_fixture();
        Ok(Self {
            published,
            figures,
            discrepancies,
            fixture,
        })
    }

    /// Returns the id and the verdict of every figure and of every discrepancy that is judged.
    pub fn verdicts(&self) -> impl Iterator<Item = (&'static str, &Verdict)> {
        let figures = self
            .figures
            .iter()
            .map(|(claim, _, verdict)| (claim.id.as_str(), verdict));
        figures.chain(
            self.discrepancies
                .iter()
                .map(|(known, verdict)| (known.id.as_str(), verdict)),
        )
    }

    /// Returns the id of every published figure with what the ledger has beside it.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, &Figures)> {
        self.figures
            .iter()
            .map(|(claim, figures, _)| (claim.id.as_str(), figures))
    }

    /// Returns how many published figures the ledger has otherwise on every basis.
    #[must_use]
    pub fn mismatches(&self) -> usize {
        self.verdicts()
            .filter(|(_, verdict)| **verdict == Verdict::Mismatch)
            .count()
    }

    /// Returns the reconciliation as a sheet; with those figures that are no subject of the ledger when `all` are asked for.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn sheet(&self, lens: Lens<'_>, all: bool) -> Result<Sheet, RowsError> {
        let lang = lens.lang;
        let mut sheet = Sheet {
            title: format!(
                "{} {}",
                lang.pick(
                    "Gepubliceerde cijfers naast het subsidieregister",
                    "Published figures beside the ledger"
                ),
                self.published.year
            ),
            columns: columns(lang),
            ..Sheet::default()
        };
        sheet.fact(
            "year",
            lang.pick("boekjaar", "fiscal year"),
            self.published.year.to_string(),
        );
        let source = lang.pick(
            "OOMT Jaarverslag 2023; regel is die van de tekst",
            "OOMT annual report 2023; line is that of its text",
        );
        sheet.fact("source", lang.pick("bron", "source"), source);
        lens.sign(&mut sheet)?;
        let mut shown = Vec::new();
        for (claim, figures, verdict) in &self.figures {
            if all || !matches!(verdict, Verdict::NotInLedger { .. }) {
                sheet.row(Weight::Normal, figure_cells(claim, figures, verdict, lang));
                shown.push(*claim);
            }
        }
        for (known, verdict) in &self.discrepancies {
            sheet.row(Weight::Normal, discrepancy_cells(known, verdict, lang));
        }
        let judged = |known: &Discrepancy| self.discrepancies.iter().any(|(judged, _)| judged.id == known.id);
        for known in &self.published.discrepancies {
            if !judged(known) && shown.iter().any(|claim| claim.discrepancies.contains(&known.id)) {
                sheet.notes.push(words::note(known, lang));
            }
        }
        self.notes(lang, &mut sheet);
        Ok(sheet)
    }

    fn notes(&self, lang: Lang, sheet: &mut Sheet) {
        let mut note = |dutch: &str, english: &str| sheet.notes.push(lang.pick(dutch, english).to_owned());
        note(
            "Van een tegenstrijdigheid wordt geen kant gekozen: elk cijfer staat naast dat van het register, en de tegenstrijdigheid op een eigen regel. Wat haar zou verklaren is een veronderstelling, geen vaststelling.",
            "No side of a contradiction is taken: each figure stands beside the ledger's, and the contradiction on a line of its own. What would explain it is a supposition, not a finding.",
        );
        note(
            "Het enige gepubliceerde bedrag is de EVC-vergoeding; andere bedragen zijn niet aan de publicatie te toetsen.",
            "The only amount that was published is that of EVC; no other amount can be reconciled.",
        );
        note(
            "De grondslag betaling komt later: betalingen zijn nog niet vastgelegd.",
            "The payment basis comes later: payments are not recorded yet.",
        );
        if self.fixture {
            note(
                "FIXTURE: dit register is met verzonnen gegevens naar de gepubliceerde cijfers gemaakt. Dat een cijfer klopt zegt iets over het rekenwerk, niet over het fonds.",
                "FIXTURE: this ledger was made of invented data after the published figures. A match says something of the computation, nothing of the fund.",
            );
        }
        let statements = self
            .figures
            .iter()
            .filter(|(claim, _, _)| claim.is_first())
            .count();
        let figures = counted(self.figures.iter().map(|(_, _, verdict)| verdict), lang);
        sheet.notes.push(match lang {
            Lang::Nl => format!(
                "{} cijfers uit {statements} uitspraken: {figures}.",
                self.figures.len()
            ),
            Lang::En => format!(
                "{} figures of {statements} statements: {figures}.",
                self.figures.len()
            ),
        });
        let discrepancies = counted(self.discrepancies.iter().map(|(_, verdict)| verdict), lang);
        let noted = self.published.discrepancies.len() - self.discrepancies.len();
        sheet.notes.push(match lang {
            Lang::Nl => {
                format!("Tegenstrijdigheden en onduidelijkheden: {discrepancies}, alleen vermeld {noted}.")
            }
            Lang::En => format!("Contradictions and ambiguities: {discrepancies}, noted only {noted}."),
        });
    }
}

/// Returns how many there are of each verdict, without those there are none of.
fn counted<'a>(verdicts: impl Iterator<Item = &'a Verdict>, lang: Lang) -> String {
    let mut counts = [0_usize; Verdict::WORDS.len()];
    for verdict in verdicts {
        for (word, count) in Verdict::WORDS.iter().zip(&mut counts) {
            *count += usize::from(*word == verdict.word());
        }
    }
    let counts: Vec<String> = Verdict::WORDS
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{} {count}", words::verdict(word, lang)))
        .collect();
    counts.join(", ")
}

fn columns(lang: Lang) -> Vec<Column> {
    let mut columns = vec![
        Column::new("id", "id"),
        Column::new("line", lang.pick("regel", "line")),
        Column::new("what", lang.pick("wat", "what")),
        Column::new("exactness", lang.pick("nauwkeurigheid", "exactness")),
        Column::new("published", lang.pick("gepubliceerd", "published")),
        Column::new("ledger", lang.pick("register", "ledger")),
    ];
    columns.extend(
        Basis::ALL
            .iter()
            .map(|basis| Column::new(basis.as_str(), text::basis(*basis, lang))),
    );
    columns.push(Column::new("verdict", lang.pick("oordeel", "verdict")));
    columns.push(Column::new("remark", lang.pick("opmerking", "remark")));
    columns
}

fn figure_cells(claim: &Claim, figures: &Figures, verdict: &Verdict, lang: Lang) -> Vec<Cell> {
    let mut cells = vec![
        Cell::text(claim.id.as_str()),
        Cell::text(claim.line.to_string()),
        Cell::text(claim.what.of(lang)),
        words::exactness(claim.exactness, lang).map_or(Cell::Empty, Cell::Text),
        claim.value.map_or(Cell::Empty, words::cell),
        match figures {
            Figures::One(figure) => words::cell(*figure),
            Figures::None | Figures::PerBasis(_) => Cell::Empty,
        },
    ];
    cells.extend(Basis::ALL.iter().map(|basis| {
        match figures {
            Figures::PerBasis(figures) => figures
                .get(basis)
                .map_or(Cell::Empty, |figure| words::cell(*figure)),
            Figures::None | Figures::One(_) => Cell::Empty,
        }
    }));
    cells.push(Cell::text(words::verdict(verdict.word(), lang)));
    let remark = words::joined([words::of_verdict(verdict, lang), words::of_claim(claim, lang)]);
    cells.push(remark.map_or(Cell::Empty, Cell::Text));
    cells
}

fn discrepancy_cells(known: &Discrepancy, verdict: &Verdict, lang: Lang) -> Vec<Cell> {
    let mut cells = vec![
        Cell::text(known.id.as_str()),
        Cell::text(known.lines.as_str()),
        Cell::text(known.what.of(lang)),
        Cell::Empty,
        Cell::text(known.published.of(lang)),
    ];
    // Neither the ledger nor any basis has a figure for it.
    cells.push(Cell::Empty);
    cells.extend(Basis::ALL.iter().map(|_| Cell::Empty));
    cells.push(Cell::text(words::verdict(verdict.word(), lang)));
    let remark = words::joined([
        words::of_discrepancy(verdict, lang),
        Some(known.remark.of(lang).to_owned()),
    ]);
    cells.push(remark.map_or(Cell::Empty, Cell::Text));
    cells
}
