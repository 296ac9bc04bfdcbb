//! Signed notes: a text, an empty line, and a line for each signature, as C2SP signed-note has them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest note that is read, in bytes.
pub const MAX_NOTE: usize = 1_000_000;

/// The most signatures that a note is read with.
pub const MAX_SIGNATURES: usize = 100;

/// What a signature line begins with: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// The name of a key: not empty, without spaces, control characters or `+`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// Takes a text for a name; none where it cannot be one.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '+';
        (!name.is_empty() && !name.contains(odd)).then(|| Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One signature on a note, not checked: as text it is its line, without the end of the line.
#[doc(alias = "handtekening")]
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    /// The name of the key that is said to have made it.
    pub name: KeyName,
    /// The id of that key.
    pub id: [u8; 4],
    /// What the key made, as its kind has it.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = STANDARD.encode([self.id.as_slice(), &self.bytes].concat());
        write!(f, "{DASH}{} {bytes}", self.name)
    }
}

impl FromStr for Signature {
    type Err = NotANote;

    fn from_str(line: &str) -> Result<Self, NotANote> {
        let rest = line.strip_prefix(DASH).ok_or(NotANote::Signature)?;
        let (name, encoded) = rest.split_once(' ').ok_or(NotANote::Signature)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NotANote::Signature)?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or(NotANote::Signature)?;
        if bytes.is_empty() {
            return Err(NotANote::Signature);
        }
        Ok(Self {
            name: KeyName::new(name).ok_or(NotANote::Signature)?,
            id: *id,
            bytes: bytes.to_vec(),
        })
    }
}

/// A text with its signatures, none of them checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text that is signed, with the end of its last line.
    pub text: String,
    /// The signatures, in the order of their lines.
    pub signatures: Vec<Signature>,
}

/// Why something is no signed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANote {
    /// It is too long, has control characters, or no empty line before its signatures.
    #[error("this is no signed note: a text, an empty line and signatures")]
    Form,
    /// A line among the signatures is none.
    #[error("a line of this note is no signature: a dash, a name and base64")]
    Signature,
    /// There are more signatures than are read.
    #[error("this note has more than {MAX_SIGNATURES} signatures")]
    TooMany,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for signature in &self.signatures {
            writeln!(f, "{signature}")?;
        }
        Ok(())
    }
}

impl FromStr for Note {
    type Err = NotANote;

    fn from_str(note: &str) -> Result<Self, NotANote> {
        let odd = |letter: char| letter < ' ' && letter != '\n';
        if note.len() > MAX_NOTE || note.contains(odd) {
            return Err(NotANote::Form);
        }
        // The last empty line parts the text from the signatures; the text keeps the end of its last line.
        let at = note.rfind("\n\n").ok_or(NotANote::Form)?;
        let (text, lines) = note.split_at(at + 1);
        let lines = lines
            .strip_prefix('\n')
            .and_then(|lines| lines.strip_suffix('\n'));
        let lines = lines.ok_or(NotANote::Form)?;
        if lines.split('\n').count() > MAX_SIGNATURES {
            return Err(NotANote::TooMany);
        }
        Ok(Self {
            text: text.to_owned(),
            signatures: lines.split('\n').map(str::parse).collect::<Result<_, _>>()?,
        })
    }
}
