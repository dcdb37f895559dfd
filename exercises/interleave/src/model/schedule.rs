//! A schedule is a list of deviations from the rule "go on with the same thread".
//!
//! Wherever more than one thread could go next, the run takes a numbered decision. Left alone it keeps to the thread
//! that runs, or takes the next in turn if that one waits. A schedule names the decisions that differ, and the thread
//! to take there: `7:2,12:0`. So every run is told by a short text, and its neighbours are that text plus one deviation.

use std::fmt;
use std::str::FromStr;

use super::state::{has, members};
use super::words::ThreadId;

/// At decision number `decision`, take `thread`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Deviation {
    pub decision: u32,
    pub thread: u32,
}

/// The deviations, in the order of the decisions. Written `7:2,12:0`, or `-` if there are none.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Schedule(pub Vec<Deviation>);

/// A point at which more than one thread could go next.
#[derive(Clone, Copy)]
pub(crate) struct Decision {
    /// The set of threads to choose from.
    pub among: u32,
    pub default: ThreadId,
    pub chosen: ThreadId,
    /// Names the state in which it was taken.
    pub fingerprint: u64,
    /// Those that can be taken only at the price of a preemption; the default is always free.
    pub costly: u32,
}

impl Decision {
    /// The price of this choice in preemptions: 0 or 1.
    pub fn cost(&self, thread: ThreadId) -> usize {
        usize::from(thread != self.default && has(self.costly, thread))
    }
}

/// Takes the decisions of one run.
pub(crate) enum Guide {
    /// Follows a schedule.
    Follow(Schedule),
    /// Decides at random, from this state of the generator.
    Random(u64),
}

impl Guide {
    /// Decides, and keeps a record. A point without a choice is no decision.
    pub fn choose(&mut self, decisions: &mut Vec<Decision>, mut decision: Decision) -> ThreadId {
        if decision.among.count_ones() > 1 {
            let number = u32::try_from(decisions.len()).expect("a run is short");
            decision.chosen = match self {
                // A deviation that names a thread which cannot go is passed over: shrinking leaves such ones behind.
                Guide::Follow(Schedule(deviations)) => deviations
                    .binary_search_by_key(&number, |deviation| deviation.decision)
                    .map(|found| deviations[found].thread as usize)
                    .ok()
                    .filter(|&thread| has(decision.among, thread))
                    .unwrap_or(decision.default),
                Guide::Random(state) => {
                    let dice = random(state);
                    // Half of the time the thread goes on; otherwise each has the same chance.
                    if dice.is_multiple_of(2) {
                        decision.default
                    } else {
                        let among: Vec<_> = members(decision.among).collect();
                        among[(dice >> 8) as usize % among.len()]
                    }
                }
            };
            decisions.push(decision);
        }
        decision.chosen
    }
}

/// The next number of the generator splitmix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Schedule {
    /// The schedule that leads to these decisions.
    pub fn of(decisions: &[Decision]) -> Self {
        let deviates = |(_, decision): &(usize, &Decision)| decision.chosen != decision.default;
        Schedule(
            decisions
                .iter()
                .enumerate()
                .filter(deviates)
                .map(|(number, decision)| Deviation {
                    decision: number as u32,
                    thread: decision.chosen as u32,
                })
                .collect(),
        )
    }

    /// The same with one more deviation, after all others.
    pub fn then(&self, decision: usize, thread: ThreadId) -> Self {
        let mut longer = Vec::with_capacity(self.0.len() + 1);
        longer.extend_from_slice(&self.0);
        longer.push(Deviation {
            decision: decision as u32,
            thread: thread as u32,
        });
        Schedule(longer)
    }

    /// The number of the first decision that no deviation has settled.
    pub fn open_from(&self) -> usize {
        self.0.last().map_or(0, |last| last.decision as usize + 1)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Deviation { decision, thread }) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{decision}:{thread}")?;
        }
        if self.0.is_empty() {
            f.write_str("-")
        } else {
            Ok(())
        }
    }
}

impl FromStr for Schedule {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let deviation = |part: &str| {
            let (decision, thread) = part.split_once(':').unwrap_or((part, ""));
            Ok(Deviation {
                decision: decision.trim().parse()?,
                thread: thread.trim().parse()?,
            })
        };
        match text.trim() {
            "-" => Ok(Schedule::default()),
            text => text
                .split(',')
                .map(deviation)
                .collect::<Result<_, _>>()
                .map(Schedule),
        }
    }
}
