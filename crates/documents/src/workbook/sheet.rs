//! The rows of one sheet.

use csv::StringRecord;

use super::number::Number;
use super::package::limits_of_parts;
use super::strings::{Piece, Strings};
use super::styles::Formats;
use super::{PART, Sheet, SheetRow};
use crate::limits::Limits;
use crate::unreadable::{Excess, Unreadable};
use crate::xml::{self, Element, Handler};

/// What an element of a sheet is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Rows,
    Row,
    Cell,
    Value,
    /// A text that stands in the cell itself, or a part of one.
    Inline(Piece),
    Other,
}

/// What kind of value a cell has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Number { is_day: bool },
    Shared,
    Truth,
    Text,
    Day,
    Error,
}

/// Reads a sheet.
pub(super) struct SheetReader<'w> {
    strings: &'w Strings,
    formats: &'w Formats,
    is_1904: bool,
    limits: &'w Limits,
    open: Vec<Tag>,
    sheet: Sheet,
    /// The row that is open, or the last one.
    row: u64,
    is_hidden: bool,
    /// Filled cells of the row: position, text, and whether it is an error.
    cells: Vec<(usize, String, bool)>,
    /// Position after the last cell of the row.
    next: usize,
    kind: Type,
    value: String,
    /// Cells and bytes that may still come.
    cells_left: usize,
    bytes_left: usize,
    failed: Option<Unreadable>,
}

impl<'w> SheetReader<'w> {
    pub(super) fn new(strings: &'w Strings, formats: &'w Formats, is_1904: bool, limits: &'w Limits) -> Self {
        Self {
            strings,
            formats,
            is_1904,
            limits,
            open: Vec::with_capacity(16),
            sheet: Sheet {
                name: String::new(),
                rows: Vec::new(),
                hidden: 0,
            },
            row: 0,
            is_hidden: false,
            cells: Vec::new(),
            next: 0,
            kind: Type::Number { is_day: false },
            value: String::new(),
            cells_left: limits.max_cells,
            bytes_left: limits.max_unpacked,
            failed: None,
        }
    }

    pub(super) fn read(mut self, text: &str) -> Result<Sheet, Unreadable> {
        xml::parse(text, &limits_of_parts(self.limits), &mut self)?;
        match self.failed {
            Some(failed) => Err(failed),
            None => Ok(self.sheet),
        }
    }

    fn row(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        let number = match element.attribute("r") {
            Some(number) => number.parse().map_err(|_| PART)?,
            None => self.row + 1,
        };
        // Rows stand in their order, so that none can come twice.
        if number <= self.row || number > LAST_ROW {
            return Err(PART);
        }
        self.row = number;
        self.is_hidden = matches!(element.attribute("hidden"), Some("1" | "true"));
        self.cells.clear();
        self.next = 0;
        Ok(())
    }

    fn cell(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        let position = match element.attribute("r") {
            Some(reference) => position(reference, self.row).ok_or(PART)?,
            None => self.next,
        };
        if position < self.next {
            return Err(PART);
        }
        self.next = position + 1;
        self.value.clear();
        self.kind = match element.attribute("t") {
            None | Some("n") => Type::Number {
                is_day: self.formats.shows_day(element.attribute("s")),
            },
            Some("s") => Type::Shared,
            Some("b") => Type::Truth,
            Some("str" | "inlineStr") => Type::Text,
            Some("d") => Type::Day,
            Some("e") => Type::Error,
            Some(_) => return Err(PART),
        };
        Ok(())
    }

