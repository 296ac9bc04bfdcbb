//! The parts of a PDF file, split at the sign 0xFF: a content, the map of a font, a font, an object; attached to an invoice.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut given = bytes.split(|byte| *byte == 0xFF);
    let [content, map, font, object] = [(); 4].map(|()| given.next().unwrap_or_default());
    let mut file = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]>>endobj \
        3 0 obj<</Type/Page/Contents 4 0 R/Annots[8 0 R]/Resources<</Font<</F 5 0 R/G 7 0 R>>/XObject<</X 8 0 R>>>>>>endobj \
        5 0 obj<</Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R>>endobj "
        .to_vec();
    for (number, stream) in [(4, content), (6, map)] {
        file.extend_from_slice(format!("{number} 0 obj<</Length {}>>stream\n", stream.len()).as_bytes());
        file.extend_from_slice(stream);
        file.extend_from_slice(b"\nendstream endobj ");
    }
    for (number, object) in [(7, font), (8, object)] {
        file.extend_from_slice(format!("{number} 0 obj ").as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b" endobj ");
    }
    subsidy_fuzz::attached(&file);
});
