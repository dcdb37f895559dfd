//! The parser of requests is given, so it is tested here and not among the exercises.

use chapter_1_solution::http::{LONGEST_BODY, LONGEST_HEAD, Request, Response, parse};

fn whole(text: &str) -> (Request<'_>, usize) {
    parse(text.as_bytes())
        .expect("this is a request")
        .expect("all of it is there")
}

#[test]
fn a_request_is_read_with_its_length() {
    let text = "GET /tea?sugar=2 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /more";
    let (request, length) = whole(text);
    assert_eq!((request.method, request.path), ("GET", "/tea?sugar=2"));
    assert!(request.keep_alive);
    assert_eq!(&text[length..], "GET /more");
}

#[test]
fn every_beginning_of_a_request_is_unfinished() {
    let text = "POST /tea HTTP/1.1\r\nContent-Length: 5\r\n\r\nsugar";
    for end in 0..text.len() {
        assert_eq!(parse(&text.as_bytes()[..end]), Ok(None), "{}", &text[..end]);
    }
    assert_eq!(whole(text).1, text.len());
}

#[test]
fn the_version_and_the_header_decide_on_keep_alive() {
    for (head, expected) in [
        ("GET / HTTP/1.1\r\n\r\n", true),
        ("GET / HTTP/1.0\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nconnection: CLOSE\r\n\r\n", false),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
    ] {
        assert_eq!(whole(head).0.keep_alive, expected, "{head:?}");
    }
}

#[test]
fn what_is_no_request_is_an_error() {
    let long_head = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(LONGEST_HEAD));
    let endless = "x".repeat(LONGEST_HEAD + 1);
    let long_body = format!(
        "POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n",
        LONGEST_BODY + 1
    );
    for text in [
        "\r\n\r\n",
        "hello\r\n\r\n",
        "get / HTTP/1.1\r\n\r\n",
        "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2\r\n\r\n",
        "GET / HTTP/1.1 now\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        &long_head,
        &endless,
        &long_body,
    ] {
        assert!(parse(text.as_bytes()).is_err(), "{text:?}");
    }
    assert!(parse(b"GET /\xff HTTP/1.1\r\n\r\n").is_err());
}

#[test]
fn an_answer_says_its_length_and_what_becomes_of_the_connection() {
    let answer = |text| {
        let bytes = Response::ok("hello").answer(&whole(text).0);
        String::from_utf8(bytes).expect("an answer of text is text")
    };
    let get = answer("GET / HTTP/1.1\r\n\r\n");
    assert!(get.starts_with("HTTP/1.1 200 OK\r\n"), "{get}");
    assert!(get.contains("\r\nContent-Length: 5\r\n"), "{get}");
    assert!(get.contains("\r\nConnection: keep-alive\r\n"), "{get}");
    assert!(get.ends_with("\r\n\r\nhello"), "{get}");
    let close = answer("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    assert!(close.contains("\r\nConnection: close\r\n"), "{close}");
    let head = answer("HEAD / HTTP/1.1\r\n\r\n");
    assert!(head.contains("\r\nContent-Length: 5\r\n") && head.ends_with("\r\n\r\n"));
}
