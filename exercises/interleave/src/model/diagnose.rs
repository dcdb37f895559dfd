//! Says in one sentence what went wrong, and for each thread what it waits for.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::Kind;
use super::state::{State, members};
use super::words::{Access, At, Body, Event, Note, ObjectId, Op, ThreadId};

/// `src/channel.rs:31`: the last two parts of the path say enough.
pub(crate) fn place(at: At) -> String {
    short(&format!("{}:{}", at.file().replace('\\', "/"), at.line()))
}

/// Cuts a path to its last two parts.
pub(crate) fn short(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut cuts = path.rmatch_indices('/').map(|(index, _)| index + 1);
    let cut = cuts.nth(1).unwrap_or(0);
    path[cut..].to_owned()
}

fn at(place_of: Option<At>) -> String {
    place_of.map_or(String::new(), |at| format!(" at {}", place(at)))
}

impl State {
    pub fn name(&self, thread: ThreadId) -> String {
        format!("`{}`", self.threads[thread].name)
    }

    /// `Mutex #1`
    pub fn object_name(&self, object: ObjectId) -> String {
        let object = &self.objects[object];
        match object.body {
            Body::Future { owner, .. } => format!("{}'s future", self.threads[owner].name),
            _ => format!("{} #{}", object.kind, object.number),
        }
    }

    /// `Mutex #1 (made at src/channel.rs:31)`
    fn full_name(&self, object: ObjectId) -> String {
        match self.objects[object].made {
            Some(made) => format!("{} (made at {})", self.object_name(object), place(made)),
            None => self.object_name(object),
        }
    }

    fn holders(&self, lock: ObjectId) -> Vec<(ThreadId, At)> {
        match &self.objects[lock].body {
            Body::Mutex { holder } => holder.iter().copied().collect(),
            Body::RwLock { writer, readers } => writer.iter().chain(readers).copied().collect(),
            _ => Vec::new(),
        }
    }

    /// The threads that would have to go on before `thread` can.
    fn waits_for(&self, thread: ThreadId) -> Vec<ThreadId> {
        match self.threads[thread].op {
            Op::Lock(lock) | Op::Read(lock) | Op::Write(lock) => {
                let mut holders: Vec<_> = self
                    .holders(lock)
                    .into_iter()
                    .map(|(holder, _)| holder)
                    .collect();
                // One's own hold is the first to name.
                holders.sort_by_key(|&holder| holder != thread);
                holders
            }
            Op::Join(other) => vec![other],
            _ => Vec::new(),
        }
    }

    fn held_by(&self, lock: ObjectId, waiter: ThreadId) -> String {
        let holders: Vec<_> = self
            .holders(lock)
            .into_iter()
            .map(|(holder, since)| {
                if holder == waiter {
                    format!("it holds that itself, since {}", place(since))
                } else {
                    format!("{} holds it, since {}", self.name(holder), place(since))
                }
            })
            .collect();
        if holders.is_empty() {
            String::new()
        } else {
            format!("; {}", holders.join(", and "))
        }
    }

    /// `waits at a.rs:12 to lock Mutex #1 (made at a.rs:3); `main` holds it, since a.rs:9`
    pub fn waiting(&self, thread: ThreadId) -> String {
        let this = &self.threads[thread];
        let here = at(this.at);
        match this.op {
            Op::Lock(lock) => format!(
                "waits{here} to lock {}{}",
                self.full_name(lock),
                self.held_by(lock, thread)
            ),
            Op::Read(lock) => format!(
                "waits{here} to read {}{}",
                self.full_name(lock),
                self.held_by(lock, thread)
            ),
            Op::Write(lock) => format!(
                "waits{here} to write {}{}",
                self.full_name(lock),
                self.held_by(lock, thread)
            ),
            Op::Notified(condvar, mutex) if this.notified => {
                let condvar = self.object_name(condvar);
                let held = self.held_by(mutex, thread);
                format!(
                    "was notified by {condvar}, and waits{here} to lock {}{held}",
                    self.full_name(mutex)
                )
            }
            Op::Notified(condvar, _) => format!(
                "waits{here} for a notification of {}",
                self.full_name(condvar)
            ),
            Op::Join(other) => format!("waits{here} for the end of {}", self.name(other)),
            Op::Park => format!("is parked{here}, and nobody unparks it"),
            Op::Barrier(barrier, _) => match &self.objects[barrier].body {
                Body::Barrier { size, arrived, .. } => {
                    let barrier = self.full_name(barrier);
                    format!(
                        "waits{here} at {barrier}, where {} of {size} have arrived",
                        arrived.len()
                    )
                }
                _ => unreachable!("a barrier"),
            },
            Op::AwaitWake(future, polls) => {
                let kept = match &self.objects[future].body {
                    Body::Future { waker, .. } if waker.strong_count() > 0 => {
                        "is kept, but nobody calls it"
                    }
                    _ => "is gone",
                };
                format!("waits{here} in block_on: the waker of poll {polls} {kept}")
            }
            _ => "can go on".to_owned(),
        }
    }

