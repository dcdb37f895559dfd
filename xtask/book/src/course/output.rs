//! `{{#output PATH.out}}`: what a listing printed when it was last recorded.

use super::{Directive, Page};
use crate::html::escape;

/// How a recorded output is compared with a new run, and what the page calls it.
const KINDS: [(&str, &str); 3] = [
    (".exact.out", "Output"),
    (".sorted.out", "Output, lines in any order"),
    (".varies.out", "One possible output"),
];

pub fn output(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    let form = "PATH.exact.out, PATH.sorted.out or PATH.varies.out";
    directive.only(1, &[], form)?;
    let path = directive.word(form)?;
    let Some((_, label)) = KINDS.iter().find(|(suffix, _)| path.ends_with(suffix)) else {
        return Err(format!("expected `{{{{#output {form}}}}}`, found `{path}`"));
    };
    Ok(verbatim("gfs-output", label, "text", &page.read(path)?))
}

/// A figure with the text of a file in a fence.
pub fn verbatim(class: &str, caption: &str, language: &str, text: &str) -> String {
    // A program may print what mdBook would take for an include.
    let text = text.trim_end().replace("{{#", "\\{{#");
    format!(
        "<figure class=\"{class}\">\n<figcaption>{}</figcaption>\n\n~~~~~~{language}\n{text}\n~~~~~~\n\n</figure>\n",
        escape(caption)
    )
}
