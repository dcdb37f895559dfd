//! Tests for code that the compiler must refuse.
//!
//! rustc's messages quote the code that they are about, and they change from release to release. So a program is refused
//! for the right reason when the error's *code* is the expected one: `error[E0277]`. Code can fail to compile for a
//! hundred reasons, so each such program has a twin, the same but for the one thing that matters, which must compile.
//!
//! A chapter's programs stand in `exercises/chapter-N/tests/refused/programs/` and name the chapter's crate, `chapter_4`.
//! The reference runs the same programs under its own name: [`Programs`] puts it in.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// A folder of programs, each a file with a `main`.
#[derive(Clone, Debug)]
pub struct Programs {
    folder: PathBuf,
    /// The crate's name in the programs, and the one to put in its place.
    rename: (String, String),
}

impl Programs {
    /// The programs in `folder`, written for the crate `written_for` and to be compiled with the package under test,
    /// `package` (`env!("CARGO_PKG_NAME")`).
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>, written_for: &str, package: &str) -> Self {
        Self {
            folder: folder.into(),
            rename: (written_for.to_string(), package.replace('-', "_")),
        }
    }

    /// Asserts that the compiler refuses `program` with the error `code`, such as `E0277`.
    ///
    /// # Panics
    ///
    /// When it compiles, or is refused for other reasons, which the message names.
    #[track_caller]
    pub fn refuses(&self, program: &str, code: &str) {
        self.refuses_with(program, &format!("error[{code}]"));
    }

    /// Asserts that the compiler refuses `program` with an error that has no code and begins with `words`.
    ///
    /// # Panics
    ///
    /// As [`refuses`](Programs::refuses).
    #[track_caller]
    pub fn refuses_saying(&self, program: &str, words: &str) {
        self.refuses_with(program, &format!("error: {words}"));
    }

    #[track_caller]
    fn refuses_with(&self, program: &str, error: &str) {
        let path = self.place(program);
        let errors = path.with_extension("stderr");
        let _ = fs::remove_file(&errors);
        let refused = quietly(|cases| cases.compile_fail(&path));
        let said = fs::read_to_string(&errors).unwrap_or_default();
        assert!(
            refused && !said.is_empty(),
            "{program} compiles, and it must not: expected {error}.\n{}",
            self.whereabouts(program)
        );
        assert!(
            said.contains(error),
            "{program} is refused, but not with {error}. The compiler said:\n{said}\n{}",
            self.whereabouts(program)
        );
    }

    /// Asserts that `program` compiles and runs: the twin of one that is refused.
    ///
    /// # Panics
    ///
    /// When it does not; the compiler's words are printed above.
    #[track_caller]
    pub fn accepts(&self, program: &str) {
        let path = self.place(program);
        let accepted = quietly(|cases| cases.pass(&path));
        assert!(
            accepted,
            "{program} does not compile or does not run, and it must: it is right.\n{}",
            self.whereabouts(program)
        );
    }

    /// Builds what every program needs, once, so that no test's time limit pays for it.
    ///
    /// # Panics
    ///
    /// When the crate under test does not compile.
    pub fn warm_up(&self) {
        let right = self.place_text("warm_up.rs", "fn main() {}\n");
        // Cargo builds for a program that is to run, and only checks for one that is to fail: two sets of results.
        let wrong = self.place_text("warm_up_refused.rs", "fn main() -> u8 {}\n");
        assert!(
            quietly(|cases| cases.pass(&right)) && quietly(|cases| cases.compile_fail(&wrong)),
            "the chapter's crate could not be built for the compiler's tests"
        );
    }

    fn whereabouts(&self, program: &str) -> String {
        format!("The program: {}", self.folder.join(program).display())
    }

    /// Puts `program` where the compiler's answer may stand beside it, with the name of the crate under test.
    fn place(&self, program: &str) -> PathBuf {
        let source = self.folder.join(program);
        let text = fs::read_to_string(&source)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", source.display()));
        self.place_text(program, &text.replace(&self.rename.0, &self.rename.1))
    }

    fn place_text(&self, program: &str, text: &str) -> PathBuf {
        let folder = scratch().join(&self.rename.1);
        let path = folder.join(program);
        let written = fs::create_dir_all(path.parent().unwrap_or(&folder))
            .and_then(|()| fs::write(&path, text));
        written.unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        path
    }
}

/// Beside the test's binary, which stands in cargo's target folder wherever that is.
fn scratch() -> PathBuf {
    let binary = std::env::current_exe().unwrap_or_default();
    let profile = binary.parent().and_then(Path::parent);
    profile.map_or_else(std::env::temp_dir, |folder| folder.join("refused"))
}

/// Runs trybuild on one case. Whether the case is as it should be.
fn quietly(case: impl FnOnce(&trybuild::TestCases)) -> bool {
    // SAFETY: each of these tests runs in a process of its own, and this is the thread that reads the variable.
    unsafe { std::env::set_var("TRYBUILD", "overwrite") };
    catch_unwind(AssertUnwindSafe(|| {
        let cases = trybuild::TestCases::new();
        case(&cases);
        // The cases run when this value is dropped.
    }))
    .is_ok()
}
