//! The primer's table with this machine's numbers, the eight measurements, and JSON.

use std::fmt::Write as _;

use machine::Machine;

use crate::measure::{Cell, Plan};
use crate::words::{self, GAIN, gain, milliseconds};
use crate::work::Kind;

/// Columns of a terminal that the tables stay within.
const WIDTH: usize = 100;

/// What was measured, and where.
pub struct Report {
    /// Small sizes and one round.
    pub quick: bool,
    /// How much.
    pub plan: Plan,
    /// The eight measurements.
    pub cells: Vec<Cell>,
    /// Where.
    pub machine: Machine,
    /// When.
    pub date: String,
}

/// The text for a terminal.
#[must_use]
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    line(&mut out, &report.machine.line());
    if report.quick {
        line(
            &mut out,
            "QUICK RUN: short tasks and a single round. It shows that the lab works; take its figures lightly.",
        );
    }
    line(
        &mut out,
        &format!(
            "Here n, the workers, is {}, and m, the tasks, is {}{}.",
            report.plan.workers,
            report.plan.tasks,
            if report.quick {
                let full = Plan::new(report.plan.workers, false);
                format!("; in a full run m is {}", full.tasks)
            } else {
                String::new()
            }
        ),
    );
    out.push('\n');
    primer(&mut out, report);
    out.push('\n');
    measurements(&mut out, report);
    out.push('\n');
    line(&mut out, "What they show, here and today:");
    let sentences = words::sentences(report.plan, &report.cells);
    for (cell, sentence) in report.cells.iter().zip(sentences) {
        let text = format!("{}: {sentence}", name(cell));
        for (index, part) in wrap(&text, WIDTH - 4).iter().enumerate() {
            let lead = if index == 0 { "  - " } else { "    " };
            line(&mut out, &format!("{lead}{part}"));
        }
    }
    out
}

/// The primer's table: its rows, and in the third column what this machine did.
fn primer(out: &mut String, report: &Report) {
    let header = ["Concept", "Meaning", "Example, measured here"].map(str::to_owned);
    let mut rows = vec![header];
    if let Some(cell) = find(report, Kind::Io, 1) {
        rows.push([
            "Concurrency".to_owned(),
            "Managing multiple tasks, potentially interleaved.".to_owned(),
            format!(
                "{} tasks of {} network requests each, on one thread: {} in progress together, never more than {} \
                 executing. All done in {}, {:.2} x the time of one task.",
                cell.tasks,
                report.plan.requests,
                cell.in_progress,
                cell.executing,
                milliseconds(cell.elapsed.as_secs_f64()),
                cell.ratio
            ),
        ]);
    }
    let (one, many) = (
        find(report, Kind::Cpu, 1),
        find(report, Kind::Cpu, report.plan.workers),
    );
    if let (Some(one), Some(many)) = (one, many) {
        rows.push([
            "Parallelism".to_owned(),
            "Performing multiple tasks simultaneously on multiple cores.".to_owned(),
            format!(
                "{} computations on {} threads: up to {} executing together. Done in {} instead of {} on one \
                 thread, {:.2} times as fast.{}",
                many.tasks,
                many.workers,
                many.executing,
                milliseconds(many.elapsed.as_secs_f64()),
                milliseconds(one.elapsed.as_secs_f64()),
                gain(many, &report.cells),
                advice(gain(many, &report.cells))
            ),
        ]);
    }
    let widths = [11, 27, WIDTH - 11 - 27 - 10];
    for (index, row) in rows.iter().enumerate() {
        let columns: Vec<Vec<String>> = row
            .iter()
            .zip(widths)
            .map(|(text, width)| wrap(text, width))
            .collect();
        let height = columns.iter().map(Vec::len).max().unwrap_or(0);
        for at in 0..height {
            let cells: Vec<String> = columns
                .iter()
                .zip(widths)
                .map(|(lines, width)| {
                    format!("{:width$}", lines.get(at).map_or("", String::as_str))
                })
                .collect();
            line(out, &format!("| {} |", cells.join(" | ")));
        }
        if index + 1 < rows.len() {
            line(
                out,
                &format!("|{}|", widths.map(|width| "-".repeat(width + 2)).join("|")),
            );
        }
    }
}

/// What to do about a parallel run that was hardly faster.
fn advice(gain: f64) -> &'static str {
    if gain < 1.1 {
        " This run shows no gain; close other programs and run again."
    } else if gain < GAIN {
        " This run shows little gain; close other programs and run again."
    } else {
        ""
    }
}

