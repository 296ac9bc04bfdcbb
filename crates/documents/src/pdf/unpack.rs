//! What a stream holds, unpacked no further than the budget goes.

use std::io::Read;

use flate2::read::{DeflateDecoder, ZlibDecoder};

use super::lexer::is_space;

/// Why a stream is not unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It becomes larger than what is left.
    Larger,
    /// It is packed in a way that texts are not, or damaged.
    Unknown,
}

/// How rows of a stream were made easier to pack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    /// 1 for not at all; 10 and more for the ways of PNG.
    pub(super) predictor: i64,
    /// Bytes of a sample of all colours.
    pub(super) sample: usize,
    /// Bytes of a row.
    pub(super) row: usize,
}

/// Undoes one filter.
pub(super) fn unpack(filter: &[u8], bytes: &[u8], rows: Rows, most: usize) -> Result<Vec<u8>, Refusal> {
    match filter {
        b"FlateDecode" | b"Fl" => undo_rows(inflate(bytes, most)?, rows),
        b"ASCIIHexDecode" | b"AHx" => within(digits(bytes), most),
        b"ASCII85Decode" | b"A85" => base_85(bytes, most),
        b"RunLengthDecode" | b"RL" => runs(bytes, most),
        _ => Err(Refusal::Unknown),
    }
}

fn within(bytes: Vec<u8>, most: usize) -> Result<Vec<u8>, Refusal> {
    if bytes.len() > most {
        return Err(Refusal::Larger);
    }
    Ok(bytes)
}

/// What was deflated, up to where it is damaged.
fn inflate(bytes: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let all = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut unpacked = Vec::new();
    // An error ends what there is: a program that shows the file shows what came before it.
    let whole = ZlibDecoder::new(bytes).take(all).read_to_end(&mut unpacked);
    if whole.is_err() && unpacked.is_empty() {
        let bare = DeflateDecoder::new(bytes).take(all).read_to_end(&mut unpacked);
        if bare.is_err() && unpacked.is_empty() {
            return Err(Refusal::Unknown);
        }
    }
    within(unpacked, most)
}

fn undo_rows(mut bytes: Vec<u8>, rows: Rows) -> Result<Vec<u8>, Refusal> {
    if rows.predictor <= 1 {
        return Ok(bytes);
    }
    if rows.predictor < 10 || rows.row == 0 || rows.sample == 0 {
        return Err(Refusal::Unknown);
    }
    let mut above = vec![0_u8; rows.row];
    let mut out = 0;
    let mut from = 0;
    while let Some(kind) = bytes.get(from).copied() {
        let length = rows.row.min(bytes.len() - from - 1);
        let mut line = bytes
            .get(from + 1..from + 1 + length)
            .unwrap_or_default()
            .to_vec();
        for at in 0..line.len() {
            let left = at.checked_sub(rows.sample);
            let [left, corner] =
                [&line, &above].map(|row| left.and_then(|left| row.get(left)).copied().unwrap_or(0));
            let up = above.get(at).copied().unwrap_or(0);
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).unwrap_or(0),
                4 => nearest(left, up, corner),
                _ => return Err(Refusal::Unknown),
            };
            if let Some(byte) = line.get_mut(at) {
                *byte = byte.wrapping_add(guess);
            }
        }
        from += 1 + length;
        // What is written never passes what is read: a row loses its first byte.
        for byte in &line {
            if let Some(slot) = bytes.get_mut(out) {
                *slot = *byte;
            }
            out += 1;
        }
        above.fill(0);
        for (slot, byte) in above.iter_mut().zip(line) {
            *slot = byte;
        }
    }
    bytes.truncate(out);
    Ok(bytes)
}

/// The predictor of Paeth: which of the three is nearest to left + up − corner.
fn nearest(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a + b - c;
    let [to_left, to_up, to_corner] = [a, b, c].map(|value| (guess - value).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

fn digits(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = bytes
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    digits
        .chunks(2)
        .map(|two| match *two {
            [high, low] => high << 4 | low,
            [high] => high << 4,
            _ => 0,
        })
        .collect()
}

fn base_85(bytes: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::with_capacity(bytes.len().min(most));
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for byte in bytes {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            byte if is_space(*byte) => {}
            _ => return Err(Refusal::Unknown),
        }
        if group.len() == 5 {
            out.extend(four(&group));
            group.clear();
        }
        if out.len() > most {
            return Err(Refusal::Larger);
        }
    }
    if group.len() > 1 {
        let held = group.len() - 1;
        group.resize(5, 84);
        out.extend(four(&group).into_iter().take(held));
    }
    within(out, most)
}

fn four(group: &[u32]) -> [u8; 4] {
    let fold = |sum: u32, digit: &u32| sum.wrapping_mul(85).wrapping_add(*digit);
    group.iter().fold(0, fold).to_be_bytes()
}

fn runs(bytes: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    let mut bytes = bytes;
    while let Some((length, rest)) = bytes.split_first() {
        match *length {
            128 => break,
            length @ 0..128 => {
                let count = rest.len().min(usize::from(length) + 1);
                let (copied, after) = rest.split_at(count);
                out.extend_from_slice(copied);
                bytes = after;
            }
            length => {
                let Some((byte, after)) = rest.split_first() else {
                    break;
                };
                out.extend(std::iter::repeat_n(*byte, 257 - usize::from(length)));
                bytes = after;
            }
        }
        if out.len() > most {
            return Err(Refusal::Larger);
        }
    }
    within(out, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Rows = Rows {
        predictor: 1,
        sample: 1,
        row: 1,
    };

    #[test]
    fn each_way_of_packing_is_undone() {
        let undone = |filter: &[u8], bytes: &[u8]| unpack(filter, bytes, PLAIN, 100);
        assert_eq!(undone(b"ASCIIHexDecode", b"42 53 4e7>zz"), Ok(b"BSNp".to_vec()));
        assert_eq!(
            undone(b"ASCII85Decode", b"87cURD]i,\"Ebo80~>"),
            Ok(b"Hello World!".to_vec())
        );
        assert_eq!(
            undone(b"RunLengthDecode", b"\x01ab\xFEc\x80d"),
            Ok(b"abccc".to_vec())
        );
        assert_eq!(undone(b"DCTDecode", b"x"), Err(Refusal::Unknown));
        assert_eq!(undone(b"FlateDecode", b"x"), Err(Refusal::Unknown));
        assert_eq!(
            unpack(b"RunLengthDecode", b"\x81a\x81b", PLAIN, 200),
            Err(Refusal::Larger)
        );
        assert_eq!(unpack(b"ASCII85Decode", b"zzzz", PLAIN, 12), Err(Refusal::Larger));
    }

    #[test]
    fn rows_are_put_back() {
        let rows = Rows {
            predictor: 12,
            sample: 1,
            row: 3,
        };
        let made = b"\x00abc\x01d\x01\x01\x02\x01\x01\x01\x03a\x00\x00\x04\x01\x00".to_vec();
        let back = undo_rows(made, rows).expect("rows");
        assert_eq!(&back[..9], b"abcdefefg");
        assert_eq!(back.len(), 14, "the last row is cut short");
        assert_eq!(undo_rows(b"\x05abc".to_vec(), rows), Err(Refusal::Unknown));
    }
}
