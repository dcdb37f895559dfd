//! `{{#timeline PATH.txt caption="…" alt="…" [lane=worker]}}`: a trace as a picture, drawn by the runner's library.
//!
//! A trace of what a scheduler did, with steals, parks or wake-ups, has a row a worker; any other has a row a task.

use xtask::trace::Trace;
use xtask::trace::figure::{Rows, draw};

use super::{Directive, Page};
use crate::html::escape;

const FORM: &str = "PATH.txt caption=\"…\" alt=\"…\" [lane=worker]";

pub fn timeline(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &["caption", "alt", "lane"], FORM)?;
    let path = directive.word(FORM)?;
    let caption = directive.value("caption", FORM)?;
    let alt = directive.value("alt", FORM)?;
    let trace = read(page, path)?;
    let rows = Rows::of(&trace);
    let lane = directive.value("lane", FORM).unwrap_or(match rows {
        Rows::Tasks => "core",
        Rows::Workers => "worker",
    });
    Ok(format!(
        "<figure class=\"gfs-figure\">\n<div class=\"gfs-scroll\">\n{}</div>\n<figcaption>{}</figcaption>\n</figure>\n",
        draw(&trace, rows, lane, caption, alt),
        escape(caption)
    ))
}

/// The trace in the file at `path`.
pub fn read(page: &Page, path: &str) -> Result<Trace, String> {
    Trace::parse(&page.read(path)?).map_err(|message| format!("{path}: {message}"))
}
