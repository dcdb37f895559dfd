//! The rows of each chapter. To add a chapter: a module with `pub fn rows() -> Vec<Row>`, and a line in [`find`].

use crate::race::Row;

pub mod chapter_1;
mod chapter_2;
mod chapter_3;

/// The rows of a chapter, by its id.
#[must_use]
pub fn find(chapter: &str) -> Option<Vec<Row>> {
    match chapter {
        "chapter-1" => Some(chapter_1::rows()),
        "chapter-2" => Some(chapter_2::rows()),
        "chapter-3" => Some(chapter_3::rows()),
        _ => None,
    }
}
