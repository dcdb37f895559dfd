//! The proof of the kit: every planted bug is found, and every correct twin passes. The same under loom.

#![cfg(any(feature = "model", feature = "loom"))]

mod bugs;

use bugs::{Case, for_each_case};

fn case(cases: &[Case], name: &str) -> usize {
    cases
        .iter()
        .position(|case| case.name == name)
        .expect("every name stands in CASES")
}

macro_rules! tests {
    ($($file:ident: $($name:ident),+;)+) => {
        $(mod $file {$(
            mod $name {
                use crate::bugs::$file::CASES;

                #[test]
                fn the_bug_is_found() {
                    crate::the_bug_is_found(&CASES[crate::case(&CASES, stringify!($name))]);
                }

                #[test]
                fn the_twin_passes() {
                    crate::the_twin_passes(&CASES[crate::case(&CASES, stringify!($name))]);
                }
            }
        )+})+

        #[test]
        fn every_case_is_tested() {
            let tested: Vec<&str> = [$($(stringify!($name)),+),+].to_vec();
            let all: Vec<&str> = bugs::all().iter().map(|case| case.name).collect();
            assert_eq!(tested, all);
        }
    };
}
for_each_case!(tests);

#[cfg(not(feature = "loom"))]
fn the_bug_is_found(case: &Case) {
    let outcome = interleave::Explorer::new().explore(case.bug);
    match outcome {
        Ok(exploration) => assert!(case.kinds.is_empty(), "not found in {exploration:?}"),
        Err(failure) => {
            let kind = failure.kind.to_string();
            assert!(
                case.kinds.contains(&kind.as_str()),
                "expected {:?}, found:\n{}",
                case.kinds,
                failure.report
            );
            let widest = failure
                .report
                .lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap_or(0);
            assert!(
                widest <= 100,
                "a line of {widest} characters:\n{}",
                failure.report
            );
        }
    }
}

#[cfg(not(feature = "loom"))]
fn the_twin_passes(case: &Case) {
    match interleave::Explorer::new().explore(case.twin) {
        Ok(exploration) => assert!(
            exploration.complete,
            "not all was explored: {exploration:?}"
        ),
        Err(failure) => panic!("a false alarm: {}", failure.report),
    }
}

/// Asks loom in a process of its own: unwinding from a deadlock under a lock ends the process.
#[cfg(feature = "loom")]
fn the_bug_is_found(case: &Case) {
    use bugs::Loom;
    const CHILD: &str = "INTERLEAVE_PROOF_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return interleave::model(case.bug);
    }
    let found = || {
        let test = std::thread::current()
            .name()
            .expect("the harness names its threads")
            .to_owned();
        let child =
            std::process::Command::new(std::env::current_exe().expect("this test has a file"))
                .args(["--exact", &test])
                .envs([(CHILD, "1"), ("RUST_BACKTRACE", "0")])
                .output()
                .expect("the test can run itself");
        !child.status.success()
    };
    match case.loom {
        Loom::Finds => assert!(found(), "loom passes the bug"),
        Loom::Misses(why) => assert!(
            !found(),
            "loom finds it after all; we thought not, since {why}"
        ),
        Loom::CannotRun(_) => {}
    }
}

#[cfg(feature = "loom")]
fn the_twin_passes(case: &Case) {
    if !matches!(case.loom, bugs::Loom::CannotRun(_)) {
        interleave::model(case.twin);
    }
}
