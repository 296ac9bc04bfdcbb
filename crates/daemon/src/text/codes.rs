//! Every code that a sender or officer meets, in both languages.

/// Every code with its Dutch and English text; a test keeps it complete.
pub const CODES: &[(&str, &str, &str)] = &[
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
    (
        "NO_SUCH_INVOICE",
        "van deze begunstigde is geen factuur met dat nummer",
        "there is no invoice of that number of this payee",
    ),
    (
        "NO_PART",
        "een deel is meer dan nul en minder dan wat de regel krijgt",
        "a part is more than zero and less than what the line earns",
    ),
    (
        "NO_OWN_ACCOUNT",
        "van welke rekening het fonds betaalt is niet vastgesteld; stuur eerst eigen-rekening",
        "from which account the fund pays was not adopted; send eigen-rekening first",
    ),
    (
        "NO_SUCH_BATCH",
        "er is geen batch met dat nummer; doe eerst een voorstel",
        "there is no batch of that number; propose one first",
    ),
    (
        "BATCH_NUMBER_TAKEN",
        "dat batchnummer is al gebruikt; neem het volgende",
        "that batch number is taken; use the next one",
    ),
    (
        "NOTHING_TO_PAY",
        "er is niets goedgekeurd en onbetaald; een lege batch wordt niet gemaakt",
        "nothing is approved and unpaid; a batch of nothing is not made",
    ),
    (
        "NO_SUCH_ORDER",
        "de betaalopdracht is niet bekend",
        "the payment order is not known",
    ),
    (
        "OFFSET_TOO_LARGE",
        "er zou meer worden verrekend dan betaald",
        "more would be held back than paid",
    ),
    (
        "NOTHING_OWED",
        "er staat niets open om terug te vorderen",
        "nothing is open to be asked back",
    ),
    (
        "NOTHING_PROPOSED",
        "voor deze begunstigde is geen rekening voorgesteld",
        "no account is proposed for this payee",
    ),
    (
        "ANOTHER_PROPOSED",
        "er is al een andere rekening voorgesteld; keur die eerst goed of wijs haar af",
        "another account is proposed; approve or refuse that one first",
    ),
    (
        "NOTHING_TO_CHANGE",
        "die rekening is al ingeschreven, en de begunstigde is niet geblokkeerd",
        "that account is registered already, and the payee is not blocked",
    ),
    (
        "STATEMENT_KNOWN_OTHERWISE",
        "een afschrift met dit nummer is met een andere inhoud bekend; vraag de bank welk geldt",
        "a statement of this number is known with another content; ask the bank which one holds",
    ),
    (
        "DOES_NOT_ADD_UP",
        "beginsaldo en boekingen maken het eindsaldo niet; vraag de bank een juist afschrift",
        "opening balance and bookings do not make the closing balance; ask the bank for a right statement",
    ),
    (
        "NOT_OPEN",
        "de transactie staat op dit afschrift niet open",
        "the transaction is not open on this statement",
    ),
    (
        "PERIOD_NOT_ENDED",
        "de periode is nog niet voorbij; sluit haar vanaf de dag na haar laatste",
        "the period has not ended; close it from the day after its last",
    ),
    (
        "CLOSE_NOT_PROPOSED",
        "niemand heeft voorgesteld deze periode af te sluiten; doe eerst een voorstel",
        "nobody proposed to close this period; propose it first",
    ),
    (
        "MISSING_FIELD",
        "een verplicht veld ontbreekt; vul het in",
        "a required field is absent; fill it in",
    ),
    (
        "INVALID_FIELD",
        "het veld heeft een waarde die het niet kan hebben",
        "the field has a value that it cannot have",
    ),
    (
        "REPEATED_FIELD",
        "het veld staat er meer dan eens",
        "the field is there more than once",
    ),
    (
        "CONTRADICTING_FIELDS",
        "twee velden spreken elkaar tegen",
        "two fields contradict each other",
    ),
    (
        "INVALID_AMOUNT",
        "geen bedrag; schrijf 1.234,56",
        "not an amount; write 1234.56",
    ),
    (
        "NEGATIVE_AMOUNT",
        "een negatief bedrag kan hier niet",
        "a negative amount cannot be here",
    ),
    (
        "INVALID_TEXT",
        "de tekst is te lang of heeft stuurtekens",
        "the text is too long or has control characters",
    ),
    (
        "UNKNOWN_VALUE",
        "geen van de woorden die hier kunnen staan",
        "none of the words that can be here",
    ),
    (
        "INVALID_KVK",
        "geen KVK-nummer: acht cijfers",
        "not a KVK number: eight digits",
    ),
    (
        "INVALID_OIN",
        "geen OIN: twintig cijfers",
        "not an OIN: twenty digits",
    ),
    (
        "INVALID_PARTY",
        "geen KVK-nummer of OIN",
        "neither a KVK number nor an OIN",
    ),
    (
        "INVALID_BRIN",
        "geen BRIN: twee cijfers en twee letters",
        "not a BRIN: two digits and two letters",
    ),
    ("INVALID_IBAN", "geen IBAN", "not an IBAN"),
    (
        "PARTY_SCHEME",
        "de leverancier heeft geen KVK-nummer (0106) of OIN (0190)",
        "the seller has no KVK number (0106) or OIN (0190)",
    ),
    (
        "UNKNOWN_SPECIFICATION",
        "de factuur volgt regels die hier niet bekend zijn (BT-24); stuur haar opnieuw zodra ze dat zijn, of volgens NLCIUS of Peppol BIS 3",
        "the invoice follows rules that are not known here (BT-24); send it again once they are, or under NLCIUS or Peppol BIS 3",
    ),
    (
        "CURRENCY",
        "een andere munt dan de euro",
        "a currency other than the euro",
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
        "DUPLICATE_LINE_ID",
        "twee regels hebben hetzelfde nummer",
        "two lines have one id",
    ),
    (
        "TOTAL_MISMATCH_LINE",
        "aantal × prijs is niet het regelbedrag",
        "quantity × price is not the line's amount",
    ),
    (
        "TOTAL_MISMATCH_LINES",
        "de regels tellen niet op tot het totaal (BT-106)",
        "the lines do not add up to BT-106",
    ),
    (
        "TOTAL_MISMATCH_ALLOWANCES",
        "de kortingen tellen niet op (BT-107)",
        "the allowances do not add up to BT-107",
    ),
    (
        "TOTAL_MISMATCH_CHARGES",
        "de toeslagen tellen niet op (BT-108)",
        "the charges do not add up to BT-108",
    ),
    (
        "TOTAL_MISMATCH_EXCLUSIVE",
        "het totaal zonder btw klopt niet (BT-109)",
        "the total without VAT is wrong (BT-109)",
    ),
    (
        "TOTAL_MISMATCH_TAXABLE",
        "de grondslag van een btw-tarief klopt niet (BT-116)",
        "the taxable amount of a rate is wrong (BT-116)",
    ),
    (
        "TOTAL_MISMATCH_TAXABLE_SUM",
        "de grondslagen tellen niet op tot BT-109",
        "the taxable amounts do not add up to BT-109",
    ),
    (
        "TOTAL_MISMATCH_TAX",
        "de btw van een tarief klopt niet op de cent (BT-117)",
        "the VAT of a rate is wrong to the cent (BT-117)",
    ),
    (
        "TOTAL_MISMATCH_TAX_SUM",
        "de btw telt niet op tot BT-110",
        "the VAT does not add up to BT-110",
    ),
    (
        "TOTAL_MISMATCH_INCLUSIVE",
        "het totaal met btw klopt niet (BT-112)",
        "the total with VAT is wrong (BT-112)",
    ),
    (
        "TOTAL_MISMATCH_PAYABLE",
        "het te betalen bedrag klopt niet (BT-115)",
        "the amount to pay is wrong (BT-115)",
    ),
    (
        "TOTAL_MISMATCH_STATEMENT",
        "het beginsaldo en de geboekte mutaties geven niet het eindsaldo; vraag de bank om het hele afschrift",
        "the opening balance and the booked entries do not give the closing balance; ask the bank for the whole statement",
    ),
    (
        "TOTAL_MISMATCH_ENTRY",
        "de betalingen van een boeking zijn samen niet haar bedrag; vraag de bank om het juiste afschrift",
        "the payments of an entry do not add up to its amount; ask the bank for the right statement",
    ),
    (
        "FIELD_COUNT",
        "de rij heeft meer of minder velden dan de kop",
        "the row has more or fewer fields than the header",
    ),
    (
        "LINE_BREAK",
        "er staat een regeleinde in een veld",
        "there is a line break in a field",
    ),
    (
        "CELL_ERROR",
        "een formule in deze cel gaf een fout; herstel haar en sla het bestand op",
        "a formula in this cell ended in an error; mend it and save the file",
    ),
    (
        "ATTACHMENT_ENCODING",
        "een bijlage is niet in base64 geschreven; voeg haar opnieuw toe",
        "an attachment is not written in base64; attach it again",
    ),
    (
        "ATTACHMENT_UNREADABLE",
        "een bijlage is niet te lezen en kan dus niet worden nagekeken; stuur haar als CSV, XLSX of PDF",
        "an attachment cannot be read and so not be looked through; send it as CSV, XLSX or PDF",
    ),
    (
        "SEVERAL_SPECIFICATIONS",
        "meer dan één bijlage specificeert de regels; laat er één",
        "more than one attachment specifies the lines; leave one",
    ),
    (
        "SPECIFICATION_DIFFERS",
        "de bijlage met de regels zegt iets anders dan de factuur",
        "the attachment with the lines says something else than the invoice",
    ),
    (
        "OTHER_SHEETS",
        "andere werkbladen zijn niet gelezen",
        "other sheets were not read",
    ),
    (
        "HIDDEN_ROWS",
        "verborgen rijen zijn gelezen als de andere",
        "hidden rows were read like the others",
    ),
    (
        "UNKNOWN_COLUMN",
        "onbekende kolom, overgeslagen",
        "unknown column, skipped",
    ),
    (
        "READ_AS_WINDOWS_1252",
        "geen UTF-8; gelezen als Windows-1252",
        "not UTF-8; read as Windows-1252",
    ),
    (
        "MOJIBAKE_REPAIRED",
        "verhaspelde letters hersteld",
        "garbled letters repaired",
    ),
    (
        "EMPTY",
        "het bestand is leeg; stuur het opnieuw",
        "the file is empty; send it again",
    ),
    (
        "TOO_LARGE",
        "het bestand is te groot; splits het",
        "the file is too large; split it",
    ),
    (
        "OTHER_FORMAT",
        "dit is geen UBL, CSV of XLSX; stuur een factuur als UBL 2.1 (XML), een lijst als CSV of XLSX",
        "this is neither UBL nor CSV or XLSX; send an invoice as UBL 2.1 (XML), a list as CSV or XLSX",
    ),
    (
        "UNKNOWN_COLUMNS",
        "geen lijst heeft deze kolommen; docs/formats.md heeft de kolommen van elke lijst",
        "no list has these columns; docs/formats.md has the columns of every list",
    ),
    (
        "MISSING_COLUMNS",
        "een verplichte kolom ontbreekt; voeg haar toe",
        "a required column is missing; add it",
    ),
    (
        "REPEATED_COLUMN",
        "een kolom staat er twee keer; verwijder er een",
        "a column is there twice; remove one",
    ),
    (
        "NO_HEADER",
        "de eerste rij is geen kop; zet de kolomnamen erboven",
        "the first row is no header; put the column names above it",
    ),
    (
        "NO_ROWS",
        "er staat geen rij onder de kop",
        "there is no row below the header",
    ),
    (
        "ENCODING",
        "een andere codering dan UTF-8; sla het bestand op als UTF-8",
        "an encoding other than UTF-8; save the file as UTF-8",
    ),
    (
        "NOT_UTF8",
        "geen geldige UTF-8; sla het bestand op als UTF-8",
        "not valid UTF-8; save the file as UTF-8",
    ),
    (
        "DOCTYPE",
        "een DOCTYPE wordt geweigerd; stuur het document zonder",
        "a DOCTYPE is refused; send the document without it",
    ),
    (
        "ENTITY",
        "een eigen entiteit wordt geweigerd; schrijf het teken zelf",
        "an entity of its own is refused; write the character itself",
    ),
    (
        "MALFORMED",
        "het bestand is beschadigd of geen XML; stuur het opnieuw",
        "the file is damaged or no XML; send it again",
    ),
    (
        "LIMIT_EXCEEDED",
        "het document is groter of dieper dan gelezen wordt",
        "the document is larger or deeper than is read",
    ),
    (
        "TOO_MANY_FAULTS",
        "te veel gebreken; dit is niet de lijst die het lijkt",
        "too many faults; this is not the list that it looks like",
    ),
    (
        "WORKBOOK",
        "de werkmap is niet te lezen; open haar, sla haar opnieuw op als XLSX en stuur die",
        "the workbook cannot be read; open it, save it again as XLSX, and send that",
    ),
    (
        "UNKNOWN_ROOT",
        "geen UBL-factuur of -creditnota en geen bankbestand dat hier wordt genomen; stuur UBL 2.1",
        "no UBL invoice or credit note, and no file of the bank that is taken here; send UBL 2.1",
    ),
    (
        "IO",
        "het bestand kan niet van schijf worden gelezen",
        "the file cannot be read from disk",
    ),
    (
        "CHANGED",
        "het bestand veranderde tijdens het lezen; stuur het opnieuw",
        "the file changed while it was read; send it again",
    ),
];
