//! The references are as short as the course promises: what a reader builds is small enough to know by heart.

use std::fs;
use std::path::Path;

/// What belongs together, the files that hold it, and the most lines that it may have.
const PROMISES: [(&str, &str, &[&str], usize); 2] = [
    (
        "tasks, queues and scheduler",
        "chapter-5",
        &[
            "state", "task", "registry", "ring", "steal", "runnext", "global", "search", "idle",
            "runtime",
        ],
        600,
    ),
    (
        "both kinds of channel, and select",
        "chapter-6",
        &["blocking", "channel", "select", "waiters", "handles"],
        450,
    ),
];

/// Lines that say something: no comment, and more than brackets.
fn says_something(line: &str) -> bool {
    let line = line.trim();
    !line.starts_with("//") && line.contains(|letter: char| letter.is_alphanumeric())
}

#[test]
fn the_references_are_short() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../solutions");
    for (what, chapter, files, most) in PROMISES {
        let lines = |file: &&str| {
            let path = root.join(chapter).join(format!("src/{file}.rs"));
            let text = fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            text.lines().filter(|line| says_something(line)).count()
        };
        let total: usize = files.iter().map(lines).sum();
        println!("{what}: {total} lines of {most}");
        assert!(
            total <= most,
            "{what}: {total} lines in solutions/{chapter}, and {most} were promised"
        );
    }
}
