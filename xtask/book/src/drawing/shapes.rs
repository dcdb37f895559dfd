//! The shapes that all figures share. What has a colour of its own is a worker, or runs on one.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fmt::Write as _;

use super::place::{Area, End, Point, end, pair};
use super::text::{self, Text};
use super::{Line, number};
use crate::html::escape;

const GOROUTINE: f64 = 13.0;
const SLOT: f64 = 30.0;
const TUBE: f64 = 40.0;
const BAND: f64 = 22.0;
const LEADING: f64 = 17.0;
const CORES: u8 = 6;

const TEXT_KEYS: [&str; 4] = ["at", "say", "look", "anchor"];
const BOX_KEYS: [&str; 5] = ["at", "size", "say", "look", "core"];
const ICON_KEYS: [&str; 4] = ["at", "say", "open", "core"];

/// What has been drawn so far.
#[derive(Default)]
pub struct Canvas {
    /// The elements, in the order of the description.
    pub svg: String,
    /// The height of the figure, once a line has told it.
    pub height: f64,
    /// The named shapes.
    pub names: BTreeMap<String, Area>,
    /// All text.
    pub texts: Vec<Text>,
    /// Points along the arrows, and the line of the description that each is from.
    pub ink: Vec<(usize, Point)>,
    /// The shapes, each with the line of the description that it is from.
    pub shapes: Vec<(usize, Area)>,
    line: usize,
}

/// Draws one line of a description.
pub fn add(canvas: &mut Canvas, line: &Line<'_>, number: usize) -> Result<(), String> {
    canvas.line = number;
    let area = match line.shape {
        "height" => return height(canvas, line),
        "arrow" => return arrow(canvas, line),
        "text" => return words(canvas, line),
        "goroutine" => goroutine(canvas, line)?,
        "worker" => worker(canvas, line)?,
        "thread" => thread(canvas, line)?,
        "cpu" => cpu(canvas, line)?,
        "queue" => queue(canvas, line)?,
        "ring" => ring(canvas, line)?,
        "channel" => channel(canvas, line)?,
        "value" => value(canvas, line)?,
        "waker" => icon(canvas, line, bell)?,
        "lock" => icon(canvas, line, padlock)?,
        "step" => step(canvas, line)?,
        "box" => plain_box(canvas, line)?,
        "frame" => frame(canvas, line)?,
        shape => return Err(format!("there is no shape `{shape}`")),
    };
    canvas.shapes.push((number, area));
    match line.name {
        Some(name) if canvas.names.insert(name.to_string(), area).is_some() => {
            Err(format!("a shape above has the name `{name}` already"))
        }
        _ => Ok(()),
    }
}

/// `height 240`.
fn height(canvas: &mut Canvas, line: &Line<'_>) -> Result<(), String> {
    canvas.height = number(line.name.ok_or("expected `height N`")?)?;
    Ok(())
}

impl Canvas {
    fn put(&mut self, class: &str, elements: &str) {
        let _ = writeln!(self.svg, "<g class=\"{class}\">{elements}</g>");
    }

    /// Draws text, whose lines `|` parts, with its middle at the height of `at`.
    fn say(&mut self, say: &str, at: Point, anchor: &str, look: &str) {
        let lines: Vec<&str> = say.split('|').collect();
        let count = f64::from(u8::try_from(lines.len()).unwrap_or(u8::MAX));
        let mut y = at.y - (count - 1.0) * LEADING / 2.0;
        let mut class = look
            .split_whitespace()
            .map(|word| format!("gfs-{word}"))
            .collect::<Vec<_>>();
        if anchor != "middle" {
            class.push(format!("gfs-{anchor}"));
        }
        let class = match class.join(" ") {
            none if none.is_empty() => none,
            class => format!(" class=\"{class}\""),
        };
        for say in lines {
            let mono = look.contains("code");
            self.texts.push(Text::new(
                self.line,
                say,
                Point { x: at.x, y },
                anchor,
                mono,
            ));
            let _ = writeln!(
                self.svg,
                "<text{class} x=\"{}\" y=\"{}\">{}</text>",
                short(at.x),
                short(y + 4.6),
                escape(say)
            );
            y += LEADING;
        }
    }

