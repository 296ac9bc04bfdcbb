//! A PDF in an attachment is looked through for personal numbers, or it is told that it was not.

use subsidy_documents::{FaultCode, Limits, Place, Reading, read};

use crate::attachments::attached;
use crate::pdf_files::{deflated, file, one_page, packed, showing, stream, with};
use crate::samples::INVOICE;

fn reading(pdf: &[u8]) -> Reading {
    let text = attached(INVOICE, &[("a.pdf", "application/pdf", pdf)]);
    read(text.as_bytes(), &Limits::default()).expect("readable")
}

/// Where personal numbers were found, and why some of the file was not looked through.
fn seen(pdf: &[u8]) -> (Vec<String>, Vec<String>) {
    let reading = reading(pdf);
    let places = reading.personal_data.iter().map(Place::to_string).collect();
    let warnings = reading.document.warnings().iter();
    let told = warnings.filter(|fault| fault.code == FaultCode::AttachmentNotSearched);
    (places, told.filter_map(|fault| fault.found.clone()).collect())
}

#[track_caller]
fn finds(pdf: &[u8], place: &str) {
    assert_eq!(seen(pdf), (vec![format!("a.pdf, {place}")], Vec::new()));
}

#[track_caller]
fn finds_nothing(pdf: &[u8]) {
    assert_eq!(seen(pdf), (Vec::new(), Vec::new()));
}

#[track_caller]
fn tells(pdf: &[u8], why: &str) {
    assert_eq!(seen(pdf), (Vec::new(), vec![why.to_owned()]));
}

#[test]
fn a_number_in_a_text_is_found_on_its_page() {
    finds(
        &showing("BT /F1 12 Tf 72 700 Td (BSN: 111222333) Tj ET"),
        "page 1",
    );
    finds(
        &showing("BT /F1 12 Tf 72 700 Td (BSN: ) Tj (111222333) ' ET"),
        "page 1",
    );
    finds(
        &showing("BT /F1 12 Tf (onderwijsnummer ) Tj 1 0 (100000004) \" ET"),
        "page 1",
    );
    finds(
        &showing("BT /F1 12 Tf <42534E20313131323232333333> Tj ET"),
        "page 1",
    );
}

#[test]
fn a_number_that_fails_the_test_of_eleven_is_not_taken() {
    finds_nothing(&showing("BT /F1 12 Tf 72 700 Td (BSN: 111222334) Tj ET"));
    finds_nothing(&showing(
        "BT /F1 12 Tf 72 700 Td [(B)-5(SN)](111222) Tj (334) Tj ET",
    ));
    finds_nothing(&showing("BT /F1 12 Tf 72 700 Td (Factuur 111222333) Tj ET"));
}

#[test]
fn the_number_of_a_party_is_none() {
    finds_nothing(&showing(
        "BT /F1 12 Tf 72 700 Td (geen BSN, RSIN 123456782) Tj ET",
    ));
}

#[test]
fn a_number_in_pieces_is_put_together() {
    for content in [
        // Kerned.
        "BT /F1 12 Tf 72 700 Td [(B)12(SN)-300(111)20(222)-15(3)(33)] TJ ET",
        // A text for each digit, each placed by itself.
        "BT /F1 12 Tf 72 700 Td (BSN) Tj 30 0 Td (1)Tj 6.67 0 Td (1)Tj 6.67 0 Td (1)Tj 6.67 0 Td (2)Tj 6.67 0 Td (2)Tj 6.67 0 Td (2)Tj 6.67 0 Td (3)Tj 6.67 0 Td (3)Tj 6.67 0 Td (3)Tj ET",
        // In the boxes of a form.
        "BT /F1 10 Tf 72 700 Td (BSN) Tj 30 0 Td (1)Tj 14 0 Td (1)Tj 14 0 Td (1)Tj 14 0 Td (2)Tj 14 0 Td (2)Tj 14 0 Td (2)Tj 14 0 Td (3)Tj 14 0 Td (3)Tj 14 0 Td (3)Tj ET",
        // Values first, labels later; upside down, as browsers print.
        ".24 0 0 -.24 0 842 cm BT 50 0 0 -50 600 900 Tm /F1 1 Tf (111222) Tj ET BT 50 0 0 -50 780 900 Tm (333) Tj ET q BT 50 0 0 -50 300 905 Tm /F1 1 Tf (BSN:) Tj ET Q",
        // A word on one line, its number on the next.
        "BT /F1 12 Tf 14 TL 72 700 Td (met burgerservicenummer) Tj T* (111222333) Tj ET",
        // Up the side of the page.
        "BT /F1 12 Tf 0 1 -1 0 50 100 Tm (BSN) Tj 0 1 -1 0 50 130 Tm (111222333) Tj ET",
        // Bold by drawing it twice.
        "BT /F1 12 Tf 72 700 Td (B)Tj -7.9 0 Td (B) Tj 8 0 Td (SN 1112)Tj 60 0 Td (22)Tj 0.2 0 Td (22)Tj 13.2 0 Td (333)Tj ET",
    ] {
        finds(&showing(content), "page 1");
    }
}

