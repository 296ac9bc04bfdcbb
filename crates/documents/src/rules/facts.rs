//! What many rules ask of a document as a whole, found in one walk.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::tree::Node;

/// A total that may be beyond counting: a number that cannot be read, or a sum that does not fit.
pub(super) type Sum = Option<Decimal>;

/// What is known of the document.
pub(super) struct Facts<'t> {
    pub(super) root: Node<'t>,
    /// The rules it says it follows (BT-24).
    pub(super) specification: &'t str,
    /// The currency of the document (BT-5), empty when there is none.
    pub(super) currency: &'t str,
    /// There is a purchase order reference (BT-13).
    pub(super) has_order: bool,
    /// There is a preceding invoice (BT-25).
    pub(super) has_preceding: bool,
    /// There are payment instructions (BG-16) anywhere.
    pub(super) has_payment_means: bool,
    /// The identifiers of payment instructions, as an extension has them.
    pub(super) payment_means_ids: BTreeSet<&'t str>,
    /// The seller (BG-4).
    pub(super) seller: Option<Node<'t>>,
    /// The first and last day of the document's period (BT-73, BT-74).
    pub(super) period_start: Option<Date>,
    pub(super) period_end: Option<Date>,
    /// The country of the seller's tax representative (BT-69), in capitals.
    pub(super) representative_country: String,
    /// The sum of the net amounts of all lines.
    pub(super) lines: Sum,
    /// The number of lines.
    pub(super) line_count: usize,
    /// The sum of the allowances of the document.
    pub(super) allowances: Sum,
    /// The sum of the charges of the document.
    pub(super) charges: Sum,
    /// Lines plus charges minus allowances, by VAT category.
    pub(super) by_category: BTreeMap<String, Sum>,
    /// The same, by VAT category and rate.
    pub(super) by_rate: BTreeMap<(String, Decimal), Sum>,
    /// The VAT categories of lines.
    pub(super) on_lines: Uses,
    /// The VAT categories of allowances.
    pub(super) on_allowances: Uses,
    /// The VAT categories of charges.
    pub(super) on_charges: Uses,
    /// The VAT categories of the document's breakdown.
    pub(super) in_breakdown: Uses,
    /// The seller has a tax number of whatever kind.
    pub(super) seller_has_tax_id: bool,
    /// The seller has a VAT number (BT-31).
    pub(super) seller_has_vat_id: bool,
    /// The seller's tax representative has a VAT number (BT-63).
    pub(super) representative_has_vat_id: bool,
    /// The buyer has a VAT number (BT-48).
    pub(super) buyer_has_vat_id: bool,
    /// The buyer has a legal registration number (BT-47).
    pub(super) buyer_has_legal_id: bool,
    /// The seller's country (BT-40), in capitals.
    pub(super) seller_country: String,
    /// The buyer's country (BT-55), in capitals.
    pub(super) buyer_country: String,
    /// The names of attributes that occur, those of a payment means code's name left out.
    pub(super) attributes: BTreeSet<&'t str>,
    /// Countries named anywhere.
    pub(super) countries: BTreeSet<&'t str>,
    /// The different payment references (BT-83).
    pub(super) payment_ids: BTreeSet<&'t str>,
    /// The different payment means codes (BT-81).
    pub(super) payment_codes: BTreeSet<&'t str>,
    /// The number of bank assigned creditor identifiers (BT-90).
    pub(super) sepa_ids: usize,
    /// The currencies in which there is a VAT total.
    pub(super) tax_currencies: BTreeSet<&'t str>,
}

/// How often each VAT category is used in some place.
#[derive(Default)]
pub(super) struct Uses {
    /// By category, whatever the tax scheme says.
    any: BTreeMap<String, usize>,
    /// By category, where the tax scheme says VAT.
    vat: BTreeMap<String, usize>,
}

impl Uses {
    fn add(&mut self, category: Node<'_>) {
        let code = category.value("cbc:ID").into_owned();
        if category.is_vat() {
            *self.vat.entry(code.clone()).or_default() += 1;
        }
        *self.any.entry(code).or_default() += 1;
    }

    /// How often a category is used, whatever the tax scheme says.
    pub(super) fn any(&self, code: &str) -> usize {
        self.any.get(code).copied().unwrap_or(0)
    }

