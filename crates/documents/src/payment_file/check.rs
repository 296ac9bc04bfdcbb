//! Holds a payment file against the rules of a SEPA credit transfer.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::rule::PaymentRule;
use super::tree::{self, Node, Parts};
use super::{characters, form, structure};
use crate::amount::{Amount, Cents};
use crate::iso20022::{Message, PaymentVersion, root};
use crate::language::Language;
use crate::limits::Limits;
use crate::personal;
use crate::place::Place;
use crate::rules::Severity;
use crate::text;
use crate::unreadable::Unreadable;

const ROOT: &str = "/Document/CstmrCdtTrfInitn";

/// A rule that a payment file breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentFinding {
    /// The rule.
    pub rule: PaymentRule,
    /// Where: for something missing, the place of what it should be in and the path it would have.
    pub place: Place,
    /// What stands there, of sums and counts alone: all else may be about a person.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
}

impl PaymentFinding {
    /// What to change.
    pub fn text(&self, language: Language) -> &'static str {
        self.rule.text(language)
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

/// What is to be said of a payment file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentVerdict {
    /// Its number (`MsgId`), empty when it has none.
    pub message_id: String,
    /// Number of transfers that it has.
    pub transfers: usize,
    /// Every rule that is broken, in the order of the file.
    pub findings: Vec<PaymentFinding>,
    /// Where a citizen service number (BSN) or education number stands.
    pub personal_data: Vec<Place>,
}

impl PaymentVerdict {
    /// Whether no rule is broken that a bank refuses a file for.
    pub fn is_accepted(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.all(|finding| finding.severity() == Severity::Warning)
    }
}

/// Holds a payment file (pain.001, version 09 or 03) against the rules of a SEPA credit transfer.
///
/// It holds nothing against a bank or a contract: whether an account exists, has money, or has this holder, nobody can tell
/// from a file.
///
/// # Errors
///
/// When it is not such a file, not well-formed, beyond the limits, or has more findings than [`Limits::max_faults`].
pub fn check(bytes: &[u8], limits: &Limits) -> Result<PaymentVerdict, Unreadable> {
    check_text(text::xml_within(bytes, limits)?, limits)
}

/// Holds the text of a payment file against the rules.
pub(crate) fn check_text(text: &str, limits: &Limits) -> Result<PaymentVerdict, Unreadable> {
    let version = match root(text) {
        Some((namespace, name)) => match Message::of(&namespace, &name) {
            Some(Message::Payment(version)) => version,
            Some(Message::Statement | Message::Status) | None => {
                return Err(Unreadable::UnknownRoot { name, namespace });
            }
        },
        // Whatever is wrong with it, reading it tells.
        None => PaymentVersion::V09,
    };
    let mut checker = tree::read(text, version, limits, Checker::new(version, limits))?;
    checker.findings.sort_by_key(|finding| match &finding.place {
        Place::Element { line, column, .. } => (*line, *column),
        Place::Document
        | Place::Page { .. }
        | Place::Row { .. }
        | Place::Cell { .. }
        | Place::Within { .. } => (0, 0),
    });
    Ok(PaymentVerdict {
        message_id: checker.message_id,
        transfers: checker.all.count,
        findings: checker.findings,
        personal_data: checker.personal_data,
    })
}

/// What transfers add up to.
#[derive(Clone, Copy, Default)]
struct Sum {
    count: usize,
    cents: i128,
    /// Whether an amount could not be read or may not be paid: then the sum says nothing.
    is_unknown: bool,
}

impl Sum {
    fn add(&mut self, amount: Option<Amount>) {
        self.count += 1;
        match amount {
            Some(amount) => self.cents += i128::from(amount.cents()),
            None => self.is_unknown = true,
        }
    }
}

struct Checker {
    version: PaymentVersion,
    max_faults: usize,
    findings: Vec<PaymentFinding>,
    personal_data: Vec<Place>,
    message_id: String,
    batch: Sum,
    all: Sum,
    batches: usize,
    batch_ids: BTreeSet<String>,
    end_to_ends: BTreeSet<String>,
    instructions: BTreeSet<String>,
}

