//! Plants a panic in the reader's code and looks at what comes out at the other end.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
    sync::{
        Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

/// The payload of a planted panic: a type that nobody else panics with.
#[derive(Debug)]
struct Planted(&'static str);

/// Panics with a payload of our own, and prints nothing.
pub fn plant(name: &'static str) -> ! {
    panic::resume_unwind(Box::new(Planted(name)))
}

/// Is at work for a while longer, so that a caller who does not wait is found out. On a busy machine each turn may take
/// long: then a few are enough.
pub fn linger() {
    let enough = Instant::now() + Duration::from_millis(200);
    for _ in 0..1_000 {
        if Instant::now() > enough {
            return;
        }
        thread::yield_now();
    }
}

/// Runs `work` and fails the test unless the panic planted under `name` comes out of it, payload and all.
#[track_caller]
pub fn assert_passes_on<R>(name: &str, work: impl FnOnce() -> R) {
    let heard = match catch(work) {
        Ok(_) => panic!(
            "{name} panicked, and the caller was told nothing: the call returned as if all were well.\n\
             What does `join` on a thread return when that thread panicked?"
        ),
        Err(heard) => heard,
    };
    match heard.payload.downcast_ref::<Planted>() {
        Some(Planted(planted)) => assert!(
            *planted == name,
            "several panicked. The caller should be told of {name}, and was told of {planted}"
        ),
        None => panic!(
            "{name} panicked, and another panic reached the caller in its place:\n{}\n\
             The payload is lost. Join every handle, and hand on what join returns: std::panic::resume_unwind(payload).",
            heard.said
        ),
    }
}

/// What `work` returns. Fails the test if it panics, and says with which `input`: the panic's own words may not.
#[track_caller]
pub fn expect_no_panic<R>(input: &str, work: impl FnOnce() -> R) -> R {
    match catch(work) {
        Ok(result) => result,
        Err(heard) => panic!(
            "{input}: this should not panic, and it does:\n{}",
            heard.said
        ),
    }
}

/// Whether the panic planted under `name` comes out of `work`. `false`: it returned.
///
/// Fails the test if another panic comes out.
#[track_caller]
pub fn panicked(name: &str, work: impl FnOnce()) -> bool {
    match catch(work) {
        Ok(()) => false,
        Err(heard) if heard.payload.is::<Planted>() => true,
        Err(heard) => panic!(
            "{name} panicked, and another panic reached the caller in its place:\n{}",
            heard.said
        ),
    }
}

struct Heard {
    payload: Box<dyn Any + Send>,
    /// What the panics in the reader's code would have printed.
    said: String,
}

static LISTENING: AtomicUsize = AtomicUsize::new(0);
static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Catches a panic, and keeps what it would have printed for the test's own message: one failure, one report.
fn catch<R>(work: impl FnOnce() -> R) -> Result<R, Heard> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let text = text_of(panic.payload()).unwrap_or_default();
            let place = panic
                .location()
                .map(ToString::to_string)
                .unwrap_or_default();
            // A test's own failure and an unwritten body are always reported, by whoever ran into them.
            let report = place.contains("tests") || is_unwritten(text);
            if LISTENING.load(SeqCst) == 0 || report {
                usual(panic);
            } else {
                said().push(format!("    {place}: {text}"));
            }
        }));
    });
    LISTENING.fetch_add(1, SeqCst);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    LISTENING.fetch_sub(1, SeqCst);
    let said = std::mem::take(&mut *said()).join("\n");
    result.map_err(|payload| {
        if text_of(&*payload).is_some_and(is_unwritten) {
            panic::resume_unwind(payload);
        }
        Heard { payload, said }
    })
}

fn text_of(payload: &(dyn Any + Send)) -> Option<&str> {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref().map(String::as_str))
}

/// Whether this is the panic of a `todo!()`.
fn is_unwritten(text: &str) -> bool {
    text.starts_with("not yet implemented")
}

fn said() -> MutexGuard<'static, Vec<String>> {
    SAID.lock().unwrap_or_else(PoisonError::into_inner)
}
