//! `bench chapter-3`: see the library.

use std::io;
use std::process::ExitCode;

use bench::chapters::chapter_1;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    // A server of chapter 1 is this program in a process of its own.
    if arguments.next_if(|word| word == chapter_1::SERVE).is_some() {
        return match chapter_1::serve(&arguments.next().unwrap_or_default()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        };
    }
    bench::race::silence_panics();
    bench::cli::main(arguments, bench::chapters::find, &mut io::stdout().lock())
}
