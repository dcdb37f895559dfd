//! The report on the terminal: a bar chart, a table of ratios, and a sentence.

use std::env;
use std::fmt::Write as _;

use crate::metric::Better;
use crate::race::{Entry, Kind, Outcome, Report};
use crate::stats::Summary;

/// How the terminal wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colour the bars.
    pub colour: bool,
    /// Draw bars with block characters instead of `#`.
    pub unicode: bool,
}

impl Style {
    /// What the environment asks for. Colour needs a terminal, and `NO_COLOR` (when not empty) forbids it.
    #[must_use]
    pub fn detect(terminal: bool) -> Style {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        // The first of these that is set decides about the character set. None set means the C locale, except on Windows.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let utf8 = locale.map_or(cfg!(any(windows, target_os = "macos")), |name| {
            let name = name.to_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        });
        Style {
            colour: terminal && !dumb && set("NO_COLOR").is_none(),
            unicode: utf8 && !dumb,
        }
    }
}

/// Cells of the longest bar.
const WIDTH: usize = 30;

/// The chart, the table and the sentence of one row.
#[must_use]
pub fn row(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let metric = report.metric;
    line(&mut out, &heading(report));
    line(
        &mut out,
        &format!(
            "{}, median of {}, {}",
            metric.name,
            rounds(report.rounds),
            metric.direction()
        ),
    );
    out.push('\n');
    chart(&mut out, report, style);
    out.push('\n');
    table(&mut out, report);
    for entry in &report.entries {
        let (verdict, why) = match &entry.outcome {
            Outcome::Ran => continue,
            // No fault and nothing missing: the reader has not come so far yet.
            Outcome::Skipped(why) if entry.kind == Kind::Reader => {
                line(&mut out, &format!("  {} {why}", entry.name));
                continue;
            }
            Outcome::Skipped(why) => ("skipped", why),
            Outcome::Wrong(why) => ("WRONG", why),
            Outcome::Failed(why) => ("FAILED", why),
        };
        line(&mut out, &format!("  {verdict}: {}: {why}", entry.name));
    }
    for sentence in sentences(report) {
        line(&mut out, &sentence);
    }
    out
}

/// `Sum of a large slice (sum): 50 million u64, 2 workers`.
#[must_use]
pub fn heading(report: &Report) -> String {
    let workers = if report.workers == 1 {
        "worker"
    } else {
        "workers"
    };
    format!(
        "{} ({}): {}, {} {workers}",
        report.title, report.id, report.size, report.workers
    )
}

/// What a ratio is, for the head of a report.
pub const RATIOS: &str =
    "A ratio is taken round by round, and then the median: it says how two did in the same round.";

/// One sentence for the reference and one for the reader's code: their ratio to the rival.
#[must_use]
pub fn sentences(report: &Report) -> Vec<String> {
    let Some(rival) = report
        .entries
        .iter()
        .find(|entry| entry.name == report.rival && entry.outcome == Outcome::Ran)
    else {
        return Vec::new();
    };
    let ours = |entry: &&Entry| entry.kind != Kind::Peer && entry.outcome == Outcome::Ran;
    report
        .entries
        .iter()
        .filter(ours)
        .filter_map(|entry| {
            let ratio = report.ratio(entry, rival)?;
            let who = match entry.kind {
                Kind::Reader => "Your code",
                _ => "The reference",
            };
            Some(format!(
                "{who} / {}: {:.2} of the {}, {} is better (quartiles {:.2} to {:.2}, {})",
                rival.name,
                ratio.median,
                report.metric.name,
                match report.metric.better {
                    Better::Lower => "below 1",
                    Better::Higher => "above 1",
                },
                ratio.q1,
                ratio.q3,
                rounds(report.rounds)
            ))
        })
        .collect()
}

fn chart(out: &mut String, report: &Report, style: Style) {
    let ran: Vec<(&Entry, Summary)> = report
        .entries
        .iter()
        .filter_map(|entry| Some((entry, entry.summary()?)))
        .collect();
    let longest = ran.iter().map(|(_, s)| s.median).fold(0.0, f64::max);
    let reach = report.reach().min(longest);
    let names = name_width(report);
    for (entry, summary) in ran {
        let mut bar = bar(summary.median / reach, style.unicode);
        if summary.median > reach {
            // It is longer than the chart.
            bar.pop();
            bar.push('>');
        }
        let padding = " ".repeat(WIDTH + 1 - bar.chars().count());
        let bar = if style.colour {
            let colour = match entry.kind {
                Kind::Reader => "\x1b[33m",
                Kind::Reference => "\x1b[36m",
                Kind::Peer => "\x1b[90m",
            };
            format!("{colour}{bar}\x1b[0m")
        } else {
            bar
        };
        line(
            out,
            &format!(
                "  {:names$}  {bar}{padding}{:>9}  {}",
                entry.name,
                report.metric.format(summary.median),
                entry.detail
            ),
        );
    }
}

/// A bar for a fraction of the full width, to an eighth of a cell where the characters allow it.
fn bar(fraction: f64, unicode: bool) -> String {
    // The fraction lies between 0 and 1, so the conversions stay within the width.
    let eighths = (fraction.clamp(0.0, 1.0) * (WIDTH * 8) as f64).round() as usize;
    let eighths = eighths.max(1);
    if unicode {
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8];
        "█".repeat(eighths / 8) + rest
    } else {
        "#".repeat(eighths.div_ceil(8))
    }
}

fn table(out: &mut String, report: &Report) {
    let Some(reference) = report.reference() else {
        return;
    };
    let names = name_width(report);
    line(
        out,
        &format!(
            "  {:names$}  {:>9}  {:>21}  {:>11}  {:>13}  {:>13}",
            "", "median", "min to max", "x reference", "quartiles", "min to max"
        ),
    );
    for entry in &report.entries {
        let (Some(own), Some(ratio)) = (entry.summary(), report.ratio(entry, reference)) else {
            continue;
        };
        let value = |value: f64| report.metric.format(value);
        line(
            out,
            &format!(
                "  {:names$}  {:>9}  {:>21}  {:>11.2}  {:>13}  {:>13}",
                entry.name,
                value(own.median),
                format!("{} to {}", value(own.min), value(own.max)),
                ratio.median,
                format!("{:.2} to {:.2}", ratio.q1, ratio.q3),
                format!("{:.2} to {:.2}", ratio.min, ratio.max),
            ),
        );
    }
}

fn name_width(report: &Report) -> usize {
    let length = |entry: &Entry| entry.name.chars().count();
    report.entries.iter().map(length).max().unwrap_or(0)
}

/// `1 round` or `7 rounds`.
#[must_use]
pub fn rounds(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} round{plural}")
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", text.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_proportional_and_never_empty() {
        assert_eq!(bar(1.0, false), "#".repeat(WIDTH));
        assert_eq!(bar(0.5, false), "#".repeat(WIDTH / 2));
        assert_eq!(bar(0.0, false), "#");
        assert_eq!(bar(1.0, true), "█".repeat(WIDTH));
        assert_eq!(bar(0.5 / WIDTH as f64, true), "▌");
        assert_eq!(bar(0.0, true), "▏");
    }
}
