//! Why a line is refused, parked, cut or taken back: data, no prose.
//!
//! Dutch and English texts are made from these at the edge. Codes are stored and never change their meaning.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::budget::BudgetLineId;
use crate::iban::Iban;
use crate::ids::{ApplicationNumber, Brin, DecisionRef, LineRef, PackageNumber, PayeeId, Subject};
use crate::money::Euro;
use crate::scheme::SchemeCode;

/// A reason, with the facts it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "SCREAMING_SNAKE_CASE")]
#[error("{}", self.code())]
#[doc(alias = "reden")]
pub enum Reason {
    /// E1: the exam was not passed.
    NotPassed {
        /// Date of the exam.
        examined_on: Date,
    },
    /// E3: absent, cancelled or not delivered.
    NotPerformed {
        /// Date on which it should have been.
        planned_on: Date,
    },
    /// E4: the same claim twice in one invoice.
    DuplicateLine {
        /// The line that stands.
        first: LineRef,
    },
    /// E5: the same claim on an earlier invoice of the same payee.
    DuplicateInvoice {
        /// The line that stands.
        first: LineRef,
    },
    /// E6: the entitlement belongs to another payee.
    DuplicateOtherPayee {
        /// The line of the other payee, when it has claimed.
        first: Option<LineRef>,
        /// The school that booked, when the evidence names one.
        booked_by: Option<Brin>,
    },
    /// I13: the same day or activity is already paid under another scheme.
    Cumulation {
        /// The line that stands.
        first: LineRef,
        /// The scheme under which it stands.
        scheme: SchemeCode,
    },
    /// An exam of the same content was paid under its old or new form (HKS and its successors).
    SameContent {
        /// The line that stands.
        first: LineRef,
    },
    /// Booked by the learner or the training company, which gives no entitlement.
    NotBookedBySchool {},
    /// The school held the exam itself; the incentive is for exams of the exam body.
    NotIbki {},
    /// E9: presented on or after the day from which a claim is late.
    Late {
        /// First day on which the claim was late.
        late_from: Date,
        /// Day of receipt.
        received_on: Date,
    },
    /// E12: the amount asked is not the tariff's.
    TariffDiff {
        /// What the line asked, without VAT.
        claimed: Euro,
        /// What the tariff gives.
        tariff: Euro,
    },
    /// E13: a credit without the invoice line it takes back.
    CreditNoRef {},
    /// E13: a credit of more than stands.
    CreditTooLarge {
        /// What the credit takes back.
        credited: Euro,
        /// What stands.
        stands: Euro,
    },
    /// A credit note gives another date for the invoice that it takes back than that invoice has (BT-26).
    CreditOtherDate {
        /// The date that it gives.
        stated: Date,
        /// The date of the invoice.
        known: Date,
    },
    /// E15: the budget line has no room, or others wait longer for it, or it is still to be divided.
    Budget {
        /// The budget line.
        line: BudgetLineId,
        /// What is available.
        available: Euro,
        /// What was asked.
        asked: Euro,
    },
    /// E15: the board divided the budget over all that waited for it.
    Shared {
        /// What was asked.
        asked: Euro,
        /// What it gave.
        share: Euro,
    },
    /// E16: the check digits of an account number are wrong.
    IbanChecksum {},
    /// E18: the invoice asks to be paid on another account than the payee's registered one.
    IbanChanged {
        /// The account that it asks for.
        account: Iban,
    },
    /// E19: VAT that this scheme or payee does not bear.
    VatUnexpected {
        /// The VAT that is left out.
        vat: Euro,
    },
    /// E22: a commitment was released.
    Released {
        /// Why.
        cause: ReleaseCause,
    },
    /// E24: the result was withdrawn, or corrected to another, after it was claimed.
    ResultRevoked {},
    /// The payee credited the line.
    Credited {
        /// The credit note's line.
        by: LineRef,
    },
    /// An officer refused what was matched or waited.
    Refused {
        /// The decision on file.
        decision: DecisionRef,
    },
    /// The line goes back to its sender, to be corrected and sent anew under another number.
    ToBeCorrected {
        /// The decision on file.
        decision: DecisionRef,
    },
    /// E26: the training company is not affiliated.
    NotAffiliated {},
    /// E28: the item code is not known.
    UnknownType {
        /// The code.
        item: String,
    },
    /// E29: the totals of a document do not add up.
    TotalMismatch {},
    /// A document has amounts in another currency than the euro.
    Currency {},
    /// A bank statement of another account than the fund's.
    NotOurAccount {},
    /// I9: it is about a day of a closed period.
    PeriodClosed {
        /// The last day that is closed.
        through: Date,
    },
    /// A document breaks fatal rules of those that it says to follow.
    RulesBroken {
        /// Their numbers, each once.
        rules: Vec<String>,
    },
    /// A document says to follow rules that are not known here (BT-24).
    UnknownSpecification {
        /// What it says to follow.
        specification: String,
    },
    /// A document was issued, or tells of something done, after the day on which it was received.
    FutureDate {
        /// The latest such date.
        date: Date,
        /// The day of receipt.
        received_on: Date,
    },
    /// A document cannot be read as what it is.
    Unreadable {},
    /// A document has personal data that may not be recorded.
    PersonalData {},
    /// E30: one person acts twice where two must act.
    SelfApproval {
        /// The person.
        subject: Subject,
    },
    /// The scheme is not open at the basis date.
    SchemeNotOpen {
        /// First day, when the scheme has terms.
        opens_on: Option<Date>,
        /// The basis date.
        basis_date: Date,
    },
    /// No independent evidence yet.
    NoEvidence {},
    /// No terms of the scheme have been adopted.
    NoTerms {},
    /// No tariff version holds on the basis date.
    NoTariff {
        /// The basis date.
        basis_date: Date,
    },
    /// No grant was decided for this claim.
    NoGrant {},
    /// The application was refused.
    GrantRefused {
        /// The application.
        application: ApplicationNumber,
    },
    /// More is asked than was granted and is still open.
    MoreThanGranted {
        /// What is open.
        open: Euro,
        /// What was asked.
        asked: Euro,
    },
    /// The payee is not registered.
    PayeeUnknown {},
    /// Another party than the one entitled presents the claim.
    PayeeMismatch {
        /// Who is entitled.
        entitled: PayeeId,
    },
    /// The invoice number was used before with another date or amount.
    NumberReused {
        /// Date of the earlier invoice.
        earlier: Date,
    },
    /// A workplace mentor stands in a list of learners.
    NotALearner {},
    /// Three days of the package are funded.
    PackageFull {
        /// The package.
        package: PackageNumber,
    },
    /// The didactic module was not followed.
    ModuleMissing {},
    /// A resit without a full exam before it.
    NoFullExam {},
    /// No signed job guarantee at the date of the exam.
    NoJobGuarantee {},
    /// The person or provider is outside the scheme.
    NotEligible {},
    /// The cheque was redeemed after its last day.
    Expired {
        /// The last day.
        last_day: Date,
    },
    /// The line or its evidence lacks what identifies the claim: a learner, a number or a name.
    NotIdentified {},
}