impl Checker {
    fn new(version: PaymentVersion, limits: &Limits) -> Self {
        Self {
            version,
            max_faults: limits.max_faults,
            findings: Vec::new(),
            personal_data: Vec::new(),
            message_id: String::new(),
            batch: Sum::default(),
            all: Sum::default(),
            batches: 0,
            batch_ids: BTreeSet::new(),
            end_to_ends: BTreeSet::new(),
            instructions: BTreeSet::new(),
        }
    }

    /// The path of the batch that is read.
    fn batch_path(&self) -> String {
        format!("{ROOT}/PmtInf[{}]", self.batches + 1)
    }

    /// A path as it is told, from one below the message.
    fn told(&self, path: &str) -> String {
        match path.strip_prefix("PmtInf") {
            Some(rest) => {
                let number = format!("/CdtTrfTxInf[{}]", self.batch.count + 1);
                format!(
                    "{}{}",
                    self.batch_path(),
                    rest.replacen("/CdtTrfTxInf", &number, 1)
                )
            }
            None => format!("{ROOT}/{path}"),
        }
    }

    fn report(&mut self, node: &Node, path: &str, rule: PaymentRule) {
        self.findings.push(PaymentFinding {
            rule,
            place: node.place(path),
            found: None,
            expected: None,
        });
    }

    /// Holds the first element at a path against its form, when it is there.
    fn hold(
        &mut self,
        node: &Node,
        at: &str,
        path: &str,
        form: impl FnOnce(&Node) -> Result<(), PaymentRule>,
    ) {
        if let Some(found) = node.find(path)
            && let Err(rule) = form(found)
            // What is empty is missing, and told as that.
            && rule != PaymentRule::Missing
        {
            self.report(found, &format!("{at}/{path}"), rule);
        }
    }

    fn structure(&mut self, node: &Node, path: &str) {
        let version = self.version;
        let mut report = |node: &Node, path: &str, rule| self.report(node, path, rule);
        structure::hold(node, path, version, &mut report);
    }

    /// The parties, accounts and banks of a batch or a transfer, and what else either may say.
    fn common(&mut self, node: &Node, at: &str) {
        for party in ["InitgPty", "Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr"] {
            self.hold(node, at, &format!("{party}/Nm"), |name| {
                form::name_length(&name.text)
            });
            self.address(node, at, &format!("{party}/PstlAdr"));
        }
        for account in ["DbtrAcct", "CdtrAcct"] {
            self.account(node, at, account);
        }
        let bic = match self.version {
            PaymentVersion::V03 => "BIC",
            PaymentVersion::V09 => "BICFI",
        };
        for agent in ["DbtrAgt", "CdtrAgt"] {
            let path = format!("{agent}/FinInstnId/{bic}");
            self.hold(node, at, &path, |bic| form::bic(&bic.text));
        }
        self.hold(node, at, "ChrgBr", |bearer| {
            word(bearer, "SLEV", PaymentRule::Charges)
        });
        self.hold(node, at, "PmtTpInf/SvcLvl/Cd", |level| {
            word(level, "SEPA", PaymentRule::Service)
        });
    }

    fn account(&mut self, node: &Node, at: &str, name: &str) {
        let path = format!("{name}/Id/IBAN");
        match (node.find(name), node.find(&path)) {
            (Some(_), Some(_)) => self.hold(node, at, &path, |iban| {
                let is_plain = !iban.text.contains(' ');
                let read = form::iban(&iban.text)?;
                let has_address = !node.value("Cdtr/PstlAdr/Ctry").is_empty();
                if !is_plain {
                    Err(PaymentRule::Iban)
                } else if name == "CdtrAcct" && !form::is_in_eea(&read) && !has_address {
                    Err(PaymentRule::Country)
                } else {
                    Ok(())
                }
            }),
            (Some(account), None) => self.report(account, &format!("{at}/{path}"), PaymentRule::Iban),
            (None, _) => {}
        }
    }

