//! How a row type declares its columns.

use super::row::RowReader;

/// A column of a list: its name, the other names it goes by, and whether the file must have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name, lower case.
    pub name: &'static str,
    /// Other names that senders have used, lower case.
    pub also: &'static [&'static str],
    /// Whether a file without it is unreadable.
    pub required: bool,
}

impl Column {
    /// Whether a header goes by one of the names of this column, regardless of case and surrounding space.
    pub(crate) fn is_called(&self, header: &str) -> bool {
        let header = header.trim();
        self.name.eq_ignore_ascii_case(header)
            || self.also.iter().any(|name| name.eq_ignore_ascii_case(header))
    }
}

/// The fields of a row as they were read: each is `None` when it was faulty, and its fault reported.
pub(crate) trait Fields: Sized {
    /// The columns, in the order in which [`Fields::read`] takes them; columns that are not kept come last.
    const COLUMNS: &'static [Column];

    /// Reads every field of a row and reports each fault.
    fn read(row: &mut RowReader<'_>) -> Self;
}

/// Declares the fields of a row by their columns: `field: Type = how "column" | "other name"`.
///
/// `how` is a method of [`RowReader`]: `required` (the column and a value), `expected` (the column, perhaps empty),
/// `optional` (neither), `or_one` (a number, 1 when absent). Columns under `ignored` are known and not kept.
///
/// `struct Fields { .. }` declares only the fields as they are read, for a record that puts them together itself;
/// `pub struct Record, read as Fields { .. }` declares the record too, which has the same fields, all of them sound.
macro_rules! fields {
    (
        $(#[$outer:meta])*
        pub struct $record:ident, read as $name:ident {
            $(
                $(#[$doc:meta])*
                pub $field:ident: $type:ty = $how:ident $column:literal $(| $also:literal)*,
            )+
            $([ignored: $($ignored:literal $(| $ignored_also:literal)*),+])?
        }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $record {
            $($(#[$doc])* pub $field: $type,)+
        }

        $crate::list::columns::fields! {
            struct $name {
                $($field: $type = $how $column $(| $also)*,)+
                $([ignored: $($ignored $(| $ignored_also)*),+])?
            }
        }

        impl $name {
            /// The record, when no field was faulty.
            fn sound(self) -> Option<$record> {
                Some($record { $($field: self.$field?,)+ })
            }
        }
    };
    (
        struct $name:ident {
            $($field:ident: $type:ty = $how:ident $column:literal $(| $also:literal)*,)+
            $([ignored: $($ignored:literal $(| $ignored_also:literal)*),+])?
        }
    ) => {
        pub(crate) struct $name {
            $($field: Option<$type>,)+
        }

        impl $crate::list::columns::Fields for $name {
            const COLUMNS: &'static [$crate::list::columns::Column] = &[
                $($crate::list::columns::Column {
                    name: $column,
                    also: &[$($also),*],
                    required: $crate::list::columns::must_be_there!($how),
                },)+
                $($($crate::list::columns::Column {
                    name: $ignored,
                    also: &[$($ignored_also),*],
                    required: false,
                },)+)?
            ];

            fn read(row: &mut $crate::list::row::RowReader<'_>) -> Self {
                Self { $($field: row.$how(),)+ }
            }
        }
    };
}

/// Whether a column that is read in this way must be in the file.
macro_rules! must_be_there {
    (required) => {
        true
    };
    (expected) => {
        true
    };
    (optional) => {
        false
    };
    (or_one) => {
        false
    };
}

/// Says that a row type is read as it stands, field by field.
macro_rules! plain_record {
    ($name:ident, $fields:ident) => {
        impl $crate::list::Record for $name {
            type Fields = $fields;

            fn assemble(fields: $fields, _: &mut $crate::list::row::RowReader<'_>) -> Option<Self> {
                fields.sound()
            }
        }
    };
}

pub(crate) use {fields, must_be_there, plain_record};
