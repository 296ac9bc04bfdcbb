//! Codes of rows of lists that are not taken, and of what is typed in their place.

use super::Code;

pub(super) const CODES: &[Code] = &[
    ("ROWS_NOT_TAKEN", "rijen niet verwerkt", "rows not taken"),
    (
        "SAME_VERSION_OTHER_CONTENT",
        "dezelfde versie met een andere inhoud; stuur een hogere versie",
        "the same version with another content; send a higher version",
    ),
    (
        "DECIDED_OTHERWISE",
        "de aanvraag is anders beslist; vraag de afzender wat geldt",
        "the application was decided otherwise; ask its sender which holds",
    ),
    (
        "RELEASED_TOO_MUCH",
        "er valt meer vrij dan open is",
        "more is released than is open",
    ),
    (
        "NO_SUCH_LINE",
        "de factuurregel is niet bekend",
        "the invoice line is not known",
    ),
    (
        "WRONG_STATE",
        "de regel, batch of opdracht staat daar niet voor: al beslist, betaald of ingetrokken",
        "line, batch or order is not where this needs it: decided, paid or withdrawn already",
    ),
    (
        "OTHER_REASON",
        "de regel wacht om een andere reden",
        "the line waits for another reason",
    ),
    (
        "CANNOT_BE_ALLOWED",
        "dit kan geen medewerker toestaan",
        "no officer can allow this",
    ),
    (
        "UNKNOWN_SCHEME",
        "de regeling bestaat niet",
        "there is no such scheme",
    ),
    (
        "INVALID_NUMBER",
        "het nummer heeft niet de juiste vorm",
        "the number does not have the right form",
    ),
    (
        "DATE_ORDER",
        "het einde ligt voor het begin",
        "the end lies before the beginning",
    ),
    (
        "INVALID_DATE",
        "geen bestaande datum; schrijf DD-MM-JJJJ",
        "not an existing date; write DD-MM-YYYY",
    ),
    (
        "TARIFF_OVERLAP",
        "er geldt al een tarief op die dagen; beëindig dat eerst",
        "a tariff holds on those days; end it first",
    ),
    (
        "TARIFF_CHANGED",
        "een vastgesteld tarief verandert niet; stel een nieuwe versie vast",
        "an adopted tariff does not change; adopt a new version",
    ),
    (
        "SHARE_OUT_OF_BAND",
        "het tarief is geen 65 tot 80 procent van de prijs",
        "the tariff is not 65 to 80 percent of the price",
    ),
    (
        "BUDGET_ADOPTED_BEFORE",
        "de begroting is al vastgesteld; stuur een wijziging",
        "the budget was adopted; send an amendment",
    ),
    (
        "BUDGET_NOT_ADOPTED",
        "er is geen begroting om te wijzigen",
        "there is no budget to amend",
    ),
    (
        "NOT_PRO_RATA",
        "de regeling verdeelt haar begroting niet naar rato; stel eerst die voorwaarde vast",
        "the scheme does not divide its budget pro rata; adopt that term first",
    ),
    (
        "NOTHING_TO_DIVIDE",
        "er is niets beschikbaar om te verdelen; stuur eerst een begroting of wijziging",
        "nothing is available to divide; send a budget or an amendment first",
    ),
    (
        "ACCRUED_BEFORE",
        "het nog te ontvangen bedrag is al vastgesteld",
        "the accrual was recorded before",
    ),
    (
        "COMMITMENT_BELOW_ZERO",
        "er zou meer vrijvallen dan verplicht is",
        "more would be released than is committed",
    ),
    (
        "PAYEE_CHANGED",
        "de begunstigde is anders ingeschreven; een wijziging vraagt een eigen goedkeuring",
        "the payee is registered otherwise; a change needs its own approval",
    ),
];
