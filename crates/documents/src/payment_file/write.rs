//! Writes pain.001.001.09, element by element.

use std::io::{self, Write};

use super::{Batch, PaymentFile, RemittanceDraft, Transfer};
use crate::amount::Cents;

impl PaymentFile {
    /// Writes it, a transfer at a time. The same file gives the same bytes; nothing in it has to be escaped, for the SEPA
    /// characters have none that XML reserves in a text.
    ///
    /// # Errors
    ///
    /// When `out` does not take it; what was written until then is no payment file.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")?;
        out.write_all(
            b"<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n<CstmrCdtTrfInitn>\n",
        )?;
        writeln!(
            out,
            "<GrpHdr><MsgId>{}</MsgId><CreDtTm>{}</CreDtTm><NbOfTxs>{}</NbOfTxs><CtrlSum>{}</CtrlSum>\
             <InitgPty><Nm>{}</Nm></InitgPty></GrpHdr>",
            self.message_id,
            self.created.strftime("%Y-%m-%dT%H:%M:%S"),
            self.transfers(),
            Cents(self.control_sum()),
            self.initiating_party,
        )?;
        for batch in &self.batches {
            batch.write(out)?;
        }
        out.write_all(b"</CstmrCdtTrfInitn>\n</Document>\n")
    }
}

impl Batch {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "<PmtInf>\n<PmtInfId>{}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>{}</BtchBookg>\
             <NbOfTxs>{}</NbOfTxs><CtrlSum>{}</CtrlSum><PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>\
             <ReqdExctnDt><Dt>{}</Dt></ReqdExctnDt><Dbtr><Nm>{}</Nm></Dbtr>\
             <DbtrAcct><Id><IBAN>{}</IBAN></Id></DbtrAcct>",
            self.payment_information,
            self.is_booked_as_batch,
            self.transfers.len(),
            Cents(self.control_sum()),
            self.execution_date,
            self.debtor_name,
            self.debtor_iban,
        )?;
        match &self.debtor_bic {
            Some(bic) => write!(
                out,
                "<DbtrAgt><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></DbtrAgt>"
            )?,
            None => {
                out.write_all(
                    b"<DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>",
                )?;
            }
        }
        out.write_all(b"<ChrgBr>SLEV</ChrgBr>\n")?;
        for transfer in &self.transfers {
            transfer.write(out)?;
        }
        out.write_all(b"</PmtInf>\n")
    }
}

impl Transfer {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"<CdtTrfTxInf><PmtId>")?;
        if let Some(instruction) = &self.instruction {
            write!(out, "<InstrId>{instruction}</InstrId>")?;
        }
        write!(
            out,
            "<EndToEndId>{}</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">{}</InstdAmt></Amt>\
             <Cdtr><Nm>{}</Nm></Cdtr><CdtrAcct><Id><IBAN>{}</IBAN></Id></CdtrAcct>",
            self.end_to_end,
            self.amount,
            self.creditor_name.reveal(),
            self.creditor_iban.reveal(),
        )?;
        match &self.remittance {
            RemittanceDraft::None => {}
            RemittanceDraft::Text(text) => write!(out, "<RmtInf><Ustrd>{}</Ustrd></RmtInf>", text.reveal())?,
            RemittanceDraft::Reference(reference) => write!(
                out,
                "<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>\
                 <Ref>{}</Ref></CdtrRefInf></Strd></RmtInf>",
                reference.reveal()
            )?,
        }
        out.write_all(b"</CdtTrfTxInf>\n")
    }
}
