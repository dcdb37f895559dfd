//! What the threads of a process are doing, as the operating system sees it.
//!
//! Linux tells through `/proc`: a thread that is *running* whenever one looks is spinning; a thread that sleeps in
//! `futex` waits for a lock, a condition, a join or an unpark. Elsewhere nothing is known, and a hang stays a hang.

use std::fs;
use std::thread;
use std::time::Duration;

/// One thread as it was seen over a few looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The name, cut at 15 bytes by the kernel.
    pub name: String,
    /// What it was doing.
    pub doing: Doing,
}

/// What a thread was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Running, at most looks.
    Running,
    /// Asleep until another thread wakes it.
    WaitingForThread,
    /// Asleep for another reason: input, a timer.
    Sleeping,
}

const LOOKS: u32 = 10;

/// The threads of process `pid`, the test harness' own left out. Empty where the system does not tell.
#[must_use]
pub fn of(pid: u32) -> Vec<Thread> {
    let mut seen: Vec<(String, String, u32, bool)> = Vec::new();
    for look in 0..LOOKS {
        if look > 0 {
            thread::sleep(Duration::from_millis(5));
        }
        for task in tasks(pid) {
            let Some((name, state)) = status(pid, &task) else {
                continue;
            };
            let futex = state != 'R' && in_futex(pid, &task);
            match seen.iter_mut().find(|known| known.0 == task) {
                Some(known) => {
                    known.2 += u32::from(state == 'R');
                    known.3 |= futex;
                }
                None => seen.push((task, name, u32::from(state == 'R'), futex)),
            }
        }
    }
    seen.into_iter()
        // The process' first thread is the harness, which waits for the test.
        .filter(|(task, ..)| *task != pid.to_string())
        .map(|(_, name, running, futex)| Thread {
            name,
            doing: if running * 2 > LOOKS {
                Doing::Running
            } else if futex {
                Doing::WaitingForThread
            } else {
                Doing::Sleeping
            },
        })
        .collect()
}

/// The resident memory of process `pid` in bytes, where the system tells.
#[must_use]
pub fn resident(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024)
}

fn tasks(pid: u32) -> Vec<String> {
    fs::read_dir(format!("/proc/{pid}/task"))
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default()
}

/// Name and state of a thread. The name stands in parentheses and may hold some itself.
fn status(pid: u32, task: &str) -> Option<(String, char)> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{task}/stat")).ok()?;
    let (before, after) = text.rsplit_once(") ")?;
    let (_, name) = before.split_once('(')?;
    Some((name.to_string(), after.chars().next()?))
}

fn in_futex(pid: u32, task: &str) -> bool {
    let number = if cfg!(target_arch = "x86_64") {
        "202"
    } else {
        "98"
    };
    fs::read_to_string(format!("/proc/{pid}/task/{task}/syscall"))
        .is_ok_and(|text| text.split(' ').next() == Some(number))
}
