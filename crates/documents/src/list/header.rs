//! Recognises a list by its header.

use csv::StringRecord;

use super::columns::Column;
use crate::document::columns;
use crate::kind::Kind;
use crate::personal;
use crate::place::Place;
use crate::unreadable::Unreadable;

/// Which list a file is, and where its columns stand.
pub(crate) struct Layout {
    pub(crate) kind: Kind,
    /// The columns of the list.
    pub(crate) columns: &'static [Column],
    /// The position of each column in a row, in the order of `columns`; `None` when the file lacks it.
    pub(crate) positions: Vec<Option<usize>>,
    /// Positions and names of columns that are not known.
    pub(crate) unknown: Vec<(usize, String)>,
    /// Positions of unknown columns whose name says that they hold personal numbers.
    pub(crate) telltale: Vec<usize>,
    /// Number of fields in the header.
    pub(crate) width: usize,
    /// Whether a row may end before the header does: the rows of a sheet end at their last filled cell.
    pub(crate) is_ragged: bool,
}

/// The place of a field, from its position in the row.
pub(crate) fn cell_place(row: u64, position: usize, name: &str) -> Place {
    let column = u64::try_from(position).unwrap_or(u64::MAX).saturating_add(1);
    Place::Cell {
        row,
        column,
        name: name.to_owned(),
    }
}

impl Layout {
    /// The name of the column at a position.
    pub(crate) fn name_at(&self, position: usize) -> &str {
        let known = self.positions.iter().position(|known| *known == Some(position));
        let unknown = || self.unknown.iter().find(|(other, _)| *other == position);
        known
            .and_then(|index| self.columns.get(index))
            .map(|column| column.name)
            .or_else(|| unknown().map(|(_, name)| name.as_str()))
            .unwrap_or_default()
    }

    /// The position of a column; `None` when the file lacks it.
    pub(crate) fn position_of(&self, name: &str) -> Option<usize> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        self.positions.get(index).copied().flatten()
    }

    /// The place of the field at a position.
    pub(crate) fn place(&self, row: u64, position: usize) -> Place {
        cell_place(row, position, self.name_at(position))
    }
}

/// Finds the list that a header belongs to: the one of which every required column is there.
///
/// When more than one fits, it is the one that knows most of the columns; no list's required columns are all among
/// those of another.
pub(crate) fn recognise(header: &StringRecord) -> Result<Layout, Unreadable> {
    let lists = || {
        Kind::ALL
            .iter()
            .filter_map(|kind| columns(*kind).map(|columns| (*kind, columns)))
    };
    let best = lists()
        .filter(|(_, columns)| missing(columns, header).is_empty())
        .max_by_key(|(_, columns)| columns.iter().filter(|column| is_there(column, header)).count());
    match best {
        Some((kind, columns)) => layout(kind, columns, header),
        None => Err(nearest(lists(), header)),
    }
}

fn is_there(column: &Column, header: &StringRecord) -> bool {
    header.iter().any(|name| column.is_called(name))
}

fn missing(columns: &[Column], header: &StringRecord) -> Vec<String> {
    columns
        .iter()
        .filter(|column| column.required && !is_there(column, header))
        .map(|column| column.name.to_owned())
        .collect()
}

/// Names what the list that is most alike lacks, when at least half of what it requires is there.
fn nearest(lists: impl Iterator<Item = (Kind, &'static [Column])>, header: &StringRecord) -> Unreadable {
    lists
        .map(|(kind, columns)| {
            let required = columns.iter().filter(|column| column.required).count();
            (kind, required, missing(columns, header))
        })
        .filter(|(_, required, missing)| missing.len() * 2 <= *required)
        .min_by_key(|(_, required, missing)| missing.len() * 1000 / required.max(&1))
        .map_or_else(
            || unknown(header),
            |(kind, _, columns)| Unreadable::MissingColumns { kind, columns },
        )
}

/// Says which columns there are, as far as they are worth telling, or that there are none.
pub(crate) fn unknown(header: &StringRecord) -> Unreadable {
    const SHOWN: usize = 20;
    const LONGEST: usize = 40;
    if header.iter().any(is_value) {
        return Unreadable::NoHeader;
    }
    let shown = |name: &str| name.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    Unreadable::UnknownColumns {
        columns: header.iter().take(SHOWN).map(shown).collect(),
    }
}

/// Whether a field is a date, an amount or a number rather than a name: at least half of it is digits.
fn is_value(field: &str) -> bool {
    let digits = field.chars().filter(char::is_ascii_digit).count();
    digits > 0 && digits * 2 >= field.trim().chars().count()
}

fn layout(kind: Kind, columns: &'static [Column], header: &StringRecord) -> Result<Layout, Unreadable> {
    let mut positions = Vec::with_capacity(columns.len());
    for column in columns {
        let mut found = header
            .iter()
            .enumerate()
            .filter(|(_, name)| column.is_called(name));
        positions.push(found.next().map(|(position, _)| position));
        if found.next().is_some() {
            return Err(Unreadable::RepeatedColumn {
                kind,
                column: column.name.to_owned(),
            });
        }
    }
    let unknown: Vec<(usize, String)> = header
        .iter()
        .enumerate()
        .filter(|(position, name)| !name.trim().is_empty() && !positions.contains(&Some(*position)))
        .map(|(position, name)| (position, name.trim().to_owned()))
        .collect();
    let telltale = unknown
        .iter()
        .filter(|(_, name)| personal::has_a_word(name))
        .map(|(position, _)| *position)
        .collect();
    Ok(Layout {
        kind,
        columns,
        positions,
        unknown,
        telltale,
        width: header.len(),
        is_ragged: false,
    })
}
