//! Keys without Enter, and a terminal that is as it was when the runner is done.
//!
//! `stty` sets the terminal: it is on every Unix, and knows the layout of its settings so that we need not. Where it is
//! missing, a key is typed with Enter. Signals stay on, so Ctrl-C and Ctrl-Z work as everywhere; whoever holds a
//! [`Keys`] looks at [`crate::interrupt`] and puts the terminal back before it obeys.

use std::io::{self, IsTerminal, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::interrupt;

/// The keyboard.
pub struct Keys {
    pressed: Receiver<u8>,
    /// The settings to go back to, as `stty -g` writes them; `None` without `stty`.
    saved: Option<String>,
    /// Whether keys come without Enter now.
    direct: bool,
}

impl Keys {
    /// The keyboard, if there is one: input and output are a terminal.
    #[must_use]
    pub fn new() -> Option<Self> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return None;
        }
        let (sender, pressed) = mpsc::channel();
        thread::spawn(move || {
            let mut key = [0];
            loop {
                match io::stdin().read(&mut key) {
                    // The end of input: whoever typed it is done.
                    Ok(0) => drop(sender.send(END)),
                    Ok(_) if sender.send(key[0]).is_ok() => continue,
                    Ok(_) => {}
                    // In the background there is nothing to read until the reader comes back.
                    Err(_) => {
                        thread::sleep(Duration::from_millis(200));
                        continue;
                    }
                }
                return;
            }
        });
        let mut keys = Self {
            pressed,
            saved: None,
            direct: false,
        };
        keys.saved = stty(&["-g"]).filter(|_| cfg!(unix));
        keys.direct();
        Some(keys)
    }

    /// Asks for keys without Enter, unless another program has the terminal now.
    pub fn direct(&mut self) {
        if !self.direct && self.saved.is_some() && interrupt::in_foreground() {
            self.direct = stty(&["-icanon", "-echo", "min", "1", "time", "0"]).is_some();
        }
    }

    /// Puts the terminal back as it was.
    pub fn restore(&mut self) {
        if let (true, Some(saved)) = (self.direct, &self.saved) {
            stty(&[saved]);
            self.direct = false;
        }
    }

    /// Whether a key needs Enter behind it.
    #[must_use]
    pub fn need_enter(&self) -> bool {
        self.saved.is_none()
    }

    /// Waits for a key, but not for longer than `limit`.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<u8> {
        match self.pressed.recv_timeout(limit) {
            Ok(key) => Some(key),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                thread::sleep(limit);
                None
            }
        }
    }
}

/// Ctrl-D.
pub const END: u8 = 4;

impl Drop for Keys {
    fn drop(&mut self) {
        self.restore();
    }
}

/// Runs `stty` on our terminal; what it says, if it succeeds.
fn stty(arguments: &[&str]) -> Option<String> {
    let output = Command::new("stty")
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_string();
    output.status.success().then_some(said)
}
