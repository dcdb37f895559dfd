//! The panics that a test's output tells of, and what is left of the output without them.

use crate::compile::Package;

/// One panic as the process printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// The thread's name.
    pub thread: String,
    /// The file, relative to the workspace, with forward slashes.
    pub file: String,
    /// The line.
    pub line: String,
    /// What was said, line by line.
    pub message: Vec<String>,
}

impl Panic {
    /// Whether it stands in a test, so that it is an assertion of the course.
    #[must_use]
    pub fn in_tests(&self) -> bool {
        self.file.contains("/tests/")
    }

    /// `file:line`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// Every panic that `output` tells of, in order.
#[must_use]
pub fn all(output: &str) -> Vec<Panic> {
    let mut found: Vec<Panic> = Vec::new();
    let mut open = false;
    for line in output.lines() {
        if let Some(panic) = header(line) {
            found.push(panic);
            open = true;
        } else if ends_message(line) {
            open = false;
        } else if let (true, Some(panic)) = (open, found.last_mut()) {
            panic.message.push(line.to_string());
        }
    }
    for panic in &mut found {
        while panic
            .message
            .last()
            .is_some_and(|line| line.trim().is_empty())
        {
            panic.message.pop();
        }
    }
    found
}

/// What the code under test printed: `output` without the panics and without the harness' own lines.
#[must_use]
pub fn printed(output: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut inside_panic = false;
    for line in output.lines() {
        let harness =
            ends_message(line) || (line.starts_with("running ") && line.ends_with("test"));
        if header(line).is_some() {
            inside_panic = true;
        } else if harness {
            inside_panic = false;
            // The list of failures that follows holds names, nothing of the code's.
            if line == "failures:" {
                break;
            }
        } else if !inside_panic && (!line.is_empty() || !lines.is_empty()) {
            lines.push(line.to_string());
        }
    }
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    lines
}

/// `thread 'name' (42) panicked at src/lib.rs:3:5:`, at the start of a line or behind what the code printed before.
fn header(line: &str) -> Option<Panic> {
    let line = line.strip_suffix(':')?;
    let (before, place) = line.rsplit_once(" panicked at ")?;
    let (_, thread) = before.split_once("thread '").unwrap_or(("", before));
    let thread = thread.rsplit_once('\'').map_or(thread, |(name, _)| name);
    let (place, column) = place.rsplit_once(':')?;
    let (file, number) = place.rsplit_once(':')?;
    // A line of a message may end like this too, but not in two numbers.
    number.parse::<u32>().ok()?;
    column.parse::<u32>().ok()?;
    Some(Panic {
        thread: thread.to_string(),
        file: tidy(file),
        line: number.to_string(),
        message: Vec::new(),
    })
}

fn ends_message(line: &str) -> bool {
    line.starts_with("note: run with `RUST_BACKTRACE")
        || line.starts_with("stack backtrace:")
        || line.starts_with("test result: ")
        || (line.starts_with("test ") && line.ends_with("FAILED"))
        || line == "failures:"
        || line.starts_with("thread caused non-unwinding panic")
}

/// `a/b/../c` as `a/c`, with forward slashes.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The panic that the explorer reports: "panic: `main` panicked at src/lib.rs:3: what it said.", in the package's paths. The
/// explorer shortens a path to its last two parts.
#[must_use]
pub fn explored(package: &Package, panic: &Panic) -> Option<Panic> {
    // The sentence is wrapped; what follows it stands behind an empty line.
    let lines: Vec<_> = panic
        .message
        .iter()
        .take_while(|line| !line.is_empty())
        .map(String::as_str)
        .collect();
    let sentence = lines.join(" ");
    let (thread, rest) = sentence
        .strip_prefix("panic: ")?
        .split_once(" panicked at ")?;
    let (place, said) = rest.split_once(": ")?;
    let (file, line) = place.rsplit_once(':')?;
    let file = if file.starts_with("src/") {
        format!("{}/{file}", package.dir)
    } else {
        format!("{}/tests/{file}", package.dir)
    };
    Some(Panic {
        thread: thread.trim_matches('`').to_string(),
        file,
        line: line.to_string(),
        message: vec![said.trim_end_matches('.').to_string()],
    })
}

/// Whether `line` is the one above the table of the explorer's report.
#[must_use]
pub fn heads_interleaving(line: &str) -> bool {
    line.starts_with("The interleaving, one column a thread")
}