    /// How often a category is used as one of VAT.
    pub(super) fn vat(&self, code: &str) -> usize {
        self.vat.get(code).copied().unwrap_or(0)
    }

    /// Whether another category of VAT is used.
    pub(super) fn other_than(&self, code: &str) -> bool {
        self.vat.keys().any(|known| known != code)
    }
}

fn add(sum: &mut Sum, amount: Sum) {
    *sum = sum.zip(amount).and_then(|(sum, amount)| sum.checked_add(amount));
}

impl<'t> Facts<'t> {
    /// Finds them.
    pub(super) fn of(root: Node<'t>, nodes: impl Iterator<Item = Node<'t>>) -> Self {
        const SELLER: &str = "cac:AccountingSupplierParty/cac:Party";
        const BUYER: &str = "cac:AccountingCustomerParty/cac:Party";
        const COUNTRY: &str = "cac:PostalAddress/cac:Country/cbc:IdentificationCode";
        let country = |party: &str| {
            let party = root.first(party);
            party.map_or(String::new(), |party| party.value(COUNTRY).to_uppercase())
        };
        let vat_id =
            |schemes: Vec<Node<'_>>| schemes.iter().any(|one| one.is_vat() && one.has("cbc:CompanyID"));
        let seller_schemes = root.all(&[SELLER, "/cac:PartyTaxScheme"].concat());
        let mut facts = Self {
            root,
            specification: root.first("cbc:CustomizationID").map_or("", Node::text),
            currency: root.first("cbc:DocumentCurrencyCode").map_or("", Node::text),
            has_order: root.has("cac:OrderReference/cbc:ID"),
            has_preceding: root.has("cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"),
            has_payment_means: false,
            payment_means_ids: root
                .all("cac:PaymentMeans/cbc:ID")
                .into_iter()
                .map(Node::text)
                .collect(),
            seller: root.first(SELLER),
            period_start: root
                .first("cac:InvoicePeriod/cbc:StartDate")
                .and_then(|day| day.text().parse().ok()),
            period_end: root
                .first("cac:InvoicePeriod/cbc:EndDate")
                .and_then(|day| day.text().parse().ok()),
            representative_country: country("cac:TaxRepresentativeParty"),
            lines: Some(Decimal::ZERO),
            line_count: 0,
            allowances: Some(Decimal::ZERO),
            charges: Some(Decimal::ZERO),
            by_category: BTreeMap::new(),
            by_rate: BTreeMap::new(),
            on_lines: Uses::default(),
            on_allowances: Uses::default(),
            on_charges: Uses::default(),
            in_breakdown: Uses::default(),
            seller_has_tax_id: seller_schemes.iter().any(|scheme| scheme.has("cbc:CompanyID")),
            seller_has_vat_id: vat_id(seller_schemes),
            representative_has_vat_id: vat_id(root.all("cac:TaxRepresentativeParty/cac:PartyTaxScheme")),
            buyer_has_vat_id: vat_id(root.all(&[BUYER, "/cac:PartyTaxScheme"].concat())),
            buyer_has_legal_id: root.has(&[BUYER, "/cac:PartyLegalEntity/cbc:CompanyID"].concat()),
            seller_country: country(SELLER),
            buyer_country: country(BUYER),
            attributes: BTreeSet::new(),
            countries: BTreeSet::new(),
            payment_ids: BTreeSet::new(),
            payment_codes: BTreeSet::new(),
            sepa_ids: 0,
            tax_currencies: BTreeSet::new(),
        };
        for node in nodes {
            facts.take(node);
        }
        facts
    }

