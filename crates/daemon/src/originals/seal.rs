//! Sealing and opening: XChaCha20-Poly1305 with a key for each original, wrapped under a key of the fund.

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subsidy_domain::ids::OriginalId;

use super::OriginalsError;

/// The key of the fund, from which two are made: one that wraps keys, one that names originals.
pub(super) struct FundKey {
    wrap: [u8; 32],
    name: [u8; 32],
    check: [u8; 32],
}

/// What a sealed file starts with: its form, so that another can follow it.
const FORM: &[u8] = b"subsidyd original 1\n";
/// Bytes of a nonce, chosen at random each time.
const NONCE: usize = 24;

impl FundKey {
    fn new(bytes: &[u8; 32]) -> Self {
        Self {
            wrap: mac(bytes, &[b"originals: wrap keys"]),
            name: mac(bytes, &[b"originals: name"]),
            check: mac(bytes, &[b"originals: check"]),
        }
    }

    /// Makes a key of the machine's randomness: the text that it is kept as.
    pub(super) fn make() -> Result<String, OriginalsError> {
        Ok(hex(&random::<32>()?) + "\n")
    }

    /// Reads a key of 64 hexadecimal digits.
    pub(super) fn from_hex(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii();
        let mut bytes = [0_u8; 32];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self::new(&bytes))
    }

    /// A value that tells two keys apart without telling what they are.
    pub(super) fn check_value(&self) -> Vec<u8> {
        hex(&self.check).into_bytes()
    }

    /// The id of an original.
    pub(super) fn id_of(&self, bytes: &[u8]) -> OriginalId {
        OriginalId::from_bytes(mac(&self.name, &[bytes]))
    }

    /// Makes a key for an original, wrapped.
    pub(super) fn wrapped_key(&self, id: &OriginalId) -> Result<Vec<u8>, OriginalsError> {
        encrypt(&self.wrap, id, &random::<32>()?)
    }

    /// The bytes of an original, sealed with its key; `None` when the key is not one that was wrapped for it.
    pub(super) fn seal(
        &self,
        id: &OriginalId,
        key: &[u8],
        bytes: &[u8],
    ) -> Result<Option<Vec<u8>>, OriginalsError> {
        let Some(key) = self.key_of(id, key) else {
            return Ok(None);
        };
        let mut sealed = FORM.to_vec();
        sealed.extend(encrypt(&key, id, bytes)?);
        Ok(Some(sealed))
    }

    fn key_of(&self, id: &OriginalId, wrapped: &[u8]) -> Option<[u8; 32]> {
        decrypt(&self.wrap, id, wrapped)?.try_into().ok()
    }

    /// The bytes of an original; `None` when either is not what was sealed under this id.
    pub(super) fn open(&self, id: &OriginalId, sealed: &[u8], key: &[u8]) -> Option<Vec<u8>> {
        let key = self.key_of(id, key)?;
        let bytes = decrypt(&key, id, sealed.strip_prefix(FORM)?)?;
        (self.id_of(&bytes) == *id).then_some(bytes)
    }
}

fn encrypt(key: &[u8; 32], id: &OriginalId, bytes: &[u8]) -> Result<Vec<u8>, OriginalsError> {
    let nonce: [u8; NONCE] = random()?;
    let payload = Payload {
        msg: bytes,
        aad: id.as_str().as_bytes(),
    };
    let sealed = XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|error| OriginalsError::Random(error.to_string()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn decrypt(key: &[u8; 32], id: &OriginalId, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let payload = Payload {
        msg: sealed,
        aad: id.as_str().as_bytes(),
    };
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), payload)
        .ok()
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key that is shorter than a block is followed by zeros (RFC 2104).
    let mut block = [0_u8; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn random<const N: usize>() -> Result<[u8; N], OriginalsError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| OriginalsError::Random(error.to_string()))?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
