//! As much of HTTP/1.1 as the server needs: requests out of bytes, and answers into bytes. This file is given.
//!
//! A request is a head, which ends with an empty line, and a body of as many bytes as the head says. TCP knows
//! neither: it delivers bytes, in order, in pieces of any size. So the parser works on what has arrived so far, and
//! says how many bytes a request took.

use std::{error::Error, fmt, str};

/// Longer heads are refused, so that a client cannot make the server keep bytes without end.
pub const LONGEST_HEAD: usize = 8 * 1024;
/// Longer bodies are refused.
pub const LONGEST_BODY: usize = 64 * 1024;

/// The head of a request. It borrows from the bytes that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// `GET` and the like.
    pub method: &'a str,
    /// `/tea?sugar=2`: the target, as the client wrote it.
    pub path: &'a str,
    /// Whether the client wants to use the connection again.
    pub keep_alive: bool,
}

/// Reads the first request in `bytes`.
///
/// `Ok(None)` says that its end has not arrived yet. `Ok(Some((request, length)))` says that it took the first
/// `length` bytes. Behind them the next request may have begun.
///
/// # Errors
/// What stands in `bytes` is no request, or one that this server refuses.
// ANCHOR: parse
pub fn parse(bytes: &[u8]) -> Result<Option<(Request<'_>, usize)>, BadRequest> {
    // ANCHOR_END: parse
    let Some(head_length) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return if bytes.len() > LONGEST_HEAD {
            Err(BadRequest("the head is too long"))
        } else {
            Ok(None)
        };
    };
    if head_length > LONGEST_HEAD {
        return Err(BadRequest("the head is too long"));
    }
    let head = str::from_utf8(&bytes[..head_length]);
    let mut lines = head
        .map_err(|_| BadRequest("the head is not UTF-8"))?
        .split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (Some(method), Some(path), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(BadRequest("a request begins with METHOD PATH VERSION"));
    };
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_method || path.is_empty() {
        return Err(BadRequest("a request begins with METHOD PATH VERSION"));
    }
    let mut keep_alive = match version {
        "HTTP/1.1" => true,
        "HTTP/1.0" => false,
        _ => return Err(BadRequest("the version is neither HTTP/1.1 nor HTTP/1.0")),
    };
    let mut body = None;
    for line in lines {
        let (name, value) = line
            .split_once(':')
            .ok_or(BadRequest("a header line has no colon"))?;
        let value = value.trim();
        if name.eq_ignore_ascii_case("connection") {
            if value.eq_ignore_ascii_case("close") {
                keep_alive = false;
            } else if value.eq_ignore_ascii_case("keep-alive") {
                keep_alive = true;
            }
        } else if name.eq_ignore_ascii_case("content-length") {
            let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            let length = value.parse().ok().filter(|_| digits && body.is_none());
            body = Some(length.ok_or(BadRequest("the content length is not one number"))?);
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(BadRequest("bodies in chunks are not supported"));
        }
    }
    let body: usize = body.unwrap_or(0);
    if body > LONGEST_BODY {
        return Err(BadRequest("the body is too long"));
    }
    let length = head_length + 4 + body;
    let request = Request {
        method,
        path,
        keep_alive,
    };
    Ok((bytes.len() >= length).then_some((request, length)))
}

/// Why there is no request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRequest(pub &'static str);

impl fmt::Display for BadRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for BadRequest {}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Such as `200 OK`.
    pub status: &'static str,
    pub body: Vec<u8>,
}

impl Response {
    /// The answer to a request that went well.
    pub fn ok(body: impl Into<Vec<u8>>) -> Response {
        Response {
            status: "200 OK",
            body: body.into(),
        }
    }

    /// The bytes that answer `request`.
    #[must_use]
    pub fn answer(&self, request: &Request<'_>) -> Vec<u8> {
        // A HEAD request asks for the head of the answer that a GET would get.
        let body = if request.method == "HEAD" {
            &[]
        } else {
            self.body.as_slice()
        };
        let connection = match request.keep_alive {
            true => "keep-alive",
            false => "close",
        };
        self.bytes(connection, body)
    }

    /// The bytes that answer something that is no request. The connection is of no use after it.
    #[must_use]
    pub fn refusal(problem: BadRequest) -> Vec<u8> {
        let response = Response {
            status: "400 Bad Request",
            body: problem.0.into(),
        };
        response.bytes("close", &response.body)
    }

    fn bytes(&self, connection: &str, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "HTTP/1.1 {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n",
            self.status,
            self.body.len(),
        );
        [head.as_bytes(), body].concat()
    }
}
