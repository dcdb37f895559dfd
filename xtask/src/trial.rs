//! The tests of a step, each in a process of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::child::{self, Limits};
use crate::compile::{Compiled, Package};
use crate::course::Step;
use crate::panics;
use crate::verdict::{self, Judgement};

/// One test's run.
#[derive(Clone, Debug)]
pub struct Tested {
    /// `module::name`.
    pub test: String,
    /// What became of it.
    pub judgement: Judgement,
    /// What the code under test printed, without the harness' lines and the panics.
    pub printed: Vec<String>,
    /// Where all of it is kept, relative to the workspace.
    pub log: String,
    /// How long it ran.
    pub took: Duration,
}

/// Runs the tests of `step`, each in a process of its own, in the order of their file. After one that hangs, the rest is
/// not run: it would hang as well, each for as long.
///
/// # Errors
///
/// When the step has no test, or a process cannot be started.
pub fn run_step(
    package: &Package,
    compiled: &Compiled,
    step: &Step,
    limits: Limits,
    mut still_running: impl FnMut(&str, Duration),
) -> Result<Vec<Tested>, String> {
    let tests = tests_of(compiled, step);
    if tests.is_empty() {
        return Err(format!(
            "the tests of {} hold no test for the step `{}`: expected a module `{}`",
            package.dir, step.id, step.id
        ));
    }
    let mut results = Vec::new();
    for test in tests {
        let tested = run_test(package, compiled, test, limits, |elapsed| {
            still_running(test, elapsed);
        })?;
        let hung = tested.judgement.verdict.hung();
        results.push(tested);
        if hung {
            break;
        }
    }
    Ok(results)
}

/// The tests of `step`: those of the module with its name.
#[must_use]
pub fn tests_of<'a>(compiled: &'a Compiled, step: &Step) -> Vec<&'a str> {
    let prefix = format!("{}::", step.id);
    compiled
        .tests()
        .filter(|test| test.starts_with(&prefix))
        .collect()
}

/// Runs one test in a process of its own and judges it.
///
/// # Errors
///
/// When the process cannot be started.
pub fn run_test(
    package: &Package,
    compiled: &Compiled,
    test: &str,
    limits: Limits,
    still_running: impl FnMut(Duration),
) -> Result<Tested, String> {
    let file = format!("{}.log", test.replace("::", "."));
    let binary = compiled
        .binary_of(test)
        .ok_or_else(|| format!("{} has no test {test}", package.dir))?;
    let log = logs(&binary.path).join(&package.name).join(file);
    let dir = package.workspace.join(&package.dir);
    let outcome = child::run(&binary.path, test, &dir, &log, limits, still_running)?;
    let judgement = verdict::judge(package, test, binary.total, &outcome);
    Ok(Tested {
        test: test.to_string(),
        judgement,
        printed: panics::printed(&outcome.output),
        log: shown(&package.workspace, &outcome.log),
        took: outcome.took,
    })
}

/// Logs stand beside what cargo built: `target/exercise/deps/timelines-…` gives `target/exercise/logs`.
fn logs(binary: &Path) -> PathBuf {
    let profile = binary.parent().and_then(Path::parent);
    profile.unwrap_or(Path::new("target")).join("logs")
}

fn shown(workspace: &Path, path: &Path) -> String {
    path.strip_prefix(workspace)
        .unwrap_or(path)
        .display()
        .to_string()
}
