//! One test in a process of its own, watched until it ends or has to be ended.
//!
//! What the test prints goes to a file, not through a pipe: a grandchild that keeps a pipe open would keep the runner
//! waiting, and a flood would fill its memory. The file is the log that a failure names.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt;
use crate::leftovers;
use crate::threads::{self, Thread};

/// How far a test may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wall-clock time. Compiling is over when it starts.
    pub time: Duration,
    /// Bytes on standard output and standard error together.
    pub output: u64,
    /// Resident bytes. Watched where `/proc` is.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            output: 8 << 20,
            memory: 2 << 30,
        }
    }
}

/// How a test's process ended.
#[derive(Debug)]
pub enum End {
    /// By itself.
    Status(ExitStatus),
    /// The runner ended it at the time limit; these are its threads as they were.
    TimeLimit(Vec<Thread>),
    /// The runner ended it: it had printed more than it may.
    OutputLimit,
    /// The runner ended it: it held more memory than it may.
    MemoryLimit,
}

/// What is left of a test's process.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// Processes that it started and left running; they were ended.
    pub left_behind: Vec<String>,
    /// What it printed, standard output and standard error together.
    pub output: String,
    /// Where that is kept.
    pub log: PathBuf,
    /// How long it ran.
    pub took: Duration,
}

/// Runs `test` of `binary` in `dir` and keeps what it prints in `log`. `still_running` is called with the elapsed time
/// about once a second from the second second on.
///
/// # Errors
///
/// When the process cannot be started or its log cannot be written.
pub fn run(
    binary: &Path,
    test: &str,
    dir: &Path,
    log: &Path,
    limits: Limits,
    mut still_running: impl FnMut(Duration),
) -> Result<Outcome, String> {
    let cannot = |error: std::io::Error| format!("cannot write {}: {error}", log.display());
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let file = File::create(log).map_err(cannot)?;
    let mut command = Command::new(binary);
    command
        .args(["--exact", test, "--nocapture"])
        .current_dir(dir)
        .env("CARGO_MANIFEST_DIR", dir)
        // Its output goes to a file.
        .env("NO_COLOR", "1")
        .env("TERM", "dumb")
        .env("INTERLEAVE_REPLAY_COMMAND", again(test, dir))
        .env_remove("RUST_TEST_THREADS")
        .env_remove("RUST_TEST_NOCAPTURE")
        .stdout(file.try_clone().map_err(cannot)?)
        .stderr(file);
    let (end, left_behind, took) = watched(&mut command, &[log], limits, &mut still_running)?;
    Ok(Outcome {
        end,
        left_behind,
        output: read_capped(log, limits.output),
        log: log.to_path_buf(),
        took,
    })
}

/// Runs `command`, whose output goes to the files `logs`, until it ends or has to be ended. How it ended, what it left
/// running, and how long it took.
///
/// # Errors
///
/// When the process cannot be started.
pub fn watched(
    command: &mut Command,
    logs: &[&Path],
    limits: Limits,
    still_running: &mut dyn FnMut(Duration),
) -> Result<(End, Vec<String>, Duration), String> {
    let mark = leftovers::mark();
    let began = Instant::now();
    let mut child = command
        // A backtrace costs a hundred times what the test does, and the panic's own line says where.
        .env("RUST_BACKTRACE", "0")
        .env(leftovers::MARK, &mark)
        // The test kit prints who waits for whom shortly before the limit.
        .env(
            "INTERLEAVE_HANG_REPORT_MS",
            before(limits.time).as_millis().to_string(),
        )
        // An exploration that is not complete by then says so, and passes with what it has seen.
        .env(
            "INTERLEAVE_BUDGET_MS",
            limits.time.mul_f64(0.6).as_millis().to_string(),
        )
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| {
            let program = Path::new(command.get_program());
            format!("cannot run {}: {error}", program.display())
        })?;

    let printed = || -> u64 {
        let sizes = logs.iter().flat_map(fs::metadata).map(|meta| meta.len());
        sizes.sum()
    };
    let mut told = 1;
    let end = loop {
        let ended = child
            .try_wait()
            .map_err(|error| format!("lost the test's process: {error}"))?;
        // First: what the reader interrupted has no verdict, also where the same Ctrl-C has ended it.
        if interrupt::requested() {
            kill(&mut child);
            let _ = leftovers::kill(child.id(), &mark);
            interrupt::obey();
        }
        if let Some(status) = ended {
            break End::Status(status);
        }
        let elapsed = began.elapsed();
        if elapsed >= limits.time {
            let seen = threads::of(child.id());
            kill(&mut child);
            break End::TimeLimit(seen);
        }
        if printed() > limits.output {
            kill(&mut child);
            break End::OutputLimit;
        }
        if threads::resident(child.id()).is_some_and(|bytes| bytes > limits.memory) {
            kill(&mut child);
            break End::MemoryLimit;
        }
        if elapsed.as_secs() > told {
            told = elapsed.as_secs();
            still_running(elapsed);
        }
        thread::sleep(pause(elapsed));
    };
    let took = began.elapsed();
    Ok((end, leftovers::kill(child.id(), &mark), took))
}

/// The command that runs `test` again, for the test kit's reports.
fn again(test: &str, dir: &Path) -> String {
    let chapter = dir.file_name().unwrap_or_default().to_string_lossy();
    let (step, name) = test.split_once("::").unwrap_or(("", test));
    format!("cargo xtask check {chapter}/{step} --test {name}")
}

/// When the test kit reports a hang: late, and early enough for the report to be written.
fn before(limit: Duration) -> Duration {
    limit
        .mul_f64(0.9)
        .max(limit.saturating_sub(Duration::from_millis(500)))
}

/// Most tests end within a few milliseconds: look often at first, then seldom.
fn pause(elapsed: Duration) -> Duration {
    match elapsed.as_millis() {
        0..20 => Duration::from_micros(300),
        20..200 => Duration::from_millis(2),
        _ => Duration::from_millis(10),
    }
}

fn kill(child: &mut Child) {
    if cfg!(windows) {
        // `Child::kill` ends one process there, not what it started.
        let _ = Command::new("taskkill")
            .args(["/T", "/F", "/PID", &child.id().to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
    // It may have ended in between: that is what was wanted.
    let _ = child.kill();
    let _ = child.wait();
}

fn read_capped(log: &Path, limit: u64) -> String {
    use std::io::Read;
    let mut bytes = Vec::new();
    if let Ok(file) = File::open(log) {
        let _ = file.take(limit).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}
