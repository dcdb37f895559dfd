//! The commands as a reader types them: what is printed, and the exit code.

use std::fs;

use crate::fixture::{Fixture, runner_in, text};

const DOUBLE: &str = "exercises/chapter-9/src/double.rs";
const RIGHT: &str = "pub fn double(number: u32) -> u32 {\n    number + number\n}\n";

#[test]
fn the_first_red_is_expected_and_says_what_to_do() {
    let fixture = Fixture::new("first-red");
    let output = fixture.xtask(&["check", "chapter-9"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in [
        "not started",
        "This red is expected",
        "multiply by two",
        "exercises/chapter-9/src/double.rs:3",
        "cargo xtask hint chapter-9/1",
        "/chapter-9/double.html#task",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    for words in ["backtrace", "panicked", "\x1b[", "triple"] {
        assert!(!said.contains(words), "`{words}` is in:\n{said}");
    }
}

#[test]
fn a_reader_gets_from_red_to_green_and_is_told_what_is_next() {
    let fixture = Fixture::new("red-green");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    number + 2\n}\n",
    );
    let (passes, said) = fixture.says(&["check"]);
    assert!(!passes);
    assert!(said.contains("1 of 2 tests pass"), "{said}");
    assert!(said.contains("wrong: double::a_zero_stays"), "{said}");
    assert!(said.contains("0 doubled is 0"), "{said}");
    assert!(
        said.contains("test  exercises/chapter-9/tests/check/double.rs:10"),
        "{said}"
    );

    fixture.write(DOUBLE, RIGHT);
    let (passes, said) = fixture.says(&["check"]);
    assert!(passes, "{said}");
    assert!(said.contains("✓ 9.1 double: 2 tests pass"), "{said}");
    assert!(said.contains("next: 9.2"), "{said}");
    let (passes, said) = fixture.says(&["check"]);
    assert!(!passes, "where the reader left off is now the second step");
    assert!(said.contains("9.2 triple"), "{said}");
    let (_, said) = fixture.says(&["list"]);
    assert!(
        said.contains("✓ 9.1 double") && said.contains("1 of 2 steps passed"),
        "{said}"
    );
}

#[test]
fn a_red_names_what_rustc_warned_of() {
    let fixture = Fixture::new("warnings");
    fixture.write(
        "exercises/chapter-9/src/double.rs",
        "/// Twice `number`.\npub fn double(number: u32) -> u32 {\n    async {};\n    number\n}\n",
    );
    let printed = text(&fixture.xtask(&["check", "chapter-9/double"]));
    assert!(
        printed.contains("double.rs:3: unused implementer of `Future` that must be used"),
        "{printed}"
    );
}

#[test]
fn what_does_not_compile_shows_the_compilers_words_in_short() {
    let fixture = Fixture::new("no-compile");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    \"two\"\n}\n",
    );
    let (passes, said) = fixture.says(&["check", "9"]);
    assert!(!passes);
    assert!(said.contains("does not compile (1 error)"), "{said}");
    assert!(
        said.contains("error[E0308]") && said.contains("double.rs:2"),
        "{said}"
    );
    assert!(
        !said.contains("could not compile"),
        "cargo's own last words add nothing:\n{said}"
    );
    assert!(
        !said.contains("--verbose"),
        "it is short, and all is there:\n{said}"
    );
}

#[test]
fn of_several_errors_each_has_a_line_and_the_first_is_shown() {
    let fixture = Fixture::new("errors");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    let one: u32 = \"one\";\n    let two: u32 = 'b';\n    \
         number + one + two + three\n}\n",
    );
    let (passes, said) = fixture.says(&["check", "9.1"]);
    assert!(!passes);
    assert!(said.contains("does not compile (3 errors)"), "{said}");
    for (kind, line) in [("E0425", 4), ("E0308", 2), ("E0308", 3)] {
        let head = format!("    error[{kind}] exercises/chapter-9/src/double.rs:{line}: ");
        assert!(said.contains(&head), "{head} in:\n{said}");
    }
    assert_eq!(said.matches("--> ").count(), 1, "one is shown:\n{said}");
    assert!(
        said.contains("cargo xtask check chapter-9/1 --verbose"),
        "{said}"
    );
    let (_, said) = fixture.says(&["check", "9.1", "--verbose"]);
    assert_eq!(said.matches("--> ").count(), 3, "all are shown:\n{said}");
    assert!(!said.contains("--verbose"), "there is no more:\n{said}");
}

