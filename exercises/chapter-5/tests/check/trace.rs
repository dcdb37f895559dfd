//! Step 5.8: SCHEDTRACE, and a timeline.

use std::time::Duration;

use chapter_5::{
    Runtime, blocking, go,
    idle::Woken,
    trace::{Event, Snapshot, Trace, name},
    yield_now,
};

use crate::helpers::workers;

fn trace(events: impl IntoIterator<Item = (u64, usize, Event)>) -> Trace {
    Trace {
        events: events.into_iter().collect(),
    }
}

#[test]
fn a_snapshot_is_a_line_like_gos() {
    let snapshot = Snapshot {
        age: Duration::from_micros(1_007_900),
        gomaxprocs: 3,
        idle_processors: 1,
        threads: 5,
        spinning_threads: 1,
        idle_threads: 2,
        global_queue: 6,
        local_queues: vec![4, 0, 17],
    };
    assert_eq!(
        snapshot.to_string(),
        "SCHED 1007ms: gomaxprocs=3 idleprocs=1 threads=5 spinningthreads=1 idlethreads=2 runqueue=6 [ 4 0 17 ]"
    );
}

#[test]
fn a_run_names_its_task_and_its_worker() {
    let trace = trace([
        (0, 0, Event::Started { id: 7 }),
        (
            1500,
            0,
            Event::Named {
                id: 7,
                name: "tea".into(),
            },
        ),
        (2500, 1, Event::Ran { id: 7, began: 1000 }),
    ]);
    assert_eq!(
        trace.to_string(),
        "task tea 0.000 2.500\nrun tea 1 1.000 2.500\n",
        "times in microseconds, with three decimals: `Micros` writes them"
    );
}

#[test]
fn a_steal_names_the_thief_first() {
    let trace = trace([(
        3000,
        2,
        Event::Stole {
            victim: 1,
            count: 5,
        },
    )]);
    assert_eq!(
        trace.to_string(),
        "steal 2 1 5 3.000\n",
        "worker 2 stole 5 tasks from worker 1"
    );
}

#[test]
fn a_park_says_who_rang() {
    let slept = |woken| Event::Slept { began: 1000, woken };
    for (woken, expected) in [
        (Woken::By(Some(1)), "park 0 1.000 2.000\nwake 0 1 2.000\n"),
        (Woken::By(None), "park 0 1.000 2.000\nwake 0 - 2.000\n"),
        (Woken::Stopped, "park 0 1.000 2.000\n"),
    ] {
        assert_eq!(trace([(2000, 0, slept(woken))]).to_string(), expected);
    }
}

#[test]
fn a_traced_runtime_records_every_goroutine() {
    let runtime = Runtime::traced(workers(2));
    runtime.run(async {
        name("main");
        for number in 0..3 {
            go(async move {
                name(&format!("cook {number}"));
                yield_now().await;
            })
            .await
            .expect("nothing panics");
        }
        // Its only poll hands its worker on.
        go(async {
            name("oven");
            blocking(|| ());
        })
        .await
        .expect("nothing panics");
    });
    let text = runtime.finish().to_string();
    for task in ["main", "cook-0", "cook-1", "cook-2", "oven"] {
        let runs = text
            .lines()
            .filter(|line| line.starts_with(&format!("run {task} ")));
        assert!(
            text.contains(&format!("task {task} ")) && runs.count() >= 1,
            "no line for the goroutine {task} in\n{text}"
        );
    }
}
