//! `bench chapter-3`: see the library.

use std::io;
use std::process::ExitCode;

use bench::alone::{self, ALONE};
use bench::chapters::{self, chapter_1};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).peekable();
    // A contender in a process of its own is this program with another first word.
    let apart = if arguments.next_if(|word| word == chapter_1::SERVE).is_some() {
        Some(chapter_1::serve(&arguments.next().unwrap_or_default()))
    } else if arguments.next_if(|word| word == ALONE).is_some() {
        bench::race::silence_panics();
        let rows = chapters::find(&arguments.next().unwrap_or_default());
        Some(alone::answer(&rows.unwrap_or_default()))
    } else {
        None
    };
    if let Some(ended) = apart {
        return match ended {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        };
    }
    bench::race::silence_panics();
    bench::cli::main(arguments, chapters::find, &mut io::stdout().lock())
}
