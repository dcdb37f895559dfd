//! What a measurement was taken on.
//!
//! A figure without its machine says little. Every report of `bench` and `lab` therefore names the processor, the
//! cores, the system, the compiler and the day. Nothing here identifies a person or a host.

use std::fs;
use std::num::NonZeroUsize;
use std::process::Command;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine, as far as it tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The processor's name, such as `AMD EPYC`.
    pub cpu: String,
    /// How many threads can execute simultaneously, by [`thread::available_parallelism`].
    pub cores: usize,
    /// The operating system and its version.
    pub os: String,
    /// The processor's architecture, such as `x86_64`.
    pub arch: &'static str,
    /// Installed memory in bytes, where the system tells.
    pub memory: Option<u64>,
    /// The compiler that built this program.
    pub rustc: &'static str,
}

impl Machine {
    /// Asks the system. What it does not tell becomes `unknown`.
    #[must_use]
    pub fn detect() -> Machine {
        Machine {
            cpu: cpu().unwrap_or_else(|| "unknown processor".into()),
            cores: cores(),
            os: os().unwrap_or_else(|| std::env::consts::OS.into()),
            arch: std::env::consts::ARCH,
            memory: memory(),
            rustc: env!("MACHINE_RUSTC"),
        }
    }

    /// One line for a terminal: `AMD EPYC, 2 cores, Debian GNU/Linux 13, rustc 1.95.0`.
    #[must_use]
    pub fn line(&self) -> String {
        let rustc: Vec<&str> = self.rustc.split_whitespace().take(2).collect();
        let cores = if self.cores == 1 { "core" } else { "cores" };
        format!(
            "{}, {} {cores}, {}, {}",
            self.cpu,
            self.cores,
            self.os,
            rustc.join(" ")
        )
    }
}

/// How many threads can execute simultaneously here; 1 if the system does not tell.
#[must_use]
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// The day, as `2026-01-31`, in UTC.
#[must_use]
pub fn today() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    civil_date(seconds / 86_400)
}

/// The Gregorian date that lies `days` after 1970-01-01.
fn civil_date(days: u64) -> String {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut left = days;
    let mut year = 1970;
    loop {
        let length = if leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

fn cpu() -> Option<String> {
    if cfg!(target_os = "linux") {
        value_after(
            &fs::read_to_string("/proc/cpuinfo").ok()?,
            "model name",
            ':',
        )
    } else if cfg!(target_os = "macos") {
        answer("sysctl", &["-n", "machdep.cpu.brand_string"])
    } else {
        std::env::var("PROCESSOR_IDENTIFIER").ok()
    }
}

fn os() -> Option<String> {
    if cfg!(target_os = "linux") {
        value_after(
            &fs::read_to_string("/etc/os-release").ok()?,
            "PRETTY_NAME",
            '=',
        )
    } else if cfg!(target_os = "macos") {
        answer("sw_vers", &["-productVersion"]).map(|version| format!("macOS {version}"))
    } else {
        None
    }
}

fn memory() -> Option<u64> {
    if cfg!(target_os = "linux") {
        let total = value_after(&fs::read_to_string("/proc/meminfo").ok()?, "MemTotal", ':')?;
        let kibibytes: u64 = total.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes * 1024)
    } else if cfg!(target_os = "macos") {
        answer("sysctl", &["-n", "hw.memsize"])?.parse().ok()
    } else {
        None
    }
}

/// The value of the first line `key <separator> value`, without quotes.
fn value_after(text: &str, key: &str, separator: char) -> Option<String> {
    text.lines().find_map(|line| {
        let (name, value) = line.split_once(separator)?;
        let value = value.trim().trim_matches('"');
        (name.trim() == key && !value.is_empty()).then(|| value.to_owned())
    })
}

/// What a program prints, or nothing if it is missing or fails.
fn answer(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_know_leap_years() {
        assert_eq!(civil_date(0), "1970-01-01");
        assert_eq!(civil_date(59), "1970-03-01");
        assert_eq!(civil_date(11_016), "2000-02-29");
        assert_eq!(civil_date(11_017), "2000-03-01");
        assert_eq!(civil_date(20_453), "2025-12-31");
        assert_eq!(civil_date(20_454), "2026-01-01");
    }

    #[test]
    fn a_value_is_found_by_its_whole_key() {
        let text = "model\t: 1\nmodel name\t: AMD EPYC\nmodel name\t: other\n";
        assert_eq!(
            value_after(text, "model name", ':').as_deref(),
            Some("AMD EPYC")
        );
        assert_eq!(value_after("NAME=\"x\"", "PRETTY_NAME", '='), None);
    }

    #[test]
    fn this_machine_has_a_core_and_a_compiler() {
        let machine = Machine::detect();
        assert!(machine.cores >= 1);
        assert!(machine.rustc.starts_with("rustc "), "{}", machine.rustc);
        assert!(machine.line().contains(&machine.cpu));
    }
}
