//! How much of a document is read before it is refused.

/// Upper bounds on a document, so that no file can exhaust the reader.
///
/// ```
/// use subsidy_documents::Limits;
/// let limits = Limits { max_bytes: 1024, ..Limits::default() };
/// assert!(subsidy_documents::read(&[b'x'; 1025], &limits).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub max_bytes: usize,
    /// Elements of an XML document within each other.
    pub max_depth: usize,
    /// Elements of an XML document.
    pub max_elements: usize,
    /// Attributes of one element, namespace declarations included.
    pub max_attributes: usize,
    /// Bytes of the text of one element or the value of one attribute. Attachments are texts too.
    pub max_text: usize,
    /// Rows of a list.
    pub max_rows: usize,
    /// Bytes of one field of a list.
    pub max_field: usize,
    /// Columns of a list or a sheet.
    pub max_columns: usize,
    /// Cells of a sheet, the empty ones between filled ones included.
    pub max_cells: usize,
    /// Sheets of a workbook.
    pub max_sheets: usize,
    /// Bytes of a workbook when it is unpacked, and of the texts in its cells: those that cells share count for each. Bytes of a PDF
    /// file that are read or unpacked, as often as they are.
    pub max_unpacked: usize,
    /// Attachments of an invoice.
    pub max_attachments: usize,
    /// Faults and warnings that are still listed one by one.
    pub max_faults: usize,
}

impl Limits {
    /// Room for a statement or payment file of 100,000 entries, of which little is kept at a time.
    pub fn for_bank_files() -> Self {
        Self {
            max_bytes: 512 << 20,
            max_elements: 8_000_000,
            ..Self::default()
        }
    }
}

impl Default for Limits {
    /// Generous for a collective invoice or a year's export, small for a machine.
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_depth: 64,
            max_elements: 2_000_000,
            max_attributes: 64,
            max_text: 32 << 20,
            max_rows: 1_000_000,
            max_field: 4 << 10,
            max_columns: 256,
            max_cells: 16_000_000,
            max_sheets: 100,
            max_unpacked: 128 << 20,
            max_attachments: 100,
            max_faults: 100_000,
        }
    }
}
