//! The business terms of EN 16931 that are read, and where they stand in UBL.

use super::InvoiceKind;

/// A business term (BT), or a group (BG) whose indicator has no number of its own.
pub(super) trait Term: Copy {
    /// Its number, for instance `BT-131`.
    fn number(self) -> &'static str;

    /// Where it stands in this kind of document, below the root element; a line of either kind is `line`.
    fn path(self, kind: InvoiceKind) -> &'static str;
}

macro_rules! terms {
    (
        $(#[$doc:meta])+
        enum $terms:ident {
            $($name:ident = $number:literal at $path:literal $(or $credit_path:literal)?,)+
        }
    ) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum $terms {
            $($name,)+
        }

        impl $terms {
            /// The term that stands at a path.
            pub(super) fn at(path: &str) -> Option<Self> {
                match path {
                    $($path $(| $credit_path)? => Some(Self::$name),)+
                    _ => None,
                }
            }
        }

        impl Term for $terms {
            fn number(self) -> &'static str {
                match self {
                    $(Self::$name => $number,)+
                }
            }

            fn path(self, kind: InvoiceKind) -> &'static str {
                let [path, credit_path] = match self {
                    $(Self::$name => terms!(@paths $path $($credit_path)?),)+
                };
                match kind {
                    InvoiceKind::Invoice => path,
                    InvoiceKind::CreditNote => credit_path,
                }
            }
        }
    };
    (@paths $path:literal) => { [$path, $path] };
    (@paths $path:literal $credit_path:literal) => { [$path, $credit_path] };
}

terms! {
    /// A term of the document as a whole.
    enum HeadTerm {
        Specification = "BT-24" at "cbc:CustomizationID",
        Number = "BT-1" at "cbc:ID",
        IssueDate = "BT-2" at "cbc:IssueDate",
        TaxPoint = "BT-7" at "cbc:TaxPointDate",
        TypeCode = "BT-3" at "cbc:InvoiceTypeCode" or "cbc:CreditNoteTypeCode",
        Currency = "BT-5" at "cbc:DocumentCurrencyCode",
        BuyerReference = "BT-10" at "cbc:BuyerReference",
        PrecedingNumber = "BT-25" at "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID",
        PrecedingDate = "BT-26" at "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate",
        SellerName = "BT-27" at "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
        SellerId = "BT-30" at "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID",
        SellerTaxId = "BT-31" at "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID",
        SellerTaxScheme = "BT-31" at "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID",
        BuyerId = "BT-47" at "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID",
        BuyerTaxId = "BT-48" at "cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID",
        Account = "BT-84" at "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",
        LinesTotal = "BT-106" at "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
        AllowancesTotal = "BT-107" at "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount",
        ChargesTotal = "BT-108" at "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount",
        WithoutVat = "BT-109" at "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
        Vat = "BT-110" at "cac:TaxTotal/cbc:TaxAmount",
        WithVat = "BT-112" at "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
        Prepaid = "BT-113" at "cac:LegalMonetaryTotal/cbc:PrepaidAmount",
        Rounding = "BT-114" at "cac:LegalMonetaryTotal/cbc:PayableRoundingAmount",
        Payable = "BT-115" at "cac:LegalMonetaryTotal/cbc:PayableAmount",
    }
}

terms! {
    /// A term of an allowance or charge on the document (BG-20, BG-21).
    enum ChargeTerm {
        Indicator = "BG-20" at "cac:AllowanceCharge/cbc:ChargeIndicator",
        Amount = "BT-92" at "cac:AllowanceCharge/cbc:Amount",
        Category = "BT-95" at "cac:AllowanceCharge/cac:TaxCategory/cbc:ID",
        Rate = "BT-96" at "cac:AllowanceCharge/cac:TaxCategory/cbc:Percent",
    }
}

terms! {
    /// A term of the VAT breakdown (BG-23).
    enum SubtotalTerm {
        Taxable = "BT-116" at "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount",
        Tax = "BT-117" at "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
        Category = "BT-118" at "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID",
        Rate = "BT-119" at "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent",
    }
}

terms! {
    /// A term of a line (BG-25).
    enum LineTerm {
        Id = "BT-126" at "line/cbc:ID",
        Quantity = "BT-129" at "line/cbc:InvoicedQuantity" or "line/cbc:CreditedQuantity",
        Net = "BT-131" at "line/cbc:LineExtensionAmount",
        PeriodStart = "BT-134" at "line/cac:InvoicePeriod/cbc:StartDate",
        PeriodEnd = "BT-135" at "line/cac:InvoicePeriod/cbc:EndDate",
        Price = "BT-146" at "line/cac:Price/cbc:PriceAmount",
        BaseQuantity = "BT-149" at "line/cac:Price/cbc:BaseQuantity",
        Category = "BT-151" at "line/cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
        Rate = "BT-152" at "line/cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
        ItemCode = "BT-155" at "line/cac:Item/cac:SellersItemIdentification/cbc:ID",
    }
}

terms! {
    /// A term of an allowance or charge on a line (BG-27, BG-28).
    enum LineChargeTerm {
        Indicator = "BG-27" at "line/cac:AllowanceCharge/cbc:ChargeIndicator",
        Amount = "BT-136" at "line/cac:AllowanceCharge/cbc:Amount",
    }
}

terms! {
    /// A term of an attribute of a line (BG-32).
    enum AttributeTerm {
        Name = "BT-160" at "line/cac:Item/cac:AdditionalItemProperty/cbc:Name",
        Value = "BT-161" at "line/cac:Item/cac:AdditionalItemProperty/cbc:Value",
    }
}
