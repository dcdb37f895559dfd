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
// ANCHOR: runtime_whole
pub fn runtime() -> io::Result<Runtime> {
    // ANCHOR: runtime todo: build a current-thread runtime with its I/O and its timers enabled
    Builder::new_current_thread().enable_all().build()
    // ANCHOR_END: runtime
}
// ANCHOR_END: runtime_whole

/// Accepts connections for ever, and converses on all of them.
///
/// Where the system refuses a connection, because too many files are open, say, it waits for [`PAUSE`] and goes on.
// ANCHOR: serve_whole
pub async fn serve(listener: TcpListener, handler: Handler) {
    // ANCHOR: serve todo: accept connections in a loop, and give each a task of its own
    loop {
        match listener.accept().await {
            // Nobody waits for the task: a connection that breaks concerns no one else.
            Ok((stream, _)) => drop(tokio::spawn(converse(stream, handler))),
            Err(_) => sleep(PAUSE).await,
        }
    }
    // ANCHOR_END: serve
}
// ANCHOR_END: serve_whole

/// Answers the requests of one connection, in order, until the client leaves or asks to close.
///
/// What is no request gets [`Response::refusal`], and then the connection is closed.
///
/// # Errors
/// The connection's, where it breaks.
// ANCHOR: converse_whole
pub async fn converse(mut stream: TcpStream, handler: Handler) -> io::Result<()> {
    // ANCHOR: converse todo: keep what has arrived, answer each complete request in it, and read on
    let mut arrived = Vec::with_capacity(512);
    loop {
        match http::parse(&arrived) {
            Ok(Some((request, length))) => {
                let answer = handler(&request).answer(&request);
                let keep_alive = request.keep_alive;
                stream.write_all(&answer).await?;
                if !keep_alive {
                    return Ok(());
                }
                // What stands behind the request belongs to the next one.
                arrived.drain(..length);
            }
            // The end of the request is still under way, or the client has left.
            Ok(None) => {
                if stream.read_buf(&mut arrived).await? == 0 {
                    return Ok(());
                }
            }
            Err(problem) => return stream.write_all(&Response::refusal(problem)).await,
        }
    }
    // ANCHOR_END: converse
}
// ANCHOR_END: converse_whole

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
