//! A trace step by step: the picture, every step in words, and the player that leads through them.
//!
//! The list of steps is the text of the picture. It is all there without JavaScript and on paper; with it, the player
//! marks the step, moves a line through the picture and lets what comes later fade.

use super::figure::{self, Rows};
use super::{Steal, Trace, Wake, micros};
use crate::html::escape;

const SCRIPT: &str = include_str!("player.js");

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, in nanoseconds.
    pub at: u64,
    /// What, in words.
    pub words: String,
}

/// Everything that happened in `trace`, in order. At the same time: births, then steals and wake-ups, then work, then sleep.
#[must_use]
pub fn steps(trace: &Trace) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut push = |at, words| steps.push(Step { at, words });
    for task in &trace.tasks {
        push(
            task.lifetime.start,
            format!("goroutine {} begins", task.name),
        );
    }
    for steal in &trace.steals {
        push(steal.at, steals(steal));
    }
    for wake in &trace.wakes {
        push(wake.at, wakes(wake));
    }
    for (task, run) in trace.runs() {
        let ends = if run.span.end == task.lifetime.end {
            ", to its end"
        } else {
            ""
        };
        push(
            run.span.start,
            format!(
                "worker {} runs {} for {} µs{ends}",
                run.core,
                task.name,
                micros(run.span.length())
            ),
        );
    }
    for park in &trace.parks {
        push(
            park.span.start,
            format!(
                "worker {} parks for {} µs",
                park.worker,
                micros(park.span.length())
            ),
        );
    }
    steps.sort_by_key(|step| step.at);
    steps
}

/// A steal in words.
#[must_use]
pub fn steals(steal: &Steal) -> String {
    let goroutines = crate::term::counted(steal.count, "goroutine");
    format!(
        "worker {} steals {goroutines} from worker {}",
        steal.thief, steal.victim
    )
}

/// A wake-up in words.
#[must_use]
pub fn wakes(wake: &Wake) -> String {
    match wake.by {
        Some(by) if by == wake.worker => format!("worker {by} wakes itself"),
        Some(by) => format!("worker {by} wakes worker {}", wake.worker),
        None => format!("a thread from outside wakes worker {}", wake.worker),
    }
}

/// The picture of `trace`, its steps and the player, as one HTML element without a blank line in it.
#[must_use]
pub fn player(trace: &Trace, caption: &str, alt: &str) -> String {
    let picture = figure::draw(trace, Rows::Workers, "worker", caption, alt);
    let paper = figure::draw_for_paper(trace, "worker", caption, alt)
        .map(|picture| format!("<div class=\"gfs-paper\">\n{picture}</div>\n"))
        .unwrap_or_default();
    let place = figure::place(trace);
    let steps = steps(trace);
    let list: String = steps
        .iter()
        .map(|step| {
            format!(
                "<li data-at=\"{}\" data-x=\"{:.1}\"><span>{} µs</span> {}</li>\n",
                step.at,
                place(step.at),
                micros(step.at),
                escape(&step.words)
            )
        })
        .collect();
    let script: Vec<&str> = SCRIPT
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    format!(
        "<figure class=\"gfs-figure gfs-trace\">\n\
         <div class=\"gfs-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"The picture\">\n{picture}</div>\n{paper}\
         <div class=\"gfs-player\" hidden>\n\
         <button type=\"button\" data-go=\"-1\">Back</button>\n\
         <button type=\"button\" data-go=\"1\">Next</button>\n\
         <input type=\"range\" min=\"0\" max=\"{}\" value=\"0\" aria-label=\"Step\">\n\
         <output>Step through it: {} steps.</output>\n</div>\n\
         <ol class=\"gfs-trace-steps\" tabindex=\"0\" aria-label=\"Every step\">\n{list}</ol>\n\
         <figcaption>{}</figcaption>\n<script>\n{}\n</script>\n</figure>\n",
        steps.len(),
        steps.len(),
        escape(caption),
        script.join("\n")
    )
}
