//! A lost wake-up, and its report as the book prints it: `reports/lost-wake-up.txt` is kept equal to the real one.

#![cfg(all(feature = "model", not(feature = "loom")))]

use interleave::sync::{Arc, Condvar, Mutex};
use interleave::thread;

// ANCHOR: mailbox
fn read_a_letter() {
    let mailbox = Arc::new((Mutex::new(None), Condvar::new()));
    let theirs = Arc::clone(&mailbox);
    let postman = thread::spawn(move || {
        *theirs.0.lock().unwrap() = Some("tea is ready");
        theirs.1.notify_one();
    });
    let is_empty = mailbox.0.lock().unwrap().is_none();
    if is_empty {
        let letter = mailbox.0.lock().unwrap();
        let letter = mailbox.1.wait(letter).unwrap();
        assert!(letter.is_some());
    }
    postman.join().unwrap();
}
// ANCHOR_END: mailbox

#[test]
fn read_a_letter_again_and_again() {
    let failure = interleave::Explorer::new()
        .explore(read_a_letter)
        .expect_err("the wake-up can be lost");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/lost-wake-up.txt");
    if std::env::var_os("INTERLEAVE_RECORD").is_some() {
        std::fs::write(path, &failure.report).expect("the reports can be written");
    }
    let recorded = std::fs::read_to_string(path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if !cfg!(windows) {
        assert_eq!(
            failure.report, recorded,
            "run this test with INTERLEAVE_RECORD=1, and look at the change"
        );
    }
}