    fn at(&self, line: &Line<'_>) -> Result<Point, String> {
        Ok(end(line.must("at")?, &self.names)?.aim())
    }

    /// The area of a shape with its corner `at` and its `size`.
    fn area(&self, line: &Line<'_>) -> Result<Area, String> {
        let size = pair(line.must("size")?, 'x')?;
        Ok(Area::from_corner(self.at(line)?, size.x, size.y))
    }
}

/// The classes of a shape and of what it belongs to.
fn class(name: &str, line: &Line<'_>) -> Result<String, String> {
    let mut class = format!("gfs-{name}");
    for word in line.look()?.split_whitespace() {
        let _ = write!(class, " gfs-{word}");
    }
    if let Some(core) = line.number("core")? {
        let core = (0..CORES)
            .find(|&known| f64::from(known) == core)
            .ok_or_else(|| format!("the theme has the cores 0 to {}", CORES - 1))?;
        let _ = write!(class, " gfs-of-{core}");
    }
    Ok(class)
}

fn words(canvas: &mut Canvas, line: &Line<'_>) -> Result<(), String> {
    line.only(&TEXT_KEYS)?;
    let anchor = line.get("anchor").unwrap_or("middle");
    if !["start", "middle", "end"].contains(&anchor) {
        return Err(format!(
            "expected anchor=start, middle or end, found `{anchor}`"
        ));
    }
    canvas.say(line.must("say")?, canvas.at(line)?, anchor, line.look()?);
    Ok(())
}

/// A circle: empty in a queue, in its worker's colour while it runs, dashed while it is parked, pale when it is done.
fn goroutine(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&["at", "say", "core", "look"])?;
    let at = canvas.at(line)?;
    let mut class = class("goroutine", line)?;
    if line.get("core").is_some() {
        class += " gfs-running";
    }
    Ok(draw_goroutine(
        canvas,
        at,
        line.get("say").unwrap_or_default(),
        &class,
    ))
}

fn draw_goroutine(canvas: &mut Canvas, at: Point, say: &str, class: &str) -> Area {
    canvas.put(
        class,
        &format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{GOROUTINE}\"/>",
            short(at.x),
            short(at.y)
        ),
    );
    if !say.is_empty() {
        let look = match class {
            running if running.contains("gfs-running") => "on-core",
            done if done.contains("gfs-done") => "muted",
            _ => "",
        };
        canvas.say(say, at, "middle", look);
    }
    Area::circle(at, GOROUTINE)
}

/// A panel with a head in the worker's colour.
fn worker(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&BOX_KEYS)?;
    let area = canvas.area(line)?;
    let Area { x, y, w, h, .. } = area;
    let (x, y) = (short(x), short(y));
    let head = format!(
        "<path class=\"gfs-head\" d=\"M{x} {}V{}a6 6 0 0 1 6 -6H{}a6 6 0 0 1 6 6V{}Z\"/>",
        short(area.y + BAND),
        short(area.y + 6.0),
        short(area.x + w - 6.0),
        short(area.y + BAND),
    );
    canvas.put(
        &class("worker", line)?,
        &format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{}\" rx=\"6\"/>{head}",
            short(w),
            short(h)
        ),
    );
    let middle = Point {
        x: area.centre().x,
        y: area.y + BAND / 2.0,
    };
    canvas.say(line.must("say")?, middle, "middle", "on-core strong");
    Ok(area)
}

/// An OS thread: a hexagon.
fn thread(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&BOX_KEYS)?;
    let area = canvas.area(line)?;
    let Area { x, y, w, h, .. } = area;
    let (left, right, middle) = (x + 9.0, x + w - 9.0, y + h / 2.0);
    let points = [
        (left, y),
        (right, y),
        (x + w, middle),
        (right, y + h),
        (left, y + h),
        (x, middle),
    ];
    canvas.put(&class("thread", line)?, &polygon(&points));
    canvas.say(line.must("say")?, area.centre(), "middle", "");
    Ok(area)
}

