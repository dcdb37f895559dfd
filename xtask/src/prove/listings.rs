//! The programs that the book prints: each compiles, runs, and prints what is recorded beside it.
//!
//! `src/listings/chapter-3/panic.go` has its output in `panic.go.exact.out`, `.sorted.out` (the lines may come in any
//! order) or `.varies.out` (only the run must succeed). Of a program that fails, the output ends with the first
//! paragraph of its standard error and a line `exit status N`; the rest names addresses. A `.console` file is a session
//! of the runner: its first line is the command, and a `.setup` file beside it holds the commands that came before.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Outcome, is_here, mirror, quietly, room};
use crate::compile::cargo;
use crate::course::Course;
use crate::difference;
use crate::term;

const LIMIT: Duration = Duration::from_secs(30);
const MODES: [&str; 3] = ["exact", "sorted", "varies"];

/// Runs every listing and compares.
///
/// # Errors
///
/// When the listings cannot be found.
pub fn unchanged(course: &Course) -> Result<Outcome, String> {
    let listings = Listings::find(&course.root)?;
    let mut problems = listings.build(&course.root);
    let go = is_here("go", "version");
    let mut count = 0;
    if problems.is_empty() {
        for program in &listings.programs {
            if program.is_go() && !go {
                continue;
            }
            count += 1;
            problems.extend(program.compare(&course.root).err());
        }
    }
    for console in &listings.consoles {
        count += 1;
        let recorded = fs::read_to_string(console)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        match session(&course.root, console) {
            Ok(now) if now == recorded => {}
            Ok(now) => problems.push(differs(&shown(&course.root, console), &recorded, &now)),
            Err(what) => problems.push(what),
        }
    }
    problems.extend(readme(&course.root).err());
    if problems.is_empty() && !go {
        return Ok(Outcome::Skipped(format!(
            "{count} listings print what is recorded; go is not on the path"
        )));
    }
    Ok(Outcome::of(
        problems,
        format!("{count} listings print what is recorded"),
    ))
}

/// The README shows the first check as it is recorded.
const FIRST_CHECK: &str = "src/listings/chapter-1/first-red.console";

fn readme(root: &Path) -> Result<(), String> {
    let (Ok(readme), Ok(recorded)) = (
        fs::read_to_string(root.join("README.md")),
        fs::read_to_string(root.join(FIRST_CHECK)),
    ) else {
        // A small course for a test has neither.
        return Ok(());
    };
    // There it stands in a list, and so further to the right.
    let flush = |text: &str| {
        text.lines()
            .map(|line| format!("{}\n", line.trim_start()))
            .collect::<String>()
    };
    if flush(&readme).contains(&flush(&recorded)) {
        Ok(())
    } else {
        Err(format!("README.md does not show what {FIRST_CHECK} holds"))
    }
}

/// Runs every listing and records what it prints. `true` when all ran.
///
/// # Errors
///
/// When the listings cannot be found, built or written.
pub fn record(root: &Path) -> Result<bool, String> {
    let listings = Listings::find(root)?;
    let problems = listings.build(root);
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let go = is_here("go", "version");
    for program in &listings.programs {
        if program.is_go() && !go {
            term::line(format_args!(
                "SKIPPED {}: go is not on the path",
                program.name
            ));
            continue;
        }
        let text = program.run(root)?;
        let (mode, path) = program
            .record()
            .unwrap_or(("exact", program.record_path("exact")));
        let unchanged = fs::read_to_string(&path).is_ok_and(|old| same(mode, &old, &text));
        if !unchanged {
            write(root, &path, &text)?;
        }
    }
    for console in &listings.consoles {
        let text = session(root, console)?;
        if fs::read_to_string(console).is_ok_and(|old| old == text) {
            continue;
        }
        write(root, console, &text)?;
    }
    Ok(true)
}

fn write(root: &Path, path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    term::line(format_args!("recorded {}", shown(root, path)));
    Ok(())
}

struct Listings {
    programs: Vec<Program>,
    consoles: Vec<PathBuf>,
}

