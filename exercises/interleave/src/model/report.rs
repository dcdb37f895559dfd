//! Prints a failure: the sentence, who waits for what, the interleaving in columns, and how to replay it.

use std::fmt::Write as _;

use super::diagnose::{place, short};
use super::state::{State, members};
use super::words::{Event, Note, ObjectId, Op, ThreadId, Value};
use super::{Failure, Kind};
use std::collections::BTreeSet;

/// The widest line of a report.
const WIDTH: usize = 100;
/// A longer interleaving is cut to what matters.
const LONG: usize = 40;
/// The longest round that is looked for, in lines.
const ROUND: usize = 12;
/// The last steps are always shown.
const TAIL: usize = 12;

/// A line of the table before it is laid out.
#[derive(Clone, PartialEq)]
struct Row {
    thread: ThreadId,
    text: String,
    place: String,
    object: Option<ObjectId>,
    times: usize,
    matters: bool,
}

/// Everything but the line that tells how to replay, which is known only later.
pub(crate) fn table(state: &State, sentence: &str, kind: Kind) -> String {
    let mut out = format!("{kind}: {sentence}\n");
    let stuck: Vec<_> = (0..state.threads.len())
        .filter(|&thread| !state.threads[thread].finished)
        .collect();
    if matches!(kind, Kind::Deadlock | Kind::LostWakeup | Kind::LeakedThread) {
        out += "\nWho waits for what:\n";
        for thread in stuck {
            wrap_into(
                &mut out,
                &format!("  {} {}", state.name(thread), state.waiting(thread)),
                4,
            );
        }
    }
    out += "\nThe interleaving, one column a thread:\n";
    let rows = fold(rows(state, kind));
    let objects: BTreeSet<ObjectId> = rows.iter().filter_map(|row| row.object).collect();
    lay_out(&mut out, state, rows);
    let made: Vec<_> = objects
        .into_iter()
        .filter_map(|object| {
            Some(format!(
                "{} at {}",
                state.object_name(object),
                place(state.objects[object].made?)
            ))
        })
        .collect();
    if !made.is_empty() {
        out.push('\n');
        wrap_into(&mut out, &format!("Made: {}", made.join(", ")), 2);
    }
    out
}

/// The last lines: how to see this again.
fn replay_hint(schedule: &str, ordinal: usize, runs: usize) -> String {
    let test = std::thread::current()
        .name()
        .filter(|name| *name != "main")
        .unwrap_or("")
        .to_owned();
    let command = std::env::var("INTERLEAVE_REPLAY_COMMAND")
        .unwrap_or_else(|_| format!("cargo test {test}").trim_end().to_owned());
    let replay = format!("{ordinal}@{schedule}");
    let line = if cfg!(windows) {
        format!("$env:INTERLEAVE_REPLAY='{replay}'; {command}")
    } else {
        format!("INTERLEAVE_REPLAY={replay} {command}")
    };
    let schedules = if runs == 1 { "schedule" } else { "schedules" };
    format!("\nFound after {runs} {schedules}. Replay this one with:\n  {line}\n")
}

/// One row for each step, in the reader's words.
fn rows(state: &State, kind: Kind) -> Vec<Row> {
    let trace = &state.trace;
    let end = trace.len();
    // Once a thread has panicked, how the others end says nothing.
    let culprits = culprits(state, kind);
    trace
        .iter()
        .enumerate()
        .filter(|(_, event)| !matches!(event.op, Op::Start))
        .map(|(index, event)| Row {
            thread: event.thread,
            text: text(state, event),
            place: event
                .at
                .map(place)
                .or_else(|| panic_place(state, event))
                .map(|place| file(&place))
                .unwrap_or_default(),
            object: event.op.object(),
            times: 1,
            matters: index + TAIL >= end
                || matches!(
                    event.note,
                    Note::Blocked | Note::Void | Note::Stale | Note::TimedOut | Note::Spurious
                )
                || matches!(event.op, Op::Panic | Op::Spawn(_))
                || event
                    .op
                    .object()
                    .is_some_and(|object| culprits.contains(&object)),
        })
        .collect()
}