/// A processor: a chip with its pins.
fn cpu(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&BOX_KEYS)?;
    let area = canvas.area(line)?;
    let Area { x, y, w, h, .. } = area;
    let mut pins = String::new();
    for share in [0.2, 0.4, 0.6, 0.8] {
        let _ = write!(
            pins,
            "M{0} {1}v-5M{0} {2}v5M{3} {4}h-5M{5} {4}h5",
            short(x + w * share),
            short(y),
            short(y + h),
            short(x),
            short(y + h * share),
            short(x + w)
        );
    }
    canvas.put(
        &class("cpu", line)?,
        &format!("<path d=\"{pins}\"/>{}", rect(area, 2.0)),
    );
    canvas.say(line.must("say")?, area.centre(), "middle", "");
    Ok(area)
}

/// A row of slots. What it holds enters on the left and leaves on the right, like everything in these figures.
fn queue(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&["at", "slots", "holds", "say", "look"])?;
    let at = canvas.at(line)?;
    let slots = line.number("slots")?.ok_or("`queue` needs `slots=`")?;
    let area = Area::from_corner(at, slots * SLOT, SLOT);
    let mut lines = rect(area, 3.0);
    let mut x = at.x + SLOT;
    while x < at.x + area.w - 1.0 {
        let _ = write!(
            lines,
            "<path d=\"M{} {}v{SLOT}\"/>",
            short(x),
            short(area.y)
        );
        x += SLOT;
    }
    canvas.put(&class("queue", line)?, &lines);
    // Those in a run queue are ready to run, those in a channel's queue are parked.
    let look = if line.get("look") == Some("parked") {
        "gfs-goroutine gfs-parked"
    } else {
        "gfs-goroutine"
    };
    fill(canvas, line, at, slots, |canvas, held, middle| {
        draw_goroutine(canvas, middle, held, look);
    })?;
    title(canvas, line, area);
    Ok(area)
}

/// Names the slots of a queue or a channel, and draws what they hold; `-` is an empty slot, and `…` many more.
fn fill(
    canvas: &mut Canvas,
    line: &Line<'_>,
    at: Point,
    slots: f64,
    draw: impl Fn(&mut Canvas, &str, Point),
) -> Result<(), String> {
    let mut held = line.get("holds").unwrap_or_default().split_whitespace();
    let mut slot = 0;
    while f64::from(slot) < slots {
        let corner = Point {
            x: at.x + f64::from(slot) * SLOT,
            y: at.y,
        };
        let area = Area::from_corner(corner, SLOT, SLOT);
        match held.next() {
            None | Some("-") => {}
            Some("…") => canvas.say("…", area.centre(), "middle", ""),
            Some(held) => draw(canvas, held, area.centre()),
        }
        if let Some(name) = line.name {
            canvas.names.insert(format!("{name}.{slot}"), area);
        }
        slot += 1;
    }
    match held.next() {
        Some(more) => Err(format!("there is no slot for `{more}`")),
        None => Ok(()),
    }
}

fn title(canvas: &mut Canvas, line: &Line<'_>, area: Area) {
    if let Some(say) = line.get("say") {
        let at = Point {
            x: area.x,
            y: area.y - 11.0,
        };
        canvas.say(say, at, "start", "");
    }
}

