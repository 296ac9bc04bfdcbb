//! Career cheques, issued and redeemed (section 2.5).

use jiff::civil::Date;

use super::Record;
use super::cell::Kvk;
use super::columns::fields;
use super::row::RowReader;
use crate::amount::Amount;

/// A career cheque that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChequeIssued {
    /// Number of the cheque, unique.
    pub number: String,
    /// A higher version replaces a lower one.
    pub version: u32,
    /// Date of issue.
    pub issued_on: Date,
    /// Last day on which it is valid.
    pub valid_until: Date,
    /// What it is worth.
    pub value: Amount,
    /// KVK number of the supplier.
    pub supplier_kvk: String,
}

/// A career cheque that was redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChequeRedeemed {
    /// Number of the cheque, unique.
    pub number: String,
    /// A higher version replaces a lower one.
    pub version: u32,
    /// Date on which it was redeemed: performance date.
    pub redeemed_on: Date,
    /// KVK number of the supplier.
    pub supplier_kvk: String,
}

fields! {
    struct ChequeIssuedFields {
        number: String = required "chequenummer",
        version: u32 = or_one "versie" | "rev",
        issued_on: Date = required "uitgegeven_op",
        valid_until: Date = required "geldig_tot",
        value: Amount = required "waarde",
        supplier: Kvk = required "leverancier",
    }
}

fields! {
    struct ChequeRedeemedFields {
        number: String = required "chequenummer",
        version: u32 = or_one "versie" | "rev",
        redeemed_on: Date = required "verzilverd_op",
        supplier: Kvk = required "leverancier",
    }
}

impl Record for ChequeIssued {
    type Fields = ChequeIssuedFields;

    fn assemble(fields: ChequeIssuedFields, row: &mut RowReader<'_>) -> Option<Self> {
        let (issued_on, valid_until) = row.in_order(fields.issued_on, fields.valid_until, "geldig_tot")?;
        Some(Self {
            number: fields.number?,
            version: fields.version?,
            issued_on,
            valid_until,
            value: fields.value?,
            supplier_kvk: fields.supplier?.0,
        })
    }
}

impl Record for ChequeRedeemed {
    type Fields = ChequeRedeemedFields;

    fn assemble(fields: ChequeRedeemedFields, _: &mut RowReader<'_>) -> Option<Self> {
        Some(Self {
            number: fields.number?,
            version: fields.version?,
            redeemed_on: fields.redeemed_on?,
            supplier_kvk: fields.supplier?.0,
        })
    }
}