#[test]
fn a_number_below_its_heading_is_found() {
    let rows = |heading: &str| {
        showing(&format!(
            "BT /F1 10 Tf 72 700 Td (Naam) Tj 200 0 Td ({heading}) Tj -200 -20 Td (Een zeer lange naam van een leerling zonder nummer) Tj \
             0 -20 Td (Jansen) Tj 200 0 Td (111222333) Tj ET"
        ))
    };
    finds(&rows("BSN"), "page 1");
    finds_nothing(&rows("Nummer"));
}

/// A font of which the codes are numbers of glyphs: 1 is B, 2 is S, 3 is N, 4 a space, and from 16 the digits.
fn mapped_font() -> Vec<(u32, Vec<u8>)> {
    let map = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange <0000><FFFF> endcodespacerange\n\
        2 beginbfchar <0001><0042> <0004><0020> endbfchar 2 beginbfrange <0002><0003>[<0053><004E>] <0010><0019><0030> endbfrange endcmap end end";
    vec![
        (6, b"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+X/Encoding/Identity-H/DescendantFonts[8 0 R]/ToUnicode 9 0 R>>".to_vec()),
        (8, b"<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500/W[1[700 650 720] 16 25 556]>>".to_vec()),
        (9, packed("", map)),
    ]
}

#[test]
fn codes_are_characters_by_the_map_of_their_font() {
    let content = "BT /F2 12 Tf 72 700 Td <0001000200030004> Tj [<001100110011>-20<001200120012>10<001300130013>] TJ ET";
    finds(&with(content, &mapped_font()), "page 1");
    // The same codes without the map: nobody can say what is written.
    let mut font = mapped_font();
    font[0].1 =
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[8 0 R]>>".to_vec();
    tells(&with(content, &font), "NO_CHARACTERS");
}

#[test]
fn codes_are_characters_by_the_names_of_their_glyphs() {
    let font = b"<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</BaseEncoding/MacRomanEncoding/Differences[1/one/two.tnum/uni0033 66/B]>>>>";
    let content = "BT /F2 12 Tf 72 700 Td (BSN \\001\\001\\001\\002\\002\\002\\003\\003\\003) Tj ET";
    finds(&with(content, &[(6, font.to_vec())]), "page 1");
    let named_otherwise = b"<</Type/Font/Subtype/Type1/BaseFont/X/Encoding<</Differences[1/g1/g2/g3]>>>>";
    tells(&with(content, &[(6, named_otherwise.to_vec())]), "NO_CHARACTERS");
}

#[test]
fn objects_in_a_stream_are_found() {
    let inside = [
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        "(los: BSN 111222333)",
    ];
    let head = format!("3 0 9 {} ", inside[0].len() + 1);
    let body = format!("{head}{} {}", inside[0], inside[1]);
    let dict = format!("/Type/ObjStm/N 2/First {}", head.len());
    let mut objects = one_page("", packed("", b"BT /F1 12 Tf 72 700 Td (BSN 111222333) Tj ET"));
    objects.retain(|(number, _)| *number != 3);
    objects.push((8, packed(&dict, body.as_bytes())));
    let (places, told) = seen(&file(&objects, ""));
    assert_eq!(
        (places.as_slice(), told.len()),
        (
            ["a.pdf, document", "a.pdf, page 1"].map(str::to_owned).as_slice(),
            0
        )
    );
}

#[test]
fn every_way_of_packing_a_content_is_undone() {
    let content = b"BT /F1 12 Tf 72 700 Td (BSN 111222333) Tj ET";
    let hex: String = content.iter().map(|byte| format!("{byte:02X}")).collect();
    let rows: Vec<u8> = content.chunks(8).flat_map(|row| [&[0], row].concat()).collect();
    let runs = [
        &[u8::try_from(content.len() - 1).expect("short")],
        content.as_slice(),
        &[128],
    ]
    .concat();
    for stream in [
        stream("", content),
        stream("/Filter/ASCIIHexDecode", format!("{hex}>").as_bytes()),
        stream("/Filter/RunLengthDecode", &runs),
        stream(
            "/Filter[/FlateDecode]/DecodeParms[<</Predictor 15/Columns 8>>]",
            &deflated(&rows),
        ),
        stream(
            "/Filter[/ASCIIHexDecode/RunLengthDecode]",
            runs.iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
                .as_bytes(),
        ),
    ] {
        finds(&file(&one_page("", stream), ""), "page 1");
    }
    tells(
        &file(&one_page("", stream("/Filter/LZWDecode", content)), ""),
        "DAMAGED",
    );
}

