//! A statement of the bank, as camt.053.

use std::fmt::Write as _;

use jiff::civil::Date;

/// Where a statement stands: its number, its day, and the balance before it.
pub(crate) struct Head<'a> {
    pub(crate) account: &'a str,
    pub(crate) number: u32,
    pub(crate) on: Date,
    pub(crate) opening: i64,
}

/// What the bank books, and what it tells of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// In cents; what goes out is negative.
    pub(crate) cents: i64,
    pub(crate) end_to_end: Option<String>,
    /// The batch that it pays in one sum, and of how many payments.
    pub(crate) batch: Option<(String, usize)>,
    pub(crate) account: Option<String>,
    /// Why a payment comes back.
    pub(crate) returned: Option<String>,
    pub(crate) text: Option<String>,
}

/// Writes a statement, and returns the balance after it too.
pub(crate) fn statement(head: &Head<'_>, entries: &[Entry]) -> (Vec<u8>, i64) {
    let Head {
        account,
        number,
        on,
        opening,
    } = head;
    let closing = opening + entries.iter().map(|entry| entry.cents).sum::<i64>();
    let mut booked = String::new();
    for entry in entries {
        let (amount, direction) = (euros(entry.cents), direction(entry.cents));
        let details = entry.details();
        write!(
            booked,
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
             <BookgDt><Dt>{on}</Dt></BookgDt><NtryDtls>{details}</NtryDtls></Ntry>"
        )
        .expect("text");
    }
    let balance = |code, cents: i64| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt>\
             <CdtDbtInd>{}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>",
            euros(cents),
            direction(cents)
        )
    };
    let balances = balance("OPBD", *opening) + &balance("CLBD", closing);
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>M-{number}</MsgId><CreDtTm>{on}T22:00:00</CreDtTm></GrpHdr>\
         <Stmt><Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{on}T22:00:00</CreDtTm>\
         <Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>{balances}{booked}</Stmt>\
         </BkToCstmrStmt></Document>\n"
    );
    (xml.into_bytes(), closing)
}

impl Entry {
    fn details(&self) -> String {
        if let Some((batch, payments)) = &self.batch {
            return format!("<Btch><PmtInfId>{batch}</PmtInfId><NbOfTxs>{payments}</NbOfTxs></Btch>");
        }
        let mut told = String::new();
        if let Some(id) = &self.end_to_end {
            write!(told, "<Refs><EndToEndId>{id}</EndToEndId></Refs>").expect("text");
        }
        if let Some(iban) = &self.account {
            let role = if self.cents < 0 { "Cdtr" } else { "Dbtr" };
            write!(
                told,
                "<RltdPties><{role}><Pty><Nm>Een naam</Nm></Pty></{role}><{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct></RltdPties>"
            )
            .expect("text");
        }
        if let Some(text) = &self.text {
            write!(told, "<RmtInf><Ustrd>{text}</Ustrd></RmtInf>").expect("text");
        }
        if let Some(reason) = &self.returned {
            write!(told, "<RtrInf><Rsn><Cd>{reason}</Cd></Rsn></RtrInf>").expect("text");
        }
        format!("<TxDtls>{told}</TxDtls>")
    }
}

/// What the bank says became of an order of a batch, as pain.002: refused, with its reason.
pub(crate) fn refusal(batch: &str, order: &str, reason: &str, on: Date) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>\
         <GrpHdr><MsgId>P-{batch}</MsgId><CreDtTm>{on}T09:00:00</CreDtTm></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>\
         <GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>\
         <TxInfAndSts><OrgnlEndToEndId>{order}</OrgnlEndToEndId><TxSts>RJCT</TxSts>\
         <StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>\
         </CstmrPmtStsRpt></Document>\n"
    )
    .into_bytes()
}

const fn direction(cents: i64) -> &'static str {
    if cents < 0 { "DBIT" } else { "CRDT" }
}

fn euros(cents: i64) -> String {
    let cents = cents.abs();
    format!("{}.{:02}", cents / 100, cents % 100)
}