    fn stuck_threads(&self) -> Vec<ThreadId> {
        (0..self.threads.len())
            .filter(|&thread| !self.threads[thread].finished)
            .collect()
    }

    /// The first panic that nobody asked about.
    fn unseen_panic(&self) -> Option<ThreadId> {
        (1..self.threads.len())
            .find(|&thread| self.threads[thread].panic.is_some() && !self.threads[thread].joined)
    }
}

/// Why no thread can go on.
pub(crate) fn stuck(state: &State) -> (Kind, String) {
    let stuck = state.stuck_threads();
    if let Some(thread) = state.unseen_panic() {
        let message = state.threads[thread]
            .panic
            .as_ref()
            .map_or("", |panic| &panic.message);
        let panic = panicked(state, thread, message);
        return (
            Kind::Panic,
            format!("{panic} After that no thread can go on."),
        );
    }
    if let Some(sentence) = stuck.iter().find_map(|&thread| lost_wakeup(state, thread)) {
        return (Kind::LostWakeup, sentence);
    }
    if state.threads[0].finished {
        let first = stuck[0];
        let more = match stuck.len() {
            1 => String::new(),
            count => format!(", and {} more with it", count - 1),
        };
        return (
            Kind::LeakedThread,
            format!(
                "the test has ended, but {} never will{more}: it {}.",
                state.name(first),
                state.waiting(first)
            ),
        );
    }
    let sentence = match cycle(state, &stuck) {
        Some(cycle) if cycle.len() == 1 => format!(
            "{} waits for itself: it {}.",
            state.name(cycle[0]),
            state.waiting(cycle[0])
        ),
        Some(cycle) if cycle.len() == 2 => format!(
            "{} and {} wait for each other.",
            state.name(cycle[0]),
            state.name(cycle[1])
        ),
        Some(cycle) => {
            let names: Vec<_> = cycle
                .iter()
                .chain(&cycle[..1])
                .map(|&thread| state.name(thread))
                .collect();
            format!("each waits for the next: {}.", names.join(" → "))
        }
        None => root(state, &stuck),
    };
    (Kind::Deadlock, sentence)
}

/// Without a cycle there is a thread that waits for something which no thread is going to do.
fn root(state: &State, stuck: &[ThreadId]) -> String {
    let ends = |thread: &ThreadId| state.waits_for(*thread).is_empty();
    let roots: Vec<_> = stuck.iter().copied().filter(ends).collect();
    let first = roots.first().copied().unwrap_or(stuck[0]);
    let name = state.name(first);
    let dead = state
        .waits_for(first)
        .into_iter()
        .find(|&other| state.threads[other].finished);
    let why = match (state.threads[first].op, dead) {
        (Op::Notified(condvar, _), _) => last_notification(state, condvar),
        (Op::Park, _) => match state
            .trace
            .iter()
            .rev()
            .find(|event| event.op == Op::Unpark(first))
        {
            Some(unpark) => format!("; the token of the last unpark{} is used up", at(unpark.at)),
            None => String::new(),
        },
        (_, Some(other)) => format!(", and {} has ended without letting go", state.name(other)),
        (_, None) => String::new(),
    };
    let all = match roots.len() {
        1 => "No other thread can change that".to_owned(),
        count => format!("So it is with {count} threads, and no other can change that"),
    };
    format!("{name} {}{why}. {all}.", state.waiting(first))
}