fn measurements(out: &mut String, report: &Report) {
    let plan = report.plan;
    let (plural, warm) = if plan.rounds == 1 {
        ("", "")
    } else {
        ("s", "Medians, ")
    };
    line(
        out,
        &format!(
            "{warm}{} round{plural} after a warm-up. The ratio is to one task of the kind on one worker, in the same round.",
            plan.rounds
        ),
    );
    // One round has no spread to show.
    let spread = |text: String| {
        if plan.rounds == 1 {
            String::new()
        } else {
            format!("  {text:>14}")
        }
    };
    line(
        out,
        &format!(
            "  {:<9}  {:>5}  {:>7}  {:>9}  {:>6}{}  {:>16}  {:>14}",
            "",
            "tasks",
            "workers",
            "time",
            "ratio",
            spread("min to max".to_owned()),
            "in progress, max",
            "executing, max"
        ),
    );
    for cell in &report.cells {
        line(
            out,
            &format!(
                "  {:<9}  {:>5}  {:>7}  {:>9}  {:>6.2}{}  {:>16}  {:>14}",
                kind(cell.kind),
                cell.tasks,
                cell.workers,
                milliseconds(cell.elapsed.as_secs_f64()),
                cell.ratio,
                spread(format!("{:.2} to {:.2}", cell.spread.0, cell.spread.1)),
                cell.in_progress,
                cell.executing
            ),
        );
    }
}

/// `16 I/O-bound tasks, 1 worker`.
fn name(cell: &Cell) -> String {
    let plural = |count: usize, noun: &str| format!("{noun}{}", if count == 1 { "" } else { "s" });
    format!(
        "{} {} {}, {} {}, {:.2} x",
        cell.tasks,
        kind(cell.kind),
        plural(cell.tasks, "task"),
        cell.workers,
        plural(cell.workers, "worker"),
        cell.ratio
    )
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Io => "I/O-bound",
        Kind::Cpu => "CPU-bound",
    }
}

fn find(report: &Report, kind: Kind, workers: usize) -> Option<&Cell> {
    let many = |cell: &&Cell| cell.kind == kind && cell.tasks > 1 && cell.workers == workers;
    report.cells.iter().find(many)
}

/// Breaks a text at spaces into lines of at most `width` characters; a longer word stands alone.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The report as JSON. Times are in seconds.
#[must_use]
pub fn json(report: &Report) -> String {
    let machine = &report.machine;
    let plan = report.plan;
    let sentences = words::sentences(plan, &report.cells);
    let cells: Vec<String> = report
        .cells
        .iter()
        .zip(&sentences)
        .map(|(cell, sentence)| {
            format!(
                "    {{\"kind\": {}, \"tasks\": {}, \"workers\": {}, \"seconds\": {:.6}, \"ratio\": {:.4}, \
                 \"ratio_min\": {:.4}, \"ratio_max\": {:.4}, \"executed_seconds\": {:.6}, \"in_progress_max\": {}, \
                 \"executing_max\": {}, \"shows\": {}}}",
                quoted(kind(cell.kind)),
                cell.tasks,
                cell.workers,
                cell.elapsed.as_secs_f64(),
                cell.ratio,
                cell.spread.0,
                cell.spread.1,
                cell.executed.as_secs_f64(),
                cell.in_progress,
                cell.executing,
                quoted(sentence)
            )
        })
        .collect();
    let mut out = String::new();
    line(&mut out, "{");
    line(&mut out, "  \"schema\": 1,");
    line(&mut out, "  \"chapter\": \"chapter-3\",");
    line(&mut out, &format!("  \"quick\": {},", report.quick));
    line(&mut out, &format!("  \"rounds\": {},", plan.rounds));
    line(&mut out, &format!("  \"date\": {},", quoted(&report.date)));
    line(
        &mut out,
        &format!(
            "  \"machine\": {{\"cpu\": {}, \"cores\": {}, \"os\": {}, \"arch\": {}, \"rustc\": {}}},",
            quoted(&machine.cpu),
            machine.cores,
            quoted(&machine.os),
            quoted(machine.arch),
            quoted(machine.rustc)
        ),
    );
    line(&mut out, "  \"measurements\": [");
    line(&mut out, &cells.join(",\n"));
    line(&mut out, "  ]");
    line(&mut out, "}");
    out
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_without_gain_asks_for_another() {
        assert!(advice(0.95).contains("no gain; close other programs"));
        assert!(advice(1.2).contains("little gain"));
        assert_eq!(advice(1.9), "");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 4), ["unbreakable", "x"]);
        assert!(wrap("", 4).is_empty());
    }

    #[test]
    fn json_strings_are_escaped() {
        assert_eq!(quoted("a \"b\" \\ \n"), "\"a \\\"b\\\" \\\\ \\u000a\"");
    }
}
