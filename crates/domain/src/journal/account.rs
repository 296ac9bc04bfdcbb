//! The accounts of the general ledger, with a proposal for their code in the Dutch reference scheme (RGS).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// On which side of the annual accounts an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "balans of winst-en-verlies")]
pub enum Statement {
    /// What the fund has and owes; it goes on from year to year.
    BalanceSheet,
    /// What a year cost; it begins each year at nothing.
    ProfitAndLoss,
}

macro_rules! accounts {
    ($($(#[$doc:meta])+ $name:ident = $number:literal $code:literal $rgs:expr, $dutch:literal, $english:literal;)+) => {
        /// An account of the general ledger.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[doc(alias = "grootboekrekening")]
        pub enum Account {
            $($(#[$doc])+ $name,)+
        }

        impl Account {
            /// Every account, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Returns the number, as the audit file has it.
            #[must_use]
            pub const fn number(self) -> &'static str {
                match self { $(Self::$name => $number,)+ }
            }

            /// Returns the name in keys and exports.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Returns the code that is proposed for it in the reference scheme (RGS, levels 4 and 5); none where no code of it fits.
            #[must_use]
            #[doc(alias = "RGS-code")]
            pub const fn rgs(self) -> Option<&'static str> {
                match self { $(Self::$name => $rgs,)+ }
            }

            /// Returns the Dutch and the English name.
            #[must_use]
            pub const fn names(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($dutch, $english),)+ }
            }
        }
    };
}

accounts! {
    /// What the fund set apart for subsidies: the other side of the first balance of the bank.
    Reserve = "0500" "reserve" Some("BEivBerBer"), "Bestemmingsreserve", "Reserve";
    /// The fund's account at its bank, as its statements tell it.
    Bank = "1000" "bank" Some("BLimBanRba"), "Bank", "Bank";
    /// What payees must give back.
    ClawbacksReceivable = "1200" "clawbacks_receivable" Some("BVorOvrOvk"), "Terug te vorderen subsidies", "Clawbacks receivable";
    /// Ordered, and not seen on a statement yet.
    #[doc(alias = "geld onderweg")]
    MoneyUnderWay = "1600" "money_under_way" Some("BSchCreTus"), "Betalingen onderweg", "Money under way";
    /// Approved, and not ordered.
    ApprovedUnpaid = "1610" "approved_unpaid" Some("BSchOvsGif"), "Toegekend, nog te betalen", "Approved, not paid";
    /// Matched with evidence and tariff, and not approved.
    AwaitingApproval = "1620" "awaiting_approval" Some("BSchOpaNbi"), "Gedeclareerd, nog goed te keuren", "Awaiting approval";
    /// Performed in a year that has ended, and decided after it.
    InvoicesToReceive = "1630" "invoices_to_receive" Some("BSchOpaNtb"), "Nog te ontvangen declaraties", "Invoices to receive";
    /// Transactions of the bank of which nobody said yet what they are.
    #[doc(alias = "onverklaarde bankmutaties")]
    UnexplainedTransactions = "1900" "unexplained_transactions" Some("BSchTusTbt"), "Nog te verklaren bankmutaties", "Unexplained transactions";
    /// Transactions of the bank that are no subsidy: what the fund's other books account for.
    OtherBooks = "1910" "other_books" Some("BSchTusTpj"), "Bankmutaties van de overige administratie", "Other books of the fund";
    /// What is granted, by the year of performance.
    #[doc(alias = "verstrekte subsidies")]
    GrantedSubsidies = "4000" "granted_subsidies" Some("WKprTvlVsg"), "Verstrekte subsidies", "Granted subsidies";
    /// What was decided in a year that has ended and falls away later.
    #[doc(alias = "resultaat voorgaande jaren")]
    PriorPeriods = "4800" "prior_periods" None, "Correcties op voorgaande jaren", "Corrections of earlier years";
    /// What must come back and is given up.
    ClawbacksWrittenOff = "4900" "clawbacks_written_off" Some("WBedOrgKgd"), "Afgeboekte terugvorderingen", "Clawbacks written off";
}

impl Account {
    /// Returns on which side of the annual accounts it stands.
    #[must_use]
    pub const fn statement(self) -> Statement {
        match self {
            Self::Reserve
            | Self::Bank
            | Self::ClawbacksReceivable
            | Self::MoneyUnderWay
            | Self::ApprovedUnpaid
            | Self::AwaitingApproval
            | Self::InvoicesToReceive
            | Self::UnexplainedTransactions
            | Self::OtherBooks => Statement::BalanceSheet,
            Self::GrantedSubsidies | Self::PriorPeriods | Self::ClawbacksWrittenOff => {
                Statement::ProfitAndLoss
            }
        }
    }

    /// Whether what is posted on it is of a scheme. What is the bank's is not: one transaction may be of several.
    #[must_use]
    pub const fn has_schemes(self) -> bool {
        match self {
            Self::Reserve
            | Self::Bank
            | Self::MoneyUnderWay
            | Self::UnexplainedTransactions
            | Self::OtherBooks => false,
            Self::ClawbacksReceivable
            | Self::ApprovedUnpaid
            | Self::AwaitingApproval
            | Self::InvoicesToReceive
            | Self::GrantedSubsidies
            | Self::PriorPeriods
            | Self::ClawbacksWrittenOff => true,
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Account {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut all = Self::ALL.iter().copied();
        all.find(|account| account.code() == text)
            .ok_or_else(|| format!("there is no account {text}"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_accounts_share_a_number_a_code_or_a_code_of_the_reference_scheme() {
        let numbers: Vec<_> = Account::ALL.iter().map(|account| account.number()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        let codes: BTreeSet<_> = Account::ALL.iter().map(|account| account.code()).collect();
        assert_eq!(codes.len(), Account::ALL.len());
        let rgs: Vec<_> = Account::ALL.iter().filter_map(|account| account.rgs()).collect();
        assert_eq!(rgs.iter().collect::<BTreeSet<_>>().len(), rgs.len(), "{rgs:?}");
    }

    #[test]
    fn a_balance_code_is_of_the_balance_sheet_and_a_result_code_is_not() {
        for account in Account::ALL {
            let Some(rgs) = account.rgs() else { continue };
            let statement = match rgs.chars().next() {
                Some('B') => Statement::BalanceSheet,
                _ => Statement::ProfitAndLoss,
            };
            assert_eq!(account.statement(), statement, "{account}");
        }
    }
}
