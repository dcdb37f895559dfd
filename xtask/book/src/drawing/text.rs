//! Text in a figure: how wide it gets, and what it runs over.

use super::place::{Area, Point};
use super::shapes::Canvas;
use super::{TEXT, WIDTH};

/// A line of text in a figure.
pub struct Text {
    /// The line of the description.
    pub line: usize,
    /// What it says.
    pub say: String,
    /// What it covers.
    pub area: Area,
}

impl Text {
    /// The text whose middle is at the height `y`; `anchor` says which part of it stands at `x`.
    pub fn new(line: usize, say: &str, at: Point, anchor: &str, mono: bool) -> Self {
        let wide = width(say, mono);
        let left = match anchor {
            "start" => at.x,
            "end" => at.x - wide,
            _ => at.x - wide / 2.0,
        };
        let corner = Point {
            x: left,
            y: at.y - TEXT / 2.0,
        };
        Self {
            line,
            say: say.to_string(),
            area: Area::from_corner(corner, wide, TEXT),
        }
    }
}

/// The width of a text, on the wide side: each reader has another font.
pub fn width(text: &str, mono: bool) -> f64 {
    let ems = text.chars().map(|c| match c {
        _ if mono => 0.6,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 0.28,
        'f' | 't' | 'r' | ' ' | '(' | ')' | '-' | '[' | ']' | '/' => 0.37,
        'm' | 'w' | 'M' | 'W' | '→' | '…' => 0.88,
        'A'..='Z' => 0.68,
        _ => 0.57,
    });
    ems.sum::<f64>() * TEXT
}

/// The texts that run over each other, over an arrow, or over the edge of a shape or of the figure.
pub fn collisions(canvas: &Canvas) -> Vec<String> {
    let Canvas {
        texts,
        ink,
        shapes,
        height,
        ..
    } = canvas;
    let mut problems = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let Area { x, y, w, h, .. } = text.area;
        if x < 1.0 || y < 1.0 || x + w > WIDTH - 1.0 || y + h > *height - 1.0 {
            problems.push(format!(
                "line {}: `{}` runs over the edge: it takes {x:.0} to {:.0} of {WIDTH}, and {y:.0} to {:.0} of {height}",
                text.line, text.say, x + w, y + h
            ));
        }
        let under = ink
            .iter()
            .find(|(_, at)| at.x > x && at.x < x + w && at.y > y + 1.0 && at.y < y + h - 1.0);
        if let Some((line, at)) = under {
            problems.push(format!(
                "line {}: `{}` runs over the arrow of line {line}, near {:.0},{:.0}",
                text.line, text.say, at.x, at.y
            ));
        }
        let across = shapes.iter().find(|(_, shape)| {
            shape.grown(-2.0).meets(&text.area) && !shape.grown(1.0).holds(&text.area)
        });
        if let Some((line, _)) = across {
            problems.push(format!(
                "line {}: `{}` runs over the edge of the shape of line {line}",
                text.line, text.say
            ));
        }
        for other in &texts[index + 1..] {
            if text.area.meets(&other.area) {
                problems.push(format!(
                    "line {}: `{}` runs over `{}` of line {}",
                    other.line, other.say, text.say, text.line
                ));
            }
        }
    }
    problems
}