/// A ring of slots, clockwise from the top; `filled=2-9` are the occupied ones.
fn ring(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&["at", "size", "slots", "filled", "marked"])?;
    let centre = canvas.at(line)?;
    let radius = line.number("size")?.ok_or("`ring` needs `size=`")?;
    let slots = line.number("slots")?.ok_or("`ring` needs `slots=`")?;
    let range = |key: &str| {
        line.get(key)
            .map_or(Ok(Point { x: 1.0, y: 0.0 }), |range| pair(range, '-'))
    };
    let (filled, marked) = (range("filled")?, range("marked")?);
    let polar = |radius: f64, turn: f64| Point {
        x: centre.x + radius * (turn * TAU).sin(),
        y: centre.y - radius * (turn * TAU).cos(),
    };
    let inner = radius - SLOT;
    let mut sectors = String::new();
    let mut slot = 0;
    while f64::from(slot) < slots {
        let index = f64::from(slot);
        let (from, to) = (index / slots, (index + 1.0) / slots);
        let corners = [
            polar(inner, from),
            polar(radius, from),
            polar(radius, to),
            polar(inner, to),
        ];
        let [a, b, c, d] = corners.map(|point| format!("{} {}", short(point.x), short(point.y)));
        let class = if (marked.x..=marked.y).contains(&index) {
            " class=\"gfs-marked\""
        } else if (filled.x..=filled.y).contains(&index) {
            " class=\"gfs-filled\""
        } else {
            ""
        };
        let _ = write!(
            sectors,
            "<path{class} d=\"M{a}L{b}A{radius} {radius} 0 0 1 {c}L{d}A{inner} {inner} 0 0 0 {a}Z\"/>"
        );
        if let Some(name) = line.name {
            let middle = polar(radius - SLOT / 2.0, (from + to) / 2.0);
            canvas
                .names
                .insert(format!("{name}.{slot}"), Area::circle(middle, SLOT / 2.0));
        }
        slot += 1;
    }
    canvas.put("gfs-ring", &sectors);
    Ok(Area::circle(centre, radius))
}

/// A tube: values enter on the left and leave on the right.
fn channel(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&["at", "slots", "holds", "say", "look"])?;
    let at = canvas.at(line)?;
    let slots = line.number("slots")?.ok_or("`channel` needs `slots=`")?;
    let area = Area::from_corner(at, (slots * SLOT).max(SLOT) + 28.0, TUBE);
    let (left, right, y) = (area.x + 7.0, area.x + area.w - 7.0, area.y);
    let mut tube = format!(
        "<path class=\"gfs-tube\" d=\"M{} {}H{}a7 20 0 0 1 0 {TUBE}H{}a7 20 0 0 1 0 -{TUBE}Z\"/>\
         <ellipse cx=\"{}\" cy=\"{}\" rx=\"7\" ry=\"20\"/>",
        short(left),
        short(y),
        short(right),
        short(left),
        short(right),
        short(y + TUBE / 2.0),
    );
    let first = Point {
        x: area.x + 14.0,
        y: area.y + (TUBE - SLOT) / 2.0,
    };
    let mut slot = 0;
    while f64::from(slot) < slots {
        let corner = Point {
            x: first.x + f64::from(slot) * SLOT,
            y: first.y,
        };
        let slot_area = Area::from_corner(corner, SLOT, SLOT);
        let _ = write!(
            tube,
            "{}",
            rect(
                Area::around(slot_area.centre(), SLOT - 4.0, SLOT - 4.0),
                2.0
            )
        );
        slot += 1;
    }
    canvas.put(&class("channel", line)?, &tube);
    fill(canvas, line, first, slots, |canvas, held, middle| {
        draw_value(canvas, middle, held);
    })?;
    title(canvas, line, area);
    Ok(area)
}

/// What travels through a channel: a small dark tile.
fn value(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&["at", "say"])?;
    let at = canvas.at(line)?;
    Ok(draw_value(canvas, at, line.must("say")?))
}

fn draw_value(canvas: &mut Canvas, at: Point, say: &str) -> Area {
    let wide = (text::width(say, true) + 8.0).max(20.0);
    let area = Area::around(at, wide, 20.0);
    canvas.put("gfs-value", &rect(area, 3.0));
    canvas.say(say, at, "middle", "code on-value");
    area
}

