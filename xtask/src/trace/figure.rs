//! A trace as a picture, with a row a task or a row a worker.
//!
//! Executions are blocks in the colour of their core, or of the worker that stands for it. In a task's row its lifetime is
//! a thin bar; in a worker's row a dashed box is sleep, an arrow is a steal, a dotted line is a wake-up. The colours are
//! the theme's variables (`--gfs-core-0` …), so that the figure follows the theme and prints.

use super::{Execution, Span, Task, Trace, decimal, micros};
use crate::html::escape;

/// How many `--gfs-core-N` the theme has; core 6 looks like core 0 and is told apart by its label.
const COLOURS: usize = 6;

const WIDTH: f64 = 680.0;
/// No picture is wider, however short its blocks are.
const WIDEST: f64 = 4_200.0;
const TOP: f64 = 34.0;
const LANE: f64 = 24.0;
/// Between two tasks; between two workers there are arrows.
const GAP: f64 = 14.0;
const WIDE_GAP: f64 = 34.0;
const BOTTOM: f64 = 42.0;
/// A character of the figure's 13 px font takes about this much.
const CHARACTER: f64 = 7.4;

/// What a row of the picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// A row a task: how long it is in progress, and where it executes.
    Tasks,
    /// A row a worker: what it executes, when it sleeps, whom it steals from and wakes.
    Workers,
}

impl Rows {
    /// What shows most of `trace`.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        if trace.tells_of_a_scheduler() {
            Self::Workers
        } else {
            Self::Tasks
        }
    }
}

/// Draws `trace` as an SVG element. `lane` is what a block runs on: `core` or `worker`. With a row a worker it is as wide as
/// its blocks need, so that their names fit.
#[must_use]
pub fn draw(trace: &Trace, rows: Rows, lane: &str, caption: &str, alt: &str) -> String {
    draw_within(WIDEST, trace, rows, lane, caption, alt)
}

/// The picture with a row a worker once more, no wider than a sheet, where [`draw`] makes a wider one.
#[must_use]
pub fn draw_for_paper(trace: &Trace, lane: &str, caption: &str, alt: &str) -> Option<String> {
    let wide = Figure::of(WIDEST, trace, Rows::Workers, lane).right > WIDTH;
    wide.then(|| draw_within(WIDTH, trace, Rows::Workers, lane, caption, alt))
}

fn draw_within(
    widest: f64,
    trace: &Trace,
    rows: Rows,
    lane: &str,
    caption: &str,
    alt: &str,
) -> String {
    let figure = Figure::of(widest, trace, rows, lane);
    let mut body = match rows {
        Rows::Tasks => legend(trace, &figure),
        Rows::Workers => signs(&figure),
    };
    let mut y = TOP;
    let mut middles = Vec::new();
    for row in figure.rows(trace, rows) {
        let lanes = lanes(&row.blocks);
        let height = lane_top(lanes.iter().copied().max().map_or(1, |last| last + 1));
        body += &row.draw(&lanes, y, height, &figure);
        middles.push((y, y + height));
        y += height + figure.gap;
    }
    if rows == Rows::Workers {
        body += &arrows(trace, &middles, &figure);
    }
    let height = y + BOTTOM - figure.gap;
    let bottom = y - figure.gap + GAP / 2.0;
    let width = figure.right + 16.0;
    let wide = if width > WIDTH {
        format!(" style=\"min-width:{width:.0}px\"")
    } else {
        String::new()
    };
    let cursor = if rows == Rows::Workers {
        format!(
            "<line class=\"gfs-cursor\" x1=\"0\" y1=\"{:.1}\" x2=\"0\" y2=\"{bottom:.1}\"/>\n",
            TOP - 6.0
        )
    } else {
        String::new()
    };
    format!(
        "<svg class=\"gfs-timeline\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"{wide}>\n\
         <title>{}</title>\n<desc>{}</desc>\n{}{body}{cursor}</svg>\n",
        escape(caption),
        escape(alt),
        axis(&figure, bottom)
    )
}

/// Where `time` lies in the picture with a row a worker, from its left side: the player moves a line there.
pub fn place(trace: &Trace) -> impl Fn(u64) -> f64 {
    let figure = Figure::of(WIDEST, trace, Rows::Workers, "worker");
    let (left, right, end) = (figure.left, figure.right, figure.end);
    move |time| scaled(left, right, end, time)
}