/// One program of the book.
struct Program {
    source: PathBuf,
    /// `chapter-3-panic`: the folder and the stem.
    name: String,
}

impl Listings {
    fn find(root: &Path) -> Result<Self, String> {
        let top = root.join("src/listings");
        let mut found = Self {
            programs: Vec::new(),
            consoles: Vec::new(),
        };
        let folders = fs::read_dir(&top).map_err(|error| format!("{}: {error}", top.display()))?;
        for folder in folders.flatten().filter(|entry| entry.path().is_dir()) {
            let chapter = folder.file_name().to_string_lossy().into_owned();
            let files = fs::read_dir(folder.path()).map_err(|error| error.to_string())?;
            for path in files.flatten().map(|entry| entry.path()) {
                let stem = path
                    .file_stem()
                    .map(|stem| stem.to_string_lossy().into_owned())
                    .unwrap_or_default();
                match path.extension().and_then(|extension| extension.to_str()) {
                    Some("rs" | "go") => found.programs.push(Program {
                        name: format!("{chapter}-{stem}"),
                        source: path,
                    }),
                    Some("console") => found.consoles.push(path),
                    _ => {}
                }
            }
        }
        found.programs.sort_by(|a, b| a.source.cmp(&b.source));
        found.consoles.sort();
        Ok(found)
    }

    fn build(&self, root: &Path) -> Vec<String> {
        let mut problems = Vec::new();
        let manifest = fs::read_to_string(root.join("src/listings/Cargo.toml")).unwrap_or_default();
        for program in &self.programs {
            if !program.is_go() && !manifest.contains(&format!("name = \"{}\"", program.name)) {
                problems.push(format!(
                    "{} is not in src/listings/Cargo.toml: add a [[bin]] called {}",
                    shown(root, &program.source),
                    program.name
                ));
            }
        }
        let mut build = cargo();
        build
            .current_dir(root)
            .args(["build", "--quiet", "--locked", "--package", "listings"])
            .arg("--target-dir")
            .arg(built(root));
        problems.extend(quietly(&mut build).err());
        if !is_here("go", "version") {
            return problems;
        }
        for program in self.programs.iter().filter(|program| program.is_go()) {
            let mut go = Command::new("go");
            go.env("GOTOOLCHAIN", "local").env("GOFLAGS", "");
            // A trace that Go prints names `./program.go`, not where the course lies on this machine.
            go.args(["build", "-trimpath", "-o"])
                .arg(program.binary(root))
                .arg(&program.source);
            problems.extend(quietly(&mut go).err());
            let mut vet = Command::new("go");
            vet.env("GOTOOLCHAIN", "local").env("GOFLAGS", "");
            problems.extend(quietly(vet.arg("vet").arg(&program.source)).err());
        }
        problems
    }
}

impl Program {
    fn is_go(&self) -> bool {
        self.source
            .extension()
            .is_some_and(|extension| extension == "go")
    }

