//! `select!` waits for several operations and completes exactly one of them.
//!
//! First it tries every arm, in random order. If none can go on, it joins the queue of each arm. All these waiters share
//! one [`Choice`], and whoever wants to complete one of them must claim the choice first: the first claim wins, and the
//! other waiters are passed over from then on.
//!
//! Invariants:
//! - an arm is completed only by the one who claimed the choice, or before there was a choice at all;
//! - when a selection is over, or dropped, none of its waiters is left in any queue;
//! - an arm that has lost has neither sent nor received anything.

use std::{
    cell::Cell,
    future::Future,
    hash::{BuildHasher, RandomState},
    marker::Send,
    panic::Location,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use interleave::sync::{
    Arc,
    atomic::{
        AtomicUsize,
        Ordering::{AcqRel, Acquire},
    },
};

use crate::deadlock;

/// Which arm of a waiting `select!` goes on. It is claimed once.
pub struct Choice(AtomicUsize);

const OPEN: usize = usize::MAX;
/// The `select!` itself has claimed it, in order to try again.
const WITHDRAWN: usize = usize::MAX - 1;

impl Choice {
    /// Claims the choice for `arm`; says whether nobody was faster.
    pub fn claim(&self, arm: usize) -> bool {
        todo!("mark the arm if the choice is still open, in one operation")
    }

    /// Whether it can still be claimed.
    pub fn is_open(&self) -> bool {
        // Acquire: pairs with `claim`.
        self.0.load(Acquire) == OPEN
    }
}

/// What `select!` asks of an arm.
pub trait Case {
    /// Completes it if that takes no waiting.
    fn attempt(&mut self, context: &mut Context<'_>) -> Attempt;
    /// Begins to wait. Says false, and does not wait, if the operation could be completed now.
    fn join(&mut self, choice: &Arc<Choice>, arm: usize, context: &mut Context<'_>) -> bool;
    /// While it waits: leaves the latest waker, and says whether the operation could be completed by an attempt.
    fn look(&mut self, context: &mut Context<'_>) -> bool;
    /// Waits no longer.
    fn leave(&mut self);
}

/// The result of an attempt.
pub enum Attempt {
    /// The operation is over.
    Done,
    /// It has to wait.
    Blocked,
    /// Many operations went on without waiting: now other goroutines may go first.
    Tired,
}

/// An arm of any type: a send, a receive, a reference to one of them, or none at all.
pub trait Arm {
    /// What the arm's pattern gets.
    type Output;
    /// The operation. `None` is never ready, as a nil channel in Go.
    fn case(&mut self) -> Option<&mut (dyn Case + Send)>;
    /// The output, if this is the arm that was completed.
    fn finish(&mut self) -> Option<Self::Output>;
}

/// A selection in progress; ready when one case is completed. Made by `select!`.
pub struct Select<'a, const N: usize> {
    cases: [Option<&'a mut (dyn Case + Send)>; N],
    choice: Option<Arc<Choice>>,
    place: &'static Location<'static>,
}

impl<'a, const N: usize> Select<'a, N> {
    /// A selection among `cases`.
    #[track_caller]
    pub fn new(cases: [Option<&'a mut (dyn Case + Send)>; N]) -> Self {
        Select {
            cases,
            choice: None,
            place: Location::caller(),
        }
    }

    /// Completes a case if that takes no waiting, and does not wait otherwise: a selection with a `default`.
    pub fn attempt_now(mut self) {
        let mut context = Context::from_waker(Waker::noop());
        while let Attempt::Tired = self.now(&mut context) {}
    }

    /// Completes a case if that takes no waiting.
    fn now(&mut self, context: &mut Context<'_>) -> Attempt {
        todo!("attempt the cases in random order, until one does not have to wait")
    }

    /// Joins every queue. Says false if a case could be completed now; then it waits in some queues only.
    fn join(&mut self, context: &mut Context<'_>) -> bool {
        todo!("make a choice, and let every case wait with it")
    }

    /// Leaves every queue; says whether a case was completed meanwhile.
    fn leave(&mut self) -> bool {
        todo!("see to it that no case can be completed any more, and leave every queue")
    }
}

impl<const N: usize> Future for Select<'_, N> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        todo!(
            "attempt; if every case has to wait, join the queues; if one changed meanwhile, leave and try again"
        )
    }
}

impl<const N: usize> Drop for Select<'_, N> {
    fn drop(&mut self) {
        // Leave every queue.
    }
}

impl<A: Arm> Arm for &mut A {
    type Output = A::Output;

    fn case(&mut self) -> Option<&mut (dyn Case + Send)> {
        (**self).case()
    }

    fn finish(&mut self) -> Option<A::Output> {
        (**self).finish()
    }
}

impl<A: Arm> Arm for Option<A> {
    type Output = A::Output;

    fn case(&mut self) -> Option<&mut (dyn Case + Send)> {
        self.as_mut()?.case()
    }

    fn finish(&mut self) -> Option<A::Output> {
        self.as_mut()?.finish()
    }
}

/// An arm that is ready when a future is: `after sleep(..)`.
///
/// While it waits, it claims the choice like everybody else: a value that was handed to another arm first is not lost.
pub struct After<F> {
    future: Pin<Box<F>>,
    is_ready: bool,
    /// What it claims, and for which arm.
    choice: Option<(Arc<Choice>, usize)>,
    is_chosen: bool,
}

impl<F: Future<Output = ()>> After<F> {
    /// An arm that has not been looked at.
    pub fn new(future: F) -> Self {
        After {
            future: Box::pin(future),
            is_ready: false,
            choice: None,
            is_chosen: false,
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> bool {
        self.is_ready = self.is_ready || self.future.as_mut().poll(context).is_ready();
        self.is_ready
    }
}

impl<F: Future<Output = ()>> Case for After<F> {
    fn attempt(&mut self, context: &mut Context<'_>) -> Attempt {
        self.is_chosen = self.poll(context);
        match self.is_chosen {
            true => Attempt::Done,
            false => Attempt::Blocked,
        }
    }

    fn join(&mut self, choice: &Arc<Choice>, arm: usize, _: &mut Context<'_>) -> bool {
        // The attempt has left the waker.
        self.choice = Some((Arc::clone(choice), arm));
        true
    }

    fn look(&mut self, context: &mut Context<'_>) -> bool {
        if self.poll(context)
            && let Some((choice, arm)) = &self.choice
        {
            self.is_chosen = self.is_chosen || choice.claim(*arm);
        }
        self.is_ready
    }

    fn leave(&mut self) {
        self.choice = None;
    }
}

impl<F: Future<Output = ()> + Send> Arm for After<F> {
    type Output = ();

    fn case(&mut self) -> Option<&mut (dyn Case + Send)> {
        Some(self)
    }

    fn finish(&mut self) -> Option<()> {
        self.is_chosen.then_some(())
    }
}

thread_local! {
    /// The state of this thread's random numbers. Each thread of each run begins elsewhere, so that no program comes to
    /// rely on an order.
    static SEED: Cell<u64> = Cell::new(RandomState::new().hash_one(0));
}

/// Makes the choices of this thread repeatable.
pub fn seed(seed: u64) {
    SEED.set(seed);
}

/// A random number below `bound`: SplitMix64.
fn random(bound: usize) -> usize {
    let state = SEED.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
    SEED.set(state);
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) % bound as u64) as usize
}

/// The numbers below `N`, each order as likely as any other.
fn random_order<const N: usize>() -> [usize; N] {
    todo!("shuffle the numbers below N")
}

/// Waits for several operations, completes exactly one, and runs its arm.
///
/// ```text
/// select! {
///     value = receiver.recv() => println!("{value:?}"),
///     result = sender.send(1) => println!("{result:?}"),
///     after sleep(Duration::from_secs(1)) => println!("nothing for a second"),
/// }
/// ```
///
/// Among the arms that can go on, each is as likely as any other. An arm may be an `Option` of an operation: `None` is
/// never ready, as a nil channel in Go. A comma ends an arm; after a body in braces it may be left out.
///
/// With `default => ..` as its last arm it does not wait. Such a selection never lets other goroutines go first: a loop
/// around it awaits something else too, for example `yield_now()` in the arm `default`.
#[macro_export]
macro_rules! select {
    // All arms are read: $done holds two names, the pattern, the operation and the body of each.
    (@read { $(($arm:ident $output:ident $pattern:pat, $operation:expr, $body:expr))* } { $($default:expr)? }) => {{
        let ($(mut $output,)*) = {
            $(let mut $arm = $operation;)*
            let selection = $crate::select::Select::new([$($crate::select::Arm::case(&mut $arm),)*]);
            $crate::select!(@wait selection { $($default)? });
            ($($crate::select::Arm::finish(&mut $arm),)*)
        };
        $(if let Some(output) = $output.take() { let $pattern = output; $body } else)*
        { $crate::select!(@otherwise { $($default)? }) }
    }};
    (@wait $selection:ident {}) => { $selection.await };
    (@wait $selection:ident { $default:expr }) => { $selection.attempt_now() };
    (@otherwise {}) => { unreachable!("a selection completes an arm") };
    (@otherwise { $default:expr }) => { $default };

    (@read { $($done:tt)* } {} default => $body:expr $(,)?) => {
        $crate::select!(@read { $($done)* } { $body })
    };
    // A body in braces ends its arm, with a comma or without. These rules stand first: an expression would go on.
    (@read { $($done:tt)* } {} after $future:expr => $body:block, $($rest:tt)*) => {
        $crate::select!(@read { $($done)*
            (arm output (), $crate::select::After::new($future), $body) } {} $($rest)*)
    };
    (@read { $($done:tt)* } {} after $future:expr => $body:block $($rest:tt)*) => {
        $crate::select!(@read { $($done)*
            (arm output (), $crate::select::After::new($future), $body) } {} $($rest)*)
    };
    (@read { $($done:tt)* } {} after $future:expr => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select!(@read { $($done)*
            (arm output (), $crate::select::After::new($future), $body) } {} $($($rest)*)?)
    };
    (@read { $($done:tt)* } {} $pattern:pat = $operation:expr => $body:block, $($rest:tt)*) => {
        $crate::select!(@read { $($done)* (arm output $pattern, $operation, $body) } {} $($rest)*)
    };
    (@read { $($done:tt)* } {} $pattern:pat = $operation:expr => $body:block $($rest:tt)*) => {
        $crate::select!(@read { $($done)* (arm output $pattern, $operation, $body) } {} $($rest)*)
    };
    (@read { $($done:tt)* } {} $pattern:pat = $operation:expr => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select!(@read { $($done)* (arm output $pattern, $operation, $body) } {} $($($rest)*)?)
    };
    (@read $($other:tt)*) => {
        compile_error!("an arm of `select!` is `pattern = operation => body`, `after future => body`, or at the end \
            `default => body`; a comma ends a body that has no braces")
    };
    ($($arms:tt)+) => { $crate::select!(@read {} {} $($arms)+) };
}
