//! The figures of the book: a description in text, `src/figures/…/NAME.fig`, becomes an SVG.
//!
//! Each line of a description places one shape: `goroutine g1 at=40,60 say=G1 core=0`. `src/figures/README.md` tells the
//! language. All shapes of all figures are drawn here, so that a worker or a channel looks the same on every page; the
//! colours stand in `theme/css/variables.css` and reach the shapes by the classes in `theme/course.css`. Every figure is
//! [`WIDTH`] units wide, so that a shape has the same size everywhere, and its text can be read on a phone.
//!
//! [`draw`] refuses a figure whose texts run over each other, over an arrow, or over the edge of a shape or of the figure; [`check`] holds every SVG to the house's
//! rules, those that were not drawn here too.

mod check;
mod place;
mod shapes;
mod text;

use std::collections::BTreeMap;

pub use check::check;
use shapes::Canvas;

/// The width of every figure. On a phone 390 px wide a page has 358 px for it, and 13 units of text are 11.6 px.
pub const WIDTH: f64 = 400.0;

/// The height of a text, which the theme sets as its font size.
pub const TEXT: f64 = 13.0;

/// What `look=` may say; `theme/course.css` has a class for each.
const LOOKS: [&str; 17] = [
    "closed", "code", "dashed", "done", "faint", "ghost", "halo", "hot", "mark", "muted", "parked",
    "ringing", "running", "soft", "state", "strong", "wake",
];

/// Draws a description as an SVG, which says `alt` to those who do not see it.
///
/// # Errors
///
/// A line for each problem: its line in the description, and what was expected.
pub fn draw(description: &str, alt: &str) -> Result<String, Vec<String>> {
    let mut canvas = Canvas::default();
    let mut problems = Vec::new();
    for (index, line) in description.lines().enumerate() {
        let result = Line::parse(line).and_then(|line| match line {
            Some(line) => shapes::add(&mut canvas, &line, index + 1),
            None => Ok(()),
        });
        if let Err(message) = result {
            problems.push(format!("line {}: {message}", index + 1));
        }
    }
    if canvas.height == 0.0 {
        problems.push("expected a line `height N`, found none".to_string());
    } else if problems.is_empty() {
        problems.extend(text::collisions(&canvas));
    }
    if problems.is_empty() {
        Ok(format!(
            "<svg class=\"gfs-drawing\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {WIDTH} {}\" width=\"{WIDTH}\" \
             height=\"{}\">\n{}</svg>\n",
            crate::html::escape(alt),
            canvas.height,
            canvas.height,
            canvas.svg
        ))
    } else {
        Err(problems)
    }
}

/// One line of a description: `SHAPE [NAME] key=value key="more words"`.
struct Line<'a> {
    shape: &'a str,
    name: Option<&'a str>,
    pairs: BTreeMap<&'a str, &'a str>,
}

impl<'a> Line<'a> {
    /// `None` for an empty line and a comment, which begins with `#`.
    fn parse(line: &'a str) -> Result<Option<Self>, String> {
        let mut words = Vec::new();
        let mut pairs = BTreeMap::new();
        let mut rest = line.trim();
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(None);
        }
        while !rest.is_empty() {
            let end = rest.find([' ', '"']).unwrap_or(rest.len());
            let word = &rest[..end];
            rest = &rest[end..];
            match word.split_once('=') {
                Some((key, "")) if rest.starts_with('"') => {
                    let (value, after) = rest[1..]
                        .split_once('"')
                        .ok_or_else(|| format!("the quote after `{key}=` is never closed"))?;
                    pairs.insert(key, value);
                    rest = after;
                }
                Some((key, value)) => {
                    pairs.insert(key, value);
                }
                None => words.push(word),
            }
            rest = rest.trim_start();
        }
        match words[..] {
            [shape] => Ok((shape, None)),
            [shape, name] => Ok((shape, Some(name))),
            _ => Err(format!(
                "expected `SHAPE [NAME] key=value …`, found {} words",
                words.len()
            )),
        }
        .map(|(shape, name)| Some(Self { shape, name, pairs }))
    }

    /// Complains about a key that the shape does not take.
    fn only(&self, keys: &[&str]) -> Result<(), String> {
        match self.pairs.keys().find(|key| !keys.contains(key)) {
            Some(key) => Err(format!(
                "`{}` takes {}, not `{key}=`",
                self.shape,
                keys.join("=, ") + "="
            )),
            None => Ok(()),
        }
    }

    /// The words of `look=`, each of which the theme must know.
    fn look(&self) -> Result<&'a str, String> {
        let words = self.get("look").unwrap_or_default();
        match words.split_whitespace().find(|word| !LOOKS.contains(word)) {
            Some(word) => Err(format!("there is no look `{word}`: {}", LOOKS.join(", "))),
            None => Ok(words),
        }
    }

    fn get(&self, key: &str) -> Option<&'a str> {
        self.pairs.get(key).copied()
    }

    fn must(&self, key: &str) -> Result<&'a str, String> {
        self.get(key)
            .ok_or_else(|| format!("`{}` needs `{key}=`", self.shape))
    }

    fn number(&self, key: &str) -> Result<Option<f64>, String> {
        self.get(key).map(number).transpose()
    }
}

fn number(text: &str) -> Result<f64, String> {
    text.parse()
        .map_err(|_| format!("expected a number, found `{text}`"))
}
