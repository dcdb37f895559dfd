//! `{{#figure PATH.svg caption="…" alt="…"}}`: a picture from `src/figures`.
//!
//! The picture is drawn from the description `PATH.fig` beside it, if there is one, and is the file itself otherwise. It
//! stands in the page itself, so that it takes the theme's colours. Of Markdown, the caption may hold `code`.

use super::{Directive, Page};
use crate::drawing;
use crate::html::escape;

const FORM: &str = "PATH.svg caption=\"…\" alt=\"…\"";

pub fn figure(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &["caption", "alt"], FORM)?;
    let path = directive.word(FORM)?;
    let caption = directive.value("caption", FORM)?;
    let alt = directive.value("alt", FORM)?;
    let Some(stem) = path.strip_suffix(".svg") else {
        return Err(format!("expected `{{{{#figure {FORM}}}}}`, found `{path}`"));
    };
    let description = format!("{stem}.fig");
    let svg = if page.root.join(page.resolve(&description)).is_file() {
        drawing::draw(&page.read(&description)?, alt)
            .map_err(|problems| format!("{description}: {}", problems.join("; ")))?
    } else {
        let svg = page.read(path)?;
        let problems = drawing::check(&svg);
        if !problems.is_empty() {
            return Err(format!("{path}: {}", problems.join("; ")));
        }
        svg.replacen(
            "<svg",
            &format!(
                "<svg class=\"gfs-drawing\" role=\"img\" aria-label=\"{}\"",
                escape(alt)
            ),
            1,
        )
    };
    // A blank line would end the block of HTML that the picture is for Markdown.
    let svg: Vec<&str> = svg.lines().filter(|line| !line.trim().is_empty()).collect();
    Ok(format!(
        "<figure class=\"gfs-figure\">\n{}\n<figcaption>{}</figcaption>\n</figure>\n",
        svg.join("\n"),
        with_code(caption)
    ))
}

/// A caption as HTML, with its `code` marked as such.
fn with_code(caption: &str) -> String {
    let parts = caption.split('`').enumerate();
    let parts = parts.map(|(index, part)| match (index % 2, escape(part)) {
        (1, code) => format!("<code>{code}</code>"),
        (_, text) => text,
    });
    parts.collect()
}
