//! Both ends of the conversation: the server under test, on a thread of its own, and clients for it.
//!
//! All clients of a test share the test's thread. A pass depends on no clock. Only a failure does: whoever gets no
//! answer within the patience fails the test, and says what it waited for.

use std::{
    future::poll_fn,
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    panic,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Poll, Waker},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use chapter_1::server::{self, Handler};

/// How long a client waits for an answer. A machine under load gives it in milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// The server under test. Dropping it stops it.
pub struct Server {
    pub address: SocketAddr,
    thread_name: String,
    stop: Arc<Stop>,
    thread: Thread,
}

/// The server's thread, known to its clients. Whoever joins it takes the handle.
type Thread = Arc<Mutex<Option<JoinHandle<()>>>>;

/// If the server's thread is about to end with a panic, passes that panic on: it tells more than a closed connection.
fn pass_on_panic(thread: &Thread) {
    let deadline = Instant::now() + Duration::from_millis(200);
    loop {
        let mut handle = thread.lock().unwrap_or_else(PoisonError::into_inner);
        if handle.is_none() || Instant::now() > deadline {
            return;
        }
        if let Some(ended) = handle.take_if(|handle| handle.is_finished()) {
            if let Err(payload) = ended.join() {
                panic::resume_unwind(payload);
            }
            return;
        }
        drop(handle);
        thread::sleep(Duration::from_millis(5));
    }
}

impl Server {
    pub fn start(handler: Handler) -> Server {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        // Relaxed: a number of one's own is all that is asked for.
        let thread_name = format!("server-{}", NUMBER.fetch_add(1, Relaxed));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("the listener has an address");
        let stop = Arc::new(Stop::default());
        let stopped = Arc::clone(&stop);
        let serve = move || {
            let stopped = poll_fn(move |context| stopped.poll(context.waker()));
            server::run(listener, handler, stopped).expect("the system runs the server");
        };
        let thread = thread::Builder::new()
            .name(thread_name.clone())
            .spawn(serve)
            .expect("the system starts a thread");
        Server {
            address,
            thread_name,
            stop,
            thread: Arc::new(Mutex::new(Some(thread))),
        }
    }

    #[track_caller]
    pub fn connect(&self, name: impl Into<String>) -> Client {
        let name = name.into();
        match TcpStream::connect_timeout(&self.address, PATIENCE) {
            Ok(stream) => Client::new(name, stream, Arc::clone(&self.thread)),
            Err(error) => {
                pass_on_panic(&self.thread);
                panic!(
                    "{name} could not connect within {} s: {error}.\n\
                     Does the loop in `serve` accept again while earlier connections are open?",
                    PATIENCE.as_secs()
                )
            }
        }
    }

    /// How many threads the server has, with the one that it was started on. Known on Linux alone: there a thread
    /// without a name of its own has the name of the thread that started it.
    pub fn threads(&self) -> Option<usize> {
        let tasks = std::fs::read_dir("/proc/self/task").ok()?;
        let names =
            tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
        Some(
            names
                .filter(|name| name.trim_end() == self.thread_name)
                .count(),
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.now();
        // A server that is stuck would never notice. Then the test has failed already, and the process ends.
        if thread::panicking() {
            return;
        }
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(Err(payload)) = thread.map(JoinHandle::join) {
            panic::resume_unwind(payload);
        }
    }
}

/// Tells the server's event loop, from another thread, that it is enough.
#[derive(Default)]
struct Stop {
    state: Mutex<(bool, Option<Waker>)>,
}

impl Stop {
    fn now(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    fn poll(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 {
            return Poll::Ready(());
        }
        state.1 = Some(waker.clone());
        Poll::Pending
    }
}

/// One connection, from the client's side.
pub struct Client {
    name: String,
    stream: TcpStream,
    server: Thread,
    /// What has arrived and belongs to the next answer.
    rest: Vec<u8>,
}

/// An answer, as the client read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: String,
    pub connection: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    fn new(name: String, stream: TcpStream, server: Thread) -> Client {
        let set = stream
            .set_read_timeout(Some(PATIENCE))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
            .and_then(|()| stream.set_nodelay(true));
        set.expect("the socket takes its options");
        Client {
            name,
            stream,
            server,
            rest: Vec::new(),
        }
    }

    /// Sends bytes, which need not be a whole request.
    #[track_caller]
    pub fn send(&mut self, bytes: &str) {
        if let Err(error) = self.stream.write_all(bytes.as_bytes()) {
            pass_on_panic(&self.server);
            panic!(
                "{} could not send {:?}: {error}.\nDid the server close the connection?",
                self.name,
                bytes.lines().next().unwrap_or_default()
            );
        }
    }

    /// Sends a whole request.
    #[track_caller]
    pub fn ask(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    /// Waits for an answer. `why` says what a server that gives none should look at.
    #[track_caller]
    pub fn answer(&mut self, why: &str) -> Answer {
        loop {
            if let Some((answer, length)) = read(&self.rest) {
                self.rest.drain(..length);
                return answer;
            }
            if self.receive(why) == 0 {
                pass_on_panic(&self.server);
                panic!(
                    "{} waited for an answer, and the server closed the connection.\n{why}",
                    self.name
                );
            }
        }
    }

    /// Waits until the server closes the connection.
    #[track_caller]
    pub fn closed(&mut self, why: &str) {
        if self.receive(why) != 0 {
            panic!(
                "{} expected the server to close the connection, and it sent more: {:?}\n{why}",
                self.name,
                String::from_utf8_lossy(&self.rest)
            );
        }
    }

    /// Says that nothing more will come from here, and stays to listen.
    pub fn finish(&self) {
        // A server that has closed the connection already is told nothing, and the next read shows that.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    #[track_caller]
    fn receive(&mut self, why: &str) -> usize {
        let mut bytes = [0; 64 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(length) => {
                self.rest.extend_from_slice(&bytes[..length]);
                length
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                panic!(
                    "{} waited {} s for the server and heard nothing.\n{why}",
                    self.name,
                    PATIENCE.as_secs()
                )
            }
            // A connection that was reset is closed as well, though less politely.
            Err(_) => 0,
        }
    }
}

/// The answer at the front of `bytes` and its length, once all of it is there.
fn read(bytes: &[u8]) -> Option<(Answer, usize)> {
    let head_length = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..head_length]);
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap_or_default();
    let status = status.strip_prefix("HTTP/1.1 ").unwrap_or(status);
    let mut answer = Answer {
        status: status.to_string(),
        connection: String::new(),
        body: Vec::new(),
    };
    let mut length = 0;
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name {
            "Content-Length" => length = value.parse().unwrap_or(0),
            "Connection" => answer.connection = value.to_string(),
            _ => {}
        }
    }
    let start = head_length + 4;
    answer.body = bytes.get(start..start + length)?.to_vec();
    Some((answer, start + length))
}
