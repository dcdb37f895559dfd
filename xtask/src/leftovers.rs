//! Processes that a test started and left running.
//!
//! Each test's environment carries a mark that its children inherit. On Linux, whatever still carries it after the test
//! is ended. A process group would do the same, but then Ctrl-C would not reach a test that hangs.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

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
    let mut names = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(other) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let marked = came_after(other, pid)
            && fs::read(entry.path().join("environ")).is_ok_and(|all| {
                all.split(|byte| *byte == 0)
                    .any(|one| one == wanted.as_bytes())
            });
        if marked {
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

/// Whether process `other` may have been started after `pid`: it has a higher number, or a far lower one, since the
/// numbers begin again at the end of their range. Most of the system's processes then need no look.
fn came_after(other: u32, pid: u32) -> bool {
    const FAR: u32 = 1 << 14;
    other > pid || pid - other > FAR
}
