//! What the appendices and the workshop collect from the chapters, so that everything stands once.
//!
//! - `{{#differences}}`: the boxes "Where our model differs from Go" in one table, with the sources that
//!   `src/appendix/differences.toml` names.
//! - `{{#sources}}`: the sources of every page.
//! - `{{#ask}}`: what the instructor's notes ask in each part of a chapter.
//! - `{{#symptoms}}`: what the notes say of what goes wrong.
//! - `{{#plots}}`: every plot of `src/benchmarks`, with its machine.

use std::fmt::Write as _;

use xtask::course::{Chapter, Course, Step};
use xtask::toml::Table;

use super::gather::{Rows, Source, head, row};
use super::{Directive, Page, plot};

const BOX: &str = "Where our model differs from Go";
const COLUMNS: [&str; 3] = ["Go does", "We do", "Why it matters"];
const SOURCES: &str = "Sources";
const SYMPTOMS: &str = "Symptom, cause, unblock";

/// Which sources a row of a box rests on.
const ATTRIBUTIONS: &str = "src/appendix/differences.toml";

/// All boxes in one table. Each row also says whose box it is from, and what it rests on.
pub fn differences(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let course = Course::load(&page.root)?;
    let pages = Source::of_chapters(page, &course);
    let mut attributions = attributions(page)?;
    let mut table = head(&COLUMNS);
    for chapter in &course.chapters {
        let Some(source) = Source::read(page, &chapter.page) else {
            continue;
        };
        let rows = Rows::below(&source, BOX)
            .filter(|rows| rows.head == COLUMNS)
            .ok_or_else(|| {
                format!(
                    "src/{} has no `## {BOX}` with the columns Go does, We do, Why it matters",
                    source.path
                )
            })?;
        let link = page.link(&chapter.page)?;
        for cells in &rows.body {
            let mut links = vec![format!(
                "[chapter {}]({link}#{})",
                chapter.number,
                fragment(BOX)
            )];
            let own = attributions
                .iter()
                .position(|it| it.chapter == chapter.id && cells[0].starts_with(&it.go));
            match own {
                Some(index) => links.extend(attributions.swap_remove(index).links(&pages)?),
                None => links.push(format!("[its sources]({link}#{})", fragment(SOURCES))),
            }
            // Below the last cell and not in a column of its own: the table is wide enough.
            let mut cells: Vec<String> = cells.iter().map(|cell| source.moved(cell)).collect();
            if let Some(last) = cells.last_mut() {
                *last += &format!("<br><span class=\"gfs-how\">{}</span>", links.join(" · "));
            }
            table += &row(cells);
        }
    }
    // A row of a chapter that is written was changed, and now has another beginning.
    let written = |id: &str| {
        let mut chapters = course.chapters.iter().filter(|chapter| chapter.id == id);
        chapters.any(|chapter| Source::read(page, &chapter.page).is_some())
    };
    if let Some(left) = attributions.iter().find(|it| written(&it.chapter)) {
        return Err(format!(
            "{ATTRIBUTIONS}: no row of {}'s box begins with `{}`",
            left.chapter, left.go
        ));
    }
    Ok(format!(
        "<div class=\"gfs-differences\">\n\n{table}\n</div>\n"
    ))
}

struct Attribution {
    chapter: String,
    go: String,
    sources: Vec<String>,
}

fn attributions(page: &Page) -> Result<Vec<Attribution>, String> {
    if !page.root.join(ATTRIBUTIONS).is_file() {
        return Ok(Vec::new());
    }
    let text = page.read_from_root(ATTRIBUTIONS)?;
    let mut table = Table::parse(ATTRIBUTIONS, &text)?;
    let mut found = Vec::new();
    for mut entry in table.tables("row")? {
        found.push(Attribution {
            chapter: entry.string("chapter")?,
            go: entry.string("go")?,
            sources: entry.strings("sources")?,
        });
        entry.nothing_else()?;
    }
    table.nothing_else()?;
    Ok(found)
}

impl Attribution {
    /// The links of the entries that it names, from its own chapter where that has one.
    fn links(&self, pages: &[(u32, Source)]) -> Result<Vec<String>, String> {
        let own = format!("{}/", self.chapter);
        let (near, far): (Vec<&Source>, Vec<&Source>) = pages
            .iter()
            .map(|(_, source)| source)
            .partition(|source| source.path.starts_with(&own));
        let mut links = Vec::new();
        for wanted in &self.sources {
            let mut entries = near.iter().chain(&far).flat_map(|source| {
                let list = source.section(SOURCES).unwrap_or_default();
                list.lines().filter_map(|line| line.strip_prefix("- "))
            });
            let entry = entries
                .find(|entry| entry.starts_with(wanted))
                .ok_or_else(|| {
                    format!("{ATTRIBUTIONS}: no page has a source that begins with `{wanted}`")
                })?;
            let mut rest = entry;
            while let Some((_, link)) = rest.split_once('[') {
                let end = link.find(')').map_or(link.len(), |at| at + 1);
                links.push(format!("[{}", &link[..end]));
                rest = &link[end..];
            }
        }
        Ok(links)
    }
}

