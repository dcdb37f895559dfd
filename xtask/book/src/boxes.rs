//! The boxes of the pages: mdbook-admonish, and a tidy-up of its markup.
//!
//! Admonish says `role="note"` on a `<details>`, which has a role of its own; it puts a `<div>` into a `<summary>`,
//! which may hold no blocks; and it links each title to itself with a link that has no name. A screen reader trips
//! over each of these. And it takes `title="x = 1" collapsible=true` only with a comma between the two: we put the commas in.

use std::borrow::Cow;
use std::path::Path;

use mdbook_admonish::Admonish;
use mdbook_driver::book::{Book, Chapter};
use mdbook_driver::errors::{Error, Result};
use mdbook_markdown::pulldown_cmark::html;
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::course::slashed;

/// The preprocessor `admonish`.
pub struct Boxes;

impl Preprocessor for Boxes {
    fn name(&self) -> &'static str {
        "admonish"
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let ctx_of_0_4 = ctx.try_into()?;
        let mut problems = Vec::new();
        book.for_each_chapter_mut(|chapter| match boxes(&ctx_of_0_4, &chapter.content) {
            Ok(content) => chapter.content = content,
            Err(error) => {
                let path = chapter.source_path.as_deref().unwrap_or(Path::new(""));
                let path = slashed(&ctx.config.book.src.join(path));
                problems.push(format!("{path}: {error:#}"));
            }
        });
        if problems.is_empty() {
            Ok(book)
        } else {
            Err(Error::msg(problems.join("\n")))
        }
    }
}

/// Runs Admonish on one page, so that its complaint can be told with the page's name.
fn boxes(ctx: &mdbook::preprocess::PreprocessorContext, page: &str) -> Result<String> {
    use mdbook::preprocess::Preprocessor as _;
    let page: String = page.split_inclusive('\n').map(with_commas).collect();
    let chapter = Chapter::new("", page, "", Vec::new());
    let book = Admonish.run(ctx, Book::new_with_items(vec![chapter.into()]))?;
    let chapter = book.chapters().next().expect("the one that was put in");
    Ok(tidy(&chapter.content))
}

/// The opening line of a box with a comma between its settings; any other line as it is.
fn with_commas(line: &str) -> Cow<'_, str> {
    let start = line
        .find(|c: char| c != '`' && !c.is_whitespace())
        .unwrap_or(0);
    let (before, info) = line.split_at(start);
    let Some(settings) = info
        .strip_prefix("admonish ")
        .filter(|_| before.contains("```"))
    else {
        return line.into();
    };
    let mut quoted = false;
    let words = settings.trim_end().split(|c: char| {
        quoted ^= c == '"';
        !quoted && c.is_whitespace()
    });
    let words = words.map(|word| word.trim_end_matches(','));
    let (pairs, names): (Vec<_>, Vec<_>) = words.partition(|word| word.contains('='));
    format!(
        "{before}admonish {} {}\n",
        names.join(" "),
        pairs.join(", ")
    )
    .into()
}

/// Admonish's output with markup that means what it says.
#[must_use]
pub fn tidy(page: &str) -> String {
    let mut tidied = String::with_capacity(page.len());
    let mut lines = page.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        let indent = &line[..line.len() - start.len()];
        if start.starts_with("<details ") && start.contains(r#"class="admonition "#) {
            tidied += indent;
            tidied += &without_role(start);
        } else if let Some(id) = title_id(start) {
            // The title stands between two blank lines, to be read as Markdown; then the `</div>` and the empty link.
            let title: String = lines.by_ref().take(3).collect();
            let rest: Vec<&str> = lines.by_ref().take(2).map(str::trim).collect();
            debug_assert!(
                rest[0] == "</div>" && rest[1].starts_with("<a class=\"admonition-anchor")
            );
            tidied += &format!(
                "{indent}<span id=\"{id}\">{}</span>\n",
                inline(title.trim())
            );
        } else {
            tidied += line;
        }
    }
    tidied
}

/// `<div id="admonition-note-title">` opens a title; any other line does not.
fn title_id(line: &str) -> Option<&str> {
    let id = line
        .trim_end()
        .strip_prefix("<div id=\"")?
        .strip_suffix("\">")?;
    (id.starts_with("admonition-") && id.ends_with("-title") && !id.contains('"')).then_some(id)
}

fn without_role(details: &str) -> String {
    let (before, after) = details
        .split_once(r#" role="note""#)
        .unwrap_or((details, ">\n"));
    let end = after.find('>').unwrap_or(after.len());
    format!("{before}{}", &after[end..])
}

/// A title's Markdown as HTML. Read as a heading, because a title such as "1. Why?" would begin a list elsewhere.
fn inline(title: &str) -> String {
    let mut rendered = String::new();
    let heading = format!("# {title}");
    html::push_html(
        &mut rendered,
        new_cmark_parser(&heading, &MarkdownOptions::default()),
    );
    let inner = rendered.trim().strip_prefix("<h1>");
    let inner = inner.and_then(|rest| rest.strip_suffix("</h1>"));
    inner.unwrap_or(title).to_string()
}