/// What all rows of a figure share.
struct Figure<'a> {
    /// What a block runs on: `core` or `worker`.
    lane: &'a str,
    /// Blocks say `0` instead of `core 0`, because some have no room for more.
    short: bool,
    left: f64,
    right: f64,
    gap: f64,
    end: u64,
}

/// A row with its name on the left.
struct Row<'a> {
    name: String,
    lifetime: Option<Span>,
    blocks: Vec<Block<'a>>,
    sleeps: Vec<Span>,
}

/// A stretch of work.
struct Block<'a> {
    task: &'a Task,
    run: &'a Execution,
    label: String,
}

impl<'a> Figure<'a> {
    fn of(widest: f64, trace: &Trace, rows: Rows, lane: &'a str) -> Self {
        let longest = match rows {
            Rows::Tasks => trace
                .tasks
                .iter()
                .map(|task| task.name.chars().count())
                .max(),
            Rows::Workers => trace
                .workers()
                .last()
                .map(|last| format!("{lane} {last}").len()),
        };
        let mut figure = Self {
            lane,
            short: false,
            left: width(longest.unwrap_or(0)) + 20.0,
            right: WIDTH - 16.0,
            gap: GAP,
            end: trace.end(),
        };
        if rows == Rows::Workers {
            figure.gap = WIDE_GAP;
            figure.right = figure.left.max(figure.spread(widest, trace));
            return figure;
        }
        let runs: Vec<&Execution> = trace.runs().map(|(_, run)| run).collect();
        let labelled = |figure: &Self| {
            runs.iter()
                .filter(|run| figure.fits(&figure.says(run), run.span))
                .count()
        };
        let long = labelled(&figure);
        figure.short = true;
        figure.short = labelled(&figure) > long;
        figure
    }

    /// The right end that gives half of the blocks room for their names.
    #[allow(clippy::cast_precision_loss, reason = "a picture needs no nanosecond")]
    fn spread(&self, widest: f64, trace: &Trace) -> f64 {
        let mut needed: Vec<f64> = trace
            .runs()
            .map(|(task, run)| {
                (width(task.name.chars().count()) + 8.0) / run.span.length().max(1) as f64
            })
            .collect();
        needed.sort_unstable_by(f64::total_cmp);
        let middle = needed.get(needed.len() / 2).copied().unwrap_or(0.0);
        (self.left + middle * self.end as f64)
            .round()
            .clamp(WIDTH - 16.0, widest - 16.0)
    }