    /// An address has a town and a country; beside them there are two lines at most.
    fn address(&mut self, node: &Node, at: &str, path: &str) {
        let Some(address) = node.find(path) else {
            return;
        };
        let lines: Vec<&Node> = address.all("AdrLine").collect();
        let below = format!("{at}/{path}");
        if address.value("TwnNm").is_empty() || address.value("Ctry").is_empty() {
            self.report(address, &below, PaymentRule::Address);
        } else if lines.len() > 2 || lines.iter().any(|line| line.text.chars().count() > 70) {
            self.report(address, &format!("{below}/AdrLine"), PaymentRule::AddressLines);
        }
    }

    /// The number of transfers and the control sum.
    fn sums(&mut self, node: &Node, at: &str, sum: Sum) {
        let differs = |name: &str, rule, is_right: bool, expected: String| {
            let found = node
                .find(name)
                .filter(|found| !is_right && !found.text.is_empty())?;
            Some(PaymentFinding {
                rule,
                place: found.place(&format!("{at}/{name}")),
                found: Some(found.text.chars().take(32).collect()),
                expected: Some(expected),
            })
        };
        let count = node.value("NbOfTxs").parse() == Ok(sum.count);
        let count = differs("NbOfTxs", PaymentRule::Count, count, sum.count.to_string());
        let told = Amount::parse_plain(node.value("CtrlSum")).map(|told| i128::from(told.cents()));
        let is_right = sum.is_unknown || told == Some(sum.cents);
        let control = differs(
            "CtrlSum",
            PaymentRule::ControlSum,
            is_right,
            Cents(sum.cents).to_string(),
        );
        self.findings.extend(count.into_iter().chain(control));
    }

    fn unique(&mut self, node: &Node, at: &str, path: &str, is_new: bool) {
        if let Some(found) = node.find(path).filter(|found| !is_new && !found.text.is_empty()) {
            self.report(found, &format!("{at}/{path}"), PaymentRule::Unique);
        }
    }

    /// The amount, when it may be paid.
    fn amount(&mut self, node: &Node, at: &str) -> Option<Amount> {
        const PATH: &str = "Amt/InstdAmt";
        let before = self.findings.len();
        let read = Amount::parse_plain(node.value(PATH));
        self.hold(node, at, PATH, |amount| {
            if amount.currency.as_deref() != Some("EUR") {
                return Err(PaymentRule::Currency);
            }
            form::amount(read.ok_or(PaymentRule::Cents)?.cents())
        });
        read.filter(|_| self.findings.len() == before)
    }

    fn remittance(&mut self, node: &Node, at: &str) {
        let Some(remittance) = node.find("RmtInf") else {
            return;
        };
        let texts = remittance.all("Ustrd").count() + remittance.all("Strd").count();
        if texts > 1 {
            self.report(remittance, &format!("{at}/RmtInf"), PaymentRule::Remittance);
        }
        self.hold(node, at, "RmtInf/Ustrd", |text| {
            form::remittance_length(&text.text)
        });
        let issuer = node.value("RmtInf/Strd/CdtrRefInf/Tp/Issr");
        self.hold(node, at, "RmtInf/Strd/CdtrRefInf/Ref", |reference| {
            if reference.text.starts_with("RF") || issuer == "ISO" {
                form::reference(&reference.text)
            } else if reference.text.chars().count() > 35 {
                Err(PaymentRule::Reference)
            } else {
                Ok(())
            }
        });
    }
}

impl Parts for Checker {
    fn transfer(&mut self, node: &Node) {
        let at = self.told("PmtInf/CdtTrfTxInf");
        self.structure(node, &at);
        for path in ["PmtId/InstrId", "PmtId/EndToEndId"] {
            self.hold(node, &at, path, |id| form::identifier(&id.text));
        }
        let is_new = self.instructions.insert(node.value("PmtId/InstrId").to_owned());
        self.unique(node, &at, "PmtId/InstrId", is_new);
        let is_new = self.end_to_ends.insert(node.value("PmtId/EndToEndId").to_owned());
        self.unique(node, &at, "PmtId/EndToEndId", is_new);
        self.party_name(node, &at, "Cdtr");
        let amount = self.amount(node, &at);
        self.common(node, &at);
        self.remittance(node, &at);
        self.batch.add(amount);
        self.all.add(amount);
    }

