//! A small kitchen on the scheduler of this chapter, recorded: uneven dishes, an oven that blocks, and cooks who wait.
//!
//! `cargo run -p chapter-5 --example trace -- --workers 2` prints the timeline's text; `cargo xtask trace chapter-5` draws it.

use std::{
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use chapter_5::{Runtime, blocking, go, sleep, trace::name, yield_now};

/// Keeps a processor busy for so long.
fn compute(time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}

/// A dish of so many parts, with a look at the other pots after each.
async fn cook(dish: &str, parts: u32, each: Duration) {
    name(dish);
    for _ in 0..parts {
        compute(each);
        yield_now().await;
    }
}

pub fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let workers = arguments
        .iter()
        .position(|argument| argument == "--workers");
    let workers = workers.and_then(|at| arguments.get(at + 1)?.parse().ok());
    let workers = workers.unwrap_or(const { NonZeroUsize::new(2).expect("two is not zero") });

    let part = Duration::from_micros(100);
    let runtime = Runtime::traced(workers);
    runtime.run(async move {
        name("main");
        // Started on one worker: the others have to steal.
        let mut dishes: Vec<_> = (1..=6)
            .map(|number| go(async move { cook(&format!("dish-{number}"), number, part).await }))
            .collect();
        dishes.push(go(async {
            name("oven");
            // The thread waits, and its worker goes on.
            blocking(|| std::thread::sleep(Duration::from_micros(500)));
        }));
        dishes.push(go(async {
            name("tea");
            // Nothing waits but the goroutine.
            sleep(Duration::from_millis(3)).await;
        }));
        for dish in dishes {
            dish.await.expect("nothing panics in the kitchen");
        }
        // A quiet moment: every worker parks.
        sleep(Duration::from_millis(1)).await;
        go(async move { cook("dessert", 2, part).await })
            .await
            .expect("nothing panics in the kitchen");
    });
    print!("{}", runtime.finish());
}