    fn rows<'trace>(&self, trace: &'trace Trace, rows: Rows) -> Vec<Row<'trace>> {
        match rows {
            Rows::Tasks => trace
                .tasks
                .iter()
                .map(|task| Row {
                    name: task.name.clone(),
                    lifetime: Some(task.lifetime),
                    blocks: task
                        .executions
                        .iter()
                        .map(|run| Block {
                            task,
                            run,
                            label: self.says(run),
                        })
                        .collect(),
                    sleeps: Vec::new(),
                })
                .collect(),
            Rows::Workers => trace
                .workers()
                .into_iter()
                .map(|worker| Row {
                    name: format!("{} {worker}", self.lane),
                    lifetime: None,
                    blocks: trace
                        .runs()
                        .filter(|(_, run)| run.core == worker)
                        .map(|(task, run)| Block {
                            task,
                            run,
                            label: task.name.clone(),
                        })
                        .collect(),
                    sleeps: trace
                        .parks
                        .iter()
                        .filter(|park| park.worker == worker)
                        .map(|park| park.span)
                        .collect(),
                })
                .collect(),
        }
    }

    fn x(&self, time: u64) -> f64 {
        scaled(self.left, self.right, self.end, time)
    }

    /// A hair of the page shows between neighbours, so that two blocks never read as one.
    fn width(&self, span: Span) -> f64 {
        (self.x(span.end) - self.x(span.start) - 1.0).max(2.0)
    }

    /// What a block in a task's row says.
    fn says(&self, run: &Execution) -> String {
        if self.short {
            run.core.to_string()
        } else {
            format!("{} {}", self.lane, run.core)
        }
    }

    /// Whether a block has room for `label`.
    fn fits(&self, label: &str, span: Span) -> bool {
        width(label.chars().count()) + 6.0 <= self.width(span)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a pixel is coarser")]
fn scaled(left: f64, right: f64, end: u64, time: u64) -> f64 {
    left + (right - left) * time as f64 / end.max(1) as f64
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

/// What the signs in a worker's row mean.
fn signs(figure: &Figure<'_>) -> String {
    let mut signs = String::new();
    let mut x = figure.left;
    for (sign, words) in [
        (
            "<rect class=\"gfs-core-0\" x=\"0\" y=\"5\" width=\"22\" height=\"14\" rx=\"2\"/>",
            "runs a goroutine",
        ),
        (
            "<rect class=\"gfs-sleep\" x=\"0.5\" y=\"5.5\" width=\"21\" height=\"13\" rx=\"2\"/>",
            "is parked",
        ),
        (
            "<path class=\"gfs-steal\" d=\"M0 12H15\"/><path class=\"gfs-head\" d=\"M22 12l-8 -4v8z\"/>",
            "goroutines are stolen",
        ),
        (
            "<path class=\"gfs-wake\" d=\"M0 12H16\"/><circle class=\"gfs-ring\" cx=\"18.5\" cy=\"12\" r=\"3.5\"/>",
            "wakes",
        ),
    ] {
        signs += &format!(
            "<g transform=\"translate({x:.1} 0)\">{sign}<text x=\"28\" y=\"16.5\">{words}</text></g>\n"
        );
        x += 28.0 + width(words.len()) + 14.0;
    }
    signs
}

impl Row<'_> {
    fn draw(&self, lanes: &[usize], y: f64, height: f64, figure: &Figure<'_>) -> String {
        let middle = y + height / 2.0;
        let name = escape(&self.name);
        let mut row = format!(
            "<text class=\"gfs-name\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>\n",
            figure.left - 12.0,
            middle + 4.5,
        );
        // In a wide picture the name scrolls away: it stands above the row again and again.
        let mut x = figure.left + WIDTH - 60.0;
        while x < figure.right - 60.0 {
            row += &format!(
                "<text class=\"gfs-tick\" x=\"{x:.1}\" y=\"{:.1}\">{name}</text>\n",
                y - 4.0
            );
            x += WIDTH - 60.0;
        }
        if let Some(Span { start, end }) = self.lifetime {
            let (from, to) = (figure.x(start), figure.x(end));
            row += &format!(
                "<g class=\"gfs-lifetime\"><title>{name}: in progress from {} to {} µs</title>\
                 <rect x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"4\"/>\
                 <rect x=\"{from:.1}\" y=\"{:.1}\" width=\"2\" height=\"16\"/>\
                 <rect x=\"{:.1}\" y=\"{:.1}\" width=\"2\" height=\"16\"/></g>\n",
                micros(start),
                micros(end),
                middle - 2.0,
                (to - from).max(2.0),
                middle - 8.0,
                to - 2.0,
                middle - 8.0,
            );
        }
        for span in &self.sleeps {
            let Span { start, end } = *span;
            row += &format!(
                "<g data-from=\"{start}\" data-to=\"{end}\"><title>{name} is parked: {} to {} µs</title>\
                 <rect class=\"gfs-sleep\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" rx=\"2\"/></g>\n",
                micros(start),
                micros(end),
                figure.x(start) + 0.5,
                y + 0.5,
                (figure.width(*span) - 1.0).max(1.0),
                LANE - 1.0
            );
        }
        for (block, &lane) in self.blocks.iter().zip(lanes) {
            let times = self.lifetime.is_none();
            row += &block.draw(y + lane_top(lane), times, figure);
        }
        row
    }
}

impl Block<'_> {
    /// With `times` the block carries its span for the player.
    fn draw(&self, y: f64, times: bool, figure: &Figure<'_>) -> String {
        let Span { start, end } = self.run.span;
        let (from, wide) = (figure.x(start), figure.width(self.run.span));
        let label = if figure.fits(&self.label, self.run.span) {
            format!(
                "<text class=\"gfs-label\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                from + wide / 2.0,
                y + 16.5,
                escape(&self.label)
            )
        } else {
            String::new()
        };
        let times = if times {
            format!(" data-from=\"{start}\" data-to=\"{end}\"")
        } else {
            String::new()
        };
        format!(
            "<g{times}><title>{} on {} {}: {} to {} µs</title>\
             <rect class=\"gfs-core-{}\" x=\"{from:.1}\" y=\"{y:.1}\" width=\"{wide:.1}\" height=\"{LANE}\" rx=\"2\"/>{label}</g>\n",
            escape(&self.task.name),
            escape(figure.lane),
            self.run.core,
            micros(start),
            micros(end),
            self.run.core % COLOURS
        )
    }
}

