//! Codes of acts of the finance office that are refused.

use super::Code;

pub(super) const CODES: &[Code] = &[
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
        "AMOUNT_DIFFERS",
        "bedrag of richting is niet dat van de opdracht of terugvordering",
        "amount or direction is not that of the order or of what was asked back",
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
        "NO_SUCH_SAMPLE",
        "onder dit nummer is geen steekproef gepland; `subsidyd sample list` toont wat er is",
        "no sample is planned under this number; `subsidyd sample list` shows what there is",
    ),
    (
        "SAMPLE_NUMBER_TAKEN",
        "dit nummer is van een andere steekproef; een nieuwe trekking is een nieuwe steekproef met een eigen nummer",
        "this number is of another sample; drawing again is a new sample with a number of its own",
    ),
    (
        "NO_SHARE",
        "materialiteit en betrouwbaarheid liggen tussen 0 en 100 %, de verwachte fout onder 100 % van wat draaglijk is",
        "materiality and confidence lie between 0 and 100 %, what is expected below 100 % of what is bearable",
    ),
    (
        "NOTHING_TO_SAMPLE",
        "de populatie heeft geen post met een bedrag boven nul; kijk naar jaar, grondslag en regelingen",
        "the population has no item with an amount above zero; look at year, basis and schemes",
    ),
    (
        "SAMPLE_TOO_FINE",
        "zo nauwkeurig worden er meer eenheden getrokken dan er posten zijn; controleer alle posten, of kies een grotere materialiteit",
        "this exactly more units are drawn than there are items; look into every item, or choose a larger materiality",
    ),
    (
        "OTHER_POPULATION",
        "de populatie is niet meer die bij het plan is bevroren; laat het register controleren met `subsidyd verify`",
        "the population is not the one that was frozen with the plan; have the register checked with `subsidyd verify`",
    ),
    (
        "SAMPLE_DRAWN",
        "deze steekproef is al getrokken, met een ander zaad; plan er een nieuwe naast",
        "this sample is drawn, with another seed; plan another beside it",
    ),
    (
        "SAMPLE_NOT_DRAWN",
        "deze steekproef is nog niet getrokken",
        "this sample is not drawn yet",
    ),
    (
        "NOT_OF_THE_SAMPLE",
        "deze declaratie is niet getrokken; `subsidyd sample papers` toont welke wel",
        "this claim was not drawn; `subsidyd sample papers` shows which were",
    ),
    (
        "NOT_EXAMINED",
        "nog niet van elke getrokken post is vastgelegd wat hij had moeten zijn",
        "not of every item that was drawn is recorded what it should have been",
    ),
    (
        "SAMPLE_EVALUATED",
        "over deze steekproef is geoordeeld; plan er een nieuwe naast",
        "this sample is evaluated; plan another beside it",
    ),
    (
        "BEYOND_THE_LEDGER",
        "zo ver is het subsidieregister niet; kies een positie tot en met zijn laatste",
        "the register is not that far; choose a position up to its last",
    ),
];
