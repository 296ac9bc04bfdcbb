//! The rules of a SEPA credit transfer that a payment file is held against.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::language::Language;
use crate::rules::Severity;

macro_rules! payment_rules {
    ($($(#[$doc:meta])+ $name:ident = $id:literal,)+) => {
        /// A rule for payment files; its id is stable and may be stored.
        ///
        /// The rules are those of the implementation guidelines of the European Payments Council for customers and
        /// banks (2025 rulebook), and the structure of pain.001 as far as a SEPA credit transfer uses it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum PaymentRule {
            $($(#[$doc])+ #[serde(rename = $id)] $name,)+
        }

        impl PaymentRule {
            /// Every rule there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable id, for instance `SCT-CTRLSUM`.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }
        }
    };
}

payment_rules! {
    /// A required element is absent or empty.
    Missing = "SCT-MISSING",
    /// An element that a SEPA credit transfer does not have, or not there.
    Element = "SCT-ELEMENT",
    /// An element that occurs once occurs again.
    Repeated = "SCT-REPEATED",
    /// An element stands after one that follows it in the schema.
    Order = "SCT-ORDER",
    /// Version 03, which banks are leaving.
    Version = "SCT-VERSION",
    /// Not a date and time.
    Created = "SCT-CREATED",
    /// Not an execution date, or not where the version has it.
    Date = "SCT-DATE",
    /// The number of transfers differs from those that are there.
    Count = "SCT-COUNT",
    /// The control sum differs from the sum of the amounts.
    ControlSum = "SCT-CTRLSUM",
    /// A reference of more than 35 characters.
    IdentifierLength = "SCT-ID-LENGTH",
    /// A reference that starts or ends with a slash or has two in a row.
    IdentifierSlash = "SCT-ID-SLASH",
    /// A reference that occurs twice.
    Unique = "SCT-UNIQUE",
    /// A character outside the SEPA set.
    Characters = "SCT-CHARSET",
    /// A name of more than 70 characters.
    Name = "SCT-NAME",
    /// No IBAN with right check digits.
    Iban = "SCT-IBAN",
    /// An account outside the European Economic Area without an address of its holder.
    Country = "SCT-COUNTRY",
    /// No BIC, or not where the version has it.
    Bic = "SCT-BIC",
    /// An amount below 0.01 or above 999999999.99.
    Amount = "SCT-AMOUNT",
    /// An amount that is not written in euros and cents.
    Cents = "SCT-CENTS",
    /// Another currency than the euro.
    Currency = "SCT-CURRENCY",
    /// Charges that are not shared.
    Charges = "SCT-CHARGES",
    /// Another service level than SEPA.
    Service = "SCT-SERVICE",
    /// Another method than a transfer.
    Method = "SCT-METHOD",
    /// A description of more than 140 characters, or more than one.
    Remittance = "SCT-REMITTANCE",
    /// A creditor reference whose check digits do not fit (ISO 11649).
    Reference = "SCT-REFERENCE",
    /// An address without town or country.
    Address = "SCT-ADDRESS",
    /// More than two address lines beside town and country, or one that is too long.
    AddressLines = "SCT-ADDRESS-LINES",
}

static TEXTS: LazyLock<BTreeMap<&'static str, [&'static str; 2]>> = LazyLock::new(|| {
    let mut texts: BTreeMap<_, [&'static str; 2]> = BTreeMap::new();
    let mut id = "";
    let lines = include_str!("../../data/texts/payments.txt")
        .lines()
        .map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.split_once(' ') {
            Some(("nl", text)) => texts.entry(id).or_default()[0] = text,
            Some(("en", text)) => texts.entry(id).or_default()[1] = text,
            Some(_) | None => id = line,
        }
    }
    texts
});

impl PaymentRule {
    /// What to change when it is broken.
    ///
    /// ```
    /// use subsidy_documents::{Language, payment_file::PaymentRule};
    /// assert_eq!(PaymentRule::Charges.text(Language::English), "Set the bearer of charges (ChrgBr) to SLEV.");
    /// ```
    pub fn text(self, language: Language) -> &'static str {
        let [dutch, english] = TEXTS.get(self.id()).copied().unwrap_or_default();
        language.pick(dutch, english)
    }

    /// How bad it is to break it.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Version => Severity::Warning,
            Self::Missing
            | Self::Element
            | Self::Repeated
            | Self::Order
            | Self::Created
            | Self::Date
            | Self::Count
            | Self::ControlSum
            | Self::IdentifierLength
            | Self::IdentifierSlash
            | Self::Unique
            | Self::Characters
            | Self::Name
            | Self::Iban
            | Self::Country
            | Self::Bic
            | Self::Amount
            | Self::Cents
            | Self::Currency
            | Self::Charges
            | Self::Service
            | Self::Method
            | Self::Remittance
            | Self::Reference
            | Self::Address
            | Self::AddressLines => Severity::Fatal,
        }
    }
}

impl fmt::Display for PaymentRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}
