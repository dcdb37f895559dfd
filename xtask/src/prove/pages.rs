//! The book: its builder lints and builds it.

use super::{Outcome, quietly};
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
        let mut command = cargo();
        command
            .current_dir(&course.root)
            .args(["run", "--quiet", "--locked", "--manifest-path"])
            .arg("xtask/book/Cargo.toml")
            .args(["--", action]);
        problems.extend(quietly(&mut command).err());
    }
    Ok(Outcome::of(
        problems,
        "the book builds, every link leads somewhere",
    ))
}
