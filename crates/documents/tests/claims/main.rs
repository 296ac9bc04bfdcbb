//! What this crate promises, each promise a test.

#![expect(
    clippy::inconsistent_digit_grouping,
    reason = "cents are written as euros and cents: 1_234_56"
)]

#[cfg(test)]
mod attachments;
#[cfg(test)]
mod audit_files;
#[cfg(test)]
mod bank_samples;
#[cfg(test)]
mod books;
#[cfg(test)]
mod cells;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod encodings;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_rules;
#[cfg(test)]
mod hostile_workbooks;
#[cfg(test)]
mod invoice_faults;
#[cfg(test)]
mod invoices;
#[cfg(test)]
mod line_lists;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod never_panics;
#[cfg(test)]
mod payment_files;
#[cfg(test)]
mod payment_statuses;
#[cfg(test)]
mod pdf_files;
#[cfg(test)]
mod pdfs;
#[cfg(test)]
mod personal;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod totals;
#[cfg(test)]
mod unused;
#[cfg(test)]
mod workbooks;
