//! A sheet: what a report says, before it is a table, CSV or JSON. All three have the same figures, from one place.

use std::io::{self, Write};

use comfy_table::{Cell as TableCell, CellAlignment, ContentArrangement, Table, presets};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use subsidy_domain::money::Euro;

use crate::lang::Lang;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A table for people.
    #[default]
    Table,
    /// JSON for programs: amounts as decimal strings.
    Json,
    /// CSV: Dutch with semicolons and decimal commas, English with commas and points.
    Csv,
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is.
    pub title: String,
    /// What holds for all of it: basis, position, provenance. Name for programs, name for people, value.
    pub facts: Vec<(&'static str, String, String)>,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// A column: its name for programs and for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name in JSON and the order of CSV.
    pub key: &'static str,
    /// The heading.
    pub heading: String,
}

impl Column {
    /// Returns a column.
    pub fn new(key: &'static str, heading: &str) -> Self {
        Self {
            key,
            heading: heading.to_owned(),
        }
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its cells, one for each column.
    pub cells: Vec<Cell>,
    /// How it stands among the others.
    pub weight: Weight,
}

/// How a row stands among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weight {
    /// A row like others.
    #[default]
    Normal,
    /// A part of the row above; left out of nothing, added to nothing.
    Part,
    /// A total.
    Total,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing: unknown or not applicable, which is not zero.
    Empty,
    /// A text.
    Text(String),
    /// A number of units.
    Units(i64),
    /// An amount.
    Euro(Euro),
    /// A percentage.
    Percent(Decimal),
    /// A day.
    Day(Date),
}

impl Cell {
    /// Returns a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    fn shown(&self, lang: Lang) -> String {
        match self {
            Self::Empty => "–".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Units(number) => lang.number(*number),
            Self::Euro(amount) => lang.amount(*amount),
            Self::Percent(share) => lang.percent(*share),
            Self::Day(day) => lang.date(*day),
        }
    }

    fn listed(&self, lang: Lang) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Units(number) => number.to_string(),
            Self::Euro(amount) => lang.plain_amount(*amount),
            Self::Percent(share) => lang.decimal(*share),
            Self::Day(day) => lang.date(*day),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => json!(text),
            Self::Units(number) => json!(number),
            Self::Euro(amount) => json!(amount.to_string()),
            Self::Percent(share) => json!(share.to_string()),
            Self::Day(day) => json!(day.to_string()),
        }
    }

    const fn is_number(&self) -> bool {
        match self {
            Self::Units(_) | Self::Euro(_) | Self::Percent(_) => true,
            Self::Empty | Self::Text(_) | Self::Day(_) => false,
        }
    }
}

impl From<Option<Euro>> for Cell {
    fn from(amount: Option<Euro>) -> Self {
        amount.map_or(Self::Empty, Self::Euro)
    }
}

impl From<Option<i64>> for Cell {
    fn from(units: Option<i64>) -> Self {
        units.map_or(Self::Empty, Self::Units)
    }
}

impl From<Option<Decimal>> for Cell {
    fn from(share: Option<Decimal>) -> Self {
        share.map_or(Self::Empty, Self::Percent)
    }
}

impl Sheet {
    /// Adds a row.
    pub fn row(&mut self, weight: Weight, cells: Vec<Cell>) {
        self.rows.push(Row { cells, weight });
    }

    /// Adds a fact that holds for all of the sheet.
    pub fn fact(&mut self, key: &'static str, name: &str, value: impl Into<String>) {
        self.facts.push((key, name.to_owned(), value.into()));
    }