#[test]
fn the_reference_passes_whatever_the_reader_wrote() {
    let fixture = Fixture::new("reference");
    fixture.write(DOUBLE, "this is no Rust");
    let (passes, said) = fixture.says(&["check", "chapter-9", "--solution"]);
    assert!(passes, "{said}");
    assert!(
        said.contains("2 tests pass") && said.contains("1 test passes"),
        "{said}"
    );
    assert!(
        !fixture.root.join("progress.txt").exists(),
        "the reference's passes are not the reader's"
    );
}

#[test]
fn hints_come_one_at_a_time_and_end_at_the_reference() {
    let fixture = Fixture::new("hints");
    let hint = || fixture.says(&["hint", "double"]).1;
    let first = hint();
    assert!(
        first.contains("1. hint one") && !first.contains("hint two"),
        "{first}"
    );
    hint();
    let third = hint();
    assert!(
        third.contains("3. hint three") && !third.contains("solution"),
        "{third}"
    );
    let fourth = hint();
    assert!(
        fourth.contains("cargo xtask solution chapter-9/1"),
        "{fourth}"
    );
}

#[test]
fn a_known_mistake_gets_its_own_hint_first() {
    let fixture = Fixture::new("known-mistake");
    fixture.write(
        "solutions/chapter-9/wrong.toml",
        "[[wrong]]\nname = \"adds-two\"\nabout = \"adds two\"\ntest = \"double::a_zero_stays\"\nverdict = \"wrong\"\n\
         hint = \"Adding two is not doubling.\"\n[[wrong.edit]]\nfile = \"src/double.rs\"\nfind = \"number * 2\"\nreplace = \"number + 2\"\n",
    );
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    number + 2\n}\n",
    );
    fixture.says(&["check"]);
    let (_, said) = fixture.says(&["hint"]);
    let mistake = said
        .find("Adding two is not doubling")
        .expect("the mistake's hint");
    let general = said.find("1. hint one").expect("the first hint");
    assert!(mistake < general, "{said}");
}

#[test]
fn nothing_that_a_reader_wrote_is_lost() {
    let fixture = Fixture::new("nothing-lost");
    fixture.write(DOUBLE, "// mine");
    let (applied, said) = fixture.says(&["solution", "chapter-9/1", "--apply"]);
    assert!(applied, "{said}");
    assert!(fixture.read(DOUBLE).contains("number * 2"));
    assert!(
        !fixture.read(DOUBLE).contains("ANCHOR"),
        "no markers in what a reader gets"
    );
    assert_eq!(fixture.read("saved/chapter-9/double-1.rs"), "// mine");

    fixture.write(DOUBLE, "// mine, the second");
    fixture.says(&["reset", "9.1"]);
    assert!(fixture.read(DOUBLE).contains("todo!(\"multiply by two\")"));
    assert_eq!(
        fixture.read("saved/chapter-9/double-2.rs"),
        "// mine, the second"
    );
    fixture.says(&["reset", "9.1"]);
    assert!(
        !fixture.root.join("saved/chapter-9/double-3.rs").exists(),
        "a starter is not worth saving"
    );

    let (restored, said) = fixture.says(&["restore", "9.1"]);
    assert!(restored, "{said}");
    assert_eq!(fixture.read(DOUBLE), "// mine, the second");
    fixture.says(&["restore", "9.1", "--version", "1"]);
    assert_eq!(fixture.read(DOUBLE), "// mine");
    let (found, said) = fixture.says(&["restore", "9.1", "--version", "7"]);
    assert!(!found && said.contains("there are: 1, 2"), "{said}");
}

