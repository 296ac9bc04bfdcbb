//! The acceptance tests live in the test target; this library is empty.
