//! Keys: Ed25519, of a log or of a witness, in the text forms of C2SP signed-note and tlog-cosignature.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::merkle::{hex, unhexed};
use crate::note::{KeyName, Note, Signature};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// The text of a note: how a log signs its checkpoints.
    Log,
    /// A moment and the text of a note: how a witness cosigns (`cosignature/v1`).
    Witness,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness]
            .into_iter()
            .find(|kind| kind.byte() == byte)
    }
}

/// Why something is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// It is not of the form.
    #[error("this is no key: it is written NAME+ID+BASE64, with eight hexadecimal digits as the id")]
    Form,
    /// It is of a kind that is not used here.
    #[error("this key is of a kind that is not used here: use Ed25519")]
    Kind,
    /// Its id is that of another key.
    #[error("the id of this key does not belong to its name and bytes: it was mistyped")]
    Id,
}

/// The key by which signatures are checked. As text it is what a log or a witness publishes: `NAME+ID+BASE64`.
#[doc(alias = "controlesleutel")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    kind: KeyKind,
    key: VerifyingKey,
}

/// What a signature that was checked says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// The log signed the text.
    ByLog,
    /// A witness had checked the tree by this moment, in seconds since 1970-01-01T00:00:00Z.
    ByWitness {
        /// The moment.
        at: u64,
    },
}

impl VerifierKey {
    /// The key's name: for the key of a log its origin.
    #[must_use]
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The 32 bytes of the public key.
    #[must_use]
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// The id by which signatures name it, together with its name.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        id_of(&self.name, self.kind, &self.key)
    }

    /// Whether a signature says that it is of this key.
    #[must_use]
    pub fn claims(&self, signature: &Signature) -> bool {
        signature.name == self.name && signature.id == self.id()
    }

    /// Checks a signature on a text; none where this key did not make it.
    #[must_use]
    pub fn check(&self, text: &str, signature: &Signature) -> Option<Signed> {
        if !self.claims(signature) {
            return None;
        }
        let (message, bytes, signed) = match self.kind {
            KeyKind::Log => (text.to_owned(), signature.bytes.as_slice(), Signed::ByLog),
            KeyKind::Witness => {
                let (at, bytes) = signature.bytes.split_first_chunk::<8>()?;
                let at = u64::from_be_bytes(*at);
                (cosigned(at, text), bytes, Signed::ByWitness { at })
            }
        };
        let bytes = ed25519_dalek::Signature::from_slice(bytes).ok()?;
        self.key.verify_strict(message.as_bytes(), &bytes).ok()?;
        Some(signed)
    }
}

/// What a witness signs.
fn cosigned(at: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {at}\n{text}")
}

fn id_of(name: &KeyName, kind: KeyKind, key: &VerifyingKey) -> [u8; 4] {
    let mut hasher = Sha256::new();
    hasher.update(name.as_str());
    hasher.update([b'\n', kind.byte()]);
    hasher.update(key.as_bytes());
    let hash: [u8; 32] = hasher.finalize().into();
    let [a, b, c, d, ..] = hash;
    [a, b, c, d]
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = STANDARD.encode([[self.kind.byte()].as_slice(), &self.bytes()].concat());
        write!(f, "{}+{}+{bytes}", self.name, hex(&self.id()))
    }
}

impl FromStr for VerifierKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (name, id, kind, bytes) = parts(text)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NotAKey::Form)?;
        if id != id_of(&name, kind, &key) {
            return Err(NotAKey::Id);
        }
        Ok(Self { name, kind, key })
    }
}

fn parts(text: &str) -> Result<(KeyName, [u8; 4], KeyKind, [u8; 32]), NotAKey> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NotAKey::Form);
    };
    let name = KeyName::new(name).ok_or(NotAKey::Form)?;
    let id = unhexed(id).ok_or(NotAKey::Form)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| NotAKey::Form)?;
    let (kind, bytes) = bytes.split_first().ok_or(NotAKey::Form)?;
    let kind = KeyKind::of(*kind).ok_or(NotAKey::Kind)?;
    Ok((name, id, kind, bytes.try_into().map_err(|_| NotAKey::Form)?))
}

