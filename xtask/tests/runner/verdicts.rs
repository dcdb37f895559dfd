//! Code that misbehaves in every way that learners' code does, each way with its verdict.

use std::time::Duration;

use xtask::check::run_test;
use xtask::child::Limits;
use xtask::compile::{Package, compile};
use xtask::course::Suite;
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
    ("locks_twice", Verdict::Deadlock, "waiting"),
    ("waits_at_a_barrier", Verdict::Deadlock, "waiting"),
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
    let package = Package {
        workspace: fixture.root.clone(),
        dir: "exercises/chapter-9".into(),
        name: "chapter-9".into(),
        suite: Suite::Check,
    };
    let compiled = compile(&package).expect("the learner's file compiles");
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
}