    /// Keeps the cell that ends, when there is something in it.
    fn keep(&mut self) -> Result<(), Unreadable> {
        if self.value.is_empty() {
            return Ok(());
        }
        let text = match self.kind {
            Type::Text | Type::Error => std::mem::take(&mut self.value),
            Type::Shared => self.strings.get(self.value.trim()).ok_or(PART)?.to_owned(),
            Type::Truth if matches!(self.value.trim(), "1" | "true") => "ja".to_owned(),
            Type::Truth => "nee".to_owned(),
            // A day, perhaps with its time.
            Type::Day => self.value.split('T').next().unwrap_or_default().to_owned(),
            Type::Number { is_day } => match Number::parse(self.value.trim()) {
                Some(number) if is_day => number
                    .day(self.is_1904)
                    .map_or_else(|| number.text(), |day| day.to_string()),
                Some(number) => number.text(),
                None => std::mem::take(&mut self.value),
            },
        };
        if text.trim().is_empty() {
            return Ok(());
        }
        let position = self.next.saturating_sub(1);
        self.within(
            position < self.limits.max_columns,
            Excess::Columns,
            self.limits.max_columns,
        )?;
        self.within(
            text.len() <= self.bytes_left,
            Excess::Unpacked,
            self.limits.max_unpacked,
        )?;
        self.bytes_left -= text.len();
        self.cells.push((position, text, self.kind == Type::Error));
        Ok(())
    }

    /// Keeps the row that ends, when there is something in it.
    fn keep_row(&mut self) -> Result<(), Unreadable> {
        let Some((last, ..)) = self.cells.last() else {
            return Ok(());
        };
        let width = last + 1;
        self.within(width <= self.cells_left, Excess::Cells, self.limits.max_cells)?;
        self.cells_left -= width;
        let mut cells = StringRecord::new();
        let mut errors = Vec::new();
        for (position, text, is_error) in &self.cells {
            while cells.len() < *position {
                cells.push_field("");
            }
            cells.push_field(text);
            if *is_error {
                errors.push(*position);
            }
        }
        self.sheet.hidden += usize::from(self.is_hidden);
        self.sheet.rows.push(SheetRow {
            number: self.row,
            cells,
            errors,
        });
        // The header is a row too.
        let most = self.limits.max_rows.saturating_add(1);
        self.within(self.sheet.rows.len() <= most, Excess::Rows, self.limits.max_rows)
    }

    fn within(&self, holds: bool, what: Excess, limit: usize) -> Result<(), Unreadable> {
        if holds {
            return Ok(());
        }
        Err(Unreadable::LimitExceeded {
            line: self.row,
            column: 1,
            what,
            limit,
        })
    }
}

impl Handler for SheetReader<'_> {
    const KEEPS_SPACE: bool = true;

    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let tag = match (element.name, self.open.last()) {
            ("sheetData", Some(Tag::Other)) if self.open.len() == 1 => Tag::Rows,
            ("row", Some(Tag::Rows)) => {
                self.row(element)?;
                Tag::Row
            }
            ("c", Some(Tag::Row)) => {
                self.cell(element)?;
                Tag::Cell
            }
            ("v", Some(Tag::Cell)) => Tag::Value,
            ("is", Some(Tag::Cell)) => Tag::Inline(Piece::Other),
            (name, Some(Tag::Inline(around))) => Tag::Inline(Piece::of(name, Some(*around))),
            _ => Tag::Other,
        };
        self.open.push(tag);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if matches!(self.open.last(), Some(Tag::Value | Tag::Inline(Piece::Letters))) {
            self.value.push_str(text);
        }
    }

    fn close(&mut self) {
        let kept = match self.open.pop() {
            Some(Tag::Cell) => self.keep(),
            Some(Tag::Row) => self.keep_row(),
            _ => Ok(()),
        };
        if let (Err(failed), None) = (kept, &self.failed) {
            self.failed = Some(failed);
        }
    }
}

/// Rows that a sheet can have.
const LAST_ROW: u64 = 1 << 20;

/// The position of a cell in its row, from its reference: `C7` is the third.
fn position(reference: &str, row: u64) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_uppercase).count();
    let (column, number) = reference.split_at_checked(letters)?;
    if !(1..=3).contains(&letters) || number.parse() != Ok(row) {
        return None;
    }
    let number = column
        .bytes()
        .fold(0, |number, letter| number * 26 + usize::from(letter - b'A') + 1);
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_gives_the_position_in_its_own_row() {
        assert_eq!(position("A1", 1), Some(0));
        assert_eq!(position("Z7", 7), Some(25));
        assert_eq!(position("AA7", 7), Some(26));
        assert_eq!(position("XFD7", 7), Some(16_383));
        for wrong in ["", "7", "A", "A8", "a7", "ABCD7", "A7B", "$A$7"] {
            assert_eq!(position(wrong, 7), None, "{wrong}");
        }
    }
}
