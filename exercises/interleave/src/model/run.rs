//! One run of the test under one schedule: real threads, one of which has the turn.
//!
//! `turn` names the thread that may go; all others are parked. Every operation of the kit goes through
//! [`Current::act`]: announce, let the schedule decide who goes next, pass the turn on if that is another thread, and
//! once the turn is back do the operation. Since one thread goes at a time, nothing in the run can race for real.
//!
//! A run that fails unwinds its threads one after the other by a panic of its own, [`Abort`], so destructors run. A
//! thread that cannot even unwind (a destructor waits for ever) is left parked and costs a little memory.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use super::pool::Pool;
use super::state::{Next, Panic, State};
use super::words::{At, Note, Op, ThreadId};

/// The value of `turn` when no thread of the run has it.
const NOBODY: usize = usize::MAX;

/// How often a thread looks for its turn before it parks.
const LOOKS: usize = 1;

/// A thread that catches this many aborts is left parked.
const MOST_THROWS: usize = 100;

/// A thread that has the turn for so long without an operation is stuck outside of the kit.
const PATIENCE: Duration = Duration::from_secs(2);

/// The payload of the panic that unwinds the threads of a failed run.
struct Abort;

pub(crate) struct Run {
    state: Mutex<State>,
    turn: AtomicUsize,
    explorer: thread::Thread,
    /// Where OS threads come from. Without a pool every thread gets one of its own, and they are joined at the end.
    pool: Option<Arc<Pool>>,
    handles: Mutex<Vec<(ThreadId, thread::JoinHandle<()>)>>,
}

/// The run that this OS thread belongs to, and which of its threads it is.
#[derive(Clone)]
pub(crate) struct Current {
    pub run: Arc<Run>,
    pub me: ThreadId,
}

thread_local! {
    static CURRENT: RefCell<Option<Current>> = const { RefCell::new(None) };
    /// Where the last panic on this thread came from; the hook writes it.
    static PANICKED_AT: Cell<Option<String>> = const { Cell::new(None) };
}

/// The run that the calling thread belongs to. `None` outside of the explorer.
pub(crate) fn current() -> Option<Current> {
    CURRENT
        .try_with(|current| current.borrow().clone())
        .ok()
        .flatten()
}

impl Run {
    /// Runs `test` on a thread of its own until every thread has ended or never can, and returns what is known then.
    pub fn execute(
        state: State,
        pool: Option<Arc<Pool>>,
        test: Arc<dyn Fn() + Send + Sync>,
    ) -> State {
        silence_panics();
        let run = Arc::new(Run {
            state: Mutex::new(state),
            turn: AtomicUsize::new(NOBODY),
            explorer: thread::current(),
            pool,
            handles: Mutex::new(Vec::new()),
        });
        let main = Current {
            run: Arc::clone(&run),
            me: 0,
        };
        main.start(0, move || {
            test();
            None
        })
        .expect("the explorer needs threads");
        run.pass_turn(0);
        run.wait_for_end();
        let ended: Vec<_> = {
            let state = run.state();
            let mut handles = run.handles.lock().unwrap_or_else(PoisonError::into_inner);
            handles
                .drain(..)
                .filter(|(thread, _)| state.threads[*thread].finished)
                .collect()
        };
        for (_, handle) in ended {
            // The body catches every panic, so a join tells nothing.
            let _ = handle.join();
        }
        let mut state = run.state();
        let empty = State::new(0, super::schedule::Guide::Random(0), state.rules);
        std::mem::replace(&mut *state, empty)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass_turn(&self, thread: ThreadId) {
        let os = self.state().threads[thread].os.clone();
        // Release: pairs with the Acquire in `wait_for_turn`.
        self.turn.store(thread, Ordering::Release);
        os.expect("a thread that can be chosen has been started")
            .unpark();
    }

    fn wait_for_turn(&self, me: ThreadId) {
        for _ in 0..LOOKS {
            if self.turn.load(Ordering::Acquire) == me {
                return;
            }
            thread::yield_now();
        }
        // Acquire: pairs with the Release in `pass_turn`.
        while self.turn.load(Ordering::Acquire) != me {
            thread::park();
        }
    }

    fn end(&self) {
        self.turn.store(NOBODY, Ordering::Release);
        self.explorer.unpark();
    }

    fn wait_for_end(&self) {
        let mut before = (NOBODY, 0);
        while self.turn.load(Ordering::Acquire) != NOBODY {
            thread::park_timeout(PATIENCE);
            let turn = self.turn.load(Ordering::Acquire);
            let now = (turn, self.state().trace.len());
            if turn != NOBODY && now == before {
                let mut state = self.state();
                let sentence = super::diagnose::outside(&state, turn);
                state.fail(super::Kind::Stuck, sentence);
                return;
            }
            before = now;
        }
    }
}

impl Current {
    /// Waits until the schedule lets this thread do `op`, and does it by `effect`.
    pub fn act<R>(
        &self,
        op: Op,
        at: Option<At>,
        effect: impl FnOnce(&mut State, ThreadId) -> R,
    ) -> R {
        let mut state = self.run.state();
        state.announce(self.me, op, at);
        state = match state.threads[self.me].parent.take() {
            // A new thread comes this far at once: what it did until now, nobody can see. Its parent goes on.
            Some(parent) => self.pass_turn_to(parent, state, !thread::panicking()),
            None => self.take_turn(state, !thread::panicking()),
        };
        self.finish_act(state, effect)
    }