/// What became of the last notification of this condition variable.
fn last_notification(state: &State, condvar: ObjectId) -> String {
    let notifies = |event: &&Event| matches!(event.op, Op::Notify(which, _) if which == condvar);
    let Some(last) = state.trace.iter().rev().find(notifies) else {
        return ", which nobody has ever notified".to_owned();
    };
    let Op::Notify(_, verb) = last.op else {
        unreachable!("a notification")
    };
    let whom = match last.note {
        Note::Woke(set) => {
            let names: Vec<_> = members(set).map(|thread| state.name(thread)).collect();
            format!("woke {}", names.join(" and "))
        }
        _ => "found nobody waiting".to_owned(),
    };
    format!("; the last {verb}{} {whom}", at(last.at))
}

fn cycle(state: &State, stuck: &[ThreadId]) -> Option<Vec<ThreadId>> {
    stuck.iter().find_map(|&start| {
        let mut path = vec![start];
        loop {
            let next = *state.waits_for(path[path.len() - 1]).first()?;
            if let Some(begin) = path.iter().position(|&thread| thread == next) {
                return Some(path.split_off(begin));
            }
            path.push(next);
        }
    })
}

/// Whether a wake-up meant for `thread` came when it was not waiting, so that nothing remembers it.
fn lost_wakeup(state: &State, thread: ThreadId) -> Option<String> {
    let name = state.name(thread);
    let trace = &state.trace;
    match state.threads[thread].op {
        Op::Notified(condvar, mutex) if !state.threads[thread].notified => {
            let last = trace
                .iter()
                .rposition(|event| matches!(event.op, Op::Notify(which, _) if which == condvar))?;
            let waits = trace
                .iter()
                .rposition(|event| event.thread == thread && event.op == Op::Wait(condvar))?;
            // If it held the lock since then, it has seen what the notification was about, and waits for more.
            let looked = trace
                .get(last..waits)?
                .iter()
                .any(|event| event.thread == thread && event.op == Op::Unlock(mutex));
            let notify = &trace[last];
            let Op::Notify(_, verb) = notify.op else {
                return None;
            };
            (notify.note == Note::Void && !looked).then(|| {
                format!(
                    "{name} waits for a notification of {} that is already gone: {} called {verb}{} when nobody was waiting.",
                    state.full_name(condvar),
                    state.name(notify.thread),
                    at(notify.at),
                )
            })
        }
        Op::AwaitWake(future, polls) => {
            let stale = trace.iter().rev().find_map(|event| match event.op {
                Op::Wake(which, poll) if which == future && event.note == Note::Stale => {
                    Some((poll, event.thread))
                }
                _ => None,
            });
            if let Some((poll, waker)) = stale {
                return Some(format!(
                    "{} called the waker of poll {poll}, but {name} has been polled since: it is the waker of poll \
                     {polls}, the latest, that has to be called.",
                    state.name(waker),
                ));
            }
            let Body::Future { waker, .. } = &state.objects[future].body else {
                unreachable!("a future")
            };
            (waker.strong_count() == 0).then(|| {
                format!(
                    "{name} waits{} in block_on for a wake-up that cannot come: the future returned Pending from poll \
                     {polls}, and nobody has the waker of that poll.",
                    at(state.threads[thread].at),
                )
            })
        }
        Op::Park => {
            let unpark = trace
                .iter()
                .rev()
                .find(|event| event.op == Op::Unpark(thread))?;
            (unpark.note == Note::Void).then(|| {
                format!(
                    "{name} is parked, and the unpark by {}{} was spent: {name} had a token already, and two tokens count as one.",
                    state.name(unpark.thread),
                    at(unpark.at),
                )
            })
        }
        _ => None,
    }
}

