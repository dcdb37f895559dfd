//! Chapter 1: the web server on one thread. How fast it answers, and what an open connection costs it.
//!
//! Every server is a process of its own, so that it has a thread, a heap and a garbage collector to itself. The client
//! is ours, one thread in this process: with two cores, it has the other one. A server has one thread that executes
//! (Go: GOMAXPROCS=1), except for the one that starts a thread for each connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{self, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use chapter_1_solution::http::{self, Request, Response};

use crate::metric::Metric;
use crate::race::{Contender, Kind, Problem, Race, Row, Sample, Setup};
use crate::tasks::process::resident;

const CHAPTER: &str = "chapter-1";
const STEP: &str = "server";
/// Connections that are open together.
const FULL: usize = 2_000;
const QUICK: usize = 64;
/// Requests on each connection in one run.
const REQUESTS: usize = 40;

/// What every server answers.
const BODY: &str = "Hello, one thread!\n";
const REQUEST: &[u8] = b"GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// How long a client waits for an answer before the run has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// The races of step 1.4.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row {
            id: "server",
            title: "Requests on thousands of open connections",
            metric: Metric::REQUESTS_PER_SECOND,
            rival: "Go net/http",
            rounds: 7,
            prepare: Box::new(|setup| race(setup, Measure::Requests)),
        },
        Row {
            id: "memory",
            title: "Memory of an open connection",
            metric: Metric::BYTES_PER_CONNECTION,
            rival: "Go net/http",
            rounds: 5,
            prepare: Box::new(|setup| race(setup, Measure::Memory)),
        },
    ]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Requests,
    Memory,
}

fn race(setup: &Setup, measure: Measure) -> Race {
    let connections = room_for(setup.size(FULL, QUICK));
    let each = match measure {
        Measure::Requests => REQUESTS,
        Measure::Memory => 1,
    };
    let mut race = Race {
        size: match measure {
            Measure::Requests => format!("{connections} connections, {each} requests on each"),
            Measure::Memory => format!("{connections} connections"),
        },
        expected: checksum(BODY.as_bytes()).wrapping_mul((connections * each) as u64),
        contenders: Vec::new(),
    };
    // One thread is the subject: there is nothing to race with more workers.
    if setup.workers.get() > 1 {
        return race;
    }
    let contender = |kind, name: &str, detail: &str, start: Start| match measure {
        Measure::Requests => requests(kind, name, detail, connections, start),
        Measure::Memory => memory(kind, name, detail, connections, start),
    };
    race.contenders = vec![
        setup.reader(CHAPTER, STEP, || {
            let detail = "your step 1.4";
            cfg!(feature = "reader-chapter-1")
                .then(|| contender(Kind::Reader, "yours", detail, ours("reader")))
        }),
        contender(
            Kind::Reference,
            "reference",
            "Tokio, current_thread",
            ours("reference"),
        ),
        match setup.go.program() {
            Ok(program) => contender(
                Kind::Peer,
                "Go net/http",
                "GOMAXPROCS=1",
                Box::new(move || {
                    let mut command = Command::new(&program);
                    command.env("GOMAXPROCS", "1");
                    command
                }),
            ),
            Err(reason) => Contender::skipped(Kind::Peer, "Go net/http", reason),
        },
        contender(
            Kind::Peer,
            "std threads",
            "a thread for each connection",
            ours("threads"),
        ),
    ];
    race
}

/// The command that starts a server.
type Start = Box<dyn Fn() -> Command>;

/// One of our own servers: this very program, with another first word.
fn ours(which: &'static str) -> Start {
    Box::new(move || {
        let mut command = Command::new(std::env::current_exe().unwrap_or_default());
        command.args([SERVE, which]);
        command
    })
}

/// Requests a second, on connections that stay open from round to round.
fn requests(kind: Kind, name: &str, detail: &str, connections: usize, start: Start) -> Contender {
    let mut running = None;
    Contender::new(kind, name, detail, move || {
        let (_, clients) = match &mut running {
            Some(running) => running,
            // Started in the warm-up, before anything is measured.
            empty => {
                let server = Server::start(&mut start())?;
                let clients = open(&server, connections)?;
                empty.insert((server, clients))
            }
        };
        let began = Instant::now();
        // A request is under way on every connection, all the time, until the last round of answers.
        for client in &mut *clients {
            ask(client)?;
        }
        let mut sum = 0u64;
        for round in 1..=REQUESTS {
            for client in &mut *clients {
                sum = sum.wrapping_add(answer(client)?);
                if round < REQUESTS {
                    ask(client)?;
                }
            }
        }
        let seconds = began.elapsed().as_secs_f64();
        Ok(Sample {
            value: (clients.len() * REQUESTS) as f64 / seconds,
            checksum: sum,
        })
    })
}

/// How much a new server's resident memory grows by a connection that was used once and stays open.
fn memory(kind: Kind, name: &str, detail: &str, connections: usize, start: Start) -> Contender {
    if cfg!(not(unix)) {
        return Contender::skipped(kind, name, "resident memory is read on Unix alone");
    }
    Contender::new(kind, name, detail, move || {
        let server = Server::start(&mut start())?;
        // What the first connection costs once is not what each costs.
        for mut client in open(&server, 8)? {
            ask(&mut client)?;
            answer(&mut client)?;
        }
        let before = server.resident()?;
        let mut clients = open(&server, connections)?;
        let mut sum = 0u64;
        for client in &mut clients {
            ask(client)?;
        }
        for client in &mut clients {
            sum = sum.wrapping_add(answer(client)?);
        }
        let grown = server.resident()?.saturating_sub(before);
        Ok(Sample {
            value: grown as f64 / connections as f64,
            checksum: sum,
        })
    })
}

