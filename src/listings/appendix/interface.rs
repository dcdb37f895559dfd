//! A type has a trait if somebody says so.

// ANCHOR: interface
trait Job {
    fn minutes(&self) -> u32;
}

struct Tea;
struct Eggs {
    count: u32,
}

impl Job for Tea {
    fn minutes(&self) -> u32 {
        3
    }
}

impl Job for Eggs {
    fn minutes(&self) -> u32 {
        5 * self.count
    }
}

fn total(jobs: &[Box<dyn Job>]) -> u32 {
    jobs.iter().map(|job| job.minutes()).sum()
}

fn longer<A: Job, B: Job>(a: &A, b: &B) -> u32 {
    a.minutes().max(b.minutes())
}

fn main() {
    let eggs = Eggs { count: 2 };
    println!("{}", longer(&Tea, &eggs));
    println!("{}", total(&[Box::new(Tea), Box::new(eggs)]));
}
// ANCHOR_END: interface