/// In the table the file's name is enough, unless many files have that name.
fn file(place: &str) -> String {
    match place.rsplit_once('/') {
        Some((_, file))
            if !["lib.rs", "main.rs", "mod.rs"]
                .iter()
                .any(|common| file.starts_with(common)) =>
        {
            file.to_owned()
        }
        _ => place.to_owned(),
    }
}

fn panic_place(state: &State, event: &Event) -> Option<String> {
    let panic = state.threads[event.thread].panic.as_ref()?;
    (event.op == Op::Panic).then(|| panic.at.as_deref().map(short))?
}

/// The objects that the failure is about.
fn culprits(state: &State, kind: Kind) -> Vec<ObjectId> {
    match kind {
        Kind::DataRace => state
            .trace
            .last()
            .and_then(|event| event.op.object())
            .into_iter()
            .collect(),
        _ => state
            .threads
            .iter()
            .filter(|thread| !thread.finished)
            .filter_map(|thread| thread.op.object())
            .collect(),
    }
}

/// What the step did, in a few words.
fn text(state: &State, event: &Event) -> String {
    let name = |object: ObjectId| state.object_name(object);
    let thread = |thread: ThreadId| state.threads[thread].name.clone();
    if event.note == Note::Blocked {
        return match event.op {
            Op::Lock(lock) => format!("must wait for {}", name(lock)),
            Op::Read(lock) => format!("must wait to read {}", name(lock)),
            Op::Write(lock) => format!("must wait to write {}", name(lock)),
            Op::Notified(condvar, _) => format!("… waits for {}", name(condvar)),
            Op::Join(other) => format!("joins {}: must wait", thread(other)),
            Op::Park => "parks".to_owned(),
            Op::Barrier(barrier, _) => format!("… waits at {}", name(barrier)),
            Op::AwaitWake(_, poll) => format!("poll {poll} is pending: waits for a wake"),
            Op::Sleep => "sleeps".to_owned(),
            _ => "must wait".to_owned(),
        };
    }
    let what = match event.op {
        Op::Start => "starts".to_owned(),
        Op::Lock(lock) => format!("lock {}", name(lock)),
        Op::TryLock(lock) => format!("try_lock {}", name(lock)),
        Op::Unlock(lock) | Op::Unread(lock) | Op::Unwrite(lock) => format!("unlock {}", name(lock)),
        Op::Read(lock) => format!("read {}", name(lock)),
        Op::TryRead(lock) => format!("try_read {}", name(lock)),
        Op::Write(lock) => format!("write {}", name(lock)),
        Op::TryWrite(lock) => format!("try_write {}", name(lock)),
        Op::Wait(condvar) => format!("wait {}, unlocks", name(condvar)),
        Op::Notified(condvar, mutex) => {
            format!("back from {}, locks {}", name(condvar), name(mutex))
        }
        Op::Notify(condvar, verb) => format!("{verb} {}", name(condvar)),
        Op::Atomic(atomic, verb) => format!("{verb} {}", name(atomic)),
        Op::Fence => "fence".to_owned(),
        Op::Arrive(barrier) => format!("arrives at {}", name(barrier)),
        Op::Barrier(barrier, _) => format!("leaves {}", name(barrier)),
        Op::Spawn(other) => format!("spawn {}", thread(other)),
        Op::Join(other) => format!("join {}", thread(other)),
        Op::Park => "park returns".to_owned(),
        Op::Unpark(other) => format!("unpark {}", thread(other)),
        Op::Yield => "yields".to_owned(),
        Op::Sleep => "sleep ends".to_owned(),
        Op::AwaitWake(future, _) => format!("{} is woken", name(future)),
        Op::Wake(future, poll) => format!("wake {} (poll {poll})", name(future)),
        Op::Touch(cell, true) => format!("writes {}", name(cell)),
        Op::Touch(cell, false) => format!("reads {}", name(cell)),
        Op::Panic => "PANICS".to_owned(),
        Op::Finish => "ends".to_owned(),
    };
    let result = match event.note {
        Note::None | Note::Blocked => String::new(),
        Note::Refused => " → refused".to_owned(),
        Note::Saw(value) => format!(" → {}", show(value)),
        Note::Wrote(value) => format!(" := {}", show(value)),
        Note::Changed(old, new) => format!(": {} → {}", show(old), show(new)),
        Note::Kept(value) => format!(" fails: it is {}", show(value)),
        Note::Woke(set) => {
            let names: Vec<_> = members(set).map(thread).collect();
            format!(" → wakes {}", names.join(", "))
        }
        Note::Void => match event.op {
            Op::Notify(..) => " → nobody is waiting".to_owned(),
            Op::Unpark(_) => ": has a token already".to_owned(),
            _ => ": no effect".to_owned(),
        },
        Note::Stale => ": not the latest poll".to_owned(),
        Note::TimedOut => ": time is up".to_owned(),
        Note::Spurious => ": for no reason".to_owned(),
    };
    what + &result
}

