//! Threads, named as in `std::thread`.
//!
//! In a plain build these are std's threads, listed for `hang` and `leak`. Inside a run each is a thread of the run:
//! still a real one, but it moves only when the explorer gives it the turn.

use std::fmt;
use std::io;
use std::panic::Location;
#[cfg(feature = "model")]
use std::sync::{Arc, Mutex, PoisonError};
use std::thread as real;
use std::time::Duration;

pub use std::thread::{Result, ThreadId, panicking};

use crate::hang;
use crate::leak::Life;
#[cfg(feature = "model")]
use crate::model;

/// Starts a thread.
///
/// # Panics
///
/// If the system has no thread left.
#[track_caller]
pub fn spawn<F, T>(body: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new()
        .spawn(body)
        .expect("the system has a thread left")
}

/// Starts threads with a name.
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until `spawn`"]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A builder for a thread without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the thread; reports use the name.
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    fn build(&self) -> real::Builder {
        match &self.name {
            Some(name) => real::Builder::new().name(name.clone()),
            None => real::Builder::new(),
        }
    }

    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If the system has no thread left.
    #[track_caller]
    pub fn spawn<F, T>(self, body: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let at = Location::caller();
        under_model!(run => {
            let outcome = Outcome::default();
            let thread = run.spawn(self.name.clone(), at);
            let inner = run.start(thread, outcome.keep(body))?;
            let thread = Thread { inner, modelled: Some(Modelled { run: run.run, thread, name: self.name }) };
            Ok(JoinHandle { thread, from: From::Run(outcome) })
        });
        let life = Life::begin(self.name.clone(), at);
        let id = life.id();
        let inner = self.build().spawn(move || {
            life.enter();
            let result = body();
            drop(life);
            result
        })?;
        Ok(JoinHandle {
            thread: Thread::real(inner.thread().clone()),
            from: From::System(inner, id),
        })
    }

    /// Starts a thread that may borrow what outlives `scope`.
    ///
    /// # Errors
    ///
    /// If the system has no thread left.
    #[track_caller]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        body: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let at = Location::caller();
        under_model!(run => {
            let outcome = Outcome::default();
            let thread = run.spawn(self.name.clone(), at);
            run.run.state().scoped.push((scope.key(), thread));
            let child = model::Current { run: Arc::clone(&run.run), me: thread };
            let body = outcome.keep(body);
            let handle = self.build().spawn_scoped(&scope.inner, move || child.live(body))?;
            let inner = handle.thread().clone();
            run.begin(thread, inner.clone());
            let thread = Thread { inner, modelled: Some(Modelled { run: run.run, thread, name: self.name }) };
            Ok(ScopedJoinHandle { thread, from: From::Run(outcome) })
        });
        let life = Life::begin(self.name.clone(), at);
        let id = life.id();
        let inner = self.build().spawn_scoped(&scope.inner, move || {
            life.enter();
            let result = body();
            drop(life);
            result
        })?;
        Ok(ScopedJoinHandle {
            thread: Thread::real(inner.thread().clone()),
            from: From::System(inner, id),
        })
    }
}

/// Where the result of a thread comes from: the system's handle and the id of its `Life`, or the run.
enum From<H, T> {
    System(H, u64),
    #[cfg(feature = "model")]
    Run(Outcome<T>),
    #[cfg(not(feature = "model"))]
    #[expect(dead_code, reason = "names the type of the result")]
    Never(std::convert::Infallible, T),
}

/// Waits for a thread, and takes its result.
pub struct JoinHandle<T> {
    thread: Thread,
    from: From<real::JoinHandle<T>, T>,
}

/// Waits for a thread of a scope, and takes its result.
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    from: From<real::ScopedJoinHandle<'scope, T>, T>,
}

macro_rules! handle {
    ([$($lifetime:lifetime)?] $name:ty) => {
        impl<$($lifetime,)? T> $name {
            /// Waits until the thread has ended.
            ///
            /// # Errors
            ///
            /// With the payload, if the thread panicked.
            #[track_caller]
            pub fn join(self) -> Result<T> {
                let at = Location::caller();
                match self.from {
                    From::System(inner, life) => {
                        hang::visit(at);
                        let what = || format!("the end of thread `{}`", self.thread.name().unwrap_or("without a name"));
                        let _waiting = (!inner.is_finished()).then(|| hang::wait_for_end(what(), at, Life::seat(life)));
                        inner.join()
                    }
                    #[cfg(feature = "model")]
                    From::Run(outcome) => {
                        if let (Some(run), Some(them)) = (model::current(), &self.thread.modelled) {
                            run.join(them.thread, at);
                        }
                        outcome.take()
                    }
                    #[cfg(not(feature = "model"))]
                    From::Never(never, _) => match never {},
                }
            }

            /// Whether the thread has ended. Does not wait.
            #[must_use]
            #[track_caller]
            pub fn is_finished(&self) -> bool {
                match &self.from {
                    From::System(inner, _) => inner.is_finished(),
                    #[cfg(feature = "model")]
                    From::Run(_) => match (model::current(), &self.thread.modelled) {
                        (Some(run), Some(them)) => run.is_finished(them.thread, Location::caller()),
                        _ => true,
                    },
                    #[cfg(not(feature = "model"))]
                    From::Never(never, _) => match *never {},
                }
            }

            /// The thread, for `unpark`.
            #[must_use]
            pub fn thread(&self) -> &Thread {
                &self.thread
            }
        }

        impl<$($lifetime,)? T> fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("JoinHandle").finish_non_exhaustive()
            }
        }
    };
}

