//! What is measured of a whole process: the memory that waiting tasks occupy, and the processor time of workers that have
//! nothing to do. Each contender needs a process of its own for that: see [`crate::alone`].

use std::fs;
use std::future::poll_fn;
use std::io;
use std::num::NonZeroUsize;
use std::process::{self, Command};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use super::channels::NoChannels;
use super::work::{SpawnJoin, triangle};
use super::{Runtime, Spawner, Work};
use crate::race::{Problem, Sample};

/// The run of a row for memory: how much the process grows by tasks that wait. `per` divides the bytes.
pub fn parked<R: Runtime>(
    workers: NonZeroUsize,
    tasks: usize,
    per: usize,
) -> impl FnMut() -> Result<Sample, Problem> {
    move || {
        let runtime = R::start(workers);
        let (grown, checksum) = runtime.run(park(runtime.spawner(), tasks));
        Ok(Sample {
            value: grown? as f64 / per as f64,
            checksum,
        })
    }
}

/// Where tasks wait until it is opened.
#[derive(Default)]
struct Gate {
    waiting: Mutex<Vec<Waker>>,
    arrived: AtomicUsize,
    open: AtomicBool,
}

impl Gate {
    async fn pass(&self) {
        let mut first = true;
        poll_fn(|context| {
            // Acquire: pairs with the Release in `open`.
            if self.open.load(Ordering::Acquire) {
                return Poll::Ready(());
            }
            if std::mem::take(&mut first) {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.push(context.waker().clone());
                // Relaxed: only a count, read by the one who waits for it to be complete.
                self.arrived.fetch_add(1, Ordering::Relaxed);
            }
            Poll::Pending
        })
        .await;
    }

    fn open(&self) {
        // Release: pairs with the Acquire in `pass`.
        self.open.store(true, Ordering::Release);
        let waiting =
            std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Parks tasks at a gate, looks how much the process has grown, opens the gate, and joins them.
async fn park<S: Spawner>(spawner: S, tasks: usize) -> (Result<u64, Problem>, u64) {
    // What the first task costs once is not what each costs.
    SpawnJoin { tasks: 64 }.main::<_, NoChannels>(spawner).await;
    let before = resident(process::id());
    let gate = Arc::new(Gate::default());
    let spawn = |number| {
        let gate = Arc::clone(&gate);
        spawner.spawn(async move {
            gate.pass().await;
            number
        })
    };
    let handles: Vec<_> = (0..tasks as u64).map(spawn).collect();
    // Relaxed: the tasks are parked or about to be; their memory is there.
    while gate.arrived.load(Ordering::Relaxed) < tasks {
        S::yield_now().await;
    }
    let after = resident(process::id());
    gate.open();
    let mut sum = 0;
    for handle in handles {
        sum += S::join(handle).await;
    }
    let grown = before.and_then(|before| Ok(after?.saturating_sub(before)));
    (grown, sum)
}

/// Like [`parked`], for threads of the system.
pub fn parked_threads(threads: usize, per: usize) -> impl FnMut() -> Result<Sample, Problem> {
    move || {
        let failed = |error: io::Error| Problem::Failed(format!("no thread more: {error}"));
        let before = resident(process::id())?;
        let all = Arc::new(Barrier::new(threads + 1));
        let mut handles = Vec::with_capacity(threads);
        for number in 0..threads as u64 {
            let all = Arc::clone(&all);
            let wait = move || {
                // Once to say that it is here, and once to go on.
                all.wait();
                all.wait();
                number
            };
            handles.push(thread::Builder::new().spawn(wait).map_err(failed)?);
        }
        all.wait();
        let after = resident(process::id())?;
        all.wait();
        let join = |handle: thread::JoinHandle<u64>| handle.join().unwrap_or_default();
        Ok(Sample {
            value: after.saturating_sub(before) as f64 / per as f64,
            checksum: handles.into_iter().map(join).sum(),
        })
    }
}

/// The run of the row for processor time: what workers use that have worked, and then have nothing to do until `period`
/// is over. The first run starts them and does not wait: the processes of a row wait together, and a round takes as long
/// as one of them.
pub fn idle<R: Runtime>(
    workers: NonZeroUsize,
    period: Duration,
) -> impl FnMut() -> Result<Sample, Problem> {
    let mut started: Option<(R, Instant, Duration)> = None;
    move || {
        let value = match &mut started {
            None => {
                let runtime = R::start(workers);
                let work = SpawnJoin { tasks: TASKS };
                let _sum: u64 = runtime.run(work.main::<_, NoChannels>(runtime.spawner()));
                started = Some((runtime, Instant::now(), processor_time()));
                0.0
            }
            Some((_, since, before)) => {
                thread::sleep((*since + period).saturating_duration_since(Instant::now()));
                let now = processor_time();
                let used = now.saturating_sub(*before);
                (*since, *before) = (Instant::now(), now);
                used.as_secs_f64()
            }
        };
        Ok(Sample {
            // The protocol has no zero.
            value: value.max(1e-9),
            checksum: idle_expected(),
        })
    }
}

/// The tasks that idle workers have run before.
const TASKS: usize = 1000;

/// The checksum of [`idle`].
#[must_use]
pub fn idle_expected() -> u64 {
    triangle(TASKS)
}

/// The bytes of memory that a process has in use.
///
/// # Errors
/// When the system does not tell.
pub fn resident(process: u32) -> Result<u64, Problem> {
    let kibibytes = match fs::read_to_string(format!("/proc/{process}/status")) {
        Ok(status) => status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|value| value.trim().trim_end_matches("kB").trim().parse().ok()),
        // No such file system: macOS, say.
        Err(_) => Command::new("ps")
            .args(["-o", "rss=", "-p", &process.to_string()])
            .output()
            .ok()
            .and_then(|output| String::from_utf8_lossy(&output.stdout).trim().parse().ok()),
    };
    let kibibytes: u64 = kibibytes.ok_or_else(|| {
        Problem::Failed("the system does not tell the memory of a process".to_owned())
    })?;
    Ok(kibibytes * 1024)
}

/// The time for which processors have executed this process.
#[cfg(unix)]
fn processor_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // The clock begins at zero with the process.
    Duration::new(
        u64::try_from(time.tv_sec).unwrap_or(0),
        u32::try_from(time.tv_nsec).unwrap_or(0),
    )
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    Duration::ZERO
}
