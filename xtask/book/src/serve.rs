//! `book serve`: the site on this machine, built again on every save.
//!
//! One thread watches the sources by their modification times, which works on network mounts and needs no dependency;
//! it builds into one of two folders in turn, so that a reader never sees half a site and a broken page leaves the last
//! good site standing. A thread a connection serves files. A page asks `/__live` for the number of the build it should
//! show; the answer waits until there is a newer one.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::site;

/// How `book serve` was called.
pub struct Options {
    /// The port to try first.
    pub port: u16,
    /// Whether to show the site in a browser.
    pub open: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 3000,
            open: false,
        }
    }
}

/// What a page is made of.
const WATCHED: [&str; 5] = ["book.toml", "src", "theme", "solutions", "exercises"];

/// A save is noticed within this time.
const POLL: Duration = Duration::from_millis(300);

/// How many ports to try before giving up.
const PORTS: u16 = 20;

/// A waiting page is answered at the latest after this time: some networks cut longer silences.
const PATIENCE: Duration = Duration::from_secs(25);

/// Asks for the next build, and loads the page again when there is one. Added to each page that is served.
const RELOAD: &str = "<script>(async () => {
    for (let build = null; ;) {
        try {
            const now = await (await fetch('/__live?' + (build ?? ''))).text();
            if (build !== null && now !== build) return location.reload();
            build = now;
        } catch { await new Promise(wake => setTimeout(wake, 1000)); }
    }
})();</script>";

/// Builds and serves the book under `root`, until the process is stopped.
///
/// # Errors
///
/// No port is free, or the first build cannot even begin.
pub fn run(root: &Path, options: &Options) -> Result<(), String> {
    let listener = listen(options.port)?;
    let port = listener
        .local_addr()
        .map_err(|error| error.to_string())?
        .port();
    let site = Arc::new(Site::default());
    let mut seen = times(root);
    println!("Building the book …");
    site.build(root);
    let url = format!("http://localhost:{port}/");
    println!("The book is at {url}   (Ctrl-C stops)");
    if options.open {
        open(&url);
    }
    let shown = Arc::clone(&site);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(&shown);
            // A browser that goes away in the middle of an answer is no error.
            thread::spawn(move || drop(answer(&site, &stream)));
        }
    });
    loop {
        thread::sleep(POLL);
        let now = times(root);
        if now != seen {
            println!("{} changed, building again …", changed(root, &seen, &now));
            seen = now;
            site.build(root);
        }
    }
}

/// The last good build.
#[derive(Default)]
struct Site {
    state: Mutex<State>,
    built: Condvar,
}

#[derive(Default)]
struct State {
    /// Counts the builds that succeeded.
    build: u64,
    folder: PathBuf,
    problems: Option<String>,
}

impl Site {
    fn build(&self, root: &Path) {
        let next = self.lock().build + 1;
        let folder = root.join(format!("target/book-served/{}", next % 2));
        let result = site::build(root, &folder, site::For::Reading);
        let mut state = self.lock();
        state.problems = result.err();
        match &state.problems {
            None => {
                state.build = next;
                state.folder = folder;
                self.built.notify_all();
            }
            Some(problems) => {
                eprintln!("{problems}\nThe site stays as it was before this change.");
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the newest build, as soon as it is another than `known`.
    fn newer_than(&self, known: &str) -> u64 {
        let state = self.lock();
        let (state, _) = self
            .built
            .wait_timeout_while(state, PATIENCE, |state| state.build.to_string() == known)
            .unwrap_or_else(PoisonError::into_inner);
        state.build
    }
}

fn listen(first: u16) -> Result<TcpListener, String> {
    let last = first.saturating_add(PORTS);
    for port in first..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                println!("Port {port} is taken, perhaps by another `serve`; trying the next.");
            }
            Err(error) => return Err(format!("cannot listen on port {port}: {error}")),
        }
    }
    Err(format!(
        "the ports {first} to {last} are all taken: name another with --port"
    ))
}

