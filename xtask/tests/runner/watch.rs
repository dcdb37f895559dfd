//! `watch`, in a terminal and without one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::fixture::Fixture;
use crate::terminal::{SIGTERM, Terminal};

const DOUBLE: &str = "exercises/chapter-9/src/double.rs";
const RIGHT: &str = "pub fn double(number: u32) -> u32 {\n    number + number\n}\n";
const WRONG: &str = "pub fn double(number: u32) -> u32 {\n    number + 2\n}\n";
const HANGS: &str = "pub fn double(_: u32) -> u32 {\n    loop { std::thread::park() }\n}\n";
const LEGEND: &str = "h hint · n next · l list · s solution · q quit";

fn watch(fixture: &Fixture) -> Terminal {
    let mut command = fixture.runner();
    command.arg("watch");
    Terminal::start(command)
}

#[test]
fn every_save_is_checked_and_every_key_answered() {
    let fixture = Fixture::new("watch");
    let mut terminal = watch(&fixture);
    terminal.expect("This red is expected");
    terminal.expect(LEGEND);
    assert!(!terminal.is_sane(), "keys need no Enter");

    terminal.press("h");
    terminal.expect("1. hint one");
    terminal.press("l");
    terminal.expect("9.2 triple");
    terminal.expect("0 of 2 steps passed");
    terminal.press("s");
    terminal.expect("s once more shows the reference of 9.1");
    terminal.press("s");
    terminal.expect("number * 2");
    terminal.expect("// beside yours");

    fixture.write(DOUBLE, WRONG);
    terminal.expect("exercises/chapter-9/src/double.rs was saved: checking");
    terminal.expect("0 doubled is 0");
    terminal.expect(LEGEND);
    fixture.write(DOUBLE, RIGHT);
    terminal.expect("double.rs was saved");
    terminal.expect("2 tests");
    terminal.expect("next: 9.2");
    terminal.expect(LEGEND);
    terminal.press("n");
    terminal.expect("9.2 triple: ");
    terminal.expect("multiply by three");
    terminal.expect(LEGEND);
    // The last unfinished one: there is nowhere to go, and it stays.
    terminal.press("n");
    terminal.expect("no other step is unfinished");

    terminal.press("q");
    assert_eq!(terminal.ended().code(), Some(0), "{}", terminal.shown());
    assert!(terminal.is_sane(), "{}", terminal.settings());
}

#[test]
fn a_red_step_can_be_left_for_the_next() {
    let fixture = Fixture::new("watch-next");
    let mut terminal = watch(&fixture);
    terminal.expect(LEGEND);
    terminal.press("n");
    terminal.expect("9.2 triple: ");
    terminal.expect(LEGEND);
    fixture.write(
        "exercises/chapter-9/src/triple.rs",
        "pub fn triple(number: u32) -> u32 {\n    number\n}\n",
    );
    terminal.expect("triple.rs was saved");
    terminal.expect("2 tripled is 6");
    terminal.press("\u{4}");
    assert_eq!(terminal.ended().code(), Some(0), "Ctrl-D quits");
    assert!(terminal.is_sane());
}

#[test]
fn a_save_cancels_the_run() {
    let fixture = Fixture::new("watch-cancel");
    fixture.write(DOUBLE, HANGS);
    let mut terminal = watch(&fixture);
    terminal.expect("is still running");
    let began = Instant::now();
    // Keys are answered meanwhile.
    terminal.press("l");
    terminal.expect("of 2 steps passed");
    fixture.write(DOUBLE, RIGHT);
    terminal.expect("double.rs was saved: the run is cancelled, checking again");
    terminal.expect("2 tests");
    assert!(
        !terminal.shown().contains("deadlock"),
        "the first run came to its end after {:?}:\n{}",
        began.elapsed(),
        terminal.shown()
    );
    terminal.expect(LEGEND);
    nothing_is_left(&fixture);
    let remembered = fixture.read("progress.txt");
    assert!(
        !remembered.contains("failed chapter-9/double"),
        "{remembered}"
    );
    assert!(
        remembered.contains("passed chapter-9/double"),
        "{remembered}"
    );
}

