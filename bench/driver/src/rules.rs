//! The invoice rules beside the official ones run by SaxonC, and whether they stay linear in the lines of an invoice.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bench_exchange::Paced;
use nix::sys::resource::{UsageWho, getrusage};
use subsidy_documents::Limits;
use subsidy_documents::rules::{RuleSet, check_against};

use crate::ledger::plan::{Measure, Row};
use crate::ledger::results::Results;
use crate::machine;

/// What to compare, and where.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of published cases, with `manifest.jsonl`
    #[arg(long)]
    cases: PathBuf,
    /// Folder of the official rules as XSLT: `EN16931-UBL-validation.xslt`, `si-ubl-2.0.xsl`, `PEPPOL-EN16931-UBL.xslt`
    #[arg(long)]
    xslt: PathBuf,
    /// Python with the package `saxonche`
    #[arg(long)]
    python: PathBuf,
    /// The script that runs it
    #[arg(long)]
    script: PathBuf,
    /// Folder for what is written; a folder `rules-bench` in it is emptied before and removed afterwards
    #[arg(long)]
    dir: PathBuf,
    /// File for the results, as JSON
    #[arg(long)]
    results: Option<PathBuf>,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// The official rules, in the order of [`RULE_SETS`].
const STYLESHEETS: [&str; 3] = [
    "EN16931-UBL-validation.xslt",
    "si-ubl-2.0.xsl",
    "PEPPOL-EN16931-UBL.xslt",
];
const RULE_SETS: [RuleSet; 3] = [RuleSet::En16931, RuleSet::Nlcius, RuleSet::PeppolBis3];

/// The lines of the invoices whose cost a line is compared.
const FEW: usize = 1_000;
const MANY: usize = 10_000;

/// How long our side repeats its files, so that its time is no chance.
const LEAST: Duration = Duration::from_secs(1);

const ROWS: [Row; 3] = [
    Row {
        name: "whole documents, three rule sets / SaxonC",
        ours: "corpus",
        theirs: "saxon",
        measure: Measure::Rate,
        goal: Some(10_000),
    },
    Row {
        name: "a line of 10,000 / a line of 1,000",
        ours: "many",
        theirs: "few",
        measure: Measure::Rate,
        goal: Some(80),
    },
    Row {
        name: "10,000 lines, under 100 MB",
        ours: "many",
        theirs: "",
        measure: Measure::Below {
            kib: 100 * 1_000 * 1_000 / 1_024,
        },
        goal: Some(100),
    },
];

