//! Says in one sentence what went wrong, and for each thread what it waits for.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::Kind;
use super::state::{Access, At, Body, Note, ObjectId, Op, State, ThreadId};

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
                let mut holders: Vec<_> = self.holders(lock).into_iter().map(|(holder, _)| holder).collect();
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
                let who = if holder == waiter { "it holds itself".into() } else { format!("{} holds", self.name(holder)) };
                format!("{who} since {}", place(since))
            })
            .collect();
        if holders.is_empty() { String::new() } else { format!(", which {}", holders.join(" and ")) }
    }

    /// `waits for Mutex #1 (made at a.rs:3), which `main` holds since a.rs:9, at a.rs:12`
    pub fn waiting(&self, thread: ThreadId) -> String {
        let this = &self.threads[thread];
        let what = match this.op {
            Op::Lock(lock) => format!("waits to lock {}{}", self.full_name(lock), self.held_by(lock, thread)),
            Op::Read(lock) => format!("waits to read {}{}", self.full_name(lock), self.held_by(lock, thread)),
            Op::Write(lock) => format!("waits to write {}{}", self.full_name(lock), self.held_by(lock, thread)),
            Op::Notified(condvar, mutex) if this.notified => {
                format!("was notified by {} and waits to lock {}{}", self.object_name(condvar), self.object_name(mutex), self.held_by(mutex, thread))
            }
            Op::Notified(condvar, _) => format!("waits for a notification of {}", self.full_name(condvar)),
            Op::Join(other) => format!("waits for the end of {}", self.name(other)),
            Op::Park => "is parked, and nobody unparks it".to_owned(),
            Op::Barrier(barrier, _) => match &self.objects[barrier].body {
                Body::Barrier { size, arrived, .. } => {
                    format!("waits at {}, where {} of {size} have arrived", self.full_name(barrier), arrived.len())
                }
                _ => unreachable!("a barrier"),
            },
            Op::AwaitWake(future, polls) => {
                let kept = match &self.objects[future].body {
                    Body::Future { waker, .. } if waker.strong_count() > 0 => "its waker is kept, but nobody calls it",
                    _ => "nobody has its waker any more",
                };
                format!("waits in block_on after poll {polls}: {kept}")
            }
            _ => "can go on".to_owned(),
        };
        format!("{what}{}", at(this.at.filter(|_| !matches!(this.op, Op::Start | Op::Finish))))
    }

    fn stuck_threads(&self) -> Vec<ThreadId> {
        (0..self.threads.len()).filter(|&thread| !self.threads[thread].finished).collect()
    }

    /// The first panic that nobody asked about.
    fn unseen_panic(&self) -> Option<ThreadId> {
        (1..self.threads.len()).find(|&thread| self.threads[thread].panic.is_some() && !self.threads[thread].joined)
    }
}

/// Why no thread can go on.
pub(crate) fn stuck(state: &State) -> (Kind, String) {
    let stuck = state.stuck_threads();
    if let Some(thread) = state.unseen_panic() {
        let message = state.threads[thread].panic.as_ref().map_or("", |panic| &panic.message);
        let panic = panicked(state, thread, message);
        return (Kind::Panic, format!("{panic} After that no thread can go on."));
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
        return (Kind::LeakedThread, format!("the test has ended, but {} never will{more}: it {}.", state.name(first), state.waiting(first)));
    }
    let sentence = match cycle(state, &stuck) {
        Some(cycle) if cycle.len() == 1 => format!("{} waits for itself: it {}.", state.name(cycle[0]), state.waiting(cycle[0])),
        Some(cycle) if cycle.len() == 2 => format!("{} and {} wait for each other.", state.name(cycle[0]), state.name(cycle[1])),
        Some(cycle) => {
            let names: Vec<_> = cycle.iter().chain(&cycle[..1]).map(|&thread| state.name(thread)).collect();
            format!("each waits for the next: {}.", names.join(" → "))
        }
        None => root(state, &stuck),
    };
    (Kind::Deadlock, sentence)
}