#[test]
fn a_file_that_cannot_be_saved_is_not_replaced() {
    let fixture = Fixture::new("unsavable");
    fixture.write(DOUBLE, "// mine");
    fixture.write("saved", "a file where a folder should be");
    let (applied, said) = fixture.says(&["solution", "9.1", "--apply"]);
    assert!(!applied && said.contains("nothing was replaced"), "{said}");
    assert_eq!(fixture.read(DOUBLE), "// mine");
}

#[test]
fn the_diff_goes_from_the_readers_file_to_the_reference() {
    let fixture = Fixture::new("diff");
    let (_, said) = fixture.says(&["solution", "9.1", "--diff"]);
    assert!(said.contains("-    todo!(\"multiply by two\")"), "{said}");
    assert!(said.contains("+    number * 2"), "{said}");
}

#[test]
fn a_missing_file_is_named_and_other_commands_go_on() {
    let fixture = Fixture::new("missing");
    fs::remove_file(fixture.root.join(DOUBLE)).expect("removed");
    let (passes, said) = fixture.says(&["check"]);
    assert!(!passes);
    assert!(said.contains("src/double.rs is missing"), "{said}");
    assert!(said.contains("cargo xtask reset chapter-9/1"), "{said}");
    assert!(fixture.says(&["list"]).0);
    assert!(fixture.says(&["reset", "chapter-9/1"]).0);
    assert!(fixture.read(DOUBLE).contains("todo!"));
}

#[test]
fn a_test_that_was_edited_proves_nothing() {
    let fixture = Fixture::new("edited-test");
    fixture.write(
        "exercises/chapter-9/tests/check/double.rs",
        "#[test] fn a() {}",
    );
    let (passes, said) = fixture.says(&["check"]);
    assert!(!passes);
    assert!(
        said.contains("test file changed") && said.contains("git checkout"),
        "{said}"
    );
}

#[test]
fn the_runner_works_from_every_folder_of_the_course_and_says_so_elsewhere() {
    let fixture = Fixture::new("folders");
    let inside = runner_in(&fixture.root.join("exercises/chapter-9/src"))
        .arg("list")
        .output()
        .expect("it starts");
    assert!(inside.status.success(), "{}", text(&inside));
    let outside = runner_in(&std::env::temp_dir())
        .arg("list")
        .output()
        .expect("it starts");
    assert_eq!(outside.status.code(), Some(2));
    assert!(
        text(&outside).contains("is not inside the course's folder"),
        "{}",
        text(&outside)
    );
}

#[test]
fn what_is_unknown_is_refused_with_help() {
    let fixture = Fixture::new("unknown");
    for (arguments, words) in [
        (&["chekc"][..], "Did you mean `check`?"),
        (&["check", "chapter-8"], "chapters: chapter-9"),
        (&["check", "--fast"], "cargo xtask check --help"),
        (&["solution"], "say which step"),
        (&["solution", "chapter-9"], "chapter-9/1 (double)"),
        (&["solution", "9.1", "--diff", "--apply"], "not both"),
        (&["test", "nothing"], "cargo xtask test --list"),
        (&["check", "--all", "9"], "not both"),
    ] {
        let output = fixture.xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            text(&output).contains(words),
            "{arguments:?}: {}",
            text(&output)
        );
    }
}

#[test]
fn help_is_there_for_every_command() {
    let fixture = Fixture::new("help");
    let (_, all) = fixture.says(&["--help"]);
    for command in [
        "check", "watch", "hint", "list", "solution", "reset", "restore", "lab", "bench", "trace",
        "serve", "book", "doctor", "report", "sync", "test", "budgets",
    ] {
        assert!(
            all.contains(&format!("\n  {command} ")),
            "--help does not list {command}"
        );
        let (fine, said) = fixture.says(&[command, "--help"]);
        assert!(
            fine && said.starts_with(&format!("usage: cargo xtask {command}")),
            "{said}"
        );
    }
}

#[test]
fn progress_that_cannot_be_written_is_a_note_not_a_failure() {
    let fixture = Fixture::new("no-progress");
    fs::create_dir(fixture.root.join("progress.txt")).expect("a folder in the way");
    fixture.write(DOUBLE, RIGHT);
    let (passes, said) = fixture.says(&["check", "9.1"]);
    assert!(passes, "{said}");
    assert!(
        said.contains("cannot remember where you left off"),
        "{said}"
    );
}

