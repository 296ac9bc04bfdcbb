//! Money goes out, comes back, and goes out once more.

use super::stores::Place;
use crate::office;
use crate::support::fund::Fund;
use crate::support::office::Office;

pub(super) fn a_payment_that_comes_back_is_paid_once_more_and_every_euro_is_on_the_account(
    place: &dyn Place,
) {
    office::comes_back_and_goes_out_once_more(Office::of(Fund::within(place.open())));
}
