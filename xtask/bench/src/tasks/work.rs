//! What is raced. Each piece of work is written once; the Go programs do the same.
//!
//! A checksum shows that every task ran and every value arrived.

use std::future::Future;
use std::hint::black_box;
use std::marker::PhantomData;

use chapter_4_solution::WaitGroup;

use super::{Channels, Spawner, Work};
use crate::chapters::count;

/// The sum of 0, 1, …, `count` - 1.
#[must_use]
pub fn triangle(count: usize) -> u64 {
    let count = count as u64;
    count * count.saturating_sub(1) / 2
}

/// Spawns tasks, and then joins each of them.
#[derive(Clone, Copy)]
pub struct SpawnJoin {
    /// How many.
    pub tasks: usize,
}

impl Work for SpawnJoin {
    fn words(self) -> String {
        format!("{} tasks", count(self.tasks))
    }

    fn size(self) -> usize {
        self.tasks
    }

    fn expected(self) -> u64 {
        triangle(self.tasks)
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        let spawn = |number| spawner.spawn(async move { black_box(number) });
        let handles: Vec<_> = (0..self.tasks as u64).map(spawn).collect();
        let mut sum = 0;
        for handle in handles {
            sum += S::join(handle).await;
        }
        sum
    }
}

/// Spawns tasks that nobody joins, and waits for all of them with the WaitGroup of chapter 4, which any runtime can use.
#[derive(Clone, Copy)]
pub struct SpawnGroup {
    /// How many.
    pub tasks: usize,
}

impl Work for SpawnGroup {
    fn words(self) -> String {
        format!("{} tasks", count(self.tasks))
    }

    fn size(self) -> usize {
        self.tasks
    }

    fn expected(self) -> u64 {
        self.tasks as u64
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        let group = WaitGroup::new();
        group.add(self.tasks.cast_signed());
        for number in 0..self.tasks {
            let group = group.clone();
            S::detach(spawner.spawn(async move {
                black_box(number);
                group.done();
            }));
        }
        // A task that is lost keeps this waiting, and one that runs twice makes the counter negative.
        group.wait().await;
        self.tasks as u64
    }
}

/// Tasks that do nothing but let each other go first.
#[derive(Clone, Copy)]
pub struct Yields {
    /// How many tasks.
    pub tasks: usize,
    /// How often each yields.
    pub times: usize,
}

impl Work for Yields {
    fn words(self) -> String {
        format!(
            "{} tasks, {} times each",
            count(self.tasks),
            count(self.times)
        )
    }

    fn size(self) -> usize {
        self.tasks
    }

    fn expected(self) -> u64 {
        (self.tasks * self.times) as u64
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        let spawn = |_| {
            spawner.spawn(async move {
                let mut count = 0;
                for _ in 0..self.times {
                    S::yield_now().await;
                    count += 1;
                }
                count
            })
        };
        let handles: Vec<_> = (0..self.tasks).map(spawn).collect();
        let mut sum = 0;
        for handle in handles {
            sum += S::join(handle).await;
        }
        sum
    }
}

/// A tree of tasks: each has ten children and adds up their results, down to the leaves, which return their number.
#[derive(Clone, Copy)]
pub struct Skynet {
    /// How many levels of children: six make a million leaves.
    pub levels: u32,
}

impl Skynet {
    /// The tree with the most leaves that are no more than `tasks`, up to a million.
    #[must_use]
    pub fn of(tasks: usize) -> Skynet {
        Skynet {
            levels: tasks.max(1).ilog10().min(6),
        }
    }

    /// The number of leaves.
    #[must_use]
    pub fn leaves(self) -> usize {
        10usize.pow(self.levels)
    }
}

impl Work for Skynet {
    fn words(self) -> String {
        format!("{} leaves", count(self.leaves()))
    }

    fn size(self) -> usize {
        self.leaves()
    }

    fn expected(self) -> u64 {
        triangle(self.leaves())
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        match self.levels {
            0 => Leaf::sum(spawner, 0).await,
            1 => Above::<Leaf>::sum(spawner, 0).await,
            2 => Above::<Above<Leaf>>::sum(spawner, 0).await,
            3 => Above::<Above<Above<Leaf>>>::sum(spawner, 0).await,
            4 => Above::<Above<Above<Above<Leaf>>>>::sum(spawner, 0).await,
            5 => Above::<Above<Above<Above<Above<Leaf>>>>>::sum(spawner, 0).await,
            _ => Above::<Above<Above<Above<Above<Above<Leaf>>>>>>::sum(spawner, 0).await,
        }
    }
}

/// A node of the tree. Each level is a type of its own: a future that contained its own type would need a box.
trait Node: 'static {
    /// The leaves below it.
    const LEAVES: u64;

    /// The sum of the numbers of its leaves, the first of which is `first`.
    fn sum<S: Spawner>(spawner: S, first: u64) -> impl Future<Output = u64> + Send + 'static;
}

struct Leaf;

impl Node for Leaf {
    const LEAVES: u64 = 1;

    async fn sum<S: Spawner>(_: S, first: u64) -> u64 {
        first
    }
}