#[test]
fn no_cargo_is_said_in_so_many_words() {
    let fixture = Fixture::new("no-cargo");
    let output = fixture
        .runner()
        .args(["check", "9"])
        .env("CARGO", "/nowhere/cargo")
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output).contains("cannot start cargo"),
        "{}",
        text(&output)
    );
    assert!(
        text(&output).contains("https://rustup.rs"),
        "{}",
        text(&output)
    );
}

#[test]
fn what_the_code_prints_is_shown_and_capped() {
    let fixture = Fixture::new("prints");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    for i in 0..1000 { println!(\"at {i}\"); }\n    number\n}\n",
    );
    let (_, said) = fixture.says(&["check", "9.1"]);
    assert!(
        said.contains("| at 0\n") && said.contains("| at 999\n"),
        "{said}"
    );
    assert!(said.contains("968 lines left out"), "{said}");
    assert!(said.lines().count() < 55, "{}", said.lines().count());
    assert!(
        said.contains("double.two_makes_four.log"),
        "the whole of it is kept:\n{said}"
    );
}

#[test]
fn a_chapter_file_with_a_mistake_is_named_with_its_line() {
    let fixture = Fixture::new("bad-toml");
    let toml = fixture.read("exercises/chapter-9/chapter.toml");
    for (broken, words) in [
        (
            toml.replace("minutes = 10", "minutes = \"ten\""),
            "chapter.toml:10: `minutes`: expected a number",
        ),
        (
            toml.replace("minutes = 10", "minuets = 10"),
            "`minutes` is missing",
        ),
        (toml.replace("\"hint two\", ", ""), "`hints` has 2 entries"),
        (
            toml.replace("core = true", "core = true\ncolour = 1"),
            "`colour` is not a field",
        ),
        (
            toml.replace("title = \"A Chapter\"", "title ="),
            "chapter.toml:2: not valid TOML",
        ),
    ] {
        fixture.write("exercises/chapter-9/chapter.toml", &broken);
        let (fine, said) = fixture.says(&["list"]);
        assert!(!fine && said.contains(words), "`{words}` is not in: {said}");
    }
}

/// A step whose tests are the compiler's: a binary of its own, with a feature that no other step builds.
#[test]
fn what_the_compiler_must_refuse_is_built_apart_and_warmed_up_once() {
    let fixture = Fixture::new("refused");
    let toml = fixture.read("exercises/chapter-9/chapter.toml");
    fixture.write(
        "exercises/chapter-9/chapter.toml",
        &format!(
            "{toml}\n[[step]]\nid = \"refusals\"\ntitle = \"What is refused\"\nfile = \"src/lib.rs\"\nsuite = \"refused\"\n\
             page = \"chapter-9/refusals.md\"\nminutes = 5\ncore = false\nhints = [\"a\", \"b\", \"c\"]\n"
        ),
    );
    for package in ["exercises", "solutions"] {
        let manifest = format!("{package}/chapter-9/Cargo.toml");
        let target = "[features]\nrefused = []\n[[test]]\nname = \"refused\"\npath = \"tests/refused/main.rs\"\n\
                      required-features = [\"refused\"]\n";
        fixture.write(&manifest, &format!("{}\n{target}", fixture.read(&manifest)));
        fixture.write(
            &format!("{package}/chapter-9/tests/refused/main.rs"),
            "mod refusals { #[test] fn it_was_warm() { assert!(std::path::Path::new(\"warm\").is_file()) } }\n\
             #[test] fn warm_up() { std::fs::write(\"warm\", \"\").unwrap() }\n",
        );
    }
    fixture.xtask(&["sync"]);
    let (passes, said) = fixture.says(&["check", "9", "--solution"]);
    assert!(passes, "{said}");
    assert!(said.contains("building the chapter once more"), "{said}");
    assert!(
        said.contains("9.3 refusals: 1 test passes"),
        "the warm-up is no test of the step:\n{said}"
    );
    let (passes, said) = fixture.says(&["check", "9", "--solution"]);
    assert!(passes && !said.contains("once more"), "{said}");
    let (_, said) = fixture.says(&["check", "9.1"]);
    assert!(
        !said.contains("once more"),
        "the other steps do not wait for it:\n{said}"
    );
}

#[test]
fn a_step_does_not_wait_for_the_tests_of_another() {
    let fixture = Fixture::new("apart");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    number * 2\n}\n",
    );
    fixture.write(
        "exercises/chapter-9/src/triple.rs",
        "pub fn triple(number: &str) -> usize {\n    number.len() * 3\n}\n",
    );
    let (passes, said) = fixture.says(&["check", "9.1"]);
    assert!(passes, "the tests of 9.2 are none of 9.1:\n{said}");
    let (passes, said) = fixture.says(&["check", "9"]);
    assert!(!passes && said.contains("does not compile"), "{said}");
    assert!(
        said.contains("cargo xtask hint chapter-9/2"),
        "the error stands in the tests of 9.2:\n{said}"
    );
}

