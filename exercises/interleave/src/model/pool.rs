//! OS threads that are used again: to make one for every thread of every run would cost more than the run.
//!
//! A worker finds a job on its desk, does it, and puts its desk on the pile of idle ones. A worker whose job never ends
//! (a thread that cannot even unwind) does not come back; the next job gets a new worker. Thread-local variables live
//! on from job to job, so a test that relies on fresh ones asks for `Explorer::fresh_threads`.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

type Job = Box<dyn FnOnce() + Send>;

/// The workers of one search. They leave when it is dropped.
#[derive(Default)]
pub(crate) struct Pool(Arc<Mutex<Pile>>);

#[derive(Default)]
struct Pile {
    idle: Vec<Worker>,
    closed: bool,
}

#[derive(Clone)]
struct Worker {
    desk: Arc<Mutex<Desk>>,
    thread: thread::Thread,
}

enum Desk {
    Empty,
    Job(Job),
    Leave,
}

impl Pool {
    /// Puts `job` on the desk of an idle worker or of a new one, and returns its thread.
    ///
    /// The worker looks at its desk when it is unparked, which is how the turn is passed to it.
    pub fn give(&self, job: Job) -> io::Result<thread::Thread> {
        let idle = lock(&self.0).idle.pop();
        if let Some(worker) = idle {
            *lock(&worker.desk) = Desk::Job(job);
            return Ok(worker.thread);
        }
        let pile = Arc::clone(&self.0);
        let desk = Arc::new(Mutex::new(Desk::Job(job)));
        let worker = thread::Builder::new().spawn(move || work(&desk, &pile))?;
        Ok(worker.thread().clone())
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let mut pile = lock(&self.0);
        pile.closed = true;
        for worker in pile.idle.drain(..) {
            *lock(&worker.desk) = Desk::Leave;
            worker.thread.unpark();
        }
    }
}

fn work(desk: &Arc<Mutex<Desk>>, pile: &Mutex<Pile>) {
    let me = Worker {
        desk: Arc::clone(desk),
        thread: thread::current(),
    };
    loop {
        let found = std::mem::replace(&mut *lock(desk), Desk::Empty);
        match found {
            Desk::Job(job) => {
                job();
                let mut pile = lock(pile);
                if pile.closed {
                    return;
                }
                pile.idle.push(me.clone());
            }
            Desk::Leave => return,
            Desk::Empty => thread::park(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
