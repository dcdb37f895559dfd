//! Step 1.4: thousands of connections on one thread.

use std::{collections::BTreeMap, thread, time::Duration};

use chapter_1::http::{Request, Response};
use chapter_1::server::runtime;
use tokio::{net::TcpListener, time::sleep};

use crate::{
    client::{Client, Server},
    files,
};

/// How many connections are open together.
const CONNECTIONS: usize = 2_000;
/// More bytes than the buffers of a connection hold.
const LARGE: usize = 16 * 1024 * 1024;

const TAKES_TURNS: &str = "While one connection waits, the thread must go on with the others: `serve` gives each \
     connection a task with tokio::spawn, and does not await `converse` itself.";
const READS_ON: &str = "`converse` answers every complete request that has arrived, and reads on only where none is left.";

/// Answers with the path, and with the thread that executes this.
fn echo(request: &Request<'_>) -> Response {
    match request.path {
        "/large" => Response::ok(vec![b'x'; LARGE]),
        path => Response::ok(format!("{path} {:?}", thread::current().id())),
    }
}

/// The path that came back, and the thread.
#[track_caller]
fn echoed(client: &mut Client, why: &str) -> (String, String) {
    let text = client.answer(why).text();
    match text.split_once(' ') {
        Some((path, thread)) => (path.to_string(), thread.to_string()),
        None => panic!("expected the handler's answer, `/path ThreadId(n)`, and heard {text:?}"),
    }
}

#[track_caller]
fn assert_echo(client: &mut Client, path: &str, why: &str) -> String {
    let (heard, thread) = echoed(client, why);
    assert!(
        heard == path,
        "asked for {path}, and the answer was to {heard}.\n\
         On one connection, answers come in the order of the requests, one for each."
    );
    thread
}

#[test]
fn the_event_loop_has_sockets_and_timers() {
    let event_loop = runtime().expect("the system gives an event queue");
    let both = event_loop.block_on(async {
        // Each panics where the loop was built without its part.
        let listener = TcpListener::bind("127.0.0.1:0").await;
        sleep(Duration::ZERO).await;
        listener
    });
    assert!(
        both.is_ok(),
        "the system gives no port on this machine: {both:?}"
    );
}

#[test]
fn a_request_is_answered() {
    let server = Server::start(echo);
    let mut client = server.connect("the client");
    client.ask("/tea");
    assert_echo(
        &mut client,
        "/tea",
        "A whole request was sent. Does `serve` accept, and does `converse` read, parse and write?",
    );
}

#[test]
fn a_connection_is_kept_open() {
    let server = Server::start(echo);
    let mut client = server.connect("the client");
    for path in ["/tea", "/toast", "/eggs"] {
        client.ask(path);
        assert_echo(
            &mut client,
            path,
            "In HTTP/1.1 a connection stays open for the next request: `converse` needs a loop, and a request that \
             is answered must leave the buffer.",
        );
    }
}

#[test]
fn a_silent_connection_holds_up_nobody() {
    let server = Server::start(echo);
    let mut silent = server.connect("the silent client");
    let mut quick = server.connect("the quick client");
    for _ in 0..3 {
        quick.ask("/quick");
        assert_echo(&mut quick, "/quick", TAKES_TURNS);
    }
    silent.ask("/silent");
    assert_echo(&mut silent, "/silent", TAKES_TURNS);
}

#[test]
fn a_request_may_arrive_in_pieces() {
    let server = Server::start(echo);
    let mut client = server.connect("the client");
    let mut other = server.connect("another client");
    let request = "GET /tea HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for piece in [&request[..3], &request[3..20], &request[20..]] {
        client.send(piece);
        // An answer to somebody else shows that the server has had its chance to read the piece.
        other.ask("/toast");
        assert_echo(&mut other, "/toast", TAKES_TURNS);
    }
    assert_echo(
        &mut client,
        "/tea",
        "The request came in three pieces. TCP delivers bytes, not messages: keep what has arrived until \
         `http::parse` finds a whole request in it.",
    );
}

#[test]
fn two_requests_may_arrive_together() {
    let server = Server::start(echo);
    let mut client = server.connect("the client");
    // So short that one read brings both, even into a buffer that was empty.
    client.send("GET /tea HTTP/1.1\r\n\r\nGET /eggs HTTP/1.1\r\n\r\n");
    for path in ["/tea", "/eggs"] {
        assert_echo(&mut client, path, READS_ON);
    }
    client.send(
        "GET /tea HTTP/1.1\r\n\r\nPOST /toast HTTP/1.1\r\nContent-Length: 6\r\n\r\nbutterGET /eggs HTTP/1.1\r\n\r\n",
    );
    for path in ["/tea", "/toast", "/eggs"] {
        assert_echo(&mut client, path, READS_ON);
    }
}

#[test]
fn a_request_to_close_is_honoured() {
    let server = Server::start(echo);
    let mut client = server.connect("the client");
    client.send("GET /tea HTTP/1.1\r\nConnection: close\r\n\r\n");
    let answer = client.answer("A whole request was sent.");
    assert!(
        answer.connection == "close",
        "the client asked to close, and the answer says `Connection: {}`",
        answer.connection
    );
    client.closed("After the answer to a request whose `keep_alive` is false, `converse` returns, and that closes the connection.");
}

