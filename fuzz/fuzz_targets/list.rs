//! Rows under the header of a list: the first byte tells of which.
#![no_main]

use subsidy_documents::{Kind, columns};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((which, rows)) = bytes.split_first() else { return };
    let kind = Kind::ALL[usize::from(*which) % Kind::ALL.len()];
    let names: Vec<&str> = columns(kind).unwrap_or_default().iter().map(|column| column.name).collect();
    let mut file = names.join(";").into_bytes();
    file.push(b'\n');
    file.extend_from_slice(rows);
    subsidy_fuzz::answer(&file);
});