    /// Writes the sheet.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(&self, format: Format, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        self.write_within(None, format, lang, out)
    }

    /// Writes the sheet; a table folds its texts to so many columns of a screen.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write_within(
        &self,
        width: Option<u16>,
        format: Format,
        lang: Lang,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match format {
            Format::Table => self.write_table(width, lang, out),
            Format::Json => {
                serde_json::to_writer_pretty(&mut *out, &self.to_json())?;
                writeln!(out)
            }
            Format::Csv => self.write_csv(lang, out),
        }
    }

    fn write_table(&self, width: Option<u16>, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.title)?;
        for (_, name, value) in &self.facts {
            writeln!(out, "  {name}: {value}")?;
        }
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Disabled);
        if let Some(width) = width {
            table
                .set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(width);
        }
        table.set_header(
            self.columns
                .iter()
                .enumerate()
                .map(|(at, column)| TableCell::new(&column.heading).set_alignment(self.alignment(at))),
        );
        for row in &self.rows {
            let cells = row.cells.iter().enumerate().map(|(at, cell)| {
                let shown = cell.shown(lang);
                let shown = if at == 0 && row.weight == Weight::Part {
                    format!("  {shown}")
                } else {
                    shown
                };
                TableCell::new(shown).set_alignment(self.alignment(at))
            });
            table.add_row(cells);
        }
        writeln!(out, "{table}")?;
        for note in &self.notes {
            writeln!(out, "  * {note}")?;
        }
        Ok(())
    }

    fn alignment(&self, column: usize) -> CellAlignment {
        let numeric = self
            .rows
            .iter()
            .filter_map(|row| row.cells.get(column))
            .any(Cell::is_number);
        if numeric {
            CellAlignment::Right
        } else {
            CellAlignment::Left
        }
    }

    fn write_csv(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        let delimiter = match lang {
            Lang::Nl => b';',
            Lang::En => b',',
        };
        let mut writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.key))?;
        for row in &self.rows {
            writer.write_record(row.cells.iter().map(|cell| guarded(cell.listed(lang))))?;
        }
        let listed = writer.into_inner().map_err(|error| error.into_error())?;
        out.write_all(&listed)
    }

    /// Returns the sheet as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let facts: Map<String, Value> = self
            .facts
            .iter()
            .map(|(key, _, value)| ((*key).to_owned(), json!(value)))
            .collect();
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let cells = self.columns.iter().zip(&row.cells);
                let mut object: Map<String, Value> = cells
                    .map(|(column, cell)| (column.key.to_owned(), cell.value()))
                    .collect();
                let weight = match row.weight {
                    Weight::Normal => "row",
                    Weight::Part => "part",
                    Weight::Total => "total",
                };
                object.insert("weight".to_owned(), json!(weight));
                Value::Object(object)
            })
            .collect();
        json!({ "title": self.title, "facts": facts, "rows": rows, "notes": self.notes })
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe before it.
pub(crate) fn guarded(text: String) -> String {
    let formula = text.starts_with(['=', '@', '\t', '\r'])
        || (text.starts_with(['+', '-'])
            && text.parse::<Decimal>().is_err()
            && text.replace(',', ".").parse::<Decimal>().is_err());
    if formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet {
            title: "Proef".to_owned(),
            columns: vec![Column::new("what", "Wat"), Column::new("amount", "Bedrag")],
            ..Sheet::default()
        };
        sheet.row(
            Weight::Normal,
            vec![Cell::text("=A1"), Cell::Euro(Euro::from_cents(-123_450))],
        );
        sheet.row(Weight::Total, vec![Cell::text("totaal"), Cell::Empty]);
        sheet
    }

    fn written(format: Format, lang: Lang) -> String {
        let mut out = Vec::new();
        sheet().write(format, lang, &mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_three_forms_have_the_same_figures() {
        assert!(written(Format::Table, Lang::Nl).contains("-1.234,50"));
        assert_eq!(
            written(Format::Csv, Lang::Nl),
            "what;amount\n'=A1;-1234,50\ntotaal;\n"
        );
        assert_eq!(
            written(Format::Csv, Lang::En),
            "what,amount\n'=A1,-1234.50\ntotaal,\n"
        );
        let json: Value = serde_json::from_str(&written(Format::Json, Lang::En)).expect("JSON");
        assert_eq!(json["rows"][0]["amount"], "-1234.50");
        assert_eq!(json["rows"][1]["amount"], Value::Null);
    }
}
