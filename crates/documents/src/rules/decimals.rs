//! No amount has more than two decimals: BR-DEC of EN 16931-1, bound to UBL 2.1.

use super::content::{ALLOWANCE, CHARGE, LINE_ALLOWANCE, LINE_CHARGE, SUBTOTAL};
use super::rule::{LINE, Rule, TOTALS, cents};

pub(super) const RULES: &[Rule] = &[
    cents("BR-DEC-01", "BT-92", ALLOWANCE, "cbc:Amount"),
    cents("BR-DEC-02", "BT-93", ALLOWANCE, "cbc:BaseAmount"),
    cents("BR-DEC-05", "BT-99", CHARGE, "cbc:Amount"),
    cents("BR-DEC-06", "BT-100", CHARGE, "cbc:BaseAmount"),
    cents("BR-DEC-09", "BT-106", TOTALS, "cbc:LineExtensionAmount"),
    cents("BR-DEC-10", "BT-107", TOTALS, "cbc:AllowanceTotalAmount"),
    cents("BR-DEC-11", "BT-108", TOTALS, "cbc:ChargeTotalAmount"),
    cents("BR-DEC-12", "BT-109", TOTALS, "cbc:TaxExclusiveAmount"),
    cents("BR-DEC-14", "BT-112", TOTALS, "cbc:TaxInclusiveAmount"),
    cents("BR-DEC-16", "BT-113", TOTALS, "cbc:PrepaidAmount"),
    cents("BR-DEC-17", "BT-114", TOTALS, "cbc:PayableRoundingAmount"),
    cents("BR-DEC-18", "BT-115", TOTALS, "cbc:PayableAmount"),
    cents("BR-DEC-19", "BT-116", SUBTOTAL, "cbc:TaxableAmount"),
    cents("BR-DEC-20", "BT-117", SUBTOTAL, "cbc:TaxAmount"),
    cents("BR-DEC-23", "BT-131", LINE, "cbc:LineExtensionAmount"),
    cents("BR-DEC-24", "BT-136", LINE_ALLOWANCE, "cbc:Amount"),
    cents("BR-DEC-25", "BT-137", LINE_ALLOWANCE, "cbc:BaseAmount"),
    cents("BR-DEC-27", "BT-141", LINE_CHARGE, "cbc:Amount"),
    cents("BR-DEC-28", "BT-142", LINE_CHARGE, "cbc:BaseAmount"),
];
