//! `doctor`: what is installed, what is missing and what for, and whether all of it works without a network.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::commands::trace;
use crate::compile::{self, Failure, Package, cargo};
use crate::course::{Chapter, Course, by_suite};
use crate::interrupt;
use crate::term;

/// The cargo workspaces that readers need: what each is for, and its folder.
pub const WORKSPACES: [(&str, &str); 3] = [
    ("the exercises", "."),
    ("the book: serve, book", "xtask/book"),
    ("the races: bench, lab", "xtask/bench"),
];

/// The oldest Go whose programs the book and the races understand.
const GO: (u32, u32) = (1, 25);

/// Prints the findings, after fetching and building everything with `prefetch`. `true` when nothing that is needed is
/// missing.
///
/// # Errors
///
/// When the course cannot be read.
pub fn doctor(root: &Path, prefetch: bool) -> Result<bool, String> {
    let host = host();
    let mut fetched = true;
    if prefetch {
        interrupt::watch();
        fetched = fetch(root, host.as_deref())? && build(root)?;
    }
    term::line(term::bold("installed"));
    let rust = rust(root);
    tools();
    term::line(term::bold("here, for when there is no network"));
    let (mut exercises, mut all) = (true, true);
    for (what, folder) in workspaces(root) {
        let mut command = fetching(root, folder, host.as_deref());
        command.args(["--offline", "--quiet"]);
        let complete = silent(&mut command);
        if complete {
            good(&format!("the crates of {what}"));
        } else {
            let sign = if folder == "." { bad } else { open };
            sign(&format!("the crates of {what}: not all of them"));
        }
        exercises &= complete || folder != ".";
        all &= complete;
    }
    term::line(match (rust && exercises && fetched, all) {
        (true, true) => "ready, also without a network".to_string(),
        (true, false) => format!(
            "ready while there is a network. For a room without one: {}",
            term::cyan("cargo xtask doctor --prefetch")
        ),
        (false, _) if !rust => "not ready: Rust comes first".to_string(),
        (false, _) if prefetch => "not ready: see what cargo said above".to_string(),
        (false, _) => format!(
            "not ready: with a network, {}",
            term::cyan("cargo xtask doctor --prefetch")
        ),
    });
    Ok(rust && exercises && fetched)
}

/// The workspaces that are there: a small course has one.
fn workspaces(root: &Path) -> impl Iterator<Item = (&'static str, &'static str)> {
    WORKSPACES
        .into_iter()
        .filter(move |(_, folder)| root.join(folder).join("Cargo.lock").is_file())
}

fn fetching(root: &Path, folder: &str, host: Option<&str>) -> Command {
    let mut command = cargo();
    command
        .current_dir(root)
        .args(["fetch", "--locked", "--manifest-path"])
        .arg(root.join(folder).join("Cargo.toml"));
    // Windows' crates are of no use on Linux.
    if let Some(host) = host {
        command.args(["--target", host]);
    }
    command
}

/// Downloads what is missing. Cargo says how far it is.
fn fetch(root: &Path, host: Option<&str>) -> Result<bool, String> {
    for (what, folder) in workspaces(root) {
        term::line(format_args!("fetching the crates of {what}"));
        let status = fetching(root, folder, host)
            .stdin(Stdio::null())
            .status()
            .map_err(|error| format!("cannot start cargo: {error}"))?;
        if !status.success() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Builds what `check`, `trace` and `book` run, so that the first of each does not take long.
fn build(root: &Path) -> Result<bool, String> {
    let course = Course::load(root)?;
    for chapter in &course.chapters {
        term::line(format_args!("building {}", chapter.id));
        for package in [
            Package::solution(root, chapter),
            Package::reader(root, chapter),
        ] {
            if let Err(said) = build_chapter(chapter, &package) {
                term::line(said);
                return Ok(false);
            }
        }
    }
    if root.join("xtask/book/Cargo.lock").is_file() {
        term::line("building the book");
        let status = cargo()
            .current_dir(root)
            .args(["run", "--quiet", "--locked", "--manifest-path"])
            .arg(root.join("xtask/book/Cargo.toml"))
            .args(["--", "build"])
            .stdin(Stdio::null())
            .status()
            .map_err(|error| format!("cannot start cargo: {error}"))?;
        return Ok(status.success());
    }
    Ok(true)
}

/// Code that does not compile is the reader's to mend and no obstacle: what it depends on is built.
fn build_chapter(chapter: &Chapter, package: &Package) -> Result<(), String> {
    for steps in by_suite(&chapter.steps) {
        compile::compile_each(package, &steps)?;
    }
    if let Some(demo) = trace::example(package)
        && let Err(Failure::Cargo(said)) = compile::example(package, &demo)
    {
        return Err(said);
    }
    Ok(())
}

/// Whether Rust is there, and new enough.
fn rust(root: &Path) -> bool {
    let needed = std::fs::read_to_string(root.join("Cargo.toml"))
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix("rust-version = "))?;
            Some(line.trim().trim_matches('"').to_string())
        });
    let fine = match (
        said(Command::new(rustc()).arg("--version")),
        needed.as_deref(),
    ) {
        (None, _) => {
            bad("rustc: not here. It comes from https://rustup.rs");
            false
        }
        (Some(version), Some(needed)) if number(&version) < number(needed) => {
            bad(&format!(
                "{version} is older than {needed}, which the course needs: rustup update"
            ));
            false
        }
        (Some(version), needed) => {
            let needed = needed.map_or(String::new(), |needed| {
                format!("; the course needs {needed}")
            });
            good(&format!("{version}{needed}"));
            true
        }
    };
    match said(cargo().arg("--version")) {
        Some(version) => good(&version),
        None => bad("cargo: not here. It comes from https://rustup.rs"),
    }
    fine
}

/// What makes more of the course, and is not needed for its steps.
fn tools() {
    for (name, arguments, what) in [
        (
            "git",
            &["--version"][..],
            "brings updates, and puts the course's own files back",
        ),
        (
            "go",
            &["version"],
            "runs the Go programs of the book, and races as Go: https://go.dev",
        ),
        (
            "rustfmt",
            &["--version"],
            "lays out your code: rustup component add rustfmt",
        ),
        (
            "cargo-clippy",
            &["--version"],
            "finds more mistakes: rustup component add clippy",
        ),
    ] {
        match said(Command::new(name).args(arguments)) {
            Some(version) if name == "go" && number(&version) < Some(GO) => open(&format!(
                "{version} is older than {}.{}: the Go programs are skipped. Newer: https://go.dev",
                GO.0, GO.1
            )),
            Some(version) => good(&version),
            None => open(&format!("{name}: not here. It is optional: it {what}")),
        }
    }
}

/// The first version number in `text`, so far as it matters: `rustc 1.88.0 (…)` and `go1.26` alike.
fn number(text: &str) -> Option<(u32, u32)> {
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let mut parts = text[from..].split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The platform that crates are compiled for.
fn host() -> Option<String> {
    let output = Command::new(rustc()).arg("-vV").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines()
        .find_map(|line| line.strip_prefix("host: "))
        .map(str::to_string)
}

fn rustc() -> std::ffi::OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// The first line that `command` says, if it is there and succeeds.
fn said(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let first = text.lines().next()?.trim().to_string();
    output.status.success().then_some(first)
}

fn silent(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn good(what: &str) {
    term::line(format_args!("  {} {what}", term::green("✓")));
}

fn open(what: &str) {
    term::line(format_args!("  {} {what}", term::yellow("○")));
}

fn bad(what: &str) {
    term::line(format_args!("  {} {what}", term::red("✗")));
}
