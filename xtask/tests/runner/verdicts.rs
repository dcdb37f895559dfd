//! Code that misbehaves in every way that learners' code does, each way with its verdict.

use std::time::Duration;

use xtask::child::Limits;
use xtask::compile::{Package, compile};
use xtask::course::Course;
use xtask::trial::run_test;
use xtask::verdict::Verdict;

use crate::fixture::Fixture;

/// The learner's file: one function for each way to go wrong.
const LEARNER: &str = r#"
use std::io::Write;
use std::sync::{Barrier, Mutex, mpsc};
use std::thread;

pub fn fine() {}
pub fn wrong() -> u32 { 5 }
pub fn panics() { let empty: Vec<u32> = Vec::new(); let _ = empty[std::hint::black_box(3)]; }
pub fn panics_in_a_thread() { thread::scope(|scope| { scope.spawn(panics); }); }
pub fn todo() { todo!("write it") }
pub fn todo_in_a_thread() { let _ = thread::spawn(todo).join(); }
pub fn exits() { std::process::exit(0) }
pub fn exits_from_a_thread() { thread::spawn(exits).join().unwrap(); thread::park() }
pub fn exits_with_a_fake_line() {
    println!("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s");
    let _ = std::io::stdout().flush();
    exits()
}
pub fn aborts() { std::process::abort() }
struct Bomb;
impl Drop for Bomb { fn drop(&mut self) { panic!("again") } }
pub fn panics_twice() { let _bomb = Bomb; panic!("once") }
pub fn recurses(depth: u64) -> u64 { std::hint::black_box([depth; 64])[7] + recurses(depth + 1) }
pub fn locks_twice() { let lock = Mutex::new(()); let _first = lock.lock(); let _second = lock.lock(); }
pub fn waits_at_a_barrier() { Barrier::new(2).wait(); }
pub fn spins() { while std::hint::black_box(true) { std::hint::spin_loop() } }
pub fn spins_in_one_thread_of_two() {
    let (sender, receiver) = mpsc::channel::<()>();
    thread::spawn(move || { let _keep = sender; spins() });
    let _ = receiver.recv();
}
pub fn prints_without_end() { loop { println!("and on and on and on and on and on and on and on") } }
pub fn allocates_without_end() {
    let mut all = Vec::new();
    loop { all.push(vec![1_u8; 1 << 20]) }
}
pub fn leaves_a_child() {
    let program = if cfg!(windows) { "timeout" } else { "sleep" };
    std::process::Command::new(program).arg("3").spawn().unwrap();
}
"#;

const TESTS: &str = r#"
use chapter_9::double as learner;

#[test] fn fine() { learner::fine() }
#[test] fn wrong() { assert_eq!(learner::wrong(), 4, "two and two") }
#[test] fn panics() { learner::panics() }
#[test] fn panics_in_a_thread() { learner::panics_in_a_thread() }
#[test] fn todo() { learner::todo() }
#[test] fn todo_in_a_thread() { learner::todo_in_a_thread(); panic!("the thread said nothing") }
#[test] fn expected_panic_then_wrong() {
    let _ = std::panic::catch_unwind(|| panic!("on purpose"));
    assert_eq!(1, 2, "this is what failed");
}
#[test] fn exits() { learner::exits() }
#[test] fn exits_from_a_thread() { learner::exits_from_a_thread() }
#[test] fn exits_with_a_fake_line() { learner::exits_with_a_fake_line() }
#[test] fn aborts() { learner::aborts() }
#[test] fn panics_twice() { learner::panics_twice() }
#[test] fn recurses() { learner::recurses(0); }
#[test] fn locks_twice() { learner::locks_twice() }
#[test] fn waits_at_a_barrier() { learner::waits_at_a_barrier() }
#[test] fn spins() { learner::spins() }
#[test] fn spins_in_one_thread_of_two() { learner::spins_in_one_thread_of_two() }
#[test] fn prints_without_end() { learner::prints_without_end() }
#[test] fn allocates_without_end() { learner::allocates_without_end() }
#[test] fn leaves_a_child() { learner::leaves_a_child() }
"#;