    fn batch(&mut self, node: &Node) {
        let at = self.batch_path();
        self.structure(node, &at);
        self.hold(node, &at, "PmtInfId", |id| form::identifier(&id.text));
        let is_new = self.batch_ids.insert(node.value("PmtInfId").to_owned());
        self.unique(node, &at, "PmtInfId", is_new);
        self.hold(node, &at, "PmtMtd", |method| {
            word(method, "TRF", PaymentRule::Method)
        });
        self.execution_date(node, &at);
        self.party_name(node, &at, "Dbtr");
        self.bank(node, &at);
        self.common(node, &at);
        let sum = std::mem::take(&mut self.batch);
        self.sums(node, &at, sum);
        self.batches += 1;
    }

    fn file(&mut self, node: &Node) {
        self.structure(node, ROOT);
        let Some(header) = node.find("GrpHdr") else {
            return;
        };
        let at = format!("{ROOT}/GrpHdr");
        header.value("MsgId").clone_into(&mut self.message_id);
        self.hold(header, &at, "MsgId", |id| form::identifier(&id.text));
        self.hold(header, &at, "CreDtTm", |created| {
            let civil = created.text.trim_end_matches('Z');
            let zoned = civil.get(..19).unwrap_or(civil);
            let read: Result<DateTime, _> = zoned.parse();
            let is_time = zoned.contains('T') && read.is_ok();
            if is_time {
                Ok(())
            } else {
                Err(PaymentRule::Created)
            }
        });
        self.common(header, &at);
        let sum = self.all;
        self.sums(header, &at, sum);
        if self.version == PaymentVersion::V03 {
            self.report(node, ROOT, PaymentRule::Version);
        }
    }

    fn excess(&mut self, node: &Node, path: &str) {
        let path = self.told(path);
        self.report(node, &path, PaymentRule::Element);
    }

    fn enough(&self) -> Result<(), Unreadable> {
        let limit = self.max_faults;
        if self.findings.len() > limit {
            Err(Unreadable::TooManyFaults { limit })
        } else {
            Ok(())
        }
    }

    fn text(&mut self, node: &Node, path: &str) {
        if !characters::are_sepa(&node.text) {
            let path = self.told(path);
            self.report(node, &path, PaymentRule::Characters);
        }
        if !personal::beside_a_word(&node.text).is_empty() {
            let path = self.told(path);
            self.personal_data.push(node.place(&path));
        }
    }
}

impl Checker {
    /// A payer and a payee have a name.
    fn party_name(&mut self, node: &Node, at: &str, party: &str) {
        if let Some(found) = node.find(party)
            && found.value("Nm").is_empty()
            && !found.children.is_empty()
        {
            self.report(found, &format!("{at}/{party}/Nm"), PaymentRule::Missing);
        }
    }

    fn execution_date(&mut self, node: &Node, at: &str) {
        let path = match self.version {
            PaymentVersion::V03 => "ReqdExctnDt",
            PaymentVersion::V09 => "ReqdExctnDt/Dt",
        };
        let is_date = |text: &str| text.len() == 10 && text.parse::<Date>().is_ok();
        if let Some(date) = node.find("ReqdExctnDt")
            && !is_date(node.value(path))
            && !(date.text.is_empty() && date.children.is_empty())
        {
            self.report(date, &format!("{at}/ReqdExctnDt"), PaymentRule::Date);
        }
    }

    /// The bank of the payer is told by its BIC, or said to be left out.
    fn bank(&mut self, node: &Node, at: &str) {
        let Some(bank) = node.find("DbtrAgt/FinInstnId") else {
            return;
        };
        let is_told = bank.find("BICFI").or_else(|| bank.find("BIC")).is_some();
        if !is_told && bank.value("Othr/Id") != "NOTPROVIDED" && !bank.children.is_empty() {
            self.report(bank, &format!("{at}/DbtrAgt/FinInstnId"), PaymentRule::Bic);
        }
    }
}

fn word(node: &Node, expected: &str, rule: PaymentRule) -> Result<(), PaymentRule> {
    if node.text == expected || node.text.is_empty() {
        Ok(())
    } else {
        Err(rule)
    }
}
