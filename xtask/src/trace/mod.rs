//! A recorded trace: which task was in progress when, which worker executed it when, and what the scheduler did between.
//!
//! The text has an event a line; times are microseconds since the trace began, with decimals where they are known, and
//! `#` begins a comment:
//!
//! ```text
//! task NAME START END            from its beginning to its end
//! run NAME WORKER START END      a stretch of its work
//! steal THIEF VICTIM COUNT AT    a worker takes COUNT tasks from another one's queue
//! park WORKER START END          a worker sleeps, because it found nothing to do
//! wake WORKER BY AT              a worker, or `-` for a thread from outside, wakes a sleeping one
//! ```
//!
//! [`figure`] draws it for the book's pages and for `cargo xtask trace`, [`player`] lets a reader step through it.

pub mod chrome;
pub mod figure;
pub mod page;
pub mod player;

use std::collections::HashMap;

/// A half-open span of time, in nanoseconds since the trace began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first nanosecond.
    pub start: u64,
    /// The first nanosecond after it.
    pub end: u64,
}

impl Span {
    /// How long it is, in nanoseconds.
    #[must_use]
    pub fn length(self) -> u64 {
        self.end - self.start
    }
}

/// A stretch of a task's work on one core, or on the worker that stands for it.
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

/// A worker takes tasks from another one's queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steal {
    /// Who takes.
    pub thief: usize,
    /// From whom.
    pub victim: usize,
    /// How many tasks.
    pub count: usize,
    /// When, in nanoseconds.
    pub at: u64,
}

/// A worker sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Park {
    /// Who.
    pub worker: usize,
    /// When.
    pub span: Span,
}

/// A sleeping worker is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// Who is woken.
    pub worker: usize,
    /// By which worker; `None` for a thread from outside.
    pub by: Option<usize>,
    /// When, in nanoseconds.
    pub at: u64,
}

/// What was recorded, each kind in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// Who stole from whom.
    pub steals: Vec<Steal>,
    /// Who slept.
    pub parks: Vec<Park>,
    /// Who was woken.
    pub wakes: Vec<Wake>,
}

const FORMS: [(&str, &str); 5] = [
    ("task", "task NAME START END"),
    ("run", "run NAME WORKER START END"),
    ("steal", "steal THIEF VICTIM COUNT AT"),
    ("park", "park WORKER START END"),
    ("wake", "wake WORKER BY AT"),
];

