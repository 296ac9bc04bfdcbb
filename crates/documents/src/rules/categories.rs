//! What each VAT category asks: BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF (IGIC), BR-AG (IPSI) and BR-B of
//! EN 16931-1, section 6.4.3, bound to UBL 2.1.
//!
//! Ten rules are alike for nine categories and differ in three answers: who must have a tax number, what the rate is, and
//! whether a reason for exemption must be given. The tables below have a row a rule and those answers.

use rust_decimal::Decimal;

use super::conditions::is_about;
use super::facts::{Facts, within_one};
use super::rule::{Context, DOCUMENT, Rule, either, holds, on};
use super::tree::Node;

/// The VAT category of a line (BG-30).
const LINE_CATEGORY: Context = on("line/cac:Item/cac:ClassifiedTaxCategory");
/// The VAT category of an allowance or charge.
const CHARGE_CATEGORY: Context = on("cac:AllowanceCharge/cac:TaxCategory");
/// The VAT category of a group of the document's breakdown (BG-23).
const BREAKDOWN: Context = on("/cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory");

/// Who must have a tax number before a category may be used.
#[derive(Clone, Copy)]
enum Accountable {
    /// The seller any tax number, or his representative a VAT number.
    Seller,
    /// The seller or his representative a VAT number.
    SellerVat,
    /// As [`Accountable::Seller`], and the buyer a VAT or registration number.
    SellerAndBuyer,
    /// As [`Accountable::SellerVat`], and the buyer a VAT number.
    SellerAndBuyerVat,
    /// Nobody may have a VAT number.
    Nobody,
}

impl Accountable {
    fn is_met(self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Seller => facts.seller_can_account(false),
            Self::SellerVat => facts.seller_can_account(true),
            Self::SellerAndBuyer => {
                facts.seller_can_account(false) && (facts.buyer_has_vat_id || facts.buyer_has_legal_id)
            }
            Self::SellerAndBuyerVat => facts.seller_can_account(true) && facts.buyer_has_vat_id,
            Self::Nobody => {
                !facts.seller_has_vat_id && !facts.representative_has_vat_id && !facts.buyer_has_vat_id
            }
        }
    }
}

/// The rules 01 to 09 of a category.
macro_rules! category {
    (
        $prefix:literal is $code:literal:
        accountable $accountable:ident, rate $rate:path, breakdown $breakdown:path, taxable $taxable:path, tax $tax:path
    ) => {
        [
            holds(
                concat!("BR-", $prefix, "-01"),
                "BG-23",
                DOCUMENT,
                "cac:TaxTotal/cac:TaxSubtotal",
                |_, facts| $breakdown(facts, $code),
            ),
            holds(
                concat!("BR-", $prefix, "-02"),
                "BT-31",
                DOCUMENT,
                SELLER_TAX,
                |_, facts| facts.on_lines.vat($code) == 0 || Accountable::$accountable.is_met(facts),
            ),
            holds(
                concat!("BR-", $prefix, "-03"),
                "BT-31",
                DOCUMENT,
                SELLER_TAX,
                |_, facts| facts.on_allowances.vat($code) == 0 || Accountable::$accountable.is_met(facts),
            ),
            holds(
                concat!("BR-", $prefix, "-04"),
                "BT-31",
                DOCUMENT,
                SELLER_TAX,
                |_, facts| facts.on_charges.vat($code) == 0 || Accountable::$accountable.is_met(facts),
            ),
            holds(
                concat!("BR-", $prefix, "-05"),
                "BT-152",
                LINE_CATEGORY.when(|node, _| is_category(node, $code)),
                "cbc:Percent",
                |category, _| $rate(category),
            ),
            holds(
                concat!("BR-", $prefix, "-06"),
                "BT-96",
                CHARGE_CATEGORY.when(|node, _| is_category(node, $code) && is_of(node, false)),
                "cbc:Percent",
                |category, _| $rate(category),
            ),
            holds(
                concat!("BR-", $prefix, "-07"),
                "BT-103",
                CHARGE_CATEGORY.when(|node, _| is_category(node, $code) && is_of(node, true)),
                "cbc:Percent",
                |category, _| $rate(category),
            ),
            holds(
                concat!("BR-", $prefix, "-08"),
                "BT-116",
                BREAKDOWN.when(|node, _| is_category(node, $code)),
                "",
                |category, facts| $taxable(category, facts, $code),
            ),
            holds(
                concat!("BR-", $prefix, "-09"),
                "BT-117",
                BREAKDOWN.when(|node, _| is_category(node, $code)),
                "",
                |category, _| $tax(category),
            ),
        ]
    };
}

const SELLER_TAX: &str = "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID";
const REASON: &str = "cbc:TaxExemptionReason";
const REASON_CODE: &str = "cbc:TaxExemptionReasonCode";

