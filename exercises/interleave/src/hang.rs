//! Who waits for what, in a plain build: a hang that explains itself.
//!
//! Every thread that uses the kit has a seat in a table. A lock writes down who holds it and since which line: two
//! stores. Only a thread that really has to wait writes down what for, so a lock without contention stays cheap.
//!
//! [`report`] prints the table at any time. If `INTERLEAVE_HANG_REPORT_MS` is set, a watchdog prints it to standard
//! error that many milliseconds after the first use of the kit, once, between [`BEGIN`] and [`END`]. A test runner sets
//! it to a moment before its time limit.

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError, Weak};
use std::thread;
use std::time::Duration;

type At = &'static Location<'static>;

/// The line before a report of the watchdog.
pub const BEGIN: &str = "-- interleave: hang report --";
/// The line after a report of the watchdog.
pub const END: &str = "-- end of hang report --";

static TABLE: Mutex<Vec<Weak<Seat>>> = Mutex::new(Vec::new());

thread_local! {
    static SEAT: OnceCell<Arc<Seat>> = const { OnceCell::new() };
}

/// A thread's entry in the table.
pub(crate) struct Seat {
    pub number: u32,
    pub name: String,
    /// The line of the thread's last visit to the kit.
    seen: AtomicPtr<Location<'static>>,
    waiting: Mutex<Option<Waiting>>,
    /// The next visit ends the wait: for a wait inside std that the kit does not see the end of.
    ends_at_visit: AtomicBool,
}

/// What a thread waits for.
struct Waiting {
    what: String,
    at: At,
    holder: Option<HolderRef>,
    joins: Option<u32>,
}

/// Who holds a lock, and since which line. Of several readers, the latest.
pub(crate) struct Holder {
    seat: AtomicU32,
    at: AtomicPtr<Location<'static>>,
}

/// A [`Holder`] that a waiting thread borrows.
struct HolderRef(*const Holder);

// SAFETY: a `Holder` is made of atomics. The pointer is read only while the thread that left it still waits: see
// `HolderRef::get`.
unsafe impl Send for HolderRef {}

impl HolderRef {
    /// Who holds the lock, and since where. The caller has locked the `waiting` of the seat in which this stands.
    fn get(&self) -> Option<(u32, At)> {
        // SAFETY: the thread that left this reference borrows the lock for as long as it waits. It removes the entry
        // under the mutex of `waiting`, which the caller holds, before the borrow ends.
        unsafe { &*self.0 }.get()
    }
}

impl Holder {
    pub const fn new() -> Self {
        Holder {
            seat: AtomicU32::new(0),
            at: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The thread of this seat holds the lock now.
    pub fn set(&self, seat: u32, at: At) {
        self.at
            .store(ptr::from_ref(at).cast_mut(), Ordering::Relaxed);
        self.seat.store(seat, Ordering::Relaxed);
    }

    /// Nobody holds it.
    pub fn clear(&self) {
        self.seat.store(0, Ordering::Relaxed);
    }

    fn get(&self) -> Option<(u32, At)> {
        let seat = self.seat.load(Ordering::Relaxed);
        location(&self.at)
            .filter(|_| seat != 0)
            .map(|at| (seat, at))
    }
}

/// A place that was stored as a pointer.
fn location(at: &AtomicPtr<Location<'static>>) -> Option<At> {
    // SAFETY: only null and `&'static Location` are ever stored.
    unsafe { at.load(Ordering::Relaxed).as_ref() }
}

/// Notes that this thread passes `at`, and returns the number of its seat; 0 if the thread is about to end.
#[inline]
pub(crate) fn visit(at: At) -> u32 {
    SEAT.try_with(|seat| {
        let seat = seat.get_or_init(take_seat);
        seat.seen
            .store(ptr::from_ref(at).cast_mut(), Ordering::Relaxed);
        if seat.ends_at_visit.load(Ordering::Relaxed) {
            seat.ends_at_visit.store(false, Ordering::Relaxed);
            *lock(&seat.waiting) = None;
        }
        seat.number
    })
    .unwrap_or(0)
}

/// The seat of this thread.
pub(crate) fn seat() -> Option<Arc<Seat>> {
    SEAT.try_with(|seat| Arc::clone(seat.get_or_init(take_seat)))
        .ok()
}

#[cold]
fn take_seat() -> Arc<Seat> {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    start_watchdog();
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = thread::current()
        .name()
        .map_or_else(|| format!("thread {number}"), str::to_owned);
    let seat = Arc::new(Seat {
        number,
        name,
        seen: AtomicPtr::new(ptr::null_mut()),
        waiting: Mutex::new(None),
        ends_at_visit: AtomicBool::new(false),
    });
    let mut table = lock(&TABLE);
    table.retain(|seat| seat.strong_count() > 0);
    table.push(Arc::downgrade(&seat));
    seat
}

/// Says that this thread waits, until the result is dropped.
pub(crate) struct Wait<'a> {
    seat: Option<Arc<Seat>>,
    /// Keeps the lock borrowed for as long as the table points to it.
    _holder: Option<&'a Holder>,
}

/// Notes that this thread waits at `at` for `what`, which `holder` holds.
pub(crate) fn wait<'a>(
    what: impl FnOnce() -> String,
    at: At,
    holder: Option<&'a Holder>,
) -> Wait<'a> {
    waiting(what(), at, holder, None)
}

/// Notes that this thread waits for the end of the thread with seat `other`.
pub(crate) fn wait_for_end(what: String, at: At, other: Option<u32>) -> Wait<'static> {
    waiting(what, at, None, other)
}