/// Why a commitment was released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "reden van vrijval")]
pub enum ReleaseCause {
    /// The trajectory was stopped.
    Stopped,
    /// Nothing was claimed.
    NotClaimed,
    /// The claim was lower than the grant.
    Remainder,
    /// The applicant is outside the sector.
    OutsideSector,
    /// The application came too late.
    TooLate,
    /// The claim was matched before the grant was known.
    ClaimedBefore,
}

macro_rules! codes {
    ($($variant:ident => $code:literal),+ $(,)?) => {
        impl Reason {
            /// Every reason code, in the order of the enum.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// Returns the stable code of the reason.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $code),+ }
            }
        }
    };
}

codes! {
    NotPassed => "NOT_PASSED",
    NotPerformed => "NOT_PERFORMED",
    DuplicateLine => "DUPLICATE_LINE",
    DuplicateInvoice => "DUPLICATE_INVOICE",
    DuplicateOtherPayee => "DUPLICATE_OTHER_PAYEE",
    Cumulation => "CUMULATION",
    SameContent => "SAME_CONTENT",
    NotBookedBySchool => "NOT_BOOKED_BY_SCHOOL",
    NotIbki => "NOT_IBKI",
    Late => "LATE",
    TariffDiff => "TARIFF_DIFF",
    CreditNoRef => "CREDIT_NO_REF",
    CreditTooLarge => "CREDIT_TOO_LARGE",
    CreditOtherDate => "CREDIT_OTHER_DATE",
    Budget => "BUDGET",
    Shared => "SHARED",
    IbanChecksum => "IBAN_CHECKSUM",
    IbanChanged => "IBAN_CHANGED",
    VatUnexpected => "VAT_UNEXPECTED",
    Released => "RELEASED",
    ResultRevoked => "RESULT_REVOKED",
    Credited => "CREDITED",
    Refused => "REFUSED",
    ToBeCorrected => "TO_BE_CORRECTED",
    NotAffiliated => "NOT_AFFILIATED",
    UnknownType => "UNKNOWN_TYPE",
    TotalMismatch => "TOTAL_MISMATCH",
    Currency => "CURRENCY",
    NotOurAccount => "NOT_OUR_ACCOUNT",
    PeriodClosed => "PERIOD_CLOSED",
    RulesBroken => "RULES_BROKEN",
    UnknownSpecification => "UNKNOWN_SPECIFICATION",
    FutureDate => "FUTURE_DATE",
    Unreadable => "UNREADABLE",
    PersonalData => "PERSONAL_DATA",
    SelfApproval => "SELF_APPROVAL",
    SchemeNotOpen => "SCHEME_NOT_OPEN",
    NoEvidence => "NO_EVIDENCE",
    NoTerms => "NO_TERMS",
    NoTariff => "NO_TARIFF",
    NoGrant => "NO_GRANT",
    GrantRefused => "GRANT_REFUSED",
    MoreThanGranted => "MORE_THAN_GRANTED",
    PayeeUnknown => "PAYEE_UNKNOWN",
    PayeeMismatch => "PAYEE_MISMATCH",
    NumberReused => "NUMBER_REUSED",
    NotALearner => "NOT_A_LEARNER",
    PackageFull => "PACKAGE_FULL",
    ModuleMissing => "MODULE_MISSING",
    NoFullExam => "NO_FULL_EXAM",
    NoJobGuarantee => "NO_JOB_GUARANTEE",
    NotEligible => "NOT_ELIGIBLE",
    Expired => "EXPIRED",
    NotIdentified => "NOT_IDENTIFIED",
}