handle!([] JoinHandle<T>);
handle!(['scope] ScopedJoinHandle<'scope, T>);

/// Runs `body`, and waits for all threads that it spawned on the scope.
///
/// # Panics
///
/// If `body` panicked, or a thread of the scope that nobody joined.
#[track_caller]
pub fn scope<'env, F, T>(body: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let at = Location::caller();
    real::scope(move |inner| {
        let scope = Scope::of(inner);
        under_model!(run => {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(scope)));
            let panicked = run.join_scope(scope.key(), at);
            match result {
                Err(payload) => std::panic::resume_unwind(payload),
                Ok(_) if panicked => panic!("a scoped thread panicked"),
                Ok(value) => value,
            }
        });
        let result = body(scope);
        hang::visit(at);
        // std waits when this closure has returned, so the entry stays until the next visit or wait of this thread.
        hang::wait_until_next_visit(|| "the threads of its scope to end".to_owned(), at);
        result
    })
}

/// Where threads can be spawned that borrow.
#[repr(transparent)]
pub struct Scope<'scope, 'env: 'scope> {
    inner: real::Scope<'scope, 'env>,
}

impl<'scope, 'env> Scope<'scope, 'env> {
    fn of(inner: &'scope real::Scope<'scope, 'env>) -> &'scope Self {
        // SAFETY: `Scope` is a transparent wrapper, so both have the same layout, and the borrow keeps its lifetime.
        unsafe { &*std::ptr::from_ref(inner).cast::<Self>() }
    }

    #[cfg(feature = "model")]
    fn key(&'scope self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Starts a thread that may borrow what outlives the scope.
    ///
    /// # Panics
    ///
    /// If the system has no thread left.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, body: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Builder::new()
            .spawn_scoped(self, body)
            .expect("the system has a thread left")
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

/// What a thread of a run leaves for whoever joins it.
#[cfg(feature = "model")]
struct Outcome<T>(Arc<Mutex<Option<Result<T>>>>);

#[cfg(feature = "model")]
impl<T> Default for Outcome<T> {
    fn default() -> Self {
        Outcome(Arc::default())
    }
}

#[cfg(feature = "model")]
impl<T> Outcome<T> {
    /// `body`, but its value or payload is kept. A panic of the test's own is described for the report.
    fn keep<F: FnOnce() -> T>(&self, body: F) -> impl FnOnce() -> Option<model::Panic> + use<F, T> {
        let place = Arc::clone(&self.0);
        move || {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body));
            let panic = match &result {
                Ok(_) => None,
                Err(payload) => model::describe(payload.as_ref()),
            };
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            panic
        }
    }

    fn take(&self) -> Result<T> {
        let result = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        result.expect("the thread has ended, and only one handle takes its result")
    }
}

/// A thread, named by others.
#[derive(Clone)]
pub struct Thread {
    inner: real::Thread,
    #[cfg(feature = "model")]
    modelled: Option<Modelled>,
}

#[cfg(feature = "model")]
#[derive(Clone)]
struct Modelled {
    run: Arc<model::Run>,
    thread: model::ThreadId,
    name: Option<String>,
}

impl Thread {
    fn real(inner: real::Thread) -> Self {
        Thread {
            inner,
            #[cfg(feature = "model")]
            modelled: None,
        }
    }

    /// Gives the thread a token: its `park` returns, the one it waits in or else the next. Two tokens count as one.
    #[track_caller]
    pub fn unpark(&self) {
        #[cfg(feature = "model")]
        if let Some(them) = &self.modelled {
            let here = model::current().filter(|run| Arc::ptr_eq(&run.run, &them.run));
            if let Some(run) = here {
                run.unpark(them.thread, Location::caller());
            }
            return;
        }
        hang::visit(Location::caller());
        self.inner.unpark();
    }

    /// The thread's number.
    #[must_use]
    pub fn id(&self) -> ThreadId {
        self.inner.id()
    }

    /// The thread's name, if it was given one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        #[cfg(feature = "model")]
        if let Some(them) = &self.modelled {
            return them.name.as_deref();
        }
        self.inner.name()
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}

/// The calling thread.
#[must_use]
pub fn current() -> Thread {
    under_model!(run => Thread {
        inner: real::current(),
        modelled: Some(Modelled { thread: run.me, name: run.name(), run: run.run }),
    });
    Thread::real(real::current())
}

/// Waits for a token. It may also return without one, so a caller checks its condition in a loop.
#[track_caller]
pub fn park() {
    let at = Location::caller();
    under_model!(run => run.park(None, at));
    hang::visit(at);
    let _waiting = hang::wait(|| "an unpark".to_owned(), at, None);
    real::park();
}

/// [`park`], but at most for `timeout`.
#[track_caller]
pub fn park_timeout(timeout: Duration) {
    let at = Location::caller();
    under_model!(run => run.park(Some(timeout), at));
    hang::visit(at);
    let _waiting = hang::wait(|| format!("an unpark, for at most {timeout:?},"), at, None);
    real::park_timeout(timeout);
}

/// Waits for this long. Inside a run the time is virtual.
#[track_caller]
pub fn sleep(time: Duration) {
    let at = Location::caller();
    under_model!(run => run.sleep(time, at));
    hang::visit(at);
    let _waiting = hang::wait(|| format!("a sleep of {time:?} to end,"), at, None);
    real::sleep(time);
}

/// Lets other threads go first.
#[track_caller]
pub fn yield_now() {
    let at = Location::caller();
    under_model!(run => run.yields(at));
    hang::visit(at);
    real::yield_now();
}
