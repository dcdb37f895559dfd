//! What the scheduler does, made visible: a line a second like Go's `schedtrace`, and a recorded timeline.
//!
//! A traced runtime notes its events on each processor, without a lock, and collects them at the end. Times are in
//! nanoseconds since the start; the text has microseconds.

use std::{
    collections::HashMap,
    env, fmt,
    future::{Future, poll_fn},
    num::NonZeroUsize,
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use interleave::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{
    global::lock,
    idle::Woken,
    runtime::{Runtime, Shared, with_context},
    search::Processor,
    task::{Goroutine, JoinHandle, Scheduler, Task},
};

/// A moment's state of a runtime, as `SCHEDTRACE` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The time since the start.
    pub age: Duration,
    /// Processors.
    pub gomaxprocs: usize,
    /// Processors that run nothing.
    pub idle_processors: usize,
    /// Threads, blocked ones included.
    pub threads: usize,
    /// Threads that search for work: Go says that they spin.
    pub spinning_threads: usize,
    /// Threads that neither run anything nor search.
    pub idle_threads: usize,
    /// Tasks in the global queue.
    pub global_queue: usize,
    /// Tasks in each processor's ring.
    pub local_queues: Vec<usize>,
}

impl fmt::Display for Snapshot {
    /// `SCHED 1007ms: gomaxprocs=2 idleprocs=0 threads=3 spinningthreads=0 idlethreads=0 runqueue=1 [ 4 0 ]`
    // ANCHOR: display_whole
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ANCHOR: display todo: write the line that the comment above shows: the age in whole milliseconds, then the numbers
        write!(f, "SCHED {}ms:", self.age.as_millis())?;
        write!(
            f,
            " gomaxprocs={} idleprocs={}",
            self.gomaxprocs, self.idle_processors
        )?;
        write!(
            f,
            " threads={} spinningthreads={}",
            self.threads, self.spinning_threads
        )?;
        write!(
            f,
            " idlethreads={} runqueue={} [",
            self.idle_threads, self.global_queue
        )?;
        for length in &self.local_queues {
            write!(f, " {length}")?;
        }
        write!(f, " ]")
        // ANCHOR_END: display
    }
    // ANCHOR_END: display_whole
}

impl Snapshot {
    pub(crate) fn of(shared: &Shared) -> Self {
        let (sleepers, searchers) = shared.idle.counts();
        let (threads, spares) = shared.spares.counts();
        Snapshot {
            age: shared.watch.began.elapsed(),
            gomaxprocs: shared.rings.len(),
            idle_processors: sleepers + searchers,
            threads,
            spinning_threads: searchers,
            idle_threads: sleepers + spares,
            global_queue: shared.global.len(),
            local_queues: shared.rings.iter().map(|ring| ring.len()).collect(),
        }
    }
}

impl Runtime {
    /// Like `new`, and records what happens: see [`Runtime::finish`].
    ///
    /// # Panics
    /// If the system has no thread left.
    #[must_use]
    pub fn traced(workers: NonZeroUsize) -> Self {
        let tracer = Some(Tracer::new());
        Self::start(
            workers,
            Watch {
                tracer,
                ..Watch::default()
            },
        )
    }

    /// What it is doing right now, in numbers.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.shared)
    }

    /// Ends the runtime, and gives what it recorded if it was `traced`.
    #[must_use]
    pub fn finish(self) -> Trace {
        let shared = Arc::clone(&self.shared);
        drop(self);
        let tracer = shared.watch.tracer.as_ref();
        tracer.map_or_else(Trace::default, Tracer::trace)
    }
}

/// Who watches a runtime: a clock, and a tracer if it is traced.
pub(crate) struct Watch {
    began: Instant,
    pub(crate) tracer: Option<Tracer>,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            began: Instant::now(),
            tracer: None,
        }
    }
}

impl Watch {
    /// A new task, which is traced if the runtime is.
    pub(crate) fn spawn<F: Goroutine, S: Scheduler>(
        &self,
        future: F,
        home: S,
    ) -> (Task, JoinHandle<F::Output>) {
        match &self.tracer {
            None => Task::new(future, home),
            Some(tracer) => Task::new(tracer.traced(future), home),
        }
    }

    /// A runtime begins: gives its processors their logs if it is traced, and prints if `SCHEDTRACE` says so.
    pub(crate) fn begin(
        shared: &Arc<Shared>,
        mut processors: Vec<Processor<Task>>,
    ) -> Vec<Processor<Task>> {
        if let Some(tracer) = &shared.watch.tracer {
            for processor in &mut processors {
                processor.log = Some(tracer.log(processor.index));
            }
        }
        print_regularly(shared);
        processors
    }
}

