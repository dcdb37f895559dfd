//! How two texts differ, as `diff -u` shows it.

use diff::Result::{Both, Left, Right};

const CONTEXT: usize = 3;

/// The unified diff from `old` to `new`; empty when they are the same.
#[must_use]
pub fn unified(from: &str, old: &str, to: &str, new: &str) -> String {
    let lines: Vec<(char, &str)> = diff::lines(old, new)
        .into_iter()
        .map(|line| match line {
            Left(gone) => ('-', gone),
            Right(come) => ('+', come),
            Both(same, _) => (' ', same),
        })
        .collect();
    let near_a_change = |at: usize| {
        let reach = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(lines.len());
        lines[reach].iter().any(|line| line.0 != ' ')
    };
    let mut text = String::new();
    let (mut old_line, mut new_line) = (1, 1);
    let mut shown_before = false;
    for (at, (sign, line)) in lines.iter().enumerate() {
        let shown = near_a_change(at);
        if shown && !shown_before {
            text.push_str(&format!("@@ -{old_line} +{new_line} @@\n"));
        }
        if shown {
            text.push_str(format!("{sign}{line}").trim_end());
            text.push('\n');
        }
        shown_before = shown;
        old_line += usize::from(*sign != '+');
        new_line += usize::from(*sign != '-');
    }
    if text.is_empty() {
        return text;
    }
    format!("--- {from}\n+++ {to}\n{text}")
}