#[test]
fn a_form_is_looked_through_where_it_is_drawn() {
    let form = packed(
        "/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Matrix[1 0 0 1 100 0]",
        b"BT /F1 12 Tf (111222333) Tj ET",
    );
    let content = "BT /F1 12 Tf 72 700 Td (BSN) Tj ET q 1 0 0 1 0 700 cm /X1 Do Q";
    finds(&with(content, &[(7, form)]), "page 1");
    // One that draws itself comes to an end.
    let itself = packed("/Subtype/Form", b"/X1 Do /X1 Do BT /F1 9 Tf (x) Tj ET");
    finds_nothing(&with(content, &[(7, itself)]));
}

#[test]
fn texts_outside_the_pages_are_looked_through() {
    let shown = "BT /F1 12 Tf 72 700 Td (Factuur) Tj ET";
    let wide: String = "BSN 111222333"
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect();
    for (more, trailer) in [
        (
            (10, b"<</Title(Rapport BSN 111222333)/Producer(x)>>".to_vec()),
            "/Info 10 0 R",
        ),
        (
            (10, format!("<</Title<FEFF{wide}>>>").into_bytes()),
            "/Info 10 0 R",
        ),
        (
            (
                10,
                packed(
                    "/Type/Metadata/Subtype/XML",
                    b"<x:xmpmeta><dc:title>BSN 111222333</dc:title></x:xmpmeta>",
                ),
            ),
            "",
        ),
        (
            (
                10,
                b"<</Type/Annot/Subtype/Text/Contents(BSN 111222333)>>".to_vec(),
            ),
            "",
        ),
        ((10, b"<</FT/Tx/T(bsn)/V(111222333)>>".to_vec()), ""),
        ((10, packed("/Type/EmbeddedFile", b"naam;bsn\nJ;111222333\n")), ""),
    ] {
        let mut objects = one_page("", packed("", shown.as_bytes()));
        let is_file = String::from_utf8_lossy(&more.1).contains("EmbeddedFile");
        objects.push(more);
        let place = if is_file {
            "file 1, row 2, column 2 (B)"
        } else {
            "document"
        };
        finds(&file(&objects, trailer), place);
    }
}

#[test]
fn a_field_is_looked_through_beside_what_stands_around_it() {
    let mut objects = one_page(
        "/Annots[10 0 R]",
        packed("", b"BT /F1 12 Tf 72 700 Td (BSN) Tj ET"),
    );
    objects.push((
        10,
        b"<</Type/Annot/Subtype/Widget/Rect[105 698 200 712]/FT/Tx/T(Text12)/AP<</N 11 0 R>>>>".to_vec(),
    ));
    objects.push((
        11,
        packed(
            "/Subtype/Form/BBox[0 0 95 14]/Resources<</Font<</F1 5 0 R>>>>",
            b"/Tx BMC BT /F1 12 Tf 2 2 Td (111222333) Tj ET EMC",
        ),
    ));
    finds(&file(&objects, ""), "page 1");
}

#[test]
fn a_text_that_stands_for_what_is_drawn_is_looked_through() {
    finds(
        &showing("/Span <</ActualText (BSN 111222333)>> BDC BT /F1 12 Tf (x) Tj ET EMC"),
        "page 1",
    );
}

#[test]
fn a_file_without_a_table_of_places_is_read() {
    let whole = showing("BT /F1 12 Tf 72 700 Td (BSN: 111222333) Tj ET");
    let table = whole
        .windows(4)
        .position(|window| window == b"xref")
        .expect("a table");
    finds(&whole[..table], "page 1");
}

#[test]
fn what_cannot_be_looked_through_is_told() {
    let text = "BT /F1 12 Tf 72 700 Td (BSN 111222333) Tj ET";
    tells(b"%PDF-1.7 ...", "DAMAGED");
    tells(
        &file(
            &one_page("", packed("", text.as_bytes())),
            "/Encrypt<</Filter/Standard/V 4>>",
        ),
        "ENCRYPTED",
    );
    let picture = stream(
        "/Type/XObject/Subtype/Image/Width 1/Height 1/Filter/DCTDecode",
        b"\xFF\xD8",
    );
    tells(&with("q 595 0 0 842 0 0 cm /X1 Do Q", &[(7, picture)]), "NO_TEXT");
    tells(&showing("BI /W 1 /H 1 ID BSN 111222333 (\x01 EI Q"), "NO_TEXT");
    let in_itself = packed("/Type/EmbeddedFile", &showing(text));
    tells(&with("BT /F1 1 Tf (x) Tj ET", &[(10, in_itself)]), "TOO_MUCH");
    let (places, told) = seen(b"\x89PNG\r\n");
    assert_eq!((places.len(), told), (0, vec!["PICTURE".to_owned()]));
    assert_eq!(seen(b"\xFF\xD8\xFF\xE0\0").1, ["PICTURE"]);
    assert_eq!(seen(b"a\0b").1, ["BINARY"]);
}

