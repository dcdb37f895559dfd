//! A web server that holds thousands of connections on one thread.
//!
//! Each connection is a task, which waits most of its time: for the rest of a request, or for room to write an
//! answer. Tokio's `current_thread` runtime is the event loop of the steps before. Its ready queue holds the tasks
//! that can go on, and in place of virtual timers it asks the operating system which sockets have news.
//!
//! Invariants: one thread executes all tasks; at every `.await` another task may go on; a connection that is silent,
//! slow or broken costs the others nothing; on one connection, answers come in the order of the requests.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    time::sleep,
};

use crate::http::{self, Request, Response};

/// What the server answers. It executes on the event loop, so it must be quick and must not block.
pub type Handler = fn(&Request<'_>) -> Response;

/// How long the server waits before it accepts again, after the system refused.
const PAUSE: Duration = Duration::from_millis(20);

/// The event loop: a runtime that executes every task on the thread that calls `block_on`.
///
/// # Errors
/// The system's, where it gives no event queue.
pub fn runtime() -> io::Result<Runtime> {
    todo!("build a current-thread runtime with its I/O and its timers enabled")
}

/// Accepts connections for ever, and converses on all of them.
///
/// Where the system refuses a connection, because too many files are open, say, it waits for [`PAUSE`] and goes on.
pub async fn serve(listener: TcpListener, handler: Handler) {
    todo!("accept connections in a loop, and give each a task of its own")
}

/// Answers the requests of one connection, in order, until the client leaves or asks to close.
///
/// What is no request gets [`Response::refusal`], and then the connection is closed.
///
/// # Errors
/// The connection's, where it breaks.
pub async fn converse(mut stream: TcpStream, handler: Handler) -> io::Result<()> {
    todo!("keep what has arrived, answer each complete request in it, and read on")
}

// From here on the file is given.

/// Runs the server on this thread until `stop` is ready. Then every task is dropped, wherever it waits.
///
/// # Errors
/// Those of [`runtime`], and the system's, where it does not take `listener`.
pub fn run(
    listener: std::net::TcpListener,
    handler: Handler,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    runtime()?.block_on(async {
        let server = tokio::spawn(serve(TcpListener::from_std(listener)?, handler));
        stop.await;
        server.abort();
        Ok(())
    })
}