impl Processor<Task> {
    /// Notes from whom it took how many tasks; None if they came from the global queue.
    pub(crate) fn note_loot(&mut self, from: Option<(usize, usize)>) {
        if let (Some(log), Some((victim, count))) = (&mut self.log, from) {
            log.push(Event::Stole { victim, count });
        }
    }

    /// Sleeps, and notes it.
    pub(crate) fn note_sleep(&mut self, sleep: impl FnOnce() -> Woken) {
        let began = self.log.as_ref().map_or(0, Log::now);
        let woken = sleep();
        if let (Some(log), Woken::By(_) | Woken::Stopped) = (&mut self.log, woken) {
            log.push(Event::Slept { began, woken });
        }
    }
}

/// With `SCHEDTRACE=1000` in the environment, prints a snapshot to standard error each 1000 ms, until the runtime is gone.
fn print_regularly(shared: &Arc<Shared>) {
    let Some(period) = env::var("SCHEDTRACE").ok().and_then(|ms| ms.parse().ok()) else {
        return;
    };
    let period = Duration::from_millis(period);
    // Weak: the printer keeps no runtime alive, and nobody waits for it.
    let shared: Weak<Shared> = Arc::downgrade(shared);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(period);
            let Some(shared) = shared.upgrade() else {
                return;
            };
            eprintln!("{}", Snapshot::of(&shared));
        }
    });
}

/// Something that happened on a processor. It ended when it was noted.
#[derive(Clone, Debug)]
pub enum Event {
    /// It polled a task.
    Ran { id: u64, began: u64 },
    /// It took so many tasks from another.
    Stole { victim: usize, count: usize },
    /// It slept.
    Slept { began: u64, woken: Woken },
    /// A task was started.
    Started { id: u64 },
    /// A task told its name.
    Named { id: u64, name: String },
}

/// What a traced runtime collects: when, on which worker, and what.
type Events = Vec<(u64, usize, Event)>;

/// The events of one processor. Dropped with it, it hands them to the tracer.
#[derive(Debug)]
pub struct Log {
    worker: usize,
    clock: Instant,
    /// The task that is polled now, and since when. 0: none.
    current: u64,
    began: u64,
    events: Events,
    all: Arc<Mutex<Events>>,
}

impl Log {
    /// Nanoseconds since the start.
    fn now(&self) -> u64 {
        let nanoseconds = self.clock.elapsed().as_nanos();
        u64::try_from(nanoseconds).expect("a trace lasts less than 500 years")
    }

    /// A task begins here.
    fn begin(&mut self, id: u64) {
        (self.current, self.began) = (id, self.now());
    }

    /// The task that began, if any, goes on no more, or not on this processor.
    pub(crate) fn end(&mut self) {
        let (id, began) = (std::mem::take(&mut self.current), self.began);
        if id != 0 {
            self.push(Event::Ran { id, began });
        }
    }

    /// Notes an event that ends now.
    fn push(&mut self, event: Event) {
        self.events.push((self.now(), self.worker, event));
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        lock(&self.all).append(&mut self.events);
    }
}

/// The log of the calling thread's processor, if it has one.
fn with_log(body: impl FnOnce(&mut Log)) {
    with_context(|context| {
        let mut processor = context?.processor.borrow_mut();
        processor.as_mut()?.log.as_mut().map(body)
    });
}

/// Where a runtime's events are collected.
pub(crate) struct Tracer {
    clock: Instant,
    tasks: AtomicU64,
    events: Arc<Mutex<Events>>,
}

impl Tracer {
    fn new() -> Self {
        Tracer {
            clock: Instant::now(),
            tasks: AtomicU64::new(0),
            events: Arc::default(),
        }
    }

    fn log(&self, worker: usize) -> Log {
        Log {
            worker,
            clock: self.clock,
            current: 0,
            began: 0,
            events: Vec::new(),
            all: Arc::clone(&self.events),
        }
    }

