//! Documents without fault, to be changed by the tests, and short ways to read them.

use subsidy_documents::{
    Document, Fault, FaultyInvoice, Invoice, InvoiceDocument, Kind, Limits, Reading, Unreadable, read,
};

/// An invoice with an exempt line and one at 21 %.
pub(crate) const INVOICE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>
  <cbc:ID>F-1</cbc:ID>
  <cbc:IssueDate>2023-03-01</cbc:IssueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:Note>maart</cbc:Note>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>ref</cbc:BuyerReference>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyTaxScheme><cbc:CompanyID>NL123456782B01</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>ROC A &amp; B</cbc:RegistrationName><cbc:CompanyID schemeID="0106">30012345</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PartyLegalEntity><cbc:CompanyID schemeID="0190">00000003412345670000</cbc:CompanyID></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>NL44 RABO 0123 4567 89</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
  <cac:TaxTotal>
    <cbc:TaxAmount currencyID="EUR">21.01</cbc:TaxAmount>
    <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">79.50</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal>
    <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">100.05</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">21.01</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21.00</cbc:Percent></cac:TaxCategory></cac:TaxSubtotal>
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="EUR">179.55</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="EUR">179.55</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">200.56</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">200.56</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine>
    <cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">79.50</cbc:LineExtensionAmount>
    <cac:InvoicePeriod><cbc:StartDate>2023-02-10</cbc:StartDate><cbc:EndDate>2023-02-10</cbc:EndDate></cac:InvoicePeriod>
    <cac:Item>
      <cbc:Description>vrije tekst</cbc:Description>
      <cbc:Name>Examen</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>MBO_EXAM/PA-017</cbc:ID></cac:SellersItemIdentification>
      <cac:ClassifiedTaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent></cac:ClassifiedTaxCategory>
      <cac:AdditionalItemProperty><cbc:Name>kandidaat</cbc:Name><cbc:Value>C-7</cbc:Value></cac:AdditionalItemProperty>
      <cac:AdditionalItemProperty><cbc:Name>bewijs</cbc:Name><cbc:Value>U-1</cbc:Value></cac:AdditionalItemProperty>
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">79.50</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
  <cac:InvoiceLine>
    <cbc:ID>2</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">3</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">100.05</cbc:LineExtensionAmount>
    <cac:InvoicePeriod><cbc:StartDate>2023-02-11</cbc:StartDate></cac:InvoicePeriod>
    <cac:Item>
      <cbc:Name>Training</cbc:Name>
      <cac:SellersItemIdentification><cbc:ID>RPT/PA-N2</cbc:ID></cac:SellersItemIdentification>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent></cac:ClassifiedTaxCategory>
    </cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">33.35</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>
"#;

/// A credit note on one line, with other prefixes than the usual ones.
pub(crate) const CREDIT_NOTE: &str = r#"<n:CreditNote xmlns:n="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
  xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</CustomizationID>
  <ID>C-1</ID>
  <IssueDate>2023-04-01</IssueDate>
  <CreditNoteTypeCode>381</CreditNoteTypeCode>
  <DocumentCurrencyCode>EUR</DocumentCurrencyCode>
  <a:BillingReference><a:InvoiceDocumentReference><ID>F-1</ID><IssueDate>2023-03-01</IssueDate></a:InvoiceDocumentReference></a:BillingReference>
  <a:AccountingSupplierParty><a:Party><a:PartyLegalEntity><RegistrationName>ROC A</RegistrationName><CompanyID schemeID="0106">30012345</CompanyID></a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>
  <a:TaxTotal><TaxAmount currencyID="EUR">0</TaxAmount>
    <a:TaxSubtotal><TaxableAmount currencyID="EUR">79.5</TaxableAmount><TaxAmount currencyID="EUR">0</TaxAmount><a:TaxCategory><ID>O</ID></a:TaxCategory></a:TaxSubtotal>
  </a:TaxTotal>
  <a:LegalMonetaryTotal>
    <LineExtensionAmount currencyID="EUR">79.50</LineExtensionAmount>
    <TaxExclusiveAmount currencyID="EUR">79.50</TaxExclusiveAmount>
    <TaxInclusiveAmount currencyID="EUR">79.50</TaxInclusiveAmount>
    <PayableAmount currencyID="EUR">79.50</PayableAmount>
  </a:LegalMonetaryTotal>
  <a:CreditNoteLine>
    <ID>1</ID>
    <CreditedQuantity>1</CreditedQuantity>
    <LineExtensionAmount currencyID="EUR">79.50</LineExtensionAmount>
    <a:Item>
      <a:SellersItemIdentification><ID>MBO_EXAM/PA-017</ID></a:SellersItemIdentification>
      <a:ClassifiedTaxCategory><ID>O</ID></a:ClassifiedTaxCategory>
      <a:AdditionalItemProperty><Name>Factuurregel</Name><Value>1</Value></a:AdditionalItemProperty>
    </a:Item>
  </a:CreditNoteLine>
