//! Papers to send to a small fund: invoices and credit notes in UBL, lists in CSV.

use std::fmt::Write as _;

use super::fund::{BRIN, IBAN};

/// The school that sends most of them.
pub(crate) const SCHOOL: &str = "90001111";

/// What makes a fund of one school and one exam type, and the pass `R-1` of the candidate `K-1` in it.
pub(crate) fn one_pass() -> [(&'static str, Vec<u8>); 5] {
    [
        ("terms.csv", terms("MBO_EXAM")),
        ("tariff.csv", exam_tariff()),
        ("type.csv", exam_type("PA-1", "")),
        ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
        (
            "results.csv",
            results(&[pass("R-1", "K-1", "PA-1", "2023-03-15", BRIN)]),
        ),
    ]
}

/// A line of an invoice.
#[derive(Clone)]
pub(crate) struct BillLine {
    pub(crate) item: String,
    pub(crate) candidate: String,
    pub(crate) evidence: Option<String>,
    pub(crate) performed_on: &'static str,
    pub(crate) cents: i64,
    /// On a credit note: the line that it takes back.
    pub(crate) credits: Option<&'static str>,
}

/// An exam of one of the fund's learners, as a school asks for it.
pub(crate) fn exam(code: &str, candidate: &str, result: &str, performed_on: &'static str) -> BillLine {
    BillLine {
        item: format!("MBO_EXAM/{code}"),
        candidate: candidate.to_owned(),
        evidence: Some(result.to_owned()),
        performed_on,
        cents: 12_350,
        credits: None,
    }
}

/// An invoice or credit note.
#[derive(Clone)]
pub(crate) struct Bill {
    pub(crate) seller: &'static str,
    pub(crate) number: &'static str,
    pub(crate) issued: &'static str,
    /// The invoice that is credited: this is a credit note.
    pub(crate) credits: Option<&'static str>,
    /// The account on which it asks to be paid.
    pub(crate) account: Option<&'static str>,
    pub(crate) note: String,
    /// Cents by which the total differs from the lines.
    pub(crate) off_by: i64,
    pub(crate) lines: Vec<BillLine>,
}

/// An invoice of the school.
pub(crate) fn invoice(number: &'static str, lines: impl Into<Vec<BillLine>>) -> Bill {
    Bill {
        seller: SCHOOL,
        number,
        issued: "2023-04-03",
        credits: None,
        account: None,
        note: "test".to_owned(),
        off_by: 0,
        lines: lines.into(),
    }
}

/// A credit note of the school for the first line of an invoice.
pub(crate) fn credit_note(number: &'static str, of: &'static str, line: BillLine) -> Bill {
    let line = BillLine {
        credits: Some("1"),
        ..line
    };
    Bill {
        credits: Some(of),
        ..invoice(number, [line])
    }
}

fn amount(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

impl Bill {
    /// The document as a sender writes it.
    pub(crate) fn xml(&self) -> Vec<u8> {
        let (root, counted, type_code) = match self.credits {
            None => (
                "Invoice",
                "Invoiced",
                "<cbc:DueDate>2023-12-31</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
            ),
            Some(_) => (
                "CreditNote",
                "Credited",
                "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>",
            ),
        };
        let Self {
            seller,
            number,
            issued,
            note,
            ..
        } = self;
        let preceding = self.credits.map_or_else(String::new, |of| {
            format!(
                "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>{of}</cbc:ID>\
                 </cac:InvoiceDocumentReference></cac:BillingReference>"
            )
        });
        let school = party("Supplier", &format!("School {seller}"), seller);
        let fund = party("Customer", "Opleidingsfonds", "90009999");
        let means = match self.account {
            Some(account) => format!(
                "<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID>\
                 </cac:PayeeFinancialAccount>"
            ),
            None => "<cbc:PaymentMeansCode>57</cbc:PaymentMeansCode>".to_owned(),
        };
        let means = format!("<cac:PaymentMeans>{means}</cac:PaymentMeans>");
        let sum: i64 = self.lines.iter().map(|line| line.cents).sum();
        let (net, total) = (amount(sum), amount(sum + self.off_by));
        let mut lines = String::new();
        for (id, line) in (1..).zip(&self.lines) {
            write!(lines, "{}", line.xml(id, root, counted)).expect("text");
        }
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <{root} xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:{root}-2\"\n \
             xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\"\n \
             xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\n\
             <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>\
             <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>\n\
             <cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate>{type_code}<cbc:Note>{note}</cbc:Note>\
             <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:BuyerReference>test</cbc:BuyerReference>{preceding}\n\
             {school}{fund}{means}\n\
             <cac:TaxTotal><cbc:TaxAmount currencyID=\"EUR\">0.00</cbc:TaxAmount><cac:TaxSubtotal>\
             <cbc:TaxableAmount currencyID=\"EUR\">{net}</cbc:TaxableAmount>\
             <cbc:TaxAmount currencyID=\"EUR\">0.00</cbc:TaxAmount>\
             <cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent>\
             <cbc:TaxExemptionReason>Onderwijs</cbc:TaxExemptionReason><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>\n\
             <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID=\"EUR\">{net}</cbc:LineExtensionAmount>\
             <cbc:TaxExclusiveAmount currencyID=\"EUR\">{net}</cbc:TaxExclusiveAmount>\
             <cbc:TaxInclusiveAmount currencyID=\"EUR\">{total}</cbc:TaxInclusiveAmount>\
             <cbc:PayableAmount currencyID=\"EUR\">{total}</cbc:PayableAmount></cac:LegalMonetaryTotal>\n\
             {lines}</{root}>\n"
        )
        .into_bytes()
    }
}

/// The seller or buyer of an invoice.
fn party(role: &str, name: &str, kvk: &str) -> String {
    let vat = if role == "Supplier" {
        format!(
            "<cac:PartyTaxScheme><cbc:CompanyID>NL8{kvk}B01</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\
             </cac:PartyTaxScheme>"
        )
    } else {
        String::new()
    };
    format!(
        "<cac:Accounting{role}Party><cac:Party><cac:PostalAddress><cbc:StreetName>Straat 1</cbc:StreetName>\
         <cbc:CityName>Bunnik</cbc:CityName><cbc:PostalZone>0000 FX</cbc:PostalZone>\
         <cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>{vat}\
         <cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>\
         <cbc:CompanyID schemeID=\"0106\">{kvk}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:Accounting{role}Party>"
    )
}

impl BillLine {
    fn xml(&self, id: u32, root: &str, counted: &str) -> String {
        let Self {
            item, performed_on, ..
        } = self;
        let net = amount(self.cents);
        let property = |name: &str, value: &str| {
            format!(
                "<cac:AdditionalItemProperty><cbc:Name>{name}</cbc:Name><cbc:Value>{value}</cbc:Value>\
                 </cac:AdditionalItemProperty>"
            )
        };
        let mut properties = String::new();
        if !self.candidate.is_empty() {
            properties += &property("kandidaat", &self.candidate);
        }
        if let Some(evidence) = &self.evidence {
            properties += &property("bewijs", evidence);
        }
        if let Some(credited) = self.credits {
            properties += &property("factuurregel", credited);
        }
        format!(
            "<cac:{root}Line><cbc:ID>{id}</cbc:ID><cbc:{counted}Quantity unitCode=\"C62\">1</cbc:{counted}Quantity>\
             <cbc:LineExtensionAmount currencyID=\"EUR\">{net}</cbc:LineExtensionAmount>\
             <cac:InvoicePeriod><cbc:StartDate>{performed_on}</cbc:StartDate></cac:InvoicePeriod>\
             <cac:Item><cbc:Name>line</cbc:Name>\
             <cac:SellersItemIdentification><cbc:ID>{item}</cbc:ID></cac:SellersItemIdentification>\
             <cac:ClassifiedTaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent>\
             <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory>{properties}</cac:Item>\
             <cac:Price><cbc:PriceAmount currencyID=\"EUR\">{net}</cbc:PriceAmount></cac:Price></cac:{root}Line>\n"
        )
    }
}

pub(crate) fn list(header: &str, rows: &[String]) -> Vec<u8> {
    format!("{header}\n{}\n", rows.join("\n")).into_bytes()
}

/// The terms of a scheme, open since 2019 and never late.
pub(crate) fn terms(scheme: &str) -> Vec<u8> {
    list(
        "regeling;besluit;besloten_op;van;tot;begrotingsbeleid;btw_grondslag;declareren_voor;bestedingsdoel;herkomst",
        &[format!(
            "{scheme};BB-1;01-12-2022;01-01-2019;;waarschuwen;exclusief;;SCHOLING;fixture"
        )],
    )
}

/// The exam tariff A of 2023, at EUR 123.50.
pub(crate) fn exam_tariff() -> Vec<u8> {
    tariff("MBO_EXAM;A;2023;123,50;173,00;01-01-2023;;BB-2;01-12-2022;fixture;")
}

/// A tariff.
pub(crate) fn tariff(row: &str) -> Vec<u8> {
    list(
        "regeling;sleutel;versie;bedrag;prijs;van;tot;besluit;besloten_op;herkomst;bron",
        &[row.to_owned()],
    )
}

/// An exam type at tariff A, and the other codes under which it is claimed.
pub(crate) fn exam_type(code: &str, also: &str) -> Vec<u8> {
    list(
        "examencode;omschrijving;deelbranche;niveau;tariefgroep;inhoud;ook_bekend_als;soort",
        &[format!("{code};Onderhoud;personenauto;2;A;{code};{also};bve")],
    )
}

/// The registration of a school under its BRIN.
pub(crate) fn payee(kvk: &str, brin: &str, iban: &str) -> Vec<u8> {
    list(
        "kvk;oin;naam;soort;brin;btw;iban",
        &[format!("{kvk};;School {kvk};school;{brin};vrijgesteld;{iban}")],
    )
}

/// A row of the examiner's list: a pass, booked by the school with this BRIN on the second of January.
pub(crate) fn pass(result: &str, candidate: &str, code: &str, performed_on: &str, brin: &str) -> String {
    format!("{result};{candidate};{code};2023-01-02;{performed_on};geslaagd;{brin};school;IBKI")
}

/// The examiner's list.
pub(crate) fn results(rows: &[String]) -> Vec<u8> {
    list(
        "uitslagnummer;kandidaatnummer;examencode;boekingsdatum;examendatum;uitslag;geboekt_door;soort_boeker;afgenomen_door",
        rows,
    )
}

/// An officer's decision on the first line of an invoice of the school.
pub(crate) fn decision(invoice: &str, ruling: &str, reason: &str) -> Vec<u8> {
    list(
        "besluit;datum;begunstigde;factuur;regel;uitkomst;reden;door",
        &[format!(
            "D-1;2023-05-01;{SCHOOL};{invoice};1;{ruling};{reason};officer-1"
        )],
    )
}
