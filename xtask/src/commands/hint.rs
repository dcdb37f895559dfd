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
    if let Some(failed) = progress.last_failure(chapter, step)
        && !failed.mistakes.is_empty()
    {
        let known = wrong::load(&course.root, chapter)?;
        term::line(format_args!("  {}: {}", failed.verdict, failed.test));
        term::line("  A mistake that can end so; compare it with what the test said:");
        // Several mistakes may have one remedy: it is said once.
        let mut said: Vec<&str> = Vec::new();
        for wrong in known
            .iter()
            .filter(|wrong| failed.mistakes.contains(&wrong.name))
        {
            if !said.contains(&wrong.hint.as_str()) {
                said.push(&wrong.hint);
                term::line(format_args!("  ! {}", wrong.hint));
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
