//! `select!` waits for several operations and completes exactly one of them.
//!
//! First it tries every arm, in random order. If none can go on, it joins the queue of each arm. All these waiters share
//! one [`Choice`], and whoever wants to complete one of them must claim the choice first: the first claim wins, and the
//! other waiters are passed over from then on.
//!
//! Invariants:
//! - an arm is completed only by the one who claimed the choice, or before there was a choice at all;
//! - when a selection is over, none of its waiters is left in any queue; if it is dropped, its operations leave;
//! - an arm that has lost has neither sent nor received anything.

use std::task::{Context, Poll};
use std::{array, future::poll_fn, panic::Location, pin::Pin};

/// Makes the choices of this thread repeatable.
pub use fastrand::seed;
use interleave::sync::{Arc, atomic::AtomicBool, atomic::Ordering::AcqRel};

use self::Attempt::{Blocked, Done, Ready};
use crate::deadlock;

/// Which arm of a waiting `select!` goes on: the first for which it is claimed.
#[derive(Clone, Default)]
pub struct Choice(Arc<AtomicBool>);

impl Choice {
    /// Claims the choice; says whether nobody was faster.
    pub fn claim(&self) -> bool {
        todo!("mark the choice if it is still open, in one operation")
    }
}

/// The same choice, and not an equal one.
impl PartialEq for Choice {
    fn eq(&self, other: &Choice) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// How to wait for what cannot be completed at once.
#[derive(Clone, Copy, PartialEq)]
pub enum Wait<'a> {
    /// Not at all.
    Never,
    /// In the queue. With a choice, as an arm: then nothing is completed, and if that is possible, the answer is `Ready`.
    InQueue(Option<&'a Choice>),
}

/// The result of an attempt.
#[derive(PartialEq)]
pub enum Attempt {
    /// The operation is over.
    Done,
    /// It has to wait.
    Blocked,
    /// It could go on, and did not: an arm that waits with a choice may not, and now and then other goroutines go first.
    /// It is to be attempted anew.
    Ready,
}

/// An arm of a `select!`: a send, a receive, a reference to one of them, or none at all.
pub trait Arm {
    /// What the arm's pattern gets.
    type Output;
    /// Completes the operation if that takes no waiting; otherwise waits as it is told. If it waits in this way already,
    /// leaves the latest waker; if in another way, begins anew.
    fn attempt(&mut self, context: &mut Context<'_>, wait: Wait<'_>) -> Attempt;
    /// Waits no longer. The output, if this is the arm that was `chosen`.
    fn finish(&mut self, chosen: bool) -> Option<Self::Output>;
}

/// [`Arm::attempt`] of an arm of any type.
pub type Case<'a> = &'a mut (dyn FnMut(&mut Context<'_>, Wait<'_>) -> Attempt + Send);

/// Completes a case if that takes no waiting. Returns its number and the answer; if all are blocked, `N`.
fn now<const N: usize>(cases: &mut [Case<'_>; N], context: &mut Context<'_>) -> (usize, Attempt) {
    todo!("attempt the cases in random order, until one is not blocked")
}

/// Completes one of the cases, and returns its number. If all have to wait, so does this; if it is not `patient`, it
/// returns `N`.
#[track_caller]
pub fn select<const N: usize>(
    mut cases: [Case<'_>; N],
    patient: bool,
) -> impl Future<Output = usize> {
    let place = Location::caller();
    let mut choice: Option<Choice> = None;
    poll_fn(move |context| {
        todo!("attempt now, or wait with a choice; if an arm is ready by then, begin again")
    })
}

impl<A: Arm> Arm for Option<A> {
    type Output = A::Output;

    fn attempt(&mut self, context: &mut Context<'_>, wait: Wait<'_>) -> Attempt {
        let arm = self.as_mut();
        arm.map_or(Blocked, |arm| arm.attempt(context, wait))
    }

    fn finish(&mut self, chosen: bool) -> Option<A::Output> {
        self.as_mut()?.finish(chosen)
    }
}

/// An arm that is ready when a future is: `after sleep(..)`. The second field says whether it is.
pub struct After<F>(pub Pin<Box<F>>, pub bool);

impl<F: Future<Output = ()>> Arm for After<F> {
    type Output = ();

    fn attempt(&mut self, context: &mut Context<'_>, wait: Wait<'_>) -> Attempt {
        self.1 = self.1 || self.0.as_mut().poll(context).is_ready();
        match wait {
            _ if !self.1 => Blocked,
            // It claims the choice like everybody else, or two arms might be completed.
            Wait::InQueue(Some(choice)) if !choice.claim() => Blocked,
            _ => Done,
        }
    }

    fn finish(&mut self, chosen: bool) -> Option<()> {
        chosen.then_some(())
    }
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
/// With `default => ..` as its last arm it does not wait. If no arm can go on, it does not let other goroutines go first
/// either: a loop around it awaits something else too, for example `yield_now()` in the arm `default`.
#[macro_export]
macro_rules! select {
    // All arms are read: $arm is the name of an operation, and then of its output. What stands in the last braces happens
    // if no arm is completed.
    (@read { $(($arm:ident $pattern:pat, $operation:expr, $body:expr))* } { $patient:literal $otherwise:expr } $(,)?) => {{
        use $crate::select::Arm as _;
        let ($($arm,)*) = {
            $(let mut $arm = $operation;)*
            let chosen = $crate::select::select([$(&mut |context, wait| $arm.attempt(context, wait),)*], $patient).await;
            let mut arms = 0..;
            ($($arm.finish(arms.next() == Some(chosen)),)*)
        };
        $(if let Some(output) = $arm { let $pattern = output; $body } else)* { $otherwise }
    }};
    // Each rule takes the first arm; the comma in front of it, if there is one, ends the arm before.
    (@read { $($done:tt)* } { $($none:tt)* } $(,)? default => $body:expr $(,)?) => {
        $crate::select!(@read { $($done)* } { false $body })
    };
    // `after` makes an arm of a future.
    (@read { $($done:tt)* } { $($none:tt)* } $(,)? after $future:expr => $($rest:tt)*) => {
        $crate::select!(@read { $($done)* } { $($none)* } () = $crate::select::After(Box::pin($future), false) => $($rest)*)
    };
    // A body in braces ends its arm. This rule stands first: an expression would go on.
    (@read { $($done:tt)* } { $($none:tt)* } $(,)? $pattern:pat = $operation:expr => $body:block $($rest:tt)*) => {
        $crate::select!(@read { $($done)* (arm $pattern, $operation, $body) } { $($none)* } $($rest)*)
    };
    (@read { $($done:tt)* } { $($none:tt)* } $(,)? $pattern:pat = $operation:expr => $body:expr $(, $($rest:tt)*)?) => {
        $crate::select!(@read { $($done)* (arm $pattern, $operation, $body) } { $($none)* } $(, $($rest)*)?)
    };
    (@read $($other:tt)*) => {
        compile_error!("an arm is `pattern = operation => body` or `after future => body`, the last one may be `default => body`")
    };
    ($($arms:tt)+) => { $crate::select!(@read {} { true unreachable!("a selection completes an arm") } $($arms)+) };
}
