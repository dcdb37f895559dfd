//! A small course in a folder of its own: one chapter, two steps, built in a second.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A course that is removed with the value.
pub struct Fixture {
    pub root: PathBuf,
}

const WORKSPACE: &str = r#"
[workspace]
resolver = "3"
members = ["exercises/*", "solutions/*"]

[profile.exercise]
inherits = "dev"
"#;

const CHAPTER: &str = r#"
title = "A Chapter"
page = "chapter-9/README.md"

[[step]]
id = "double"
title = "Twice as much"
file = "src/double.rs"
page = "chapter-9/double.md#task"
minutes = 10
core = true
hints = ["hint one", "hint two", "hint three"]

[[step]]
id = "triple"
title = "Thrice as much"
file = "src/triple.rs"
page = "chapter-9/triple.md"
minutes = 20
core = false
hints = ["a", "b", "c"]
"#;

const DOUBLE: &str = "\
/// Twice `number`.
pub fn double(number: u32) -> u32 {
    // ANCHOR: double todo: multiply by two
    number * 2
    // ANCHOR_END: double
}
";

const TRIPLE: &str = "\
/// Thrice `number`.
pub fn triple(number: u32) -> u32 {
    // ANCHOR: triple todo: multiply by three
    number * 3
    // ANCHOR_END: triple
}
";

const DOUBLE_TEST: &str = "\
use chapter_9::double::double;

#[test]
fn two_makes_four() {
    assert_eq!(double(2), 4, \"2 doubled is 4\");
}

#[test]
fn a_zero_stays() {
    assert_eq!(double(0), 0, \"0 doubled is 0\");
}
";

const TRIPLE_TEST: &str = "\
use chapter_9::triple::triple;

#[test]
fn two_makes_six() {
    assert_eq!(triple(2), 6, \"2 tripled is 6\");
}
";

impl Fixture {
    /// A course with its starters made.
    pub fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("gfs-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let fixture = Self { root };
        fixture.write("Cargo.toml", WORKSPACE);
        // What the runner looks for to know the course's folder.
        fixture.write("xtask/Cargo.toml", "");
        fixture.write("exercises/chapter-9/chapter.toml", CHAPTER);
        fixture.write(
            "exercises/chapter-9/Cargo.toml",
            "[package]\nname = \"chapter-9\"\nedition = \"2024\"\n[lib]\npath = \"src/lib.rs\"\n\
             [lints.rust]\nunused_variables = \"allow\"\n",
        );
        for step in ["double", "triple"] {
            fixture.write(
                &format!("exercises/chapter-9/tests/{step}.rs"),
                &format!("#[path = \"check/{step}.rs\"]\nmod {step};\n"),
            );
        }
        fixture.write("exercises/chapter-9/tests/check/double.rs", DOUBLE_TEST);
        fixture.write("exercises/chapter-9/tests/check/triple.rs", TRIPLE_TEST);
        fixture.write(
            "solutions/chapter-9/Cargo.toml",
            "[package]\nname = \"chapter-9-solution\"\nedition = \"2024\"\n",
        );
        fixture.write(
            "solutions/chapter-9/src/lib.rs",
            "pub mod double;\npub mod triple;\n",
        );
        fixture.write("solutions/chapter-9/src/double.rs", DOUBLE);
        fixture.write("solutions/chapter-9/src/triple.rs", TRIPLE);
        fixture.write(
            "solutions/chapter-9/tests/check.rs",
            "extern crate chapter_9_solution as chapter_9;\n\
             #[path = \"../../../exercises/chapter-9/tests/check/double.rs\"]\nmod double;\n\
             #[path = \"../../../exercises/chapter-9/tests/check/triple.rs\"]\nmod triple;\n",
        );
        // A lock file as the course has one: without dependencies it names the two packages.
        let packages = ["chapter-9", "chapter-9-solution"]
            .map(|name| format!("\n[[package]]\nname = \"{name}\"\nversion = \"0.0.0\"\n"));
        fixture.write("Cargo.lock", &format!("version = 4\n{}", packages.concat()));
        let made = fixture.xtask(&["sync"]);
        assert!(made.status.success(), "sync failed:\n{}", text(&made));
        fixture
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folder");
        fs::write(&path, text).expect("file");
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The runner, ready to start in the course's folder.
    pub fn runner(&self) -> Command {
        runner_in(&self.root)
    }

    pub fn xtask(&self, arguments: &[&str]) -> Output {
        self.runner()
            .args(arguments)
            .output()
            .expect("the runner starts")
    }

    /// What `cargo xtask ARGUMENTS` prints, and whether it succeeds.
    pub fn says(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.xtask(arguments);
        (output.status.success(), text(&output))
    }
}

pub fn runner_in(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(folder).env_remove("CARGO_TARGET_DIR");
    command
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

pub fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}
