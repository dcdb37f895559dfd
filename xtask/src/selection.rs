//! What a reader means by `chapter-3`, `3`, `chapter-3/2`, `chapter-3 2`, `3.2`, `timelines`, or a file's path.

use crate::course::{Chapter, Course, Step};
use crate::progress::{Progress, State};

/// A whole chapter, or one step of it.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'course> {
    /// The chapter.
    pub chapter: &'course Chapter,
    /// The step, or `None` for all of the chapter's.
    pub step: Option<&'course Step>,
}

impl<'course> Selection<'course> {
    /// Finds what `words` name.
    ///
    /// # Errors
    ///
    /// Says what is unknown, what comes close to it, and what there is.
    pub fn parse(course: &'course Course, words: &[String]) -> Result<Self, String> {
        let joined = words.join("/").replace('\\', "/");
        if let Some(found) = by_path(course, &joined) {
            return Ok(found);
        }
        let mut parts = joined.split(['/', '.']).filter(|part| !part.is_empty());
        let (Some(first), second, None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(unknown(course, &words.join(" ")));
        };
        match (chapter(course, first), second) {
            (Some(chapter), None) => Ok(Self {
                chapter,
                step: None,
            }),
            (Some(chapter), Some(name)) => match step(chapter, name) {
                Some(step) => Ok(Self {
                    chapter,
                    step: Some(step),
                }),
                None => Err(unknown_step(chapter, name)),
            },
            (None, None) => by_step_name(course, first),
            (None, Some(_)) => Err(unknown(course, first)),
        }
    }

    /// The selected steps, in order.
    #[must_use]
    pub fn steps(&self) -> Vec<&'course Step> {
        match self.step {
            Some(step) => vec![step],
            None => self.chapter.steps.iter().collect(),
        }
    }
}

/// The one step that `words` name; with `left_off`, a chapter or nothing at all means the step at which the reader is.
///
/// # Errors
///
/// When no step is named, or what is named is unknown.
pub fn one_step<'course>(
    course: &'course Course,
    words: &[String],
    left_off: Option<&Progress>,
) -> Result<(&'course Chapter, &'course Step), String> {
    if words.is_empty() {
        return match left_off {
            Some(progress) => progress
                .next(course)
                .ok_or_else(|| "every step has passed: say which one you mean".into()),
            None => {
                Err("say which step, for example chapter-3/2. Every step: cargo xtask list".into())
            }
        };
    }
    let selection = Selection::parse(course, words)?;
    match (selection.step, left_off) {
        (Some(step), _) => Ok((selection.chapter, step)),
        // `hint chapter-3` means the step at which the reader is in that chapter.
        (None, Some(progress)) => {
            let chapter = selection.chapter;
            let step = chapter
                .steps
                .iter()
                .find(|step| progress.state(course, chapter, step) != State::Passed)
                .unwrap_or(&chapter.steps[0]);
            Ok((chapter, step))
        }
        (None, None) => {
            let steps: Vec<String> = selection
                .chapter
                .steps
                .iter()
                .map(|step| format!("{} ({})", step.typed(selection.chapter), step.id))
                .collect();
            Err(format!(
                "{} is a whole chapter: say which step.\n  {}",
                selection.chapter.id,
                steps.join(", ")
            ))
        }
    }
}

fn chapter<'course>(course: &'course Course, name: &str) -> Option<&'course Chapter> {
    let name = name.to_ascii_lowercase();
    let number = name
        .strip_prefix("chapter-")
        .or_else(|| name.strip_prefix("chapter"))
        .or_else(|| name.strip_prefix("ch"))
        .unwrap_or(&name);
    let number: u32 = number.parse().ok()?;
    course
        .chapters
        .iter()
        .find(|chapter| chapter.number == number)
}

fn step<'course>(chapter: &'course Chapter, name: &str) -> Option<&'course Step> {
    let number = name.strip_prefix("step-").unwrap_or(name).parse().ok();
    chapter
        .steps
        .iter()
        .find(|step| Some(step.number) == number || same_name(&step.id, name))
}

fn same_name(id: &str, typed: &str) -> bool {
    id.eq_ignore_ascii_case(&typed.replace('-', "_"))
}

fn by_step_name<'course>(
    course: &'course Course,
    name: &str,
) -> Result<Selection<'course>, String> {
    let found: Vec<_> = course
        .steps()
        .filter(|(_, step)| same_name(&step.id, name))
        .collect();
    match found[..] {
        [(chapter, step)] => Ok(Selection {
            chapter,
            step: Some(step),
        }),
        [] => Err(unknown(course, name)),
        _ => {
            let places: Vec<String> = found
                .iter()
                .map(|(chapter, step)| step.typed(chapter))
                .collect();
            Err(format!(
                "`{name}` is the name of several steps: say {}",
                places.join(" or ")
            ))
        }
    }
}

/// A path such as `exercises/chapter-3/src/timelines.rs` or `exercises/chapter-3`, as a shell completes it.
fn by_path<'course>(course: &'course Course, path: &str) -> Option<Selection<'course>> {
    let path = path.trim_start_matches("./");
    if path.ends_with(".rs") && !path.starts_with("exercises/") {
        return by_file(course, path);
    }
    let inside = path.strip_prefix("exercises/")?;
    let (folder, file) = inside.split_once('/').unwrap_or((inside, ""));
    let chapter = course
        .chapters
        .iter()
        .find(|chapter| chapter.id == folder)?;
    let step = chapter
        .steps
        .iter()
        .find(|step| step.file.as_deref() == Some(file));
    (step.is_some() || file.is_empty()).then_some(Selection { chapter, step })
}

/// A path as it is seen from inside a chapter: `src/timelines.rs`, `timelines.rs`. No two steps may share it.
fn by_file<'course>(course: &'course Course, path: &str) -> Option<Selection<'course>> {
    let mut found = course.steps().filter(|(_, step)| {
        let file = step.file.as_deref().unwrap_or_default();
        file == path || file.ends_with(&format!("/{path}"))
    });
    match (found.next(), found.next()) {
        (Some((chapter, step)), None) => Some(Selection {
            chapter,
            step: Some(step),
        }),
        _ => None,
    }
}

fn unknown(course: &Course, name: &str) -> String {
    let mut known: Vec<String> = Vec::new();
    for chapter in &course.chapters {
        known.push(chapter.id.clone());
        known.extend(chapter.steps.iter().map(|step| step.id.clone()));
    }
    let close = closest(name, &known);
    let chapters: Vec<&str> = course
        .chapters
        .iter()
        .map(|chapter| chapter.id.as_str())
        .collect();
    let mut message = format!("there is no chapter or step called `{name}`.");
    if let Some(close) = close {
        message.push_str(&format!(" Did you mean `{close}`?"));
    }
    message.push_str(&format!(
        "\n  chapters: {}\n  every step: cargo xtask list",
        chapters.join(", ")
    ));
    message
}

fn unknown_step(chapter: &Chapter, name: &str) -> String {
    let steps: Vec<String> = chapter
        .steps
        .iter()
        .map(|step| format!("{} {}", step.number, step.id))
        .collect();
    format!(
        "{} has no step `{name}`.\n  its steps: {}",
        chapter.id,
        steps.join(", ")
    )
}

/// The known name nearest to `name`, if it is near.
#[must_use]
pub fn closest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .min()
        .filter(|(distance, _)| *distance <= 1 + name.chars().count() / 4)
        .map(|(_, candidate)| candidate.as_str())
}

/// Levenshtein's edit distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
