//! The book: its builder lints and builds it.

use std::process::Command;

use super::{Outcome, is_here, quietly};
use crate::compile::cargo;
use crate::course::Course;

/// Builds the book as readers get it and checks every page.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn build(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    for action in ["build", "lint"] {
        problems.extend(quietly(&mut builder(course, action)).err());
    }
    Ok(Outcome::of(
        problems,
        "the book builds, every link leads somewhere",
    ))
}

/// The book's builder, about to do `action`.
fn builder(course: &Course, action: &str) -> Command {
    let mut command = cargo();
    command
        .current_dir(&course.root)
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg("xtask/book/Cargo.toml")
        .args(["--", action]);
    command
}

/// Reads every page of the built book in Chromium: accessibility, keyboard, phone, paper, no JavaScript, weight, search.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn browser(course: &Course) -> Result<Outcome, String> {
    let node = is_here("node", "--version") && is_here("npm", "--version");
    let browser = std::env::var_os("CHROMIUM").is_some()
        || ["chromium", "chromium-browser", "google-chrome"]
            .iter()
            .any(|program| is_here(program, "--version"));
    if !node || !browser {
        return Ok(Outcome::Skipped(
            "no page was looked at in a browser: this needs Chromium, Node and npm".into(),
        ));
    }
    let folder = course.root.join("xtask/book/browser-check");
    let installed = folder.join("node_modules/playwright-core").is_dir();
    let mut problems = Vec::new();
    if !course.root.join("target/book/index.html").is_file() {
        problems.extend(quietly(&mut builder(course, "build")).err());
    }
    if !installed {
        let mut install = Command::new("npm");
        install
            .current_dir(&folder)
            .args(["ci", "--no-audit", "--no-fund"]);
        problems.extend(quietly(&mut install).err());
    }
    if problems.is_empty() {
        let mut check = Command::new("node");
        check
            .current_dir(&folder)
            .arg("check.mjs")
            .arg(course.root.join("target/book"));
        problems.extend(quietly(&mut check).err());
    }
    Ok(Outcome::of(
        problems,
        "every page is fine in light and dark, on a phone, on paper, by keyboard, without JavaScript; search finds what it should",
    ))
}