    fn take(&mut self, node: Node<'t>) {
        let of_document = node.parent() == Some(self.root);
        match node.name() {
            "cac:InvoiceLine" | "cac:CreditNoteLine" => self.take_line(node, of_document),
            "cac:AllowanceCharge" => self.take_charge(node, of_document),
            "cac:ClassifiedTaxCategory" => self.on_lines.add(node),
            "cac:TaxSubtotal" => {
                let total = node.parent().filter(|total| total.name() == "cac:TaxTotal");
                if total.is_some_and(|total| total.parent() == Some(self.root)) {
                    for category in node.all("cac:TaxCategory") {
                        self.in_breakdown.add(category);
                    }
                }
            }
            "cac:TaxTotal" => {
                let amounts = node.all("cbc:TaxAmount");
                self.tax_currencies
                    .extend(amounts.iter().filter_map(|amount| amount.attribute("currencyID")));
            }
            "cbc:IdentificationCode" => {
                self.countries.insert(node.text());
            }
            "cac:PaymentMeans" => self.has_payment_means = true,
            "cbc:PaymentID" => {
                self.payment_ids.insert(node.text());
            }
            "cbc:PaymentMeansCode" => {
                self.payment_codes.insert(node.text());
            }
            "cac:PartyIdentification" => {
                let ids = node.all("cbc:ID");
                let scheme = |id: &&Node<'_>| {
                    id.attribute("schemeID")
                        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("SEPA"))
                };
                self.sepa_ids += ids.iter().filter(scheme).count();
            }
            _ => {}
        }
        for (name, _) in node.attributes() {
            if name != "name" || node.name() != "cbc:PaymentMeansCode" {
                self.attributes.insert(name);
            }
        }
    }

    fn take_line(&mut self, line: Node<'t>, of_document: bool) {
        self.line_count += 1;
        let net = match line.first("cbc:LineExtensionAmount") {
            Some(amount) => amount.decimal(),
            None => Some(Decimal::ZERO),
        };
        add(&mut self.lines, net);
        if of_document {
            self.share(&line.all("cac:Item/cac:ClassifiedTaxCategory"), net);
        }
    }

    fn take_charge(&mut self, charge: Node<'t>, of_document: bool) {
        let Some(is_charge) = charge.charge_indicator() else {
            return;
        };
        let categories = charge.all("cac:TaxCategory");
        for category in &categories {
            let uses = if is_charge {
                &mut self.on_charges
            } else {
                &mut self.on_allowances
            };
            uses.add(*category);
        }
        if of_document {
            let amount = match charge.first("cbc:Amount") {
                Some(amount) => amount.decimal(),
                None => Some(Decimal::ZERO),
            };
            add(
                if is_charge {
                    &mut self.charges
                } else {
                    &mut self.allowances
                },
                amount,
            );
            let share = if is_charge {
                amount
            } else {
                amount.map(|amount| -amount)
            };
            self.share(&categories, share);
        }
    }

    /// Counts an amount in the categories and rates it belongs to.
    fn share(&mut self, categories: &[Node<'_>], amount: Sum) {
        let codes: BTreeSet<String> = categories
            .iter()
            .map(|category| category.value("cbc:ID").into_owned())
            .collect();
        let rates: BTreeSet<Decimal> = categories
            .iter()
            .filter_map(|category| category.number("cbc:Percent"))
            .collect();
        for code in codes {
            add(
                self.by_category
                    .entry(code.clone())
                    .or_insert(Some(Decimal::ZERO)),
                amount,
            );
            for rate in &rates {
                add(
                    self.by_rate
                        .entry((code.clone(), *rate))
                        .or_insert(Some(Decimal::ZERO)),
                    amount,
                );
            }
        }
    }

    /// Whether the seller, or his tax representative, has the tax number that a VAT category asks for.
    pub(super) fn seller_can_account(&self, vat_only: bool) -> bool {
        let seller = if vat_only {
            self.seller_has_vat_id
        } else {
            self.seller_has_tax_id
        };
        seller || self.representative_has_vat_id
    }
}

/// Rounds to cents, a half upwards, as the standard's expressions do.
pub(super) fn to_cents(amount: Decimal) -> Sum {
    let half = Decimal::new(5, 1);
    let cents = amount
        .checked_mul(Decimal::ONE_HUNDRED)?
        .checked_add(half)?
        .floor();
    cents.checked_div(Decimal::ONE_HUNDRED)
}

/// Whether two amounts are known and equal once the second is rounded to cents.
pub(super) fn equals_rounded(stated: Sum, computed: Sum) -> bool {
    stated.is_some() && stated == computed.and_then(to_cents)
}

/// Whether two amounts are known and less than one apart.
pub(super) fn within_one(stated: Sum, computed: Sum) -> bool {
    let difference = stated
        .zip(computed)
        .and_then(|(one, other)| one.checked_sub(other));
    difference.is_some_and(|difference| difference.abs() < Decimal::ONE)
}
