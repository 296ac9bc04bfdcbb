//! Where in a document something stands.

use std::collections::BTreeMap;
use std::fmt;

use memchr::memchr_iter;
use serde::{Deserialize, Serialize};

/// The place of something in a document, as a person finds it in an editor or a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The document as a whole.
    Document,
    /// An element of an XML document.
    Element {
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
        /// The element and those around it, for instance `/Invoice/cac:InvoiceLine[2]/cbc:ID`.
        path: String,
    },
    /// A page of a PDF file.
    Page {
        /// Which, from 1, in the order of the file.
        page: u64,
    },
    /// A row of a list.
    Row {
        /// Line of the file on which the row starts, from 1; the header is a line too.
        row: u64,
    },
    /// A field of a row of a list, or of its header.
    Cell {
        /// Line of the file on which the row starts, from 1; the header is a line too.
        row: u64,
        /// Position of the field in the row, from 1.
        column: u64,
        /// Name of the column, as `docs/formats.md` has it, or as the file has it when unknown.
        name: String,
    },
    /// A place in a part of the document: in a sheet of a workbook, in an attachment of an invoice.
    Within {
        /// The name of the sheet, or of the attached file.
        part: String,
        /// Where in it.
        place: Box<Self>,
    },
}

impl Place {
    /// The same place, whatever the name of its column.
    pub(crate) fn unnamed(&self) -> Self {
        match self {
            Self::Cell { row, column, .. } => Self::Cell {
                row: *row,
                column: *column,
                name: String::new(),
            },
            Self::Within { part, place } => place.unnamed().within(part),
            Self::Document | Self::Element { .. } | Self::Page { .. } | Self::Row { .. } => self.clone(),
        }
    }

    /// The same place, seen from a document of which what it is in is a part.
    pub(crate) fn within(self, part: &str) -> Self {
        Self::Within {
            part: part.to_owned(),
            place: Box::new(self),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => out.write_str("document"),
            Self::Element { line, column, path } => write!(out, "line {line}, column {column}, {path}"),
            Self::Page { page } => write!(out, "page {page}"),
            Self::Row { row } => write!(out, "row {row}"),
            Self::Cell { row, column, name } => write!(out, "row {row}, column {column} ({name})"),
            Self::Within { part, place } => write!(out, "{part}, {place}"),
        }
    }
}

/// Lines and columns of bytes of a text, by their offset.
pub(crate) fn places_of(text: &str, offsets: impl Iterator<Item = usize>) -> BTreeMap<usize, (u64, u64)> {
    let mut places: BTreeMap<usize, (u64, u64)> = offsets.map(|offset| (offset, (1, 1))).collect();
    let mut locator = Locator::new(text);
    for (offset, place) in &mut places {
        *place = locator.at(*offset);
    }
    places
}

/// Tells where a term stands, from the number that was kept for it and its path in the document.
pub(crate) trait Places {
    /// The place of what was kept as `offset`; fastest when asked in ascending order.
    fn place(&mut self, offset: usize, path: String) -> Place;
}

/// Turns byte offsets of a text into lines and columns; fastest when asked in ascending order.
pub(crate) struct Locator<'a> {
    text: &'a str,
    offset: usize,
    line: u64,
    column: u64,
}

impl<'a> Locator<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
            column: 1,
        }
    }

    /// Line and column, both from 1, of the character at the byte `offset`.
    pub(crate) fn at(&mut self, offset: usize) -> (u64, u64) {
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let passed = self.text.get(self.offset..offset).unwrap_or("");
        let breaks = memchr_iter(b'\n', passed.as_bytes()).count();
        let on_line = passed.rsplit('\n').next().unwrap_or_default().chars().count();
        let on_line = u64::try_from(on_line).unwrap_or(u64::MAX);
        if breaks > 0 {
            self.line = self
                .line
                .saturating_add(u64::try_from(breaks).unwrap_or(u64::MAX));
            self.column = 1;
        }
        self.column = self.column.saturating_add(on_line);
        self.offset = offset;
        (self.line, self.column)
    }
}

impl Places for Locator<'_> {
    fn place(&mut self, offset: usize, path: String) -> Place {
        let (line, column) = self.at(offset);
        Place::Element { line, column, path }
    }
}