/// Without a cycle there is a thread that waits for something which no thread is going to do.
fn root(state: &State, stuck: &[ThreadId]) -> String {
    let ends = |thread: &ThreadId| state.waits_for(*thread).is_empty();
    let mut roots = stuck.iter().copied().filter(ends);
    let first = roots.next().unwrap_or(stuck[0]);
    let others = roots.count();
    let more = if others == 0 { String::new() } else { format!(" (so do {others} more)") };
    let dead = state.waits_for(first).into_iter().find(|&other| state.threads[other].finished);
    let why = dead.map_or("no thread is left that could change that".to_owned(), |other| format!("{} has ended without letting go", state.name(other)));
    format!("{} {}{more}, and {why}.", state.name(first), state.waiting(first))
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
            let last = trace.iter().rposition(|event| matches!(event.op, Op::Notify(which, _) if which == condvar))?;
            let waits = trace.iter().rposition(|event| event.thread == thread && event.op == Op::Wait(condvar))?;
            // If it held the lock since then, it has seen what the notification was about, and waits for more.
            let looked = trace.get(last..waits)?.iter().any(|event| event.thread == thread && event.op == Op::Unlock(mutex));
            let notify = &trace[last];
            let Op::Notify(_, verb) = notify.op else { return None };
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
            if let Body::Future { waker, .. } = &state.objects[future].body
                && waker.strong_count() == 0
            {
                return Some(format!("{name} waits in block_on for a wake-up that cannot come: the future said Pending in poll {polls}, and nobody has the waker of that poll."));
            }
            let (poll, stale) = trace.iter().rev().find_map(|event| match event.op {
                Op::Wake(which, poll) if which == future && event.note == Note::Stale => Some((poll, event)),
                _ => None,
            })?;
            Some(format!("{} called the waker of poll {poll}, but {name} has polled again since: only the waker of poll {polls}, the latest, has to wake it.", state.name(stale.thread)))
        }
        Op::Park => {
            let unpark = trace.iter().rev().find(|event| event.op == Op::Unpark(thread))?;
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
        let message = state.threads[thread].panic.as_ref().map_or("", |panic| &panic.message);
        return Some((Kind::Panic, format!("{} Nobody joined it.", panicked(state, thread, message))));
    }
    let task = state.tracked.first()?;
    Some((
        Kind::LeakedTask,
        format!("the test has ended, but the future tracked at {} was neither completed nor dropped.", place(task.at)),
    ))
}

pub(crate) fn panicked(state: &State, thread: ThreadId, message: &str) -> String {
    let place_of = |thread: ThreadId| {
        let panic = state.threads[thread].panic.as_ref();
        panic.and_then(|panic| panic.at.as_deref()).map_or(String::new(), |at| format!(" at {}", short(at)))
    };
    let one_line = |message: &str| message.split_whitespace().collect::<Vec<_>>().join(" ");
    let earlier = (1..state.threads.len()).filter(|&other| other != thread).find_map(|other| {
        let panic = state.threads[other].panic.as_ref()?;
        Some(format!(" Before that, {} panicked{}: {}.", state.name(other), place_of(other), one_line(&panic.message)))
    });
    let message = one_line(message);
    format!("{} panicked{}: {}.{}", state.name(thread), place_of(thread), message.trim_end_matches('.'), earlier.unwrap_or_default())
}

pub(crate) fn race(state: &State, cell: ObjectId, (this, writes): (Access, bool), (rival, wrote): (Access, bool)) -> String {
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

pub(crate) fn livelock(state: &State) -> String {
    let steps = state.trace.len() - 1;
    let mut often: HashMap<(ThreadId, &str, u32), (usize, At)> = HashMap::new();
    for event in state.trace.iter().rev().take(400) {
        if let Some(at) = event.at {
            often.entry((event.thread, at.file(), at.line())).or_insert((0, at)).0 += 1;
        }
    }
    let mut sentence = format!("after {steps} steps the test has not come to an end");
    // The maximum must not depend on the order of a hash map.
    if let Some(((thread, ..), (_, at))) = often.into_iter().max_by_key(|&((thread, file, line), (count, _))| (count, thread, file, line)) {
        let _ = write!(sentence, "; {} goes round and round at {}", state.name(thread), place(at));
    }
    sentence + "."
}

pub(crate) fn outside(state: &State, thread: ThreadId) -> String {
    let seen = state.threads[thread].seen.map_or("its start".to_owned(), place);
    format!("{} has done nothing that the kit could see since {seen}: it loops, or waits for something of std's.", state.name(thread))
}
