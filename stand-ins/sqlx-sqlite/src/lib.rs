//! Empty on purpose: it is resolved and never compiled into anything. `README.md` beside it tells why.