/// Standard rate.
const S: [Rule; 9] = category!("S" is "S": accountable Seller, rate is_above_zero, breakdown is_broken_down_by_rate,
    taxable is_sum_at_rate, tax is_taxed);
/// Zero rate.
const Z: [Rule; 9] = category!("Z" is "Z": accountable Seller, rate is_zero, breakdown is_broken_down_once,
    taxable is_sum, tax is_untaxed);
/// Exempt.
const E: [Rule; 9] = category!("E" is "E": accountable Seller, rate is_zero, breakdown is_broken_down_once,
    taxable is_sum, tax is_untaxed);
/// Reverse charge.
const AE: [Rule; 9] = category!("AE" is "AE": accountable SellerAndBuyer, rate is_zero, breakdown is_broken_down_once,
    taxable is_sum, tax is_untaxed);
/// Supply within the European Union.
const IC: [Rule; 9] = category!("IC" is "K": accountable SellerAndBuyerVat, rate is_zero, breakdown is_broken_down_once,
    taxable is_sum, tax is_untaxed);
/// Export.
const G: [Rule; 9] = category!("G" is "G": accountable SellerVat, rate is_zero, breakdown is_broken_down_once,
    taxable is_sum, tax is_untaxed);
/// Outside the scope of VAT.
const O: [Rule; 9] = category!("O" is "O": accountable Nobody, rate is_absent, breakdown is_broken_down_once,
    taxable is_sum, tax is_untaxed);
/// Canary Islands general indirect tax.
const AF: [Rule; 9] = category!("AF" is "L": accountable Seller, rate is_zero_or_above, breakdown is_broken_down_by_rate,
    taxable is_sum_at_rate, tax is_taxed);
/// Tax for production, services and importation in Ceuta and Melilla.
const AG: [Rule; 9] = category!("AG" is "M": accountable Seller, rate is_zero_or_above, breakdown is_broken_down_by_rate,
    taxable is_sum_at_rate, tax is_taxed);

/// What is said of single categories only: the reasons for exemption (10), and more.
const FURTHER: &[Rule] = &[
    holds(
        "BR-S-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "S")),
        REASON,
        |node, _| has_no_reason(node),
    ),
    holds(
        "BR-Z-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "Z")),
        REASON,
        |node, _| has_no_reason(node),
    ),
    either(
        "BR-E-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "E")),
        REASON,
        REASON_CODE,
    ),
    either(
        "BR-AE-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "AE")),
        REASON,
        REASON_CODE,
    ),
    either(
        "BR-IC-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "K")),
        REASON,
        REASON_CODE,
    ),
    either(
        "BR-G-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "G")),
        REASON,
        REASON_CODE,
    ),
    either(
        "BR-O-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "O")),
        REASON,
        REASON_CODE,
    ),
    holds(
        "BR-AF-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "L")),
        REASON,
        |node, _| has_no_reason(node),
    ),
    holds(
        "BR-AG-10",
        "BT-120",
        BREAKDOWN.when(|node, _| is_category(node, "M")),
        REASON,
        |node, _| has_no_reason(node),
    ),
    holds(
        "BR-IC-11",
        "BT-72",
        DOCUMENT,
        "cac:Delivery/cbc:ActualDeliveryDate",
        |document, facts| {
            let period = document.all("cac:InvoicePeriod");
            facts.in_breakdown.vat("K") == 0
                || document.filled("cac:Delivery/cbc:ActualDeliveryDate")
                || period.iter().any(|period| period.children().next().is_some())
        },
    ),
    holds(
        "BR-IC-12",
        "BT-80",
        DOCUMENT,
        DELIVERY_COUNTRY,
        |document, facts| facts.in_breakdown.vat("K") == 0 || document.filled(DELIVERY_COUNTRY),
    ),
    holds(
        "BR-O-11",
        "BG-23",
        DOCUMENT,
        "cac:TaxTotal/cac:TaxSubtotal",
        |_, facts| facts.in_breakdown.vat("O") == 0 || !facts.in_breakdown.other_than("O"),
    ),
    holds(
        "BR-O-12",
        "BT-151",
        DOCUMENT,
        "line/cac:Item/cac:ClassifiedTaxCategory",
        |_, facts| facts.in_breakdown.vat("O") == 0 || !facts.on_lines.other_than("O"),
    ),
    holds(
        "BR-O-13",
        "BT-95",
        DOCUMENT,
        "cac:AllowanceCharge/cac:TaxCategory",
        |_, facts| facts.in_breakdown.vat("O") == 0 || !facts.on_allowances.other_than("O"),
    ),
    holds(
        "BR-O-14",
        "BT-102",
        DOCUMENT,
        "cac:AllowanceCharge/cac:TaxCategory",
        |_, facts| facts.in_breakdown.vat("O") == 0 || !facts.on_charges.other_than("O"),
    ),
    holds(
        "BR-B-01",
        "BT-118",
        DOCUMENT,
        "cac:TaxTotal/cac:TaxSubtotal",
        |_, facts| !is_used(facts, "B") || facts.countries.iter().all(|country| *country == "IT"),
    ),
    holds(
        "BR-B-02",
        "BT-118",
        DOCUMENT,
        "cac:TaxTotal/cac:TaxSubtotal",
        |_, facts| !is_used(facts, "B") || !is_used(facts, "S"),
    ),
];

