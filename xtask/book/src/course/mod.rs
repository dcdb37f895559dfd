//! The directives of this course: `{{#compare …}}` and its relatives, on a line of their own.
//!
//! This runs before everything else, on the page as its author wrote it, so that a message can name the line. What a
//! directive becomes is Markdown with HTML around it: the includes and the fences in it are left to mdBook. A directive
//! that stands in code or behind a backslash is text. mdBook's own includes are checked here too, because mdBook only
//! logs a broken one and prints the include itself into the page.

mod classroom;
mod collected;
mod compare;
mod console;
mod directive;
mod excerpt;
mod figure;
mod gather;
mod glossary;
mod output;
mod page;
mod plot;
mod schedule;
mod steps;
mod timeline;
mod trace;

use mdbook_driver::book::{Book, BookItem};
use mdbook_driver::errors::{Error, Result};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

pub use directive::Directive;
pub use excerpt::Excerpt;
pub use glossary::Glossary;
pub use page::{Page, slashed};
pub use schedule::problems as schedule_problems;

use crate::markdown::{Code, line_of};

/// mdBook's own directives, which are left to it.
const MDBOOKS: [&str; 4] = ["include", "rustdoc_include", "playground", "title"];

/// The preprocessor `course`.
pub struct Directives;

impl Preprocessor for Directives {
    fn name(&self) -> &'static str {
        "course"
    }

    fn run(&self, ctx: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut problems = Vec::new();
        let summary = Page::new(&ctx.root, &ctx.config.book.src, "SUMMARY.md".as_ref());
        let glossary = Glossary::load(&summary).map_err(Error::msg)?;
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else {
                return;
            };
            let Some(path) = &chapter.source_path else {
                return;
            };
            let page = Page::new(&ctx.root, &ctx.config.book.src, path);
            if let Some(glossary) = &glossary
                && slashed(path).starts_with("chapter-")
            {
                chapter.content = glossary.linked(&page, &chapter.content);
            }
            match expand(&page, &chapter.content) {
                Ok(content) => chapter.content = content,
                Err(more) => problems.extend(more),
            }
        });
        if problems.is_empty() {
            Ok(book)
        } else {
            Err(Error::msg(problems.join("\n")))
        }
    }
}

/// The text of a page with each directive of this course replaced.
///
/// # Errors
///
/// A line for each directive or include that cannot be followed: the page, the line, and what was expected.
pub fn expand(page: &Page, text: &str) -> Result<String, Vec<String>> {
    let code = Code::of(text);
    let mut expanded = String::with_capacity(text.len());
    let mut problems = Vec::new();
    let mut copied = 0;
    for (start, _) in text.match_indices("{{#") {
        if start < copied || text[..start].ends_with('\\') {
            continue;
        }
        let result = match Directive::parse(&text[start..]) {
            // An include is followed inside code too; any other name there is an example of a directive.
            Some(Ok(directive)) if MDBOOKS.contains(&directive.name) => {
                let end = start + directive.length;
                excerpt::follow(page, &directive).map(|new| new.map(|new| (new, end)))
            }
            _ if code.contains(start) => Ok(None),
            None => Err("a directive is never closed: expected `}}`".to_string()),
            Some(Err(message)) => Err(message),
            Some(Ok(directive)) => alone(text, start, start + directive.length)
                .and_then(|indent| Ok((indent, replace(page, &directive)?)))
                .map(|(indent, new)| Some((indented(&new, indent), start + directive.length))),
        };
        match result {
            Ok(None) => {}
            Ok(Some((new, end))) => {
                expanded.push_str(&text[copied..start]);
                expanded.push_str(&new);
                copied = end;
            }
            Err(message) => {
                problems.push(format!(
                    "{}:{}: {message}",
                    page.shown(),
                    line_of(text, start)
                ));
            }
        }
    }
    expanded.push_str(&text[copied..]);
    let expanded = to_index_pages(&expanded);
    if problems.is_empty() {
        Ok(expanded)
    } else {
        Err(problems)
    }
}

/// Leads links to a folder's `README.md` to the `index.html` that mdBook makes of it.
fn to_index_pages(text: &str) -> String {
    let code = Code::of(text);
    let mut changed = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, name) in text.match_indices("README.md") {
        let end = start + name.len();
        // A link of Markdown's, to a page of ours: `](../chapter-3/README.md#steps)`.
        let path = text[..start].rsplit_once("](").map(|(_, path)| path);
        let ours = path.is_some_and(|path| !path.contains([':', ')', ' ', '\n']));
        if ours && text[end..].starts_with([')', '#']) && !code.contains(start) {
            changed.push_str(&text[copied..start]);
            changed.push_str("index.md");
            copied = end;
        }
    }
    changed.push_str(&text[copied..]);
    changed
}

fn replace(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    match directive.name {
        "compare" => compare::compare(page, directive),
        "output" => output::output(page, directive),
        "steps" => steps::table(page, directive),
        "step" => steps::step(page, directive),
        "timeline" => timeline::timeline(page, directive),
        "trace" => trace::trace(page, directive),
        "console" => console::console(page, directive),
        "figure" => figure::figure(page, directive),
        "plot" => plot::plot(page, directive),
        "plots" => collected::plots(page, directive),
        "schedule" => schedule::schedule(page, directive),
        "pacing" => schedule::pacing(page, directive),
        "sessions" => schedule::sessions(page, directive),
        "differences" => collected::differences(page, directive),
        "sources" => collected::sources(page, directive),
        "ask" => collected::ask(page, directive),
        "symptoms" => collected::symptoms(page, directive),
        "classroom" => classroom::classroom(page, directive),
        "glossary" => glossary::glossary(page, directive),
        name => Err(format!(
            "no directive `{name}`: expected compare, output, steps, step, timeline, trace, console, figure, plot, plots, schedule, pacing, sessions, \
             differences, sources, ask, symptoms, classroom, glossary, or one of mdBook's"
        )),
    }
}

/// The indent of a directive that has its line to itself; what it becomes is a block.
fn alone(text: &str, start: usize, end: usize) -> Result<&str, String> {
    let before = &text[text[..start].rfind('\n').map_or(0, |newline| newline + 1)..start];
    let after = text[end..].lines().next().unwrap_or_default();
    if before.trim().is_empty() && after.trim().is_empty() {
        Ok(before)
    } else {
        Err("a directive stands on a line of its own, with nothing before or after it".to_string())
    }
}

/// Continues the directive's own indent, so that the block stays in the list item that the directive stands in.
fn indented(block: &str, indent: &str) -> String {
    let block = block.trim_end();
    if indent.is_empty() {
        return block.to_string();
    }
    let mut lines = block.lines();
    let mut indented = lines.next().unwrap_or_default().to_string();
    for line in lines {
        indented.push('\n');
        if !line.is_empty() {
            indented.push_str(indent);
            indented.push_str(line);
        }
    }
    indented
}
