//! `{{#compare go=PATH[:anchor] rust=PATH[:anchor]}}`: Go beside Rust, two figures in a grid.

use std::path::Path;

use super::{Directive, Excerpt, Page};

const FORM: &str = "go=PATH[:anchor] rust=PATH[:anchor]";

pub fn compare(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &["go", "rust"], FORM)?;
    let go = directive.value("go", FORM)?;
    let rust = directive.value("rust", FORM)?;
    let go = Excerpt::parse(go)
        .inlined(page)?
        .unwrap_or_else(|| format!("{{{{#include {go}}}}}"));
    let excerpt = Excerpt::parse(rust);
    let text = excerpt.read(page)?;
    let (info, include) = if runs_on_the_playground(&page.resolve(excerpt.path), &text) {
        // The rest of the file stays behind hidden lines, so that the Run button has a whole program.
        ("rust", "rustdoc_include")
    } else {
        ("rust,noplayground", "include")
    };
    let rust = excerpt
        .inlined(page)?
        .unwrap_or_else(|| format!("{{{{#{include} {rust}}}}}"));
    Ok(format!(
        "<div class=\"gfs-compare\">\n{}{}</div>\n",
        figure("Go", "go", &go),
        figure("Rust", info, &rust),
    ))
}

/// A listing is a whole program; one that uses the course's own crates runs nowhere else.
fn runs_on_the_playground(path: &Path, text: &str) -> bool {
    path.starts_with("src/listings") && !text.contains("chapter_") && !text.contains("interleave")
}

/// The fence is of tildes, because the directive may stand in a box, which is a fence of backticks.
fn figure(caption: &str, info: &str, include: &str) -> String {
    format!(
        "<figure>\n<figcaption>{caption}</figcaption>\n\n~~~~~~{info}\n{include}\n~~~~~~\n\n</figure>\n"
    )
}
