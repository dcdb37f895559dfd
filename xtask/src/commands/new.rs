//! `new`: the skeleton of a chapter, in every place that a chapter has, so that the proof holds from its first minute.

use std::fs;
use std::path::Path;

use crate::course::Course;
use crate::{compile, sync, term};

/// Words that cannot name a module, or that name one already.
const TAKEN: [&str; 12] = [
    "as", "check", "const", "fn", "for", "if", "lib", "main", "match", "mod", "move", "use",
];

/// Writes the chapter `id` with one placeholder for each of `steps`, and makes its starters.
///
/// # Errors
///
/// When a name cannot be used or the chapter is there already: then nothing has been written. Else names the file that
/// cannot be written.
pub fn new(course: &Course, words: &[String], title: Option<&str>) -> Result<(), String> {
    let usage =
        "say a chapter and its steps, for example: cargo xtask new chapter-7 sieve netpoller";
    let [chapter, steps @ ..] = words else {
        return Err(usage.into());
    };
    let number = chapter.strip_prefix("chapter-").unwrap_or(chapter);
    let number: u32 = number
        .parse()
        .map_err(|_| format!("`{chapter}` is no chapter\n  {usage}"))?;
    if steps.is_empty() {
        return Err(usage.into());
    }
    for (index, step) in steps.iter().enumerate() {
        check_name(step)?;
        if steps[..index].contains(step) {
            return Err(format!("the step `{step}` is named twice"));
        }
        if let Some((owner, _)) = course.steps().find(|(_, known)| known.id == *step) {
            let owner = &owner.id;
            return Err(format!(
                "{owner} has a step `{step}` already, and a reader may type its name alone: choose another"
            ));
        }
    }
    let id = format!("chapter-{number}");
    for folder in ["exercises", "solutions", "src"] {
        let folder = format!("{folder}/{id}");
        if course.root.join(&folder).exists() {
            return Err(format!("{folder} is there already: nothing was written"));
        }
    }
    let title = title.map_or_else(|| format!("Chapter {number}"), str::to_string);
    if title.contains(['"', '\\', '\n']) {
        return Err("the title stands in TOML files: leave out quotes and backslashes".into());
    }

    for (path, text) in files(&id, &title, steps) {
        write(&course.root, &path, &text)?;
    }
    let contents = course.root.join("src/SUMMARY.md");
    if let Ok(text) = fs::read_to_string(&contents) {
        let listed = list(&text, number, &title, steps);
        fs::write(&contents, listed).map_err(|error| format!("src/SUMMARY.md: {error}"))?;
        term::line("wrote src/SUMMARY.md");
    }
    let mut lock = compile::cargo();
    lock.current_dir(&course.root)
        .args(["update", "--workspace", "--offline", "--quiet"]);
    if !lock.status().is_ok_and(|status| status.success()) {
        term::line("the lock file does not know the chapter yet: cargo update --workspace");
    }
    for path in sync::write(&Course::load(&course.root)?)? {
        term::line(format_args!("wrote {path}"));
    }
    term::line(format_args!(
        "\nnext: write solutions/{id}/src, then `cargo xtask sync`; the tests, at least eight known mistakes, the pages.\n\
         Proof: cargo xtask test starters solutions mistakes pages"
    ));
    Ok(())
}

fn check_name(step: &str) -> Result<(), String> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let begins = step.starts_with(|c: char| c.is_ascii_lowercase());
    if begins && step.chars().all(letters) && !TAKEN.contains(&step) {
        return Ok(());
    }
    Err(format!(
        "`{step}` cannot name a step: it becomes a module, so use lower case, digits and `_`, and no word of Rust's"
    ))
}

fn page(id: &str, step: &str) -> String {
    format!("{id}/{}.md", step.replace('_', "-"))
}

/// `sieve_of_primes` → `Sieve of primes`.
fn spoken(step: &str) -> String {
    let words = step.replace('_', " ");
    let (first, rest) = words.split_at(words.len().min(1));
    first.to_uppercase() + rest
}

