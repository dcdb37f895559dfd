//! `{{#timeline PATH.txt caption="…" alt="…" [lane=worker]}}`: a trace as a picture.
//!
//! A row a task: its lifetime is a thin bar, its executions are blocks, coloured and labelled by core, or by worker where
//! a worker is what the trace records. The colours are the theme's variables (`--gfs-core-0` …), so that the figure
//! follows the theme and prints.

use super::trace::{Execution, Span, Task, Trace};
use super::{Directive, Page};
use crate::html::escape;

const FORM: &str = "PATH.txt caption=\"…\" alt=\"…\" [lane=worker]";

/// How many `--gfs-core-N` the theme has; core 6 looks like core 0 and is told apart by its label.
const COLOURS: usize = 6;

const WIDTH: f64 = 680.0;
const TOP: f64 = 34.0;
const LANE: f64 = 24.0;
const GAP: f64 = 14.0;
const BOTTOM: f64 = 42.0;
/// A character of the figure's 13 px font takes about this much.
const CHARACTER: f64 = 7.4;

pub fn timeline(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &["caption", "alt", "lane"], FORM)?;
    let path = directive.word(FORM)?;
    let caption = directive.value("caption", FORM)?;
    let alt = directive.value("alt", FORM)?;
    let lane = directive.value("lane", FORM).unwrap_or("core");
    let trace = Trace::parse(&page.read(path)?).map_err(|message| format!("{path}: {message}"))?;
    Ok(format!(
        "<figure class=\"gfs-figure\">\n<div class=\"gfs-scroll\">\n{}</div>\n<figcaption>{}</figcaption>\n</figure>\n",
        draw(&trace, lane, caption, alt),
        escape(caption)
    ))
}

/// What all rows of a figure share.
struct Figure<'a> {
    /// What a block runs on: `core` or `worker`.
    lane: &'a str,
    /// Blocks say `0` instead of `core 0`, because some have no room for more.
    short: bool,
    left: f64,
    right: f64,
    end: u64,
}

impl<'a> Figure<'a> {
    fn of(trace: &Trace, lane: &'a str) -> Self {
        let names = trace.tasks.iter().map(|task| task.name.chars().count());
        let mut figure = Self {
            lane,
            short: false,
            left: width(names.max().unwrap_or(0)) + 20.0,
            right: WIDTH - 16.0,
            end: trace.end(),
        };
        let runs: Vec<&Execution> = trace
            .tasks
            .iter()
            .flat_map(|task| &task.executions)
            .collect();
        let labelled = |figure: &Self| {
            runs.iter()
                .filter(|run| figure.label(run).is_some())
                .count()
        };
        let long = labelled(&figure);
        figure.short = true;
        figure.short = labelled(&figure) > long;
        figure
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a pixel is coarser than a microsecond"
    )]
    fn x(&self, time: u64) -> f64 {
        self.left + (self.right - self.left) * time as f64 / self.end.max(1) as f64
    }

    /// A hair of the page shows between neighbours, so that two blocks never read as one.
    fn width(&self, span: Span) -> f64 {
        (self.x(span.end) - self.x(span.start) - 1.0).max(2.0)
    }

    /// What a block says, where it has room.
    fn label(&self, run: &Execution) -> Option<String> {
        let label = if self.short {
            run.core.to_string()
        } else {
            format!("{} {}", self.lane, run.core)
        };
        (width(label.len()) + 6.0 <= self.width(run.span)).then_some(label)
    }
}

fn draw(trace: &Trace, lane: &str, caption: &str, alt: &str) -> String {
    let figure = Figure::of(trace, lane);
    let mut body = legend(trace, &figure);
    let mut y = TOP;
    for task in &trace.tasks {
        let lanes = lanes(&task.executions);
        let height = lane_top(lanes.iter().copied().max().map_or(1, |last| last + 1));
        body += &row(task, &lanes, y, height, &figure);
        y += height + GAP;
    }
    let height = y + BOTTOM - GAP;
    let head = format!(
        "<svg class=\"gfs-timeline\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\">\n\
         <title>{}</title>\n<desc>{}</desc>\n",
        escape(caption),
        escape(alt)
    );
    head + &axis(&figure, y - GAP / 2.0) + &body + "</svg>\n"
}

fn legend(trace: &Trace, figure: &Figure<'_>) -> String {
    let left = figure.left;
    let mut legend = format!(
        "<rect class=\"gfs-lifetime\" x=\"{left:.1}\" y=\"10\" width=\"22\" height=\"4\"/>\n\
         <text x=\"{:.1}\" y=\"16.5\">lifetime</text>\n",
        left + 28.0
    );
    let mut x = left + 28.0 + width(8) + 18.0;
    for core in trace.cores() {
        let label = format!("{} {core}", escape(figure.lane));
        legend += &format!(
            "<rect class=\"gfs-core-{}\" x=\"{x:.1}\" y=\"5\" width=\"14\" height=\"14\" rx=\"2\"/>\n\
             <text x=\"{:.1}\" y=\"16.5\">{label}</text>\n",
            core % COLOURS,
            x + 20.0,
        );
        x += 20.0 + width(label.len()) + 18.0;
    }
    legend
}

