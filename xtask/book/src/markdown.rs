//! Which parts of a page are code.
//!
//! Admonish writes its boxes as fences, so a fence marked `admonish` is no code but text, and may hold code in turn.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

/// A fenced code block.
#[derive(Debug, PartialEq, Eq)]
pub struct Fence {
    /// The line of the opening fence, from 1.
    pub line: usize,
    /// What follows the opening backticks: `rust,noplayground`.
    pub info: String,
    /// The lines between, without the indent or `>` of what they stand in.
    pub text: String,
}

/// The code of a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The byte ranges of everything that Markdown shows verbatim: blocks and `inline`.
    pub ranges: Vec<Range<usize>>,
    /// The fences among them.
    pub fences: Vec<Fence>,
}

impl Code {
    /// Finds the code of `page`.
    #[must_use]
    pub fn of(page: &str) -> Self {
        let mut code = Self::default();
        code.add(page, 0, page.len());
        code.fences.sort_by_key(|fence| fence.line);
        code
    }

    /// Whether the byte at `index` is shown verbatim.
    #[must_use]
    pub fn contains(&self, index: usize) -> bool {
        self.ranges.iter().any(|range| range.contains(&index))
    }

    /// Adds the code between two bytes of `page`, read as a document.
    fn add(&mut self, page: &str, from: usize, to: usize) {
        let mut open: Option<(Range<usize>, String, String)> = None;
        let parser = new_cmark_parser(&page[from..to], &MarkdownOptions::default());
        for (event, range) in parser.into_offset_iter() {
            let range = from + range.start..from + range.end;
            match event {
                Event::Code(_) | Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                    self.ranges.push(range);
                }
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    open = Some((range, info.to_string(), String::new()));
                }
                Event::Text(text) => {
                    if let Some((_, _, content)) = &mut open {
                        content.push_str(&text);
                    }
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((range, info, text)) = open.take() {
                        self.close(page, range, info, text);
                    }
                }
                _ => {}
            }
        }
    }

    fn close(&mut self, page: &str, range: Range<usize>, info: String, text: String) {
        if info.split_whitespace().next() != Some("admonish") {
            self.fences.push(Fence {
                line: line_of(page, range.start),
                info,
                text,
            });
            self.ranges.push(range);
        } else if let Some(first) = page[range.clone()].find('\n') {
            // The last line is the closing fence, unless the page ends first.
            let from = range.start + first + 1;
            let last = page[from..range.end].trim_end().rfind('\n');
            self.add(page, from, last.map_or(from, |last| from + last + 1));
        }
    }
}

/// The line, from 1, on which the byte at `index` stands.
#[must_use]
pub fn line_of(page: &str, index: usize) -> usize {
    page[..index].matches('\n').count() + 1
}
