//! A small course in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use book::course::{Page, expand};

/// A course with one chapter, two steps and three pages, removed at the end of the test.
pub struct Course {
    root: PathBuf,
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

#[allow(dead_code, reason = "each test binary needs some of it")]
impl Course {
    pub fn new() -> Self {
        let name = format!(
            "course-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let course = Self {
            root: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
        };
        course.write(
            "exercises/chapter-1/chapter.toml",
            r#"
title = "One & only"
page = "chapter-1/page.md"
[[step]]
id = "one"
title = "One"
file = "src/one.rs"
page = "chapter-1/page.md"
minutes = 15
core = true
hints = ["a", "b", "c"]
[[step]]
id = "lab"
title = "Measure"
command = "lab chapter-1"
page = "lab/README.md#go"
minutes = 10
core = false
hints = ["a", "b", "c"]
"#,
        );
        course.write("src/SUMMARY.md", "# Summary\n\n[Home](README.md)\n\n- [One](chapter-1/page.md)\n- [Lab](lab/README.md)\n");
        course.write("src/README.md", "# Home\n");
        course.write("src/chapter-1/page.md", "# One\n");
        course.write("src/lab/README.md", "# Lab\n\n## Go\n");
        course
    }

    /// The same with the repository's `book.toml` and theme.
    pub fn with_theme() -> Self {
        let course = Self::new();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let copy = |name: &str| {
            let text = fs::read_to_string(repository.join(name)).unwrap();
            course.write(name, &text);
        };
        copy("book.toml");
        for folder in ["theme", "theme/css", "theme/fonts"] {
            for entry in fs::read_dir(repository.join(folder)).unwrap().flatten() {
                if entry.path().is_file() {
                    copy(&format!("{folder}/{}", entry.file_name().to_string_lossy()));
                }
            }
        }
        course
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a file stands in a folder")).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn page(&self) -> Page {
        Page::new(&self.root, Path::new("src"), Path::new("chapter-1/page.md"))
    }

    pub fn expand(&self, text: &str) -> Result<String, Vec<String>> {
        expand(&self.page(), text)
    }

    /// The one complaint about a page.
    pub fn complaint(&self, text: &str) -> String {
        let mut complaints = self.expand(text).expect_err("the page should be refused");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        complaints.remove(0)
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}
