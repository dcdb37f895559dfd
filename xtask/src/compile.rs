//! The test binaries of a chapter: one a step, so that an edit waits for the tests of its own step and of no other.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use tinyjson::JsonValue;

use crate::course::{Chapter, Course, Step, Suite};
use crate::interrupt;
use crate::term;

/// A crate whose tests are to be run: the reader's or the reference's, in the course or in a copy of it.
#[derive(Clone, Debug)]
pub struct Package {
    /// The workspace's folder. Paths that rustc prints are relative to it.
    pub workspace: PathBuf,
    /// The package's folder, relative to the workspace.
    pub dir: String,
    /// The package's name.
    pub name: String,
    /// Whether each step has a test binary of its own, as the reader's crate has. The reference has one a suite.
    pub apart: bool,
    /// Where cargo builds; `None` for its default.
    pub target: Option<PathBuf>,
}

impl Package {
    /// The reader's crate of `chapter`.
    #[must_use]
    pub fn reader(root: &Path, chapter: &Chapter) -> Self {
        Self {
            workspace: root.to_path_buf(),
            dir: format!("exercises/{}", chapter.id),
            name: chapter.id.clone(),
            apart: true,
            target: None,
        }
    }

    /// The reference's crate of `chapter`.
    #[must_use]
    pub fn solution(root: &Path, chapter: &Chapter) -> Self {
        Self {
            workspace: root.to_path_buf(),
            dir: chapter.solution_dir(),
            name: chapter.solution_package(),
            apart: false,
            target: None,
        }
    }

    /// The test target that holds the tests of `step`.
    fn target_of<'step>(&self, step: &'step Step) -> &'step str {
        match step.suite {
            Suite::Check if self.apart => &step.id,
            suite => suite.name(),
        }
    }
}

/// The tests of some steps, ready to run.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The test binaries.
    pub binaries: Vec<Binary>,
    /// How long the compiler took.
    pub took: Duration,
    /// The warnings in the package's own code, as rustc renders them.
    pub warnings: Vec<String>,
}

/// A test binary.
#[derive(Clone, Debug)]
pub struct Binary {
    /// The test target.
    name: String,
    /// The program.
    pub path: PathBuf,
    /// Every test in it, as `module::name`, in the order of the test files.
    pub tests: Vec<String>,
    /// How many tests it holds, the one that warms up with them.
    pub total: usize,
}

impl Compiled {
    /// Whether the tests of `step` were compiled.
    #[must_use]
    pub fn holds(&self, package: &Package, step: &Step) -> bool {
        let name = package.target_of(step);
        self.binaries.iter().any(|binary| binary.name == name)
    }

    /// Every test.
    pub fn tests(&self) -> impl Iterator<Item = &str> {
        let all = self.binaries.iter().flat_map(|binary| &binary.tests);
        all.map(String::as_str)
    }

    /// The binary that holds `test`.
    #[must_use]
    pub fn binary_of(&self, test: &str) -> Option<&Binary> {
        let holds = |binary: &&Binary| binary.tests.iter().any(|held| held == test);
        self.binaries.iter().find(holds)
    }
}

/// Why there is no test binary.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The code does not compile: rustc's errors as it renders them.
    DoesNotCompile(Vec<String>),
    /// Cargo itself could not work: what it said, and what to do.
    Cargo(String),
}

/// The cargo that runs us, or the one on the path.
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What `cargo run` set for the runner is not for the crates that it builds.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST") {
            command.env_remove(&name);
        }
    }
    command
}

/// The test that a binary may bring to build, without a time limit, what its other tests need.
const WARM_UP: &str = "warm_up";

