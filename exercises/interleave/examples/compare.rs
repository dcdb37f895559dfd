//! Prints what the explorer finds and what loom finds, as the table `COMPARISON.md`.
//!
//! `cargo run -p interleave --features model --example compare` runs every case under the explorer, and then itself
//! with the feature `loom`, one process a case, since loom ends the process when it unwinds from some deadlocks.

#[path = "../tests/bugs/mod.rs"]
#[cfg(any(feature = "model", feature = "loom"))]
mod bugs;

#[cfg(not(any(feature = "model", feature = "loom")))]
fn main() {
    eprintln!("run this with --features model");
}

/// Under loom: runs one bug or one twin, named by the arguments.
#[cfg(feature = "loom")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let (name, which) = (
        arguments.next().unwrap_or_default(),
        arguments.next().unwrap_or_default(),
    );
    let case = bugs::all()
        .into_iter()
        .find(|case| case.name == name)
        .expect("the first argument names a case");
    interleave::model(if which == "twin" { case.twin } else { case.bug });
}

#[cfg(all(feature = "model", not(feature = "loom")))]
fn main() -> std::io::Result<()> {
    table::write()
}

#[cfg(all(feature = "model", not(feature = "loom")))]
mod table {
    use std::fmt::Write as _;
    use std::io;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use std::time::{Duration, Instant};

    use crate::bugs::{self, Case, Loom};

    pub fn write() -> io::Result<()> {
        let loom = build_for_loom()?;
        let mut table = String::from(
            "| Bug | What is wrong | interleave finds | schedules | ms | its twin, schedules | ms | loom finds | ms | its twin, ms |\n\
             |---|---|---|--:|--:|--:|--:|---|--:|--:|\n",
        );
        let mut totals = [Duration::ZERO; 4];
        let mut found = [0; 2];
        let cases = bugs::all();
        for case in &cases {
            let (kind, schedules, bug) = by_interleave(case.bug);
            let (_, of_twin, twin) = by_interleave(case.twin);
            let (loom_says, loom_bug, loom_twin) = by_loom(&loom, case)?;
            found[0] += usize::from(kind != "–");
            found[1] += usize::from(loom_says == "yes");
            for (total, time) in totals
                .iter_mut()
                .zip([Some(bug), Some(twin), loom_bug, loom_twin])
            {
                *total += time.unwrap_or_default();
            }
            let _ = writeln!(
                table,
                "| `{}` | {} | {kind} | {schedules} | {} | {of_twin} | {} | {loom_says} | {} | {} |",
                case.name,
                case.about,
                ms(Some(bug)),
                ms(Some(twin)),
                ms(loom_bug),
                ms(loom_twin),
            );
        }
        let [bug, twin, loom_bug, loom_twin] = totals.map(|total| ms(Some(total)));
        let _ = writeln!(
            table,
            "| **{} bugs** | | **{} found** | | {bug} | | {twin} | **{} found** | {loom_bug} | {loom_twin} |",
            cases.len(),
            found[0],
            found[1],
        );
        print!("{table}");
        std::fs::write(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("COMPARISON.md"),
            table,
        )
    }

    /// The kind of failure, the number of schedules until it was found or all were tried, and the time.
    fn by_interleave(test: fn()) -> (String, usize, Duration) {
        let began = Instant::now();
        match interleave::Explorer::new().explore(test) {
            Ok(exploration) => ("–".to_owned(), exploration.schedules, began.elapsed()),
            Err(failure) => (failure.kind.to_string(), failure.schedules, began.elapsed()),
        }
    }

    fn by_loom(
        loom: &Path,
        case: &Case,
    ) -> io::Result<(String, Option<Duration>, Option<Duration>)> {
        if let Loom::CannotRun(why) = case.loom {
            return Ok((format!("not asked: {why}"), None, None));
        }
        let run = |which: &str| -> io::Result<(bool, Duration)> {
            let began = Instant::now();
            let output = Command::new(loom)
                .args([case.name, which])
                .env("RUST_BACKTRACE", "0")
                .output()?;
            Ok((output.status.success(), began.elapsed()))
        };
        let (bug_passes, bug) = run("bug")?;
        let (twin_passes, twin) = run("twin")?;
        let says = match (bug_passes, case.loom) {
            (_, _) if !twin_passes => "a false alarm".to_owned(),
            (false, _) => "yes".to_owned(),
            (true, Loom::Misses(why)) => format!("–: {why}"),
            (true, _) => "–".to_owned(),
        };
        Ok((says, Some(bug), Some(twin)))
    }

    fn build_for_loom() -> io::Result<PathBuf> {
        let target = std::env::current_exe()?
            .ancestors()
            .nth(3)
            .expect("target/profile/examples/compare")
            .join("loom");
        let status = Command::new(std::env::var("CARGO").unwrap_or("cargo".into()))
            .args([
                "build",
                "-p",
                "interleave",
                "--features",
                "loom",
                "--example",
                "compare",
                "--target-dir",
            ])
            .arg(&target)
            .status()?;
        assert!(
            status.success(),
            "the example does not compile with the feature `loom`"
        );
        Ok(target
            .join("debug/examples")
            .join(format!("compare{}", std::env::consts::EXE_SUFFIX)))
    }

    fn ms(time: Option<Duration>) -> String {
        time.map_or("–".to_owned(), |time| {
            format!("{:.1}", time.as_secs_f64() * 1000.0)
        })
    }
}
