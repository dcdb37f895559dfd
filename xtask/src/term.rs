//! What is printed, and how: plain text first, colour only where a person looks at a terminal that wants it.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

static COLOUR: AtomicBool = AtomicBool::new(false);
static ASIDE: AtomicBool = AtomicBool::new(false);

/// Decides once whether output is coloured: a terminal, no `NO_COLOR`, and no `TERM=dumb`.
pub fn init() {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
    // Relaxed: a flag that is set before any other thread exists.
    COLOUR.store(io::stdout().is_terminal() && !refused, Ordering::Relaxed);
}

/// From now on what is printed goes to standard error, uncoloured: standard output is for [`output`].
pub fn to_standard_error() {
    COLOUR.store(false, Ordering::Relaxed);
    ASIDE.store(true, Ordering::Relaxed);
}

/// Whether output is coloured.
#[must_use]
pub fn colour() -> bool {
    COLOUR.load(Ordering::Relaxed)
}

/// Whether a line on standard output can be rewritten in place.
#[must_use]
pub fn interactive() -> bool {
    !ASIDE.load(Ordering::Relaxed) && io::stdout().is_terminal()
}

/// What shells report for a program that wrote to a pipe which nobody reads any more.
const BROKEN_PIPE: i32 = 141;

/// Prints `text` to standard output. A reader who pipes into `head` has seen enough: the runner ends without a word.
pub fn print(text: impl Display) {
    if ASIDE.load(Ordering::Relaxed) {
        let _ = write!(io::stderr(), "{text}");
    } else {
        output(text);
    }
}

/// Prints what a command was asked for, as [`print`] does, to standard output in every case.
pub fn output(text: impl Display) {
    let mut out = io::stdout().lock();
    if write!(out, "{text}").and_then(|()| out.flush()).is_err() {
        std::process::exit(BROKEN_PIPE);
    }
}

/// Prints `text` and ends the line.
pub fn line(text: impl Display) {
    print(format_args!("{text}\n"));
}

fn styled(code: &str, text: impl Display) -> String {
    if colour() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_string()
    }
}

/// What a reader should see first.
pub fn bold(text: impl Display) -> String {
    styled("1", text)
}

/// What a reader may skip.
pub fn dim(text: impl Display) -> String {
    styled("2", text)
}

/// What passes.
pub fn green(text: impl Display) -> String {
    styled("32", text)
}

/// What fails.
pub fn red(text: impl Display) -> String {
    styled("31", text)
}

/// What is expected to be unfinished.
pub fn yellow(text: impl Display) -> String {
    styled("33", text)
}

/// What can be typed.
pub fn cyan(text: impl Display) -> String {
    styled("36", text)
}

/// `count` with its noun: `1 test`, `2 tests`.
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

/// The first `head` and the last `tail` of `lines`, with a line between that says how many are left out.
#[must_use]
pub fn capped(lines: &[&str], head: usize, tail: usize) -> Vec<String> {
    if lines.len() <= head + tail + 1 {
        return lines.iter().map(ToString::to_string).collect();
    }
    let left_out = lines.len() - head - tail;
    let mut shown: Vec<String> = lines[..head].iter().map(ToString::to_string).collect();
    shown.push(format!("… {left_out} lines left out …"));
    shown.extend(lines[lines.len() - tail..].iter().map(ToString::to_string));
    shown
}

/// `text` without the sequences that colour it.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sequence)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = sequence.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

/// `line` in lines of at most `width` columns, broken between words. Its indentation stays with each of them, and so do
/// several spaces in a row between two backticks: there they are part of what is quoted.
#[must_use]
pub fn wrapped(line: &str, width: usize) -> Vec<String> {
    if line.chars().count() <= width {
        return vec![line.to_string()];
    }
    let indent = &line[..line.len() - line.trim_start().len()];
    let mut lines = Vec::new();
    let mut current = indent.to_string();
    for word in words(line) {
        let fits = current.chars().count() + 1 + word.chars().count() <= width;
        if !fits && current.trim() != "" {
            lines.push(std::mem::take(&mut current));
            current.push_str(indent);
        }
        if current.trim() != "" {
            current.push(' ');
        }
        current.push_str(word);
    }
    lines.push(current);
    lines
}

/// The words of `line`. Where a quote in backticks holds several spaces in a row, the two words around them are one.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quoted = false;
    for (index, letter) in line.char_indices() {
        let rest = &line[index + letter.len_utf8()..];
        if letter == '`' {
            // One without a second is no quote.
            quoted = !quoted && rest.contains('`');
        }
        let spaces = rest.starts_with(' ') || line[..index].ends_with(' ');
        if letter.is_whitespace() && !(quoted && spaces) {
            words.extend(start.take().map(|start: usize| &line[start..index]));
        } else {
            start.get_or_insert(index);
        }
    }
    words.extend(start.map(|start| &line[start..]));
    words
}
