//! Futures, wakers, and queues of tasks.

use interleave::future::{block_on, tracked};
use interleave::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use interleave::sync::{Arc, Mutex};
use interleave::thread;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, Wake, Waker};

use super::Loom::{CannotRun, Finds};
use super::{Case, case};

pub const CASES: [Case; 8] = [
    case!(
        forgotten_waker,
        "returns `Pending` and keeps no waker",
        ["lost wake-up"],
        Finds
    ),
    case!(
        stale_waker,
        "keeps the waker of the first poll",
        ["lost wake-up"],
        Finds
    ),
    case!(
        register_after_check,
        "looks, then leaves its waker",
        ["deadlock"],
        Finds
    ),
    case!(
        double_wake,
        "puts a task on the queue at every wake",
        ["panic"],
        Finds
    ),
    case!(
        wake_under_lock,
        "calls a waker under the lock that it takes",
        ["deadlock"],
        Finds
    ),
    case!(
        lost_item_on_drop,
        "drops a receiver that has been handed an item",
        ["panic"],
        Finds
    ),
    case!(
        no_wake_on_hang_up,
        "the last sender goes without a wake",
        ["deadlock", "lost wake-up"],
        Finds
    ),
    case!(
        task_cycle,
        "a task that owns its own waker",
        ["leaked task"],
        CannotRun("it does not watch futures")
    ),
];

/// A flag that a future waits for, with the waker of whoever waits.
#[derive(Default)]
struct Signal {
    set: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Signal {
    fn fire(&self) {
        self.set.store(true, SeqCst);
        self.wake();
    }

    fn wake(&self) {
        let waker = self.waker.lock().unwrap().clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn leave_waker(&self, context: &Context<'_>) {
        *self.waker.lock().unwrap() = Some(context.waker().clone());
    }
}

fn wait_for(
    signal: Arc<Signal>,
    mut register: impl FnMut(&Signal, &Context<'_>),
    check_again: bool,
) {
    block_on(poll_fn(|context| {
        if signal.set.load(SeqCst) {
            return Poll::Ready(());
        }
        register(&signal, context);
        if check_again && signal.set.load(SeqCst) {
            return Poll::Ready(());
        }
        Poll::Pending
    }));
}

fn forgotten_waker(bug: bool) {
    let signal = Arc::new(Signal::default());
    let other = Arc::clone(&signal);
    let thread = thread::spawn(move || other.fire());
    let register = move |signal: &Signal, context: &Context<'_>| {
        if !bug {
            signal.leave_waker(context);
        }
    };
    wait_for(signal, register, true);
    thread.join().unwrap();
}

fn stale_waker(bug: bool) {
    let signal = Arc::new(Signal::default());
    let other = Arc::clone(&signal);
    let thread = thread::spawn(move || {
        // A wake without the event: legal, so the future is polled again.
        other.wake();
        other.fire();
    });
    let mut first = true;
    let register = move |signal: &Signal, context: &Context<'_>| {
        if first || !bug {
            signal.leave_waker(context);
        }
        first = false;
    };
    wait_for(signal, register, true);
    thread.join().unwrap();
}

fn register_after_check(bug: bool) {
    let signal = Arc::new(Signal::default());
    let other = Arc::clone(&signal);
    let thread = thread::spawn(move || other.fire());
    wait_for(signal, |signal, context| signal.leave_waker(context), !bug);
    thread.join().unwrap();
}

/// A task that may be woken by anybody, and is run by two workers.
struct Task {
    queue: Arc<Mutex<VecDeque<Arc<Task>>>>,
    queued: AtomicBool,
    running: AtomicBool,
    runs: AtomicUsize,
    queue_always: bool,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        // The twin queues a task only if it is not queued already.
        if self.queue_always || !self.queued.swap(true, SeqCst) {
            let queue = Arc::clone(&self.queue);
            queue.lock().unwrap().push_back(self);
        }
    }
}

fn double_wake(bug: bool) {
    let queue = Arc::new(Mutex::new(VecDeque::new()));
    let task = Arc::new(Task {
        queue: Arc::clone(&queue),
        queued: AtomicBool::new(false),
        running: AtomicBool::new(false),
        runs: AtomicUsize::new(0),
        queue_always: bug,
    });
    let waker = Waker::from(Arc::clone(&task));
    waker.wake_by_ref();
    waker.wake();
    let work = |queue: &Mutex<VecDeque<Arc<Task>>>| {
        let task = queue.lock().unwrap().pop_front();
        if let Some(task) = task {
            assert!(!task.running.swap(true, SeqCst), "two workers run one task");
            task.runs.fetch_add(1, SeqCst);
            task.running.store(false, SeqCst);
            // From here on a wake counts again.
            task.queued.store(false, SeqCst);
        }
    };
    let other = Arc::clone(&queue);
    let thread = thread::spawn(move || work(&other));
    work(&queue);
    thread.join().unwrap();
    assert!(task.runs.load(SeqCst) >= 1, "a wake leads to a run");
}

