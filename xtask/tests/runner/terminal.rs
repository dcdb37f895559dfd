//! A terminal for tests: a pseudo-terminal that the runner takes for a reader's.
//!
//! The C library makes it: `posix_openpt` and its relatives are on every Unix. What the runner prints is read by a thread,
//! and a test waits for words, never for a time.

use std::ffi::{CStr, c_char, c_int};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// Much longer than anything here takes: who waits for it has found a mistake.
const LIMIT: Duration = Duration::from_secs(60);

const O_RDWR: c_int = 2;
const O_NOCTTY: c_int = if cfg!(target_os = "linux") {
    0o400
} else {
    0x20000
};

unsafe extern "C" {
    fn posix_openpt(flags: c_int) -> c_int;
    fn grantpt(master: c_int) -> c_int;
    fn unlockpt(master: c_int) -> c_int;
    fn ptsname(master: c_int) -> *const c_char;
    fn setsid() -> c_int;
    fn ioctl(file: c_int, request: std::ffi::c_ulong, ...) -> c_int;
    fn kill(process: c_int, signal: c_int) -> c_int;
}

const TIOCSCTTY: std::ffi::c_ulong = if cfg!(target_os = "linux") {
    0x540E
} else {
    0x2000_7461
};

pub const SIGTERM: c_int = 15;

/// A program that runs in a terminal.
pub struct Terminal {
    master: File,
    /// Kept open, so that its settings can be read after the program has ended.
    slave: File,
    pub program: Child,
    shown: Arc<(Mutex<String>, Condvar)>,
    /// Up to where [`Terminal::expect`] has read.
    read: usize,
}

impl Terminal {
    /// Starts `command` in a terminal of its own.
    pub fn start(mut command: Command) -> Self {
        // SAFETY: these have this shape in C; `ptsname` gives a static text that no other thread asks for meanwhile,
        // because the lock is held.
        static LOCK: Mutex<()> = Mutex::new(());
        let (master, name) = {
            let _held = LOCK.lock();
            unsafe {
                let master = posix_openpt(O_RDWR | O_NOCTTY);
                assert!(master >= 0, "a pseudo-terminal");
                assert!(grantpt(master) == 0 && unlockpt(master) == 0);
                let name = CStr::from_ptr(ptsname(master)).to_str().expect("a path");
                (File::from_raw_fd(master), name.to_string())
            }
        };
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true);
            std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, O_NOCTTY);
            options.open(&name).expect("the other end")
        };
        let slave = open();
        command
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .stdin(Stdio::from(open()))
            .stdout(Stdio::from(open()))
            .stderr(Stdio::from(open()));
        // SAFETY: both calls may be made between fork and exec.
        unsafe {
            command.pre_exec(|| {
                setsid();
                ioctl(0, TIOCSCTTY, 0);
                Ok(())
            });
        }
        let program = command.spawn().expect("it starts");
        let shown = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let (mut from, to) = (master.try_clone().expect("a second handle"), shown.clone());
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = from.read(&mut bytes) {
                let text = String::from_utf8_lossy(&bytes[..count]).into_owned();
                to.0.lock().expect("no panic").push_str(&text);
                to.1.notify_all();
            }
        });
        Self {
            master,
            slave,
            program,
            shown,
            read: 0,
        }
    }

    /// Waits until `words` are printed after what was waited for before.
    pub fn expect(&mut self, words: &str) {
        let (shown, news) = &*self.shown;
        let text = shown.lock().expect("no panic");
        let from = self.read;
        let (text, waited) = news
            .wait_timeout_while(text, LIMIT, |text| !text[from..].contains(words))
            .expect("no panic");
        assert!(
            !waited.timed_out(),
            "`{words}` was not printed after:\n{}\nbut:\n{}",
            &text[..from],
            &text[from..]
        );
        self.read = from + text[from..].find(words).expect("it is there") + words.len();
    }

    /// Everything that was printed until now.
    pub fn shown(&self) -> String {
        self.shown.0.lock().expect("no panic").clone()
    }

    /// Types `keys`.
    pub fn press(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("typed");
    }

    pub fn signal(&self, number: c_int) {
        let process = c_int::try_from(self.program.id()).expect("a process' number");
        // SAFETY: `kill` has this shape in C; the process is our child and was not waited for.
        assert_eq!(unsafe { kill(process, number) }, 0);
    }

    /// The terminal's settings, as `stty` names them.
    pub fn settings(&self) -> String {
        let slave = self.slave.try_clone().expect("a second handle");
        assert!(slave.as_raw_fd() > 2);
        let output = Command::new("stty")
            .arg("-a")
            .stdin(Stdio::from(slave))
            .output()
            .expect("stty");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Whether the terminal is as a shell wants it: lines, and an echo.
    pub fn is_sane(&self) -> bool {
        let settings = self.settings();
        let words: Vec<&str> = settings.split([' ', ';', '\n']).collect();
        words.contains(&"icanon") && words.contains(&"echo") && words.contains(&"isig")
    }

    /// The program's end.
    pub fn ended(&mut self) -> ExitStatus {
        let began = std::time::Instant::now();
        loop {
            if let Some(status) = self.program.try_wait().expect("a child") {
                return status;
            }
            assert!(
                began.elapsed() < LIMIT,
                "it does not end:\n{}",
                self.shown()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
