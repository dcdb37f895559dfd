//! `{{#steps chapter-3}}` and `{{#step chapter-3/timelines}}`: a chapter's steps, from its `chapter.toml`.

use xtask::course::{Chapter, Course, Step};

use super::collected::notes_of;
use super::{Directive, Page};
use crate::html::escape;

/// A table of the chapter's steps, and what they add up to.
pub fn table(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &[], "chapter-N")?;
    let id = directive.word("chapter-N")?;
    let course = Course::load(&page.root)?;
    let chapter = chapter(&course, id)?;
    let mut table = String::from("| Step | Minutes | Core or extra |\n|---|--:|---|\n");
    for step in &chapter.steps {
        let link = page.link(&step.page).map_err(|message| {
            format!("exercises/{id}/chapter.toml, step `{}`: {message}", step.id)
        })?;
        table += &format!(
            "| [{} {}]({}) | {} | {} |\n",
            step.numbered(chapter),
            step.title,
            link,
            step.minutes,
            weight(step)
        );
    }
    let core: u32 = chapter
        .steps
        .iter()
        .filter(|step| step.core)
        .map(|step| step.minutes)
        .sum();
    let all: u32 = chapter.steps.iter().map(|step| step.minutes).sum();
    Ok(format!(
        "<div class=\"gfs-steps\">\n\n{table}\nThe core steps take {core} minutes, all of them {all}.\n\n</div>\n"
    ))
}

/// A box that says what a step asks for and which commands go with it.
pub fn step(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &[], "chapter-N/STEP")?;
    let named = directive.word("chapter-N/STEP")?;
    let course = Course::load(&page.root)?;
    let (id, name) = named.split_once('/').unwrap_or((named, ""));
    let chapter = chapter(&course, id)?;
    let step = chapter
        .steps
        .iter()
        .find(|step| step.id == name)
        .ok_or_else(|| {
            let known: Vec<_> = chapter.steps.iter().map(|step| step.id.as_str()).collect();
            format!("{id} has no step `{name}`: expected {}", known.join(", "))
        })?;
    let number = step.numbered(chapter);
    Ok(format!(
        "<div class=\"gfs-step\" role=\"group\" aria-label=\"Step {number}\">\n\
         <p class=\"gfs-step-title\"><strong>Step {number}</strong> {} <span>{} minutes, {}</span></p>\n\
         <dl>\n{}</dl>\n</div>\n{}",
        escape(&step.title),
        step.minutes,
        weight(step),
        todo(chapter, step),
        notes_of(page, chapter, step)?
    ))
}

fn todo(chapter: &Chapter, step: &Step) -> String {
    let typed = step.typed(chapter);
    let mut rows = Vec::new();
    if let Some(file) = &step.file {
        rows.push(("Edit", format!("exercises/{}/{file}", chapter.id)));
        rows.push(("Check", format!("cargo xtask check {typed}")));
    }
    if let Some(command) = &step.command {
        rows.push(("Run", format!("cargo xtask {command}")));
    }
    rows.push(("Stuck?", format!("cargo xtask hint {typed}")));
    rows.iter()
        .map(|(what, code)| {
            format!(
                "<div><dt>{what}</dt><dd><code>{}</code></dd></div>\n",
                escape(code)
            )
        })
        .collect()
}

fn weight(step: &Step) -> &'static str {
    if step.core { "core" } else { "extra" }
}

/// The chapter of that name; the error names those that there are.
pub fn chapter<'a>(course: &'a Course, id: &str) -> Result<&'a Chapter, String> {
    course
        .chapters
        .iter()
        .find(|chapter| chapter.id == id)
        .ok_or_else(|| {
            let known: Vec<_> = course
                .chapters
                .iter()
                .map(|chapter| chapter.id.as_str())
                .collect();
            format!("no chapter `{id}`: expected {}", known.join(", "))
        })
}