/// Wakes by taking the very lock under which the waker is called.
fn wake_under_lock(bug: bool) {
    struct Notes {
        woken: Mutex<(u32, Option<Waker>)>,
    }
    impl Wake for Notes {
        fn wake(self: Arc<Self>) {
            self.woken.lock().unwrap().0 += 1;
        }
    }
    let notes = Arc::new(Notes {
        woken: Mutex::new((0, None)),
    });
    notes.woken.lock().unwrap().1 = Some(Waker::from(Arc::clone(&notes)));
    let mut guard = notes.woken.lock().unwrap();
    let waker = guard.1.take().expect("left a moment ago");
    if bug {
        waker.wake();
        drop(guard);
    } else {
        drop(guard);
        waker.wake();
    }
    assert_eq!(notes.woken.lock().unwrap().0, 1);
}

/// A channel that hands an item to the receiver that waits: its slot holds the item until the receiver is polled.
struct HandOver {
    state: Mutex<HandOverState>,
}

#[derive(Default)]
struct HandOverState {
    buffer: VecDeque<u32>,
    waiting: Option<Waker>,
    handed: Option<u32>,
}

struct Receive<'a> {
    channel: &'a HandOver,
    gives_back: bool,
}

impl Future for Receive<'_> {
    type Output = u32;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<u32> {
        let mut state = self.channel.state.lock().unwrap();
        let item = state.handed.take().or_else(|| state.buffer.pop_front());
        match item {
            Some(item) => {
                state.waiting = None;
                Poll::Ready(item)
            }
            None => {
                state.waiting = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for Receive<'_> {
    fn drop(&mut self) {
        if self.gives_back {
            let mut state = self.channel.state.lock().unwrap();
            state.waiting = None;
            if let Some(item) = state.handed.take() {
                state.buffer.push_front(item);
            }
        }
    }
}

fn lost_item_on_drop(bug: bool) {
    let channel = Arc::new(HandOver {
        state: Mutex::default(),
    });
    let other = Arc::clone(&channel);
    let sender = thread::spawn(move || {
        let mut state = other.state.lock().unwrap();
        match state.waiting.take() {
            Some(waker) => {
                state.handed = Some(1);
                drop(state);
                waker.wake();
            }
            None => state.buffer.push_back(1),
        }
    });
    // Receives, but gives up after the first poll, as a `select` with a timeout does.
    let mut first = true;
    let mut receive = Receive {
        channel: &channel,
        gives_back: !bug,
    };
    let got = block_on(poll_fn(|context| {
        match Pin::new(&mut receive).poll(context) {
            Poll::Pending if first => {
                first = false;
                Poll::Ready(None)
            }
            poll => poll.map(Some),
        }
    }));
    drop(receive);
    sender.join().unwrap();
    let mut state = channel.state.lock().unwrap();
    if bug {
        // The slot belonged to the receiver that is gone.
        state.handed = None;
    }
    assert!(
        got.is_some() || state.buffer.pop_front().is_some(),
        "the item is lost"
    );
}

fn no_wake_on_hang_up(bug: bool) {
    #[derive(Default)]
    struct Line {
        closed: bool,
        waker: Option<Waker>,
    }
    let line = Arc::new(Mutex::new(Line::default()));
    let other = Arc::clone(&line);
    let sender = thread::spawn(move || {
        let mut line = other.lock().unwrap();
        line.closed = true;
        let waker = if bug { None } else { line.waker.take() };
        drop(line);
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    block_on(poll_fn(|context| {
        let mut line = line.lock().unwrap();
        if line.closed {
            return Poll::Ready(());
        }
        line.waker = Some(context.waker().clone());
        Poll::Pending
    }));
    sender.join().unwrap();
}

/// A task whose future waits for a waker that only the task itself owns: each keeps the other.
fn task_cycle(bug: bool) {
    type Slot = Arc<Mutex<Option<Waker>>>;
    struct Owner {
        future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    }
    impl Wake for Owner {
        fn wake(self: Arc<Self>) {}
    }
    let slot: Slot = Arc::default();
    let theirs = Arc::clone(&slot);
    let future = tracked(poll_fn(move |context| {
        *theirs.lock().unwrap() = Some(context.waker().clone());
        Poll::<()>::Pending
    }));
    let owner = Arc::new(Owner {
        future: Mutex::new(Some(Box::pin(future))),
    });
    let waker = Waker::from(Arc::clone(&owner));
    {
        let mut future = owner.future.lock().unwrap();
        let future = future.as_mut().expect("not yet dropped");
        assert!(
            future
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_pending()
        );
    }
    if !bug {
        // Who gives up a task drops its future, and with it all that the future keeps.
        let future = owner.future.lock().unwrap().take();
        drop(future);
    }
}
