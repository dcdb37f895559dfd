//! Our preprocessors for a plain `mdbook`, which runs them as programs.
//!
//! mdBook asks `<command> supports html` first, and then writes the context and the book as JSON to the program's
//! input, and reads the changed book from its output.

use std::io;
use std::process::ExitCode;

use mdbook_preprocessor::{Preprocessor, parse_input};

use crate::{boxes::Boxes, course::Directives};

/// Runs `book preprocess <name> <args>`.
///
/// # Errors
///
/// A name that is none of ours, an input that is no book, or whatever the preprocessor finds wrong with a page.
pub fn run(name: &str, args: &[&str]) -> Result<ExitCode, String> {
    let preprocessor: &dyn Preprocessor = match name {
        "course" => &Directives,
        "admonish" => &Boxes,
        _ => {
            return Err(format!(
                "no preprocessor `{name}`: there are `course` and `admonish`"
            ));
        }
    };
    if let ["supports", renderer] = args {
        return Ok(if *renderer == "html" {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let (ctx, book) = parse_input(io::stdin()).map_err(|error| format!("{error:#}"))?;
    let book = preprocessor
        .run(&ctx, book)
        .map_err(|error| format!("{error:#}"))?;
    serde_json::to_writer(io::stdout(), &book).map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}