/// The list of sources of each page, below the page's title.
pub fn sources(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let course = Course::load(&page.root)?;
    let mut text = String::new();
    let mut current = None;
    for (number, source) in Source::of_chapters(page, &course) {
        if current.replace(number) != Some(number) {
            let chapter = course.chapters.iter().find(|it| it.number == number);
            let title = chapter.map_or("", |chapter| &chapter.title);
            let _ = write!(text, "## Chapter {number}: {title}\n\n");
        }
        text += &list(page, &source)?;
    }
    text += "## Appendix\n\n";
    let folder = page.root.join("src/appendix");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .flatten()
        .map(|entry| format!("appendix/{}", entry.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    for source in names.iter().filter_map(|name| Source::read(page, name)) {
        // Pages that collect what stands elsewhere have nothing of their own.
        if !source.text.contains("{{#differences}}") && !source.text.contains("{{#sources}}") {
            text += &list(page, &source)?;
        }
    }
    Ok(text)
}

fn list(page: &Page, source: &Source) -> Result<String, String> {
    Ok(match source.section(SOURCES) {
        Some(list) => format!(
            "**[{}]({})**\n\n{}\n\n",
            source.title,
            page.link(&source.path)?,
            source.moved(list)
        ),
        None => String::new(),
    })
}

/// What to ask in each part, chapter by chapter.
pub fn ask(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let mut text = String::new();
    for (chapter, notes) in all_notes(page)? {
        let mut table = head(&["Part", "Ask, and the answer to expect"]);
        for (part, ask) in asked(&notes) {
            table += &row([part, notes.moved(&ask)]);
        }
        let _ = write!(text, "{}\n{table}\n", of_chapter(page, &chapter, &notes)?);
    }
    Ok(text)
}

/// What goes wrong in each chapter.
pub fn symptoms(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let mut text = String::new();
    for (chapter, notes) in all_notes(page)? {
        if let Some(rows) = Rows::below(&notes, SYMPTOMS) {
            let mut table = head(&["Symptom", "Cause", "Unblock"]);
            for cells in &rows.body {
                table += &row(cells.iter().map(|cell| notes.moved(cell)));
            }
            let _ = write!(text, "{}\n{table}\n", of_chapter(page, &chapter, &notes)?);
        }
    }
    Ok(text)
}

/// Every plot that stands in `src/benchmarks`, in the order of the chapters.
pub fn plots(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let course = Course::load(&page.root)?;
    let mut text = String::new();
    for chapter in &course.chapters {
        if let Some(plot) = plot::with_machine(page, &chapter.id)? {
            let _ = write!(
                text,
                "## Chapter {}: {}\n\n{plot}\n\n",
                chapter.number, chapter.title
            );
        }
    }
    Ok(text)
}

/// What the notes say of one step, folded away below the step's box. Nothing where they say nothing.
pub fn notes_of(page: &Page, chapter: &Chapter, step: &Step) -> Result<String, String> {
    let Some(notes) = notes(page, chapter) else {
        return Ok(String::new());
    };
    let number = step.numbered(chapter);
    let mut text = String::new();
    for (part, ask) in asked(&notes) {
        if part.split([' ', ':', ',']).any(|word| word == number) {
            let _ = write!(text, "**Ask:** {}\n\n", notes.moved(&ask));
        }
    }
    let wrong = Rows::below(&notes, SYMPTOMS).unwrap_or_default();
    let own: Vec<_> = wrong
        .body
        .iter()
        .filter(|cells| {
            let first = cells.first().map_or("", String::as_str);
            first
                .strip_prefix(&number)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        })
        .collect();
    if !own.is_empty() {
        text += &head(&["Symptom", "Cause", "Unblock"]);
        for cells in own {
            text += &row(cells.iter().map(|cell| notes.moved(cell)));
        }
        text += "\n";
    }
    if text.is_empty() {
        return Ok(text);
    }
    let link = page.link(&notes.path)?;
    Ok(format!(
        "<details class=\"gfs-notes\">\n<summary>For the instructor of step {number}</summary>\n\n\
         {text}[All notes to this chapter]({link})\n\n</details>\n"
    ))
}

/// The parts of a chapter's session and what to ask in each.
fn asked(notes: &Source) -> Vec<(String, String)> {
    let mut asked = Vec::new();
    for rows in Rows::all(&notes.text) {
        if let (Some(part), Some(ask)) = (rows.column("Part"), rows.column("Ask")) {
            asked.extend(rows.body.into_iter().filter_map(|cells| {
                let ask = cells.get(ask).filter(|ask| !ask.is_empty())?;
                Some((cells.get(part)?.clone(), ask.clone()))
            }));
        }
    }
    asked
}

fn all_notes(page: &Page) -> Result<Vec<(Chapter, Source)>, String> {
    let chapters = Course::load(&page.root)?.chapters.into_iter();
    Ok(chapters
        .filter_map(|chapter| {
            let notes = notes(page, &chapter)?;
            Some((chapter, notes))
        })
        .collect())
}

fn notes(page: &Page, chapter: &Chapter) -> Option<Source> {
    Source::read(page, &format!("workshop/{}.md", chapter.id))
}

fn of_chapter(page: &Page, chapter: &Chapter, notes: &Source) -> Result<String, String> {
    Ok(format!(
        "### Chapter {}: {}\n\n[All notes to this chapter]({})\n",
        chapter.number,
        chapter.title,
        page.link(&notes.path)?
    ))
}

/// The fragment that mdBook makes of a heading.
fn fragment(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}
