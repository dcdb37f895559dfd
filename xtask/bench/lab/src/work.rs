//! The two kinds of task, the slow server, and a run of n tasks on m workers.

use std::error::Error;
use std::fmt;
use std::hint::black_box;
use std::io;
use std::net::{self, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::task::yield_now;
use tokio::time::sleep;

use crate::record::{Recorded, TaskRecord, name_worker};

/// Which resource a task needs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It waits for answers.
    Io,
    /// It computes.
    Cpu,
}

/// What one task does.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Asks the server `requests` times, one after the other, and computes `handling` rounds on each answer.
    Io {
        /// Where the server listens.
        server: SocketAddr,
        /// How many requests.
        requests: u32,
        /// Rounds of [`compute`] on each answer.
        handling: u64,
    },
    /// Computes `slices` times `rounds`, and lets other tasks run in between.
    Cpu {
        /// How many slices.
        slices: u32,
        /// Rounds of [`compute`] in a slice.
        rounds: u64,
    },
}

impl Work {
    /// Which kind of work it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Work::Io { .. } => Kind::Io,
            Work::Cpu { .. } => Kind::Cpu,
        }
    }

    /// Does the work. The result is checked, so that no work is skipped unnoticed.
    async fn run(self) -> Result<(), Failure> {
        match self {
            Work::Io {
                server,
                requests,
                handling,
            } => {
                let mut stream = TcpStream::connect(server).await?;
                for number in 0..requests {
                    stream.write_u32(number).await?;
                    let answer = stream.read_u32().await?;
                    if answer != number + 1 {
                        return Err(Failure::Answer { number, answer });
                    }
                    black_box(compute(u64::from(answer), handling));
                }
            }
            Work::Cpu { slices, rounds } => {
                let mut state = 0;
                for slice in 0..slices {
                    // The way round the run queue, as a goroutine's time slice ends.
                    if slice > 0 {
                        yield_now().await;
                    }
                    state = compute(state, rounds);
                }
                black_box(state);
            }
        }
        Ok(())
    }
}

/// Why a task could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The loopback connection failed.
    Socket(io::Error),
    /// The server answered something else.
    Answer {
        /// What was asked.
        number: u32,
        /// What came back.
        answer: u32,
    },
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Socket(error) => {
                write!(f, "the connection to the lab's own server failed: {error}")
            }
            Failure::Answer { number, answer } => {
                write!(
                    f,
                    "the server answered {answer} to {number}, expected {}",
                    number + 1
                )
            }
        }
    }
}

impl Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Socket(error)
    }
}

/// Computing that no compiler can shorten: each round needs the result of the one before.
#[must_use]
pub fn compute(seed: u64, rounds: u64) -> u64 {
    let mut state = seed;
    for _ in 0..rounds {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        state ^= state >> 27;
    }
    state
}

/// How many rounds of [`compute`] take about `time` here. Measured once, so that the work is fixed from then on.
#[must_use]
pub fn rounds_for(time: Duration) -> u64 {
    const PROBE: u64 = 200_000;
    // The fastest of several: a slow one says that somebody else had the processor.
    let fastest = (0..9)
        .map(|seed| {
            let start = Instant::now();
            black_box(compute(black_box(seed), PROBE));
            start.elapsed()
        })
        .min()
        .unwrap_or_default();
    let nanoseconds = fastest.as_nanos().max(1);
    let rounds = u128::from(PROBE) * time.as_nanos() / nanoseconds;
    u64::try_from(rounds).unwrap_or(u64::MAX).max(1)
}

/// A server that takes its time, on a thread of its own.
///
/// It reads a number, waits, and answers with the number plus one. All its connections wait together: a slow service
/// elsewhere would not make its clients queue either.
pub struct SlowServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl SlowServer {
    /// Starts a server that answers after `delay`.
    ///
    /// # Errors
    /// When the loopback interface gives no port.
    pub fn start(delay: Duration) -> io::Result<SlowServer> {
        let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            // A server that fails shows in its clients: their connection ends.
            let _ = runtime.block_on(serve(listener, delay, &stopped));
        });
        Ok(SlowServer {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for SlowServer {
    fn drop(&mut self) {
        // Relaxed: the connection that follows orders the two.
        self.stop.store(true, Ordering::Relaxed);
        // A last connection wakes the accept loop, which then sees the flag.
        let woken = net::TcpStream::connect(self.address).is_ok();
        if let Some(thread) = self.thread.take().filter(|_| woken) {
            let _ = thread.join();
        }
    }
}

async fn serve(listener: net::TcpListener, delay: Duration, stop: &AtomicBool) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        tokio::spawn(answer(stream, delay));
    }
}

async fn answer(mut stream: TcpStream, delay: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        // The client hangs up when it is done, which is the error that ends this loop.
        let number = stream.read_u32().await?;
        sleep(delay).await;
        stream.write_u32(number.wrapping_add(1)).await?;
    }
}

/// How the tasks of a run are started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// All of them, then they are joined.
    Together,
    /// Each when the one before it is done.
    OneByOne,
}

/// What came out of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// From before the first spawn to after the last join.
    pub elapsed: Duration,
    /// What each task did, and when.
    pub records: Vec<TaskRecord>,
}

/// Runs `tasks` times the work on a runtime with `workers` workers. Building the runtime is not timed.
///
/// # Errors
/// When a task could not do its work, or the system starts no thread.
pub fn run(work: Work, tasks: usize, workers: usize, start: Start) -> Result<Outcome, Failure> {
    let runtime = runtime(workers)?;
    let name = match work.kind() {
        Kind::Io => "request",
        Kind::Cpu => "compute",
    };
    runtime.block_on(async {
        let origin = Instant::now();
        let spawn = |index: usize| {
            let name = format!("{name}-{}", index + 1);
            tokio::spawn(Recorded::new(name, origin, work.run()))
        };
        let mut records = Vec::with_capacity(tasks);
        let mut handles = Vec::with_capacity(tasks);
        for index in 0..tasks {
            handles.push(spawn(index));
            let join_now = start == Start::OneByOne || index + 1 == tasks;
            if join_now {
                for handle in handles.drain(..) {
                    let (result, record) = handle.await.map_err(io::Error::from)?;
                    result?;
                    records.push(record);
                }
            }
        }
        let elapsed = origin.elapsed();
        Ok(Outcome { elapsed, records })
    })
}

/// The same runtime in every cell of the table; only the number of its workers differs.
fn runtime(workers: usize) -> io::Result<Runtime> {
    let next = AtomicUsize::new(0);
    Builder::new_multi_thread()
        .worker_threads(workers)
        .on_thread_start(move || name_worker(next.fetch_add(1, Ordering::Relaxed)))
        .enable_io()
        .enable_time()
        .build()
}