/// A run that has ended: what was left behind?
pub(crate) fn after_the_end(state: &State) -> Option<(Kind, String)> {
    if let Some(thread) = state.unseen_panic() {
        let message = state.threads[thread]
            .panic
            .as_ref()
            .map_or("", |panic| &panic.message);
        return Some((
            Kind::Panic,
            format!("{} Nobody joined it.", panicked(state, thread, message)),
        ));
    }
    let task = state.tracked.first()?;
    Some((
        Kind::LeakedTask,
        format!(
            "the test has ended, but the future tracked at {} was neither completed nor dropped.",
            place(task.at)
        ),
    ))
}

/// Joins the lines of a message: a sentence needs no other mark behind its full stop.
fn one_line(message: &str) -> String {
    message
        .lines()
        .map(str::trim)
        .fold(String::new(), |mut joined, line| {
            if !joined.is_empty() {
                joined += if joined.ends_with(['.', ':', ';', '?', '!']) {
                    " "
                } else {
                    "; "
                };
            }
            joined + line
        })
}

/// The first panic is the cause of the others, so it comes first.
pub(crate) fn panicked(state: &State, thread: ThreadId, message: &str) -> String {
    let tell = |thread: ThreadId, message: &str| {
        let panic = state.threads[thread].panic.as_ref();
        let place = panic
            .and_then(|panic| panic.at.as_deref())
            .map_or(String::new(), |at| format!(" at {}", short(at)));
        let message = one_line(message);
        format!(
            "{} panicked{place}: {}",
            state.name(thread),
            message.trim_end_matches('.')
        )
    };
    let first = state
        .trace
        .iter()
        .find(|event| event.op == Op::Panic)
        .map(|event| event.thread);
    match first.and_then(|first| Some((first, state.threads[first].panic.as_ref()?))) {
        Some((first, panic)) if first != thread => {
            format!(
                "{}. After that {}.",
                tell(first, &panic.message),
                tell(thread, message)
            )
        }
        _ => format!("{}.", tell(thread, message)),
    }
}

pub(crate) fn race(
    state: &State,
    cell: ObjectId,
    (this, writes): (Access, bool),
    (rival, wrote): (Access, bool),
) -> String {
    let verb = |writes: bool| if writes { "writes" } else { "reads" };
    let noun = |wrote: bool| if wrote { "write" } else { "read" };
    format!(
        "{} {} {} at {}, and nothing orders that after the {} by {} at {}.",
        state.name(this.thread),
        verb(writes),
        state.full_name(cell),
        place(this.at),
        noun(wrote),
        state.name(rival.thread),
        place(rival.at),
    )
}

/// The folder of the kit's own files, as the compiler names it.
fn kit() -> &'static str {
    let here = file!();
    here.strip_suffix("diagnose.rs")
        .and_then(|folder| folder.get(..folder.len() - "model/".len()))
        .unwrap_or(here)
}

pub(crate) fn livelock(state: &State) -> String {
    let steps = state.trace.len() - 1;
    let mut often: HashMap<(ThreadId, &str, u32), (usize, At)> = HashMap::new();
    for event in state.trace.iter().rev().take(400) {
        if let Some(at) = event.at {
            often
                .entry((event.thread, at.file(), at.line()))
                .or_insert((0, at))
                .0 += 1;
        }
    }
    let mut sentence = format!("after {steps} steps the test has not come to an end");
    // The reader's line says more than one of the kit's. The maximum must not depend on the order of a hash map.
    if let Some(((thread, ..), (_, at))) =
        often
            .into_iter()
            .max_by_key(|&((thread, file, line), (count, _))| {
                (!file.starts_with(kit()), count, thread, file, line)
            })
    {
        let _ = write!(
            sentence,
            "; {} goes round and round at {}",
            state.name(thread),
            place(at)
        );
    }
    sentence + "."
}

pub(crate) fn outside(state: &State, thread: ThreadId) -> String {
    let seen = state.threads[thread]
        .seen
        .map_or("its start".to_owned(), place);
    format!(
        "{} has done nothing that the kit could see since {seen}: it loops, or waits for something of std's.",
        state.name(thread)
    )
}