/// What the text of a private key begins with.
const PRIVATE: &str = "PRIVATE+KEY+";

/// The key by which a log signs, or a witness. Nothing shows it but [`secret_text`](Self::secret_text).
#[doc(alias = "ondertekensleutel")]
#[derive(Clone)]
pub struct SignerKey {
    secret: SigningKey,
    verifier: VerifierKey,
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier)
    }
}

impl SignerKey {
    /// The key of these 32 secret bytes, which must be random.
    #[must_use]
    pub fn from_seed(name: KeyName, kind: KeyKind, seed: &[u8; 32]) -> Self {
        let secret = SigningKey::from_bytes(seed);
        let key = secret.verifying_key();
        Self {
            secret,
            verifier: VerifierKey { name, kind, key },
        }
    }

    /// Reads a key from the text that [`secret_text`](Self::secret_text) wrote.
    ///
    /// # Errors
    /// See [`NotAKey`]. The error says nothing of the key.
    pub fn from_secret_text(text: &str) -> Result<Self, NotAKey> {
        let (name, id, kind, seed) = parts(text.strip_prefix(PRIVATE).ok_or(NotAKey::Form)?)?;
        let key = Self::from_seed(name, kind, &seed);
        if key.verifier.id() == id {
            Ok(key)
        } else {
            Err(NotAKey::Id)
        }
    }

    /// The private key as text, `PRIVATE+KEY+NAME+ID+BASE64`: to be kept where nobody else can read it.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let bytes =
            STANDARD.encode([[self.verifier.kind.byte()].as_slice(), self.secret.as_bytes()].concat());
        format!(
            "{PRIVATE}{}+{}+{bytes}",
            self.verifier.name,
            hex(&self.verifier.id())
        )
    }

    /// The key that is published.
    #[must_use]
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a text. A log's key leaves out the moment, in seconds since 1970-01-01T00:00:00Z; a witness signs it too.
    #[must_use]
    pub fn sign(&self, text: &str, at: u64) -> Signature {
        let bytes = match self.verifier.kind {
            KeyKind::Log => self.secret.sign(text.as_bytes()).to_bytes().to_vec(),
            KeyKind::Witness => {
                let signature = self.secret.sign(cosigned(at, text).as_bytes());
                [at.to_be_bytes().as_slice(), &signature.to_bytes()].concat()
            }
        };
        Signature {
            name: self.verifier.name.clone(),
            id: self.verifier.id(),
            bytes,
        }
    }
}

/// Why a note is not to be believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// A signature that says it is of a known key is not.
    #[error("the signature of {0} is false: the text was changed, or somebody else signed in its name")]
    False(KeyName),
    /// No key that is known signed it.
    #[error("none of the known keys signed it")]
    Unsigned,
}

/// Checks a note: which of the keys signed it, and what they say by it. Signatures of keys that are not known are passed over.
///
/// # Errors
/// See [`Distrust`].
pub fn signers<'a>(note: &Note, keys: &'a [VerifierKey]) -> Result<Vec<(&'a VerifierKey, Signed)>, Distrust> {
    let mut signers: Vec<(&VerifierKey, Signed)> = Vec::new();
    for signature in &note.signatures {
        let Some(key) = keys.iter().find(|key| key.claims(signature)) else {
            continue;
        };
        let signed = key
            .check(&note.text, signature)
            .ok_or_else(|| Distrust::False(key.name.clone()))?;
        if !signers.iter().any(|(known, _)| *known == key) {
            signers.push((key, signed));
        }
    }
    if signers.is_empty() {
        return Err(Distrust::Unsigned);
    }
    Ok(signers)
}