fn show(value: Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Signed(value) => value.to_string(),
        Value::Unsigned(value) => value.to_string(),
        Value::Pointer(0) => "null".to_owned(),
        Value::Pointer(_) => "a pointer".to_owned(),
    }
}

/// Folds repetitions, and in a long table leaves out what does not matter. A row without text says how much in `place`.
fn fold(rows: Vec<Row>) -> Vec<Row> {
    let mut folded: Vec<Row> = Vec::new();
    for row in rows {
        match folded.last_mut() {
            Some(last) if last.same(&row) => {
                last.times += 1;
                last.matters |= row.matters;
            }
            _ => folded.push(row),
        }
    }
    cut_rounds(&mut folded);
    if folded.len() <= LONG {
        return folded;
    }
    let switches: Vec<bool> = folded
        .iter()
        .enumerate()
        .map(|(index, row)| {
            let differs =
                |other: Option<&Row>| other.is_none_or(|other| other.thread != row.thread);
            differs(folded.get(index.wrapping_sub(1))) || differs(folded.get(index + 1))
        })
        .collect();
    let important = |index: usize| folded[index].matters || switches[index];
    let mut kept: Vec<bool> = (0..folded.len()).map(important).collect();
    // Still too long: only the way to the end, and the beginning.
    let count = kept.iter().filter(|keep| **keep).count();
    if count > LONG {
        let mut surplus = count - LONG;
        for keep in kept.iter_mut().skip(4) {
            if *keep && surplus > 0 {
                *keep = false;
                surplus -= 1;
            }
        }
    }
    let mut result: Vec<Row> = Vec::new();
    let mut hidden = 0;
    for (row, keep) in folded.into_iter().zip(kept) {
        if keep {
            push_gap(&mut result, &mut hidden);
            result.push(row);
        } else {
            hidden += row.times;
        }
    }
    push_gap(&mut result, &mut hidden);
    result
}

impl Row {
    fn same(&self, other: &Row) -> bool {
        self.thread == other.thread && self.text == other.text && self.place == other.place
    }

    /// Stands for so many steps, of which it says `what`.
    fn gap(steps: usize, what: String) -> Row {
        Row {
            thread: 0,
            text: String::new(),
            place: what,
            object: None,
            times: steps,
            matters: true,
        }
    }
}

/// A table that ends in the same rows again and again shows them once.
fn cut_rounds(rows: &mut Vec<Row>) {
    for period in 2..=ROUND {
        let repeated = (period..rows.len())
            .rev()
            .take_while(|&index| rows[index].same(&rows[index - period]))
            .count();
        let rounds = repeated / period;
        if rounds >= 2 {
            let rest = rows.split_off(rows.len() - rounds * period);
            let steps = rest.iter().map(|row| row.times).sum();
            let what = format!("(the last {period} lines {rounds} times more)");
            rows.push(Row::gap(steps, what));
            return;
        }
    }
}

