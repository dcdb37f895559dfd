//! What a reader wrote, kept: `saved/chapter-3/timelines-1.rs`, `-2.rs`, …
//!
//! Whatever puts another text in a reader's file comes through [`replace`], which saves the old text first.

use std::fs;
use std::path::Path;

use crate::course::{Chapter, Course, Step};
use crate::sync;
use crate::term;

/// `reset`: puts the starter of `step` back.
///
/// # Errors
///
/// When a file cannot be read or written. The reader's text is then still in place.
pub fn reset(course: &Course, chapter: &Chapter, step: &Step) -> Result<(), String> {
    let Some(file) = &step.file else {
        return Err(no_file(chapter, step));
    };
    let starter = sync::starter_of(course, chapter, file)?;
    replace(course, chapter, file, &starter, "the starter")
}

/// `restore`: puts back a version that was saved, the newest or the one of that number.
///
/// # Errors
///
/// When there is no such version, or a file cannot be read or written.
pub fn restore(
    course: &Course,
    chapter: &Chapter,
    step: &Step,
    number: Option<u32>,
) -> Result<(), String> {
    let Some(file) = &step.file else {
        return Err(no_file(chapter, step));
    };
    let versions = versions(&course.root, chapter, file);
    let Some(newest) = versions.last().copied() else {
        return Err(format!(
            "nothing of {} was saved yet: `reset` and `solution --apply` save what they replace",
            step.typed(chapter)
        ));
    };
    let number = number.unwrap_or(newest);
    if !versions.contains(&number) {
        let known: Vec<String> = versions.iter().map(ToString::to_string).collect();
        return Err(format!(
            "there is no saved version {number}; there are: {}",
            known.join(", ")
        ));
    }
    let path = saved_path(chapter, file, number);
    let text =
        fs::read_to_string(course.root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
    replace(course, chapter, file, &text, &path)
}

/// Puts `text` into the reader's `file`, after saving what stands there.
///
/// # Errors
///
/// When a file cannot be read or written. Nothing is overwritten that was not saved.
pub fn replace(
    course: &Course,
    chapter: &Chapter,
    file: &str,
    text: &str,
    what: &str,
) -> Result<(), String> {
    let path = chapter.dir.join(file);
    let shown = format!("exercises/{}/{file}", chapter.id);
    match fs::read_to_string(&path) {
        Ok(present) if present == text => {
            term::line(format_args!("{shown} already is {what}: nothing to do"));
            return Ok(());
        }
        Ok(present) => {
            if let Some(kept) = keep(course, chapter, file, &present)? {
                term::line(format_args!("saved your version as {kept}"));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            return Err(format!(
                "cannot read {shown}, so it cannot be saved and stays as it is: {error}"
            ));
        }
    }
    fs::write(&path, text).map_err(|error| format!("cannot write {shown}: {error}"))?;
    term::line(format_args!("{shown} is now {what}"));
    Ok(())
}

/// Saves `text` unless it is in the course or among the saved versions already. Where, if it was saved now.
fn keep(
    course: &Course,
    chapter: &Chapter,
    file: &str,
    text: &str,
) -> Result<Option<String>, String> {
    let own = [
        sync::starter_of(course, chapter, file),
        sync::solution_of(course, chapter, file),
    ];
    if own.iter().flatten().any(|known| known == text) {
        return Ok(None);
    }
    let versions = versions(&course.root, chapter, file);
    for number in &versions {
        let path = saved_path(chapter, file, *number);
        if fs::read_to_string(course.root.join(&path)).is_ok_and(|kept| kept == text) {
            return Ok(Some(path));
        }
    }
    let path = saved_path(
        chapter,
        file,
        versions.last().map_or(1, |newest| newest + 1),
    );
    let target = course.root.join(&path);
    let cannot =
        |error| format!("cannot save your version as {path}, so nothing was replaced: {error}");
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    fs::write(&target, text).map_err(cannot)?;
    Ok(Some(path))
}

/// `saved/chapter-3/timelines-2.rs` for `src/timelines.rs`; a folder below `src` stays a folder.
fn saved_path(chapter: &Chapter, file: &str, number: u32) -> String {
    let stem = file.trim_start_matches("src/").trim_end_matches(".rs");
    format!("saved/{}/{stem}-{number}.rs", chapter.id)
}

fn versions(root: &Path, chapter: &Chapter, file: &str) -> Vec<u32> {
    (1..)
        .take_while(|number| root.join(saved_path(chapter, file, *number)).is_file())
        .collect()
}

fn no_file(chapter: &Chapter, step: &Step) -> String {
    format!(
        "{} is a command and has no file to edit",
        step.typed(chapter)
    )
}
