//! `solution`: the reference, shown, compared with the reader's file, or put in its place.

use std::fs;

use crate::commands::saved;
use crate::course::{Chapter, Course, Step};
use crate::difference;
use crate::sync;
use crate::term;

/// What to do with the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// Print it.
    #[default]
    Show,
    /// Print how the reader's file differs from it.
    Diff,
    /// Put it in place of the reader's file, which is saved.
    Apply,
}

/// Shows, compares or applies the reference of `step`.
///
/// # Errors
///
/// When a file cannot be read or written.
pub fn solution(
    course: &Course,
    chapter: &Chapter,
    step: &Step,
    action: Action,
) -> Result<(), String> {
    let Some(file) = &step.file else {
        let command = step.command.as_deref().unwrap_or_default();
        term::line(format_args!(
            "{} is a command: cargo xtask {command}",
            step.typed(chapter)
        ));
        return Ok(());
    };
    let reference = sync::solution_of(course, chapter, file)?;
    match action {
        Action::Show => {
            term::line(term::dim(format_args!(
                "// {}/{file}, without the markers that make the starter from it",
                chapter.solution_dir()
            )));
            term::print(&reference);
            term::line(term::dim(format_args!(
                "// beside yours: cargo xtask solution {0} --diff · in its place: cargo xtask solution {0} --apply",
                step.typed(chapter)
            )));
        }
        Action::Diff => {
            let shown = format!("exercises/{}/{file}", chapter.id);
            let yours = fs::read_to_string(chapter.dir.join(file))
                .map_err(|error| format!("cannot read {shown}: {error}"))?
                .replace("\r\n", "\n");
            print_diff(
                &shown,
                &yours,
                &format!("{}/{file}", chapter.solution_dir()),
                &reference,
            );
        }
        Action::Apply => {
            saved::replace(course, chapter, file, &reference, "the reference")?;
            term::line(format_args!(
                "to get yours back: cargo xtask restore {}",
                step.typed(chapter)
            ));
        }
    }
    Ok(())
}

fn print_diff(from: &str, old: &str, to: &str, new: &str) {
    let text = difference::unified(from, old, to, new);
    if text.is_empty() {
        term::line(format_args!("{from} is the reference, line for line"));
        return;
    }
    for line in text.lines() {
        term::line(match line.chars().next() {
            Some('+') => term::green(line),
            Some('-') => term::red(line),
            Some('@') => term::cyan(line),
            _ => line.to_string(),
        });
    }
}
