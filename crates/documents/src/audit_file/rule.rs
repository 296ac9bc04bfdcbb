//! The rules that an audit file is held against.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::rules::Severity;

macro_rules! audit_rules {
    ($($(#[$doc:meta])+ $name:ident = $id:literal,)+) => {
        /// A rule for audit files; its id is stable and may be stored.
        ///
        /// Those with a number are the rules `0001` to `0010` of the standard, which its schema does not check.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum AuditRule {
            $($(#[$doc])+ #[serde(rename = $id)] $name,)+
        }

        impl AuditRule {
            /// Every rule there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable id, for instance `XAF-0010`.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }
        }
    };
}

audit_rules! {
    /// Two relations have one id.
    RelationTwice = "XAF-0001",
    /// Two accounts have one id.
    AccountTwice = "XAF-0002",
    /// Two accounts have one code of the reference scheme.
    CodeTwice = "XAF-0003",
    /// The debits of the opening balance are not its total.
    OpeningDebit = "XAF-0004",
    /// The credits of the opening balance are not its total.
    OpeningCredit = "XAF-0005",
    /// The opening balance does not balance.
    OpeningBalance = "XAF-0006",
    /// The debits of the transactions are not their total.
    Debit = "XAF-0007",
    /// The credits of the transactions are not their total.
    Credit = "XAF-0008",
    /// The totals of the transactions differ.
    Balance = "XAF-0009",
    /// A transaction does not balance.
    Transaction = "XAF-0010",
    /// Another namespace than that of the schema.
    Namespace = "XAF-NAMESPACE",
    /// The namespace that the published explanation of the standard prints, and its schema contradicts.
    NamespaceOfNote = "XAF-NAMESPACE-NOTE",
    /// Version 3, which the tax administration takes no more.
    Version = "XAF-VERSION",
    /// A required element is absent or empty.
    Missing = "XAF-MISSING",
    /// An element that the schema does not have there.
    Element = "XAF-ELEMENT",
    /// An element that occurs once occurs again.
    Repeated = "XAF-REPEATED",
    /// An element stands after one that follows it in the schema.
    Order = "XAF-ORDER",
    /// A text that is too long, or no code of the list.
    Value = "XAF-VALUE",
    /// Not a date.
    Date = "XAF-DATE",
    /// Not an amount.
    Amount = "XAF-AMOUNT",
    /// An amount with parts of a cent.
    Cents = "XAF-CENTS",
    /// The number of lines differs from those that are there.
    Lines = "XAF-LINES",
    /// A line names an account that is not defined.
    Account = "XAF-ACCOUNT",
    /// A line names a relation that is not defined.
    Relation = "XAF-RELATION",
    /// An opening balance among the transactions, as period 0.
    PeriodZero = "XAF-PERIOD-0",
    /// A period that is not defined.
    Period = "XAF-PERIOD",
    /// A VAT code or an account of a journal or VAT code that is not defined.
    Reference = "XAF-REFERENCE",
    /// Two journals have one id.
    JournalTwice = "XAF-JOURNAL",
}

static TEXTS: LazyLock<BTreeMap<&'static str, [&'static str; 2]>> = LazyLock::new(|| {
    let mut texts: BTreeMap<_, [&'static str; 2]> = BTreeMap::new();
    let mut id = "";
    let lines = include_str!("../../data/texts/audit.txt").lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(' ') {
            Some(("nl", text)) => texts.entry(id).or_default()[0] = text,
            Some(("en", text)) => texts.entry(id).or_default()[1] = text,
            Some(_) | None => id = line,
        }
    }
    texts
});

impl AuditRule {
    /// What to change when it is broken.
    ///
    /// ```
    /// use subsidy_documents::{Language, audit_file::AuditRule};
    /// assert_eq!(AuditRule::Transaction.text(Language::English), "Make the debits and credits of this transaction equal.");
    /// ```
    pub fn text(self, language: Language) -> &'static str {
        let [dutch, english] = TEXTS.get(self.id()).copied().unwrap_or_default();
        language.pick(dutch, english)
    }

    /// How bad it is to break it: the published test file of the standard breaks those that are a warning, and so do files that are taken.
    pub const fn severity(self) -> Severity {
        match self {
            Self::CodeTwice | Self::Period | Self::Reference | Self::JournalTwice => Severity::Warning,
            Self::RelationTwice
            | Self::AccountTwice
            | Self::OpeningDebit
            | Self::OpeningCredit
            | Self::OpeningBalance
            | Self::Debit
            | Self::Credit
            | Self::Balance
            | Self::Transaction
            | Self::Namespace
            | Self::NamespaceOfNote
            | Self::Version
            | Self::Missing
            | Self::Element
            | Self::Repeated
            | Self::Order
            | Self::Value
            | Self::Date
            | Self::Amount
            | Self::Cents
            | Self::Lines
            | Self::Account
            | Self::Relation
            | Self::PeriodZero => Severity::Fatal,
        }
    }
}

impl fmt::Display for AuditRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}