/// What each test must be judged as, and words that its message must hold.
const EXPECTED: [(&str, Verdict, &str); 20] = [
    ("fine", Verdict::Passes, ""),
    ("wrong", Verdict::Wrong, "two and two"),
    ("panics", Verdict::Panicked, "index out of bounds"),
    (
        "panics_in_a_thread",
        Verdict::Panicked,
        "index out of bounds",
    ),
    ("todo", Verdict::NotStarted, "write it"),
    ("todo_in_a_thread", Verdict::NotStarted, "write it"),
    (
        "expected_panic_then_wrong",
        Verdict::Wrong,
        "this is what failed",
    ),
    ("exits", Verdict::Exited, "exit code 0"),
    ("exits_from_a_thread", Verdict::Exited, "exit code 0"),
    ("exits_with_a_fake_line", Verdict::Exited, "exit code 0"),
    ("aborts", Verdict::Exited, "abort"),
    ("panics_twice", Verdict::Panicked, "once"),
    ("recurses", Verdict::StackOverflow, "recursion"),
    ("locks_twice", Verdict::Deadlock, "waits for a lock"),
    ("waits_at_a_barrier", Verdict::Deadlock, "waits for a lock"),
    ("spins", Verdict::Spinning, "running"),
    ("spins_in_one_thread_of_two", Verdict::Spinning, "running"),
    ("prints_without_end", Verdict::TooMuchOutput, "print"),
    ("allocates_without_end", Verdict::TooMuchMemory, "memory"),
    ("leaves_a_child", Verdict::LeakedProcess, "Who waits"),
];

#[test]
fn every_way_to_go_wrong_has_its_verdict() {
    let fixture = Fixture::new("verdicts");
    fixture.write("exercises/chapter-9/src/double.rs", LEARNER);
    fixture.write("exercises/chapter-9/tests/check/double.rs", TESTS);
    let course = Course::load(&fixture.root).expect("a course");
    let chapter = &course.chapters[0];
    let package = Package::reader(&fixture.root, chapter);
    let compiled = compile(&package, &[&chapter.steps[0]]).expect("the learner's file compiles");
    let limits = Limits {
        time: Duration::from_secs(2),
        output: 8 << 20,
        memory: 512 << 20,
    };
    for (name, verdict, words) in EXPECTED {
        let memory_is_watched = cfg!(target_os = "linux");
        if verdict == Verdict::TooMuchMemory && !memory_is_watched {
            continue;
        }
        let test = format!("double::{name}");
        // A busy machine fills memory slowly: the limit of time must not come first.
        let patient = Limits {
            time: Duration::from_secs(60),
            ..limits
        };
        let hangs = matches!(verdict, Verdict::Deadlock | Verdict::Spinning);
        let limits = if hangs { limits } else { patient };
        let tested = run_test(&package, &compiled, &test, limits, |_| {}).expect("it runs");
        let got = &tested.judgement;
        let message = got.message.join("\n");
        assert!(
            got.verdict.fits(verdict),
            "{name}: expected {verdict}, got {}: {message}",
            got.verdict
        );
        if got.verdict == verdict {
            assert!(
                message.contains(words),
                "{name}: `{words}` is not in: {message}"
            );
        }
    }
    // All of it, the endless print and the endless push with it, went through this process.
    #[cfg(target_os = "linux")]
    assert!(
        peak() < 200 << 20,
        "the runner itself took {} bytes",
        peak()
    );
}

/// The largest resident memory that this process had, in bytes. (`/proc`: Linux.)
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kibibytes.expect("a size") * 1024
}

/// A learner's file on the course's test kit.
const WITH_THE_KIT: &str = r#"
use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;

pub fn leaves_a_thread() { thread::spawn(|| std::thread::park()); }
pub fn locks_in_two_orders() {
    let (left, right) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
    let both = Arc::new(std::sync::Barrier::new(2));
    let other = { let (left, right, both) = (left.clone(), right.clone(), both.clone());
        thread::spawn(move || { let _right = right.lock(); both.wait(); let _left = left.lock(); }) };
    let _left = left.lock();
    both.wait();
    let _right = right.lock();
    let _ = other.join();
}
pub struct Flag { set: Mutex<bool>, changed: Condvar }
impl Flag {
    pub fn new() -> Self { Flag { set: Mutex::new(false), changed: Condvar::new() } }
    pub fn wait(&self) {
        if *self.set.lock().unwrap() { return }
        let set = self.set.lock().unwrap();
        drop(self.changed.wait(set).unwrap());
    }
    pub fn set(&self) { *self.set.lock().unwrap() = true; self.changed.notify_one(); }
}
pub fn todo() { todo!("explore it in every order, and say so in so many words that the kit needs a second line") }
"#;

