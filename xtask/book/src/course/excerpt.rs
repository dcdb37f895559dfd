//! A file, or the part of it between two anchors: `../listings/chapter-3/turns.go:loop`.

use super::{Directive, Page};

/// What an include names.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt<'a> {
    /// The file, relative to the page.
    pub path: &'a str,
    /// The anchor's name, where there is one.
    pub anchor: Option<&'a str>,
}

impl<'a> Excerpt<'a> {
    /// Splits `path:anchor`. mdBook's line ranges, `path:3:5`, name no anchor.
    #[must_use]
    pub fn parse(named: &'a str) -> Self {
        let (path, anchor) = named.split_once(':').map_or((named, None), |(path, part)| {
            let lines = part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b':');
            (path, (!lines).then_some(part))
        });
        Self { path, anchor }
    }

    /// The text of the whole file, which has the anchor.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or has no such anchor.
    pub fn read(&self, page: &Page) -> Result<String, String> {
        let text = page.read(self.path)?;
        match self.anchor {
            Some(anchor) if !has_anchor(&text, anchor) => Err(format!(
                "{} has no line `ANCHOR: {anchor}`",
                super::page::slashed(&page.resolve(self.path))
            )),
            _ => Ok(text),
        }
    }

    /// The lines of an excerpt that mdBook would print with too much in it; `None` for any other.
    ///
    /// gofmt puts an empty line between a function and the `ANCHOR_END` behind it, and mdBook would print that line. What
    /// a solution holds for its starter, between `STARTER` and `STARTER_END`, is no part of the solution.
    ///
    /// # Errors
    ///
    /// As for [`Excerpt::read`].
    pub fn inlined(&self, page: &Page) -> Result<Option<String>, String> {
        let text = self.read(page)?;
        let Some(anchor) = self.anchor else {
            return Ok(None);
        };
        let lines = between(&text, anchor);
        let ours = self.path.ends_with(".go") || lines.iter().any(|line| line.trim() == STARTER);
        Ok(ours.then(|| joined(lines)))
    }
}

/// Follows an include of mdBook's own. `Some` where [`Excerpt::inlined`] follows it better.
pub fn follow(page: &Page, directive: &Directive<'_>) -> Result<Option<String>, String> {
    match directive.name {
        "title" => Ok(None),
        _ => Excerpt::parse(directive.first("PATH:ANCHOR")?).inlined(page),
    }
}

/// The lines that a starter has in place of the solution's stand between these two.
const STARTER: &str = "// STARTER";
const STARTER_END: &str = "// STARTER_END";

/// The lines between an anchor's marks, without other anchors' marks.
fn between<'a>(text: &'a str, anchor: &str) -> Vec<&'a str> {
    text.lines()
        .skip_while(|line| name_behind(line, "ANCHOR:") != Some(anchor))
        .take_while(|line| name_behind(line, "ANCHOR_END:") != Some(anchor))
        .filter(|line| !line.contains("ANCHOR:") && !line.contains("ANCHOR_END:"))
        .collect()
}

/// `lines` as a text, without what is for the starter and without empty lines around it.
fn joined(lines: Vec<&str>) -> String {
    let mut for_the_starter = false;
    let mut lines: Vec<&str> = lines
        .into_iter()
        .filter(|line| {
            let mark = line.trim();
            for_the_starter |= mark == STARTER;
            let kept = !for_the_starter;
            for_the_starter &= mark != STARTER_END;
            kept
        })
        .skip_while(|line| line.trim().is_empty())
        .collect();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    // What looks like an include in a program is part of the program.
    lines.join("\n").replace("{{#", "\\{{#")
}

fn has_anchor(text: &str, anchor: &str) -> bool {
    text.lines()
        .any(|line| name_behind(line, "ANCHOR:") == Some(anchor))
}

fn name_behind<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.split_once(mark)?.1.split_whitespace().next()
}
