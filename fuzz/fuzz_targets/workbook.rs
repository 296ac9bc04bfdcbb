//! The parts of a workbook, split at zero bytes: the sheet, the texts that cells share, the formats, the list of sheets.
#![no_main]

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const PARTS: [(&str, &str); 5] = [
    ("xl/worksheets/sheet1.xml", ""),
    ("xl/sharedStrings.xml", ""),
    ("xl/styles.xml", ""),
    ("xl/workbook.xml", "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='a'/></sheets></workbook>"),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id='a' Target='worksheets/sheet1.xml'/></Relationships>",
    ),
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut given = bytes.split(|byte| *byte == 0);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, usual) in PARTS {
        let content = given.next().filter(|content| !content.is_empty()).unwrap_or(usual.as_bytes());
        if !content.is_empty() {
            archive.start_file(name, options).expect("a part");
            archive.write_all(content).expect("its content");
        }
    }
    let archive = archive.finish().expect("an archive").into_inner();
    subsidy_fuzz::answer(&archive);
});
