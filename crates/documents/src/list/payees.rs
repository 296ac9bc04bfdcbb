//! Payees (section 2.10).

use super::Record;
use super::cell::{Brin, Kvk, Oin};
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::identifier::{Iban, PartyId};

/// Someone who is paid, always an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// KVK number or OIN.
    pub id: PartyId,
    /// Exact name of the account holder.
    pub name: String,
    /// What kind of organisation.
    pub kind: PayeeKind,
    /// BRIN; always there for a school.
    pub brin: Option<String>,
    /// Whether it charges VAT.
    pub vat: VatStatus,
    /// Its account.
    pub iban: Iban,
}

words! {
    /// What kind of organisation a payee is.
    pub enum PayeeKind {
        /// A school.
        School = "school",
        /// A training provider.
        TrainingProvider = "opleider",
        /// An exam body.
        ExamBody = "exameninstelling",
        /// An employer.
        Employer = "werkgever",
        /// A supplier.
        Supplier = "leverancier",
        /// Another organisation.
        Organisation = "organisatie",
    }
}

words! {
    /// Whether a payee charges VAT.
    pub enum VatStatus {
        /// Exempt.
        Exempt = "vrijgesteld",
        /// Taxable.
        Taxable = "belast",
    }
}

fields! {
    struct PayeeFields {
        kvk: Option<Kvk> = expected "kvk" | "kvknummer",
        oin: Option<Oin> = optional "oin",
        name: String = required "naam",
        kind: PayeeKind = required "soort",
        brin: Option<Brin> = optional "brin",
        vat: VatStatus = required "btw",
        iban: Iban = required "iban",
    }
}

impl Record for Payee {
    type Fields = PayeeFields;

    fn assemble(fields: PayeeFields, row: &mut RowReader<'_>) -> Option<Self> {
        let id = party(&fields, row);
        let brin = brin(&fields, row);
        Some(Self {
            id: id?,
            name: fields.name?,
            kind: fields.kind?,
            brin: brin?,
            vat: fields.vat?,
            iban: fields.iban?,
        })
    }
}

fn party(fields: &PayeeFields, row: &mut RowReader<'_>) -> Option<PartyId> {
    match (fields.kvk.as_ref()?, fields.oin.as_ref()?) {
        (Some(kvk), None) => Some(PartyId::Kvk(kvk.0.clone())),
        (None, Some(oin)) => Some(PartyId::Oin(oin.0.clone())),
        (Some(_), Some(_)) => row.contradicting("oin"),
        (None, None) => row.missing("kvk"),
    }
}

fn brin(fields: &PayeeFields, row: &mut RowReader<'_>) -> Option<Option<String>> {
    match (fields.brin.as_ref()?, fields.kind) {
        (None, Some(PayeeKind::School)) => row.missing("brin"),
        (brin, _) => Some(brin.as_ref().map(|brin| brin.0.clone())),
    }
}