/// A small sign around `at`, and what it says to the right of it.
fn icon(
    canvas: &mut Canvas,
    line: &Line<'_>,
    draw: impl Fn(&Line<'_>, Point) -> String,
) -> Result<Area, String> {
    line.only(&ICON_KEYS)?;
    let at = canvas.at(line)?;
    canvas.put(&class(line.shape, line)?, &draw(line, at));
    if let Some(say) = line.get("say") {
        let beside = at.plus(Point { x: 14.0, y: 0.0 });
        canvas.say(say, beside, "start", "");
    }
    Ok(Area::circle(at, 11.0))
}

fn bell(_: &Line<'_>, Point { x, y }: Point) -> String {
    format!(
        "<path d=\"M{} {}c4.5 -3 2 -12 8.5 -12s4 9 8.5 12Z\"/><circle cx=\"{2}\" cy=\"{3}\" r=\"2.2\"/>\
         <circle cx=\"{2}\" cy=\"{4}\" r=\"1.6\"/>",
        short(x - 8.5),
        short(y + 4.5),
        short(x),
        short(y + 7.0),
        short(y - 8.0),
    )
}

fn padlock(line: &Line<'_>, Point { x, y }: Point) -> String {
    let last = if line.get("open").is_some() {
        "v1"
    } else {
        "v5"
    };
    format!(
        "<path class=\"gfs-shackle\" d=\"M{} {}v-5a5 5 0 0 1 10 0{last}\"/>{}",
        short(x - 5.0),
        short(y - 1.0),
        rect(Area::around(Point { x, y: y + 4.0 }, 17.0, 12.0), 2.0)
    )
}

/// The number of a step in a sequence.
fn step(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&["at", "say"])?;
    let at = canvas.at(line)?;
    let circle = format!(
        "<circle cx=\"{}\" cy=\"{}\" r=\"9.5\"/>",
        short(at.x),
        short(at.y)
    );
    canvas.put("gfs-number", &circle);
    canvas.say(line.must("say")?, at, "middle", "on-value");
    Ok(Area::circle(at, 9.5))
}

/// Anything else; `look=state` is a state of a machine, `code` a field, `soft` a ground, `hot` what the figure is about.
fn plain_box(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&BOX_KEYS)?;
    let area = canvas.area(line)?;
    let look = line.get("look").unwrap_or_default();
    let round = if look.contains("state") {
        area.h / 2.0
    } else {
        4.0
    };
    canvas.put(&class("box", line)?, &rect(area, round));
    if let Some(say) = line.get("say") {
        let look = match look {
            code if code.contains("code") => "code",
            state if state.contains("state") => "strong",
            _ => "",
        };
        canvas.say(say, area.centre(), "middle", look);
    }
    Ok(area)
}

/// A dashed region with its name in the upper left corner.
fn frame(canvas: &mut Canvas, line: &Line<'_>) -> Result<Area, String> {
    line.only(&BOX_KEYS)?;
    let area = canvas.area(line)?;
    canvas.put(&class("frame", line)?, &rect(area, 8.0));
    if let Some(say) = line.get("say") {
        let corner = Point {
            x: area.x + 9.0,
            y: area.y + 13.0,
        };
        canvas.say(say, corner, "start", "muted");
    }
    Ok(area)
}