#[test]
fn code_that_edits_its_own_tests_proves_nothing() {
    let fixture = Fixture::new("edits-tests");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    std::fs::write(\"tests/check/double.rs\", \"\").unwrap();\n    number * 2\n}\n",
    );
    let (passes, said) = fixture.says(&["check", "9.1"]);
    assert!(!passes, "{said}");
    assert!(said.contains("test file changed"), "{said}");
}

/// Ctrl-C ends a test that ignores it, and then the runner. (Signals, `/proc`: Linux.)
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_no_test_behind() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let fixture = Fixture::new("ctrl-c");
    fixture.write(
        DOUBLE,
        "unsafe extern \"C\" { fn signal(number: i32, handler: usize) -> usize; }\n\
         pub fn double(_: u32) -> u32 {\n    unsafe { signal(2, 1); signal(15, 1); }\n    loop { std::thread::park() }\n}\n",
    );
    let mut runner = fixture.runner();
    let mut running = runner
        .args(["check", "9.1"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let lines = BufReader::new(running.stdout.take().expect("piped"))
        .lines()
        .map_while(Result::ok);
    let mut waiting = lines.skip_while(|line| !line.contains("is still running"));
    assert!(
        waiting.next().is_some(),
        "the test hangs, and the runner says so"
    );
    let interrupted = Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(interrupted.expect("kill starts").success());
    let status = running.wait().expect("it ends");
    assert_eq!(status.code(), Some(130), "as shells report an interrupt");
    let mark = format!("GFS_TEST={}-", running.id());
    let left: Vec<_> = std::fs::read_dir("/proc")
        .expect("Linux")
        .flatten()
        .filter(|entry| {
            let environ = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            environ
                .split(|byte| *byte == 0)
                .any(|one| one.starts_with(mark.as_bytes()))
        })
        .collect();
    assert!(left.is_empty(), "{left:?} is still running");
}

#[test]
fn one_test_alone_is_run_and_nothing_is_remembered() {
    let fixture = Fixture::new("one-test");
    fixture.write(DOUBLE, RIGHT);
    let (passes, said) = fixture.says(&["check", "9", "--test", "two_makes_four"]);
    assert!(passes, "{said}");
    assert!(
        said.contains("9.1 double: 1 test passes") && !said.contains("triple"),
        "{said}"
    );
    assert!(!fixture.root.join("progress.txt").exists());
    let (passes, said) = fixture.says(&["check", "9", "--test", "nothing_like_it"]);
    assert!(
        !passes && said.contains("no test there has `nothing_like_it`"),
        "{said}"
    );
}

#[test]
fn after_a_test_that_hangs_the_others_are_not_run() {
    let fixture = Fixture::new("hangs");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    loop { std::thread::park() }\n}\n",
    );
    let (passes, said) = fixture.says(&["check", "9.1"]);
    assert!(!passes, "{said}");
    assert!(said.contains("is still running (2 s of 10 s)"), "{said}");
    assert!(said.contains("1 not run, after one that hangs"), "{said}");
}
