//! `list`: every step, its state, its minutes, and what is next.

use crate::course::Course;
use crate::progress::{Progress, State};
use crate::term;

/// Prints every step of the course.
pub fn list(course: &Course, progress: &Progress) {
    let next = progress
        .next(course)
        .map(|(chapter, step)| step.key(chapter));
    let (mut passed, mut total) = (0, 0);
    for chapter in &course.chapters {
        let minutes: u32 = chapter.steps.iter().map(|step| step.minutes).sum();
        term::line(format_args!(
            "{} · {} ({minutes} min)",
            term::bold(&chapter.id),
            chapter.title
        ));
        for step in &chapter.steps {
            total += 1;
            let (sign, state) = match progress.state(course, chapter, step) {
                State::Passed => {
                    passed += 1;
                    (term::green("✓"), term::green("passed"))
                }
                State::ChangedSince => (
                    term::yellow("?"),
                    term::yellow("edited since it passed: check again"),
                ),
                State::Started => (term::red("✗"), "started".to_string()),
                State::Open => (term::dim("○"), term::dim("not started")),
            };
            let core = if step.core { "core " } else { "extra" };
            let here = if next.as_deref() == Some(&step.key(chapter)) {
                term::cyan("  ← next")
            } else {
                String::new()
            };
            term::line(format_args!(
                "  {sign} {} {:14} {:3} min  {core}  {state}{here}",
                step.numbered(chapter),
                step.id,
                step.minutes
            ));
        }
    }
    let core: u32 = course
        .steps()
        .filter(|(_, step)| step.core)
        .map(|(_, step)| step.minutes)
        .sum();
    let all: u32 = course.steps().map(|(_, step)| step.minutes).sum();
    term::line(format_args!(
        "{passed} of {} passed · {all} minutes in all, {core} of them core",
        term::counted(total, "step")
    ));
}
