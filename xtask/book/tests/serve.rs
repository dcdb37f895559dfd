//! `book serve` as a browser sees it.

mod course;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use book::serve::{self, Options};
use course::Course;

/// The head and the body of the answer; `None` where nobody answers.
fn get(port: u16, path: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.to_string(), body.to_string()))
}

/// Asks again and again, because a save is noticed only after a while.
fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{what} did not happen within 30 seconds");
}

#[test]
fn a_save_is_shown_and_an_error_leaves_the_last_good_page() {
    let course = Course::with_theme();
    let root = course.root().to_path_buf();
    // The first port is taken, so the server must find another.
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let first = taken.local_addr().unwrap().port().min(u16::MAX - 20);
    thread::spawn(move || {
        serve::run(
            &root,
            &Options {
                port: first,
                open: false,
            },
        )
    });

    let page = "/chapter-1/page.html";
    let ours = |port: u16| {
        let (head, body) = get(port, page)?;
        (head.starts_with("HTTP/1.1 200") && body.contains(">One</a></h1>")).then_some(port)
    };
    let port = until("a first page", || (first + 1..=first + 20).find_map(ours));

    let (head, body) = get(port, "/chapter-1/").unwrap();
    assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    assert!(body.contains("not found"), "{body}");
    let (head, _) = get(port, "/../../book.toml").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 404"),
        "a path leads out of the site: {head}"
    );
    let (head, body) = get(port, "/").unwrap();
    assert!(head.contains("text/html; charset=utf-8"), "{head}");
    assert!(
        body.contains("/__live?"),
        "no script that reloads the page: {body}"
    );

    // The answer waits for the next build.
    let (_, build) = get(port, "/__live?").unwrap();
    let waiting = thread::spawn(move || get(port, &format!("/__live?{build}")).unwrap().1);
    course.write("src/chapter-1/page.md", "# Changed\n");
    until("the changed page", || {
        get(port, page)?
            .1
            .contains(">Changed</a></h1>")
            .then_some(())
    });
    assert_eq!(waiting.join().unwrap(), "2");

    course.write("src/chapter-1/page.md", "# Broken\n\n{{#steps nowhere}}\n");
    thread::sleep(Duration::from_secs(1));
    assert!(get(port, page).unwrap().1.contains(">Changed</a></h1>"));
    course.write("src/chapter-1/page.md", "# Mended\n");
    until("the mended page", || {
        get(port, page)?
            .1
            .contains(">Mended</a></h1>")
            .then_some(())
    });
}
