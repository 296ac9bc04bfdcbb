//! An order by a seed: the same seed, the same order.

/// Puts items in the order of a seed (Fisher and Yates, over SplitMix64).
pub(crate) fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        let other = next(&mut state) % u64::try_from(last + 1).expect("a count");
        items.swap(last, usize::try_from(other).expect("an index"));
    }
}

/// The next number of a seed.
pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