/// Notes that this thread waits, until its next visit.
pub(crate) fn wait_until_next_visit(what: impl FnOnce() -> String, at: At) {
    let waiting = waiting(what(), at, None, None);
    if let Some(seat) = &waiting.seat {
        seat.ends_at_visit.store(true, Ordering::Relaxed);
    }
    std::mem::forget(waiting);
}

fn waiting<'a>(what: String, at: At, holder: Option<&'a Holder>, joins: Option<u32>) -> Wait<'a> {
    let seat = seat();
    if let Some(seat) = &seat {
        let holder = holder.map(|holder| HolderRef(holder));
        *lock(&seat.waiting) = Some(Waiting {
            what,
            at,
            holder,
            joins,
        });
    }
    Wait {
        seat,
        _holder: holder,
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(seat) = &self.seat {
            *lock(&seat.waiting) = None;
        }
    }
}

/// What the thread of this seat does, for other reports.
pub(crate) fn state_of(number: u32) -> Option<String> {
    let seats = seats();
    let seat = seats.iter().find(|seat| seat.number == number)?;
    Some(describe(seat, &seats).0)
}

/// Who waits for what, in plain text: a line a thread, and a line for each cycle.
///
/// ```
/// # #[cfg(not(feature = "loom"))] {
/// let lock = interleave::sync::Mutex::new(0);
/// let guard = lock.lock().unwrap();
/// assert!(interleave::hang::report().contains("is running (last seen at"));
/// # }
/// ```
#[must_use]
pub fn report() -> String {
    let seats = seats();
    let mut out = String::new();
    let mut edges: Vec<(u32, u32)> = Vec::new();
    let mut running = 0;
    for seat in &seats {
        let (text, waits_for, waits) = describe(seat, &seats);
        let _ = writeln!(out, "thread `{}` {text}", seat.name);
        running += usize::from(!waits);
        edges.extend(waits_for.map(|other| (seat.number, other)));
    }
    let name = |number: u32| {
        seats
            .iter()
            .find(|seat| seat.number == number)
            .map_or("?", |seat| &seat.name)
    };
    let cycles = cycles(&edges);
    for cycle in &cycles {
        let names: Vec<_> = cycle
            .iter()
            .map(|&number| format!("`{}`", name(number)))
            .collect();
        let _ = match names.as_slice() {
            [one] => writeln!(out, "deadlock: thread {one} waits for itself"),
            [a, b] => writeln!(out, "deadlock: threads {a} and {b} wait for each other"),
            _ => writeln!(
                out,
                "deadlock: each waits for the next: {} and back to {}",
                names.join(", "),
                names[0]
            ),
        };
    }
    if cycles.is_empty() && running == 0 && !seats.is_empty() {
        out += "deadlock: all of these threads wait, and none is left to wake them\n";
    }
    out
}

fn seats() -> Vec<Arc<Seat>> {
    lock(&TABLE).iter().filter_map(Weak::upgrade).collect()
}

/// What a thread does, whom it waits for if that is known, and whether it waits at all.
fn describe(seat: &Seat, seats: &[Arc<Seat>]) -> (String, Option<u32>, bool) {
    let waiting = lock(&seat.waiting);
    let Some(waiting) = &*waiting else {
        let seen = location(&seat.seen)
            .map_or(String::new(), |at| format!(" (last seen at {})", place(at)));
        return (format!("is running{seen}"), None, false);
    };
    let held = waiting.holder.as_ref().and_then(HolderRef::get);
    let by = held.map_or(String::new(), |(holder, since)| {
        let name = seats
            .iter()
            .find(|seat| seat.number == holder)
            .map(|seat| seat.name.as_str());
        let who = match name {
            _ if holder == seat.number => "this very thread".to_owned(),
            Some(name) => format!("thread `{name}`"),
            None => "a thread that has ended".to_owned(),
        };
        format!(", locked by {who} at {},", place(since))
    });
    let text = format!("waits for {}{by} at {}", waiting.what, place(waiting.at));
    (text, held.map(|(holder, _)| holder).or(waiting.joins), true)
}

/// Every cycle of a graph in which a thread waits for at most one other, each told once.
fn cycles(edges: &[(u32, u32)]) -> Vec<Vec<u32>> {
    let next = |from: u32| edges.iter().find(|edge| edge.0 == from).map(|edge| edge.1);
    let mut found: Vec<Vec<u32>> = Vec::new();
    for &(start, _) in edges {
        let mut path = vec![start];
        while let Some(to) = next(path[path.len() - 1]) {
            if to == start && !found.iter().any(|cycle| cycle.contains(&start)) {
                found.push(path);
                break;
            }
            if path.contains(&to) {
                break;
            }
            path.push(to);
        }
    }
    found
}

/// `src/channel.rs:31`: the path as the compiler was given it.
pub(crate) fn place(at: At) -> String {
    format!("{}:{}", at.file().replace('\\', "/"), at.line())
}

fn start_watchdog() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let Some(ms) = std::env::var("INTERLEAVE_HANG_REPORT_MS")
            .ok()
            .and_then(|ms| ms.parse().ok())
        else {
            return;
        };
        let watchdog = move || {
            thread::sleep(Duration::from_millis(ms));
            // One write, so that the lines of other threads do not come in between. If it fails, nobody listens.
            let text = format!("{BEGIN}\n{}{END}\n", report());
            let _ = std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes());
        };
        // Without the thread there is no report; the test itself does not depend on it.
        let _ = thread::Builder::new()
            .name("interleave watchdog".into())
            .spawn(watchdog);
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
