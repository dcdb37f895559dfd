//! The register of live tasks. This file is given.
//!
//! The runtime owns every goroutine, and everybody else knows it by its key: the run queue, and the wakers. So a
//! goroutine that nobody will ever wake is not lost. It is dropped when the run ends.
//!
//! Invariants: a key names at most one live task; it is given to another one only after that task has left; whoever
//! takes a task out puts it back or lets it leave, so when the run ends, none is out.

use std::mem;

/// Names a live task: its place in the register.
pub type Key = u32;

/// A register: places with tasks, and a chain of vacant places.
pub(crate) struct Tasks<T> {
    places: Vec<Place<T>>,
    /// The first vacant place. If it is behind the last one, there is none.
    vacant: Key,
}

enum Place<T> {
    /// The task is here.
    Here(T),
    /// The task is being polled, and its place is kept.
    Out,
    /// Nobody's place; the next vacant one.
    Vacant(Key),
}

impl<T> Tasks<T> {
    pub(crate) fn new() -> Tasks<T> {
        Tasks {
            places: Vec::new(),
            vacant: 0,
        }
    }

    /// The key that the next `insert` gives.
    pub(crate) fn next_key(&self) -> Key {
        self.vacant
    }

    /// Adds a task, and returns its key.
    pub(crate) fn insert(&mut self, task: T) -> Key {
        let key = self.vacant;
        if let Some(place) = self.places.get_mut(key as usize) {
            if let Place::Vacant(next) = mem::replace(place, Place::Here(task)) {
                self.vacant = next;
            }
        } else {
            self.places.push(Place::Here(task));
            self.vacant = Key::try_from(self.places.len()).expect("fewer than four billion tasks");
        }
        key
    }

    /// Takes the task out for a poll, and keeps its place. `None` if it is not there.
    pub(crate) fn take(&mut self, key: Key) -> Option<T> {
        let place = self.places.get_mut(key as usize)?;
        match mem::replace(place, Place::Out) {
            Place::Here(task) => Some(task),
            other => {
                *place = other;
                None
            }
        }
    }

    /// Puts the task back after a poll.
    pub(crate) fn put_back(&mut self, key: Key, task: T) {
        self.places[key as usize] = Place::Here(task);
    }

    /// The task that was taken out will not come back.
    pub(crate) fn leave(&mut self, key: Key) {
        self.places[key as usize] = Place::Vacant(self.vacant);
        self.vacant = key;
    }

    /// Takes out any task and gives its place away. `None` if there is none left.
    ///
    /// # Panics
    /// When a task was taken out for a poll, and neither put back nor has it left.
    pub(crate) fn take_any(&mut self) -> Option<T> {
        loop {
            match self.places.pop()? {
                Place::Here(task) => {
                    self.forget_vacant();
                    return Some(task);
                }
                Place::Vacant(_) => self.forget_vacant(),
                Place::Out => panic!(
                    "the run has ended, and a place in the register is kept for a goroutine that was taken out for a \
                     turn. After the turn, `put_back` brings the goroutine back, or `leave` gives its place away"
                ),
            }
        }
    }

    /// The chain may lead through a place that is gone: new tasks go behind the last place.
    fn forget_vacant(&mut self) {
        self.vacant = Key::try_from(self.places.len()).expect("fewer than four billion tasks");
    }
}
