//! Workbooks put together part by part, as no program would write them.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::samples::LISTS;

/// An archive of these parts.
pub(crate) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        archive.start_file(*name, options).expect("a part");
        archive.write_all(content).expect("its content");
    }
    archive.finish().expect("an archive").into_inner()
}

pub(crate) const CONTENTS: &str =
    "<workbook xmlns:r='r'><sheets><sheet name='Blad1' sheetId='1' r:id='rId1'/></sheets></workbook>";
pub(crate) const RELATIONS: &str = "<Relationships><Relationship Id='rId1' Type='x/worksheet' Target='worksheets/sheet1.xml'/></Relationships>";

/// A workbook with one sheet.
pub(crate) fn with_sheet(sheet: &str) -> Vec<u8> {
    of(CONTENTS, RELATIONS, sheet, None)
}

/// A workbook of these parts.
pub(crate) fn of(contents: &str, relations: &str, sheet: &str, strings: Option<&str>) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("xl/workbook.xml", contents.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    parts.extend(strings.map(|strings| ("xl/sharedStrings.xml", strings.as_bytes())));
    archive(&parts)
}

/// The rows of a sheet.
pub(crate) fn sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

/// The first list of the samples, with these cells in a second row.
pub(crate) fn list_with(cells: &str) -> Vec<u8> {
    with_sheet(&sheet(&format!("{}<row r='2'>{cells}</row>", header())))
}

/// The header of the first list of the samples as a row.
pub(crate) fn header() -> String {
    let names = LISTS[0].1.split(';');
    let cells: String = names
        .map(|name| format!("<c t='inlineStr'><is><t>{name}</t></is></c>"))
        .collect();
    format!("<row r='1'>{cells}</row>")
}
