//! The report as a picture, for the book.
//!
//! The SVG is made to stand *inside* a page: its colours are the theme's variables, with fallbacks that reach a contrast
//! of 3:1 on white and on a dark page alike. It also works as a file. A screen reader gets the figures in words.

use std::fmt::Write as _;

use crate::json::Run;
use crate::race::{Entry, Kind, Report};
use crate::stats::Summary;
use crate::terminal;

/// The fallback colours: reader, reference, peer.
pub const FALLBACKS: [&str; 3] = ["#c2571a", "#0e7c86", "#7b7f87"];

/// The picture is as wide as a phone, so that its text stays readable there.
const WIDTH: f64 = 400.0;
/// The height of a contender: a line of text, a bar, the line of its spread, space.
const STEP: f64 = 38.0;
/// Where a bar that is too long is cut, and what follows the gap.
const GAP: f64 = 6.0;
const REST: f64 = 24.0;

/// The picture of a run.
#[must_use]
pub fn document(run: &Run) -> String {
    let mut body = String::new();
    let mut y = 4.0;
    for report in &run.reports {
        y = row(&mut body, report, y);
    }
    let mut notes = vec![
        "In brackets: times the reference.",
        "The line under a bar: the middle half of the rounds.",
    ];
    if run.reports.iter().any(is_cut) {
        notes.push("A bar with a gap is cut: it is many times longer.");
    }
    if run.quick {
        notes.push("Quick run: small sizes, no measurement.");
    }
    for note in notes {
        text(&mut body, 0.0, y, "bench-note", note);
        y += 16.0;
    }
    let id = format!("bench-{}", run.chapter);
    let [reader, reference, peer] = FALLBACKS;
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="bench-plot" role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {WIDTH} {y:.0}" width="{WIDTH}" height="{y:.0}" style="width:100%;max-width:34rem;height:auto">
<title id="{id}-title">{}</title>
<desc id="{id}-desc">{}</desc>
<style>
.bench-plot {{ color: var(--fg, #1f2328); font: 14px var(--plot-font, system-ui, sans-serif); }}
.bench-plot text {{ fill: currentColor; }}
.bench-plot .bench-title {{ font-weight: 700; }}
.bench-plot .bench-note {{ font-size: 12px; }}
.bench-plot .bench-value {{ text-anchor: end; }}
.bench-plot .bench-spread {{ stroke: currentColor; stroke-width: 2; }}
.bench-plot .bench-reader {{ fill: var(--plot-reader, {reader}); }}
.bench-plot .bench-reference {{ fill: var(--plot-reference, {reference}); }}
.bench-plot .bench-peer {{ fill: var(--plot-peer, {peer}); }}
@media (prefers-color-scheme: dark) {{ .bench-plot {{ color: var(--fg, #e6edf3); }} }}
</style>
{body}</svg>
"#,
        escape(&title(run)),
        escape(&description(run)),
    );
    out
}

fn title(run: &Run) -> String {
    let quick = if run.quick { " (quick run)" } else { "" };
    format!("Benchmarks of {}{quick}", run.chapter)
}

/// The figures in words, a sentence a contender.
fn description(run: &Run) -> String {
    let mut words = format!("Measured on {}, {}.", run.machine.line(), run.date);
    for report in &run.reports {
        let _ = write!(
            words,
            " {}; {}, median of {}, {}:",
            terminal::heading(report),
            report.metric.name,
            terminal::rounds(report.rounds),
            report.metric.direction()
        );
        let figures: Vec<String> = bars(report)
            .map(|(entry, summary)| {
                let value = report.metric.format(summary.median);
                format!("{} {value}{}", entry.name, ratio(report, entry))
            })
            .collect();
        let _ = write!(words, " {}.", figures.join("; "));
    }
    words
}

/// Draws a row from `top` on, and returns where it ends.
fn row(out: &mut String, report: &Report, top: f64) -> f64 {
    let workers = if report.workers == 1 {
        "worker"
    } else {
        "workers"
    };
    let heading = format!("{}, {} {workers}", report.title, report.workers);
    let mut y = top + 16.0;
    text(out, 0.0, y, "bench-title", &heading);
    y += 17.0;
    let note = format!(
        "{}; median {} of {}, {}",
        report.size,
        report.metric.name,
        terminal::rounds(report.rounds),
        report.metric.direction()
    );
    text(out, 0.0, y, "bench-note", &note);
    let reach = report.reach();
    let scale = |value: f64| (value / reach * WIDTH).min(WIDTH);
    y += 6.0;
    for (entry, summary) in bars(report) {
        let class = match entry.kind {
            Kind::Reader => "bench-reader",
            Kind::Reference => "bench-reference",
            Kind::Peer => "bench-peer",
        };
        let value = format!(
            "{}{}",
            report.metric.format(summary.median),
            // The word is in a note: names may be long.
            ratio(report, entry).replace(" × reference", "×")
        );
        text(out, 0.0, y + 15.0, "bench-name", &entry.name);
        text(out, WIDTH, y + 15.0, "bench-value", &value);
        let width = scale(summary.median).max(1.0);
        let bar = |out: &mut String, x: f64, width: f64| {
            let _ = writeln!(
                out,
                r#"<rect class="{class}" x="{x:.0}" y="{:.0}" width="{width:.1}" height="9"/>"#,
                y + 20.0
            );
        };
        if summary.median > reach {
            // It is longer than the picture: the gap says so.
            bar(out, 0.0, WIDTH - GAP - REST);
            bar(out, WIDTH - REST, REST);
            y += STEP;
            continue;
        }
        bar(out, 0.0, width);
        let _ = writeln!(
            out,
            r#"<line class="bench-spread" x1="{:.1}" x2="{:.1}" y1="{2:.0}" y2="{2:.0}"/>"#,
            scale(summary.q1),
            scale(summary.q3).max(scale(summary.q1) + 1.0),
            y + 32.0
        );
        y += STEP;
    }
    y + 18.0
}

fn is_cut(report: &Report) -> bool {
    let reach = report.reach();
    bars(report).any(|(_, summary)| summary.median > reach)
}

fn bars(report: &Report) -> impl Iterator<Item = (&Entry, Summary)> {
    let summed = |entry| Some((entry, Entry::summary(entry)?));
    report.entries.iter().filter_map(summed)
}

/// ` (0.98 x reference)`, except for the reference itself.
fn ratio(report: &Report, entry: &Entry) -> String {
    let against = report.reference().filter(|_| entry.kind != Kind::Reference);
    against
        .and_then(|reference| report.ratio(entry, reference))
        .map(|ratio| format!(" ({:.2} × reference)", ratio.median))
        .unwrap_or_default()
}

fn text(out: &mut String, x: f64, y: f64, class: &str, words: &str) {
    let _ = writeln!(
        out,
        r#"<text class="{class}" x="{x:.0}" y="{y:.0}">{}</text>"#,
        escape(words)
    );
}

fn escape(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of `#rrggbb`, as WCAG 2.2 defines it.
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn bars_reach_a_contrast_of_three_on_light_and_dark_pages() {
        for colour in FALLBACKS {
            for page in ["#ffffff", "#161923", "#0d1117"] {
                let contrast = contrast(colour, page);
                assert!(contrast >= 3.0, "{colour} on {page}: {contrast:.2}");
            }
        }
        assert!(contrast("#1f2328", "#ffffff") >= 4.5);
        assert!(contrast("#e6edf3", "#161923") >= 4.5);
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("Vec<u8> & co"), "Vec&lt;u8&gt; &amp; co");
    }
}
