//! Looks for personal numbers in tables and texts of which nothing else is known.

use csv::StringRecord;

use super::{PersonNumber, bare, beside_a_word, has_a_word};
use crate::place::Place;

/// A personal number and where it stands.
pub(crate) struct PlacedNumber {
    pub(crate) number: PersonNumber,
    pub(crate) place: Place,
}

impl PlacedNumber {
    /// A number that stands somewhere in the document.
    pub(crate) fn of_document(number: PersonNumber) -> Self {
        Self {
            number,
            place: Place::Document,
        }
    }

    /// The same, seen from a document of which what it is in is a part.
    pub(crate) fn within(self, part: &str) -> Self {
        Self {
            place: self.place.within(part),
            ..self
        }
    }
}

/// Looks through a table, row by row.
///
/// A number counts beside a word that says what it is, in its cell or elsewhere in its row, and anywhere below a cell
/// with such a word.
pub(crate) struct TableScan {
    /// Positions of columns in which such a word stood.
    telltale: Vec<usize>,
    found: Vec<PlacedNumber>,
    most: usize,
    row_text: String,
}

impl TableScan {
    /// One that stops looking when it has found so many.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            telltale: Vec::new(),
            found: Vec::new(),
            most,
            row_text: String::new(),
        }
    }

    pub(crate) fn row(&mut self, row: u64, cells: &StringRecord) {
        if self.found.len() >= self.most {
            return;
        }
        let before = self.found.len();
        for (position, cell) in cells.iter().enumerate() {
            let below = self.telltale.contains(&position);
            let numbers = match bare(cell.trim()) {
                Some(number) if below => vec![number],
                Some(_) | None => beside_a_word(cell),
            };
            self.found.extend(numbers.into_iter().map(|number| PlacedNumber {
                number,
                place: cell_at(row, position),
            }));
            if !below && self.telltale.len() < MOST_TELLTALES && has_a_word(cell) {
                self.telltale.push(position);
            }
        }
        if self.found.len() == before && !self.telltale.is_empty() {
            self.row_text.clear();
            for cell in cells.iter().filter(|cell| !cell.is_empty()) {
                self.row_text.push_str(cell);
                // Not a separator that joins groups of digits.
                self.row_text.push_str(" | ");
            }
            let numbers = beside_a_word(&self.row_text);
            self.found.extend(numbers.into_iter().map(|number| PlacedNumber {
                number,
                place: Place::Row { row },
            }));
        }
    }

    pub(crate) fn found(self) -> Vec<PlacedNumber> {
        self.found
    }
}

/// Columns with such a word that are remembered; a sheet with more says nothing by them.
const MOST_TELLTALES: usize = 64;

fn cell_at(row: u64, position: usize) -> Place {
    Place::Cell {
        row,
        column: u64::try_from(position).unwrap_or(u64::MAX).saturating_add(1),
        name: letters(position),
    }
}

/// The letters by which a spreadsheet calls the column at a position.
fn letters(position: usize) -> String {
    let mut letters = String::new();
    let mut left = Some(position);
    while let Some(position) = left {
        let letter = u8::try_from(position % 26).map_or('?', |letter| char::from(b'A' + letter));
        letters.insert(0, letter);
        left = (position / 26).checked_sub(1);
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_called_as_a_spreadsheet_calls_them() {
        let called = [0, 25, 26, 701, 702, 16_383].map(letters);
        assert_eq!(called, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }
}
