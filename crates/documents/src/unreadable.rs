//! Why nothing at all could be read.

use crate::kind::Kind;

/// A file of which nothing is taken: what is wrong, and what to do about it.
///
/// Texts name positions and column names, never what stands in a row or an element.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty: send it again")]
    Empty,
    /// More bytes than [`crate::Limits::max_bytes`].
    #[error("the file has {bytes} bytes, at most {limit} are read: split it")]
    TooLarge {
        /// Bytes of the file.
        bytes: usize,
        /// Bytes that are read at most.
        limit: usize,
    },
    /// A format that is recognised and not read.
    #[error("this is {format}: send an invoice as UBL 2.1 (XML), a list as CSV or XLSX")]
    OtherFormat {
        /// What it is, for instance `PDF`.
        format: &'static str,
    },
    /// Neither XML nor a list with a header that is known.
    #[error(
        "no list is known with these columns: {}; docs/formats.md has the columns of every list",
        columns.join(", ")
    )]
    UnknownColumns {
        /// Names of the columns, as the file has them.
        columns: Vec<String>,
    },
    /// The first row is data: it holds dates or numbers, which are not shown because they may be personal.
    #[error("the first row holds no column names: put the columns of docs/formats.md above it")]
    NoHeader,
    /// A list that is recognised lacks required columns.
    #[error("{}: the required column {} is missing: add it", kind.list_name(), columns.join(", "))]
    MissingColumns {
        /// The list that it looks like.
        kind: Kind,
        /// The missing columns, as `docs/formats.md` has them.
        columns: Vec<String>,
    },
    /// Two columns have one meaning.
    #[error("{}: the column {column} occurs twice, perhaps under another name: remove one", kind.list_name())]
    RepeatedColumn {
        /// The list that it is.
        kind: Kind,
        /// The column, as `docs/formats.md` has it.
        column: String,
    },
    /// A list with a header and no row.
    #[error("{}: there is no row below the header", kind.list_name())]
    NoRows {
        /// The list that it is.
        kind: Kind,
    },
    /// An encoding that is not read.
    #[error("the file is encoded in {encoding}: save it as UTF-8")]
    Encoding {
        /// The encoding it declares or shows.
        encoding: String,
    },
    /// XML that is not valid UTF-8.
    #[error("line {line}, column {column}: not valid UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
    },
    /// XML with a document type declaration.
    #[error("line {line}, column {column}: a DOCTYPE is refused: send the document without it")]
    Doctype {
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
    },
    /// An entity beyond the five of XML itself.
    #[error(
        "line {line}, column {column}: the entity is not one of XML's own five: write the character itself"
    )]
    Entity {
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
    },
    /// XML that is not well-formed.
    #[error("line {line}, column {column}: {problem}: the file is damaged or was not written as XML")]
    Malformed {
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
        /// What is wrong.
        problem: Malformation,
    },
    /// More of something than is read.
    #[error("line {line}, column {column}: more {what} than the {limit} that are read")]
    LimitExceeded {
        /// Line, from 1.
        line: u64,
        /// Character in the line, from 1.
        column: u64,
        /// What there is too much of.
        what: Excess,
        /// How much is read.
        limit: usize,
    },
    /// More faults than are worth listing.
    #[error("more than {limit} faults: this is not the list it looks like")]
    TooManyFaults {
        /// Faults that are listed at most.
        limit: usize,
    },
    /// A workbook of which the parts do not make sheets.
    #[error("the workbook cannot be read: {problem}: open it, save it again as XLSX, and send that")]
    Workbook {
        /// What is wrong.
        problem: WorkbookProblem,
    },
    /// XML that begins no document that is read here.
    #[error(
        "the root element is {name} in the namespace {namespace:?}: send a UBL 2.1 Invoice or CreditNote, or a file of the bank as docs/formats.md has them"
    )]
    UnknownRoot {
        /// Local name of the root element.
        name: String,
        /// Its namespace, empty when it has none.
        namespace: String,
    },
}

/// How XML is not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformation {
    /// The file ends within an element or a tag.
    #[error("the file ends too early")]
    Truncated,
    /// An end tag closes another element than the one that is open.
    #[error("the end tag does not close the element that is open")]
    EndTag,
    /// An attribute occurs twice.
    #[error("an attribute occurs twice")]
    RepeatedAttribute,
    /// An attribute is not written as `name="value"`.
    #[error("an attribute is not written as name=\"value\"")]
    Attribute,
    /// A prefix stands for no namespace.
    #[error("a prefix is not declared, or is declared wrongly")]
    Namespace,
    /// Text or an element outside the root element.
    #[error("there is something outside the root element")]
    OutsideRoot,
    /// A character that XML does not have, or that must be written as an entity.
    #[error("a character may not stand here")]
    Character,
    /// Anything else.
    #[error("the XML is not well-formed")]
    Syntax,
}

/// How a workbook cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookProblem {
    /// The archive is damaged, encrypted, or packed in a way that workbooks are not.
    #[error("it cannot be unpacked")]
    Archive,
    /// A part that must be there is not.
    #[error("a part of it is missing")]
    MissingPart,
    /// A part says something that it cannot say.
    #[error("a part of it contradicts itself")]
    Part,
    /// No sheet that is shown has rows and columns.
    #[error("it shows no sheet with cells")]
    NoSheet,
    /// It grows more when unpacked than any workbook does.
    #[error("it is packed more tightly than any workbook is")]
    Bomb,
}

/// What there can be too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// Elements within each other.
    #[error("levels of elements")]
    Depth,
    /// Elements.
    #[error("elements")]
    Elements,
    /// Attributes of one element.
    #[error("attributes of one element")]
    Attributes,
    /// Bytes of one text.
    #[error("bytes of one text")]
    Text,
    /// Rows of a list.
    #[error("rows")]
    Rows,
    /// Bytes of one field of a list.
    #[error("bytes of one field")]
    Field,
    /// Columns of a list or a sheet.
    #[error("columns")]
    Columns,
    /// Cells of a sheet.
    #[error("cells")]
    Cells,
    /// Sheets of a workbook.
    #[error("sheets")]
    Sheets,
    /// Bytes of a workbook when it is unpacked.
    #[error("unpacked bytes")]
    Unpacked,
    /// Attachments of an invoice.
    #[error("attachments")]
    Attachments,
}

impl Unreadable {
    /// The stable code, for instance `MISSING_COLUMNS`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "EMPTY",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::OtherFormat { .. } => "OTHER_FORMAT",
            Self::UnknownColumns { .. } => "UNKNOWN_COLUMNS",
            Self::NoHeader => "NO_HEADER",
            Self::MissingColumns { .. } => "MISSING_COLUMNS",
            Self::RepeatedColumn { .. } => "REPEATED_COLUMN",
            Self::NoRows { .. } => "NO_ROWS",
            Self::Encoding { .. } => "ENCODING",
            Self::NotUtf8 { .. } => "NOT_UTF8",
            Self::Doctype { .. } => "DOCTYPE",
            Self::Entity { .. } => "ENTITY",
            Self::Malformed { .. } => "MALFORMED",
            Self::LimitExceeded { .. } => "LIMIT_EXCEEDED",
            Self::TooManyFaults { .. } => "TOO_MANY_FAULTS",
            Self::Workbook { .. } => "WORKBOOK",
            Self::UnknownRoot { .. } => "UNKNOWN_ROOT",
        }
    }
}