const DELIVERY_COUNTRY: &str =
    "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode";

pub(super) const RULES: [&[Rule]; 10] = [&S, &Z, &E, &AE, &IC, &G, &O, &AF, &AG, FURTHER];

fn is_category(node: Node<'_>, code: &str) -> bool {
    node.value("cbc:ID") == code && node.is_vat()
}

/// Whether a tax category is of a charge (`true`) or of an allowance.
fn is_of(category: Node<'_>, charge: bool) -> bool {
    category.parent().and_then(Node::charge_indicator) == Some(charge)
}

fn is_used(facts: &Facts<'_>, code: &str) -> bool {
    [
        &facts.on_lines,
        &facts.on_allowances,
        &facts.on_charges,
        &facts.in_breakdown,
    ]
    .iter()
    .any(|uses| uses.any(code) > 0)
}

/// A category that is used has one group in the breakdown.
fn is_broken_down_once(facts: &Facts<'_>, code: &str) -> bool {
    let used = facts.on_lines.vat(code) + facts.on_allowances.vat(code) + facts.on_charges.vat(code);
    let groups = facts.in_breakdown.vat(code);
    (used == 0 && groups == 0) || groups == 1
}

/// A category with rates has at least one group in the breakdown when it is used, and none when it is not.
fn is_broken_down_by_rate(facts: &Facts<'_>, code: &str) -> bool {
    let used = facts.on_lines.any(code) + facts.on_allowances.any(code) + facts.on_charges.any(code);
    (used > 0) == (facts.in_breakdown.any(code) > 0)
}

fn is_zero(category: Node<'_>) -> bool {
    category.number("cbc:Percent").is_some_and(|rate| rate.is_zero())
}

fn is_above_zero(category: Node<'_>) -> bool {
    category
        .number("cbc:Percent")
        .is_some_and(|rate| rate > Decimal::ZERO)
}

fn is_zero_or_above(category: Node<'_>) -> bool {
    category
        .number("cbc:Percent")
        .is_some_and(|rate| rate >= Decimal::ZERO)
}

fn is_absent(category: Node<'_>) -> bool {
    !category.has("cbc:Percent")
}

fn has_no_reason(category: Node<'_>) -> bool {
    !category.has(REASON) && !category.has(REASON_CODE)
}

/// The taxable amount is the sum of what has the category, to the cent.
fn is_sum(category: Node<'_>, facts: &Facts<'_>, code: &str) -> bool {
    let stated = category
        .parent()
        .and_then(|group| group.number("cbc:TaxableAmount"));
    let sum = facts
        .by_category
        .get(code)
        .copied()
        .unwrap_or(Some(Decimal::ZERO));
    facts.line_count > 0 && stated.is_some() && stated == sum
}

/// The taxable amount is less than one away from the sum of what has the category and rate; the tolerance is the standard's.
fn is_sum_at_rate(category: Node<'_>, facts: &Facts<'_>, code: &str) -> bool {
    let stated = category
        .parent()
        .and_then(|group| group.number("cbc:TaxableAmount"));
    category.all("cbc:Percent").iter().all(|rate| {
        let sum = rate
            .decimal()
            .and_then(|rate| facts.by_rate.get(&(code.to_owned(), rate)).copied());
        let sum = match (sum, code) {
            (None, "S") => return false,
            (None, _) => Some(Decimal::ZERO),
            (Some(sum), _) => sum,
        };
        facts.line_count > 0 && within_one(stated, sum)
    })
}

fn is_untaxed(category: Node<'_>) -> bool {
    let tax = category.parent().and_then(|group| group.number("cbc:TaxAmount"));
    tax.is_some_and(|tax| tax.is_zero())
}

fn is_taxed(category: Node<'_>) -> bool {
    let group = category.parent();
    let tax = group.and_then(|group| group.number("cbc:TaxAmount"));
    let taxable = group.and_then(|group| group.number("cbc:TaxableAmount"));
    category
        .number("cbc:Percent")
        .is_some_and(|rate| is_about(tax, taxable, rate))
}