fn answer(site: &Site, stream: &TcpStream) -> io::Result<()> {
    let mut request = String::new();
    let mut reader = BufReader::new(stream);
    reader.read_line(&mut request)?;
    // The headers change nothing, and are read so that closing the connection does not reset it.
    let mut header = String::from("-");
    while !header.trim().is_empty() {
        header.clear();
        if reader.read_line(&mut header)? == 0 {
            break;
        }
    }
    let address = request.split_whitespace().nth(1).unwrap_or("/");
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    if path == "/__live" {
        let build = site.newer_than(query).to_string();
        return send(stream, "200 OK", "text/plain", build.as_bytes());
    }
    let (folder, problems) = {
        let state = site.lock();
        (state.folder.clone(), state.problems.clone())
    };
    if folder.as_os_str().is_empty() {
        let page = format!(
            "<!doctype html><title>The book does not build</title><pre>{}</pre>",
            crate::html::escape(&problems.unwrap_or_default())
        );
        return send_page(stream, "200 OK", &page);
    }
    let mut file = folder.join(relative(path));
    if file.is_dir() {
        file.push("index.html");
    }
    match fs::read(&file) {
        Ok(html) if media_type(&file) == "text/html" => {
            send_page(stream, "200 OK", &String::from_utf8_lossy(&html))
        }
        Ok(body) => send(stream, "200 OK", media_type(&file), &body),
        Err(_) => {
            let page = fs::read_to_string(folder.join("404.html")).unwrap_or_default();
            send_page(stream, "404 Not Found", &page)
        }
    }
}

/// The path of a request without what would lead out of the site.
fn relative(path: &str) -> PathBuf {
    decoded(path)
        .split(['/', '\\'])
        .filter(|part| !part.is_empty() && *part != "." && *part != ".." && !part.contains(':'))
        .collect()
}

/// `%20` is a blank.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|two| std::str::from_utf8(two).ok())
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn send_page(stream: &TcpStream, status: &str, html: &str) -> io::Result<()> {
    let page = match html.rfind("</body>") {
        Some(end) => format!("{}{RELOAD}{}", &html[..end], &html[end..]),
        None => format!("{html}{RELOAD}"),
    };
    send(stream, status, "text/html", page.as_bytes())
}

fn send(mut stream: &TcpStream, status: &str, kind: &str, body: &[u8]) -> io::Result<()> {
    let charset = if kind.starts_with("text/") {
        "; charset=utf-8"
    } else {
        ""
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}{charset}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(body)
}

fn media_type(file: &Path) -> &'static str {
    match file.extension().and_then(|end| end.to_str()) {
        Some("html") => "text/html",
        Some("css") => "text/css",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        _ => "text/plain",
    }
}

type Times = BTreeMap<PathBuf, SystemTime>;

fn times(root: &Path) -> Times {
    let mut times = Times::new();
    for name in WATCHED {
        add_times(&root.join(name), &mut times);
    }
    times
}

fn add_times(path: &Path, times: &mut Times) {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Editors save through hidden files, and a build changes `target` all the time.
    if name.starts_with('.') || name.ends_with('~') || name == "target" {
        return;
    }
    if let Ok(entries) = fs::read_dir(path) {
        for entry in entries.flatten() {
            add_times(&entry.path(), times);
        }
    } else if let Ok(time) = path.metadata().and_then(|data| data.modified()) {
        times.insert(path.to_path_buf(), time);
    }
}

/// The first file that one of the two lists has otherwise than the other.
fn changed(root: &Path, before: &Times, after: &Times) -> String {
    let differs = |path: &&PathBuf| before.get(*path) != after.get(*path);
    let path = after.keys().chain(before.keys()).find(differs);
    let path = path.map(|path| path.strip_prefix(root).unwrap_or(path));
    path.map_or(String::new(), crate::course::slashed)
}

/// Shows the address in the reader's browser; the address is printed too, so a failure needs no words.
fn open(url: &str) {
    let (program, args): (&str, &[&str]) = if cfg!(windows) {
        ("cmd", &["/C", "start", "", url])
    } else if cfg!(target_os = "macos") {
        ("open", &[url])
    } else {
        ("xdg-open", &[url])
    };
    let child = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    drop(child);
}
