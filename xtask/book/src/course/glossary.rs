//! `{{#glossary}}`: the terms of `src/appendix/glossary.toml`, and the links to them.
//!
//! The first use of a term in the text of a chapter's page becomes a link. Code, headings, links, boxes, sources and what
//! a directive makes stay as they are.

use std::collections::BTreeSet;
use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use xtask::course::Course;
use xtask::toml::Table;

use super::gather::Source;
use super::{Directive, Page};
use crate::html::escape;

const FILE: &str = "src/appendix/glossary.toml";
const PAGE: &str = "appendix/glossary.md";

/// The terms, in the order of the file, which is the alphabet's.
pub struct Glossary {
    terms: Vec<Term>,
}

struct Term {
    name: String,
    /// Every form in which a page may use it, the name among them; the longest first.
    forms: Vec<String>,
    means: String,
}

impl Glossary {
    /// Reads the file. `None` where the course has none.
    ///
    /// # Errors
    ///
    /// It is not what it should be: a term twice, a form of two terms, or out of order.
    pub fn load(page: &Page) -> Result<Option<Self>, String> {
        if !page.root.join(FILE).is_file() {
            return Ok(None);
        }
        let text = page.read_from_root(FILE)?;
        let mut table = Table::parse(FILE, &text)?;
        let mut terms: Vec<Term> = Vec::new();
        let mut known = BTreeSet::new();
        for mut entry in table.tables("term")? {
            let name = entry.string("name")?;
            let mut forms = entry.strings("forms")?;
            let means = entry.string("means")?;
            entry.nothing_else()?;
            forms.insert(0, name.clone());
            if let Some(form) = forms.iter().find(|form| !known.insert(form.to_lowercase())) {
                return Err(entry.complain(&format!("`{form}` is defined twice")));
            }
            if let Some(last) = terms.last()
                && last.name.to_lowercase() > name.to_lowercase()
            {
                return Err(entry.complain(&format!("`{name}` belongs before `{}`", last.name)));
            }
            forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
            terms.push(Term { name, forms, means });
        }
        table.nothing_else()?;
        Ok(Some(Self { terms }))
    }

    /// The page's text with a link at the first use of each term.
    #[must_use]
    pub fn linked(&self, page: &Page, text: &str) -> String {
        let Ok(link) = page.link(PAGE) else {
            return text.to_string();
        };
        let link = link.replace(".md", ".html");
        let mut uses: Vec<(Range<usize>, &Term)> = Vec::new();
        let places = plain(text);
        for term in &self.terms {
            // A term inside a longer one, as "task" in "task queue", belongs to the longer one.
            let free = |range: &Range<usize>| {
                uses.iter()
                    .all(|(used, _)| used.end <= range.start || range.end <= used.start)
            };
            if let Some(range) = self.first_use(term, text, &places, free) {
                uses.push((range, term));
            }
        }
        uses.sort_by_key(|(range, _)| range.start);
        let mut linked = String::with_capacity(text.len());
        let mut copied = 0;
        for (range, term) in uses {
            linked.push_str(&text[copied..range.start]);
            linked.push_str(&format!(
                "<a class=\"gfs-term\" href=\"{link}#{}\">{}</a>",
                term.id(),
                &text[range.clone()]
            ));
            copied = range.end;
        }
        linked + &text[copied..]
    }

    fn first_use(
        &self,
        term: &Term,
        text: &str,
        places: &[Range<usize>],
        free: impl Fn(&Range<usize>) -> bool,
    ) -> Option<Range<usize>> {
        places.iter().find_map(|place| {
            let words = text[place.clone()].to_lowercase();
            // Lower case may be longer or shorter in some script; then the ranges would not fit.
            if words.len() != place.len() {
                return None;
            }
            let mut found: Vec<Range<usize>> = Vec::new();
            for form in &term.forms {
                for (at, _) in words.match_indices(&form.to_lowercase()) {
                    let range = place.start + at..place.start + at + form.len();
                    if is_word(text, &range) && free(&range) && !self.in_longer(&words, at, form) {
                        found.push(range);
                    }
                }
            }
            found.into_iter().min_by_key(|range| range.start)
        })
    }

