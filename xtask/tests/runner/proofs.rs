//! What proves the course fails when it must.

use crate::fixture::{Fixture, text};

fn wrong(count: usize, replace: &str) -> String {
    (0..count)
        .map(|index| {
            format!(
                "[[wrong]]\nname = \"w{index}\"\nabout = \"a mistake\"\ntest = \"double::two_makes_four\"\n\
                 verdict = \"wrong\"\nhint = \"h\"\n[[wrong.edit]]\nfile = \"src/double.rs\"\n\
                 find = \"number * 2\"\nreplace = \"{replace}\"\n"
            )
        })
        .collect()
}

#[test]
fn a_starter_that_was_edited_by_hand_fails_the_proof() {
    let fixture = Fixture::new("proof-starter");
    let (proved, said) = fixture.says(&["test", "starters"]);
    assert!(proved, "{said}");
    assert!(said.contains("3 tests say \"not started\""), "{said}");

    let path = "exercises/chapter-9/src/double.rs";
    let edited = fixture.read(path).replace("todo!", "// by hand\n    todo!");
    fixture.write(path, &edited);
    let (proved, said) = fixture.says(&["test", "starters"]);
    assert!(!proved && said.contains("double.rs:3: differs"), "{said}");
    let (same, said) = fixture.says(&["sync", "--check"]);
    assert!(!same && said.contains("edit the solution"), "{said}");
}

#[test]
fn a_starter_that_passes_a_test_or_warns_fails_the_proof() {
    let fixture = Fixture::new("proof-passes");
    let path = "solutions/chapter-9/src/triple.rs";
    let without_task = fixture
        .read(path)
        .lines()
        .filter(|line| !line.contains("ANCHOR"))
        .map(|line| format!("{line}\n"))
        .collect::<String>();
    fixture.write(path, &format!("{without_task}fn Unused() {{}}\n"));
    fixture.xtask(&["sync"]);
    let (proved, said) = fixture.says(&["test", "starters"]);
    assert!(!proved);
    assert!(
        said.contains(
            "triple::two_makes_six: expected the verdict \"not started\", got \"passes\""
        ),
        "{said}"
    );
    assert!(said.contains("warning"), "{said}");
}

#[test]
fn a_reference_that_fails_a_test_fails_the_proof() {
    let fixture = Fixture::new("proof-solution");
    let (proved, said) = fixture.says(&["test", "solutions"]);
    assert!(proved && said.contains("3 tests pass"), "{said}");
    let path = "solutions/chapter-9/src/triple.rs";
    fixture.write(path, &fixture.read(path).replace("* 3", "* 4"));
    let (proved, said) = fixture.says(&["test", "solutions"]);
    assert!(!proved && said.contains("2 tripled is 6"), "{said}");
}

#[test]
fn a_mistake_that_no_test_catches_fails_the_proof() {
    let fixture = Fixture::new("proof-mistake");
    fixture.write("src/page.md", "");
    fixture.write(".cargo/config.toml", "");
    let path = "solutions/chapter-9/wrong.toml";
    fixture.write(path, &wrong(8, "number + 3"));
    let (proved, said) = fixture.says(&["test", "mistakes"]);
    assert!(proved && said.contains("8 mistakes are caught"), "{said}");

    fixture.write(
        path,
        &wrong(8, "number + 3").replacen("number + 3", "number + number", 1),
    );
    let (proved, said) = fixture.says(&["test", "mistakes"]);
    assert!(
        !proved && said.contains("must say \"wrong\" and says \"passes\""),
        "{said}"
    );
    assert!(
        said.contains("1 problem"),
        "only the one that changed: {said}"
    );

    fixture.write(
        path,
        &wrong(8, "number + 3").replacen("verdict = \"wrong\"", "verdict = \"panicked\"", 1),
    );
    let (proved, said) = fixture.says(&["test", "mistakes"]);
    assert!(
        !proved && said.contains("must say \"panicked\" and says \"wrong\""),
        "{said}"
    );

    fixture.write(
        path,
        &wrong(8, "number + 3").replacen("number * 2", "number / 2", 1),
    );
    let (proved, said) = fixture.says(&["test", "mistakes"]);
    assert!(!proved && said.contains("stands 0 times"), "{said}");

    fixture.write(path, &wrong(7, "number + 3"));
    let (proved, said) = fixture.says(&["test", "mistakes"]);
    assert!(!proved && said.contains("expected at least 8"), "{said}");
    assert!(
        fixture
            .read("solutions/chapter-9/src/double.rs")
            .contains("number * 2"),
        "proofs never touch the course"
    );
}

