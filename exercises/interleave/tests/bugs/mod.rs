//! Planted bugs, each beside a twin that differs in the one place which makes it right.
//!
//! `tests/proof.rs` has the explorer (or loom) find every bug and pass every twin; `examples/compare.rs` prints a table.

pub mod atomics;
pub mod condvars;
pub mod futures;
pub mod locks;
pub mod parking;

/// What loom is expected to say about the bug. It must pass every twin that it can run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(dead_code, reason = "not every build reads it")]
pub enum Loom {
    Finds,
    /// Passes the bug, for this reason.
    Misses(&'static str),
    /// Cannot run it, for this reason.
    CannotRun(&'static str),
}

/// A bug and its twin.
#[allow(dead_code, reason = "not every build reads all of it")]
pub struct Case {
    pub name: &'static str,
    /// The mistake, in a few words.
    pub about: &'static str,
    /// The kinds of failure by which the explorer may find it; none if it needs weak memory.
    pub kinds: &'static [&'static str],
    pub loom: Loom,
    pub bug: fn(),
    pub twin: fn(),
}

/// All cases, in the order of the files.
#[allow(dead_code, reason = "the tests name the cases one by one")]
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(locks::CASES);
    cases.extend(condvars::CASES);
    cases.extend(atomics::CASES);
    cases.extend(parking::CASES);
    cases.extend(futures::CASES);
    cases
}

/// Calls a macro with the names of all cases, for one test each.
#[allow(unused_macros, reason = "only the tests use it")]
macro_rules! for_each_case {
    ($run:ident) => {
        $run! {
            locks: lock_order, lock_twice, upgrade, check_then_act, join_under_lock, skip_if_locked, read_twice_write_between;
            condvars: one_condvar, if_for_while, no_wake_on_close, check_outside_lock, notify_before_push,
                notify_one_for_all, barrier_reuse, semaphore_over_release, flag_without_lock;
            atomics: no_compare_exchange, aba, double_checked_init, relaxed_publish, relaxed_subscribe, flag_before_data,
                spinlock_without_swap, spinlock_relaxed_unlock, refcount_relaxed, store_buffering, message_passing,
                spin_on_a_copy;
            parking: missed_unpark, two_parkers, park_without_loop, unpark_before_flag, sleep_as_sync, forgotten_worker;
            futures: forgotten_waker, stale_waker, register_after_check, double_wake, wake_under_lock, lost_item_on_drop,
                no_wake_on_hang_up, task_cycle;
        }
    };
}
#[allow(unused_imports, reason = "only the tests use it")]
pub(crate) use for_each_case;

/// Twice the same code, for `true` with the bug and for `false` without.
macro_rules! case {
    ($name:ident, $about:literal, [$($kind:literal),*], $loom:expr) => {
        $crate::bugs::Case {
            name: stringify!($name),
            about: $about,
            kinds: &[$($kind),*],
            loom: $loom,
            bug: || $name(true),
            twin: || $name(false),
        }
    };
}
use case;