/// A save while the compiler runs ends the compiler too: a late one must not put an old binary in place.
#[test]
fn a_save_cancels_the_compiler() {
    let fixture = Fixture::new("watch-compiler");
    // A build that does not end by itself.
    fixture.write(
        "exercises/chapter-9/build.rs",
        "fn main() {\n    println!(\"cargo::rerun-if-changed=src\");\n    \
         let text = std::fs::read_to_string(\"src/double.rs\").unwrap();\n    \
         if text.contains(\"slow\") {\n        std::fs::write(\"compiling\", \"\").unwrap();\n        \
         loop { std::thread::park() }\n    }\n}\n",
    );
    fixture.write(DOUBLE, &format!("// slow\n{WRONG}"));
    let mut terminal = watch(&fixture);
    let mark = fixture.root.join("exercises/chapter-9/compiling");
    wait_until("the compiler runs", || mark.is_file());
    fixture.write(DOUBLE, RIGHT);
    terminal.expect("the run is cancelled");
    terminal.expect("2 tests");
    terminal.expect(LEGEND);
    assert!(
        !terminal.shown().contains("could not build"),
        "{}",
        terminal.shown()
    );
    nothing_is_left(&fixture);
}

#[test]
fn the_terminal_is_sane_after_ctrl_c_and_after_a_termination() {
    for (how, name) in [("\u{3}", "watch-int"), ("", "watch-term")] {
        let fixture = Fixture::new(name);
        fixture.write(DOUBLE, HANGS);
        let mut terminal = watch(&fixture);
        terminal.expect("is still running");
        assert!(!terminal.is_sane());
        if how.is_empty() {
            terminal.signal(SIGTERM);
        } else {
            terminal.press(how);
        }
        assert_eq!(terminal.ended().code(), Some(130), "{}", terminal.shown());
        assert!(terminal.is_sane(), "{}", terminal.settings());
        nothing_is_left(&fixture);
    }
}

/// As a shell sees it: stopped, with the terminal in order, and later going on.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_z_gives_the_terminal_back_until_the_reader_returns() {
    let fixture = Fixture::new("watch-stop");
    // The group of a session's first process has no shell that could continue it, and then Ctrl-Z does nothing. So the
    // runner is started by a shell that does what job control does.
    let mut shell = std::process::Command::new("bash");
    shell
        .current_dir(&fixture.root)
        .args(["--norc", "--noprofile", "-i"])
        .env("PS1", "prompt> ")
        .env_remove("CARGO_TARGET_DIR");
    let mut terminal = Terminal::start(shell);
    terminal.expect("prompt> ");
    terminal.press(&format!("{} watch\n", env!("CARGO_BIN_EXE_xtask")));
    terminal.expect("This red is expected");
    terminal.expect(LEGEND);
    terminal.press("\u{1a}");
    terminal.expect("Stopped");
    terminal.press("stty -a | tr ';' '\\n' | grep -c -w -e '-icanon' -e '-echo' | sed s/^/raw:/\n");
    // In bash's own line editor the terminal is raw; what a program gets is what counts.
    terminal.expect("raw:0");
    fixture.write(DOUBLE, RIGHT);
    terminal.press("fg\n");
    terminal.expect("double.rs was saved");
    terminal.expect("2 tests");
    terminal.expect(LEGEND);
    terminal.press("h");
    terminal.expect("1. a");
    terminal.press("q");
    terminal.expect("bye");
    terminal.expect("prompt> ");
    terminal.press("exit\n");
    terminal.ended();
}

#[test]
fn without_a_terminal_there_are_no_keys_and_nothing_is_held_back() {
    let fixture = Fixture::new("watch-pipe");
    let mut running = fixture
        .runner()
        .args(["watch", "chapter-9"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(running.stdout.take().expect("piped"))
        .lines()
        .map_while(Result::ok);
    let mut expect = |words: &str| {
        assert!(
            lines.any(|line| line.contains(words)),
            "`{words}` was not printed"
        );
    };
    expect("watching without keys");
    expect("This red is expected");
    expect("watching: a save checks again");
    fixture.write(DOUBLE, WRONG);
    expect("double.rs was saved: checking");
    expect("0 doubled is 0");
    expect("watching: a save checks again");
    let terminated = std::process::Command::new("kill")
        .arg(running.id().to_string())
        .status();
    assert!(terminated.expect("kill starts").success());
    assert_eq!(running.wait().expect("it ends").code(), Some(130));
    let (found, said) = fixture.says(&["watch", "chapter-8"]);
    assert!(!found && said.contains("chapters: chapter-9"), "{said}");
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// No process works in the course's folder any more, apart from the watching runner itself. (`/proc`: Linux.)
fn nothing_is_left(fixture: &Fixture) {
    let inside = || -> Vec<String> {
        fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| {
                fs::read_link(entry.path().join("cwd"))
                    .is_ok_and(|folder| folder.starts_with(fixture.root.join("exercises")))
            })
            .map(|entry| fs::read_to_string(entry.path().join("comm")).unwrap_or_default())
            .collect()
    };
    wait_until(&format!("{:?} have ended", inside()), || {
        inside().is_empty()
    });
}
