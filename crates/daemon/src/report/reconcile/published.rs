//! What was published of a year: every figure with its source line, and where the publication disagrees with itself.

use std::str::FromStr;
use std::sync::LazyLock;

use serde::Deserialize;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::scheme::SchemeCode;

use super::measure::Measure;
use super::number::{Exactness, Value};
use crate::lang::Lang;

/// What was published of a year.
#[derive(Debug)]
pub struct Published {
    /// The year.
    pub year: FiscalYear,
    /// Its figures, in the order of their ids.
    pub claims: Vec<Claim>,
    /// Where it disagrees with itself.
    pub discrepancies: Vec<Discrepancy>,
}

/// A published figure.
#[derive(Clone, Debug)]
#[doc(alias = "gepubliceerd cijfer")]
pub struct Claim {
    /// Its id: `F071`; further numbers of the same statement `F071b`, `F071c`.
    pub id: String,
    /// The line of the annual report.
    pub line: u16,
    /// What kind of thing it is about.
    pub subject: Subject,
    /// What it counts.
    pub what: Text,
    /// Over which period.
    pub period: Period,
    /// How exact it is.
    pub exactness: Exactness,
    /// The value; nothing when there was no number.
    pub value: Option<Value>,
    /// What of the ledger it is compared with.
    pub measure: Measure,
    /// The discrepancies that it is part of: `C1`.
    pub discrepancies: Vec<String>,
}

impl Claim {
    /// Whether it is the first number of its statement.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.id.ends_with(|last: char| last.is_ascii_digit())
    }
}

/// A place where the publication disagrees with itself, or does not say what it counts.
#[derive(Clone, Debug)]
#[doc(alias = "tegenstrijdigheid")]
pub struct Discrepancy {
    /// Its id: `C1`.
    pub id: String,
    /// The lines of the annual report.
    pub lines: String,
    /// What kind it is.
    pub kind: DiscrepancyKind,
    /// What it is about.
    pub what: Text,
    /// All that was published on it.
    pub published: Text,
    /// What a reader should know.
    pub remark: Text,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    nl: String,
    en: String,
}

impl Text {
    /// Returns the text in a language.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        lang.pick(&self.nl, &self.en)
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$what:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$what])* $variant),+ }

        impl FromStr for $name {
            type Err = ();
            fn from_str(text: &str) -> Result<Self, ()> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(()) }
            }
        }
    )+};
}

words! {
    /// Over which period a published figure counts.
    Period {
        /// The calendar year.
        Year = "year",
        /// The year before.
        PriorYear = "prior_year",
        /// A school year.
        SchoolYear = "school_year",
        /// A moment or a part of the year.
        Moment = "moment",
        /// No period: a term or an arrangement.
        Standing = "standing",
    }
    /// What kind of discrepancy it is.
    DiscrepancyKind {
        /// Two statements that cannot both be so.
        Contradictory = "contradictory",
        /// A statement that no ledger could confirm or refute.
        NotReconcilable = "not_reconcilable",
        /// A sum or share that is not what its own numbers give.
        Arithmetic = "arithmetic",
        /// A statement with more than one reading.
        Ambiguous = "ambiguous",
    }
}

/// What kind of thing a published figure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A subsidy scheme.
    Scheme(SchemeCode),
    /// An own service or programme.
    OwnService,
    /// Communication.
    Communication,
    /// Context.
    Context,
}

impl FromStr for Subject {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "OWN" => Ok(Self::OwnService),
            "COMM" => Ok(Self::Communication),
            "META" => Ok(Self::Context),
            _ => text.parse().map(Self::Scheme).map_err(|_| ()),
        }
    }
}

/// Why a table of published figures cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PublishedError {
    /// It is not a table of the expected columns.
    #[error("the table cannot be read")]
    Table(#[from] csv::Error),
    /// A row has a word that is not known.
    #[error("row {id}: `{text}` is no {field}")]
    Word {
        /// The row.
        id: String,
        /// The column.
        field: &'static str,
        /// What it says.
        text: String,
    },
}

#[derive(Deserialize)]
struct ClaimRow {
    id: String,
    line: u16,
    subject: String,
    what_nl: String,
    what_en: String,
    number: String,
    period: String,
    exactness: String,
    value: String,
    measure: String,
    discrepancies: String,
}

#[derive(Deserialize)]
struct DiscrepancyRow {
    id: String,
    lines: String,
    kind: String,
    what_nl: String,
    what_en: String,
    published_nl: String,
    published_en: String,
    remark_nl: String,
    remark_en: String,
}

#[expect(
    clippy::expect_used,
    reason = "the tables are part of the program, and a test reads them"
)]
static PUBLISHED_2023: LazyLock<Published> = LazyLock::new(|| {
    let claims = include_str!("../../../data/published-2023.csv");
    let discrepancies = include_str!("../../../data/discrepancies-2023.csv");
    Published::read(FiscalYear::new(2023), claims, discrepancies).expect("the tables of 2023 are well formed")
});

impl Published {
    /// Returns what was published of a year, when this program has it: of 2023.
    #[must_use]
    pub fn of(year: FiscalYear) -> Option<&'static Self> {
        (year == FiscalYear::new(2023)).then(|| &*PUBLISHED_2023)
    }

    fn read(year: FiscalYear, claims: &str, discrepancies: &str) -> Result<Self, PublishedError> {
        Ok(Self {
            year,
            claims: table(claims)?.into_iter().map(claim).collect::<Result<_, _>>()?,
            discrepancies: table(discrepancies)?
                .into_iter()
                .map(discrepancy)
                .collect::<Result<_, _>>()?,
        })
    }

    /// Returns the discrepancies that a figure is part of.
    pub fn of_claim<'a>(&'a self, claim: &'a Claim) -> impl Iterator<Item = &'a Discrepancy> {
        self.discrepancies
            .iter()
            .filter(|known| claim.discrepancies.contains(&known.id))
    }
}