    fn binary(&self, root: &Path) -> PathBuf {
        let folder = if self.is_go() { "go" } else { "debug" };
        built(root)
            .join(folder)
            .join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX))
    }

    fn record_path(&self, mode: &str) -> PathBuf {
        PathBuf::from(format!("{}.{mode}.out", self.source.display()))
    }

    fn record(&self) -> Option<(&'static str, PathBuf)> {
        MODES
            .iter()
            .map(|mode| (*mode, self.record_path(mode)))
            .find(|(_, path)| path.is_file())
    }

    fn compare(&self, root: &Path) -> Result<(), String> {
        let source = shown(root, &self.source);
        let Some((mode, path)) = self.record() else {
            return Err(format!(
                "{source}: no output is recorded beside it: cargo xtask sync --record"
            ));
        };
        let recorded = fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?
            .replace("\r\n", "\n");
        let now = self.run(root)?;
        if same(mode, &recorded, &now) {
            Ok(())
        } else {
            Err(differs(&shown(root, &path), &recorded, &now))
        }
    }

    fn run(&self, root: &Path) -> Result<String, String> {
        let binary = self.binary(root);
        let (out, err) = (
            binary.with_extension("stdout"),
            binary.with_extension("stderr"),
        );
        let create = |path: &Path| {
            File::create(path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let mut child = Command::new(&binary)
            .stdin(Stdio::null())
            .stdout(create(&out)?)
            .stderr(create(&err)?)
            .env_remove("RUST_BACKTRACE")
            .spawn()
            .map_err(|error| format!("cannot run {}: {error}", binary.display()))?;
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if began.elapsed() > LIMIT {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!(
                    "{} did not end within {} s",
                    shown(root, &self.source),
                    LIMIT.as_secs()
                ));
            }
            thread::sleep(Duration::from_millis(2));
        };
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
        };
        let mut text = read(&out)?;
        if !status.success() {
            let code = status
                .code()
                .map_or("unknown".into(), |code| code.to_string());
            // A trace below the message differs from run to run: it stands only where that is allowed.
            let varies = self.record().is_some_and(|(mode, _)| mode == "varies");
            let said = read(&err)?;
            for line in said.lines().take_while(|line| varies || !line.is_empty()) {
                text.push_str(line);
                text.push('\n');
            }
            text.push_str(&format!("exit status {code}\n"));
        }
        Ok(text.replace("\r\n", "\n"))
    }
}

/// Whether what was recorded and what is printed now agree, as far as `mode` asks.
fn same(mode: &str, recorded: &str, now: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        lines.sort();
        lines
    };
    let failed = |text: &str| {
        text.lines()
            .last()
            .is_some_and(|line| line.starts_with("exit status"))
    };
    match mode {
        "exact" => recorded == now,
        "sorted" => sorted(recorded) == sorted(now),
        _ => failed(recorded) == failed(now),
    }
}

/// What the runner prints for the command in the first line of `console`, in a fresh copy of the course.
fn session(root: &Path, console: &Path) -> Result<String, String> {
    let recorded =
        fs::read_to_string(console).map_err(|error| format!("{}: {error}", console.display()))?;
    let command = recorded.lines().next().unwrap_or_default().to_string();
    let Some(arguments) = command.strip_prefix("$ cargo xtask ") else {
        return Err(format!(
            "{}: the first line must be a command, `$ cargo xtask …`",
            shown(root, console)
        ));
    };
    let copy = mirror::fresh(root)?;
    let setup = fs::read_to_string(console.with_extension("setup")).unwrap_or_default();
    for line in setup.lines() {
        let Some(arguments) = line.strip_prefix("cargo xtask ") else {
            return Err(format!("{}: unknown setup `{line}`", shown(root, console)));
        };
        runner(&copy, arguments)?;
    }
    Ok(format!("{command}\n{}", runner(&copy, arguments)?))
}

/// What the runner prints in `copy`, without the lines that tell how long the compiler took.
fn runner(copy: &Path, arguments: &str) -> Result<String, String> {
    let own = std::env::current_exe().map_err(|error| format!("where is the runner? {error}"))?;
    let output = Command::new(own)
        .args(arguments.split(' '))
        .current_dir(copy)
        .env("NO_COLOR", "1")
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run the runner: {error}"))?;
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(text
        .lines()
        .filter(|line| !passing_remark(line))
        .map(|line| format!("{line}\n"))
        .collect())
}

/// What depends on the machine's mood: how long the compiler took, and who else was building.
fn passing_remark(line: &str) -> bool {
    ["compiling ", "compiled in ", "waiting: ", "building "]
        .iter()
        .any(|start| line.starts_with(start))
}

fn differs(path: &str, recorded: &str, now: &str) -> String {
    let text = difference::unified("recorded", recorded, "now", now);
    format!(
        "{path}: not what is printed now. If the new text is right: cargo xtask sync --record\n{text}"
    )
}

fn built(root: &Path) -> PathBuf {
    room::folder(root, room::LISTINGS)
}

fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}