impl Reason {
    /// Whether an officer can let a line pass that waits for this: a late claim, or an account that was verified by calling back.
    #[must_use]
    pub const fn can_be_allowed(&self) -> bool {
        matches!(self, Self::Late { .. } | Self::IbanChanged { .. })
    }

    /// Whether a line that waits for this waits for the same as for `other`: what is available of a budget changes with every booking.
    #[must_use]
    pub fn waits_alike(&self, other: &Self) -> bool {
        if let (
            Self::Budget { line, asked, .. },
            Self::Budget {
                line: other_line,
                asked: other_asked,
                ..
            },
        ) = (self, other)
        {
            line == other_line && asked == other_asked
        } else {
            self == other
        }
    }
}

/// What stands between a line and its award.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Something is still to come: the line is parked and resumes.
    Waits(Reason),
    /// The line can never earn it: rejected.
    Bars(Reason),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_reason_is_the_one_that_is_stored() {
        let reason = Reason::NotIdentified {};
        let stored = serde_json::to_value(&reason).expect("serialises");
        assert_eq!(stored["code"], reason.code());
        let reason = Reason::NotIbki {};
        assert_eq!(
            serde_json::to_string(&reason).expect("serialises"),
            r#"{"code":"NOT_IBKI"}"#
        );
        let back: Reason = serde_json::from_str(r#"{"code":"NOT_A_LEARNER"}"#).expect("reads");
        assert_eq!(back, Reason::NotALearner {});
    }
}