/// Steals and wake-ups, each from one worker's row to another's. `rows` holds where each row begins and ends.
fn arrows(trace: &Trace, rows: &[(f64, f64)], figure: &Figure<'_>) -> String {
    let workers = trace.workers();
    let row = |worker: usize| {
        let index = workers.iter().position(|known| *known == worker);
        rows[index.expect("every worker of the trace has a row")]
    };
    // From the side of one row that faces the other to the side of the other: where from, where to, and the direction.
    let between = |from: usize, to: usize| {
        let ((top, bottom), (other_top, other_bottom)) = (row(from), row(to));
        if top < other_top {
            (bottom, other_top, 1.0)
        } else {
            (top, other_bottom, -1.0)
        }
    };
    let mut arrows = String::new();
    for wake in &trace.wakes {
        let x = figure.x(wake.at);
        let (from, to, down) = match wake.by {
            Some(by) if by != wake.worker => between(by, wake.worker),
            _ => (row(wake.worker).0 - WIDE_GAP / 2.0, row(wake.worker).0, 1.0),
        };
        arrows += &format!(
            "<g data-from=\"{0}\" data-to=\"{0}\"><title>{1}</title><path class=\"gfs-wake\" d=\"M{x:.1} {from:.1}V{2:.1}\"/>\
             <circle class=\"gfs-ring\" cx=\"{x:.1}\" cy=\"{3:.1}\" r=\"3.5\"/></g>\n",
            wake.at,
            escape(&format!(
                "{} at {} µs",
                super::player::wakes(wake),
                micros(wake.at)
            )),
            to - 7.0 * down,
            to - 3.5 * down,
        );
    }
    for steal in &trace.steals {
        let x = figure.x(steal.at);
        let (from, to, down) = between(steal.victim, steal.thief);
        arrows += &format!(
            "<g data-from=\"{0}\" data-to=\"{0}\"><title>{1}</title><path class=\"gfs-steal\" d=\"M{x:.1} {from:.1}V{2:.1}\"/>\
             <path class=\"gfs-head\" d=\"M{x:.1} {to:.1}l-4.5 {3}h9z\"/>\
             <text x=\"{4:.1}\" y=\"{5:.1}\">{6}</text></g>\n",
            steal.at,
            escape(&format!(
                "{} at {} µs",
                super::player::steals(steal),
                micros(steal.at)
            )),
            to - 8.0 * down,
            -9.0 * down,
            x + 5.0,
            from + 17.0 * down + 4.5,
            steal.count,
        );
    }
    arrows
}

/// The time axis, with four to eight round ticks a page's width and faint lines up through the rows.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a picture is a few pages wide"
)]
fn axis(figure: &Figure<'_>, y: f64) -> String {
    let (unit, divisor) = match figure.end {
        0..2_000_000 => ("µs", 1_000),
        2_000_000..10_000_000_000 => ("ms", 1_000_000),
        _ => ("s", 1_000_000_000),
    };
    let pages = ((figure.right + 16.0) / WIDTH).max(1.0) as u64;
    let step = tick(figure.end / pages);
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

/// The lane of each block: a task that runs on two cores at once needs two.
fn lanes(blocks: &[Block<'_>]) -> Vec<usize> {
    let span = |index: usize| blocks[index].run.span;
    let mut ends: Vec<u64> = Vec::new();
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|&index| span(index).start);
    let mut lanes = vec![0; blocks.len()];
    for index in order {
        let lane = ends.iter().position(|&end| end <= span(index).start);
        let lane = lane.unwrap_or_else(|| {
            ends.push(0);
            ends.len() - 1
        });
        ends[lane] = span(index).end;
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
