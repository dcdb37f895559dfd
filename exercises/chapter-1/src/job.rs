//! Jobs, the clock that they share, and the record of a run. This file is given: no step asks you to change it.
//!
//! A job is work that is done in pieces. A loop *executes* one piece at a time, and each piece says how the job goes
//! on. Between two pieces the job is in progress, and nobody executes it.
//!
//! Time is virtual: it passes when somebody advances the clock, and never otherwise. So a run that takes three
//! minutes on this clock is over at once, and comes out the same every time.

use std::{cell::Cell, fmt, fmt::Write as _, time::Duration};

/// How a job goes on after a piece of it was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do, and the others may go first.
    Yield,
    /// There is more to do, but not before this time has passed.
    Sleep(Duration),
    /// There is nothing left to do. The job must not be executed again.
    Done,
}

/// A virtual clock. It shows the time since it was made.
#[derive(Debug, Default)]
pub struct Clock {
    now: Cell<Duration>,
}

impl Clock {
    /// A clock that shows zero.
    #[must_use]
    pub fn new() -> Clock {
        Clock::default()
    }

    #[must_use]
    pub fn now(&self) -> Duration {
        self.now.get()
    }

    /// Lets `time` pass. A job that computes calls this, and so does a loop that waits.
    pub fn advance(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }

    /// Lets time pass until the clock shows `instant`. Does nothing where it shows more: no clock goes back.
    pub fn advance_to(&self, instant: Duration) {
        self.now.set(self.now.get().max(instant));
    }
}

/// The code of a job: does one piece of the work, and says how the job goes on.
type Body = Box<dyn FnMut(&Clock) -> Step>;

/// A job with a name.
pub struct Job {
    name: String,
    body: Body,
}

impl Job {
    /// Nothing of the job is executed yet.
    pub fn new(name: impl Into<String>, body: impl FnMut(&Clock) -> Step + 'static) -> Job {
        Job {
            name: name.into(),
            body: Box::new(body),
        }
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// One piece of a job: from when to when it was executed, and how the job went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    pub job: String,
    pub start: Duration,
    pub end: Duration,
    pub step: Step,
}

/// What one thread executed, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    pub executions: Vec<Execution>,
}

impl Record {
    /// A record in which nothing is executed yet.
    #[must_use]
    pub fn new() -> Record {
        Record::default()
    }

    /// Executes the next piece of `job`, writes down when, and says how the job goes on.
    pub fn execute(&mut self, job: &mut Job, clock: &Clock) -> Step {
        let start = clock.now();
        let step = (job.body)(clock);
        self.executions.push(Execution {
            job: job.name.clone(),
            start,
            end: clock.now(),
            step,
        });
        step
    }

    /// The run as a trace, in the format of chapter 3. Every job is in progress from the start of the run.
    #[must_use]
    pub fn trace(&self) -> String {
        let began = self.executions.first().map_or(Duration::ZERO, |e| e.start);
        let mut names: Vec<&str> = Vec::new();
        for execution in &self.executions {
            if !names.contains(&execution.job.as_str()) {
                names.push(&execution.job);
            }
        }
        let mut text = String::new();
        for name in names {
            let of_job = || self.executions.iter().filter(|e| e.job == name);
            let ended = of_job().next_back().map_or(began, |e| e.end);
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "task {name} {} {}",
                began.as_micros(),
                ended.as_micros()
            );
            for execution in of_job() {
                let (start, end) = (execution.start.as_micros(), execution.end.as_micros());
                let _ = writeln!(text, "run {name} 0 {start} {end}");
            }
        }
        text
    }
}
