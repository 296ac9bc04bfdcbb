//! The command `subsidyd`.

use std::process::ExitCode;

fn main() -> ExitCode {
    subsidyd::cli::main()
}
