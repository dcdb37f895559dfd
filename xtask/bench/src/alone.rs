//! Contenders in a process of their own.
//!
//! Whoever has run in a process before changes what the next one finds: a heap in pieces, threads that are still there,
//! memory that was given back and has to be fetched again. On a race of a million allocations that was measured to make the
//! same code up to twice as slow as itself. So each contender of such a race is this program once more, started with
//! another first word. It speaks the protocol of [`crate::child`], as the Go programs do:
//!
//! `prepare yield workers=2 size=- quick=false who=Tokio`

use std::env;
use std::io::{self, BufRead, Write};
use std::num::NonZeroUsize;
use std::process::{self, Command};
use std::sync::mpsc;
use std::thread;

use crate::child::Child;
use crate::go::Toolchain;
use crate::race::{Contender, Problem, ReaderSteps, Row, Run, Sample, Setup};

/// The first word with which this program is a contender.
pub const ALONE: &str = "alone";

/// How long a contender's process lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// From the warm-up to the last round.
    AllRounds,
    /// One run: what an earlier one has left in memory is gone.
    OneRun,
}

impl Lasting {
    /// Runs a process that `start` starts.
    pub fn run(
        self,
        mut start: impl FnMut() -> Result<Child, Problem>,
    ) -> impl FnMut() -> Result<Sample, Problem> {
        let mut running = None;
        move || {
            // Started in the warm-up, so that its data is in memory before the first round.
            let mut child = match running.take() {
                Some(child) => child,
                None => start()?,
            };
            let sample = child.run();
            running = (self == Lasting::AllRounds).then_some(child);
            sample
        }
    }
}

/// The run of a contender: in a process that prepares the same row and picks it by its name.
pub(crate) fn run(setup: &Setup, row: &str, name: &str, lasting: Lasting) -> Run {
    let chapter = setup.go.chapter().to_owned();
    let request = Request {
        row: row.to_owned(),
        workers: setup.workers,
        size: setup.size,
        quick: setup.quick,
        who: name.to_owned(),
    };
    Box::new(lasting.run(move || {
        let mut command = Command::new(env::current_exe().unwrap_or_default());
        command.args([ALONE, &chapter]);
        if lasting == Lasting::AllRounds {
            // glibc's allocator: what a round frees stays with the process, as it does in Go. Else it goes back to the
            // system or not, as the last free block happens to lie, and a third of the next round fetches it again.
            command.env("MALLOC_TRIM_THRESHOLD_", "17179869184");
        }
        Child::start(&request.who, &mut command, &request.line())
    }))
}

/// What a `prepare` line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    row: String,
    workers: NonZeroUsize,
    size: Option<usize>,
    quick: bool,
    who: String,
}

impl Request {
    fn line(&self) -> String {
        let Request {
            row,
            workers,
            quick,
            who,
            ..
        } = self;
        let size = self.size.map_or("-".to_owned(), |size| size.to_string());
        format!("{row} workers={workers} size={size} quick={quick} who={who}")
    }

    fn parse(line: &str) -> Option<Request> {
        let (words, who) = line.split_once(" who=")?;
        let mut words = words.split_whitespace();
        let row = words.next()?.to_owned();
        let workers = words.next()?.strip_prefix("workers=")?.parse().ok()?;
        let size = match words.next()?.strip_prefix("size=")? {
            "-" => None,
            number => Some(number.parse().ok()?),
        };
        let quick = words.next()?.strip_prefix("quick=")?.parse().ok()?;
        let who = who.to_owned();
        Some(Request {
            row,
            workers,
            size,
            quick,
            who,
        })
    }

    fn contender(&self, rows: &[Row]) -> Option<Contender> {
        let row = rows.iter().find(|row| row.id == self.row)?;
        let setup = Setup {
            workers: self.workers,
            quick: self.quick,
            size: self.size,
            reader: &ReaderSteps::All,
            go: &Toolchain::none(),
            alone: true,
        };
        let mut contenders = (row.prepare)(&setup).contenders.into_iter();
        contenders.find(|contender| contender.name() == self.who)
    }
}

/// Answers lines with one of the contenders of these rows, until the input ends.
///
/// # Errors
/// When nobody reads the answers.
pub fn answer(rows: &[Row]) -> io::Result<()> {
    let mut contender = None;
    for line in lines() {
        let reply = if let Some(parameters) = line.strip_prefix("prepare ") {
            contender = Request::parse(parameters).and_then(|request| request.contender(rows));
            match contender {
                Some(_) => "ready".to_owned(),
                None => format!("error nobody here answers to `{parameters}`"),
            }
        } else if let (Some(contender), "run") = (&mut contender, line.as_str()) {
            match contender.run() {
                Ok(Sample { value, checksum }) => format!("sample {value:.9} {checksum:016x}"),
                Err(Problem::Wrong(what)) => format!("wrong {what}"),
                Err(Problem::Failed(how)) => format!("error {how}"),
            }
        } else {
            format!("error cannot answer `{line}` here")
        };
        writeln!(io::stdout(), "{reply}")?;
    }
    Ok(())
}

/// The lines of the input. The process ends with it, even in the middle of a run that never would.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
        process::exit(0);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_survives_its_line() {
        for (size, who) in [(None, "reference"), (Some(1000), "Tokio + kanal")] {
            let request = Request {
                row: "memory".to_owned(),
                workers: NonZeroUsize::MIN,
                size,
                quick: true,
                who: who.to_owned(),
            };
            assert_eq!(Request::parse(&request.line()), Some(request));
        }
        assert_eq!(
            Request::parse("memory workers=0 size=1 quick=true who=x"),
            None
        );
        assert_eq!(Request::parse("memory"), None);
    }
}
