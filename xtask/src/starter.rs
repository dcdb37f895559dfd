//! A starter, made from its solution.
//!
//! The solution is the one source. A block between `// ANCHOR: name todo: text` and `// ANCHOR_END: name` is the
//! reader's task: its body becomes `todo!("text")`. Where `todo!()` cannot stand, the block says what does, as comments
//! between `// STARTER` and `// STARTER_END`. Every other anchor marks an excerpt for the book: its marker lines go.

const WIDTH: usize = 100;

/// The starter for the solution `text`; `file` is the name that errors carry.
///
/// # Errors
///
/// Names the line of a marker that is not closed, not opened, or nested inside a task.
pub fn starter(file: &str, text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut task: Option<Task> = None;
    let mut excerpts: Vec<(&str, usize)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let at = index + 1;
        let complain = |what: String| Err(format!("{file}:{at}: {what}"));
        match (Marker::of(line), task.as_mut()) {
            (Some(Marker::Task { name, todo }), None) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                task = Some(Task::new(name, todo, indent, at));
            }
            (Some(Marker::Task { name, .. } | Marker::Excerpt { name }), Some(open)) => {
                return complain(format!(
                    "anchor `{name}` stands inside the task `{}`",
                    open.name
                ));
            }
            (Some(Marker::End { name }), Some(open)) => {
                if name != open.name {
                    return complain(format!("expected `ANCHOR_END: {}`", open.name));
                }
                out.push_str(&open.starter());
                task = None;
            }
            (Some(Marker::StarterBegin), Some(open)) => open.instead = Some(String::new()),
            (Some(Marker::StarterEnd), Some(open)) => open.inside_instead = false,
            (Some(Marker::StarterBegin | Marker::StarterEnd), None) => {
                return complain("a STARTER block belongs into a task's anchor".into());
            }
            (Some(Marker::Excerpt { name }), None) => excerpts.push((name, at)),
            (Some(Marker::End { name }), None) => {
                match excerpts.iter().rposition(|open| open.0 == name) {
                    Some(open) => drop(excerpts.remove(open)),
                    None => return complain(format!("`ANCHOR_END: {name}` ends nothing")),
                }
            }
            (None, Some(open)) => {
                if let Err(what) = open.take(line) {
                    return complain(what);
                }
            }
            (None, None) => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    let unclosed = task.map(|open| (open.name, open.line)).or(excerpts.pop());
    match unclosed {
        Some((name, at)) => Err(format!("{file}:{at}: anchor `{name}` has no ANCHOR_END")),
        None => Ok(out),
    }
}

/// The solution `text` as a reader gets it with `solution --apply`: complete, and without the markers.
#[must_use]
pub fn without_markers(text: &str) -> String {
    let mut out = String::new();
    let mut inside_starter = false;
    for line in text.lines() {
        match Marker::of(line) {
            Some(Marker::StarterBegin) => inside_starter = true,
            Some(Marker::StarterEnd) => inside_starter = false,
            Some(_) => {}
            None if inside_starter => {}
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

enum Marker<'a> {
    Task { name: &'a str, todo: &'a str },
    Excerpt { name: &'a str },
    End { name: &'a str },
    StarterBegin,
    StarterEnd,
}

impl<'a> Marker<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let comment = line.trim().strip_prefix("// ")?;
        if let Some(name) = comment.strip_prefix("ANCHOR_END:") {
            return Some(Self::End { name: name.trim() });
        }
        if let Some(rest) = comment.strip_prefix("ANCHOR:") {
            return Some(match rest.split_once(" todo:") {
                Some((name, todo)) => Self::Task {
                    name: name.trim(),
                    todo: todo.trim(),
                },
                None => Self::Excerpt { name: rest.trim() },
            });
        }
        match comment {
            "STARTER" => Some(Self::StarterBegin),
            "STARTER_END" => Some(Self::StarterEnd),
            _ => None,
        }
    }
}

struct Task<'a> {
    name: &'a str,
    todo: &'a str,
    indent: &'a str,
    line: usize,
    instead: Option<String>,
    inside_instead: bool,
}

impl<'a> Task<'a> {
    fn new(name: &'a str, todo: &'a str, indent: &'a str, line: usize) -> Self {
        Self {
            name,
            todo,
            indent,
            line,
            instead: None,
            inside_instead: true,
        }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let Some(instead) = &mut self.instead else {
            return Ok(());
        };
        if !self.inside_instead {
            return Err("after STARTER_END only ANCHOR_END may follow".into());
        }
        let code = line.trim_start();
        let Some(code) = code.strip_prefix("//") else {
            return Err("a line of a STARTER block starts with `//`".into());
        };
        let code = code.strip_prefix(' ').unwrap_or(code);
        if !code.is_empty() {
            instead.push_str(self.indent);
            instead.push_str(code);
        }
        instead.push('\n');
        Ok(())
    }

    /// What stands in the starter, laid out as rustfmt would.
    fn starter(&self) -> String {
        if let Some(instead) = &self.instead {
            return instead.clone();
        }
        let indent = self.indent;
        let quoted = format!("{:?}", self.todo);
        let line = format!("{indent}todo!({quoted})\n");
        if line.len() - 1 <= WIDTH {
            line
        } else {
            format!("{indent}todo!(\n{indent}    {quoted}\n{indent})\n")
        }
    }
}
