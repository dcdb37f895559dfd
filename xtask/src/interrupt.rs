//! Ctrl-C while a test runs.
//!
//! The terminal sends the signal to the test as well, but a test can ignore it. So the runner does not die of it at once:
//! it ends the test first, and then itself. A crate would do this for us and cost every reader a second of compiling
//! before the first verdict. On Windows the console ends both.

use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};

static REQUESTED: AtomicBool = AtomicBool::new(false);
static SUSPENDED: AtomicBool = AtomicBool::new(false);

/// What shells report for a program that died of Ctrl-C.
const CODE: i32 = 130;

/// From now on a Ctrl-C or a termination is noted instead of obeyed at once. A second one is obeyed at once.
pub fn watch() {
    #[cfg(unix)]
    unix::watch();
}

/// From now on Ctrl-C, a termination, a hang-up and Ctrl-Z are only noted: whoever calls this looks often, and puts the
/// terminal back before it obeys. To write to a terminal that another program has now is no reason to stop.
pub fn watch_all() {
    #[cfg(unix)]
    unix::watch_all();
}

/// Whether the reader has pressed Ctrl-Z since the last call.
#[must_use]
pub fn suspended() -> bool {
    SUSPENDED.swap(false, Ordering::Relaxed)
}

/// Stops as Ctrl-Z does, until the reader goes on.
pub fn suspend() {
    #[cfg(unix)]
    unix::suspend();
}

/// Whether the terminal is ours now: we are not a shell's background job.
#[must_use]
pub fn in_foreground() -> bool {
    #[cfg(unix)]
    return unix::in_foreground();
    #[cfg(not(unix))]
    true
}

/// Asks `child`, a runner, to end what it runs and then itself.
pub fn ask_to_end(child: &mut Child) {
    #[cfg(unix)]
    unix::terminate(child.id());
    #[cfg(not(unix))]
    end_group(child);
}

/// Whether the reader wants the runner to stop.
#[must_use]
pub fn requested() -> bool {
    // Relaxed: nothing else is published with the flag.
    REQUESTED.load(Ordering::Relaxed)
}

/// Ends the runner as an interrupt does.
pub fn obey() -> ! {
    std::process::exit(CODE)
}

/// `command` with a process group of its own, so that [`end_group`] reaches what it starts. Ctrl-C does not.
pub fn in_own_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// Ends `child`, which was started [`in_own_group`], and everything that it started.
pub fn end_group(child: &mut Child) {
    #[cfg(unix)]
    unix::end_group(child.id());
    #[cfg(windows)]
    let _ = Command::new("taskkill")
        .args(["/T", "/F", "/PID", &child.id().to_string()])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    // It may have ended in between: that is what was wanted.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
mod unix {
    use std::ffi::c_int;
    use std::sync::atomic::Ordering;

    const SIGHUP: c_int = 1;
    const SIGINT: c_int = 2;
    const SIGKILL: c_int = 9;
    const SIGTERM: c_int = 15;
    const SIGTSTP: c_int = if cfg!(target_os = "linux") { 20 } else { 18 };
    const SIGTTIN: c_int = 21;
    const SIGTTOU: c_int = 22;
    const DEFAULT: usize = 0;
    const IGNORE: usize = 1;

    unsafe extern "C" {
        // The handler is a function's address, or 0 or 1 for the default and for none.
        fn signal(signal: c_int, handler: usize) -> usize;
        fn raise(signal: c_int) -> c_int;
        fn getpgrp() -> c_int;
        fn tcgetpgrp(terminal: c_int) -> c_int;
        fn kill(process: c_int, signal: c_int) -> c_int;
        fn _exit(code: c_int) -> !;
    }

    extern "C" fn note(_: c_int) {
        if super::REQUESTED.swap(true, Ordering::Relaxed) {
            // SAFETY: `_exit` may be called in a signal handler; it runs no destructor and takes no lock.
            unsafe { _exit(super::CODE) }
        }
    }

    extern "C" fn note_only(number: c_int) {
        let flag = if number == SIGTSTP {
            &super::SUSPENDED
        } else {
            &super::REQUESTED
        };
        flag.store(true, Ordering::Relaxed);
    }

    fn on(number: c_int, handler: extern "C" fn(c_int)) {
        // SAFETY: `signal` has this shape in C on every Unix, and each handler of ours does only what a handler may do: it
        // stores to an atomic and calls `_exit`. Where the call fails, the signal keeps its default.
        unsafe { signal(number, handler as usize) };
    }

    pub fn watch() {
        on(SIGINT, note);
        on(SIGTERM, note);
    }

    pub fn watch_all() {
        for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP] {
            on(number, note_only);
        }
        for number in [SIGTTIN, SIGTTOU] {
            // SAFETY: as in `on`; to ignore a signal runs nothing.
            unsafe { signal(number, IGNORE) };
        }
    }

    pub fn suspend() {
        // SAFETY: as in `on`; the default action of this signal stops the process, which is what is wanted.
        unsafe {
            signal(SIGTSTP, DEFAULT);
            raise(SIGTSTP);
        }
        on(SIGTSTP, note_only);
    }

    pub fn in_foreground() -> bool {
        // SAFETY: both have this shape in C on every Unix and touch no memory; 0 is standard input.
        unsafe { tcgetpgrp(0) == getpgrp() }
    }

    pub fn terminate(process: u32) {
        if let Ok(process) = c_int::try_from(process) {
            // SAFETY: `kill` has this shape in C on every Unix and touches no memory. It is a child that has not been
            // waited for, so no other process can have its number.
            unsafe { kill(process, SIGTERM) };
        }
    }

    pub fn end_group(leader: u32) {
        if let Ok(leader) = c_int::try_from(leader) {
            // SAFETY: `kill` has this shape in C on every Unix and touches no memory. The leader has not been waited for,
            // so no other group can have its number.
            unsafe { kill(-leader, SIGKILL) };
        }
    }
}
