//! Parts of pages, for the pages that collect them: a section by its heading, and the rows of its tables.

use xtask::course::Course;

use super::Page;

/// A page of the book, read to take something out of it.
pub struct Source {
    /// Relative to `src`: `chapter-3/README.md`.
    pub path: String,
    /// What its first heading says.
    pub title: String,
    /// The whole text.
    pub text: String,
}

/// The first table of a section: its head, and the rows below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The names of the columns.
    pub head: Vec<String>,
    /// The cells, row by row.
    pub body: Vec<Vec<String>>,
}

impl Source {
    /// The page at `path`, relative to `src`. `None` where nobody has written it.
    #[must_use]
    pub fn read(page: &Page, path: &str) -> Option<Self> {
        let text = page.read_from_root(&format!("src/{path}")).ok()?;
        let title = text.lines().find_map(|line| line.strip_prefix("# "));
        Some(Self {
            path: path.to_string(),
            title: title.unwrap_or(path).trim().to_string(),
            text,
        })
    }

    /// The pages of the chapters that are written, in the order of the book, each with its chapter's number.
    #[must_use]
    pub fn of_chapters(page: &Page, course: &Course) -> Vec<(u32, Self)> {
        let mut paths: Vec<(u32, &str)> = Vec::new();
        for chapter in &course.chapters {
            let steps = chapter.steps.iter().map(|step| step.page.as_str());
            for path in std::iter::once(chapter.page.as_str()).chain(steps) {
                let path = path.split('#').next().unwrap_or(path);
                if paths.iter().all(|(_, known)| *known != path) {
                    paths.push((chapter.number, path));
                }
            }
        }
        paths
            .into_iter()
            .filter_map(|(number, path)| Some((number, Self::read(page, path)?)))
            .collect()
    }

    /// What stands below `## heading`, up to the next heading of that rank.
    #[must_use]
    pub fn section(&self, heading: &str) -> Option<&str> {
        let mark = format!("\n## {heading}\n");
        let start = self.text.find(&mark)? + mark.len();
        let rest = &self.text[start..];
        Some(rest[..rest.find("\n## ").unwrap_or(rest.len())].trim())
    }

    /// Makes the links of a part of this page right for a page in another folder beside this one's.
    #[must_use]
    pub fn moved(&self, part: &str) -> String {
        let (folder, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        let mut moved = String::with_capacity(part.len());
        let mut rest = part;
        while let Some(at) = rest.find("](") {
            let (before, link) = rest.split_at(at + 2);
            moved.push_str(before);
            let target = link.split(')').next().unwrap_or_default();
            if target.starts_with('#') {
                moved.push_str(&format!("../{folder}/{name}"));
            } else if !target.contains(':') && !target.starts_with("../") {
                moved.push_str(&format!("../{folder}/"));
            }
            rest = link;
        }
        moved + rest
    }
}

impl Rows {
    /// Every table of a text, in order.
    #[must_use]
    pub fn all(text: &str) -> Vec<Self> {
        let mut tables: Vec<Self> = Vec::new();
        let mut inside = false;
        for line in text.lines() {
            let Some(row) = line.strip_prefix('|') else {
                inside = false;
                continue;
            };
            let cells = cells(row);
            if !inside {
                inside = true;
                tables.push(Self {
                    head: cells,
                    body: Vec::new(),
                });
            } else if !cells.iter().all(|cell| is_rule(cell)) {
                tables.last_mut().expect("one is open").body.push(cells);
            }
        }
        tables
    }

    /// The first table below `heading`.
    #[must_use]
    pub fn below(source: &Source, heading: &str) -> Option<Self> {
        Self::all(source.section(heading)?).into_iter().next()
    }

    /// The number of the column whose name begins with `name`.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.head.iter().position(|head| head.starts_with(name))
    }
}

/// A row of a table, written down again.
pub fn row<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let mut row = String::from("|");
    for cell in cells {
        row += " ";
        row += cell.as_ref();
        row += " |";
    }
    row + "\n"
}

/// The head of a table, with its rule.
pub fn head(names: &[&str]) -> String {
    format!("{}|{}\n", row(names), "---|".repeat(names.len()))
}

/// The cells of a row, without the bar at its beginning. A bar behind a backslash is text.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in row.trim_end().trim_end_matches('|').chars() {
        if c == '|' && !escaped {
            cells.push(String::new());
        } else {
            cells.last_mut().expect("there is always one").push(c);
        }
        escaped = c == '\\';
    }
    cells.iter().map(|cell| cell.trim().to_string()).collect()
}

fn is_rule(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|byte| byte == b'-' || byte == b':')
}
