//! Processes that a test started and left running.
//!
//! Each test's environment carries a mark that its children inherit. On Linux, whatever still carries it after the test
//! is ended. A process group would do the same, but then Ctrl-C would not reach a test that hangs.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// The environment variable that carries the mark.
pub const MARK: &str = "GFS_TEST";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A mark that no other test carries.
#[must_use]
pub fn mark() -> String {
    // Relaxed: only distinct, in no order.
    format!(
        "{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

/// Ends every process that carries `mark`, and names them. The test itself, `pid`, has ended.
#[must_use]
pub fn kill(pid: u32, mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}");
    // What was there when an earlier test had ended is older than this one, and so none of its own.
    static SEEN: Mutex<BTreeSet<Instance>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut names = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(other) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if !came_after(other, pid) || seen.contains(&instance(&entry)) {
            continue;
        }
        let marked = environment(&entry.path())
            .split(|byte| *byte == 0)
            .any(|one| one == wanted.as_bytes());
        if !marked {
            seen.insert(instance(&entry));
        } else {
            let name = fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
            names.push(name.trim().to_string());
            let _ = Command::new("kill")
                .args(["-9", &other.to_string()])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
        }
    }
    names
}

/// A process and no other: numbers are given again, folders in `/proc` with their inodes are not.
type Instance = (OsString, u64);

fn instance(entry: &DirEntry) -> Instance {
    #[cfg(unix)]
    let inode = std::os::unix::fs::DirEntryExt::ino(entry);
    #[cfg(not(unix))]
    let inode = 0;
    (entry.file_name(), inode)
}

/// The environment of a process. Empty for the kernel's threads, and for what has ended.
///
/// A process that has been started a moment ago runs already, with a program and without an environment: the system lets
/// its parent go on before all of it is set up. So such a one is looked at again, for a while: there are programs that
/// were given no environment.
fn environment(process: &Path) -> Vec<u8> {
    const LOOKS: usize = 100;
    for _ in 0..LOOKS {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        // The kernel's threads, and processes that have ended, have no program.
        if !environment.is_empty() || fs::read_link(process.join("exe")).is_err() {
            return environment;
        }
        thread::sleep(Duration::from_millis(1));
    }
    Vec::new()
}

/// Whether process `other` may have been started after `pid`: it has a higher number, or a far lower one, since the
/// numbers begin again at the end of their range. Most of the system's processes then need no look.
fn came_after(other: u32, pid: u32) -> bool {
    const FAR: u32 = 1 << 14;
    other > pid || pid - other > FAR
}
