//! Asserts that no thread outlives its test.
//!
//! Every thread that is spawned through the kit belongs to the family of the thread that spawned it. A family is
//! founded by [`check`], which runs a test and waits a moment for the members that are still about to end.

use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::hang;

/// How long the threads of a test have to end after it.
pub const GRACE: Duration = Duration::from_millis(500);

static LIVING: Mutex<Vec<Member>> = Mutex::new(Vec::new());

thread_local! {
    static FAMILY: Cell<u64> = const { Cell::new(0) };
}

/// A spawned thread that has not ended.
struct Member {
    id: u64,
    family: u64,
    name: Option<String>,
    spawned: &'static Location<'static>,
    seat: Option<u32>,
}

/// Runs `test`, and panics if a thread that it spawned through the kit has not ended [`GRACE`] after it.
///
/// Inside the explorer this only runs `test`: there, a leaked thread is found exactly.
///
/// # Panics
///
/// With a message that begins with `leaked thread: `.
#[track_caller]
pub fn check<R>(test: impl FnOnce() -> R) -> R {
    check_within(GRACE, test)
}

/// [`check`] with another time of grace.
///
/// # Panics
///
/// With a message that begins with `leaked thread: `.
#[track_caller]
pub fn check_within<R>(grace: Duration, test: impl FnOnce() -> R) -> R {
    let family = next_id();
    let before = FAMILY.replace(family);
    let _restore = Restore(before);
    let result = test();
    let began = Instant::now();
    loop {
        let Some(left) = leaked(family) else {
            return result;
        };
        assert!(began.elapsed() < grace, "leaked thread: {left}");
        thread::sleep(Duration::from_millis(1));
    }
}

struct Restore(u64);

impl Drop for Restore {
    fn drop(&mut self) {
        FAMILY.set(self.0);
    }
}

/// The members that still live, one line each.
fn leaked(family: u64) -> Option<String> {
    let lines: Vec<_> = living()
        .iter()
        .filter(|member| member.family == family)
        .map(|member| {
            let name = member.name.as_deref().unwrap_or("without a name");
            let does = member
                .seat
                .and_then(hang::state_of)
                .map_or(String::new(), |state| format!(": it {state}"));
            format!(
                "the thread `{name}`, spawned at {}, outlives its test{does}",
                hang::place(member.spawned)
            )
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn living() -> MutexGuard<'static, Vec<Member>> {
    LIVING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place among the living, from before a thread starts until it ends.
pub(crate) struct Life {
    id: u64,
    family: u64,
}

impl Life {
    /// The spawning thread adds its child.
    pub fn begin(name: Option<String>, spawned: &'static Location<'static>) -> Self {
        let id = next_id();
        let family = FAMILY.get();
        living().push(Member {
            id,
            family,
            name,
            spawned,
            seat: None,
        });
        Life { id, family }
    }

    /// The child takes its place, and joins the family.
    pub fn enter(&self) {
        FAMILY.set(self.family);
        let seat = hang::seat().map(|seat| seat.number);
        if let Some(member) = living().iter_mut().find(|member| member.id == self.id) {
            member.seat = seat;
        }
    }

    /// The seat of the thread in the table of `hang`, once it has one.
    pub fn seat(id: u64) -> Option<u32> {
        living()
            .iter()
            .find(|member| member.id == id)
            .and_then(|member| member.seat)
    }

    /// What [`Life::seat`] takes.
    pub fn id(&self) -> u64 {
        self.id
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        living().retain(|member| member.id != self.id);
    }
}
