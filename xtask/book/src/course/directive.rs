//! The form of a directive: `{{#name word key=word key="more words"}}`, over one line or several.

use std::iter::Peekable;
use std::str::CharIndices;

/// A directive as it stands in a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The word after `{{#`.
    pub name: &'a str,
    /// The bytes from `{{#` to behind `}}`.
    pub length: usize,
    words: Vec<String>,
    pairs: Vec<(&'a str, String)>,
}

impl<'a> Directive<'a> {
    /// Reads the directive that `text` begins with. `None` where it is never closed.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Result<Self, String>> {
        let length = text.find("}}")? + 2;
        let inside = text[3..length - 2].trim();
        let (name, rest) = inside
            .split_once(|c: char| c.is_whitespace())
            .unwrap_or((inside, ""));
        let mut directive = Self {
            name,
            length,
            words: Vec::new(),
            pairs: Vec::new(),
        };
        Some(directive.read(rest).map(|()| directive))
    }

    /// The one word of a directive that takes one word, such as a path.
    ///
    /// # Errors
    ///
    /// There is no word or more than one; `what` says what was expected.
    pub fn word(&self, what: &str) -> Result<&str, String> {
        match &self.words[..] {
            [word] => Ok(word),
            words => Err(self.expected(what, &format!("found {} words", words.len()))),
        }
    }

    /// The first word: mdBook's own directives may have more behind it.
    ///
    /// # Errors
    ///
    /// There is no word; `what` says what was expected.
    pub fn first(&self, what: &str) -> Result<&str, String> {
        match self.words.first() {
            Some(word) => Ok(word),
            None => Err(self.expected(what, "found nothing")),
        }
    }

    /// The value of `key`.
    ///
    /// # Errors
    ///
    /// The directive has no such key; `what` says what was expected.
    pub fn value(&self, key: &str, what: &str) -> Result<&str, String> {
        self.pairs
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value.as_str())
            .ok_or_else(|| self.expected(what, &format!("found no `{key}=`")))
    }

    /// Complains about a key that the directive does not take, and about words where it takes none.
    ///
    /// # Errors
    ///
    /// Names the first such key or word.
    pub fn only(&self, words: usize, keys: &[&str], what: &str) -> Result<(), String> {
        if let Some((key, _)) = self.pairs.iter().find(|(key, _)| !keys.contains(key)) {
            return Err(self.expected(what, &format!("found `{key}=`")));
        }
        match self.words.get(words) {
            Some(word) => Err(self.expected(what, &format!("found `{word}`"))),
            None => Ok(()),
        }
    }

    fn expected(&self, what: &str, found: &str) -> String {
        format!("expected `{{{{#{} {what}}}}}`, {found}", self.name)
    }

    fn read(&mut self, rest: &'a str) -> Result<(), String> {
        let mut chars = rest.char_indices().peekable();
        while let Some(&(start, c)) = chars.peek() {
            if c.is_whitespace() {
                chars.next();
                continue;
            }
            let word = plain(rest, start, &mut chars);
            match word.split_once('=') {
                Some((key, "")) if matches!(chars.peek(), Some((_, '"'))) => {
                    let value = quoted(&mut chars)
                        .ok_or_else(|| format!("the quote after `{key}=` is never closed"))?;
                    self.pairs.push((key, value));
                }
                Some((key, value)) => self.pairs.push((key, value.to_string())),
                None if word.is_empty() => {
                    return Err("a quote stands behind a key: `key=\"words\"`".to_string());
                }
                None => self.words.push(word.to_string()),
            }
        }
        Ok(())
    }
}

fn plain<'a>(text: &'a str, start: usize, chars: &mut Peekable<CharIndices<'_>>) -> &'a str {
    while chars
        .next_if(|&(_, c)| !c.is_whitespace() && c != '"')
        .is_some()
    {}
    let end = chars.peek().map_or(text.len(), |&(index, _)| index);
    &text[start..end]
}

/// The words between two quotes, with line breaks as blanks; `\"` is a quote.
fn quoted(chars: &mut Peekable<CharIndices<'_>>) -> Option<String> {
    chars.next();
    let mut value = String::new();
    loop {
        match chars.next()?.1 {
            '"' => break,
            '\\' => value.push(chars.next()?.1),
            c => value.push(c),
        }
    }
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}
