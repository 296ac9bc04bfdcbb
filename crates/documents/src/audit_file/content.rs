//! Which elements XAF 4.0 has, in which order and how often, and what stands in them.

/// The elements in an element: a name alone is required, `?` may be left out, `+` comes once or more, `*` any number of times; none for one
/// with a text in it.
pub(super) fn content(name: &str) -> Option<&'static str> {
    Some(match name {
        "auditfile" => "header company",
        "header" => {
            "fiscalYear startDate endDate curCode dateCreated softwareDesc softwareVersion RGSVersion?"
        }
        "company" => {
            "Commercenr? companyName taxRegistrationCountry taxRegIdent streetAddress* customersSuppliers? \
             generalLedger? vatCodes? periods? openingBalance? transactions?"
        }
        "streetAddress" => "streetname? number? numberExtension? city? postalCode? country?",
        "customersSuppliers" => "customerSupplier*",
        "customerSupplier" => {
            "custSupID custSupName? eMail? commerceNr? taxRegistrationCountry? taxRegIdent? custSupTp? opBalDesc? \
             opBalTp? clBalDesc? clBalTp? streetAddress*"
        }
        "generalLedger" => "ledgerAccount+",
        "ledgerAccount" => "accID accDesc accTp RGScode?",
        "vatCodes" => "vatCode*",
        "vatCode" => "vatID vatDesc vatToPayAccID? vatToClaimAccID?",
        "periods" => "period*",
        "period" => "periodNumber startDatePeriod endDatePeriod",
        "openingBalance" => "linesCount totalDebit totalCredit obLine*",
        "obLine" => "nr accID amnt amntTp",
        "transactions" => "linesCount totalDebit totalCredit journal*",
        "journal" => "jrnID desc jrnTp? offsetAccID? transaction*",
        "transaction" => "nr desc? periodNumber trDt Source? User? trLine*",
        "trLine" => {
            "nr accID docRef effDate settDate? desc? amnt amntTp custSupID? invRef? receivingDocRef? shipDocRef? \
             cost? product? project? workCostArrRef? bankAccNr? offsetBankAccNr? vat* currency?"
        }
        "vat" => "vatID vatPerc vatAmnt vatAmntTp",
        "currency" => "curCode curAmnt",
        _ => return None,
    })
}

/// How often an element may occur.
#[derive(Debug, Clone, Copy)]
pub(super) struct Often {
    pub(super) is_required: bool,
    pub(super) may_repeat: bool,
}

/// The parts of a content, in order.
pub(super) fn parts(content: &'static str) -> impl Iterator<Item = (&'static str, Often)> {
    content.split_ascii_whitespace().map(|part| {
        let name = part.trim_end_matches(['?', '*', '+']);
        let often = Often {
            is_required: !part.ends_with(['?', '*']),
            may_repeat: part.ends_with(['*', '+']),
        };
        (name, often)
    })
}

/// What stands in an element with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// At most so many characters.
    Text(usize),
    /// One of these.
    OneOf(&'static [&'static str]),
    Date,
    /// Euro and cents.
    Amount,
    /// A percentage, with three decimals at most.
    Percentage,
    /// A number of so many digits at most.
    Number(usize),
    /// Exactly so many characters, or at most, and no digit.
    Letters {
        exactly: bool,
        count: usize,
    },
    /// A year, or two with a hyphen.
    Year,
}

/// What stands in an element with a text.
pub(super) fn form(name: &str) -> Form {
    match name {
        "fiscalYear" => Form::Year,
        "startDate" | "endDate" | "dateCreated" | "startDatePeriod" | "endDatePeriod" | "trDt"
        | "effDate" | "settDate" => Form::Date,
        "totalDebit" | "totalCredit" | "amnt" | "opBalDesc" | "clBalDesc" | "vatAmnt" | "curAmnt" => {
            Form::Amount
        }
        "vatPerc" => Form::Percentage,
        "linesCount" => Form::Number(10),
        "periodNumber" => Form::Number(3),
        "curCode" => Form::Letters {
            exactly: false,
            count: 3,
        },
        "country" | "taxRegistrationCountry" => Form::Letters {
            exactly: true,
            count: 2,
        },
        "amntTp" | "opBalTp" | "clBalTp" | "vatAmntTp" => Form::OneOf(&["C", "D"]),
        "accTp" => Form::OneOf(&["B", "P"]),
        "custSupTp" => Form::OneOf(&["B", "C", "S"]),
        "jrnTp" => Form::OneOf(&["B", "C", "G", "M", "O", "P", "S", "T", "Y", "Z"]),
        "custSupID" | "accID" | "vatID" | "vatToPayAccID" | "vatToClaimAccID" | "nr" | "jrnID"
        | "offsetAccID" | "bankAccNr" | "offsetBankAccNr" => Form::Text(35),
        "softwareDesc" | "city" | "custSupName" => Form::Text(50),
        "softwareVersion" | "RGSVersion" => Form::Text(20),
        "number" => Form::Text(15),
        "postalCode" => Form::Text(10),
        "taxRegIdent" => Form::Text(30),
        "Commercenr" | "commerceNr" | "streetname" | "vatDesc" => Form::Text(100),
        "companyName" | "accDesc" | "RGScode" | "docRef" | "invRef" | "receivingDocRef" | "shipDocRef"
        | "workCostArrRef" => Form::Text(255),
        "numberExtension" | "Source" | "User" | "cost" | "product" | "project" => Form::Text(999),
        _ => Form::Text(usize::MAX),
    }
}