struct Above<N>(PhantomData<N>);

impl<N: Node> Node for Above<N> {
    const LEAVES: u64 = 10 * N::LEAVES;

    async fn sum<S: Spawner>(spawner: S, first: u64) -> u64 {
        let child = |index| spawner.spawn(N::sum(spawner, first + index * N::LEAVES));
        let children: [S::Handle<u64>; 10] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(child);
        let mut sum = 0;
        for child in children {
            sum += S::join(child).await;
        }
        sum
    }
}

/// Pairs of tasks; each sends a number, and its partner sends back the next one.
#[derive(Clone, Copy)]
pub struct PingPong {
    /// How many pairs play.
    pub pairs: usize,
    /// How often the ball goes there and back, for each pair.
    pub times: usize,
}

impl Work for PingPong {
    fn words(self) -> String {
        format!("{} messages", count(2 * self.pairs * self.times))
    }

    fn size(self) -> usize {
        self.times
    }

    fn expected(self) -> u64 {
        (self.pairs * self.times) as u64
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        let mut players = Vec::with_capacity(self.pairs);
        for _ in 0..self.pairs {
            let (ping, mut pinged) = C::channel::<u64>(0);
            let (pong, mut ponged) = C::channel::<u64>(0);
            S::detach(spawner.spawn(async move {
                while let Some(ball) = C::receive(&mut pinged).await {
                    C::send(&pong, ball + 1).await;
                }
            }));
            players.push(spawner.spawn(async move {
                let mut ball = 0;
                for _ in 0..self.times {
                    C::send(&ping, ball).await;
                    ball = C::receive(&mut ponged).await.unwrap_or_default();
                }
                ball
            }));
        }
        let mut sum = 0;
        for player in players {
            sum += S::join(player).await;
        }
        sum
    }
}

/// Several tasks send into one channel, several receive from it.
#[derive(Clone, Copy)]
pub struct ManyToMany {
    /// How many send, and how many receive.
    pub sides: usize,
    /// The room in the channel.
    pub capacity: usize,
    /// How many numbers, all together.
    pub messages: usize,
}

impl Work for ManyToMany {
    fn words(self) -> String {
        format!("{} messages", count(self.messages))
    }

    fn size(self) -> usize {
        self.messages
    }

    fn expected(self) -> u64 {
        triangle(self.messages)
    }

    fn capacity(self) -> usize {
        self.capacity
    }

    fn shares_a_receiver(self) -> bool {
        true
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        let (sender, receiver) = C::channel::<u64>(self.capacity);
        let mut receiving = Vec::with_capacity(self.sides);
        for index in 0..self.sides {
            let sender = sender.clone();
            S::detach(spawner.spawn(async move {
                for number in (index..self.messages).step_by(self.sides) {
                    C::send(&sender, number as u64).await;
                }
            }));
            let mut receiver = C::share(&receiver);
            receiving.push(spawner.spawn(async move {
                let mut sum = 0;
                while let Some(number) = C::receive(&mut receiver).await {
                    sum += number;
                }
                sum
            }));
        }
        drop((sender, receiver));
        let mut sum = 0;
        for receiver in receiving {
            sum += S::join(receiver).await;
        }
        sum
    }
}

/// A chain of filters, a task for each prime: a number that passes them all is the next prime.
#[derive(Clone, Copy)]
pub struct Sieve {
    /// How many primes.
    pub primes: usize,
    /// The last of them.
    last: u64,
}

impl Sieve {
    /// A sieve that ends at the given prime, counted from 1.
    #[must_use]
    pub fn of(primes: usize) -> Sieve {
        let mut found: Vec<u64> = Vec::with_capacity(primes);
        for number in 2.. {
            if found.len() >= primes {
                break;
            }
            let mut smaller = found.iter().take_while(|&&prime| prime * prime <= number);
            if smaller.all(|prime| number % prime != 0) {
                found.push(number);
            }
        }
        let last = found.last().copied().unwrap_or(1);
        Sieve { primes, last }
    }
}

impl Work for Sieve {
    fn words(self) -> String {
        format!("{} primes", count(self.primes))
    }

    fn size(self) -> usize {
        // Memory for its filters ends long before.
        usize::try_from(self.last).unwrap_or(usize::MAX)
    }

    fn expected(self) -> u64 {
        self.primes as u64 * self.last
    }

    async fn main<S: Spawner, C: Channels>(self, spawner: S) -> u64 {
        let (numbers, mut survivors) = C::channel::<u64>(0);
        S::detach(spawner.spawn(async move {
            for number in 2..=self.last {
                C::send(&numbers, number).await;
            }
        }));
        let (mut primes, mut last) = (0, 0);
        while let Some(prime) = C::receive(&mut survivors).await {
            (primes, last) = (primes + 1, prime);
            let (passes, next) = C::channel(0);
            let mut arrives = std::mem::replace(&mut survivors, next);
            S::detach(spawner.spawn(async move {
                while let Some(number) = C::receive(&mut arrives).await {
                    if number % prime != 0 {
                        C::send(&passes, number).await;
                    }
                }
            }));
        }
        primes * last
    }
}
