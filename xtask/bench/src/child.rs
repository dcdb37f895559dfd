//! Contenders that live in a process of their own.
//!
//! The process stays alive between its runs, so that they interleave with ours. It speaks lines:
//!
//! | we write | it answers |
//! |---|---|
//! | `prepare sum workers=2 size=1000 seed=2026` | `ready` once its data is in memory |
//! | `run` | `sample <value> <checksum>`: the metric's base unit, and 16 hexadecimal digits |
//!
//! Instead of either it may answer `wrong <what>` or `error <what happened>`. It ends when its input ends.

use std::io::{BufRead, BufReader, Write};
use std::process::{self, Command, Stdio};

use crate::race::{Problem, Sample};

/// A child process that speaks the protocol. Dropping it ends the process.
pub struct Child {
    name: String,
    process: process::Child,
    /// `None` only while it is dropped.
    input: Option<process::ChildStdin>,
    output: BufReader<process::ChildStdout>,
}

impl Child {
    /// Starts the process and sends the line `prepare <parameters>`.
    ///
    /// # Errors
    /// When the process cannot start or does not answer `ready`.
    pub fn start(name: &str, command: &mut Command, parameters: &str) -> Result<Child, Problem> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Problem::Failed(format!("{name} did not start: {error}")))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            unreachable!("both were asked to be pipes");
        };
        let mut child = Child {
            name: name.to_owned(),
            process,
            input: Some(input),
            output: BufReader::new(output),
        };
        match child.ask(&format!("prepare {parameters}"))?.as_str() {
            "ready" => Ok(child),
            other => Err(child.unexpected("ready", other)),
        }
    }

    /// One run.
    ///
    /// # Errors
    /// When the process reports a problem, ends, or says something else.
    pub fn run(&mut self) -> Result<Sample, Problem> {
        let answer = self.ask("run")?;
        parse_sample(&answer).ok_or_else(|| self.unexpected("sample <value> <checksum>", &answer))
    }

    fn ask(&mut self, line: &str) -> Result<String, Problem> {
        let mut answer = String::new();
        if let Some(input) = &mut self.input {
            // If it has ended, its last words tell more than the failed write.
            let _ = writeln!(input, "{line}").and_then(|()| input.flush());
        }
        if !matches!(self.output.read_line(&mut answer), Ok(1..)) {
            let status = self.process.wait();
            let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
            return Err(Problem::Failed(format!(
                "{} ended ({status}) instead of answering `{line}`",
                self.name
            )));
        }
        let answer = answer.trim_end();
        if let Some(what) = answer.strip_prefix("wrong ") {
            Err(Problem::Wrong(what.to_owned()))
        } else if let Some(what) = answer.strip_prefix("error ") {
            Err(Problem::Failed(what.to_owned()))
        } else {
            Ok(answer.to_owned())
        }
    }

    fn unexpected(&self, expected: &str, got: &str) -> Problem {
        Problem::Failed(format!(
            "{} answered `{got}`, expected `{expected}`",
            self.name
        ))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // A well-behaved child ends with its input. One that does not may not outlive the bench.
        drop(self.input.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads `sample 0.0213 00000000075bcd15`.
fn parse_sample(line: &str) -> Option<Sample> {
    let mut words = line.split_whitespace();
    let (Some("sample"), Some(value), Some(checksum), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return None;
    };
    let value: f64 = value.parse().ok()?;
    let checksum = u64::from_str_radix(checksum, 16).ok()?;
    (value.is_finite() && value > 0.0).then_some(Sample { value, checksum })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_a_positive_value_and_a_hexadecimal_checksum() {
        let sample = parse_sample("sample 0.25 00000000000000ff").unwrap();
        assert_eq!((sample.value, sample.checksum), (0.25, 255));
        for line in [
            "sample 0 ff",
            "sample NaN ff",
            "sample 1",
            "sample 1 xyz",
            "ready",
            "sample 1 f f",
        ] {
            assert!(parse_sample(line).is_none(), "{line}");
        }
    }
}
