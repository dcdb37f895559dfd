//! One build of the site, in this process.

use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

use crate::{boxes::Boxes, course::Directives, events, sitemap};

/// Where the site goes, relative to the course's root: `book.toml` says the same to a plain `mdbook`.
pub const OUTPUT: &str = "target/book";

/// What a build is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// The site as it goes to its place on the web.
    Publishing,
    /// The site as [`crate::serve`] shows it, at the root of its own server.
    Reading,
}

/// The course's root: this package's grandparent folder.
///
/// # Errors
///
/// The binary was moved away from the course it was built in.
pub fn root() -> Result<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this package lies in xtask/book");
    if root.join("book.toml").is_file() {
        Ok(root.to_path_buf())
    } else {
        Err(format!("{} holds no book.toml", root.display()))
    }
}

/// Builds the book under `root` into `dest`.
///
/// # Errors
///
/// Every complaint of mdBook, Admonish and the directives, a line each: a warning too fails the build.
pub fn build(root: &Path, dest: &Path, purpose: For) -> Result<(), String> {
    let (result, complaints) = events::collect(|| render(root, dest, purpose));
    let mut problems: Vec<String> = complaints;
    if let Err(error) = result {
        problems.push(format!("{error:#}"));
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

fn render(root: &Path, dest: &Path, purpose: For) -> mdbook_driver::errors::Result<()> {
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.update_from_env()?;
    config.build.build_dir = dest.to_path_buf();
    if purpose == For::Reading {
        config.set("output.html.site-url", "/")?;
    }
    // `load` makes a child process of every preprocessor that book.toml names. Ours have the same names, so they take
    // the children's places, in the order that book.toml gives.
    let mut book = MDBook::load_with_config(root, config)?;
    book.with_preprocessor(Directives);
    book.with_preprocessor(Boxes);
    book.build()?;
    // Nobody searches the site that a reader serves at home.
    if purpose == For::Publishing
        && let Some(address) = book.config.get::<String>(sitemap::PUBLISHED_AT)?
    {
        std::fs::write(dest.join("sitemap.xml"), sitemap::of(&book.book, &address))?;
    }
    Ok(())
}