/// Compiles the tests of `steps`, which are of one suite, with one call of cargo, and lists them.
///
/// Says what cargo does when that takes longer than a second or waits for another cargo.
///
/// # Errors
///
/// [`Failure`]: rustc's errors, or cargo's.
pub fn compile(package: &Package, steps: &[&Step]) -> Result<Compiled, Failure> {
    let began = Instant::now();
    let suite = steps.first().map_or(Suite::Check, |step| step.suite);
    let mut targets: Vec<&str> = steps.iter().map(|step| package.target_of(step)).collect();
    targets.dedup();
    let mut command = cargo();
    command
        .current_dir(&package.workspace)
        .args(["test", "--no-run", "--locked", "--profile", "exercise"])
        .args(["--package", &package.name])
        .args(targets.iter().flat_map(|target| ["--test", target]))
        .args(["--message-format", rendered()]);
    if suite == Suite::Refused {
        command.args(["--features", "refused"]);
    }
    if let Some(target) = &package.target {
        command.arg("--target-dir").arg(target);
    }
    let built = build(&mut command, &package.dir, &targets)?;
    let mut binaries = Vec::new();
    for (name, path) in built.binaries {
        let mut tests = list(&path).map_err(Failure::Cargo)?;
        let warmed = tests.iter().any(|test| test == WARM_UP);
        if warmed {
            tests.retain(|test| test != WARM_UP);
            warm_up(package, &path)?;
        }
        order(package, suite, &mut tests);
        binaries.push(Binary {
            name,
            path,
            total: tests.len() + usize::from(warmed),
            tests,
        });
    }
    Ok(Compiled {
        binaries,
        took: began.elapsed(),
        warnings: built.warnings,
    })
}

/// A step with its tests, or with rustc's errors.
pub type Attempt<'course> = (&'course Step, Result<Compiled, Vec<String>>);

/// Compiles the tests of `steps`, which are of one suite, and where that fails those of each step alone: an error in one
/// step's tests is none of the others'.
///
/// # Errors
///
/// What cargo said, when it could not work.
pub fn compile_each<'course>(
    package: &Package,
    steps: &[&'course Step],
) -> Result<Vec<Attempt<'course>>, String> {
    let attempt = |steps: &[&Step]| match compile(package, steps) {
        Ok(compiled) => Ok(Ok(compiled)),
        Err(Failure::DoesNotCompile(errors)) => Ok(Err(errors)),
        Err(Failure::Cargo(said)) => Err(said),
    };
    let together = attempt(steps)?;
    let alone = together.is_err() && package.apart && steps.len() > 1;
    let mut each = Vec::new();
    for &step in steps {
        let outcome = match alone {
            true => attempt(&[step])?,
            false => together.clone(),
        };
        each.push((step, outcome));
    }
    Ok(each)
}

/// Compiles the example `name` of `package` and says where its program is.
///
/// # Errors
///
/// [`Failure`]: rustc's errors, or cargo's.
pub fn example(package: &Package, name: &str) -> Result<PathBuf, Failure> {
    let mut command = cargo();
    command
        .current_dir(&package.workspace)
        .args(["build", "--locked", "--profile", "exercise"])
        .args(["--package", &package.name, "--example", name])
        .args(["--message-format", rendered()]);
    let mut built = build(&mut command, &package.dir, &[name])?;
    Ok(built.binaries.swap_remove(0).1)
}

/// What cargo is asked for: messages that a program reads, with rustc's errors as a person reads them.
fn rendered() -> &'static str {
    if term::colour() {
        "json,json-diagnostic-rendered-ansi"
    } else {
        "json"
    }
}

struct Built {
    /// Each program with its target's name.
    binaries: Vec<(String, PathBuf)>,
    warnings: Vec<String>,
}

/// Runs `command`, a cargo that prints messages, for the programs `targets` of the package in `dir`.
fn build(command: &mut Command, dir: &str, targets: &[&str]) -> Result<Built, Failure> {
    let began = Instant::now();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = interrupt::in_own_group(command).spawn().map_err(|error| {
        Failure::Cargo(format!(
            "cannot start cargo: {error}\n  Rust and cargo come from https://rustup.rs"
        ))
    })?;
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take().expect("stdout is piped");
    let stderr = child.stderr.take().expect("stderr is piped");
    let messages = sender.clone();
    thread::spawn(move || forward(stdout, &messages, Line::Message));
    thread::spawn(move || forward(stderr, &sender, Line::Said));

    let mut found = Messages::default();
    let mut progress = Progress::new(began);
    loop {
        if interrupt::requested() {
            // Cargo dies of it, and so do the compilers that it started: none may write a binary later on.
            interrupt::end_group(&mut child);
            interrupt::obey();
        }
        match receiver.recv_timeout(Duration::from_millis(50)) {
            Ok(Line::Message(text)) => found.take(dir, targets, &text),
            Ok(Line::Said(text)) => {
                progress.heard(&text);
                found.said.push(text);
            }
            Err(mpsc::RecvTimeoutError::Timeout) => progress.tick(),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        }
    }
    progress.done();
    let status = child
        .wait()
        .map_err(|error| Failure::Cargo(format!("cargo went away: {error}")))?;
    match found.binaries.len() == targets.len() && status.success() {
        true => Ok(Built {
            binaries: found.binaries,
            warnings: found.warnings,
        }),
        false if found.errors.is_empty() => Err(Failure::Cargo(advise(&found.said.join("\n")))),
        false => Err(Failure::DoesNotCompile(found.errors)),
    }
}

