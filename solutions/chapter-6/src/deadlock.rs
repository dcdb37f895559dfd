//! "all goroutines are asleep": who waits for what, when nobody is left to wake anybody.
//!
//! An operation that has to wait leaves a note: its reason and its place. A goroutine that is [`Watched`] copies the note
//! of a poll that ended in waiting into a table of the program. When the runtime reports that it has [`Stalled`], the
//! table says where each goroutine stands.
//!
//! Invariants:
//! - the table has exactly the goroutines that wait: a poll begins by taking the goroutine out;
//! - a goroutine that is dropped because the program has stalled stays in the table.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    error::Error,
    fmt,
    future::Future,
    marker::Send,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use chapter_4_solution::Stalled;
use interleave::sync::{Arc, Mutex, MutexGuard};

/// What a goroutine waits for, in Go's words, and the line where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// For example `chan receive`.
    pub reason: &'static str,
    /// The line that waits. `None` for a wait that leaves no note, such as a sleep.
    pub place: Option<&'static Location<'static>>,
}

thread_local! {
    /// The note of the operation that began to wait last on this thread.
    static NOTE: Cell<Option<Note>> = const { Cell::new(None) };
    /// The program of the goroutine that this thread is polling.
    static CURRENT: RefCell<Option<Arc<Program>>> = const { RefCell::new(None) };
}

/// Leaves a note: an operation has to wait.
// ANCHOR: note
pub(crate) fn note(reason: &'static str, place: &'static Location<'static>) {
    NOTE.set(Some(Note {
        reason,
        place: Some(place),
    }));
}
// ANCHOR_END: note

// ANCHOR: program
/// What the goroutines of one program share.
struct Program {
    /// How the runtime starts a goroutine.
    start: fn(Goroutine),
    /// Each poll takes this lock, for a moment: whoever wants the report pays for it. The runtimes' own `go` does not.
    table: Mutex<Table>,
}

struct Table {
    /// How many goroutines there have been.
    started: usize,
    /// Those that wait, by their numbers.
    waiting: BTreeMap<usize, Note>,
}
// ANCHOR_END: program

type Goroutine = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A future that is watched as the goroutine with a number.
struct Watched<F> {
    future: Pin<Box<F>>,
    number: usize,
    program: Arc<Program>,
}

impl Program {
    fn watch<F>(self: &Arc<Self>, future: F) -> Watched<F> {
        let mut table = self.table();
        table.started += 1;
        Watched {
            future: Box::pin(future),
            number: table.started,
            program: Arc::clone(self),
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().expect("nothing panics under the lock")
    }
}

/// As long as it lives, its program is `CURRENT`. Then the one before it is again, after a panic too.
struct Entered(Option<Arc<Program>>);

impl Entered {
    fn new(program: Arc<Program>) -> Self {
        Entered(CURRENT.replace(Some(program)))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    // ANCHOR: watched_whole
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // ANCHOR: watched todo: poll the future; if it waits, put the note that it left into the table
        let program = Arc::clone(&self.program);
        program.table().waiting.remove(&self.number);
        NOTE.set(None);
        let entered = Entered::new(Arc::clone(&program));
        let poll = self.future.as_mut().poll(context);
        drop(entered);
        if poll.is_pending() {
            let elsewhere = Note {
                reason: "waiting",
                place: None,
            };
            let note = NOTE.take().unwrap_or(elsewhere);
            program.table().waiting.insert(self.number, note);
        }
        poll
        // ANCHOR_END: watched
    }
    // ANCHOR_END: watched_whole
}

/// A runtime that notices when nobody is left to wake anybody.
pub trait Runtime {
    /// Runs `main`.
    ///
    /// # Errors
    /// If every goroutine waits, and none can be woken any more.
    fn try_run<T: Send + 'static>(
        &self,
        main: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stalled>;

    /// Starts a goroutine from inside of [`try_run`](Runtime::try_run).
    fn start(goroutine: Pin<Box<dyn Future<Output = ()> + Send>>);
}

impl Runtime for chapter_4_solution::Runtime {
    fn try_run<T: Send + 'static>(
        &self,
        main: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stalled> {
        self.try_run(main)
    }

    fn start(goroutine: Goroutine) {
        drop(chapter_4_solution::go(goroutine));
    }
}

impl Runtime for chapter_5_solution::Runtime {
    fn try_run<T: Send + 'static>(
        &self,
        main: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Stalled> {
        self.try_run(main)
    }

    fn start(goroutine: Goroutine) {
        drop(chapter_5_solution::go(goroutine));
    }
}

/// Starts a goroutine that is watched. As in Go, there is no handle.
///
/// # Panics
/// Outside of [`run`].
#[track_caller]
pub fn go(future: impl Future<Output = ()> + Send + 'static) {
    let program = CURRENT.with_borrow(Option::clone);
    let program = program.expect("`go` needs a goroutine of `deadlock::run` to be called from");
    (program.start)(Box::pin(program.watch(future)));
}

/// Runs `main` as goroutine 1. Returns its result, and the other goroutines end.
///
/// # Errors
/// If all goroutines are asleep: then the error says where each of them waits.
// ANCHOR: run_whole
pub fn run<R: Runtime, T: Send + 'static>(
    runtime: &R,
    main: impl Future<Output = T> + Send + 'static,
) -> Result<T, Deadlock> {
    // ANCHOR: run todo: run main as a watched goroutine; if the runtime has stalled, report who waits
    let program = Arc::new(Program {
        start: R::start,
        table: Mutex::new(Table {
            started: 0,
            waiting: BTreeMap::new(),
        }),
    });
    let result = runtime.try_run(program.watch(main));
    result.map_err(|Stalled| {
        let waiting = std::mem::take(&mut program.table().waiting);
        Deadlock(waiting.into_iter().collect())
    })
    // ANCHOR_END: run
}
// ANCHOR_END: run_whole

/// All goroutines are asleep: their numbers, and where they wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlock(pub Vec<(usize, Note)>);

impl fmt::Display for Deadlock {
    // ANCHOR: report_whole
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // ANCHOR: report todo: write the first line as Go does, then each goroutine with its reason and its place
        f.write_str("fatal error: all goroutines are asleep - deadlock!\n")?;
        for (number, note) in &self.0 {
            write!(f, "\ngoroutine {number} [{}]:\n", note.reason)?;
            if let Some(place) = note.place {
                writeln!(f, "\t{}:{}", place.file(), place.line())?;
            }
        }
        Ok(())
        // ANCHOR_END: report
    }
    // ANCHOR_END: report_whole
}

impl Error for Deadlock {}
