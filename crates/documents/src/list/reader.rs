//! Reads the rows of any list, from a text or from a sheet.

use csv::{ReaderBuilder, StringRecord};

use super::header::{self, Layout, cell_place};
use super::row::RowReader;
use super::{Record, Row, Table};
use crate::fault::{Fault, FaultCode};
use crate::kind::Kind;
use crate::limits::Limits;
use crate::place::Place;
use crate::text::PlainText;
use crate::unreadable::{Excess, Unreadable};
use crate::workbook::{Sheet, SheetRow};

/// Where the rows of a list come from.
#[derive(Clone, Copy)]
pub(crate) enum Text<'a> {
    /// A text with a row on each line.
    Plain(&'a PlainText<'a>),
    /// A sheet of a workbook, and how many other sheets there are.
    Sheet(&'a Sheet, usize),
}

/// A list whose kind is known from its header.
pub(crate) struct Source<'a> {
    text: Text<'a>,
    header: StringRecord,
    layout: Layout,
}

impl<'a> Source<'a> {
    /// Reads the header and tells which list it is.
    pub(crate) fn recognise(text: Text<'a>, limits: &Limits) -> Result<Self, Unreadable> {
        is_narrow(text)?;
        let mut header = StringRecord::new();
        let line = Rows::new(text).next(&mut header)?.unwrap_or(1);
        within(header.len(), limits.max_columns, Excess::Columns, line)?;
        let mut layout = header::recognise(&header)?;
        layout.is_ragged = matches!(text, Text::Sheet(..));
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

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
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

/// Refuses a text with a row of more fields than can be held at once, before any of it is split.
fn is_narrow(text: Text<'_>) -> Result<(), Unreadable> {
    /// Far more than any list has; a field costs many times what its delimiter does.
    const WIDEST: usize = 100_000;
    let Text::Plain(PlainText { text, .. }) = text else {
        return Ok(());
    };
    if text.len() < WIDEST {
        return Ok(());
    }
    let delimiter = delimiter(text);
    let (mut fields, mut line) = (0, 1);
    // As the splitter does it: a quote means something where a field starts, and two of them within quotes are one.
    let (mut at_start, mut quoted, mut was_quote) = (true, false, false);
    for byte in text.bytes() {
        line += u64::from(byte == b'\n');
        if quoted && !was_quote {
            was_quote = byte == b'"';
            continue;
        }
        if quoted && byte == b'"' {
            was_quote = false;
            continue;
        }
        (quoted, was_quote) = (at_start && byte == b'"', false);
        at_start = byte == delimiter || matches!(byte, b'\n' | b'\r');
        fields = match byte {
            b'\n' | b'\r' => 0,
            _ => fields + usize::from(byte == delimiter),
        };
        within(fields, WIDEST, Excess::Columns, line)?;
    }
    Ok(())
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

/// What was found in a list beside what its rows say.
pub(crate) struct Found {
    /// Every fault of every row.
    pub(crate) faults: Vec<Fault>,
    /// What was put right or ignored.
    pub(crate) warnings: Vec<Fault>,
    /// Where personal numbers stand.
    pub(crate) personal_data: Vec<Place>,
}

/// Reads every row; rows with a fault are left out, and all their faults reported.
pub(crate) fn read<T: Record>(
    source: &Source<'_>,
    limits: &Limits,
) -> Result<(Table<T>, Vec<Place>), Unreadable> {
    let mut rows = Vec::new();
    let found = each_row(source, limits, |row, is_sound| {
        let value = row.record();
        if let (Some(value), true) = (value, is_sound(row)) {
            rows.push(Row {
                number: row.line(),
                value,
            });
        }
    })?;
    let table = Table {
        rows,
        faults: found.faults,
        warnings: found.warnings,
    };
    Ok((table, found.personal_data))
}

/// Gives every row to `take`, with a way to ask whether nothing was wrong in it so far.
pub(crate) fn each_row(
    source: &Source<'_>,
    limits: &Limits,
    mut take: impl FnMut(&mut RowReader<'_>, &dyn Fn(&RowReader<'_>) -> bool),
) -> Result<Found, Unreadable> {
    let layout = &source.layout;
    let mut rows = Rows::new(source.text);
    let mut cells = StringRecord::new();
    let header = rows.next(&mut cells)?.unwrap_or(1);
    let mut faults = Vec::new();
    let mut personal_data = Vec::new();
    let mut count = 0;
    while let Some(line) = rows.next(&mut cells)? {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        count += 1;
        within(count, limits.max_rows, Excess::Rows, line)?;
        let longest = cells.iter().map(str::len).max().unwrap_or_default();
        within(longest, limits.max_field, Excess::Field, line)?;
        let sound = faults.len();
        let mut row = RowReader::new(&cells, layout, line, &mut faults, &mut personal_data);
        row.scan(rows.errors());
        take(&mut row, &|row| row.faults() == sound);
        if faults.len().max(personal_data.len()) > limits.max_faults {
            return Err(Unreadable::TooManyFaults {
                limit: limits.max_faults,
            });
        }
    }
    if count == 0 {
        return Err(Unreadable::NoRows { kind: layout.kind });
    }
    Ok(Found {
        faults,
        warnings: warnings(source.text, layout, header),
        personal_data,
    })
}

/// Gives every row of a text or sheet of which nothing is known to `take`, with its number.
pub(crate) fn rows_of(text: Text<'_>, mut take: impl FnMut(u64, &StringRecord)) -> Result<(), Unreadable> {
    is_narrow(text)?;
    let mut rows = Rows::new(text);
    let mut cells = StringRecord::new();
    while let Some(line) = rows.next(&mut cells)? {
        take(line, &cells);
    }
    Ok(())
}

fn warnings(text: Text<'_>, layout: &Layout, header: u64) -> Vec<Fault> {
    let mut warnings = Vec::new();
    match text {
        Text::Plain(text) => {
            if text.windows_1252 {
                warnings.push(Fault::new(FaultCode::ReadAsWindows1252, Place::Document));
            }
            if let Some((row, lines)) = text.repaired {
                warnings.push(Fault::new(FaultCode::MojibakeRepaired, Place::Row { row }).found(lines));
            }
        }
        Text::Sheet(sheet, others) => {
            if others > 0 {
                warnings.push(Fault::new(FaultCode::OtherSheets, Place::Document).found(others));
            }
            if sheet.hidden > 0 {
                warnings.push(Fault::new(FaultCode::HiddenRows, Place::Document).found(sheet.hidden));
            }
        }
    }
    for (position, name) in &layout.unknown {
        let place = cell_place(header, *position, name);
        warnings.push(Fault::new(FaultCode::UnknownColumn, place).field(name.as_str()));
    }
    warnings
}

fn within(count: usize, limit: usize, what: Excess, line: u64) -> Result<(), Unreadable> {
    if count <= limit {
        return Ok(());
    }
    Err(Unreadable::LimitExceeded {
        line,
        column: 1,
        what,
        limit,
    })
}

/// The rows of a list, one after the other, each with its number in the file.
enum Rows<'a> {
    Plain(PlainRows<'a>),
    Sheet {
        rows: std::slice::Iter<'a, SheetRow>,
        /// The positions of errors in the row that was read last.
        errors: &'a [usize],
    },
}

impl<'a> Rows<'a> {
    fn new(text: Text<'a>) -> Self {
        match text {
            Text::Plain(text) => Self::Plain(PlainRows::new(&text.text)),
            Text::Sheet(sheet, _) => Self::Sheet {
                rows: sheet.rows.iter(),
                errors: &[],
            },
        }
    }

    /// Reads the next row that is not blank, and tells its number.
    fn next(&mut self, cells: &mut StringRecord) -> Result<Option<u64>, Unreadable> {
        match self {
            Self::Plain(rows) => rows.next(cells),
            Self::Sheet { rows, errors } => Ok(rows.next().map(|row| {
                cells.clone_from(&row.cells);
                *errors = &row.errors;
                row.number
            })),
        }
    }

    /// The positions in the row that was read last at which a formula ended in an error.
    fn errors(&self) -> &'a [usize] {
        match self {
            Self::Plain(_) => &[],
            Self::Sheet { errors, .. } => errors,
        }
    }
}

/// The rows of a text, with the line on which each starts.
struct PlainRows<'a> {
    splitter: csv::Reader<&'a [u8]>,
    text: &'a [u8],
    /// Byte up to which lines were counted.
    offset: usize,
    line: u64,
}

impl<'a> PlainRows<'a> {
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
