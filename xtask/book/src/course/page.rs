//! The page in which a directive stands, and the paths that are relative to it.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// One page of the book.
pub struct Page {
    /// The course's root.
    pub root: PathBuf,
    src: PathBuf,
    path: PathBuf,
}

impl Page {
    /// The page at `path`, relative to `src`, which is relative to `root`.
    #[must_use]
    pub fn new(root: &Path, src: &Path, path: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
            src: src.to_path_buf(),
            path: path.to_path_buf(),
        }
    }

    /// The page as messages name it: `src/chapter-3/README.md`.
    #[must_use]
    pub fn shown(&self) -> String {
        slashed(&self.src.join(&self.path))
    }

    /// A path that the page names, relative to the course's root, without `..`.
    #[must_use]
    pub fn resolve(&self, named: &str) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        normal(&self.src.join(folder).join(named))
    }

    /// The text of a file that the page names.
    ///
    /// # Errors
    ///
    /// The file cannot be read; the message names it from the course's root.
    pub fn read(&self, named: &str) -> Result<String, String> {
        self.read_from_root(&slashed(&self.resolve(named)))
    }

    /// The text of a file, given relative to the course's root.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn read_from_root(&self, path: &str) -> Result<String, String> {
        fs::read_to_string(self.root.join(path))
            .map_err(|error| format!("cannot read {path}: {error}"))
    }

    /// The link from this page to another, which is given relative to `src`.
    ///
    /// # Errors
    ///
    /// There is no such page.
    pub fn link(&self, to: &str) -> Result<String, String> {
        let (to, fragment) = to
            .split_once('#')
            .map_or((to, None), |(to, id)| (to, Some(id)));
        if !self.root.join(&self.src).join(to).is_file() {
            return Err(format!("there is no page {}/{to}", slashed(&self.src)));
        }
        // mdBook makes index.html of each README.md.
        let to = match to.strip_suffix("README.md") {
            Some(folder) => format!("{folder}index.md"),
            None => to.to_string(),
        };
        let depth = self.path.components().count() - 1;
        let folder = slashed(self.path.parent().unwrap_or(Path::new("")));
        let link = match to.strip_prefix(&format!("{folder}/")) {
            Some(near) => near.to_string(),
            None => format!("{}{to}", "../".repeat(depth)),
        };
        Ok(match fragment {
            Some(id) => format!("{link}#{id}"),
            None => link,
        })
    }
}

/// A path with forward slashes on every system, as links and messages have them.
#[must_use]
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parts.join("/")
}

fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir if normal.pop() => {}
            Component::CurDir => {}
            part => normal.push(part),
        }
    }
    normal
}
