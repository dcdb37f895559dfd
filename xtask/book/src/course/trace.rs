//! A recorded trace: which task was in progress when, and which core executed it when.

/// A half-open span of time, in microseconds since the trace began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first microsecond.
    pub start: u64,
    /// The first microsecond after it.
    pub end: u64,
}

/// A stretch of a task's work on one core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The core's number.
    pub core: usize,
    /// When.
    pub span: Span,
}

/// A task of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The name, one word.
    pub name: String,
    /// From its beginning to its end.
    pub lifetime: Span,
    /// Its work, in the order of the file.
    pub executions: Vec<Execution>,
}

/// The tasks of a trace, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The tasks.
    pub tasks: Vec<Task>,
}

impl Trace {
    /// Reads a trace file: `task NAME START END` and `run NAME CORE START END`, a line each, `#` begins a comment.
    ///
    /// # Errors
    ///
    /// Names the first line that is neither, or that does not fit its task.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut trace = Self { tasks: Vec::new() };
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_whitespace().collect();
            trace
                .line(&words)
                .map_err(|message| format!("line {}: {message}", index + 1))?;
        }
        if trace.tasks.is_empty() {
            return Err("expected a line `task NAME START END`, found none".to_string());
        }
        Ok(trace)
    }

    /// Where the last lifetime ends.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.tasks
            .iter()
            .map(|task| task.lifetime.end)
            .max()
            .unwrap_or(0)
    }

    /// The cores that execute something, in order.
    #[must_use]
    pub fn cores(&self) -> Vec<usize> {
        let runs = self.tasks.iter().flat_map(|task| &task.executions);
        let mut cores: Vec<usize> = runs.map(|run| run.core).collect();
        cores.sort_unstable();
        cores.dedup();
        cores
    }

    fn line(&mut self, words: &[&str]) -> Result<(), String> {
        match *words {
            [] => Ok(()),
            ["task", name, start, end] => {
                self.tasks.push(Task {
                    name: name.to_string(),
                    lifetime: span(start, end)?,
                    executions: Vec::new(),
                });
                Ok(())
            }
            ["run", name, core, start, end] => {
                let task = self.tasks.iter_mut().find(|task| task.name == name);
                let task =
                    task.ok_or_else(|| format!("no line `task {name} …` stands before it"))?;
                let span = span(start, end)?;
                if span.start < task.lifetime.start || span.end > task.lifetime.end {
                    return Err(format!("{name} runs outside its lifetime"));
                }
                task.executions.push(Execution {
                    core: core
                        .parse()
                        .map_err(|_| format!("expected a core's number, found `{core}`"))?,
                    span,
                });
                Ok(())
            }
            _ => Err(format!(
                "expected `task NAME START END` or `run NAME CORE START END`, found `{}`",
                words.join(" ")
            )),
        }
    }
}

fn span(start: &str, end: &str) -> Result<Span, String> {
    let time = |text: &str| {
        text.parse::<u64>()
            .map_err(|_| format!("expected microseconds, found `{text}`"))
    };
    let span = Span {
        start: time(start)?,
        end: time(end)?,
    };
    if span.end < span.start {
        return Err(format!("the span {start} {end} ends before it starts"));
    }
    Ok(span)
}
