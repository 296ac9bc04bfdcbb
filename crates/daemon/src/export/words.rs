//! What an entry says happened, in words.

use crate::lang::Lang;

/// Returns what an event that moves money is, for who reads the books.
pub(super) fn happened(event: &str, lang: Lang) -> String {
    let (dutch, english) = match event {
        "LineMatched" => ("Declaratieregel toegewezen", "Line matched"),
        "LineApproved" => ("Declaratieregel goedgekeurd", "Line approved"),
        "LineCut" => ("Declaratieregel verlaagd", "Line cut"),
        "LineReversed" => ("Declaratieregel teruggenomen", "Line reversed"),
        "LineCredited" => ("Declaratieregel gecrediteerd", "Line credited"),
        "LineOrdered" => ("Betaling opgedragen", "Payment ordered"),
        "LineUnpaid" => (
            "Betaling niet gedaan of teruggekomen",
            "Payment not made or given back",
        ),
        "ClawbackOpened" => ("Terug te vorderen", "To be clawed back"),
        "ClawbackRecovered" => (
            "Terugvordering ontvangen of verrekend",
            "Clawback received or offset",
        ),
        "ClawbackReopened" => ("Verrekening vervallen", "Offset undone"),
        "ClawbackWrittenOff" => ("Terugvordering afgeboekt", "Clawback written off"),
        "TransactionMatched" => ("Banktransactie", "Transaction of the bank"),
        "TransactionResolved" => ("Banktransactie verklaard", "Transaction explained"),
        "TransactionSetAside" => ("Banktransactie geen subsidie", "Transaction that is no subsidy"),
        "StatementJoined" => ("Saldo volgens afschrift", "Balance of the statement"),
        other => return other.to_owned(),
    };
    lang.pick(dutch, english).to_owned()
}
