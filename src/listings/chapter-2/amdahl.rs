//! Amdahl's bound: what n workers can gain when a part of the work is sequential.

// ANCHOR: amdahl
fn bound(sequential: f64, workers: u32) -> f64 {
    1.0 / (sequential + (1.0 - sequential) / f64::from(workers))
}

fn main() {
    for sequential in [0.0, 0.05, 0.25] {
        print!("sequential {:.0} %:", sequential * 100.0);
        for workers in [1, 2, 4, 1000] {
            print!(" {:.2}", bound(sequential, workers));
        }
        println!();
    }
}
// ANCHOR_END: amdahl