</n:CreditNote>
"#;

/// For every list: its header with every column, and a row without fault.
pub(crate) const LISTS: &[(Kind, &str, &str)] = &[
    (
        Kind::ExamResults,
        "uitslagnummer;versie;kandidaatnummer;examencode;examenomschrijving;boekingsdatum;examendatum;poging;uitslag;geboekt_door;soort_boeker;afgenomen_door",
        "U-1;2;C-7;PA-017;Banden;02-01-2023;2023-02-10;1;geslaagd;25lx;school;IBKI",
    ),
    (
        Kind::Attendance,
        "presentienummer;versie;deelnemer;regeling;datum;deelbranche;niveau;soort_deelnemer;aanwezig;aansluitnummer;locatie;pakket;module_op;training",
        "P-1;;D-7;RPT;10-02-2023;personenauto;2;bbl;ja;123;Bunnik;;;",
    ),
    (
        Kind::EvcCertificates,
        "certificaatnummer;versie;kandidaat;standaard;afgegeven_op;aanbieder;erkend;in_dienst",
        "E-1;;K-7;APK;10-02-2023;Aanbieder;j;1",
    ),
    (
        Kind::ExamProtocols,
        "protocolnummer;versie;kandidaat;examen;tak;kerntaak;poging;datum;deelgenomen;geslaagd;uwv;baangarantie",
        "B-1;;K-7;branchemedewerker;fiets;2;;10-02-2023;ja;;nee;n",
    ),
    (
        Kind::ChequesIssued,
        "chequenummer;versie;uitgegeven_op;geldig_tot;waarde;leverancier",
        "Q-1;;10-02-2023;10-02-2024;1.350,-;30012345",
    ),
    (
        Kind::ChequesRedeemed,
        "chequenummer;versie;verzilverd_op;leverancier",
        "Q-1;;10-02-2023;30012345",
    ),
    (
        Kind::BudgetCoaching,
        "dossier;versie;aangevraagd_op;gestart_op;soort;afgerond_op",
        "D-1;;10-02-2023;;FI;",
    ),
    (
        Kind::Grants,
        "aanvraagnummer;regeling;versie;kandidaat;standaard;regio;jaar;aanvrager;aangevraagd_op;besluit;besloten_op;bedrag;vrijgevallen_op;vrijval;reden",
        "A-1;STO;;;;Zuid;2023;30012345;10-02-2023;toegekend;11-02-2023;1.000,00;12-03-2023;250,00;restant",
    ),
    (
        Kind::Agreements,
        "overeenkomst;regeling;contractant;regio;van;tot;bedrag;besluit",
        "O-1;ON_STAGE;30012345;;01-08-2023;31-07-2024;;B-1",
    ),
    (
        Kind::EvCertificates,
        "certificaatnummer;versie;kandidaat;exameninstelling;examendatum;afgegeven_op;geslaagd",
        "V-1;;K-7;ecarr;10-02-2023;11-02-2023;0",
    ),
    (
        Kind::Payees,
        "kvk;oin;naam;soort;brin;btw;iban",
        "30012345;;ROC A;school;25LX;vrijgesteld;NL44RABO0123456789",
    ),
    (
        Kind::ExamTypes,
        "examencode;omschrijving;deelbranche;niveau;tariefgroep;inhoud;ook_bekend_als;soort",
        "PA-017;Banden;personenauto;2;A;PA-017;PA-17, PA-017B;pvb",
    ),
    (
        Kind::SchemeTerms,
        "regeling;besluit;besloten_op;van;tot;begrotingsbeleid;btw_grondslag;declareren_voor;bestedingsdoel;herkomst",
        "EVC;B-1;10-12-2022;01-01-2023;;wachtrij;exclusief;01-04;c;openbaar",
    ),
    (
        Kind::Tariffs,
        "regeling;sleutel;versie;bedrag;prijs;van;tot;besluit;besloten_op;herkomst;bron",
        "RPT;PA-N2;2023;79,50;113,57;01-01-2023;31-12-2023;B-1;10-12-2022;fixture;",
    ),
    (
        Kind::Budgets,
        "jaar;regeling;soort;naar;aantal;bedrag;besluit;besloten_op;herkomst",
        "2023;EVC;wijziging;;-1.055;-1.234,56;B-1;10-12-2022;openbaar",
    ),
    (
        Kind::Deliveries,
        "dienst;onderdeel;maand;aantal;doel;bron",
        "COACHING;REGULAR;2023-02;1.055;;",
    ),
    (
        Kind::ReferenceFigures,
        "regeling;jaar;categorie;kengetal;aantal;bron",
        "RPT;2023;TW-N2;aangevraagd;7750;jaarverslag",
    ),
    (
        Kind::OfficerDecisions,
        "besluit;datum;begunstigde;factuur;regel;uitkomst;reden;door",
        "X-1;10-02-2023;00000003412345670000;F-1;2;afwijzen;LATE;sub-1",
    ),
    (
        Kind::Approvals,
        "goedkeuring;datum;begunstigde;factuur;regel;uitkomst;bedrag;reden;door;account",
        "G-1;10-02-2023;30012345;F-1;2;deels;79,50;TARIFF_DIFF;sub-1;acc-1",
    ),
    (
        Kind::PaymentSteps,
        "batch;stap;datum;uitvoeren_op;door",
        "2023-0001;voorstel;31-01-2023;01-02-2023;sub-1",
    ),
    (
        Kind::Recourses,
        "kenmerk;datum;begunstigde;factuur;regel;wijze;door;tweede",
        "TV-2023-001;10-02-2023;30012345;F-1;2;afboeken;sub-1;sub-2",
    ),
    (
        Kind::AccountChanges,
        "begunstigde;stap;iban;naam;datum;door",
        "30012345;voorstel;NL44RABO0123456789;ROC A;10-02-2023;sub-1",
    ),
    (
        Kind::OwnAccounts,
        "naam;iban;bic;besluit;datum;herkomst",
        "Fonds;NL44RABO0123456789;RABONL2U;B-1;02-01-2023;fixture",
    ),
    (
        Kind::PeriodSteps,
        "periode;stap;datum;door",
        "2023;voorstel;01-03-2024;sub-1",
    ),
    (
        Kind::BankRulings,
        "besluit;datum;afschrift;mutatie;uitkomst;kenmerk;door",
        "B-1;10-02-2023;A-1;3;opdracht;2023-0001-30012345;sub-1",
    ),
    (
        Kind::ApprovalPolicies,
        "een_tot_en_met;besluit;datum",
        "500,00;B-1;10-02-2023",
    ),
    (
        Kind::SampleSteps,
        "steekproef;stap;datum;door;jaar;grondslag;regelingen;positie;materialiteit;betrouwbaarheid;verwacht;zaad;declaratie;juist;werkdocument",
        "S-2023-1;plan;01-02-2024;sub-1;2023;prestatie;MBO_EXAM EVC;4711;3;95;0,5;;;;",
    ),
    (
        Kind::Invoice,
        "factuurnummer;factuurdatum;soort;begunstigde;naam;iban;crediteert;totaal_exclusief;totaal_btw;totaal_inclusief;regel;code;prestatiedatum;kandidaat;bewijs;factuurregel;aantal;prijs;bedrag;btw",
        "F-1;01-03-2023;factuur;30012345;ROC A;NL44RABO0123456789;;79,50;0,00;79,50;1;MBO_EXAM/PA-017;10-02-2023;C-7;U-1;;1;79,50;79,50;vrijgesteld",
    ),
];

