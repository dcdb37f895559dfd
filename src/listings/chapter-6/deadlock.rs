//! Two goroutines, each waiting for the other.

use std::process;

use chapter_4::Runtime;
use chapter_6::channel;
use chapter_6::deadlock::{go, run};

// ANCHOR: main
fn main() {
    let result = run(&Runtime::new(), async {
        let (tea_tx, tea) = channel(0);
        let (toast_tx, toast) = channel(0);
        go(async move {
            tea.recv().await.unwrap();
            toast_tx.send(1).await.unwrap();
        });
        toast.recv().await.unwrap();
        tea_tx.send(1).await.unwrap();
    });
    if let Err(deadlock) = result {
        eprint!("{deadlock}");
        process::exit(2);
    }
}
// ANCHOR_END: main
