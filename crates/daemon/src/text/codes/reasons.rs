//! Codes of reasons: why a line or document is refused, parked, cut or taken back.

use super::Code;

pub(super) const CODES: &[Code] = &[
    (
        "NOT_PASSED",
        "het examen is niet gehaald",
        "the exam was not passed",
    ),
    (
        "NOT_PERFORMED",
        "niet verschenen, afgemeld of geannuleerd",
        "absent, excused or cancelled",
    ),
    (
        "DUPLICATE_LINE",
        "staat al op deze factuur",
        "is on this invoice already",
    ),
    (
        "DUPLICATE_INVOICE",
        "al toegewezen op een eerdere factuur",
        "already matched on an earlier invoice",
    ),
    (
        "DUPLICATE_OTHER_PAYEE",
        "de aanspraak is van een andere begunstigde",
        "the entitlement is that of another payee",
    ),
    (
        "CUMULATION",
        "al toegewezen onder een andere regeling",
        "already matched under another scheme",
    ),
    (
        "SAME_CONTENT",
        "een examen met dezelfde inhoud is al toegewezen",
        "an exam of the same content was matched",
    ),
    (
        "NOT_BOOKED_BY_SCHOOL",
        "niet door de school geboekt: geen aanspraak",
        "not booked by the school: no entitlement",
    ),
    (
        "NOT_IBKI",
        "door de school zelf afgenomen: geen aanspraak",
        "held by the school itself: no entitlement",
    ),
    (
        "LATE",
        "te laat gedeclareerd; een medewerker beslist",
        "claimed too late; an officer decides",
    ),
    (
        "TARIFF_DIFF",
        "gevraagd bedrag wijkt af van het tarief",
        "the amount asked is not the tariff's",
    ),
    (
        "CREDIT_NO_REF",
        "creditnota zonder de factuurregel die zij terugneemt; vermeld factuur en regel",
        "credit note without the invoice line that it takes back; state invoice and line",
    ),
    (
        "CREDIT_TOO_LARGE",
        "er wordt meer gecrediteerd dan er staat",
        "more is credited than stands",
    ),
    (
        "CREDIT_OTHER_DATE",
        "de creditnota noemt een andere datum dan die van de factuur; vermeld nummer en datum van één factuur",
        "the credit note gives another date than that of the invoice; state number and date of one invoice",
    ),
    (
        "BUDGET",
        "de begroting laat het niet toe",
        "the budget has no room",
    ),
    (
        "SHARED",
        "de begroting is naar rato verdeeld",
        "the budget was divided pro rata",
    ),
    (
        "IBAN_CHECKSUM",
        "het controlegetal van de IBAN klopt niet; stuur de juiste",
        "the check digits of the IBAN are wrong; send the right one",
    ),
    (
        "IBAN_CHANGED",
        "de factuur vraagt betaling op een andere rekening dan de ingeschreven; bel de begunstigde op een bekend nummer",
        "the invoice asks to be paid on another account than the registered one; call the payee on a known number",
    ),
    ("VAT_UNEXPECTED", "btw wordt niet vergoed", "VAT is not borne"),
    (
        "RELEASED",
        "de verplichting is vrijgevallen",
        "the commitment was released",
    ),
    (
        "RESULT_REVOKED",
        "de uitslag is ingetrokken",
        "the result was withdrawn",
    ),
    ("CREDITED", "gecrediteerd", "credited"),
    (
        "REFUSED",
        "een medewerker heeft de regel afgewezen; het besluit ligt vast",
        "an officer refused the line; the decision is on file",
    ),
    (
        "TO_BE_CORRECTED",
        "teruggestuurd om te verbeteren; stuur een nieuwe factuur onder een ander nummer",
        "sent back to be corrected; send a new invoice under another number",
    ),
    (
        "NOT_AFFILIATED",
        "het leerbedrijf is niet aangesloten; stuur een nieuwe versie van de presentie met aansluitnummer",
        "the training company is not affiliated; send a later version of the attendance with its number",
    ),
    (
        "UNKNOWN_TYPE",
        "de code is niet bekend; wacht op een besluit over de code",
        "the code is not known; waits for a decision on the code",
    ),
    (
        "TOTAL_MISMATCH",
        "de totalen kloppen niet op de cent; stuur een juiste factuur",
        "the totals do not agree to the cent; send a right invoice",
    ),
    (
        "NOT_OUR_ACCOUNT",
        "het afschrift is van een andere rekening dan die van het fonds",
        "the statement is of another account than the fund's",
    ),
    (
        "PERIOD_CLOSED",
        "de periode is afgesloten; er wordt niets meer in geboekt",
        "the period is closed; nothing is booked in it any more",
    ),
    (
        "RULES_BROKEN",
        "de factuur voldoet niet aan de regels die zij zegt te volgen; stuur een juiste",
        "the invoice breaks the rules that it says to follow; send a right one",
    ),
    (
        "FUTURE_DATE",
        "de factuur is van na de dag van ontvangst",
        "the invoice is of after the day of receipt",
    ),
    (
        "UNREADABLE",
        "het document kan niet worden gelezen als wat het is",
        "the document cannot be read as what it is",
    ),
    (
        "PERSONAL_DATA",
        "er staat een burgerservicenummer in; er is niets vastgelegd, stuur het document zonder",
        "there is a citizen service number in it; nothing was recorded, send it without",
    ),
    (
        "SELF_APPROVAL",
        "een persoon handelt twee keer waar twee personen nodig zijn",
        "one person acts twice where two must act",
    ),
    (
        "SCHEME_NOT_OPEN",
        "de regeling was toen niet open",
        "the scheme was not open then",
    ),
    (
        "NO_EVIDENCE",
        "het bewijs is er nog niet; hervat vanzelf",
        "the evidence has not come; resumes by itself",
    ),
    (
        "NO_TERMS",
        "de regeling is niet vastgesteld; hervat vanzelf",
        "the scheme has no adopted terms; resumes by itself",
    ),
    (
        "NO_TARIFF",
        "er is geen tarief voor die dag; hervat vanzelf",
        "there is no tariff for that day; resumes by itself",
    ),
    (
        "NO_GRANT",
        "er is geen toekenning; hervat vanzelf",
        "there is no grant; resumes by itself",
    ),
    (
        "GRANT_REFUSED",
        "de aanvraag is afgewezen",
        "the application was refused",
    ),
    (
        "MORE_THAN_GRANTED",
        "er wordt meer gevraagd dan van de toekenning open is",
        "more is asked than is open of the grant",
    ),
    (
        "PAYEE_UNKNOWN",
        "de begunstigde is niet ingeschreven; hervat vanzelf",
        "the payee is not registered; resumes by itself",
    ),
    (
        "PAYEE_MISMATCH",
        "een ander dan de rechthebbende declareert",
        "another than the entitled party claims",
    ),
    (
        "NUMBER_REUSED",
        "het factuurnummer is eerder gebruikt met een andere datum of een ander bedrag",
        "the invoice number was used before with another date or amount",
    ),
    (
        "NOT_A_LEARNER",
        "de deelnemer hoort niet bij deze regeling",
        "the participant is outside this scheme",
    ),
    (
        "PACKAGE_FULL",
        "van dit pakket zijn drie dagen vergoed",
        "three days of this package are funded",
    ),
    (
        "MODULE_MISSING",
        "de didactische module is niet gevolgd; hervat vanzelf",
        "the didactic module was not followed; resumes by itself",
    ),
    (
        "NO_FULL_EXAM",
        "geen volledig examen voor dit herexamen",
        "no full exam before this resit",
    ),
    (
        "NO_JOB_GUARANTEE",
        "geen getekende baangarantie; hervat vanzelf",
        "no signed job guarantee; resumes by itself",
    ),
    (
        "NOT_ELIGIBLE",
        "persoon of aanbieder valt buiten de regeling",
        "person or provider is outside the scheme",
    ),
    ("EXPIRED", "de cheque was verlopen", "the cheque had expired"),
    (
        "NOT_IDENTIFIED",
        "de regel noemt geen regeling, prestatiedatum, kandidaat of bewijs",
        "the line names no scheme, day of performance, learner or evidence",
    ),
];