/// Every file of a new chapter but the starters, which `sync` makes: what stands in the folder `new`, filled in.
fn files(id: &str, title: &str, steps: &[String]) -> Vec<(String, String)> {
    let lib = id.replace('-', "_");
    let fill = |template: &str, step: &str| {
        template
            .replace("@id@", id)
            .replace("@lib@", &lib)
            .replace("@title@", title)
            .replace("@step@", step)
            .replace("@kebab@", &step.replace('_', "-"))
            .replace("@spoken@", &spoken(step))
            .replace("@page@", &page(id, step))
    };
    // Modules stand in the order that rustfmt gives them, everything else in the order of the steps.
    let mut modules = steps.to_vec();
    modules.sort();
    let each = |steps: &[String], template: &str| {
        let filled = steps.iter().map(|step| fill(template, step));
        filled.collect::<String>()
    };
    let whole = |template: &str| fill(template, "");
    let mut files = vec![
        (
            format!("exercises/{id}/Cargo.toml"),
            whole(include_str!("new/exercise.toml.in")),
        ),
        (
            format!("exercises/{id}/chapter.toml"),
            whole(include_str!("new/chapter.toml.in"))
                + &each(steps, include_str!("new/step.toml.in")),
        ),
        (
            format!("solutions/{id}/Cargo.toml"),
            whole(include_str!("new/solution.toml.in")),
        ),
        (
            format!("solutions/{id}/src/lib.rs"),
            whole("//! @title@. A module a step.\n\n") + &each(&modules, "pub mod @step@;\n"),
        ),
        (
            format!("solutions/{id}/tests/check.rs"),
            whole(
                "//! The very tests of the exercises, run against the reference.\n\nextern crate @lib@_solution as @lib@;\n\n",
            ) + &each(
                &modules,
                "#[path = \"../../../exercises/@id@/tests/check/@step@.rs\"]\nmod @step@;\n",
            ),
        ),
        (
            format!("solutions/{id}/wrong.toml"),
            each(steps, include_str!("new/wrong.toml.in")),
        ),
        (
            format!("src/{id}/README.md"),
            whole(include_str!("new/chapter.md.in")),
        ),
    ];
    for step in steps {
        files.extend([
            (
                format!("solutions/{id}/src/{step}.rs"),
                fill(include_str!("new/step.rs.in"), step),
            ),
            (
                format!("exercises/{id}/tests/{step}.rs"),
                fill(
                    "//! The tests of the step `@step@`: `cargo xtask check @id@/@step@` runs them.\n\n\
                     #[path = \"check/@step@.rs\"]\nmod @step@;\n",
                    step,
                ),
            ),
            (
                format!("exercises/{id}/tests/check/{step}.rs"),
                fill(include_str!("new/test.rs.in"), step),
            ),
            (
                format!("src/{}", page(id, step)),
                fill(include_str!("new/step.md.in"), step),
            ),
        ]);
    }
    files
}

/// The table of contents with the chapter in it: at the end of its part, which is the one with the other chapters.
fn list(contents: &str, number: u32, title: &str, steps: &[String]) -> String {
    let id = format!("chapter-{number}");
    let mut entry = format!("- [Chapter {number}: {title}]({id}/README.md)\n");
    for (index, step) in steps.iter().enumerate() {
        let (step_number, name, page) = (index + 1, spoken(step), page(&id, step));
        entry += &format!("  - [{number}.{step_number} {name}]({page})\n");
    }
    let mut end = 0;
    let mut at = 0;
    for line in contents.split_inclusive('\n') {
        at += line.len();
        if line.contains("(chapter-") {
            end = at;
        }
    }
    let (before, after) = contents.split_at(if end == 0 { at } else { end });
    format!("{before}{entry}{after}")
}

fn write(root: &Path, path: &str, text: &str) -> Result<(), String> {
    let file = root.join(path);
    let folder = file
        .parent()
        .expect("every file of a chapter is in a folder");
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&file, text))
        .map_err(|error| format!("cannot write {path}: {error}"))?;
    term::line(format_args!("wrote {path}"));
    Ok(())
}
