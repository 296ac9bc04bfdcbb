//! What is read: views built anew, events decoded, all of it verified, and the budget report.

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use bench_exchange::Paced;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::recorded::Event;
use subsidy_domain::view::Basis;
use subsidy_ledger::Ledger;
use subsidyd::lang::Lang;
use subsidyd::projection::{self, AsAt};
use subsidyd::report::{Lens, budget};

use super::timed;

/// Builds the budget view anew.
pub(super) fn rebuild(ledger: &Ledger) -> Result<Paced, Box<dyn Error>> {
    projection::follow(ledger)?;
    timed(ledger.head()?.size, || {
        let rebuilt = projection::rebuild(ledger, Some("budget_lines"))?.ok_or("there is no such view")?;
        if rebuilt.iter().any(|(_, rebuilt)| rebuilt.differing != Some(0)) {
            return Err("the rebuilt view differs".into());
        }
        Ok(())
    })
}

/// Decodes every event, from memory.
pub(super) fn decode(ledger: &Ledger) -> Result<Paced, Box<dyn Error>> {
    let records = ledger.records(..)?.collect::<Result<Vec<_>, _>>()?;
    timed(u64::try_from(records.len())?, || {
        for record in &records {
            black_box(Event::decode(
                record.stream.kind.as_str(),
                &record.event_version,
                &record.payload,
            )?);
        }
        Ok(())
    })
}

/// Verifies all.
pub(super) fn verify(ledger: &Ledger) -> Result<Paced, Box<dyn Error>> {
    timed(ledger.head()?.size, || {
        ledger.verify(&mut |_, _| {})?;
        Ok(())
    })
}

/// Asks for the budget report a hundred times and returns the median.
pub(super) fn query(ledger: &Ledger) -> Result<Paced, Box<dyn Error>> {
    projection::follow(ledger)?;
    let mut times = Vec::new();
    for _ in 0..101 {
        let start = Instant::now();
        let lens = Lens {
            ledger,
            as_at: AsAt::Now,
            lang: Lang::En,
        };
        black_box(budget(lens, FiscalYear::new(2023), Basis::Performance)?);
        times.push(u64::try_from(start.elapsed().as_micros())?);
    }
    times.sort_unstable();
    Ok(Paced {
        count: 1,
        micros: times.get(50).copied().unwrap_or_default(),
        peak_kib: 0,
    })
}
