//! Starters and checksums, made from the solutions and the tests.
//!
//! `sync` writes `exercises/chapter-N/src/**` from `solutions/chapter-N/src/**`, and `exercises/chapter-N/tests.sum`
//! from the tests, by which `check` notices a test that is not the course's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::course::{Chapter, Course};
use crate::fingerprint::fingerprint;
use crate::starter;

/// A generated file: its path relative to the course's root, and what it must hold.
pub type Generated = BTreeMap<String, String>;

/// Everything that `sync` writes.
///
/// # Errors
///
/// Names the marker that is wrong, or the file that cannot be read.
pub fn generate(course: &Course) -> Result<Generated, String> {
    let mut all = Generated::new();
    for chapter in &course.chapters {
        let source = course.root.join(chapter.solution_dir()).join("src");
        for file in files_below(&source)? {
            let shown = format!("src/{file}");
            all.insert(
                format!("exercises/{}/{shown}", chapter.id),
                starter_of(course, chapter, &shown)?,
            );
        }
        all.insert(
            format!("exercises/{}/tests.sum", chapter.id),
            sums(chapter)?,
        );
    }
    Ok(all)
}

/// The starter of `file` (`src/timelines.rs`) of `chapter`.
///
/// # Errors
///
/// When the solution cannot be read or its markers are wrong.
pub fn starter_of(course: &Course, chapter: &Chapter, file: &str) -> Result<String, String> {
    let (shown, text) = solution_source(course, chapter, file)?;
    starter::starter(&shown, &text)
}

/// The reference's `file` (`src/timelines.rs`) of `chapter`, complete and without markers.
///
/// # Errors
///
/// When it cannot be read.
pub fn solution_of(course: &Course, chapter: &Chapter, file: &str) -> Result<String, String> {
    let (_, text) = solution_source(course, chapter, file)?;
    Ok(starter::without_markers(&text))
}

fn solution_source(
    course: &Course,
    chapter: &Chapter,
    file: &str,
) -> Result<(String, String), String> {
    let shown = format!("{}/{file}", chapter.solution_dir());
    let text = read(&course.root.join(&shown)).map_err(|error| {
        format!("cannot read {shown}: {error}\n  put it back with: git checkout -- {shown}")
    })?;
    Ok((shown, text))
}

/// The generated files that are not as they must be: what differs, one line each.
///
/// # Errors
///
/// As [`generate`].
pub fn drift(course: &Course) -> Result<Vec<String>, String> {
    let wanted = generate(course)?;
    let mut found = Vec::new();
    for (path, text) in &wanted {
        match read(&course.root.join(path)) {
            Ok(present) if present == *text => {}
            Ok(present) => {
                let line = 1 + present
                    .lines()
                    .zip(text.lines())
                    .take_while(|(a, b)| a == b)
                    .count();
                found.push(format!(
                    "{path}:{line}: differs from what the solution says"
                ));
            }
            Err(error) => found.push(format!("{path}: {error}")),
        }
    }
    for path in stale(course, &wanted)? {
        found.push(format!("{path}: has no solution"));
    }
    Ok(found)
}

/// Writes every generated file that differs, removes those without a solution, and names them.
///
/// # Errors
///
/// As [`generate`], or when a file cannot be written.
pub fn write(course: &Course) -> Result<Vec<String>, String> {
    let wanted = generate(course)?;
    let mut written = Vec::new();
    for (path, text) in &wanted {
        let target = course.root.join(path);
        if read(&target).is_ok_and(|present| present == *text) {
            continue;
        }
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(|error| format!("{path}: {error}"))?;
        }
        fs::write(&target, text).map_err(|error| format!("{path}: {error}"))?;
        written.push(path.clone());
    }
    for path in stale(course, &wanted)? {
        fs::remove_file(course.root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        written.push(path);
    }
    Ok(written)
}

/// The test files of `chapter` that are not the course's own, each with what is the matter.
#[must_use]
pub fn changed_tests(chapter: &Chapter) -> Vec<String> {
    let Ok(recorded) = read(&chapter.dir.join("tests.sum")) else {
        return vec![format!("exercises/{}/tests.sum is missing", chapter.id)];
    };
    let mut changed = Vec::new();
    for line in recorded.lines() {
        let Some((sum, file)) = line.split_once("  ") else {
            continue;
        };
        // The sum is the same with either kind of line ends.
        match fs::read_to_string(chapter.dir.join(file)) {
            Ok(text) if fingerprint(&text) == sum => {}
            Ok(_) => changed.push(format!("exercises/{}/{file} was changed", chapter.id)),
            Err(_) => changed.push(format!("exercises/{}/{file} is missing", chapter.id)),
        }
    }
    changed
}

fn sums(chapter: &Chapter) -> Result<String, String> {
    let mut text = String::new();
    for file in files_below(&chapter.dir.join("tests"))? {
        let path = chapter.dir.join("tests").join(&file);
        let content = read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        text.push_str(&format!("{}  tests/{file}\n", fingerprint(&content)));
    }
    Ok(text)
}

fn stale(course: &Course, wanted: &Generated) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for chapter in &course.chapters {
        for file in files_below(&chapter.dir.join("src"))? {
            let path = format!("exercises/{}/src/{file}", chapter.id);
            if !wanted.contains_key(&path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// Every Rust file below `dir`, relative to it, with forward slashes, in order. None where `dir` is missing.
fn files_below(dir: &Path) -> Result<Vec<String>, String> {
    fn walk(dir: &Path, prefix: &str, found: &mut Vec<String>) -> std::io::Result<()> {
        let mut entries: Vec<PathBuf> = fs::read_dir(dir)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        entries.sort();
        for path in entries {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            if path.is_dir() {
                walk(&path, &format!("{prefix}{name}/"), found)?;
            } else if name.ends_with(".rs") {
                found.push(format!("{prefix}{name}"));
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    if dir.is_dir() {
        walk(dir, "", &mut found).map_err(|error| format!("{}: {error}", dir.display()))?;
    }
    Ok(found)
}

/// A text with Unix line ends, whatever git made of it.
fn read(path: &Path) -> std::io::Result<String> {
    Ok(fs::read_to_string(path)?.replace("\r\n", "\n"))
}