    /// Waits for all threads of a scope, even if the run has failed: they borrow from the caller. Tells whether one
    /// panicked that nobody joined.
    pub fn join_scope(&self, scope: usize, at: At) -> bool {
        let mut panicked = false;
        loop {
            let mut state = self.run.state();
            let Some(index) = state.scoped.iter().position(|&(of, _)| of == scope) else {
                return panicked && !state.aborting;
            };
            let (_, thread) = state.scoped.swap_remove(index);
            state.announce(self.me, Op::Join(thread), Some(at));
            let mut state = self.take_turn(state, false);
            panicked |= state.threads[thread].panic.is_some() && !state.threads[thread].joined;
            state.learn_from(self.me, thread);
            state.log(self.me, Op::Join(thread), Some(at), Note::None);
        }
    }

    /// The name that the test gave this thread.
    pub fn name(&self) -> Option<String> {
        let state = self.run.state();
        let name = &state.threads[self.me].name;
        (*name != format!("thread {}", self.me)).then(|| name.clone())
    }

    /// Does `effect` without letting anybody else go first: for what commutes with all that others could do.
    pub fn act_at_once<R>(&self, effect: impl FnOnce(&mut State, ThreadId) -> R) -> R {
        let state = self.run.state();
        self.finish_act(state, effect)
    }

    fn finish_act<R>(
        &self,
        mut state: MutexGuard<'_, State>,
        effect: impl FnOnce(&mut State, ThreadId) -> R,
    ) -> R {
        let healthy = !state.aborting;
        let result = effect(&mut state, self.me);
        if healthy && state.aborting && !thread::panicking() {
            self.abort(state);
        }
        result
    }

