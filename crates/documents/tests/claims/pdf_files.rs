//! PDF files put together object by object, as programs write them and as none would.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Bytes, deflated.
pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("bytes");
    encoder.finish().expect("all of them")
}

/// The object of a stream, with what else its dictionary says.
pub(crate) fn stream(dict: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dict}/Length {}>>\nstream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

/// The object of a deflated stream.
pub(crate) fn packed(dict: &str, bytes: &[u8]) -> Vec<u8> {
    stream(&format!("{dict}/Filter/FlateDecode"), &deflated(bytes))
}

/// A file of objects, with the table that says where they are; `trailer` is what else its trailer says.
pub(crate) fn file(objects: &[(u32, Vec<u8>)], trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let last = objects.iter().map(|(number, _)| *number).max().unwrap_or(0);
    let mut places = vec![None; usize::try_from(last).expect("few") + 1];
    for (number, object) in objects {
        places[usize::try_from(*number).expect("few")] = Some(bytes.len());
        bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let table = bytes.len();
    bytes.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", last + 1).as_bytes());
    for place in &places[1..] {
        let entry = match place {
            Some(place) => format!("{place:010} 00000 n \n"),
            None => "0000000000 65535 f \n".to_owned(),
        };
        bytes.extend_from_slice(entry.as_bytes());
    }
    let end = format!(
        "trailer\n<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n",
        last + 1
    );
    bytes.extend_from_slice(end.as_bytes());
    bytes
}

/// Catalog, tree, and one page with its content in object 4 and Helvetica as `/F1` in object 5.
pub(crate) fn one_page(more: &str, content: Vec<u8>) -> Vec<(u32, Vec<u8>)> {
    vec![
        (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</Font<</F1 5 0 R/F2 6 0 R>>/XObject<</X1 7 0 R>>>>>>".to_vec()),
        (3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{more}>>").into_bytes()),
        (4, content),
        (5, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec()),
    ]
}

/// A file of one page that shows this content.
pub(crate) fn showing(content: &str) -> Vec<u8> {
    file(&one_page("", packed("", content.as_bytes())), "")
}

/// The same with further objects.
pub(crate) fn with(content: &str, more: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut objects = one_page("", packed("", content.as_bytes()));
    objects.extend_from_slice(more);
    file(&objects, "")
}