#[test]
fn what_cannot_be_looked_through_does_not_hinder_the_invoice() {
    let reading = reading(b"%PDF-1.7 ...");
    assert_eq!(reading.document.faults(), []);
    let [warning] = reading.document.warnings() else {
        panic!("{:?}", reading.document.warnings())
    };
    assert!(
        warning
            .to_string()
            .ends_with("ATTACHMENT_NOT_SEARCHED BT-125, found \"DAMAGED\""),
        "{warning}"
    );
}

#[test]
fn hostile_files_come_to_an_end() {
    let page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_vec();
    let numbers = "1 ".repeat(200_000);
    let chain: Vec<(u32, Vec<u8>)> = (20..40)
        .map(|number| (number, format!("{} 0 R", number + 1).into_bytes()))
        .collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("operands", showing(&"1 ".repeat(8 << 20)), "TOO_MUCH"),
        ("a bomb", showing(&" ".repeat(20 << 20)), "TOO_MUCH"),
        (
            "pages that share a content",
            {
                let kids: String = (10..2010).map(|number| format!("{number} 0 R ")).collect();
                let mut objects = one_page("", packed("", "[1 2 3 4]TJ ".repeat(1 << 18).as_bytes()));
                objects[1].1 = format!("<</Type/Pages/Kids[{kids}]>>").into_bytes();
                objects.extend((10..2010).map(|number| (number, page.clone())));
                file(&objects, "")
            },
            "TOO_MUCH",
        ),
        (
            "arrays in arrays",
            file(&[(1, "[".repeat(1 << 20).into_bytes())], ""),
            "DAMAGED",
        ),
        (
            "a long list",
            file(&[(1, format!("[{numbers}]").into_bytes())], ""),
            "DAMAGED",
        ),
        (
            "a tree in a circle",
            file(
                &[
                    (1, b"<</Type/Catalog/Pages 2 0 R>>".to_vec()),
                    (2, b"<</Type/Pages/Kids[2 0 R 3 0 R]/Parent 3 0 R>>".to_vec()),
                    (3, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R>>".to_vec()),
                ],
                "",
            ),
            "DAMAGED",
        ),
        (
            "a chain of references",
            file(
                &[chain, vec![(1, b"<</Type/Catalog/Pages 20 0 R>>".to_vec())]].concat(),
                "",
            ),
            "",
        ),
        (
            "objects without end",
            "1 0 obj<</A".repeat(1 << 18).into_bytes(),
            "",
        ),
        (
            "streams without end",
            "1 0 obj<<>>stream ".repeat(1 << 18).into_bytes(),
            "DAMAGED",
        ),
        (
            "many objects",
            (1..300_000)
                .map(|number| format!("{number} 0 obj 1\n"))
                .collect::<String>()
                .into_bytes(),
            "TOO_MUCH",
        ),
        (
            "a stream of objects that says too much",
            file(
                &[(
                    1,
                    packed("/Type/ObjStm/N 999999999999/First 999999999999", b"1 0"),
                )],
                "",
            ),
            "DAMAGED",
        ),
    ];
    for (kind, mut bytes, why) in cases {
        if !bytes.starts_with(b"%PDF") {
            bytes.splice(0..0, *b"%PDF-1.7\n");
        }
        let (places, told) = seen(&bytes);
        assert_eq!(places.len(), 0, "{kind}");
        assert!(
            !told.is_empty() && (why.is_empty() || told.contains(&why.to_owned())),
            "{kind}: {told:?}"
        );
    }
}

#[test]
fn a_file_cut_anywhere_or_with_any_byte_changed_is_answered() {
    let sound = with(
        "BT /F2 12 Tf 72 700 Td <0001000200030004001100110011001200120012001300130013> Tj ET",
        &mapped_font(),
    );
    for cut in (0..sound.len()).step_by(7) {
        drop(seen(&sound[..cut]));
    }
    for at in 0..sound.len() {
        let mut spoiled = sound.clone();
        spoiled[at] ^= 0x41;
        drop(seen(&spoiled));
    }
}
