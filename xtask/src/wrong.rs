//! The known-wrong solutions of a chapter: `solutions/chapter-N/wrong.toml`.
//!
//! Each is the reference with a few edits, the mistake that people really make. The maintainer's `test` proves that the
//! named test is the first of its step to fail, with the named verdict; the reader's `hint` gives its hint first when the
//! reader's check ends in the same way.

use std::fs;
use std::path::Path;

use crate::course::Chapter;
use crate::toml::Table;
use crate::verdict::{Judgement, Verdict};

/// One mistake, as edits to the reference.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// A name in kebab-case, unique in its chapter.
    pub name: String,
    /// What is wrong with it, for maintainers.
    pub about: String,
    /// The test that must catch it, as `module::name`.
    pub test: String,
    /// The verdict which that test must give.
    pub verdict: Verdict,
    /// Words of the failure that tell this mistake from others which the same test catches.
    pub says: Option<String>,
    /// What a reader who made this mistake is told.
    pub hint: String,
    /// The edits; each `find` stands exactly once in its file.
    pub edits: Vec<Edit>,
}

/// One replacement in a file of the solution.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The file, relative to the solution's folder.
    pub file: String,
    /// What to look for.
    pub find: String,
    /// What to put there.
    pub replace: String,
}

/// Reads the known-wrong solutions of `chapter`; a chapter without the file has none.
///
/// # Errors
///
/// Names the line of the file that does not say what it must.
pub fn load(root: &Path, chapter: &Chapter) -> Result<Vec<Wrong>, String> {
    let shown = format!("{}/wrong.toml", chapter.solution_dir());
    let Ok(text) = fs::read_to_string(root.join(&shown)) else {
        return Ok(Vec::new());
    };
    let mut table = Table::parse(&shown, &text)?;
    let mut wrongs = Vec::new();
    for mut entry in table.tables("wrong")? {
        let verdict = entry.string("verdict")?;
        let mut edits = Vec::new();
        for mut edit in entry.tables("edit")? {
            edits.push(Edit {
                file: edit.string("file")?,
                find: edit.string("find")?,
                replace: edit.string("replace")?,
            });
            edit.nothing_else()?;
        }
        wrongs.push(Wrong {
            name: entry.string("name")?,
            about: entry.string("about")?,
            test: entry.string("test")?,
            verdict: Verdict::named(&verdict).ok_or_else(|| {
                entry.complain(&format!("`verdict`: no verdict is called {verdict:?}"))
            })?,
            says: entry.optional_string("says")?,
            hint: entry.string("hint")?,
            edits,
        });
        entry.nothing_else()?;
    }
    table.nothing_else()?;
    Ok(wrongs)
}

impl Wrong {
    /// Whether a check that ended at `test` with `judgement` may be this mistake.
    #[must_use]
    pub fn explains(&self, test: &str, judgement: &Judgement) -> bool {
        // The kit wraps its sentences, so the words may go over the end of a line.
        let (lines, text) = (judgement.message.join("\n"), judgement.message.join(" "));
        self.test == test
            && judgement.verdict.fits(self.verdict)
            && self
                .says
                .as_ref()
                .is_none_or(|words| lines.contains(words) || text.contains(words))
    }
}

impl Edit {
    /// `text` with this edit done.
    ///
    /// # Errors
    ///
    /// When the text to find does not stand there exactly once.
    pub fn apply(&self, text: &str) -> Result<String, String> {
        match text.matches(&self.find).count() {
            1 => Ok(text.replacen(&self.find, &self.replace, 1)),
            count => Err(format!(
                "the text to find stands {count} times in {}, expected once:\n{}",
                self.file, self.find
            )),
        }
    }
}
