//! The bytes of a record that are hashed: one canonical entry for each record.
//!
//! | bytes | what |
//! |---|---|
//! | 1 | version of this layout, `0x01` |
//! | 8 | position, unsigned, big-endian |
//! | 8 | moment of recording, microseconds since 1970-01-01T00:00:00Z, signed, big-endian |
//! | 4 + n | kind of the stream (aggregate type) |
//! | 4 + n | id of the stream |
//! | 8 | sequence in the stream, unsigned, big-endian |
//! | 4 + n | type of the event |
//! | 4 + n | version of the event |
//! | 4 + n | payload, the JSON text exactly as stored |
//! | 4 + n | metadata, the JSON text of an object of strings exactly as stored; this library sorts the names and writes no spaces |
//!
//! `4 + n` is the number of bytes, unsigned and big-endian, followed by the UTF-8 bytes. Nothing follows the
//! last field. An entry is at most [`MAX_ENTRY`] bytes, what a tile of a transparency log can carry.

use std::collections::BTreeMap;

use crate::event::{Position, Sequence};

/// The largest entry in bytes: its length must fit in 16 bits in the tiles of a transparency log.
pub const MAX_ENTRY: usize = 65_535;

/// The first byte of every entry.
pub const ENTRY_VERSION: u8 = 0x01;

/// What is hashed of a record, borrowed from wherever it is.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Position in the ledger.
    pub position: Position,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub recorded_at: i64,
    /// Kind of the stream the event belongs to.
    pub kind: &'a str,
    /// Id of that stream.
    pub id: &'a str,
    /// Sequence in that stream.
    pub sequence: Sequence,
    /// Type of the event.
    pub event_type: &'a str,
    /// Version of the event's form.
    pub event_version: &'a str,
    /// Payload as stored.
    pub payload: &'a str,
    /// Metadata as stored.
    pub metadata: &'a str,
}

impl Entry<'_> {
    /// Writes the entry's bytes to `out`, which is emptied first.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        out.clear();
        out.push(ENTRY_VERSION);
        out.extend_from_slice(&self.position.0.to_be_bytes());
        out.extend_from_slice(&self.recorded_at.to_be_bytes());
        text(out, self.kind);
        text(out, self.id);
        out.extend_from_slice(&self.sequence.0.to_be_bytes());
        text(out, self.event_type);
        text(out, self.event_version);
        text(out, self.payload);
        text(out, self.metadata);
    }

    /// Returns how many bytes the entry has.
    #[must_use]
    pub fn size(&self) -> usize {
        let texts = [
            self.kind,
            self.id,
            self.event_type,
            self.event_version,
            self.payload,
            self.metadata,
        ];
        texts
            .iter()
            .fold(1 + 8 + 8 + 8, |size, text| size.saturating_add(4 + text.len()))
    }

    /// Returns the entry's bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_to(&mut out);
        out
    }
}

/// Returns the text that metadata is stored and hashed as.
#[must_use]
pub fn metadata_text(metadata: &BTreeMap<String, String>) -> String {
    // A map of strings to strings always has a JSON text.
    serde_json::to_string(metadata).unwrap_or_default()
}

fn text(out: &mut Vec<u8>, text: &str) {
    // A text longer than this cannot be in an entry: MAX_ENTRY refuses it, whatever its prefix says.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{LeafHash, hex};

    #[test]
    fn the_layout_is_the_one_documented() {
        let metadata = BTreeMap::from([("b".to_owned(), "é".to_owned()), ("a".to_owned(), "1".to_owned())]);
        let metadata = metadata_text(&metadata);
        assert_eq!(metadata, r#"{"a":"1","b":"é"}"#);
        let entry = Entry {
            position: Position(258),
            recorded_at: -1,
            kind: "claim",
            id: "c-1",
            sequence: Sequence(3),
            event_type: "Paid",
            event_version: "1.0",
            payload: r#"{"cents":5}"#,
            metadata: &metadata,
        };
        let expected = [
            "01",
            "0000000000000102",
            "ffffffffffffffff",
            "00000005636c61696d",
            "00000003632d31",
            "0000000000000003",
            "0000000450616964",
            "00000003312e30",
            "0000000b7b2263656e7473223a357d",
            "000000127b2261223a2231222c2262223a22c3a9227d",
        ];
        assert_eq!(hex(&entry.bytes()), expected.concat());
        assert_eq!(entry.size(), entry.bytes().len());
        // The same bytes were hashed with another implementation of SHA-256.
        assert_eq!(
            LeafHash::of(&entry.bytes()).to_string(),
            "9fbf044d1831cbee60393a4d8cb9c2af020a5888d2530359a01ea50450ff80c2"
        );
    }

    #[test]
    fn two_different_records_never_share_an_entry() {
        let entry = |kind, id| {
            Entry {
                position: Position(1),
                recorded_at: 0,
                kind,
                id,
                sequence: Sequence(1),
                event_type: "E",
                event_version: "1",
                payload: "{}",
                metadata: "{}",
            }
            .bytes()
        };
        assert_ne!(entry("ab", "c"), entry("a", "bc"));
    }
}
