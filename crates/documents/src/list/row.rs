//! One row of a list, field by field.

use csv::StringRecord;
use jiff::civil::Date;

use super::Record;
use super::cell::{Cell, Wrong};
use super::columns::Fields;
use super::header::{Layout, cell_place};
use crate::fault::{Fault, FaultCode};
use crate::personal;
use crate::place::Place;

/// One row, of which the fields are taken in the order of the columns.
pub(crate) struct RowReader<'r> {
    cells: &'r StringRecord,
    layout: &'r Layout,
    line: u64,
    next: usize,
    faults: &'r mut Vec<Fault>,
    personal: &'r mut Vec<Place>,
}

impl RowReader<'_> {
    /// What the row says, when it has the fields of the header.
    pub(crate) fn record<T: Record>(&mut self) -> Option<T> {
        let fields = self.fields()?;
        T::assemble(fields, self)
    }

    /// The fields of the row, when it has those of the header.
    pub(crate) fn fields<F: Fields>(&mut self) -> Option<F> {
        let extra = self
            .cells
            .iter()
            .skip(self.layout.width)
            .any(|cell| !cell.trim().is_empty());
        let short = self.cells.len() < self.layout.width && !self.layout.is_ragged;
        if short || extra {
            let fault = Fault::new(FaultCode::FieldCount, Place::Row { row: self.line });
            self.faults
                .push(fault.found(self.cells.len()).expected(self.layout.width));
            return None;
        }
        Some(F::read(self))
    }

    /// Line of the file on which the row starts.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Number of faults that were reported so far, in this row and those before it.
    pub(crate) fn faults(&self) -> usize {
        self.faults.len()
    }

    /// Looks for personal numbers, line breaks and errors in every field, also in those that are not kept.
    pub(crate) fn scan(&mut self, errors: &[usize]) {
        for position in errors {
            let name = self.layout.name_at(*position);
            let place = cell_place(self.line, *position, name);
            let found = self.cells.get(*position).unwrap_or_default();
            self.faults
                .push(Fault::new(FaultCode::CellError, place).field(name).found(found));
        }
        for (position, cell) in self.cells.iter().enumerate() {
            let telltale = self.layout.telltale.contains(&position) && personal::bare(cell.trim()).is_some();
            if telltale || !personal::beside_a_word(cell).is_empty() {
                self.personal
                    .push(cell_place(self.line, position, self.layout.name_at(position)));
            }
            if cell.contains(['\n', '\r']) {
                let name = self.layout.name_at(position);
                let place = cell_place(self.line, position, name);
                self.faults
                    .push(Fault::new(FaultCode::LineBreak, place).field(name));
            }
        }
    }

    /// A column that the file must have, and a value in it.
    pub(crate) fn required<T: Cell>(&mut self) -> Option<T> {
        let index = self.advance();
        match self.cell(index) {
            "" => self.report(FaultCode::MissingField.into(), index, None),
            text => self.parse(text, index),
        }
    }

    /// A column that the file must have; the value may be absent.
    pub(crate) fn expected<T: Cell>(&mut self) -> Option<Option<T>> {
        self.optional()
    }

    /// A column that the file may lack; the value may be absent.
    pub(crate) fn optional<T: Cell>(&mut self) -> Option<Option<T>> {
        let index = self.advance();
        match self.cell(index) {
            "" => Some(None),
            text => self.parse(text, index).map(Some),
        }
    }

    /// A number that is 1 when absent.
    pub(crate) fn or_one(&mut self) -> Option<u32> {
        self.optional().map(|number| number.unwrap_or(1))
    }

    /// A value that is required after all; `None`, reported, when it is absent.
    pub(crate) fn needed<T>(&mut self, value: Option<Option<T>>, column: &'static str) -> Option<T> {
        match value? {
            Some(value) => Some(value),
            None => self.missing(column),
        }
    }

    /// Two dates, of which the second, in `column`, may not be before the first.
    pub(crate) fn in_order(
        &mut self,
        from: Option<Date>,
        until: Option<Date>,
        column: &'static str,
    ) -> Option<(Date, Date)> {
        let (from, until) = (from?, until?);
        if until < from {
            self.refuse(FaultCode::DateOrder, column)
        } else {
            Some((from, until))
        }
    }

    /// Reports that a column lacks a value that this row needs.
    pub(crate) fn missing<T>(&mut self, column: &'static str) -> Option<T> {
        let index = self.index(column);
        self.report(FaultCode::MissingField.into(), index, None)
    }

    /// Reports that a column may not have a value beside the other fields of this row.
    pub(crate) fn contradicting<T>(&mut self, column: &'static str) -> Option<T> {
        let index = self.index(column);
        self.report(FaultCode::ContradictingFields.into(), index, None)
    }

    /// Reports a value, and shows it.
    pub(crate) fn refuse<T>(&mut self, code: FaultCode, column: &'static str) -> Option<T> {
        let index = self.index(column);
        let found = self.cell(index);
        self.report(code.into(), index, Some(found))
    }

    /// Says that a column holds the number of a learner in this row.
    pub(crate) fn holds_learner(&mut self, column: &'static str) {
        let index = self.index(column);
        self.scan_learner(self.cell(index), index);
    }

    fn scan_learner(&mut self, text: &str, index: usize) {
        if personal::bare(text).is_some() {
            let place = self.place(index);
            self.personal.push(place);
        }
    }

    fn advance(&mut self) -> usize {
        let index = self.next;
        self.next += 1;
        index
    }

    fn index(&self, column: &'static str) -> usize {
        self.layout
            .columns
            .iter()
            .position(|known| known.name == column)
            .unwrap_or(usize::MAX)
    }

    fn parse<T: Cell>(&mut self, text: &str, index: usize) -> Option<T> {
        if T::PERSONAL {
            self.scan_learner(text, index);
        }
        match T::parse(text) {
            Ok(value) => Some(value),
            Err(wrong) => {
                let telling = !T::PERSONAL && wrong.code != FaultCode::InvalidText;
                self.report(wrong, index, telling.then_some(text))
            }
        }
    }

    fn report<T>(&mut self, wrong: Wrong, index: usize, found: Option<&str>) -> Option<T> {
        let name = self.layout.columns.get(index).map_or("", |column| column.name);
        let mut fault = Fault::new(wrong.code, self.place(index)).field(name);
        if let Some(found) = found.filter(|found| personal::bare(found).is_none()) {
            fault = fault.found(found);
        }
        if let Some(expected) = wrong.expected {
            fault = fault.expected(expected);
        }
        self.faults.push(fault);
        None
    }

    /// The position of a column in the row; `None` when the file lacks it.
    pub(crate) fn position_of(&self, column: &str) -> Option<usize> {
        self.layout.position_of(column)
    }

    fn place(&self, index: usize) -> Place {
        let name = self.layout.columns.get(index).map_or("", |column| column.name);
        match self.layout.positions.get(index).copied().flatten() {
            Some(position) => cell_place(self.line, position, name),
            None => Place::Row { row: self.line },
        }
    }
}

impl<'r> RowReader<'r> {
    pub(crate) fn new(
        cells: &'r StringRecord,
        layout: &'r Layout,
        line: u64,
        faults: &'r mut Vec<Fault>,
        personal: &'r mut Vec<Place>,
    ) -> Self {
        Self {
            cells,
            layout,
            line,
            next: 0,
            faults,
            personal,
        }
    }

    /// The text of a column, without surrounding space; empty when the file lacks the column.
    fn cell(&self, index: usize) -> &'r str {
        let position = self.layout.positions.get(index).copied().flatten();
        position
            .and_then(|position| self.cells.get(position))
            .unwrap_or_default()
            .trim()
    }
}
