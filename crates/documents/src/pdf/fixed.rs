//! Numbers and transformations without binary fractions: a PDF needs no more than a millionth here.

/// A number in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Fixed(i64);

const UNIT: i64 = 1_000_000;
/// Beyond it a number says nothing about a page any more.
const MOST: i64 = 1_000_000_000_000_000;

impl Fixed {
    pub(super) const ZERO: Self = Self(0);
    pub(super) const ONE: Self = Self(UNIT);

    pub(super) fn millionths(millionths: i64) -> Self {
        Self(millionths.clamp(-MOST, MOST))
    }

    pub(super) fn whole(number: i64) -> Self {
        Self::millionths(number.saturating_mul(UNIT))
    }

    /// The number of a text, as a PDF writes it: digits, perhaps a sign and a point.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            digits => (false, digits),
        };
        let mut value: i64 = 0;
        let mut unit = UNIT;
        let mut point = false;
        let mut any = false;
        for byte in digits {
            match byte {
                b'0'..=b'9' => {
                    any = true;
                    let digit = i64::from(byte - b'0');
                    if point {
                        unit /= 10;
                        value = value.saturating_add(digit.saturating_mul(unit));
                    } else {
                        value = value
                            .saturating_mul(10)
                            .saturating_add(digit.saturating_mul(UNIT));
                    }
                }
                b'.' if !point => point = true,
                // Some programs write `12.5-3`, of which what comes first counts.
                b'-' if any => break,
                _ => return None,
            }
        }
        any.then(|| Self::millionths(if negative { value.saturating_neg() } else { value }))
    }

    /// The whole number that it is.
    pub(super) fn as_whole(self) -> Option<i64> {
        (self.0 % UNIT == 0).then_some(self.0 / UNIT)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::millionths(self.0.saturating_add(other.0))
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self::millionths(self.0.saturating_sub(other.0))
    }

    pub(super) fn times(self, other: Self) -> Self {
        let product = i128::from(self.0) * i128::from(other.0) / i128::from(UNIT);
        let bound = i128::from(MOST);
        Self(i64::try_from(product.clamp(-bound, bound)).unwrap_or(0))
    }

    pub(super) fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }

    pub(super) fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// The so many thousandths of it.
    pub(super) fn per_mille(self, thousandths: i64) -> Self {
        Self::millionths(self.0.saturating_mul(thousandths) / 1000)
    }
}

/// A transformation of the plane: `[a b c d e f]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix {
    pub(super) a: Fixed,
    pub(super) b: Fixed,
    pub(super) c: Fixed,
    pub(super) d: Fixed,
    pub(super) e: Fixed,
    pub(super) f: Fixed,
}

impl Matrix {
    pub(super) const SAME: Self = Self {
        a: Fixed::ONE,
        b: Fixed::ZERO,
        c: Fixed::ZERO,
        d: Fixed::ONE,
        e: Fixed::ZERO,
        f: Fixed::ZERO,
    };

    pub(super) fn of(numbers: &[Fixed]) -> Option<Self> {
        match *numbers {
            [a, b, c, d, e, f] => Some(Self { a, b, c, d, e, f }),
            _ => None,
        }
    }

    pub(super) fn shift(e: Fixed, f: Fixed) -> Self {
        Self { e, f, ..Self::SAME }
    }

    /// This one first, then the other.
    pub(super) fn then(self, next: Self) -> Self {
        let sum = |x: Fixed, by_x: Fixed, y: Fixed, by_y: Fixed| x.times(by_x).plus(y.times(by_y));
        Self {
            a: sum(self.a, next.a, self.b, next.c),
            b: sum(self.a, next.b, self.b, next.d),
            c: sum(self.c, next.a, self.d, next.c),
            d: sum(self.c, next.b, self.d, next.d),
            e: sum(self.e, next.a, self.f, next.c).plus(next.e),
            f: sum(self.e, next.b, self.f, next.d).plus(next.f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_programs_write_them() {
        let read = |text: &str| Fixed::parse(text.as_bytes()).map(|number| number.0);
        assert_eq!(read("12"), Some(12_000_000));
        assert_eq!(read("-.25"), Some(-250_000));
        assert_eq!(read("+4."), Some(4_000_000));
        assert_eq!(read("0.0000001"), Some(0));
        assert_eq!(read("99999999999999999999999999"), Some(MOST));
        for no_number in ["", "-", ".", "1.2.3", "a1", "--1"] {
            assert_eq!(read(no_number), None, "{no_number}");
        }
    }
}
