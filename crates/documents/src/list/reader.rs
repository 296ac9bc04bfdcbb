//! Reads the rows of any list.

use csv::{ReaderBuilder, StringRecord};

use super::header::{self, Layout};
use super::row::{RowReader, cell_place};
use super::{Record, Row, Table};
use crate::fault::{Fault, FaultCode};
use crate::kind::Kind;
use crate::limits::Limits;
use crate::place::Place;
use crate::text::PlainText;
use crate::unreadable::{Excess, Unreadable};

/// A list whose kind is known from its header.
pub(crate) struct Source<'a> {
    text: &'a PlainText<'a>,
    header: StringRecord,
    layout: Layout,
}

impl<'a> Source<'a> {
    /// Reads the header and tells which list it is.
    pub(crate) fn recognise(text: &'a PlainText<'a>) -> Result<Self, Unreadable> {
        let mut header = StringRecord::new();
        splitter(&text.text)
            .read_record(&mut header)
            .map_err(|_| Unreadable::OtherFormat { format: DAMAGED })?;
        let layout = header::recognise(&header)?;
        Ok(Self { text, header, layout })
    }

    /// Which list it is.
    pub(crate) fn kind(&self) -> Kind {
        self.layout.kind
    }

    /// That no list has this header.
    pub(crate) fn unknown(&self) -> Unreadable {
        header::unknown(&self.header)
    }
}

const DAMAGED: &str = "a text that cannot be split into rows and fields";

fn splitter(text: &str) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes())
}

/// The delimiter that occurs most in the first line that is not blank; the semicolon when in doubt.
fn delimiter(text: &str) -> u8 {
    let header = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|byte| *byte == delimiter).count();
    [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|delimiter| count(*delimiter))
        .unwrap_or(b';')
}

/// Reads every row; rows with a fault are left out, and all their faults reported.
pub(crate) fn read<T: Record>(
    source: &Source<'_>,
    limits: &Limits,
) -> Result<(Table<T>, Vec<Place>), Unreadable> {
    let (text, layout) = (source.text, &source.layout);
    let mut rows = Rows::new(&text.text);
    let mut cells = StringRecord::new();
    let header = rows.next(&mut cells)?.unwrap_or(1);
    let warnings = warnings(text, layout, header);
    let mut table = Table {
        rows: Vec::new(),
        faults: Vec::new(),
        warnings,
    };
    let mut personal_data = Vec::new();
    let mut count = 0;
    while let Some(line) = rows.next(&mut cells)? {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        count += 1;
        check_limits(&cells, line, count, limits)?;
        let sound = table.faults.len();
        let mut row = RowReader::new(&cells, layout, line, &mut table.faults, &mut personal_data);
        row.scan();
        if let (Some(value), true) = (row.record(), table.faults.len() == sound) {
            table.rows.push(Row { number: line, value });
        }
        if table.faults.len().max(personal_data.len()) > limits.max_faults {
            return Err(Unreadable::TooManyFaults {
                limit: limits.max_faults,
            });
        }
    }
    if count == 0 {
        return Err(Unreadable::NoRows { kind: layout.kind });
    }
    Ok((table, personal_data))
}

fn warnings(text: &PlainText<'_>, layout: &Layout, header: u64) -> Vec<Fault> {
    let mut warnings = Vec::new();
    if text.windows_1252 {
        warnings.push(Fault::new(FaultCode::ReadAsWindows1252, Place::Document));
    }
    if let Some((row, lines)) = text.repaired {
        warnings.push(Fault::new(FaultCode::MojibakeRepaired, Place::Row { row }).found(lines));
    }
    for (position, name) in &layout.unknown {
        let place = cell_place(header, *position, name);
        warnings.push(Fault::new(FaultCode::UnknownColumn, place).field(name.as_str()));
    }
    warnings
}

fn check_limits(cells: &StringRecord, line: u64, rows: usize, limits: &Limits) -> Result<(), Unreadable> {
    let exceeded = |what, limit| {
        Err(Unreadable::LimitExceeded {
            line,
            column: 1,
            what,
            limit,
        })
    };
    if rows > limits.max_rows {
        exceeded(Excess::Rows, limits.max_rows)
    } else if cells.iter().any(|cell| cell.len() > limits.max_field) {
        exceeded(Excess::Field, limits.max_field)
    } else {
        Ok(())
    }
}

/// The rows of a file, one after the other, with the line on which each starts.
struct Rows<'a> {
    splitter: csv::Reader<&'a [u8]>,
    text: &'a [u8],
    /// Byte up to which lines were counted.
    offset: usize,
    line: u64,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            splitter: splitter(text),
            text: text.as_bytes(),
            offset: 0,
            line: 1,
        }
    }

    /// Reads the next row that is not blank, and tells its line.
    fn next(&mut self, cells: &mut StringRecord) -> Result<Option<u64>, Unreadable> {
        let damaged = |_| Unreadable::OtherFormat { format: DAMAGED };
        let more = self.splitter.read_record(cells).map_err(damaged)?;
        Ok(more.then(|| self.line_of(cells)))
    }

    /// The line on which a row starts; the splitter's own position is before any blank lines.
    fn line_of(&mut self, row: &StringRecord) -> u64 {
        let from = row.position().map_or(0, |position| {
            usize::try_from(position.byte()).unwrap_or(usize::MAX)
        });
        let ahead = self.text.get(from..).unwrap_or_default();
        let blank = ahead
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let start = from.saturating_add(blank);
        let mut passed = self
            .text
            .get(self.offset..start)
            .unwrap_or_default()
            .iter()
            .peekable();
        while let Some(byte) = passed.next() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => passed.peek() != Some(&&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends_line);
        }
        self.offset = start;
        self.line
    }
}
