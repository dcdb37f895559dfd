//! What the course gives around the steps: it is no exercise, so its tests stand here.

use std::{
    io::{self, BufRead, BufReader, Read},
    num::NonZeroUsize,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use chapter_4_solution::block_on;
use chapter_5_solution::{Runtime, WaitGroup, blocking, go};

fn workers(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).expect("one worker or more")
}

#[test]
fn a_wait_group_starts_goroutines_here() {
    let count = Runtime::new(workers(2)).run(async {
        let (group, count) = (WaitGroup::new(), Arc::new(AtomicUsize::new(0)));
        for _ in 0..10 {
            let count = Arc::clone(&count);
            drop(group.go(async move { count.fetch_add(1, SeqCst) }));
        }
        // One more by hand, as before Go 1.25.
        group.add(1);
        drop(go({
            let group = group.clone();
            async move { group.done() }
        }));
        group.wait().await;
        count.load(SeqCst)
    });
    assert_eq!(count, 10);
}

#[test]
fn a_goroutine_that_drops_its_own_runtime_panics() {
    let runtime = Arc::new(Runtime::new(workers(2)));
    let gate = Arc::new(interleave::future::Gate::new());
    let last = runtime.go({
        let (runtime, gate) = (Arc::clone(&runtime), Arc::clone(&gate));
        async move {
            gate.wait().await;
            drop(runtime);
        }
    });
    let other = runtime.go({
        let gate = Arc::clone(&gate);
        async move {
            gate.wait().await;
            5
        }
    });
    drop(runtime);
    gate.open();
    let error = block_on(last).expect_err("the end would wait for this very goroutine");
    let payload = error.into_panic();
    let message = payload.downcast_ref::<&str>().expect("a message");
    assert!(message.contains("its own runtime"), "{message}");
    assert_eq!(
        block_on(other).expect("the runtime goes on, and so does this goroutine"),
        5
    );
}

#[test]
#[ignore = "the program that the next test starts"]
fn a_program_until_its_input_ends() {
    let ended = Runtime::new(workers(2)).run(async {
        let waiting = go(std::future::pending::<()>());
        let ended = blocking(|| io::stdin().read_to_end(&mut Vec::new()));
        drop(waiting);
        ended
    });
    ended.expect("the parent closes the pipe");
}

#[test]
fn schedtrace_prints_a_line_again_and_again() {
    let mut program = Command::new(std::env::current_exe().expect("this program has a path"))
        .args(["--exact", "a_program_until_its_input_ends", "--ignored"])
        .arg("--nocapture")
        .env("SCHEDTRACE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("this program starts again");
    let errors = BufReader::new(program.stderr.take().expect("it is piped"));
    let mut lines = errors.lines().map(|line| line.expect("it is text"));
    let mut last = 0;
    for _ in 0..3 {
        let line = lines.next().expect("it prints until its input ends");
        let age = age(&line).unwrap_or_else(|| panic!("not a line like Go's: {line}"));
        assert!(age >= last, "after {last} ms: {line}");
        last = age;
    }
    drop(program.stdin.take());
    // What it still prints has to go somewhere.
    lines.for_each(drop);
    assert!(program.wait().expect("it ends").success());
}

/// The age in a line of two workers, if its fields are Go's, in Go's order.
fn age(line: &str) -> Option<u64> {
    let (age, rest) = line.strip_prefix("SCHED ")?.split_once("ms: ")?;
    let (fields, queues) = rest.strip_suffix(" ]")?.split_once(" [ ")?;
    let mut fields = fields.split(' ');
    let mut field = |name: &str| -> Option<usize> {
        let number = fields.next()?.strip_prefix(name)?.strip_prefix('=')?;
        number.parse().ok()
    };
    let sound = field("gomaxprocs")? == 2
        && field("idleprocs")? <= 2
        && field("threads")? >= 2
        && field("spinningthreads")? <= 2
        && field("idlethreads")? <= 3
        && field("runqueue")? <= 2;
    let queues: Result<Vec<usize>, _> = queues.split(' ').map(str::parse).collect();
    (sound && fields.next().is_none() && queues.ok()?.len() == 2).then(|| age.parse().ok())?
}
