//! The course as its `chapter.toml` files describe it.
//!
//! A chapter is a folder `exercises/chapter-N` with a `chapter.toml`: its title, its page and its steps in order. The
//! runner, the book's step tables and the workshop's schedule all read it from here and from nowhere else.

use std::fs;
use std::path::{Path, PathBuf};

use crate::toml::Table;

/// Every chapter of the course, in order.
#[derive(Clone, Debug)]
pub struct Course {
    /// The folder that holds `exercises/`, `solutions/` and `src/`.
    pub root: PathBuf,
    /// The chapters, lowest number first.
    pub chapters: Vec<Chapter>,
}

/// One chapter: a crate under `exercises/` and its steps.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// `chapter-3`: the folder, the package, and what a reader types.
    pub id: String,
    /// The 3 of `chapter-3`.
    pub number: u32,
    /// The title as the book prints it.
    pub title: String,
    /// The chapter's first page, relative to the book's `src/`.
    pub page: String,
    /// The chapter's folder, `<root>/exercises/chapter-3`.
    pub dir: PathBuf,
    /// The steps, in the order in which the reader takes them.
    pub steps: Vec<Step>,
}

/// One step: ten to thirty minutes of a reader's work.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name that a reader types, and the module of its tests.
    pub id: String,
    /// The step's place in its chapter, from 1.
    pub number: u32,
    /// The title as the book prints it.
    pub title: String,
    /// The file that the reader edits, relative to the chapter's folder. `None` where the step is a command.
    pub file: Option<String>,
    /// The command that the step consists of, as typed after `cargo xtask`. `None` where the step has a file.
    pub command: Option<String>,
    /// Where the step's tests stand.
    pub suite: Suite,
    /// The step's page relative to the book's `src/`, perhaps with a `#fragment`.
    pub page: String,
    /// How long the step takes in a workshop.
    pub minutes: u32,
    /// Whether a one-day workshop does this step.
    pub core: bool,
    /// Three hints, from a nudge to nearly the answer.
    pub hints: [String; 3],
}

/// The kinds of tests. Each stands in a folder of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suite {
    /// `tests/check`: what runs.
    #[default]
    Check,
    /// `tests/refused`: what the compiler must refuse. Built with the chapter's feature `refused`, so that no other step
    /// waits for the crates that it needs.
    Refused,
}

impl Suite {
    /// The test target's name, and the name in `chapter.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Refused => "refused",
        }
    }
}

/// Those of `steps` that have tests, the ones of a suite together.
#[must_use]
pub fn by_suite<'course>(
    steps: impl IntoIterator<Item = &'course Step>,
) -> Vec<Vec<&'course Step>> {
    let with_tests = steps.into_iter().filter(|step| step.file.is_some());
    let (check, refused) = with_tests.partition(|step| step.suite == Suite::Check);
    let mut suites: Vec<Vec<&Step>> = vec![check, refused];
    suites.retain(|steps| !steps.is_empty());
    suites
}

impl Course {
    /// Reads every `exercises/chapter-*/chapter.toml` under `root`.
    ///
    /// # Errors
    ///
    /// Names the first file that is missing or does not say what it must, and what it should say.
    pub fn load(root: &Path) -> Result<Self, String> {
        let exercises = root.join("exercises");
        let entries = fs::read_dir(&exercises)
            .map_err(|error| format!("cannot read {}: {error}", exercises.display()))?;
        let mut chapters = Vec::new();
        for entry in entries.flatten() {
            let id = entry.file_name().to_string_lossy().into_owned();
            let Some(number) = id.strip_prefix("chapter-").and_then(|n| n.parse().ok()) else {
                continue;
            };
            chapters.push(Chapter::load(root, &id, number)?);
        }
        chapters.sort_by_key(|chapter| chapter.number);
        if chapters.is_empty() {
            return Err(format!(
                "there is no chapter in {}: is this a whole clone of the course?",
                exercises.display()
            ));
        }
        Ok(Self {
            root: root.to_path_buf(),
            chapters,
        })
    }