enum Line {
    Message(String),
    Said(String),
}

fn forward(from: impl std::io::Read, to: &mpsc::Sender<Line>, kind: fn(String) -> Line) {
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        if to.send(kind(line)).is_err() {
            return;
        }
    }
}

#[derive(Default)]
struct Messages {
    binaries: Vec<(String, PathBuf)>,
    errors: Vec<String>,
    warnings: Vec<String>,
    said: Vec<String>,
}

impl Messages {
    fn take(&mut self, dir: &str, targets: &[&str], text: &str) {
        let Ok(message) = text.parse::<JsonValue>() else {
            return;
        };
        let field = |path: &[&str]| -> Option<&String> {
            let mut value = &message;
            for key in path {
                value = value
                    .get::<std::collections::HashMap<String, JsonValue>>()?
                    .get(*key)?;
            }
            value.get()
        };
        match field(&["reason"]).map(String::as_str) {
            Some("compiler-artifact") => {
                if let Some(binary) = field(&["executable"])
                    && let Some(name) = field(&["target", "name"])
                    && targets.contains(&name.as_str())
                {
                    self.binaries.push((name.clone(), binary.into()));
                }
            }
            Some("compiler-message") => {
                let rendered = field(&["message", "rendered"]).cloned().unwrap_or_default();
                let own = field(&["package_id"]).is_some_and(|id| id.contains(dir));
                match field(&["message", "level"]).map(String::as_str) {
                    // The last error only counts the others; the count is ours to say. The crate is compiled more than once: for itself, and as its own unit tests.
                    Some("error")
                        if !rendered.contains("aborting due to")
                            && !self.errors.contains(&rendered) =>
                    {
                        self.errors.push(rendered);
                    }
                    Some("warning") if own && !rendered.contains(" emitted") => {
                        self.warnings.push(rendered);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
}

/// Says what cargo does once it takes long.
struct Progress {
    began: Instant,
    last: String,
    crates: usize,
    /// The second and the count of crates that are on the screen.
    shown: Option<(u64, usize)>,
}

impl Progress {
    fn new(began: Instant) -> Self {
        Self {
            began,
            last: String::new(),
            crates: 0,
            shown: None,
        }
    }

    fn heard(&mut self, text: &str) {
        let text = text.trim();
        if text.starts_with("Blocking waiting for file lock") {
            term::line(term::dim(if text.contains("package cache") {
                "waiting: another cargo is looking at the downloaded crates"
            } else {
                "waiting: another cargo, perhaps your editor's, is building in the same folder"
            }));
        }
        if let Some(rest) = text.strip_prefix("Compiling ") {
            self.crates += 1;
            self.last = rest.split(' ').next().unwrap_or(rest).to_string();
        }
        self.tick();
    }

    fn tick(&mut self) {
        if self.began.elapsed() < Duration::from_secs(1) || self.last.is_empty() {
            return;
        }
        let seconds = self.began.elapsed().as_secs();
        if self.shown == Some((seconds, self.crates)) {
            return;
        }
        let what = format!(
            "compiling {} ({}, {seconds} s)",
            self.last,
            term::counted(self.crates, "crate")
        );
        if term::interactive() {
            term::print(format_args!("\r\x1b[K{}", term::dim(what)));
        } else if self.shown.is_none() {
            term::line(format_args!("compiling {} …", self.last));
        }
        self.shown = Some((seconds, self.crates));
    }

    fn done(&self) {
        if self.shown.is_some() && term::interactive() {
            term::print("\r\x1b[K");
        }
    }
}

/// Deletes the notes that the compiler keeps on the tests of the other chapters, 4 MB a step: they serve edits of code that
/// the reader has left. After a return the first check takes a quarter of a second longer.
pub fn forget_others(course: &Course, chapter: &Chapter, compiled: &Compiled) {
    let Some(binary) = compiled.binaries.first() else {
        return;
    };
    // `target/exercise/deps/timelines-…` has its notes in `target/exercise/incremental/timelines-…`.
    let profile = binary.path.parent().and_then(Path::parent);
    let notes = profile.unwrap_or(Path::new(".")).join("incremental");
    let own = |name: &str| chapter.steps.iter().any(|step| step.id == name);
    for entry in fs::read_dir(notes).into_iter().flatten().flatten() {
        let folder = entry.file_name().to_string_lossy().into_owned();
        let name = folder.rsplit_once('-').map_or("", |(name, _)| name);
        let others = course.steps().any(|(_, step)| step.id == name) && !own(name);
        if others && !written(&entry.path()) {
            // What stays is only in the way of the disk.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a compiler is writing notes in `folder`.
fn written(folder: &Path) -> bool {
    let sessions = fs::read_dir(folder).into_iter().flatten().flatten();
    sessions
        .map(|session| session.file_name())
        .any(|name| name.to_string_lossy().ends_with("-working"))
}

fn list(binary: &Path) -> Result<Vec<String>, String> {
    let output = Command::new(binary)
        .args(["--list", "--format", "terse"])
        .output()
        .map_err(|error| format!("cannot run {}: {error}", binary.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .map(str::to_string)
        .collect())
}

/// Lets the compiler's own tests build the chapter once for themselves, outside every time limit.
fn warm_up(package: &Package, binary: &Path) -> Result<(), Failure> {
    let mark = binary.with_extension("warm");
    if mark.is_file() {
        return Ok(());
    }
    term::line(term::dim(
        "building the chapter once more, for the tests of what the compiler refuses: it takes a while, once",
    ));
    let dir = package.workspace.join(&package.dir);
    let cannot = |error| Failure::Cargo(format!("cannot run {}: {error}", binary.display()));
    let log = binary.with_extension("warming");
    let file = fs::File::create(&log).map_err(cannot)?;
    let mut command = Command::new(binary);
    command
        .args(["--exact", WARM_UP])
        .current_dir(&dir)
        .env("CARGO_MANIFEST_DIR", &dir)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(file.try_clone().map_err(cannot)?)
        .stderr(file);
    let mut child = interrupt::in_own_group(&mut command)
        .spawn()
        .map_err(cannot)?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(cannot)? {
            break status;
        }
        if interrupt::requested() {
            interrupt::end_group(&mut child);
            interrupt::obey();
        }
        thread::sleep(Duration::from_millis(20));
    };
    if !status.success() {
        let said = fs::read_to_string(&log).unwrap_or_default();
        return Err(Failure::Cargo(format!("the warm-up failed:\n{said}")));
    }
    // Without the mark the next run warms up again, and that is quick.
    let _ = fs::write(mark, "");
    Ok(())
}

/// Puts `tests` in the order in which they stand in their files, where the simplest comes first. The harness lists them
/// by name.
fn order(package: &Package, suite: Suite, tests: &mut [String]) {
    let chapter = package.dir.rsplit('/').next().unwrap_or_default();
    let folder = package
        .workspace
        .join("exercises")
        .join(chapter)
        .join("tests")
        .join(suite.name());
    let mut sources: HashMap<String, String> = HashMap::new();
    tests.sort_by_cached_key(|test| {
        let (module, name) = test.split_once("::").unwrap_or(("main", test));
        let source = sources.entry(module.to_string()).or_insert_with(|| {
            fs::read_to_string(folder.join(format!("{module}.rs"))).unwrap_or_default()
        });
        let place = source.find(&format!("fn {name}(")).unwrap_or(usize::MAX);
        (module.to_string(), place)
    });
}

fn advise(said: &str) -> String {
    let mut text = String::from("cargo could not build the tests. It said:\n");
    for line in said.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(text, "  {line}");
    }
    let advice = if said.contains("Read-only file system") || said.contains("Permission denied") {
        "The course's folder cannot be written to. Copy it to a place of your own, or name one for the build:\n  \
         CARGO_TARGET_DIR=/some/folder cargo xtask check"
    } else if said.contains("--locked was passed") {
        "A Cargo.toml of the course was changed, so Cargo.lock no longer fits. To see which: git status"
    } else if said.contains("download") || said.contains("resolve host") || said.contains("network")
    {
        "A dependency is not on this machine yet, and the network did not answer. Once it does:\n  cargo fetch --locked"
    } else if said.contains("No space left") || said.contains("signal 7") {
        "The disk is full. `cargo clean` frees what earlier builds left."
    } else {
        "If that does not tell you what to do: git status shows which files of the course were changed."
    };
    text.push_str(advice);
    text
}