impl Trace {
    /// Reads the text of a trace.
    ///
    /// # Errors
    ///
    /// Names the first line that is no event, or that does not fit its task.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut trace = Self::default();
        let mut known = HashMap::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let words: Vec<&str> = line.split_whitespace().collect();
            trace
                .line(&words, &mut known)
                .map_err(|message| format!("line {}: {message}", index + 1))?;
        }
        if trace.tasks.is_empty() {
            return Err("expected a line `task NAME START END`, found none".to_string());
        }
        Ok(trace)
    }

    /// Where the last event ends.
    #[must_use]
    pub fn end(&self) -> u64 {
        let tasks = self.tasks.iter().map(|task| task.lifetime.end);
        let steals = self.steals.iter().map(|steal| steal.at);
        let parks = self.parks.iter().map(|park| park.span.end);
        let wakes = self.wakes.iter().map(|wake| wake.at);
        tasks
            .chain(steals)
            .chain(parks)
            .chain(wakes)
            .max()
            .unwrap_or(0)
    }

    /// The cores that execute something, in order.
    #[must_use]
    pub fn cores(&self) -> Vec<usize> {
        sorted(self.runs().map(|(_, run)| run.core).collect())
    }

    /// The workers that do anything at all, in order.
    #[must_use]
    pub fn workers(&self) -> Vec<usize> {
        let mut all = self.cores();
        all.extend(
            self.steals
                .iter()
                .flat_map(|steal| [steal.thief, steal.victim]),
        );
        all.extend(self.parks.iter().map(|park| park.worker));
        all.extend(
            self.wakes
                .iter()
                .flat_map(|wake| [Some(wake.worker), wake.by])
                .flatten(),
        );
        sorted(all)
    }

    /// Every stretch of work with its task.
    pub fn runs(&self) -> impl Iterator<Item = (&Task, &Execution)> {
        self.tasks
            .iter()
            .flat_map(|task| task.executions.iter().map(move |run| (task, run)))
    }

    /// Whether it tells what a scheduler did, and not only what ran.
    #[must_use]
    pub fn tells_of_a_scheduler(&self) -> bool {
        !(self.steals.is_empty() && self.parks.is_empty() && self.wakes.is_empty())
    }

    fn line<'text>(
        &mut self,
        words: &[&'text str],
        known: &mut HashMap<&'text str, usize>,
    ) -> Result<(), String> {
        match *words {
            [] => {}
            ["task", name, start, end] => {
                let lifetime = span(start, end)?;
                if known.insert(name, self.tasks.len()).is_some() {
                    return Err(format!("a second task called {name}"));
                }
                self.tasks.push(Task {
                    name: name.to_string(),
                    lifetime,
                    executions: Vec::new(),
                });
            }
            ["run", name, core, start, end] => {
                let task = known
                    .get(name)
                    .map(|index| &mut self.tasks[*index])
                    .ok_or_else(|| format!("no line `task {name} …` stands before it"))?;
                let span = span(start, end)?;
                if span.start < task.lifetime.start || span.end > task.lifetime.end {
                    return Err(format!("{name} runs outside its lifetime"));
                }
                task.executions.push(Execution {
                    core: number("a worker's number", core)?,
                    span,
                });
            }
            ["steal", thief, victim, count, at] => {
                let steal = Steal {
                    thief: number("a worker's number", thief)?,
                    victim: number("a worker's number", victim)?,
                    count: number("how many tasks", count)?,
                    at: time(at)?,
                };
                if steal.thief == steal.victim {
                    return Err(format!("worker {thief} steals from itself"));
                }
                self.steals.push(steal);
            }
            ["park", worker, start, end] => self.parks.push(Park {
                worker: number("a worker's number", worker)?,
                span: span(start, end)?,
            }),
            ["wake", worker, by, at] => self.wakes.push(Wake {
                worker: number("a worker's number", worker)?,
                by: match by {
                    "-" => None,
                    by => Some(number("a worker's number or `-`", by)?),
                },
                at: time(at)?,
            }),
            [first, ..] => {
                let found = words.join(" ");
                let form = FORMS.iter().find(|form| form.0 == first);
                return Err(match form {
                    Some((_, form)) => format!("expected `{form}`, found `{found}`"),
                    None => format!(
                        "expected a line that begins with task, run, steal, park or wake, found `{found}`"
                    ),
                });
            }
        }
        Ok(())
    }
}

/// `12345` nanoseconds are `12.345` microseconds.
#[must_use]
pub fn micros(time: u64) -> String {
    decimal(time, 1_000)
}

/// `1500` in thousands is `1.5`.
fn decimal(time: u64, divisor: u64) -> String {
    let fraction = time % divisor * 1_000 / divisor;
    let text = format!("{}.{fraction:03}", time / divisor);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

fn sorted(mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

fn number(what: &str, text: &str) -> Result<usize, String> {
    text.parse()
        .map_err(|_| format!("expected {what}, found `{text}`"))
}

/// Microseconds, perhaps with decimals, in nanoseconds. What is finer than that is cut off.
fn time(text: &str) -> Result<u64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let nanos: String = fraction.chars().chain("00".chars()).take(3).collect();
    (digits(whole) && digits(fraction))
        .then(|| whole.parse::<u64>().ok()?.checked_mul(1_000))
        .flatten()
        .and_then(|whole| whole.checked_add(nanos.parse().ok()?))
        .ok_or_else(|| format!("expected microseconds, found `{text}`"))
}

fn span(start: &str, end: &str) -> Result<Span, String> {
    let span = Span {
        start: time(start)?,
        end: time(end)?,
    };
    if span.end < span.start {
        return Err(format!("the span {start} {end} ends before it starts"));
    }
    Ok(span)
}
