//! A second copy of the course under `target/prove/course`, in which a proof may break things.
//!
//! Only what differs is written, so that cargo builds again what a proof changed and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::room;

/// What a course consists of, as far as its tests and its runner go.
const PARTS: [&str; 8] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "exercises",
    "solutions",
    "src",
    "theme",
    "xtask",
];
const NEVER: [&str; 3] = ["target", "node_modules", ".git"];

/// Brings the copy of `root` up to date, undoes whatever the last proof did there, and returns its folder.
///
/// # Errors
///
/// Names the file that cannot be copied.
pub fn fresh(root: &Path) -> Result<PathBuf, String> {
    copy(root, room::folder(root, room::COURSE))
}

/// Brings the copy of `root` in the folder `copy` up to date, and returns that folder.
///
/// # Errors
///
/// Names the file that cannot be copied.
pub fn copy(root: &Path, copy: PathBuf) -> Result<PathBuf, String> {
    // A small course for a test has not all of them.
    for part in PARTS.iter().filter(|part| root.join(part).exists()) {
        bring(&root.join(part), &copy.join(part))
            .map_err(|error| format!("cannot copy {part}: {error}"))?;
    }
    // A reader's traces of the last proof.
    let _ = fs::remove_file(copy.join("progress.txt"));
    let _ = fs::remove_dir_all(copy.join("saved"));
    Ok(copy)
}

fn bring(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(from)? {
            let name = entry?.file_name();
            if NEVER.iter().any(|never| name == *never) {
                continue;
            }
            bring(&from.join(&name), &to.join(&name))?;
            names.insert(name);
        }
        for entry in fs::read_dir(to)? {
            let name = entry?.file_name();
            if !names.contains(&name) && NEVER.iter().all(|never| name != *never) {
                let gone = to.join(&name);
                if gone.is_dir() {
                    fs::remove_dir_all(gone)?;
                } else {
                    fs::remove_file(gone)?;
                }
            }
        }
        return Ok(());
    }
    let bytes = fs::read(from)?;
    if fs::read(to).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, bytes)
}