/// A server in a process of its own. Dropping it ends the process.
struct Server {
    process: process::Child,
    port: u16,
}

impl Server {
    /// Starts it, and reads the line `listening <port>`.
    fn start(command: &mut Command) -> Result<Server, Problem> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Problem::Failed(format!("the server did not start: {error}")))?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            // A server that says nothing has no port, and that is reported.
            let _ = BufReader::new(output).read_line(&mut line);
        }
        let port = line
            .trim()
            .strip_prefix("listening ")
            .and_then(|port| port.parse().ok());
        let server = Server {
            process,
            port: port.unwrap_or(0),
        };
        match port {
            Some(_) => Ok(server),
            None => Err(Problem::Failed(format!(
                "the server said `{}`, expected `listening <port>`",
                line.trim()
            ))),
        }
    }

    /// The bytes of memory that the process has in use.
    fn resident(&self) -> Result<u64, Problem> {
        resident(self.process.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn failed(error: io::Error) -> Problem {
    Problem::Failed(format!("a connection failed: {error}"))
}

fn open(server: &Server, connections: usize) -> Result<Vec<TcpStream>, Problem> {
    let connect = || {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    };
    let mut clients = Vec::with_capacity(connections);
    for index in 0..connections {
        let mut client = connect().map_err(failed)?;
        // The system keeps a bounded number of connections for a server to accept. An answer shows that it has.
        if index % 64 == 63 {
            ask(&mut client)?;
            answer(&mut client)?;
        }
        clients.push(client);
    }
    Ok(clients)
}

fn ask(client: &mut TcpStream) -> Result<(), Problem> {
    client.write_all(REQUEST).map_err(failed)
}

/// Reads one answer, and returns the checksum of its body.
fn answer(client: &mut TcpStream) -> Result<u64, Problem> {
    let mut bytes = [0; 1024];
    let mut length = 0;
    loop {
        match client.read(&mut bytes[length..]).map_err(failed)? {
            0 => return Err(Problem::Wrong("the server closed a connection".to_owned())),
            read => length += read,
        }
        let Some(head) = bytes[..length].windows(4).position(|w| w == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes[..head]);
        if !text.starts_with("HTTP/1.1 200 ") {
            return Err(Problem::Wrong(format!("the server answered {text:?}")));
        }
        let body = text
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.parse::<usize>().ok())
            .ok_or_else(|| Problem::Wrong("an answer has no length".to_owned()))?;
        if length >= head + 4 + body {
            return Ok(checksum(&bytes[head + 4..length]));
        }
    }
}

/// FNV-1a: small, and different for every change that a server could make by mistake.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// How many connections this process may open, up to `wanted`. Raises the soft limit as far as the hard one goes.
fn room_for(wanted: usize) -> usize {
    /// Files of this process that are no connections, and connections that a round keeps from the one before: three
    /// other servers'.
    const OTHERS: usize = 100;
    let total = wanted * 4 + OTHERS;
    let allowed = raise(total as u64);
    if allowed >= total as u64 {
        return wanted;
    }
    let fewer = usize::try_from(allowed)
        .unwrap_or(wanted)
        .saturating_sub(OTHERS)
        / 4;
    eprintln!(
        "note: this system allows {allowed} open files, so there are {fewer} connections and not {wanted}"
    );
    fewer.clamp(1, wanted)
}

#[cfg(unix)]
fn raise(wanted: u64) -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(u64::MAX);
    if current >= wanted {
        return current;
    }
    let raised = wanted.min(limit.maximum.unwrap_or(u64::MAX));
    let new = Rlimit {
        current: Some(raised),
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, new).map_or(current, |()| raised)
}

#[cfg(not(unix))]
fn raise(wanted: u64) -> u64 {
    wanted
}

/// The first word with which this program is a server.
pub const SERVE: &str = "serve-chapter-1";

/// Runs one of our servers until the input ends.
///
/// # Errors
/// What the system refuses.
pub fn serve(which: &str) -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("listening {}", listener.local_addr()?.port());
    // Whoever started this server ends it by ending its input, even by dying.
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        process::exit(0);
    });
    match which {
        "reference" => chapter_1_solution::server::run(
            listener,
            |_: &Request<'_>| Response::ok(BODY),
            std::future::pending(),
        ),
        #[cfg(feature = "reader-chapter-1")]
        "reader" => chapter_1::server::run(
            listener,
            |_: &chapter_1::http::Request<'_>| chapter_1::http::Response::ok(BODY),
            std::future::pending(),
        ),
        "threads" => threads(&listener),
        other => Err(io::Error::other(format!("there is no server `{other}`"))),
    }
}

/// The same conversation as the reference's, with a thread for each connection.
fn threads(listener: &TcpListener) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept()?;
        thread::Builder::new().spawn(move || converse(stream))?;
    }
}

fn converse(mut stream: TcpStream) -> io::Result<()> {
    let mut arrived = Vec::with_capacity(512);
    let mut bytes = [0; 512];
    loop {
        match http::parse(&arrived) {
            Ok(Some((request, length))) => {
                let answer = Response::ok(BODY).answer(&request);
                let keep_alive = request.keep_alive;
                stream.write_all(&answer)?;
                if !keep_alive {
                    return Ok(());
                }
                arrived.drain(..length);
            }
            Ok(None) => match stream.read(&mut bytes)? {
                0 => return Ok(()),
                length => arrived.extend_from_slice(&bytes[..length]),
            },
            Err(problem) => return stream.write_all(&Response::refusal(problem)),
        }
    }
}
