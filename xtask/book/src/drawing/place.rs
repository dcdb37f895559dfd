//! Places: points, the areas of shapes, and points named by a shape: `queue.2`, `worker.left+0,12`.

use std::collections::BTreeMap;

use super::number;

/// A point of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

impl Point {
    /// The point `by` away.
    pub fn plus(self, by: Self) -> Self {
        Self {
            x: self.x + by.x,
            y: self.y + by.y,
        }
    }

    /// The point at `share` of the way to another.
    pub fn toward(self, other: Self, share: f64) -> Self {
        Self {
            x: self.x + (other.x - self.x) * share,
            y: self.y + (other.y - self.y) * share,
        }
    }

    /// How far it is to another.
    pub fn distance(self, other: Self) -> f64 {
        (other.x - self.x).hypot(other.y - self.y)
    }
}

/// What a shape covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The left edge.
    pub x: f64,
    /// The upper edge.
    pub y: f64,
    /// The width.
    pub w: f64,
    /// The height.
    pub h: f64,
    /// A circle in place of a rectangle.
    pub round: bool,
}

impl Area {
    /// The rectangle with its upper left corner at `at`.
    pub fn from_corner(at: Point, w: f64, h: f64) -> Self {
        Self {
            x: at.x,
            y: at.y,
            w,
            h,
            round: false,
        }
    }

    /// The rectangle around `at`.
    pub fn around(at: Point, w: f64, h: f64) -> Self {
        let corner = at.plus(Point {
            x: -w / 2.0,
            y: -h / 2.0,
        });
        Self::from_corner(corner, w, h)
    }

    /// The circle around `at`.
    pub fn circle(at: Point, radius: f64) -> Self {
        Self {
            round: true,
            ..Self::around(at, 2.0 * radius, 2.0 * radius)
        }
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        Point {
            x: self.x + self.w / 2.0,
            y: self.y + self.h / 2.0,
        }
    }

    /// The middle of a side.
    fn side(&self, side: &str) -> Option<Point> {
        let Point { x, y } = self.centre();
        Some(match side {
            "left" => Point { x: self.x, y },
            "right" => Point {
                x: self.x + self.w,
                y,
            },
            "top" => Point { x, y: self.y },
            "bottom" => Point {
                x,
                y: self.y + self.h,
            },
            _ => return None,
        })
    }

    /// The rectangle that reaches `by` further on each side; of a circle, the square inside it.
    pub fn grown(&self, by: f64) -> Self {
        let side = if self.round {
            std::f64::consts::FRAC_1_SQRT_2
        } else {
            1.0
        };
        let (w, h) = (self.w * side + 2.0 * by, self.h * side + 2.0 * by);
        Self::around(self.centre(), w, h)
    }

    /// Whether two rectangles have a point in common.
    pub fn meets(&self, other: &Self) -> bool {
        let over = |a: f64, a_size: f64, b: f64, b_size: f64| a < b + b_size && b < a + a_size;
        over(self.x, self.w, other.x, other.w) && over(self.y, self.h, other.y, other.h)
    }

    /// Whether the other rectangle lies inside.
    pub fn holds(&self, other: &Self) -> bool {
        let within = |a: f64, a_size: f64, b: f64, b_size: f64| a <= b && b + b_size <= a + a_size;
        within(self.x, self.w, other.x, other.w) && within(self.y, self.h, other.y, other.h)
    }

    /// Where the line from the middle to `target` leaves the area.
    pub fn edge(&self, target: Point) -> Point {
        let centre = self.centre();
        let (dx, dy) = (target.x - centre.x, target.y - centre.y);
        let share = if self.round {
            self.w / 2.0 / dx.hypot(dy)
        } else {
            (self.w / 2.0 / dx.abs()).min(self.h / 2.0 / dy.abs())
        };
        centre.toward(target, share.min(1.0))
    }
}

/// The end of an arrow: a point, or a shape whose edge the arrow touches.
#[derive(Clone, Copy)]
pub enum End {
    /// This very point.
    Exact(Point),
    /// Wherever the arrow meets the shape.
    Shape(Area),
}

impl End {
    /// The point to aim at from afar.
    pub fn aim(&self) -> Point {
        match self {
            Self::Exact(point) => *point,
            Self::Shape(area) => area.centre(),
        }
    }

    /// The point itself, seen from the next point of the arrow.
    pub fn from(&self, next: Point) -> Point {
        match self {
            Self::Exact(point) => *point,
            Self::Shape(area) => area.edge(next),
        }
    }
}

/// Reads `X,Y`, `NAME`, `NAME.SIDE`, and each name with `+DX,DY` behind it.
pub fn end(text: &str, names: &BTreeMap<String, Area>) -> Result<End, String> {
    if let Some((name, by)) = text.split_once('+') {
        return Ok(End::Exact(end(name, names)?.aim().plus(pair(by, ',')?)));
    }
    if let Some(area) = names.get(text) {
        return Ok(End::Shape(*area));
    }
    let side = text
        .rsplit_once('.')
        .and_then(|(name, side)| names.get(name)?.side(side));
    match side {
        Some(point) => Ok(End::Exact(point)),
        None => pair(text, ',').map(End::Exact).map_err(|_| {
            format!(
                "expected `X,Y` or a shape above, with `.left`, `.right`, `.top` or `.bottom`, found `{text}`"
            )
        }),
    }
}

/// Two numbers: `40,60` or `120x80`.
pub fn pair(text: &str, between: char) -> Result<Point, String> {
    let (x, y) = text
        .split_once(between)
        .ok_or_else(|| format!("expected two numbers with `{between}` between, found `{text}`"))?;
    Ok(Point {
        x: number(x)?,
        y: number(y)?,
    })
}
