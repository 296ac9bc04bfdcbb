//! Workbooks (XLSX): the rows of the sheet that is shown first, as exact texts, within limits.
//!
//! A cell becomes the text that a list would have in its place: a date cell `2023-02-10`, a number its decimal digits
//! with a comma, a truth value `ja` or `nee`. Nothing goes by way of a binary fraction.

mod number;
mod package;
mod sheet;
mod strings;
mod styles;

use csv::StringRecord;

use self::package::Package;
use self::sheet::SheetReader;
use self::strings::Strings;
use self::styles::Formats;
use crate::limits::Limits;
use crate::personal;
use crate::personal::scan::{PlacedNumber, TableScan};
use crate::unreadable::{Excess, Unreadable, WorkbookProblem};
use crate::xml::{self, Element, Handler};

/// What a workbook holds.
pub(crate) struct Workbook {
    /// The sheet that is shown first: the one that is read.
    pub(crate) sheet: Sheet,
    /// How many other sheets there are, hidden ones included; they are looked through and not read.
    pub(crate) others: usize,
    /// The personal numbers in all sheets, each with its sheet, row and column.
    pub(crate) personal: Vec<PlacedNumber>,
    /// Bytes that were unpacked.
    pub(crate) unpacked: usize,
}

/// The rows of a sheet.
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) name: String,
    /// The rows with something in them.
    pub(crate) rows: Vec<SheetRow>,
    /// How many of these are hidden; they are read like the others.
    pub(crate) hidden: usize,
}

/// A row of a sheet.
pub(crate) struct SheetRow {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// The texts of its cells up to the last that is filled.
    pub(crate) cells: StringRecord,
    /// Positions of the cells whose formula ended in an error.
    pub(crate) errors: Vec<usize>,
}

/// A sheet as the workbook lists it.
struct Listed {
    name: String,
    shown: bool,
    relation: String,
}

impl Workbook {
    /// Reads a workbook: the first sheet that is shown whole, the others for personal numbers only.
    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Unreadable> {
        let mut package = Package::open(bytes, limits)?;
        let main = package.main_part()?;
        let Contents { sheets, is_1904 } = contents(&package.required(&main)?, limits)?;
        let relations = package.relations(&main)?;
        let strings = package.optional(&package::beside(&main, "sharedStrings.xml"))?;
        let strings = Strings::read(strings.as_deref(), limits)?;
        let styles = package.optional(&package::beside(&main, "styles.xml"))?;
        let formats = Formats::read(styles.as_deref(), limits)?;

        let others = sheets.len().saturating_sub(1);
        let mut first: Option<Sheet> = None;
        let mut personal = Vec::new();
        for listed in sheets {
            // A sheet that is no worksheet (a chart) is listed and has no rows.
            let part = relations.get(&listed.relation).ok_or(PART)?;
            let text = package.required(part)?;
            let rows = SheetReader::new(&strings, &formats, is_1904, limits).read(&text)?;
            personal.extend(numbers_in(&listed.name, &rows.rows, limits));
            if listed.shown && first.as_ref().is_none_or(|first| first.rows.is_empty()) {
                first = Some(Sheet {
                    name: listed.name,
                    ..rows
                });
            }
        }
        let sheet = first.filter(|sheet| !sheet.rows.is_empty());
        Ok(Self {
            sheet: sheet.ok_or(Unreadable::Workbook {
                problem: WorkbookProblem::NoSheet,
            })?,
            others,
            personal,
            unpacked: package.unpacked(),
        })
    }
}

const PART: Unreadable = Unreadable::Workbook {
    problem: WorkbookProblem::Part,
};

/// The personal numbers in a sheet, and in its name.
fn numbers_in(name: &str, rows: &[SheetRow], limits: &Limits) -> Vec<PlacedNumber> {
    let mut scan = TableScan::new(limits.max_faults);
    for row in rows {
        scan.row(row.number, &row.cells);
    }
    let in_name = personal::beside_a_word(name)
        .into_iter()
        .map(PlacedNumber::of_document);
    in_name
        .chain(scan.found())
        .map(|found| found.within(name))
        .collect()
}

/// What the main part of a workbook says.
#[derive(Default)]
struct Contents {
    sheets: Vec<Listed>,
    /// Whether day 0 is 1 January 1904.
    is_1904: bool,
}

fn contents(text: &str, limits: &Limits) -> Result<Contents, Unreadable> {
    struct Reader<'l>(Contents, &'l Limits);
    impl Handler for Reader<'_> {
        fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
            match element.name {
                "sheet" => {
                    let relation = element
                        .attributes
                        .iter()
                        .find(|(name, _)| *name == "id" || name.ends_with(":id"));
                    self.0.sheets.push(Listed {
                        name: element.attribute("name").unwrap_or_default().to_owned(),
                        shown: matches!(element.attribute("state"), None | Some("visible")),
                        relation: relation.ok_or(PART)?.1.to_string(),
                    });
                    if self.0.sheets.len() > self.1.max_sheets {
                        return Err(Unreadable::LimitExceeded {
                            line: 1,
                            column: 1,
                            what: Excess::Sheets,
                            limit: self.1.max_sheets,
                        });
                    }
                }
                "workbookPr" => {
                    if let Some(value) = element.attribute("date1904") {
                        self.0.is_1904 = matches!(value, "1" | "true");
                    }
                }
                _ => {}
            }
            Ok(())
        }

        fn text(&mut self, _: &str) {}

        fn close(&mut self) {}
    }
    let mut reader = Reader(Contents::default(), limits);
    xml::parse(text, &package::limits_of_parts(limits), &mut reader)?;
    Ok(reader.0)
}
