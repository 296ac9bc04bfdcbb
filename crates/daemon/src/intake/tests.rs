//! A budget that is exhausted, over the cases of several learners: a queue, and a division (E15).

use std::collections::BTreeMap;
use std::fs;

use jiff::civil::date;
use subsidy_domain::money::Euro;
use subsidy_domain::reason::Reason;
use subsidy_domain::view::ClaimRow;
use subsidy_ledger::{Keys, Opening};
use tempfile::TempDir;

use super::*;
use crate::clock::Moment;

/// A fund with one scheme, of which an exam earns 100.00, and what comes in day by day.
pub(super) struct Fund {
    pub(super) folder: TempDir,
    pub(super) ledger: Arc<Ledger>,
    pub(super) intake: Intake,
    day: i8,
}

impl Fund {
    pub(super) fn with(policy: &str, budget: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::open(folder.path().join("fund.db"), Opening::Create).expect("a ledger");
        let ledger = Arc::new(ledger);
        let clock = Clock::At(Moment::morning_of(date(2023, 6, 1)));
        let intake = Intake::open(Arc::clone(&ledger), LearnerSecret::new([7; 32]), clock).expect("opens");
        let mut fund = Self {
            folder,
            ledger,
            intake,
            day: 0,
        };
        let terms = format!(
            "regeling;besluit;besloten_op;van;tot;begrotingsbeleid;btw_grondslag;declareren_voor;bestedingsdoel;herkomst\n\
             BMB_FULL;B-1;01-12-2022;01-01-2019;;{policy};exclusief;;SCHOLING;fixture\n"
        );
        let tariffs = "regeling;sleutel;versie;bedrag;prijs;van;tot;besluit;besloten_op;herkomst;bron\n\
                       BMB_FULL;*;2023;100,00;;01-01-2019;;B-1;01-12-2022;fixture;\n";
        let payees = "kvk;oin;naam;soort;brin;btw;iban\n\
                      90000001;;Opleider Fixture;opleider;;vrijgesteld;NL44RABO0123456789\n";
        let protocols: String = (1..=5)
            .map(|learner| format!("P-{learner};FX-{learner}A;branchemedewerker;fiets;10-05-2023;ja;ja;ja\n"))
            .collect();
        let protocols =
            format!("protocolnummer;kandidaat;examen;tak;datum;deelgenomen;uwv;baangarantie\n{protocols}");
        fund.comes(&[
            ("terms.csv", terms),
            ("tariffs.csv", tariffs.to_owned()),
            ("payees.csv", payees.to_owned()),
            ("protocols.csv", protocols),
            ("budget.csv", budgets(&format!("vaststelling;{budget};B-1"))),
        ]);
        fund
    }

    /// Takes in files, on a day after the last.
    fn comes(&mut self, files: &[(&str, String)]) -> Summary {
        let summary = self.whatever_comes(files);
        for file in &summary.files {
            assert!(file.faults.is_empty(), "{file:?}");
        }
        summary
    }

    /// The same, of which something may be wrong.
    pub(super) fn whatever_comes(&mut self, files: &[(&str, String)]) -> Summary {
        self.day += 1;
        let folder = self.folder.path().join(format!("{:02}", self.day));
        fs::create_dir(&folder).expect("a new day");
        for (name, content) in files {
            fs::write(folder.join(name), content).expect("written");
        }
        let day = date(2023, 6, self.day);
        self.intake.set_clock(Clock::At(Moment::morning_of(day)));
        self.intake.ingest(&[folder], &mut |_| {}).expect("taken in")
    }

    /// What each invoice became: what it earns, or the code of the reason for which it waits or was refused.
    pub(super) fn stands(&self) -> BTreeMap<String, String> {
        self.claims()
            .map(|row| {
                let earned = row.award.as_ref().map(|award| award.amount.to_string());
                let outcome = earned.or_else(|| row.reason.as_ref().map(|why| why.code().to_owned()));
                (row.presented.line.invoice.to_string(), outcome.expect("decided"))
            })
            .collect()
    }

    fn claims(&self) -> impl Iterator<Item = ClaimRow> {
        let mut rows = Vec::new();
        self.ledger
            .rows("claims", &Keys::All, &mut |_, row| rows.push(row.to_owned()))
            .expect("the view");
        rows.into_iter()
            .map(|row| serde_json::from_str(&row).expect("a row"))
    }
}

fn budgets(entry: &str) -> String {
    let [kind, amount, decision] = entry.split(';').collect::<Vec<_>>()[..] else {
        panic!("{entry}")
    };
    format!(
        "jaar;regeling;soort;naar;aantal;bedrag;besluit;besloten_op;herkomst\n\
         2023;BMB_FULL;{kind};;;{amount};{decision};01-06-2023;fixture\n"
    )
}