/// An arrow, straight, bent, or by way of some points. `look=wake` is a wake-up; `head=none` is a line.
fn arrow(canvas: &mut Canvas, line: &Line<'_>) -> Result<(), String> {
    line.only(&[
        "from", "to", "via", "bend", "say", "by", "anchor", "look", "head",
    ])?;
    let from = end(line.must("from")?, &canvas.names)?;
    let to = end(line.must("to")?, &canvas.names)?;
    let mut points = vec![from.aim()];
    for via in line.get("via").unwrap_or_default().split_whitespace() {
        points.push(end(via, &canvas.names)?.aim());
    }
    points.push(to.aim());
    let bend = line.number("bend")?.unwrap_or(0.0);
    let control = (bend != 0.0).then(|| bent(points[0], points[points.len() - 1], bend));
    let last = points.len() - 1;
    points[0] = from.from(control.unwrap_or(points[1]));
    points[last] = to.from(control.unwrap_or(points[last - 1]));
    let (mut start, mut tip) = (points[0], points[last]);
    let (after, before) = match control {
        Some(control) => (control, control),
        None => (points[1], points[last - 1]),
    };
    if matches!(from, End::Shape(_)) {
        start = nearer(start, after, 2.0);
    }
    if matches!(to, End::Shape(_)) {
        tip = nearer(tip, before, 2.0);
    }
    let heads = line.get("head").unwrap_or("end");
    let mut drawn = String::new();
    points[0] = start;
    points[last] = tip;
    if heads != "none" {
        drawn += &head(before, tip);
        points[last] = nearer(tip, before, 7.0);
    }
    if heads == "both" {
        drawn += &head(after, start);
        points[0] = nearer(start, after, 7.0);
    }
    let path: Vec<String> = points
        .iter()
        .map(|point| format!("{} {}", short(point.x), short(point.y)))
        .collect();
    let path = match control {
        Some(control) => format!(
            "M{}Q{} {} {}",
            path[0],
            short(control.x),
            short(control.y),
            path[last]
        ),
        None => format!("M{}", path.join("L")),
    };
    canvas.put(
        &class("arrow", line)?,
        &format!("<path d=\"{path}\"/>{drawn}"),
    );
    if !line.get("look").is_some_and(|look| look.contains("faint")) {
        let way = |share: f64| match control {
            Some(control) => start
                .toward(control, share)
                .toward(control.toward(tip, share), share),
            None => part_way(&points, share),
        };
        let steps = (0..=100).map(|step| (canvas.line, way(f64::from(step) / 100.0)));
        canvas.ink.extend(steps);
    }
    if let Some(say) = line.get("say") {
        let middle = match control {
            Some(control) => start.toward(tip, 0.5).toward(control, 0.5),
            None => part_way(&points, 0.5),
        };
        let by = line
            .get("by")
            .map_or(Ok(Point { x: 0.0, y: -10.0 }), |by| pair(by, ','))?;
        let anchor = line.get("anchor").unwrap_or("middle");
        let look = match line.get("look") {
            Some(look) if look.contains("wake") => "ringing",
            _ => "",
        };
        canvas.say(say, middle.plus(by), anchor, look);
    }
    Ok(())
}

/// The point that pulls a bent arrow to its side; a positive bend goes to the left of its way.
fn bent(from: Point, to: Point, bend: f64) -> Point {
    let length = from.distance(to).max(1.0);
    let middle = from.toward(to, 0.5);
    Point {
        x: middle.x + (to.y - from.y) / length * bend * 2.0,
        y: middle.y - (to.x - from.x) / length * bend * 2.0,
    }
}

fn nearer(point: Point, to: Point, by: f64) -> Point {
    point.toward(to, by / point.distance(to).max(by))
}

/// The point at `share` of the way along a path.
fn part_way(points: &[Point], share: f64) -> Point {
    let length: f64 = points
        .windows(2)
        .map(|pair| pair[0].distance(pair[1]))
        .sum();
    let mut rest = length * share;
    for pair in points.windows(2) {
        let part = pair[0].distance(pair[1]);
        if part >= rest && part > 0.0 {
            return pair[0].toward(pair[1], rest / part);
        }
        rest -= part;
    }
    points[points.len() - 1]
}

fn head(before: Point, tip: Point) -> String {
    let base = nearer(tip, before, 9.0);
    let length = tip.distance(base).max(1.0);
    let (x, y) = (
        (tip.y - base.y) / length * 4.5,
        (tip.x - base.x) / length * 4.5,
    );
    polygon(&[
        (tip.x, tip.y),
        (base.x + x, base.y - y),
        (base.x - x, base.y + y),
    ])
}

fn polygon(points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points
        .iter()
        .map(|&(x, y)| format!("{},{}", short(x), short(y)))
        .collect();
    format!("<polygon points=\"{}\"/>", points.join(" "))
}

fn rect(area: Area, round: f64) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        short(area.x),
        short(area.y),
        short(area.w),
        short(area.h),
        short(round)
    )
}

/// A coordinate with at most one decimal: `12`, `12.5`.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_string()
}