fn row(task: &Task, lanes: &[usize], y: f64, height: f64, figure: &Figure<'_>) -> String {
    let middle = y + height / 2.0;
    let Span { start, end } = task.lifetime;
    let (from, to) = (figure.x(start), figure.x(end));
    let mut row = format!(
        "<text class=\"gfs-name\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n\
         <g class=\"gfs-lifetime\"><title>{}: in progress from {start} to {end} µs</title>\
         <rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"4\"/>\
         <rect x=\"{from:.1}\" y=\"{:.1}\" width=\"2\" height=\"16\"/>\
         <rect x=\"{:.1}\" y=\"{:.1}\" width=\"2\" height=\"16\"/></g>\n",
        figure.left - 12.0,
        middle + 4.5,
        escape(&task.name),
        escape(&task.name),
        middle - 2.0,
        (to - from).max(2.0),
        middle - 8.0,
        to - 2.0,
        middle - 8.0,
    );
    for (run, &lane) in task.executions.iter().zip(lanes) {
        row += &block(task, run, y + lane_top(lane), figure);
    }
    row
}

fn block(task: &Task, run: &Execution, y: f64, figure: &Figure<'_>) -> String {
    let Span { start, end } = run.span;
    let (from, wide) = (figure.x(start), figure.width(run.span));
    let label = figure.label(run).map_or(String::new(), |label| {
        format!(
            "<text class=\"gfs-label\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            from + wide / 2.0,
            y + 16.5,
            escape(&label)
        )
    });
    format!(
        "<g><title>{} on {} {}: {start} to {end} µs</title>\
         <rect class=\"gfs-core-{}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{LANE}\" rx=\"2\"/>{label}</g>\n",
        escape(&task.name),
        escape(figure.lane),
        run.core,
        run.core % COLOURS
    )
}

/// The time axis, with four to eight round ticks and faint lines up through the rows.
fn axis(figure: &Figure<'_>, y: f64) -> String {
    let (unit, divisor) = match figure.end {
        0..2_000 => ("µs", 1),
        2_000..10_000_000 => ("ms", 1_000),
        _ => ("s", 1_000_000),
    };
    let step = tick(figure.end);
    let mut axis = String::new();
    let mut time = 0;
    while time <= figure.end {
        let x = figure.x(time);
        let number = decimal(time, divisor);
        axis += &format!(
            "<line class=\"gfs-grid\" x1=\"{x:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"gfs-tick\" x=\"{x:.1}\" y=\"{:.1}\">{number}</text>\n",
            TOP - 6.0,
            y + 16.0
        );
        time += step;
    }
    axis += &format!(
        "<line class=\"gfs-axis\" x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>\n\
         <text class=\"gfs-name\" x=\"{:.1}\" y=\"{:.1}\">{unit}</text>\n",
        figure.left,
        figure.right,
        figure.left - 12.0,
        y + 16.0
    );
    axis
}

/// The smallest of 1, 2, 5, 10, 20, 50, … that makes at most eight steps.
fn tick(end: u64) -> u64 {
    let mut power = 1;
    loop {
        for factor in [1, 2, 5] {
            if end / (power * factor) <= 7 {
                return power * factor;
            }
        }
        power *= 10;
    }
}

/// `1500` in thousands is `1.5`.
fn decimal(time: u64, divisor: u64) -> String {
    let fraction = time % divisor * 1_000 / divisor;
    let text = format!("{}.{fraction:03}", time / divisor);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The lane of each execution: a task that runs on two cores at once needs two.
fn lanes(runs: &[Execution]) -> Vec<usize> {
    let mut ends: Vec<u64> = Vec::new();
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|&index| runs[index].span.start);
    let mut lanes = vec![0; runs.len()];
    for index in order {
        let span = runs[index].span;
        let lane = ends.iter().position(|&end| end <= span.start);
        let lane = lane.unwrap_or_else(|| {
            ends.push(0);
            ends.len() - 1
        });
        ends[lane] = span.end;
        lanes[index] = lane;
    }
    lanes
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a figure has a handful of lanes"
)]
fn lane_top(lane: usize) -> f64 {
    lane as f64 * (LANE + 2.0)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "a name has a handful of characters"
)]
fn width(characters: usize) -> f64 {
    characters as f64 * CHARACTER
}