#[test]
fn what_is_no_request_is_refused() {
    let server = Server::start(echo);
    let mut client = server.connect("the client");
    client.send("How do you do?\r\n\r\n");
    let why = "`http::parse` returned an error: send `Response::refusal` and close the connection.";
    let answer = client.answer(why);
    assert!(
        answer.status.starts_with("400"),
        "expected `400 Bad Request`, and the status was {:?}",
        answer.status
    );
    client.closed(why);
}

#[test]
fn a_client_that_leaves_is_let_go() {
    let server = Server::start(echo);
    for parting in ["", "GET /tea HTT"] {
        let mut client = server.connect("the leaving client");
        client.send(parting);
        client.finish();
        client.closed(
            "It said that nothing more will come: a read of 0 bytes. `converse` returns then. To read again would \
             give 0 bytes again, for ever, and hold the thread.",
        );
    }
}

#[test]
fn a_large_answer_arrives_whole_and_holds_up_nobody() {
    let server = Server::start(echo);
    let mut large = server.connect("the client of the large answer");
    large.ask("/large");
    // The buffers of that connection are full now, or will be soon, and its client does not read.
    let mut quick = server.connect("the quick client");
    for _ in 0..3 {
        quick.ask("/quick");
        assert_echo(&mut quick, "/quick", TAKES_TURNS);
    }
    let answer = large.answer(
        "A single `write` may take only a part of the bytes. `write_all` waits for room, and goes on.",
    );
    assert!(
        answer.body.len() == LARGE && answer.body.iter().all(|&byte| byte == b'x'),
        "the answer should be {LARGE} times x, and {} bytes came",
        answer.body.len()
    );
}

#[test]
fn a_connection_that_breaks_harms_nobody() {
    let server = Server::start(echo);
    let mut bystander = server.connect("the bystander");
    for _ in 0..20 {
        let mut broken = server.connect("the broken client");
        broken.ask("/large");
        // Dropped with an answer under way: the server's write fails.
        drop(broken);
        bystander.ask("/tea");
        assert_echo(
            &mut bystander,
            "/tea",
            "Another connection broke. That ends its own `converse`, and neither `serve` nor anybody else.",
        );
    }
}

#[test]
fn one_thread_serves_them_all() {
    let server = Server::start(echo);
    let mut clients: Vec<Client> = (0..16)
        .map(|number| server.connect(format!("client {number}")))
        .collect();
    assert_one_thread(&server, &ask_all(&mut clients));
}

#[test]
fn thousands_of_connections_are_held_on_one_thread() {
    let number = files::room_for(CONNECTIONS);
    let server = Server::start(echo);
    let mut clients: Vec<Client> = Vec::new();
    for index in 0..number {
        let mut client = server.connect(format!("client {index} of {number}"));
        // The system keeps a bounded number of connections for a server to accept. An answer shows that it has.
        if index % 64 == 0 {
            client.ask("/here");
            assert_echo(&mut client, "/here", TAKES_TURNS);
        }
        clients.push(client);
    }
    // All are open, and none has sent a whole request. Then the thread must hold all of them at half a request.
    for (index, client) in clients.iter_mut().enumerate() {
        client.send(&format!("GET /first-{index} HTTP/1.1\r\nHost:"));
    }
    for client in clients.iter_mut().rev() {
        client.send(" localhost\r\n\r\n");
    }
    let mut threads = BTreeMap::new();
    for (index, client) in clients.iter_mut().enumerate() {
        let thread = assert_echo(client, &format!("/first-{index}"), TAKES_TURNS);
        *threads.entry(thread).or_insert(0) += 1;
    }
    assert_one_thread(&server, &threads);
    // And again, on the connections that are still open.
    assert_one_thread(&server, &ask_all(&mut clients));
}

/// Asks on every connection before it reads an answer on any. Returns how many answers came from which thread.
#[track_caller]
fn ask_all(clients: &mut [Client]) -> BTreeMap<String, usize> {
    for (index, client) in clients.iter_mut().enumerate() {
        client.ask(&format!("/again-{index}"));
    }
    let mut threads = BTreeMap::new();
    for (index, client) in clients.iter_mut().enumerate().rev() {
        let thread = assert_echo(client, &format!("/again-{index}"), TAKES_TURNS);
        *threads.entry(thread).or_insert(0) += 1;
    }
    threads
}

#[track_caller]
fn assert_one_thread(server: &Server, answers: &BTreeMap<String, usize>) {
    const LOOK: &str = "One event loop on one thread is enough: a task is not a thread. Look at `runtime`, and at \
         what starts `converse`.";
    assert!(
        answers.len() == 1,
        "one thread should give all answers, and {} threads gave them.\n{LOOK}",
        answers.len()
    );
    if let Some(threads) = server.threads() {
        assert!(
            threads == 1,
            "the server should have one thread, and it has {threads}.\n{LOOK}"
        );
    }
}