/// An invoice of one line: the exam of a learner, at what is asked for it.
pub(super) fn invoice(number: &str, learner: u8, day: i8, amount: &str) -> (String, String) {
    let issued = date(2023, 5, day);
    let party = |kind: &str| {
        format!(
            "<cac:{kind}><cac:Party><cac:PostalAddress><cbc:StreetName>Straat 1</cbc:StreetName><cbc:CityName>Bunnik</cbc:CityName>\
             <cbc:PostalZone>0000 FX</cbc:PostalZone><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country>\
             </cac:PostalAddress><cac:PartyTaxScheme><cbc:CompanyID>NL890000001B01</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>\
             </cac:TaxScheme></cac:PartyTaxScheme>\
             <cac:PartyLegalEntity><cbc:RegistrationName>Opleider Fixture</cbc:RegistrationName>\
             <cbc:CompanyID schemeID=\"0106\">90000001</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:{kind}>"
        )
    };
    let money = |name: &str, amount: &str| format!("<cbc:{name} currencyID=\"EUR\">{amount}</cbc:{name}>");
    let category = |name: &str, reason: &str| {
        format!(
            "<cac:{name}><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent>{reason}<cac:TaxScheme><cbc:ID>VAT</cbc:ID>\
             </cac:TaxScheme></cac:{name}>"
        )
    };
    let property = |name: &str, value: &str| {
        format!(
            "<cac:AdditionalItemProperty><cbc:Name>{name}</cbc:Name><cbc:Value>{value}</cbc:Value>\
             </cac:AdditionalItemProperty>"
        )
    };
    let tax = format!(
        "<cac:TaxTotal>{}<cac:TaxSubtotal>{}{}{}</cac:TaxSubtotal></cac:TaxTotal>",
        money("TaxAmount", "0.00"),
        money("TaxableAmount", amount),
        money("TaxAmount", "0.00"),
        category(
            "TaxCategory",
            "<cbc:TaxExemptionReason>Onderwijs</cbc:TaxExemptionReason>"
        ),
    );
    let totals: String = ["LineExtension", "TaxExclusive", "TaxInclusive", "Payable"]
        .iter()
        .map(|name| money(&format!("{name}Amount"), amount))
        .collect();
    let item = format!(
        "<cac:Item><cbc:Name>Examen</cbc:Name><cac:SellersItemIdentification><cbc:ID>BMB_FULL/BICYCLE</cbc:ID>\
         </cac:SellersItemIdentification>{}{}{}</cac:Item>",
        category("ClassifiedTaxCategory", ""),
        property("kandidaat", &format!("FX-{learner}A")),
        property("bewijs", &format!("P-{learner}")),
    );
    let ns = "urn:oasis:names:specification:ubl:schema:xsd";
    let xml = format!(
        "<Invoice xmlns=\"{ns}:Invoice-2\" xmlns:cac=\"{ns}:CommonAggregateComponents-2\" \
         xmlns:cbc=\"{ns}:CommonBasicComponents-2\">\
         <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>\
         <cbc:ID>{number}</cbc:ID><cbc:IssueDate>{issued}</cbc:IssueDate><cbc:DueDate>2023-12-31</cbc:DueDate>\
         <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\
         <cbc:BuyerReference>test</cbc:BuyerReference>{}{}<cac:PaymentMeans><cbc:PaymentMeansCode>57</cbc:PaymentMeansCode>\
         </cac:PaymentMeans>{tax}<cac:LegalMonetaryTotal>{totals}</cac:LegalMonetaryTotal>\
         <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode=\"C62\">1</cbc:InvoicedQuantity>{}\
         <cac:InvoicePeriod><cbc:StartDate>2023-05-10</cbc:StartDate></cac:InvoicePeriod>{item}<cac:Price>{}</cac:Price></cac:InvoiceLine>\
         </Invoice>",
        party("AccountingSupplierParty"),
        party("AccountingCustomerParty"),
        money("LineExtensionAmount", amount),
        money("PriceAmount", amount),
    );
    (format!("{number}.xml"), xml)
}

fn named(files: &[(String, String)]) -> Vec<(&str, String)> {
    files
        .iter()
        .map(|(name, content)| (name.as_str(), content.clone()))
        .collect()
}

fn refused(summary: &Summary) -> Vec<&str> {
    let rows = summary.files.iter().flat_map(|file| &file.refused_rows);
    rows.map(|row| row.code.as_str()).collect()
}

fn outcome(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(invoice, outcome)| ((*invoice).to_owned(), (*outcome).to_owned()))
        .collect()
}

