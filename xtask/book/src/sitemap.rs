//! `sitemap.xml`: every page's public address, for search engines (<https://www.sitemaps.org/protocol.html>).
//!
//! The book says in `book.toml`, under `[preprocessor.course]`, where it is published: a sitemap needs whole addresses.

use std::path::Path;

use mdbook_driver::book::{Book, BookItem};

use crate::html::escape;

/// The key in `book.toml`.
pub const PUBLISHED_AT: &str = "preprocessor.course.published-at";

/// The sitemap of `book`, which is published at `address`.
#[must_use]
pub fn of(book: &Book, address: &str) -> String {
    let address = address.trim_end_matches('/');
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for page in book.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => chapter.path.as_deref(),
        _ => None,
    }) {
        xml.push_str(&format!(
            "  <url><loc>{}</loc></url>\n",
            escape(&format!("{address}/{}", html_path(page)))
        ));
    }
    xml.push_str("</urlset>\n");
    xml
}

/// `chapter-3/README.md` is served as `chapter-3/`, and `chapter-3/lab.md` as `chapter-3/lab.html`.
fn html_path(page: &Path) -> String {
    let html = page.with_extension("html");
    let html = html.to_string_lossy().replace('\\', "/");
    for index in ["README.html", "index.html"] {
        if let Some(folder) = html.strip_suffix(index) {
            return folder.to_owned();
        }
    }
    html
}