fn table<R: for<'de> Deserialize<'de>>(text: &str) -> Result<Vec<R>, csv::Error> {
    csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(text.as_bytes())
        .into_deserialize()
        .collect()
}

fn claim(row: ClaimRow) -> Result<Claim, PublishedError> {
    let id = &row.id;
    let exactness = word(id, "exactness", &row.exactness)?;
    let value = match exactness {
        Exactness::NoNumber if row.value.is_empty() => None,
        Exactness::Exact
        | Exactness::Approximate(_)
        | Exactness::AtLeast
        | Exactness::LessThan
        | Exactness::Share(_)
        | Exactness::NoNumber => {
            let value = Value::read(&row.number, &row.value);
            Some(value.ok_or_else(|| wrong(id, "value", &row.value))?)
        }
    };
    Ok(Claim {
        line: row.line,
        subject: word(id, "subject", &row.subject)?,
        period: word(id, "period", &row.period)?,
        measure: word(id, "measure", &row.measure)?,
        what: Text {
            nl: row.what_nl,
            en: row.what_en,
        },
        discrepancies: row.discrepancies.split_whitespace().map(str::to_owned).collect(),
        exactness,
        value,
        id: row.id,
    })
}

fn discrepancy(row: DiscrepancyRow) -> Result<Discrepancy, PublishedError> {
    Ok(Discrepancy {
        kind: word(&row.id, "kind", &row.kind)?,
        id: row.id,
        lines: row.lines,
        what: Text {
            nl: row.what_nl,
            en: row.what_en,
        },
        published: Text {
            nl: row.published_nl,
            en: row.published_en,
        },
        remark: Text {
            nl: row.remark_nl,
            en: row.remark_en,
        },
    })
}

fn word<T: FromStr>(id: &str, field: &'static str, text: &str) -> Result<T, PublishedError> {
    text.parse().map_err(|_| wrong(id, field, text))
}

fn wrong(id: &str, field: &'static str, text: &str) -> PublishedError {
    PublishedError::Word {
        id: id.to_owned(),
        field,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn published() -> &'static Published {
        Published::of(FiscalYear::new(2023)).expect("the year is known")
    }

    #[test]
    fn every_statement_and_every_discrepancy_is_in_the_tables_once() {
        let first: Vec<&str> = published()
            .claims
            .iter()
            .filter(|claim| claim.is_first())
            .map(|claim| claim.id.as_str())
            .collect();
        let expected: Vec<String> = (1..=141).map(|number| format!("F{number:03}")).collect();
        assert_eq!(first, expected);
        let ids: Vec<&str> = published().claims.iter().map(|claim| claim.id.as_str()).collect();
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "no id twice"
        );
        let discrepancies: Vec<&str> = published()
            .discrepancies
            .iter()
            .map(|known| known.id.as_str())
            .collect();
        let expected: Vec<String> = (1..=20).map(|number| format!("C{number}")).collect();
        assert_eq!(discrepancies, expected);
    }

    #[test]
    fn a_further_number_stands_in_the_statement_before_it() {
        for pair in published().claims.windows(2) {
            if !pair[1].is_first() {
                assert_eq!((pair[0].line, &pair[0].id[..4]), (pair[1].line, &pair[1].id[..4]));
            }
        }
    }

    #[test]
    fn every_discrepancy_that_a_figure_names_is_known_and_every_known_one_is_named() {
        let known: BTreeSet<&str> = published()
            .discrepancies
            .iter()
            .map(|known| known.id.as_str())
            .collect();
        let named: BTreeSet<&str> = published()
            .claims
            .iter()
            .flat_map(|claim| &claim.discrepancies)
            .map(String::as_str)
            .collect();
        assert_eq!(named, known);
    }

    #[test]
    fn only_what_the_ledger_can_be_asked_has_a_number_to_compare() {
        for claim in &published().claims {
            let asked = !matches!(claim.measure, Measure::Outside | Measure::Irreconcilable(_));
            assert!(!asked || claim.value.is_some(), "{}", claim.id);
        }
    }

    #[test]
    fn a_word_that_is_not_known_is_named_with_its_row() {
        let row = |line: &str| {
            let columns =
                "id;line;subject;what_nl;what_en;number;period;exactness;value;measure;discrepancies";
            Published::read(
                FiscalYear::new(2023),
                &format!("{columns}\n{line}\n"),
                "id;lines\n",
            )
            .map(|_| ())
        };
        assert!(row("F1;1;RPT;a;b;count;year;exact;1;units RPT *;").is_ok());
        for (line, field) in [
            ("F1;1;XYZ;a;b;count;year;exact;1;units RPT *;", "subject"),
            ("F1;1;RPT;a;b;count;week;exact;1;units RPT *;", "period"),
            ("F1;1;RPT;a;b;count;year;about;1;units RPT *;", "exactness"),
            ("F1;1;RPT;a;b;count;year;approx:x;1;units RPT *;", "exactness"),
            ("F1;1;RPT;a;b;count;year;exact;;units RPT *;", "value"),
            ("F1;1;RPT;a;b;euro;year;exact;1.005;units RPT *;", "value"),
            ("F1;1;RPT;a;b;count;year;exact;1;units;", "measure"),
        ] {
            let error = row(line).expect_err(line);
            assert!(
                matches!(&error, PublishedError::Word { field: named, .. } if *named == field),
                "{line}: {error}"
            );
        }
        assert!(matches!(row("F1;1;RPT"), Err(PublishedError::Table(_))));
    }
}