    /// Passes the turn to whoever is next, and returns when it is back and the announced operation is possible.
    /// `may_throw`: if the run has failed, unwinds instead.
    fn take_turn<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        may_throw: bool,
    ) -> MutexGuard<'a, State> {
        loop {
            if state.aborting && may_throw {
                self.abort(state);
            }
            state.threads[self.me].unwinding |= state.aborting;
            let this = &state.threads[self.me];
            // That a thread waits for a notification stands in the trace already: it gave up the lock for it.
            if !state.able(self.me) && !matches!(this.op, Op::Notified(..)) {
                let (op, at) = (this.op, this.at);
                state.log(self.me, op, at, Note::Blocked);
            }
            match state.decide(self.me) {
                Next::Thread(next) if next == self.me => {
                    if !state.aborting || state.able(self.me) {
                        return state;
                    }
                }
                Next::Thread(next) => {
                    state = self.swap_turn(next, state);
                    if !state.aborting {
                        return state;
                    }
                }
                Next::Over => {
                    drop(state);
                    self.run.end();
                    stay_parked();
                }
            }
        }
    }

    fn pass_turn_to<'a>(
        &'a self,
        next: ThreadId,
        state: MutexGuard<'a, State>,
        may_throw: bool,
    ) -> MutexGuard<'a, State> {
        let state = self.swap_turn(next, state);
        if state.aborting {
            self.take_turn(state, may_throw)
        } else {
            state
        }
    }

    /// Lets `next` go on, and returns when this thread has the turn again.
    fn swap_turn<'a>(
        &'a self,
        next: ThreadId,
        state: MutexGuard<'a, State>,
    ) -> MutexGuard<'a, State> {
        drop(state);
        self.run.pass_turn(next);
        self.run.wait_for_turn(self.me);
        self.run.state()
    }

    /// Unwinds this thread, since the run has failed.
    fn abort(&self, mut state: MutexGuard<'_, State>) -> ! {
        let this = &mut state.threads[self.me];
        this.unwinding = true;
        this.throws += 1;
        if this.throws > MOST_THROWS {
            // Something catches every panic and goes on. Leave it; the others may still unwind.
            this.op = Op::Finish;
            this.finished = true;
            let next = state.decide(self.me);
            state.threads[self.me].finished = false;
            drop(state);
            self.leave(next);
            stay_parked();
        }
        drop(state);
        panic::resume_unwind(Box::new(Abort));
    }

    fn leave(&self, next: Next) {
        match next {
            Next::Thread(next) => self.run.pass_turn(next),
            Next::Over => self.run.end(),
        }
    }

    /// Starts `thread`: it gets an OS thread, and runs up to its first operation.
    pub fn start(
        &self,
        thread: ThreadId,
        body: impl FnOnce() -> Option<Panic> + Send + 'static,
    ) -> io::Result<thread::Thread> {
        let child = Current {
            run: Arc::clone(&self.run),
            me: thread,
        };
        let life = move || child.live(body);
        let os = if let Some(pool) = &self.run.pool {
            pool.give(Box::new(life))?
        } else {
            let handle = thread::Builder::new().spawn(life)?;
            let os = handle.thread().clone();
            let mut handles = self
                .run
                .handles
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            handles.push((thread, handle));
            os
        };
        self.begin(thread, os.clone());
        Ok(os)
    }

    /// Lets a new thread run up to its first operation.
    pub fn begin(&self, thread: ThreadId, os: thread::Thread) {
        let mut state = self.run.state();
        state.threads[thread].os = Some(os);
        if thread != self.me {
            state.threads[thread].parent = Some(self.me);
            drop(self.swap_turn(thread, state));
        }
    }

    /// The life of a thread of the run.
    pub fn live(self, body: impl FnOnce() -> Option<Panic>) {
        CURRENT.with(|current| *current.borrow_mut() = Some(self.clone()));
        self.run.wait_for_turn(self.me);
        let result = panic::catch_unwind(AssertUnwindSafe(|| {
            let state = self.run.state();
            if state.aborting {
                self.abort(state);
            }
            drop(state);
            body()
        }));
        let panic = result.unwrap_or_else(|payload| describe(payload.as_ref()));
        self.finish(panic);
        CURRENT.with(|current| *current.borrow_mut() = None);
    }

    fn finish(&self, panic: Option<Panic>) {
        let mut state = self.run.state();
        let me = self.me;
        if let Some(panic) = panic {
            state.log(me, Op::Panic, None, Note::None);
            let message = panic.message.clone();
            state.threads[me].panic = Some(panic);
            if me == 0 {
                let sentence = super::diagnose::panicked(&state, 0, &message);
                state.fail(super::Kind::Panic, sentence);
            }
        }
        let this = &mut state.threads[me];
        this.op = Op::Finish;
        this.finished = true;
        let seen = this.seen;
        state.log(me, Op::Finish, None, Note::None);
        state.threads[me].seen = seen;
        state.changed();
        let parent = state.threads[me].parent.take().map(Next::Thread);
        let next = parent.unwrap_or_else(|| state.decide(me));
        drop(state);
        self.leave(next);
    }
}

/// Tells a panic of the test's code from the kit's own.
pub(crate) fn describe(payload: &(dyn Any + Send)) -> Option<Panic> {
    if payload.is::<Abort>() {
        return None;
    }
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("a panic without a message")
        .to_owned();
    let at = PANICKED_AT.take();
    Some(Panic { message, at })
}

/// A panic is part of a run like any other step: it stands in the report, and not on standard error for each run.
fn silence_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if current().is_some() {
                PANICKED_AT.set(
                    info.location()
                        .map(|at| format!("{}:{}", at.file(), at.line())),
                );
            } else {
                usual(info);
            }
        }));
    });
}

/// Never goes on.
fn stay_parked() -> ! {
    loop {
        thread::park();
    }
}