#[test]
fn e15_in_a_queue_who_comes_new_waits_behind_who_waits_and_an_amendment_lets_them_in_in_order() {
    let mut fund = Fund::with("wachtrij", "150,00");
    fund.comes(&named(&[
        invoice("F-1", 1, 20, "100.00"),
        invoice("F-2", 2, 21, "100.00"),
    ]));
    // It would fit, and its invoice is older.
    fund.comes(&named(&[invoice("F-3", 3, 19, "40.00")]));
    fund.comes(&named(&[invoice("F-4", 4, 18, "100.00")]));
    let waits = [
        ("F-1", "100.00"),
        ("F-2", "BUDGET"),
        ("F-3", "BUDGET"),
        ("F-4", "BUDGET"),
    ];
    assert_eq!(fund.stands(), outcome(&waits));

    fund.comes(&[("more.csv", budgets("wijziging;10,00;B-2"))]);
    assert_eq!(
        fund.stands(),
        outcome(&waits),
        "the first does not fit, so nobody moves"
    );

    fund.comes(&[("more.csv", budgets("wijziging;100,00;B-3"))]);
    let moved = [
        ("F-1", "100.00"),
        ("F-2", "100.00"),
        ("F-3", "40.00"),
        ("F-4", "BUDGET"),
    ];
    assert_eq!(fund.stands(), outcome(&moved));
    fund.ledger.verify(&mut |_, _| {}).expect("in order");
}

#[test]
fn e15_a_queue_outlives_the_program() {
    let mut fund = Fund::with("wachtrij", "50,00");
    fund.comes(&named(&[invoice("F-1", 1, 20, "100.00")]));
    let clock = Clock::At(Moment::morning_of(date(2023, 6, 9)));
    fund.intake =
        Intake::open(Arc::clone(&fund.ledger), LearnerSecret::new([7; 32]), clock).expect("opens again");
    fund.comes(&named(&[invoice("F-2", 2, 19, "40.00")]));
    assert_eq!(fund.stands(), outcome(&[("F-1", "BUDGET"), ("F-2", "BUDGET")]));
}

#[test]
fn e15_pro_rata_all_wait_and_the_division_gives_shares_that_add_up() {
    let mut fund = Fund::with("pro_rata", "200,00");
    // The division stands in the folder of the invoices, and is dealt with after them.
    fund.comes(&named(&[
        invoice("F-1", 1, 20, "100.00"),
        invoice("F-2", 2, 20, "100.00"),
    ]));
    assert_eq!(fund.stands(), outcome(&[("F-1", "BUDGET"), ("F-2", "BUDGET")]));
    let mut files = vec![invoice("F-3", 3, 20, "100.00")];
    files.push(("a.csv".to_owned(), budgets("verdeling;0;B-2")));
    fund.comes(&named(&files));
    let shares = [("F-1", "66.67"), ("F-2", "66.67"), ("F-3", "66.66")];
    assert_eq!(fund.stands(), outcome(&shares));
    let given: Euro = fund
        .claims()
        .filter_map(|row| row.award)
        .map(|award| award.amount)
        .sum();
    assert_eq!(given, Euro::from_cents(20_000), "to the cent");
    for award in fund.claims().filter_map(|row| row.award) {
        let asked = Euro::from_cents(10_000);
        let share = award.amount;
        assert_eq!(award.remarks, [Reason::Shared { asked, share }]);
    }

    fund.comes(&named(&[invoice("F-4", 4, 20, "100.00")]));
    let again = fund.comes(&[("again.csv", budgets("verdeling;0;B-3"))]);
    assert_eq!(refused(&again), ["NOTHING_TO_DIVIDE"]);

    // A decision divides once: sent again when there is something to divide, it leaves who waits to the next one.
    fund.comes(&[("more.csv", budgets("wijziging;50,00;B-4"))]);
    fund.comes(&[("late.csv", budgets("verdeling;0,00;B-2"))]);
    assert_eq!(fund.stands().get("F-4").map(String::as_str), Some("BUDGET"));
    fund.comes(&[("next.csv", budgets("verdeling;0;B-5"))]);
    assert_eq!(fund.stands().get("F-4").map(String::as_str), Some("50.00"));
    fund.ledger.verify(&mut |_, _| {}).expect("in order");
}

#[test]
fn e15_a_budget_is_divided_only_where_the_terms_say_so() {
    let mut fund = Fund::with("wachtrij", "50,00");
    let summary = fund.comes(&[("a.csv", budgets("verdeling;0;B-2"))]);
    assert_eq!(refused(&summary), ["NOT_PRO_RATA"]);
}
