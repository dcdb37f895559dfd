//! The report as JSON, for the book and for other programs.
//!
//! Values are in the metric's base unit, ratios are quotients of the same round. `contenders[].to_reference` is
//! contender over reference, `contenders[].reference_to_it` the other way round.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::race::{Entry, Kind, Outcome, Report};
use crate::stats::Summary;

/// What the whole run shares.
pub struct Run {
    /// The chapter's id.
    pub chapter: String,
    /// Small sizes and few rounds.
    pub quick: bool,
    /// The command that repeats the run.
    pub command: String,
    /// The day, `2026-01-31`.
    pub date: String,
    /// Where it ran.
    pub machine: machine::Machine,
    /// Go's version, or why there is none.
    pub go: Result<String, String>,
    /// The rows.
    pub reports: Vec<Report>,
}

impl Run {
    /// Whether every contender that took part was right.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.reports.iter().all(Report::ok)
    }
}

/// The whole document.
#[must_use]
pub fn document(run: &Run) -> Value {
    json!({
        "schema": 1,
        "chapter": run.chapter,
        "quick": run.quick,
        "ok": run.ok(),
        "command": run.command,
        "date": run.date,
        "machine": {
            "cpu": run.machine.cpu,
            "cores": run.machine.cores,
            "os": run.machine.os,
            "arch": run.machine.arch,
            "memory_bytes": run.machine.memory,
            "rustc": run.machine.rustc,
            "go": run.go.as_ref().ok(),
        },
        "crates": crates(include_str!("../Cargo.lock")),
        "rows": run.reports.iter().map(row).collect::<Vec<_>>(),
    })
}

fn row(report: &Report) -> Value {
    json!({
        "id": report.id,
        "title": report.title,
        "size": report.size,
        "workers": report.workers,
        "rounds": report.rounds,
        "metric": {
            "name": report.metric.name,
            "unit": report.metric.unit.name(),
            "better": report.metric.better.name(),
        },
        "reference": report.reference().map(|entry| entry.name.as_str()),
        "rival": report.rival,
        "contenders": report.entries.iter().map(|entry| contender(report, entry)).collect::<Vec<_>>(),
    })
}

fn contender(report: &Report, entry: &Entry) -> Value {
    let (status, reason) = match &entry.outcome {
        Outcome::Ran => ("ran", None),
        Outcome::Skipped(why) => ("skipped", Some(why)),
        Outcome::Wrong(what) => ("wrong", Some(what)),
        Outcome::Failed(how) => ("failed", Some(how)),
    };
    let reference = report.reference();
    json!({
        "name": entry.name,
        "detail": entry.detail,
        "kind": match entry.kind {
            Kind::Reader => "reader",
            Kind::Reference => "reference",
            Kind::Peer => "peer",
        },
        "status": status,
        "reason": reason,
        "samples": entry.samples,
        "summary": entry.summary().map(summary),
        "to_reference": reference.and_then(|it| report.ratio(entry, it)).map(summary),
        "reference_to_it": reference.and_then(|it| report.ratio(it, entry)).map(summary),
    })
}

fn summary(figures: Summary) -> Value {
    json!({
        "min": figures.min,
        "q1": figures.q1,
        "median": figures.median,
        "q3": figures.q3,
        "max": figures.max,
    })
}

/// Name and version of every registry crate in the lock file.
fn crates(lock: &str) -> BTreeMap<&str, &str> {
    lock.split("[[package]]")
        .filter(|package| package.contains("\nsource = \"registry+"))
        .filter_map(|package| Some((field(package, "name")?, field(package, "version")?)))
        .collect()
}

fn field<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    package.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        value.strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_names_the_peers() {
        let crates = crates(include_str!("../Cargo.lock"));
        for name in ["rayon", "tokio", "crossbeam-utils"] {
            assert!(crates.contains_key(name), "{name} in {crates:?}");
        }
        assert!(!crates.contains_key("machine"), "path packages stay out");
    }
}
