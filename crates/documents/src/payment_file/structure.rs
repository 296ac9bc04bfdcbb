//! Which elements a SEPA credit transfer has, in which order and how often.

use super::rule::PaymentRule;
use super::tree::Node;
use crate::iso20022::PaymentVersion;

/// The elements in an element: a name alone is required, `?` may be left out, `*` and `+` may come again.
///
/// It is the part of pain.001 that the implementation guidelines of the European Payments Council use.
fn content(name: &str, version: PaymentVersion) -> Option<&'static str> {
    const PARTY: &str = "Nm? PstlAdr? Id? CtryOfRes? CtctDtls?";
    Some(match name {
        "CstmrCdtTrfInitn" => "GrpHdr PmtInf+",
        "GrpHdr" => "MsgId CreDtTm Authstn* NbOfTxs CtrlSum InitgPty FwdgAgt?",
        "PmtInf" => {
            "PmtInfId PmtMtd BtchBookg? NbOfTxs? CtrlSum? PmtTpInf? ReqdExctnDt Dbtr DbtrAcct DbtrAgt \
             UltmtDbtr? ChrgBr? ChrgsAcct? CdtTrfTxInf+"
        }
        "CdtTrfTxInf" => {
            "PmtId PmtTpInf? Amt ChrgBr? UltmtDbtr? CdtrAgt? Cdtr CdtrAcct UltmtCdtr? InstrForCdtrAgt* Purp? \
             RgltryRptg* RltdRmtInf* RmtInf? SplmtryData*"
        }
        "PmtId" => match version {
            PaymentVersion::V03 => "InstrId? EndToEndId",
            PaymentVersion::V09 => "InstrId? EndToEndId UETR?",
        },
        "PmtTpInf" => "InstrPrty? SvcLvl* LclInstrm? CtgyPurp?",
        "Amt" => "InstdAmt",
        "InitgPty" | "Dbtr" | "Cdtr" | "UltmtDbtr" | "UltmtCdtr" => PARTY,
        "DbtrAcct" | "CdtrAcct" => "Id Tp? Ccy? Nm? Prxy?",
        "DbtrAgt" | "CdtrAgt" => "FinInstnId BrnchId?",
        "FinInstnId" => match version {
            PaymentVersion::V03 => "BIC? ClrSysMmbId? Nm? PstlAdr? Othr?",
            PaymentVersion::V09 => "BICFI? ClrSysMmbId? LEI? Nm? PstlAdr? Othr?",
        },
        "PstlAdr" => {
            "AdrTp? Dept? SubDept? StrtNm? BldgNb? BldgNm? Flr? PstBx? Room? PstCd? TwnNm? TwnLctnNm? DstrctNm? \
             CtrySubDvsn? Ctry? AdrLine*"
        }
        "RmtInf" => "Ustrd* Strd*",
        _ => return None,
    })
}

/// How often an element may occur.
#[derive(Clone, Copy)]
struct Often {
    is_required: bool,
    may_repeat: bool,
}

fn parts(content: &'static str) -> impl Iterator<Item = (&'static str, Often)> {
    content.split_ascii_whitespace().map(|part| {
        let name = part.trim_end_matches(['?', '*', '+']);
        let often = Often {
            is_required: !part.ends_with(['?', '*']),
            may_repeat: part.ends_with(['*', '+']),
        };
        (name, often)
    })
}

/// Holds an element and those in it against their structure, and reports each rule that is broken with its path and what
/// it is about.
pub(super) fn hold(
    node: &Node,
    path: &str,
    version: PaymentVersion,
    report: &mut dyn FnMut(&Node, &str, PaymentRule),
) {
    let Some(content) = content(&node.name, version) else {
        for child in &node.children {
            hold(child, &format!("{path}/{}", child.name), version, report);
        }
        return;
    };
    let mut furthest = 0;
    let mut before: Option<&str> = None;
    for child in &node.children {
        let below = format!("{path}/{}", child.name);
        match parts(content)
            .enumerate()
            .find(|(_, (name, _))| *name == child.name)
        {
            None => {
                report(child, &below, misplaced(&child.name));
                continue;
            }
            Some((index, (_, often))) => {
                if before == Some(child.name.as_str()) && !often.may_repeat {
                    report(child, &below, PaymentRule::Repeated);
                } else if index < furthest {
                    report(child, &below, PaymentRule::Order);
                }
                furthest = furthest.max(index);
                before = Some(&child.name);
            }
        }
        if !is_part(child) {
            hold(child, &below, version, report);
        }
    }
    for (name, often) in parts(content) {
        if often.is_required && node.find(name).is_none_or(is_empty) {
            let at = node.find(name).unwrap_or(node);
            report(at, &format!("{path}/{name}"), PaymentRule::Missing);
        }
    }
}

/// Whether it was held against its structure when it ended, and nothing in it was kept.
fn is_part(node: &Node) -> bool {
    matches!(node.name.as_str(), "CdtTrfTxInf" | "PmtInf")
}

/// Whether nothing is in an element.
fn is_empty(node: &Node) -> bool {
    !is_part(node) && node.text.is_empty() && node.children.is_empty()
}

/// The rule that an element breaks which is not known where it stands: the name of a BIC is what changed between versions.
fn misplaced(name: &str) -> PaymentRule {
    match name {
        "BIC" | "BICFI" => PaymentRule::Bic,
        _ => PaymentRule::Element,
    }
}
