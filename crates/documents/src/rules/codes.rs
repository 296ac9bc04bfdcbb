//! The code lists that EN 16931 refers to, as of validation artefacts 1.3.16: one file a list, its codes apart by blanks.

use std::collections::BTreeSet;
use std::sync::LazyLock;

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $file:literal,)+) => {
        /// A code list.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Codes {
            $($(#[$doc])+ $name,)+
        }

        impl Codes {
            fn set(self) -> &'static BTreeSet<&'static str> {
                match self {
                    $(Self::$name => {
                        static SET: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
                            include_str!(concat!("../../data/codes/", $file)).split_ascii_whitespace().collect()
                        });
                        &SET
                    })+
                }
            }
        }
    };
}

codes! {
    /// UNTDID 1001, for invoices.
    InvoiceTypes = "invoice-types.txt",
    /// UNTDID 1001, for credit notes.
    CreditNoteTypes = "credit-note-types.txt",
    /// ISO 4217.
    Currencies = "currencies.txt",
    /// UNTDID 2005: the day VAT becomes due.
    TaxPoints = "tax-points.txt",
    /// UNTDID 1153.
    ReferenceQualifiers = "reference-qualifiers.txt",
    /// UNTDID 4451.
    NoteSubjects = "note-subjects.txt",
    /// ISO/IEC 6523.
    IdentifierSchemes = "identifier-schemes.txt",
    /// UNTDID 7143.
    ItemClassifications = "item-classifications.txt",
    /// ISO 3166-1.
    Countries = "countries.txt",
    /// UNTDID 4461.
    PaymentMeans = "payment-means.txt",
    /// UNTDID 5305, as EN 16931 uses it.
    VatCategories = "vat-categories.txt",
    /// UNTDID 5189.
    AllowanceReasons = "allowance-reasons.txt",
    /// UNTDID 7161.
    ChargeReasons = "charge-reasons.txt",
    /// The exemption reasons of the Commission.
    ExemptionReasons = "exemption-reasons.txt",
    /// UN/ECE Recommendations 20 and 21.
    Units = "units.txt",
    /// The types of file an attachment may have.
    MediaTypes = "media-types.txt",
    /// The electronic address schemes.
    EndpointSchemes = "endpoint-schemes.txt",
    /// The electronic address schemes of Peppol.
    PeppolEndpointSchemes = "peppol-endpoint-schemes.txt",
    /// UNTDID 1001, for invoices under Peppol BIS Billing 3.
    PeppolInvoiceTypes = "peppol-invoice-types.txt",
    /// UNTDID 1001, for credit notes under Peppol BIS Billing 3.
    PeppolCreditNoteTypes = "peppol-credit-note-types.txt",
}

impl Codes {
    /// Whether a code is of the list, letter for letter.
    pub(super) fn contain(self, code: &str) -> bool {
        self.set().contains(code)
    }
}
