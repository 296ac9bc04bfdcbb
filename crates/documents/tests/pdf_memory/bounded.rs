//! The files, and what looking through them took.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use subsidy_documents::{Limits, read};

/// The most memory that this process ever had, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("a peak");
    let kib: u64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|number| number.parse().ok())
        .expect("a number");
    kib >> 10
}

/// The object of a stream of one piece, so many times over, deflated as it is made.
fn packed(number: u32, dict: &str, piece: &str, mebibytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    for _ in 0..(mebibytes << 20) / piece.len() {
        encoder.write_all(piece.as_bytes()).expect("bytes");
    }
    let bytes = encoder.finish().expect("all of them");
    let mut object = format!(
        "{number} 0 obj<<{dict}/Filter/FlateDecode/Length {}>>stream\n",
        bytes.len()
    )
    .into_bytes();
    object.extend_from_slice(&bytes);
    object.extend_from_slice(b"\nendstream endobj\n");
    object
}

const HEAD: &str = "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 7 0 R>>>>>>endobj\n\
    5 0 obj<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>endobj\n";

fn hostile(kind: &str) -> Vec<u8> {
    let mut file = HEAD.as_bytes().to_vec();
    let many = |piece: &dyn Fn(u32) -> String, count: u32| {
        (10..count).fold(String::new(), |mut all, number| {
            writeln!(all, "{number} 0 obj {} endobj", piece(number)).expect("a text");
            all
        })
    };
    let content = match kind {
        "operands" => packed(4, "", "1 ", 15),
        "texts" => packed(4, "", "(1)Tj 9 0 Td ", 15),
        "places" => packed(4, "", "1 1 Td(1)Tj ", 15),
        "kerned" => packed(4, "", "[(1)9(2)-9000]TJ ", 15),
        "one text" => packed(4, "", "1", 15).into_iter().collect(),
        "states" => packed(4, "", "q ", 15),
        "a bomb" => packed(4, "", "\0\0\0\0\0\0\0\0", 4096),
        "a map" => [
            packed(4, "", "/F 9 Tf <00010002>Tj ", 1),
            packed(6, "", "1 beginbfchar <0001><0041004200430044> endbfchar ", 15),
        ]
        .concat(),
        "maps" => [
            packed(4, "", "/F 9 Tf <00010002>Tj ", 1),
            packed(6, "", "1 beginbfrange <0001><0002><0041> endbfrange ", 15),
        ]
        .concat(),
        "forms in forms" => {
            let mut forms = packed(4, "", "/X Do ", 1);
            forms.extend(packed(7, "/Subtype/Form", "/X Do (x)Tj ", 8));
            forms
        }
        "streams of objects" => (10..40)
            .flat_map(|number| packed(number, "/Type/ObjStm/N 1/First 4", "1 0 2 ", 7))
            .collect(),
        "values" => many(&|_| format!("[{}]", "[1]".repeat(40_000)), 210).into_bytes(),
        "dictionaries" => {
            let dict: String = (0..30_000).map(|key| format!("/{key:x} 1")).collect();
            many(&|_| format!("<<{dict}>>"), 60).into_bytes()
        }
        "objects" => many(&|_| "1".to_owned(), 1_000_000).into_bytes(),
        "pages" => many(
            &|_| "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_owned(),
            150_000,
        )
        .into_bytes(),
        "texts of objects" => format!("9 0 obj({})endobj", "BSN 111222333 ".repeat(1 << 20)).into_bytes(),
        "a file in it" => [
            b"9 0 obj<</EF<</F 8 0 R>>>>endobj ".to_vec(),
            packed(8, "", "a;b;BSN 111222333\n", 15),
        ]
        .concat(),
        "words" => "obj 1 0 obj ".repeat(5 << 18).into_bytes(),
        "spaces" => " ".repeat(20 << 20).into_bytes(),
        other => panic!("{other}"),
    };
    file.extend_from_slice(&content);
    file
}

#[test]
fn hostile_files_take_bounded_memory_and_time() {
    /// In MiB, beyond what the invoice itself takes as it does with any attachment of that size.
    const MOST: u64 = 100;
    /// A build without optimisation of its own on a busy machine; the release build takes a fraction.
    const LONGEST: Duration = Duration::from_secs(60);
    for kind in [
        "operands",
        "kerned",
        "one text",
        "states",
        "a bomb",
        "a map",
        "maps",
        "objects",
        "words",
        "spaces",
        "texts",
        "places",
        "pages",
        "values",
        "dictionaries",
        "streams of objects",
        "forms in forms",
        "texts of objects",
        "a file in it",
    ] {
        let bytes = hostile(kind);
        let size = bytes.len();
        let text = format!(
            "<Invoice xmlns='urn:oasis:names:specification:ubl:schema:xsd:Invoice-2' \
             xmlns:cbc='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2'>\
             <cbc:EmbeddedDocumentBinaryObject>{}</cbc:EmbeddedDocumentBinaryObject></Invoice>",
            STANDARD.encode(&bytes)
        );
        drop(bytes);
        std::fs::write("/proc/self/clear_refs", "5").expect("the peak starts anew");
        let before = peak();
        let start = Instant::now();
        let answer = read(text.as_bytes(), &Limits::default());
        let (took, after) = (start.elapsed(), peak());
        let told = answer.map(|reading| {
            let warnings = reading.document.warnings().iter();
            let told: Vec<String> = warnings.filter_map(|fault| fault.found.clone()).collect();
            (reading.personal_data.len(), told)
        });
        println!(
            "{kind}: {} KiB; {before} MiB before, {after} at most, {took:?}; {told:?}",
            size >> 10
        );
        // Beside it stand the attachment as text, as bytes, and as bytes that are given back.
        let own = u64::try_from(size >> 20).expect("small") * 4;
        assert!(
            after - before < MOST + own,
            "{kind}: {before} MiB before, {after} MiB at most"
        );
        assert!(took < LONGEST, "{kind}: {took:?}");
    }
}