    /// Each step of the course with its chapter, in order.
    pub fn steps(&self) -> impl Iterator<Item = (&Chapter, &Step)> {
        self.chapters
            .iter()
            .flat_map(|chapter| chapter.steps.iter().map(move |step| (chapter, step)))
    }
}

impl Chapter {
    fn load(root: &Path, id: &str, number: u32) -> Result<Self, String> {
        let dir = root.join("exercises").join(id);
        let shown = format!("exercises/{id}/chapter.toml");
        let text = fs::read_to_string(dir.join("chapter.toml")).map_err(|error| {
            format!("cannot read {shown}: {error}\n  put it back with: git checkout -- {shown}")
        })?;
        let mut table = Table::parse(&shown, &text)?;
        let title = table.string("title")?;
        let page = table.string("page")?;
        let mut steps = Vec::new();
        for (index, mut step) in table.tables("step")?.into_iter().enumerate() {
            let loaded = Step::load(index, &mut step)?;
            step.nothing_else()?;
            steps.push(loaded);
        }
        table.nothing_else()?;
        Ok(Self {
            id: id.to_string(),
            number,
            title,
            page,
            dir,
            steps,
        })
    }

    /// The reference's package: `chapter-3-solution`.
    #[must_use]
    pub fn solution_package(&self) -> String {
        format!("{}-solution", self.id)
    }

    /// The reference's folder relative to the course's root: `solutions/chapter-3`.
    #[must_use]
    pub fn solution_dir(&self) -> String {
        format!("solutions/{}", self.id)
    }
}

impl Step {
    fn load(index: usize, table: &mut Table<'_>) -> Result<Self, String> {
        let hints = table.strings("hints")?;
        let count = hints.len();
        let step = Self {
            id: table.string("id")?,
            number: u32::try_from(index).expect("a chapter has a handful of steps") + 1,
            title: table.string("title")?,
            file: table.optional_string("file")?,
            command: table.optional_string("command")?,
            suite: match table.optional_string("suite")?.as_deref() {
                None | Some("check") => Suite::Check,
                Some("refused") => Suite::Refused,
                Some(other) => {
                    return Err(table.complain(&format!(
                        "`suite`: expected \"check\" or \"refused\", found {other:?}"
                    )));
                }
            },
            page: table.string("page")?,
            minutes: table.integer("minutes")?,
            core: table.boolean("core")?,
            hints: hints.try_into().map_err(|_| {
                table.complain(&format!("`hints` has {count} entries; a step has three"))
            })?,
        };
        if step.file.is_some() == step.command.is_some() {
            return Err(table.complain("a step has either a `file` or a `command`"));
        }
        Ok(step)
    }

    /// The step as the book numbers it: `3.2`.
    #[must_use]
    pub fn numbered(&self, chapter: &Chapter) -> String {
        format!("{}.{}", chapter.number, self.number)
    }

    /// The step as a reader types it: `chapter-3/2`.
    #[must_use]
    pub fn typed(&self, chapter: &Chapter) -> String {
        format!("{}/{}", chapter.id, self.number)
    }

    /// The step's name in files that outlive a renumbering: `chapter-3/timelines`.
    #[must_use]
    pub fn key(&self, chapter: &Chapter) -> String {
        format!("{}/{}", chapter.id, self.id)
    }

    /// The page's address in the built book, relative to its root: `chapter-3/timelines.html`.
    #[must_use]
    pub fn address(&self) -> String {
        let (path, fragment) = self.page.split_once('#').unwrap_or((&self.page, ""));
        let path = match path.strip_suffix("README.md") {
            Some(folder) => format!("{folder}index.html"),
            None => path.replace(".md", ".html"),
        };
        if fragment.is_empty() {
            path
        } else {
            format!("{path}#{fragment}")
        }
    }
}
