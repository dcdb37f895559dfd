//! The Go programs: found, built, and run as children.
//!
//! Each chapter has one program in `go/chapter-N/`, a module of its own that needs nothing but what `go/shared/` holds. It
//! is built once, and only when a row asks for it. Where Go is missing or too old, its contenders are skipped, with the reason.

use std::cell::OnceCell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::alone::Lasting;
use crate::child::Child;
use crate::race::{Contender, Kind, Setup};

/// The Go tool chain, asked for at most once.
pub struct Toolchain {
    chapter: String,
    version: OnceCell<Result<String, String>>,
    program: OnceCell<Result<PathBuf, String>>,
}

impl Toolchain {
    /// For the program of one chapter. Nothing runs yet.
    #[must_use]
    pub fn new(chapter: &str) -> Toolchain {
        Toolchain {
            chapter: chapter.to_owned(),
            version: OnceCell::new(),
            program: OnceCell::new(),
        }
    }

    /// The chapter whose program it builds.
    #[must_use]
    pub fn chapter(&self) -> &str {
        &self.chapter
    }

    /// For a process that needs no Go.
    #[must_use]
    pub fn none() -> Toolchain {
        let toolchain = Toolchain::new("");
        let none = Err("nobody asks for it here".to_owned());
        // The cell is new, so it takes the value.
        let _ = toolchain.version.set(none);
        toolchain
    }

    /// The version, such as `go1.25.1`.
    ///
    /// # Errors
    /// Says why there is none.
    pub fn version(&self) -> Result<String, String> {
        self.version
            .get_or_init(|| {
                let output = go()
                    .args(["env", "GOVERSION"])
                    .output()
                    .map_err(|_| "go is not on the path".to_owned())?;
                let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                if output.status.success() && !version.is_empty() {
                    Ok(version)
                } else {
                    Err(format!("`go env GOVERSION` failed ({})", output.status))
                }
            })
            .clone()
    }

    /// Builds the chapter's program, unless that was done, and returns its path.
    ///
    /// # Errors
    /// Says why there is none.
    pub fn program(&self) -> Result<PathBuf, String> {
        self.version()?;
        self.program
            .get_or_init(|| {
                let source = source_folder().join("go").join(&self.chapter);
                build(&source, &program_path(&self.chapter))
            })
            .clone()
    }
}

/// A contender that runs row `row` of the chapter's Go program with GOMAXPROCS at the row's number of workers.
///
/// The size and the seed are those of the other contenders, so the data is the same.
pub fn contender(setup: &Setup, row: &str, detail: &str, size: usize, seed: u64) -> Contender {
    lasting(setup, row, detail, size, seed, Lasting::AllRounds)
}

/// As [`contender`], with a process that lasts as long as that.
pub fn lasting(
    setup: &Setup,
    row: &str,
    detail: &str,
    size: usize,
    seed: u64,
    lasting: Lasting,
) -> Contender {
    const NAME: &str = "Go goroutines";
    let program = match setup.go.program() {
        Ok(program) => program,
        Err(reason) => return Contender::skipped(Kind::Peer, NAME, reason),
    };
    let workers = setup.workers;
    let parameters = format!("{row} workers={workers} size={size} seed={seed}");
    let start = move || {
        let mut command = Command::new(&program);
        command.env("GOMAXPROCS", workers.to_string());
        Child::start("the Go program", &mut command, &parameters)
    };
    Contender::new(Kind::Peer, NAME, detail, lasting.run(start)).that_runs_apart()
}

fn build(source: &Path, program: &Path) -> Result<PathBuf, String> {
    let output = go()
        .args(["build", "-o"])
        .arg(program)
        .arg(".")
        .current_dir(source)
        .output()
        .map_err(|error| format!("go did not start: {error}"))?;
    if output.status.success() {
        return Ok(program.to_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let first = complaint
        .lines()
        .find(|line| !line.starts_with('#'))
        .unwrap_or_default();
    Err(format!("its program does not build: {}", first.trim()))
}

/// `go`, shielded from settings that would download a tool chain or look at a surrounding workspace.
fn go() -> Command {
    let mut command = Command::new("go");
    command
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .env("GOFLAGS", "")
        .env("CGO_ENABLED", "0");
    command
}

/// This package's folder: where cargo says it is now, or where it was built.
#[must_use]
pub fn source_folder() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .filter(|folder| folder.join("go").is_dir())
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")))
}

/// Beside our own program, where build products belong.
fn program_path(chapter: &str) -> PathBuf {
    let folder = env::current_exe()
        .ok()
        .and_then(|program| program.parent().map(Path::to_owned))
        .unwrap_or_else(env::temp_dir);
    folder.join(format!("go-{chapter}{}", env::consts::EXE_SUFFIX))
}
