//! The two types of PostgreSQL that are sent as they lie: moments as microseconds, JSON as its bytes.

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgRow, PgTypeInfo, PgValueRef};
use sqlx::{Postgres, Row, Type, ValueRef};

/// Microseconds from 1970-01-01, where our moments begin, to 2000-01-01, where those of PostgreSQL do.
const EPOCH: i64 = 946_684_800_000_000;

/// A moment in microseconds since 1970-01-01T00:00:00Z, as `timestamptz`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(pub(super) i64);

/// A JSON text, as `json`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Json<'a>(pub(super) &'a str);

impl Type<Postgres> for Moment {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1184))
    }
}

impl PgHasArrayType for Moment {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(1185))
    }
}

impl Encode<'_, Postgres> for Moment {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend(self.0.saturating_sub(EPOCH).to_be_bytes());
        Ok(IsNull::No)
    }
}

impl Type<Postgres> for Json<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(114))
    }
}

impl PgHasArrayType for Json<'_> {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(199))
    }
}

impl Encode<'_, Postgres> for Json<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        buffer.extend(self.0.as_bytes());
        Ok(IsNull::No)
    }
}

/// A column that is not what its place in the statement says it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Odd;

/// The columns of one row, by their place, as bytes.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a PgRow);

impl<'a> Fields<'a> {
    fn value(self, index: usize) -> Result<PgValueRef<'a>, Odd> {
        self.0.try_get_raw(index).map_err(|_| Odd)
    }

    /// Whether there is nothing.
    pub(super) fn is_null(self, index: usize) -> bool {
        self.value(index).is_ok_and(|value| value.is_null())
    }

    pub(super) fn bytes(self, index: usize) -> Result<&'a [u8], Odd> {
        self.value(index)?.as_bytes().map_err(|_| Odd)
    }

    /// `text` or `json`, which is sent as its text.
    pub(super) fn text(self, index: usize) -> Result<&'a str, Odd> {
        str::from_utf8(self.bytes(index)?).map_err(|_| Odd)
    }

    pub(super) fn number(self, index: usize) -> Result<i64, Odd> {
        Ok(i64::from_be_bytes(
            self.bytes(index)?.try_into().map_err(|_| Odd)?,
        ))
    }

    /// Microseconds since 1970.
    pub(super) fn moment(self, index: usize) -> Result<i64, Odd> {
        self.number(index)?.checked_add(EPOCH).ok_or(Odd)
    }
}

/// A position, size or sequence as PostgreSQL keeps it. What exceeds its 63 bits is nowhere in a ledger.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A position, size or sequence read back; what is below zero is nowhere in a ledger.
pub(super) fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