/// Gives the course a program for its pages, `two.rs`.
fn with_listings(fixture: &Fixture) {
    fixture.write(".cargo/config.toml", "");
    let manifest = fixture
        .read("Cargo.toml")
        .replace("\"solutions/*\"", "\"solutions/*\", \"src/listings\"");
    fixture.write("Cargo.toml", &manifest);
    let lock = fixture.read("Cargo.lock");
    fixture.write(
        "Cargo.lock",
        &format!("{lock}\n[[package]]\nname = \"listings\"\nversion = \"0.0.0\"\n"),
    );
    fixture.write(
        "src/listings/Cargo.toml",
        "[package]\nname = \"listings\"\nedition = \"2024\"\nautobins = false\n\
         [[bin]]\nname = \"chapter-9-two\"\npath = \"chapter-9/two.rs\"\n",
    );
    fixture.write(
        "src/listings/chapter-9/two.rs",
        "fn main() { println!(\"1\\n2\") }\n",
    );
}

#[test]
fn a_recorded_output_that_is_not_what_is_printed_fails_the_proof() {
    let fixture = Fixture::new("proof-listing");
    with_listings(&fixture);
    let proved = || {
        let output = fixture
            .runner()
            .args(["test", "listings"])
            .env_remove("CI")
            .output()
            .expect("it starts");
        (output.status.success(), text(&output))
    };
    let (holds, said) = proved();
    assert!(!holds && said.contains("no output is recorded"), "{said}");
    assert!(fixture.says(&["sync", "--record"]).0);
    assert_eq!(
        fixture.read("src/listings/chapter-9/two.rs.exact.out"),
        "1\n2\n"
    );
    assert!(proved().0);

    fixture.write("src/listings/chapter-9/two.rs.exact.out", "2\n1\n");
    let (holds, said) = proved();
    assert!(
        !holds && said.contains("two.rs.exact.out: not what is printed now"),
        "{said}"
    );
    std::fs::rename(
        fixture.root.join("src/listings/chapter-9/two.rs.exact.out"),
        fixture
            .root
            .join("src/listings/chapter-9/two.rs.sorted.out"),
    )
    .expect("renamed");
    assert!(proved().0, "in any order is what `sorted` means");

    fixture.write("src/listings/chapter-9/three.rs", "fn main() {}\n");
    let (holds, said) = proved();
    assert!(
        !holds && said.contains("three.rs is not in src/listings/Cargo.toml"),
        "{said}"
    );
}

/// A `go` that does not work stands first on the path. (A script: Unix.)
#[cfg(unix)]
#[test]
fn in_ci_nothing_is_skipped() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::new("proof-ci");
    with_listings(&fixture);
    fixture.write("src/listings/chapter-9/two.rs.exact.out", "1\n2\n");
    fixture.write("no-go/go", "#!/bin/sh\nexit 1\n");
    let script = fixture.root.join("no-go/go");
    std::fs::set_permissions(script, PermissionsExt::from_mode(0o755)).expect("executable");
    let without_go = |ci: bool| {
        let path = std::env::var("PATH").expect("a path");
        let mut runner = fixture.runner();
        runner.args(["test", "listings"]).env_remove("CI");
        runner.env(
            "PATH",
            format!("{}:{path}", fixture.root.join("no-go").display()),
        );
        if ci {
            runner.env("CI", "true");
        }
        let output = runner.output().expect("it starts");
        (output.status.success(), text(&output))
    };
    let (holds, said) = without_go(false);
    assert!(
        holds && said.contains("SKIPPED") && said.contains("go is not on the path"),
        "{said}"
    );
    let (holds, said) = without_go(true);
    assert!(
        !holds && said.contains("in CI nothing is skipped"),
        "{said}"
    );
}
