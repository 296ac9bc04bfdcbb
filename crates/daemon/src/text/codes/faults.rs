//! Codes of faults in documents.

use super::Code;

pub(super) const CODES: &[Code] = &[
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
        "ATTACHMENT_NOT_SEARCHED",
        "deze bijlage is niet of niet geheel op persoonsnummers nagekeken; kijk haar zelf na (NO_TEXT of PICTURE: een beeld zonder tekst; NO_CHARACTERS: letters die het bestand niet noemt; ENCRYPTED: versleuteld; DAMAGED: niet te lezen; TOO_MUCH: te zwaar; BINARY: onbekend)",
        "this attachment was not, or not wholly, looked through for personal numbers; look through it yourself (NO_TEXT or PICTURE: an image without text; NO_CHARACTERS: letters that the file does not name; ENCRYPTED: encrypted; DAMAGED: cannot be read; TOO_MUCH: too heavy; BINARY: unknown)",
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