const TESTS_WITH_THE_KIT: &str = r#"
use std::sync::Arc;
use chapter_9::double as learner;

#[test] fn leaves_a_thread() { interleave::leak::check(learner::leaves_a_thread) }
#[test] fn locks_in_two_orders() { learner::locks_in_two_orders() }
#[test] fn loses_a_wake_up() {
    interleave::model(|| {
        let flag = Arc::new(learner::Flag::new());
        let setter = { let flag = flag.clone(); interleave::thread::spawn(move || flag.set()) };
        flag.wait();
        setter.join().unwrap();
    });
}
#[test] fn todo_in_the_explorer() { interleave::model(|| learner::todo()) }
#[test] fn wrong_in_the_explorer() { interleave::model(|| assert_eq!(1, 2, "one: is: not: two: and: each: line: of: this: ends: as: a: place: does:")) }
"#;

/// With the course's kit a hang says who waits for whom, and an exploration shows its interleaving.
#[test]
fn the_kit_explains_itself() {
    let fixture = Fixture::new("kit");
    let kit = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../exercises/interleave");
    for package in ["exercises", "solutions"] {
        let manifest = format!("{package}/chapter-9/Cargo.toml");
        let dependency =
            format!("[dependencies]\ninterleave = {{ path = {kit:?}, features = [\"model\"] }}\n");
        fixture.write(
            &manifest,
            &format!("{}\n{dependency}", fixture.read(&manifest)),
        );
    }
    fixture.write("exercises/chapter-9/src/double.rs", WITH_THE_KIT);
    fixture.write(
        "exercises/chapter-9/tests/check/double.rs",
        TESTS_WITH_THE_KIT,
    );
    let locked = std::process::Command::new(env!("CARGO"))
        .current_dir(&fixture.root)
        .args(["generate-lockfile", "--offline", "--quiet"])
        .status();
    assert!(
        locked.expect("cargo starts").success(),
        "the kit needs nothing but std"
    );
    let course = Course::load(&fixture.root).expect("a course");
    let chapter = &course.chapters[0];
    let package = Package::reader(&fixture.root, chapter);
    let compiled = compile(&package, &[&chapter.steps[0]]).expect("the learner's file compiles");
    let limits = Limits {
        time: Duration::from_secs(3),
        ..Limits::default()
    };
    for (name, verdict, words) in [
        (
            "leaves_a_thread",
            Verdict::LeakedThread,
            "outlives its test",
        ),
        (
            "locks_in_two_orders",
            Verdict::Deadlock,
            "wait for each other",
        ),
        (
            "loses_a_wake_up",
            Verdict::Deadlock,
            "The interleaving, one column a thread",
        ),
        (
            "todo_in_the_explorer",
            Verdict::NotStarted,
            "needs a second line",
        ),
        ("wrong_in_the_explorer", Verdict::Wrong, "one: is:"),
    ] {
        let test = format!("double::{name}");
        let tested = run_test(&package, &compiled, &test, limits, |_| {}).expect("it runs");
        let message = tested.judgement.message.join("\n");
        assert_eq!(tested.judgement.verdict, verdict, "{name}: {message}");
        assert!(
            message.contains(words),
            "{name}: `{words}` is not in: {message}"
        );
    }
}

#[test]
fn a_long_message_is_wrapped_and_what_it_quotes_stays() {
    use xtask::term::wrapped;
    let line = "  the text  was `two  spaces` and `one space`, or `three   of them`; a lone ` changes  nothing";
    let lines = wrapped(line, 25);
    assert_eq!(
        lines,
        [
            "  the text was",
            "  `two  spaces` and `one",
            "  space`, or `three   of",
            "  them`; a lone ` changes",
            "  nothing",
        ]
    );
    let short = "`a  b`  c";
    assert_eq!(wrapped(short, 24), [short], "what fits stays as it is");
}
