//! The rows of each chapter. To add a chapter: a module with `pub fn rows() -> Vec<Row>`, and a line in [`find`].

use crate::race::Row;

pub mod chapter_1;
mod chapter_2;
mod chapter_3;
mod chapter_4;
mod chapter_5;
mod chapter_6;

/// The rows of a chapter, by its id.
#[must_use]
pub fn find(chapter: &str) -> Option<Vec<Row>> {
    match chapter {
        "chapter-1" => Some(chapter_1::rows()),
        "chapter-2" => Some(chapter_2::rows()),
        "chapter-3" => Some(chapter_3::rows()),
        "chapter-4" => Some(chapter_4::rows()),
        "chapter-5" => Some(chapter_5::rows()),
        "chapter-6" => Some(chapter_6::rows()),
        _ => None,
    }
}

/// `50 million`, `100 thousand`, `12345`.
pub(crate) fn count(size: usize) -> String {
    if size >= 1_000_000 && size.is_multiple_of(1_000_000) {
        format!("{} million", size / 1_000_000)
    } else if size >= 1_000 && size.is_multiple_of(1_000) {
        format!("{} thousand", size / 1_000)
    } else {
        size.to_string()
    }
}
