//! What happened to a disk, as the shim noted it.

/// A thing that happened.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// A file was made.
    Create { file: u64, name: String },
    /// Bytes were written.
    Write {
        file: u64,
        name: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    /// A file was cut or lengthened.
    Resize { file: u64, size: usize },
    /// A file took another's name.
    Rename { from: String, to: String },
    /// A name was taken away.
    Unlink { name: String },
    /// A file was synced.
    Sync { file: u64 },
    /// The folder was synced.
    SyncFolder,
    /// A sync failed: what was not on the disk yet will never be, and nobody tries again (0: of the folder).
    FailedSync { file: u64 },
}

/// Reads a journal; a record that its program did not live to finish is none.
pub(super) fn parse(mut bytes: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let Some((head, rest)) = bytes.split_at_checked(33) {
        let number = |at: usize, len: usize| {
            let mut whole = [0; 8];
            whole[..len].copy_from_slice(&head[at..at + len]);
            u64::from_le_bytes(whole)
        };
        let length = |at, len| usize::try_from(number(at, len)).expect("a length");
        let (file, offset) = (number(1, 8), number(9, 8));
        let (name, other, data) = (length(17, 4), length(21, 4), length(25, 8));
        let Some((body, rest)) = rest.split_at_checked(name + other + data) else {
            break;
        };
        bytes = rest;
        let text = |part: &[u8]| String::from_utf8(part.to_vec()).expect("a name");
        let (name, other, data) = (
            text(&body[..name]),
            text(&body[name..name + other]),
            &body[name + other..],
        );
        let offset = usize::try_from(offset).expect("an offset");
        entries.push(match head[0] {
            b'C' => Entry::Create { file, name },
            b'W' => Entry::Write {
                file,
                name,
                offset,
                bytes: data.to_vec(),
            },
            b'T' => Entry::Resize { file, size: offset },
            b'R' => Entry::Rename {
                from: name,
                to: other,
            },
            b'U' => Entry::Unlink { name },
            b'S' => Entry::Sync { file },
            b'D' => Entry::SyncFolder,
            b'F' => Entry::FailedSync { file },
            other => panic!("the journal has {other}"),
        });
    }
    entries
}

/// An acknowledgement that the writer gave: of which thread's batch, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ack {
    pub(super) thread: u64,
    pub(super) n: u64,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// The acknowledgement that an entry is, if it is one.
pub(super) fn ack(entry: &Entry) -> Option<Ack> {
    let Entry::Write { name, bytes, .. } = entry else {
        return None;
    };
    (name == "acks").then(|| {
        let text = String::from_utf8(bytes.clone()).expect("text");
        let numbers: Vec<u64> = text
            .split_whitespace()
            .map(|number| number.parse().expect("a number"))
            .collect();
        let [thread, n, first, last] = numbers[..] else {
            panic!("an acknowledgement says {text}");
        };
        Ack {
            thread,
            n,
            first,
            last,
        }
    })
}