/// Runs the rounds, prints the table and writes the results.
pub(crate) fn compare(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let folder = arguments.dir.join("rules-bench");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let corpus = folder.join("corpus.txt");
    std::fs::write(&corpus, whole_documents(&arguments.cases)?)?;
    for (name, lines) in [("few", FEW), ("many", MANY)] {
        let file = folder.join(name).with_extension("xml");
        std::fs::write(&file, invoice(lines)?)?;
        std::fs::write(
            folder.join(name).with_extension("txt"),
            format!("{}\n", file.display()),
        )?;
    }
    let load_before = machine::load();
    let mut runs: BTreeMap<&str, Vec<Paced>> = BTreeMap::new();
    for round in 0..arguments.rounds {
        eprintln!(
            "round {} of {}, load {}",
            round + 1,
            arguments.rounds,
            machine::load()
        );
        let mut saxon = Command::new(&arguments.python);
        saxon.arg(&arguments.script).arg(&corpus);
        saxon.args(STYLESHEETS.map(|name| arguments.xslt.join(name)));
        let mut sides = vec![
            ("corpus", ours(&corpus, 1)?),
            ("saxon", saxon),
            ("few", ours(&folder.join("few.txt"), FEW)?),
            ("many", ours(&folder.join("many.txt"), MANY)?),
        ];
        if !round.is_multiple_of(2) {
            sides.reverse();
        }
        for (name, mut command) in sides {
            let output = command.stderr(Stdio::inherit()).output()?;
            if !output.status.success() {
                return Err(format!("{command:?} ended with {}", output.status).into());
            }
            let paced = serde_json::from_slice(&output.stdout)?;
            runs.entry(name).or_default().push(paced);
        }
    }
    let results = Results::of(&ROWS, &runs, &load_before);
    results.print();
    if let Some(path) = &arguments.results {
        std::fs::write(path, format!("{}\n", serde_json::to_string_pretty(&results)?))?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// This program, told to judge the files of a list that have so many lines each.
fn ours(list: &Path, lines: usize) -> Result<Command, Box<dyn Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("judge")
        .arg(list)
        .args(["--worth", &lines.to_string()]);
    Ok(command)
}

/// Every whole document of the cases that UBL allows, a path a line.
fn whole_documents(cases: &Path) -> Result<String, Box<dyn Error>> {
    let mut paths = String::new();
    for line in std::fs::read_to_string(cases.join("manifest.jsonl"))?.lines() {
        let case: serde_json::Value = serde_json::from_str(line)?;
        if case.get("fragment") == Some(&false.into())
            && case.pointer("/oracle/xsd_ok") == Some(&true.into())
            && let Some(id) = case.get("id").and_then(serde_json::Value::as_str)
        {
            writeln!(paths, "{}", cases.join(id).display())?;
        }
    }
    Ok(paths)
}

/// Judges the files of a list under the three rule sets, on one thread, over and over; counts each as worth so much.
pub(crate) fn judge(list: &Path, worth: u64) -> Result<Paced, Box<dyn Error>> {
    let files: Vec<PathBuf> = std::fs::read_to_string(list)?
        .lines()
        .map(PathBuf::from)
        .collect();
    let limits = Limits::default();
    let judge_all = || -> Result<(), Box<dyn Error>> {
        for file in &files {
            check_against(&std::fs::read(file)?, &RULE_SETS, &limits)?;
        }
        Ok(())
    };
    judge_all()?;
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < LEAST {
        judge_all()?;
        count += worth * u64::try_from(files.len())?;
    }
    Ok(Paced {
        count,
        micros: u64::try_from(start.elapsed().as_micros())?,
        peak_kib: u64::try_from(getrusage(UsageWho::RUSAGE_SELF)?.max_rss())?,
    })
}

/// A sound invoice of so many lines of one euro, exempt from VAT.
fn invoice(lines: usize) -> Result<String, Box<dyn Error>> {
    const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd";
    let party = |kvk: &str, name: &str, vat: &str| {
        format!(
            "<cac:Party><cbc:EndpointID schemeID=\"0106\">{kvk}</cbc:EndpointID><cac:PostalAddress><cbc:StreetName>Straat 1</cbc:StreetName>\
             <cbc:CityName>Stad</cbc:CityName><cbc:PostalZone>1000 AA</cbc:PostalZone><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode>\
             </cac:Country></cac:PostalAddress>{vat}<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>\
             <cbc:CompanyID schemeID=\"0106\">{kvk}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party>"
        )
    };
    let vat = "<cac:PartyTaxScheme><cbc:CompanyID>NL123456782B01</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>";
    let exempt = "<cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent>";
    let scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>";
    let mut xml = format!(
        "<Invoice xmlns=\"{UBL}:Invoice-2\" xmlns:cac=\"{UBL}:CommonAggregateComponents-2\" xmlns:cbc=\"{UBL}:CommonBasicComponents-2\">\
         <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>\
         <cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID><cbc:ID>1</cbc:ID><cbc:IssueDate>2023-05-01</cbc:IssueDate>\
         <cbc:DueDate>2023-06-01</cbc:DueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\
         <cbc:BuyerReference>1</cbc:BuyerReference><cac:AccountingSupplierParty>{}</cac:AccountingSupplierParty>\
         <cac:AccountingCustomerParty>{}</cac:AccountingCustomerParty><cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>\
         <cac:PayeeFinancialAccount><cbc:ID>NL91ABNA0417164300</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>\
         <cac:TaxTotal><cbc:TaxAmount currencyID=\"EUR\">0.00</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxableAmount currencyID=\"EUR\">{lines}.00</cbc:TaxableAmount>\
         <cbc:TaxAmount currencyID=\"EUR\">0.00</cbc:TaxAmount><cac:TaxCategory>{exempt}<cbc:TaxExemptionReason>Onderwijs</cbc:TaxExemptionReason>{scheme}\
         </cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal><cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID=\"EUR\">{lines}.00</cbc:LineExtensionAmount>\
         <cbc:TaxExclusiveAmount currencyID=\"EUR\">{lines}.00</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID=\"EUR\">{lines}.00</cbc:TaxInclusiveAmount>\
         <cbc:PayableAmount currencyID=\"EUR\">{lines}.00</cbc:PayableAmount></cac:LegalMonetaryTotal>\n",
        party("12345678", "School", vat),
        party("87654321", "Fonds", ""),
    );
    for line in 1..=lines {
        writeln!(
            xml,
            "<cac:InvoiceLine><cbc:ID>{line}</cbc:ID><cbc:InvoicedQuantity unitCode=\"C62\">1</cbc:InvoicedQuantity>\
             <cbc:LineExtensionAmount currencyID=\"EUR\">1.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>Examen</cbc:Name>\
             <cac:SellersItemIdentification><cbc:ID>MBO_EXAM/PA-017</cbc:ID></cac:SellersItemIdentification><cac:ClassifiedTaxCategory>{exempt}{scheme}\
             </cac:ClassifiedTaxCategory><cac:AdditionalItemProperty><cbc:Name>bewijs</cbc:Name><cbc:Value>{line}</cbc:Value></cac:AdditionalItemProperty></cac:Item>\
             <cac:Price><cbc:PriceAmount currencyID=\"EUR\">1.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>"
        )?;
    }
    xml.push_str("</Invoice>\n");
    Ok(xml)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_invoice_breaks_no_rule() {
        let file = invoice(3).unwrap();
        let verdict = check_against(file.as_bytes(), &RULE_SETS, &Limits::default()).unwrap();
        let broken: Vec<_> = verdict.findings.iter().map(|finding| finding.rule).collect();
        // It cannot follow two specifications at once.
        assert_eq!(broken, ["PEPPOL-EN16931-R004"]);
    }
}