    /// A future that does the same as this one, and notes each of its polls. Its task has the next number.
    pub(crate) fn traced<F>(&self, future: F) -> impl Future<Output = F::Output> + Send + use<F>
    where
        F: Future + Send + 'static,
    {
        /// Notes the end of a poll, even if it panics.
        struct End;
        impl Drop for End {
            fn drop(&mut self) {
                with_log(Log::end);
            }
        }
        // Relaxed: only the numbers must differ.
        let id = self.tasks.fetch_add(1, Relaxed) + 1;
        with_log(|log| log.push(Event::Started { id }));
        let mut future = Box::pin(future);
        poll_fn(move |context| {
            with_log(|log| log.begin(id));
            let _end = End;
            future.as_mut().poll(context)
        })
    }

    /// What was recorded. The runtime has ended.
    fn trace(&self) -> Trace {
        let mut events = std::mem::take(&mut *lock(&self.events));
        events.sort_by_key(|&(at, ..)| at);
        Trace { events }
    }
}

/// Gives the calling goroutine a name in the trace: one word. Does nothing if the runtime is not traced.
pub fn name(name: &str) {
    let name = name.replace(char::is_whitespace, "-");
    with_log(|log| {
        let id = log.current;
        log.push(Event::Named { id, name });
    });
}

/// What a traced runtime recorded. Its text has an event a line, times in microseconds:
///
/// ```text
/// task NAME START END
/// run NAME WORKER START END
/// steal THIEF VICTIM COUNT AT
/// park WORKER START END
/// wake WORKER BY AT
/// ```
///
/// `BY` is a worker's number, or `-` for somebody outside.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// When it ended, on which worker, and what it was; in order.
    pub events: Vec<(u64, usize, Event)>,
}

impl Trace {
    /// The tasks in the order of their start: name, start, end.
    fn tasks(&self) -> Vec<(u64, String, u64, u64)> {
        let mut tasks: HashMap<u64, (String, u64, u64)> = HashMap::new();
        for (at, _, event) in &self.events {
            match event {
                Event::Started { id } => {
                    tasks
                        .entry(*id)
                        .or_insert_with(|| (format!("g{id}"), *at, *at))
                        .1 = *at;
                }
                Event::Ran { id, began } => {
                    let task = tasks
                        .entry(*id)
                        .or_insert_with(|| (format!("g{id}"), *began, *at));
                    task.1 = task.1.min(*began);
                    task.2 = task.2.max(*at);
                }
                Event::Named { id, name } => {
                    tasks
                        .entry(*id)
                        .or_insert_with(|| (String::new(), *at, *at))
                        .0
                        .clone_from(name);
                }
                Event::Stole { .. } | Event::Slept { .. } => {}
            }
        }
        let mut tasks: Vec<_> = tasks
            .into_iter()
            .map(|(id, (name, start, end))| (id, name, start, end))
            .collect();
        tasks.sort_by_key(|&(id, _, start, _)| (start, id));
        tasks
    }
}

/// Nanoseconds, written as microseconds.
struct Micros(u64);

impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks = self.tasks();
        for (_, name, start, end) in &tasks {
            writeln!(f, "task {name} {} {}", Micros(*start), Micros(*end))?;
        }
        let names = tasks.into_iter().map(|(id, name, ..)| (id, name)).collect();
        for (at, worker, event) in &self.events {
            write_event(f, &names, (*at, *worker, event))?;
        }
        Ok(())
    }
}

/// The line or lines of an event: when it ended, on which worker, and what it was. `names` has the name of each task.
// ANCHOR: write_event_whole
fn write_event(
    f: &mut fmt::Formatter<'_>,
    names: &HashMap<u64, String>,
    (at, worker, event): (u64, usize, &Event),
) -> fmt::Result {
    // ANCHOR: write_event todo: write a run, steal or park line, and after a park the wake line if somebody rang
    let now = Micros(at);
    match event {
        Event::Ran { id, began } => {
            writeln!(f, "run {} {worker} {} {now}", names[id], Micros(*began))
        }
        Event::Stole { victim, count } => writeln!(f, "steal {worker} {victim} {count} {now}"),
        Event::Slept { began, woken } => {
            writeln!(f, "park {worker} {} {now}", Micros(*began))?;
            match woken {
                Woken::By(Some(by)) => writeln!(f, "wake {worker} {by} {now}"),
                Woken::By(None) => writeln!(f, "wake {worker} - {now}"),
                Woken::Found | Woken::Time | Woken::Stopped => Ok(()),
            }
        }
        // They have no line of their own: the task's line has its start and its name.
        Event::Started { .. } | Event::Named { .. } => Ok(()),
    }
    // ANCHOR_END: write_event
}
// ANCHOR_END: write_event_whole
