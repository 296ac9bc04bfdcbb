//! Appends the batches of `acceptance::load` to `ledger.db` in a folder, from several threads, and writes each acknowledgement to the file `acks`.
//!
//! `ledger-writer FOLDER THREADS BATCHES`. A batch that fails is told on standard output and not sent again; the thread goes on with the next, as a caller
//! that does not care would. Ends with 3 when the ledger cannot be opened.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use acceptance::load::{self, Tally};
use subsidy_ledger::{AppendError, DynView, Ledger, Opening, Record, follow};

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("FOLDER THREADS BATCHES");
    let folder = PathBuf::from(next()?);
    let (threads, batches): (u64, u64) = (next()?.parse()?, next()?.parse()?);
    let ledger = match Ledger::open(folder.join("ledger.db"), Opening::Create) {
        Ok(ledger) => ledger,
        Err(error) => {
            println!("not opened: {error:?}");
            return Ok(ExitCode::from(3));
        }
    };
    let acks = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("acks"))?;
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (ledger, mut acks) = (&ledger, &acks);
            scope.spawn(move || {
                for n in 0..batches {
                    match ledger.append(load::batch(thread, n)) {
                        Ok(at) => {
                            let ack = format!("{thread} {n} {} {}\n", at.first, at.last);
                            acks.write_all(ack.as_bytes()).ok();
                        }
                        Err(AppendError::Stopped) => println!("stopped"),
                        Err(AppendError::Conflict { .. }) => println!("conflict"),
                        Err(error) => println!("failed: {error:?}"),
                    }
                    if thread == 0 && n % 8 == 3 {
                        let views: [Box<dyn DynView<Record>>; 1] = [Box::new(Tally)];
                        if let Err(error) = follow(ledger, &load::decode, &views) {
                            println!("not followed: {error:?}");
                        }
                    }
                }
            });
        }
    });
    Ok(ExitCode::SUCCESS)
}