/// A list of one kind with its header and these rows.
pub(crate) fn list(kind: Kind, rows: &[&str]) -> String {
    let (_, header, _) = LISTS
        .iter()
        .find(|(other, ..)| *other == kind)
        .expect("a list of this kind");
    format!("{header}\n{}\n", rows.join("\n"))
}

/// The row without fault of a list, with one field changed.
pub(crate) fn row_with(kind: Kind, column: &str, value: &str) -> String {
    let (_, header, row) = LISTS
        .iter()
        .find(|(other, ..)| *other == kind)
        .expect("a list of this kind");
    let position = header
        .split(';')
        .position(|name| name == column)
        .expect("a column of this name");
    let mut fields: Vec<&str> = row.split(';').collect();
    fields[position] = value;
    fields.join(";")
}

pub(crate) fn reading(text: &str) -> Reading {
    try_reading(text.as_bytes()).expect("readable")
}

pub(crate) fn try_reading(bytes: &[u8]) -> Result<Reading, Unreadable> {
    read(bytes, &Limits::default())
}

fn invoice_document(text: &str) -> InvoiceDocument {
    let Document::Invoice(document) = reading(text).document else {
        panic!("no invoice")
    };
    *document
}

pub(crate) fn sound(text: &str) -> Invoice {
    match invoice_document(text) {
        InvoiceDocument::Sound(invoice) => invoice,
        InvoiceDocument::Faulty(faulty) => panic!("faulty: {:#?}", faulty.faults),
    }
}

pub(crate) fn faulty(text: &str) -> FaultyInvoice {
    match invoice_document(text) {
        InvoiceDocument::Faulty(faulty) => faulty,
        InvoiceDocument::Sound(invoice) => panic!("sound: {invoice:#?}"),
    }
}

/// A text with one part replaced, which must occur.
pub(crate) fn with(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old} does not occur");
    text.replacen(old, new, 1)
}

/// Faults as lines of text.
pub(crate) fn lines(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

/// Codes and fields of faults: `MISSING_FIELD BT-1`.
pub(crate) fn codes(faults: &[Fault]) -> Vec<String> {
    let code = |fault: &Fault| {
        format!(
            "{} {}",
            fault.code.as_str(),
            fault.field.as_deref().unwrap_or("-")
        )
    };
    faults.iter().map(code).collect()
}