    /// Whether the form found at `at` is a part of a longer term there.
    fn in_longer(&self, words: &str, at: usize, form: &str) -> bool {
        let forms = self.terms.iter().flat_map(|term| &term.forms);
        forms
            .filter(|longer| longer.len() > form.len())
            .any(|longer| {
                words
                    .match_indices(&longer.to_lowercase())
                    .any(|(start, found)| start <= at && at + form.len() <= start + found.len())
            })
    }
}

impl Term {
    /// The fragment of the glossary's page.
    fn id(&self) -> String {
        let kept = |c: char| {
            if c.is_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        };
        format!("term-{}", self.name.chars().map(kept).collect::<String>())
    }
}

/// The list of all terms, each with the page that uses it first.
pub fn glossary(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let glossary = Glossary::load(page)?.ok_or_else(|| format!("cannot read {FILE}"))?;
    let course = Course::load(&page.root)?;
    let pages = Source::of_chapters(page, &course);
    let places: Vec<_> = pages.iter().map(|(_, it)| plain(&it.text)).collect();
    let mut list = String::from("<dl class=\"gfs-glossary\">\n");
    for term in &glossary.terms {
        let first = pages.iter().zip(&places).find(|((_, source), places)| {
            glossary
                .first_use(term, &source.text, places, |_| true)
                .is_some()
        });
        let first = match first {
            Some(((_, source), _)) => {
                format!(
                    " *First use:* [{}]({})",
                    source.title,
                    page.link(&source.path)?
                )
            }
            None => String::new(),
        };
        list += &format!(
            "<dt id=\"{}\">{}</dt>\n<dd>\n\n{}{first}\n\n</dd>\n",
            term.id(),
            escape(&term.name),
            term.means
        );
    }
    Ok(list + "</dl>\n")
}

/// The places of a page where a term may become a link: running text.
fn plain(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut closed = 0_usize;
    let mut shut = directives(text);
    // Titles of other people's work are not ours to explain.
    if let Some(sources) = text.find("\n## Sources\n") {
        shut.push(sources..text.len());
    }
    for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
        match event {
            Event::Start(tag) if shuts(&tag) => closed += 1,
            Event::End(tag) if opens(tag) => closed = closed.saturating_sub(1),
            Event::InlineHtml(html) if html.starts_with("<a ") => closed += 1,
            Event::InlineHtml(html) if html.starts_with("</a") => {
                closed = closed.saturating_sub(1);
            }
            // A quote or a dash of one byte is replaced by a better one; it still belongs to the words around it.
            Event::Text(words)
                if closed == 0 && (range.len() == 1 || text[range.clone()] == *words) =>
            {
                let outside = |it: &Range<usize>| it.end <= range.start || range.end <= it.start;
                if !shut.iter().all(outside) {
                    continue;
                }
                match places.last_mut() {
                    Some(last) if last.end == range.start => last.end = range.end,
                    _ => places.push(range),
                }
            }
            _ => {}
        }
    }
    places
}

fn shuts(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Heading { .. }
            | Tag::Link { .. }
            | Tag::Image { .. }
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::TableHead
            | Tag::MetadataBlock(_)
    )
}

fn opens(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Heading(_)
            | TagEnd::Link
            | TagEnd::Image
            | TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::TableHead
            | TagEnd::MetadataBlock(_)
    )
}

/// The directives of a page, from `{{#` to `}}`.
fn directives(text: &str) -> Vec<Range<usize>> {
    text.match_indices("{{#")
        .map(|(start, _)| {
            let end = text[start..]
                .find("}}")
                .map_or(text.len(), |at| start + at + 2);
            start..end
        })
        .collect()
}

/// Whether the range is no part of a longer word. A hyphen joins words.
fn is_word(text: &str, range: &Range<usize>) -> bool {
    let joins = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '’';
    !text[..range.start].chars().next_back().is_some_and(joins)
        && !text[range.end..].chars().next().is_some_and(joins)
}
