//! Ends the program when one run takes too long.
//!
//! A thread that hangs cannot be stopped from outside. A reader's code may hang, so a watcher thread says who, and ends
//! the process. Otherwise the terminal would stay silent for ever.

use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Who is running since when.
type Current = Arc<Mutex<Option<(String, Instant)>>>;

/// Watches one run at a time. The watcher thread ends soon after this is dropped.
pub(crate) struct Watchdog {
    current: Current,
}

impl Watchdog {
    /// Starts the watcher. A run over `limit` ends the process with exit code 1.
    pub(crate) fn start(limit: Duration) -> Watchdog {
        let current = Current::default();
        let seen = Arc::downgrade(&current);
        thread::spawn(move || {
            while let Some(seen) = seen.upgrade() {
                thread::sleep(Duration::from_millis(500));
                let running = seen.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((name, since)) = &*running
                    && since.elapsed() > limit
                {
                    eprintln!(
                        "error: {name} has been running for {} s without an end, so the bench stops here. \
                         Raise the limit with --limit if the work is that long.",
                        limit.as_secs()
                    );
                    process::exit(1);
                }
            }
        });
        Watchdog { current }
    }

    /// Runs `work` under the limit.
    pub(crate) fn watch<R>(&self, name: &str, work: impl FnOnce() -> R) -> R {
        self.set(Some((name.to_owned(), Instant::now())));
        let result = work();
        self.set(None);
        result
    }

    fn set(&self, value: Option<(String, Instant)>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = value;
    }
}
