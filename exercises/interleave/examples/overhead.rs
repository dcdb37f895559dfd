//! Measures what the kit's mutex costs in a plain build when nobody else wants it, against std's.
//!
//! `cargo run --release -p interleave --example overhead`

#[cfg(feature = "loom")]
fn main() {}

#[cfg(not(feature = "loom"))]
fn main() {
    use std::hint::black_box;
    use std::time::Instant;

    const ROUNDS: u32 = 5_000_000;
    let std_mutex = std::sync::Mutex::new(0_u64);
    let kit_mutex = interleave::sync::Mutex::new(0_u64);
    let mut best = [f64::MAX; 2];
    for _ in 0..5 {
        let began = Instant::now();
        for _ in 0..ROUNDS {
            *black_box(&std_mutex).lock().expect("no panic") += 1;
        }
        best[0] = best[0].min(began.elapsed().as_secs_f64());
        let began = Instant::now();
        for _ in 0..ROUNDS {
            *black_box(&kit_mutex).lock().expect("no panic") += 1;
        }
        best[1] = best[1].min(began.elapsed().as_secs_f64());
    }
    let nanos = best.map(|seconds| seconds / f64::from(ROUNDS) * 1e9);
    println!(
        "std {:.1} ns, kit {:.1} ns, ratio {:.2}",
        nanos[0],
        nanos[1],
        nanos[1] / nanos[0]
    );
}
