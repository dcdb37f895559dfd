//! Where the proof builds, and how much room that takes.
//!
//! All of it is under `target/prove`, so that nothing of a reader's or a maintainer's daily builds is touched, waited for
//! or deleted. Each of the folders below is deleted after the last stage that builds there: together they would fill a
//! small disk, and a linker that finds it full dies of a signal that says nothing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::quietly;
use crate::term;

/// Clippy's results.
pub const LINT: &str = "lint";
/// What readers build, and in the same way: the exercises and the book.
pub const READER: &str = "reader";
/// A copy of the course, in which things may be broken, and what is built there.
pub const COURSE: &str = "course";
/// `cargo test`.
pub const TESTS: &str = "tests";
/// The programs that the book prints.
pub const LISTINGS: &str = "listings";
/// What is optimised: the large tests and the races.
pub const RELEASE: &str = "release";

/// What the folders hold that are there together, each at its fullest, measured every two seconds: 1.55 GB, in the stage
/// `tests`. A third on top.
const WHOLE: u64 = 2_000 << 20;
/// The same for that stage alone: 1.05 GB.
const ONE: u64 = 1_500 << 20;
/// With less than this, whatever failed may have failed for want of it.
const HARDLY: u64 = 200 << 20;

/// Starts the same command again, in surroundings that save room, and waits for it: whether it succeeded. `None` in those
/// surroundings.
///
/// # Errors
///
/// When the runner cannot be started.
pub fn enter(root: &Path) -> Result<Option<bool>, String> {
    if inside().is_some() {
        return Ok(None);
    }
    let own = env::current_exe().map_err(|error| format!("where is the runner? {error}"))?;
    let target = match env::var_os("CARGO_TARGET_DIR") {
        Some(elsewhere) => std::path::absolute(elsewhere).map_err(|error| error.to_string())?,
        None => root.join("target"),
    };
    let status = Command::new(own)
        .args(env::args_os().skip(1))
        .env("CARGO_TARGET_DIR", target.join("prove").join(READER))
        // What is built once needs no notes for a second time: they were half of all that the proof wrote.
        .env("CARGO_INCREMENTAL", "0")
        // Panics and hangs name their places without it.
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .status()
        .map_err(|error| format!("cannot start the runner: {error}"))?;
    Ok(Some(status.success()))
}

/// `target/prove`, in the surroundings that [`enter`] makes.
fn inside() -> Option<PathBuf> {
    let target = PathBuf::from(env::var_os("CARGO_TARGET_DIR")?);
    let prove = target.parent()?;
    (target.ends_with(Path::new("prove").join(READER))).then(|| prove.to_path_buf())
}

/// The folder `name` under `target/prove`.
#[must_use]
pub fn folder(root: &Path, name: &str) -> PathBuf {
    inside()
        .unwrap_or_else(|| root.join("target/prove"))
        .join(name)
}

/// Deletes the folder `name` under `target/prove`.
pub fn free(root: &Path, name: &str) {
    // What cannot be deleted stays; a stage that has no room for it will say so.
    let _ = fs::remove_dir_all(folder(root, name));
}

/// Says how much room there is for a proof of all stages or of one, loudly where that is too little.
pub fn announce(root: &Path, whole: bool) {
    let Some(free) = left(root) else { return };
    let needed = if whole { WHOLE } else { ONE };
    let (free, needs) = (gigabytes(free), gigabytes(needed));
    if left(root).is_some_and(|left| left < needed) {
        term::line(format_args!(
            "{} only {free} are free on this disk, and the proof builds up to {needs} at once.\n  \
             A compiler or a linker that finds the disk full dies of `signal 7` or of `No space left`.\n  \
             `cargo clean` frees what earlier builds left; CARGO_TARGET_DIR names another disk to build on.",
            term::red("TOO LITTLE ROOM:")
        ));
    } else {
        term::line(term::dim(format_args!(
            "{free} are free on this disk; the proof builds up to {needs} at once"
        )));
    }
}

/// What a stage that failed should say of the disk, if the disk may be why.
#[must_use]
pub fn suspicion(root: &Path, problems: &[String]) -> Option<String> {
    let signs = ["signal 7", "signal: 7", "No space left", "os error 28"];
    let told = problems
        .iter()
        .any(|problem| signs.iter().any(|sign| problem.contains(sign)));
    let free = left(root)?;
    (told || free < HARDLY).then(|| {
        format!(
            "perhaps the disk was full: {} are free now, and more may have been freed since",
            gigabytes(free)
        )
    })
}

/// The bytes that are free where the proof builds; `None` where the system has no `df` that says so.
fn left(root: &Path) -> Option<u64> {
    let text = quietly(Command::new("df").arg("-Pk").arg(root)).ok()?;
    available(&text)
}

/// The fourth figure of the last line: `Filesystem 1024-blocks Used Available Capacity Mounted`.
fn available(df: &str) -> Option<u64> {
    let blocks: u64 = df.lines().last()?.split_whitespace().nth(3)?.parse().ok()?;
    Some(blocks << 10)
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / f64::from(1 << 30))
}

#[cfg(test)]
mod tests {
    use super::{available, gigabytes};

    #[test]
    fn what_is_free_is_read_from_df() {
        let text = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n\
                    /dev/sda1         20511312 16777216   3145728      84% /\n";
        assert_eq!(available(text).map(gigabytes).as_deref(), Some("3.0 GB"));
        assert_eq!(available(""), None);
        assert_eq!(available("df: no such folder\n"), None);
    }
}