fn push_gap(rows: &mut Vec<Row>, hidden: &mut usize) {
    if *hidden > 0 {
        rows.push(Row::gap(*hidden, format!("({hidden} steps not shown)")));
        *hidden = 0;
    }
}

fn lay_out(out: &mut String, state: &State, rows: Vec<Row>) {
    let threads = state.threads.len();
    let number = state.trace.len().to_string().len().max(3);
    let column = ((WIDTH - number - 3 * threads) / threads).min(44);
    let line = |out: &mut String, step: &str, cells: &[String]| {
        let cells: Vec<_> = cells.iter().map(|cell| pad(cell, column)).collect();
        let _ = writeln!(
            out,
            "{}",
            format!("{step:>number$} | {}", cells.join(" | ")).trim_end()
        );
    };
    let names: Vec<_> = state
        .threads
        .iter()
        .map(|thread| cut(&thread.name, column))
        .collect();
    line(out, "", &names);
    let rule: Vec<_> = (0..threads).map(|_| "-".repeat(column)).collect();
    let _ = writeln!(out, "{}-+-{}", "-".repeat(number), rule.join("-+-"));
    let mut step = 0;
    for row in rows {
        if row.text.is_empty() {
            let _ = writeln!(out, "{:>number$} | {}", "…", row.place);
            step += row.times;
            continue;
        }
        step += row.times;
        let times = if row.times > 1 {
            format!(" ({} times)", row.times)
        } else {
            String::new()
        };
        for (index, part) in cell(&format!("{}{times}", row.text), &row.place, column)
            .into_iter()
            .enumerate()
        {
            let mut cells = vec![String::new(); threads];
            cells[row.thread] = part;
            let label = if index == 0 {
                step.to_string()
            } else {
                String::new()
            };
            line(out, &label, &cells);
        }
    }
}

/// The lines of one cell: the text, and its place at the right if there is room, else below.
fn cell(text: &str, place: &str, width: usize) -> Vec<String> {
    let mut lines = wrap(text, width, 2);
    if !place.is_empty() {
        let last = lines.last_mut().expect("wrapping gives at least a line");
        let used = length(last) + 2 + length(place);
        if used <= width {
            last.push_str(&" ".repeat(width - used + 2));
            last.push_str(place);
        } else {
            let place = cut_front(place, width - 2);
            lines.push(format!("{place:>width$}"));
        }
    }
    lines
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(length(text))))
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

/// Keeps the end of a path.
fn cut_front(text: &str, width: usize) -> String {
    match length(text).checked_sub(width) {
        None | Some(0) => text.to_owned(),
        Some(over) => format!("…{}", text.chars().skip(over + 1).collect::<String>()),
    }
}

/// Breaks a text between words; all lines but the first are indented.
fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is always a line");
        if !last.is_empty() && length(last) + 1 + length(word) > width {
            lines.push(format!(
                "{}{}",
                " ".repeat(indent),
                cut(word, width - indent)
            ));
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(&cut(word, width));
        }
    }
    lines
}

fn wrap_into(out: &mut String, text: &str, indent: usize) {
    let lead: String = text.chars().take_while(|c| *c == ' ').collect();
    for (index, line) in wrap(text.trim_start(), WIDTH - indent, 0)
        .into_iter()
        .enumerate()
    {
        let space = if index == 0 {
            lead.clone()
        } else {
            " ".repeat(indent)
        };
        let _ = writeln!(out, "{space}{line}");
    }
}

/// The message of the panic that fails the test.
pub(crate) fn message(failure: &Failure, ordinal: usize) -> String {
    let mut out = String::new();
    let (first, rest) = failure
        .table
        .split_once('\n')
        .unwrap_or((&failure.table, ""));
    wrap_into(&mut out, first, 0);
    out += rest;
    out += &replay_hint(&failure.replay(), ordinal, failure.schedules);
    out
}
