//! Concurrency and parallelism, told apart on paper.
//!
//! A trace records when each task was *in progress* (its lifetime) and when it *executed*, and on which core.
//! Two questions classify it, and the answer to one does not give the answer to the other:
//!
//! - Were two different tasks in progress together? Then the trace is concurrent.
//! - Did two executions happen at the same time? Then the trace is parallel.
//!
//! Invariant: every interval is half-open, `[start, end)`. It holds `start` and does not hold `end`.

use std::{error::Error, fmt, str::FromStr};

/// A half-open span of time `[start, end)`, in microseconds since the trace began.
///
/// Where `start == end` the interval is empty: it holds no microsecond at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub start: u64,
    pub end: u64,
}

/// A core that worked on a task, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    pub core: usize,
    pub interval: Interval,
}

/// A task: in progress for its whole lifetime, executing for parts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub name: String,
    pub lifetime: Interval,
    pub executions: Vec<Execution>,
}

/// The tasks of one run of a program, in no particular order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    pub tasks: Vec<Task>,
}

/// Which of the two a trace shows: neither, either, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One thing after another.
    Sequential,
    /// Tasks in progress together, one execution at a time.
    Concurrent,
    /// No two tasks in progress together, and yet simultaneous execution: one task uses several cores.
    Parallel,
    /// Tasks in progress together, and simultaneous execution.
    ConcurrentAndParallel,
}

/// Whether `a` and `b` share a microsecond.
///
/// Intervals that touch share none, and an empty interval shares none with anything.
pub fn overlap(a: Interval, b: Interval) -> bool {
    todo!("say whether a microsecond lies in both half-open intervals")
}

/// Whether two different tasks were in progress together at some moment.
pub fn lifetimes_overlap(trace: &Trace) -> bool {
    todo!("say whether the lifetimes of two different tasks overlap")
}

/// Whether two executions happened at the same time, be they of two tasks or of one.
pub fn executions_overlap(trace: &Trace) -> bool {
    todo!("say whether any two executions of the whole trace overlap")
}

/// Which of the four kinds a trace is.
pub fn classify(trace: &Trace) -> Kind {
    todo!("answer both questions about the trace and name the kind")
}

// Room for a helper of yours: both questions ask whether any two of several intervals overlap.

// From here on the file is given: it reads traces, and no step asks you to change it.

impl Trace {
    /// Reads the text of a trace: a line a task, then a line for each of its executions. `#` starts a comment.
    ///
    /// ```text
    /// task tea 0 600      # name, start and end of its lifetime
    /// run tea 0 0 100     # name, core, start and end of the execution
    /// ```
    ///
    /// # Errors
    /// The first line that is neither, that has an end before its start, that names a task twice or before it is
    /// known, or that lets a task execute outside its lifetime.
    pub fn parse(text: &str) -> Result<Trace, ParseError> {
        let mut trace = Trace { tasks: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let code = line.split('#').next().unwrap_or_default();
            trace.read_line(code).map_err(|problem| ParseError {
                line: index + 1,
                problem,
            })?;
        }
        Ok(trace)
    }

    fn read_line(&mut self, line: &str) -> Result<(), String> {
        match *line.split_whitespace().collect::<Vec<_>>() {
            [] => {}
            ["task", name, start, end] => {
                if self.tasks.iter().any(|task| task.name == name) {
                    return Err(format!("there is a task named `{name}` above"));
                }
                self.tasks.push(Task {
                    name: name.to_string(),
                    lifetime: read_interval(start, end)?,
                    executions: Vec::new(),
                });
            }
            ["run", name, core, start, end] => {
                let interval = read_interval(start, end)?;
                let task = self.tasks.iter_mut().find(|task| task.name == name);
                let task = task.ok_or_else(|| format!("no task named `{name}` above"))?;
                if interval.start < task.lifetime.start || interval.end > task.lifetime.end {
                    return Err(format!("`{name}` executes outside its lifetime"));
                }
                task.executions.push(Execution {
                    core: read_number(core)?,
                    interval,
                });
            }
            _ => {
                return Err(format!(
                    "expected `task NAME START END` or `run NAME CORE START END`, found `{}`",
                    line.trim()
                ));
            }
        }
        Ok(())
    }
}

fn read_interval(start: &str, end: &str) -> Result<Interval, String> {
    let (start, end) = (read_number(start)?, read_number(end)?);
    if end < start {
        return Err(format!("the end, {end}, lies before the start, {start}"));
    }
    Ok(Interval { start, end })
}

fn read_number<N: FromStr>(word: &str) -> Result<N, String> {
    word.parse()
        .map_err(|_| format!("expected a whole number, found `{word}`"))
}

/// Why a text is no trace, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Counted from 1.
    pub line: usize,
    pub problem: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

impl Error for ParseError {}
