//! `bench chapter-3`: see the library.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    bench::race::silence_panics();
    let arguments = std::env::args().skip(1);
    bench::cli::main(arguments, bench::chapters::find, &mut io::stdout().lock())
}
