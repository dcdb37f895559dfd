//! `hint`: one more at each call, and after the third the way to the solution.

use crate::course::{Chapter, Course, Step};
use crate::progress::Progress;
use crate::term;
use crate::wrong;

/// Prints the hints of `step` that were shown before, and one more.
///
/// Where the step's last failure is the one that a known-wrong solution is caught by, that mistake's hint comes first.
///
/// # Errors
///
/// When the chapter's known-wrong solutions cannot be read.
pub fn hint(
    course: &Course,
    chapter: &Chapter,
    step: &Step,
    progress: &mut Progress,
) -> Result<(), String> {
    term::line(format_args!(
        "{} {}",
        term::bold(step.numbered(chapter)),
        term::bold(&step.title)
    ));
    if let Some((test, verdict)) = progress.last_failure(chapter, step) {
        let known = wrong::load(&course.root, chapter)?;
        let mut hints: Vec<&str> = known
            .iter()
            .filter(|wrong| wrong.test == test && verdict.fits(wrong.verdict))
            .map(|wrong| wrong.hint.as_str())
            .collect();
        hints.dedup();
        if let Some(first) = hints.first() {
            term::line(format_args!(
                "  {test} is {verdict}. A mistake that does this:"
            ));
            term::line(format_args!("  ! {first}"));
            for other in &hints[1..] {
                term::line(format_args!("  ! or: {other}"));
            }
        }
    }
    let before = progress.next_hint(chapter, step);
    for (index, hint) in step.hints.iter().enumerate().take(before + 1) {
        term::line(format_args!("  {}. {hint}", index + 1));
    }
    if before < step.hints.len() {
        let left = step.hints.len() - before - 1;
        if left > 0 {
            term::line(term::dim(format_args!("  {left} more: call it again")));
        }
    } else {
        term::line(format_args!(
            "  4. The reference: {}",
            term::cyan(format_args!("cargo xtask solution {}", step.typed(chapter)))
        ));
    }
    Ok(())
}
