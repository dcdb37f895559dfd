//! The house's rules for pages, where a program can check them.
//!
//! A page shows Rust and Go only by an include of a file that is compiled and run; each listing has its recorded output
//! beside it; each page is in `SUMMARY.md`; each link leads somewhere. A problem reads `src/…md:LINE: what, and what to
//! do`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::course::{Directive, Excerpt, Page, schedule_problems};
use crate::drawing;
use crate::markdown::{Code, Fence, line_of};
use crate::site_links;

/// Where a page may take code from: everything there is compiled and run by `cargo xtask test`.
const SOURCES: [&str; 3] = ["src/listings", "solutions", "exercises"];

/// Endings that say how a listing's recorded output is compared.
const RECORDS: [&str; 3] = [".exact.out", ".sorted.out", ".varies.out"];

/// Marks in a program that are for the course's tools. No page explains them; CONTRIBUTING.md does.
const MARKS: [&str; 3] = ["STARTER", "ANCHOR:", "ANCHOR_END:"];

/// What is wrong with the pages under `root/src`, in the order of their paths and lines.
///
/// # Errors
///
/// A page cannot be read.
pub fn pages(root: &Path) -> Result<Vec<String>, String> {
    let src = root.join("src");
    let mut problems = schedule_problems(root)?;
    problems.extend(messages(root)?);
    let summary = read(&src.join("SUMMARY.md"))?;
    for file in markdown_files(&src)? {
        let path = file.strip_prefix(&src).expect("the file was found there");
        let page = Page::new(root, Path::new("src"), path);
        let text = read(&file)?;
        problems.extend(code(&page, &text));
        problems.extend(tables(&page, &text));
        // mdBook finds the page for a wrong address by its name. How figures are drawn is for those who write the book.
        let unlisted = ["404.md", "figures/README.md"].map(Path::new);
        if !unlisted.contains(&path) && !summary.contains(&format!("]({})", slashed(path))) {
            problems.push(format!(
                "{}:1: is not in src/SUMMARY.md, so no reader finds it: add it there",
                page.shown()
            ));
        }
    }
    Ok(problems)
}

/// What is wrong with the pictures under `root/src/figures`: one that cannot be drawn or read, or that no page shows.
///
/// # Errors
///
/// A picture or a page cannot be read.
pub fn figures(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join("src/figures");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut pages = String::new();
    for page in markdown_files(&root.join("src"))? {
        // The list for those who draw shows a reader nothing.
        if !page.starts_with(&folder) {
            pages.push_str(&read(&page)?);
        }
    }
    let mut problems = Vec::new();
    for file in files_under(&folder)? {
        let end = file.extension().and_then(|end| end.to_str());
        let found = match end {
            Some("fig") => match drawing::draw(&read(&file)?, "") {
                Ok(svg) => drawing::check(&svg),
                Err(problems) => problems,
            },
            Some("svg") => drawing::check(&read(&file)?),
            _ => continue,
        };
        let path = slashed(file.strip_prefix(root).expect("the file was found there"));
        problems.extend(found.iter().map(|problem| format!("{path}: {problem}")));
        let svg = file.with_extension("svg");
        let svg = slashed(svg.strip_prefix(root.join("src")).unwrap_or(&svg));
        if !pages.contains(&format!("{svg} ")) {
            problems.push(format!(
                "{path}: no page shows it: put `{{{{#figure …/{svg} …}}}}` into one, or remove it"
            ));
        }
    }
    Ok(problems)
}

/// What the runner says, as the workshop's page quotes it, and the runner does not say.
///
/// # Errors
///
/// A source file of the runner cannot be read.
pub fn messages(root: &Path) -> Result<Vec<String>, String> {
    let page = "src/workshop/unblock.md";
    let Ok(text) = fs::read_to_string(root.join(page)) else {
        return Ok(Vec::new());
    };
    let mut sources = String::new();
    for file in files_under(&root.join("xtask/src"))? {
        // A long message goes on in the next line of the source.
        for line in read(&file)?.lines() {
            let line = line.trim_start();
            match line.strip_suffix('\\') {
                Some(begun) => sources.push_str(begun),
                None => sources.push_str(&format!("{line}\n")),
            }
        }
    }
    let mut problems = Vec::new();
    let mut quoted = false;
    for (index, line) in text.lines().enumerate() {
        if !line.starts_with('|') {
            quoted = false;
        } else if line.starts_with("| The runner says |") {
            quoted = true;
        } else if quoted && let Some(words) = line.strip_prefix("| `") {
            let words = words.split('`').next().unwrap_or_default();
            if !sources.contains(words) {
                problems.push(format!(
                    "{page}:{}: the runner says `{words}` nowhere: quote what xtask/src prints",
                    index + 1
                ));
            }
        }
    }
    Ok(problems)
}

/// What is wrong with the links of the site that was built into `site`.
///
/// # Errors
///
/// A file of the site cannot be read.
pub fn links(root: &Path, site: &Path) -> Result<Vec<String>, String> {
    let mut sources: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let src = root.join("src");
    for file in markdown_files(&src)? {
        let path = file.strip_prefix(&src).expect("the file was found there");
        let html = slashed(path)
            .replace("README.md", "index.html")
            .replace(".md", ".html");
        sources.entry(html).or_default().push(file);
    }
    let mut problems = BTreeSet::new();
    for broken in site_links::broken(site)? {
        // The template's own links stand in no page.
        let source = sources.get(&broken.page).and_then(|files| files.first());
        let place = match source {
            Some(file) => {
                let shown = slashed(file.strip_prefix(root).unwrap_or(file));
                format!("{shown}:{}", link_line(&read(file)?, &broken.link))
            }
            None => broken.page.clone(),
        };
        problems.insert(format!(
            "{place}: the link `{}` leads nowhere ({}): mend the link or its target",
            broken.link, broken.reason
        ));
    }
    Ok(problems.into_iter().collect())
}

/// The pages of the site in `site` that print a mark which is for the course's tools: an anchor's, or a starter's.
///
/// # Errors
///
/// A file of the site cannot be read.
pub fn marks(site: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    for file in files_under(site)? {
        if file.extension().is_none_or(|end| end != "html") {
            continue;
        }
        let shown = slashed(file.strip_prefix(site).expect("the file was found there"));
        for line in read(&file)?.lines() {
            if MARKS.iter().any(|mark| line.contains(mark)) {
                problems.push(format!(
                    "{shown}: prints `{}`: include the file by an anchor, and not as a whole or by lines",
                    line.trim()
                ));
            }
        }
    }
    Ok(problems)
}

/// The pages under a folder, in the order of their paths, without `SUMMARY.md`.
///
/// # Errors
///
/// A folder cannot be read.
pub fn markdown_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = files_under(folder)?;
    files.retain(|path| {
        path.extension().is_some_and(|end| end == "md") && !path.ends_with("SUMMARY.md")
    });
    Ok(files)
}

fn files_under(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// What is wrong with the code that a page shows.
#[must_use]
pub fn code(page: &Page, text: &str) -> Vec<String> {
    let code = Code::of(text);
    let mut problems = Vec::new();
    for fence in &code.fences {
        if let Some(Err(message)) =
            shown(fence).map(|include| include.and_then(|it| check(page, it)))
        {
            problems.push((fence.line, message));
        }
    }
    for (start, _) in text.match_indices("{{#compare") {
        if code.contains(start) {
            continue;
        }
        if let Some(Ok(directive)) = Directive::parse(&text[start..]) {
            for language in ["go", "rust"] {
                if let Err(message) = directive
                    .value(language, "go=… rust=…")
                    .and_then(|named| check(page, named))
                {
                    problems.push((line_of(text, start), message));
                }
            }
        }
    }
    problems.sort();
    let shown = page.shown();
    problems
        .into_iter()
        .map(|(line, message)| format!("{shown}:{line}: {message}"))
        .collect()
}

/// What is wrong with the tables of a page: a column without a name is read out as nothing.
#[must_use]
pub fn tables(page: &Page, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut head = false;
    let mut cell = "";
    for (event, range) in new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter() {
        match event {
            Event::Start(Tag::TableHead) => head = true,
            Event::End(TagEnd::TableHead) => head = false,
            Event::Start(Tag::TableCell) => cell = &text[range],
            Event::End(TagEnd::TableCell)
                if head && cell.trim().trim_matches('|').trim().is_empty() =>
            {
                problems.push(format!(
                    "{}:{}: a column of this table has no heading: say what it holds",
                    page.shown(),
                    line_of(text, range.start)
                ));
            }
            _ => {}
        }
    }
    problems
}

/// The include that a Rust or Go fence consists of. `None` for a fence in another language.
fn shown(fence: &Fence) -> Option<Result<&str, String>> {
    let language = fence.info.split([',', ' ', '{']).next().unwrap_or_default();
    if !["rust", "rs", "go", "golang"].contains(&language.to_lowercase().as_str()) {
        return None;
    }
    let text = fence.text.trim();
    let include = Directive::parse(text)
        .and_then(Result::ok)
        .filter(|directive| {
            directive.length == text.len()
                && ["include", "rustdoc_include"].contains(&directive.name)
                && text.starts_with("{{#")
        });
    Some(match include {
        // The words after the name, as they stand: the directive borrows from the fence.
        Some(directive) => Ok(text[3 + directive.name.len()..text.len() - 2].trim()),
        None => Err(format!(
            "a {language} fence holds typed code: put it into a file under src/listings, and only \
             `{{{{#include ../listings/…:anchor}}}}` into the fence"
        )),
    })
}

/// Follows an include, and asks for the recorded output of a listing.
fn check(page: &Page, named: &str) -> Result<(), String> {
    let excerpt = Excerpt::parse(named);
    let path = page.resolve(excerpt.path);
    if !SOURCES.iter().any(|source| path.starts_with(source)) {
        return Err(format!(
            "includes {}, which nothing compiles: take code from {}",
            slashed(&path),
            SOURCES.join(", ")
        ));
    }
    excerpt
        .read(page)
        .map_err(|message| format!("{message}: mend the include, or the file"))?;
    let recorded = |end: &str| page.root.join(format!("{}{end}", slashed(&path))).is_file();
    if path.starts_with("src/listings") && !RECORDS.iter().any(|end| recorded(end)) {
        return Err(format!(
            "{} has no recorded output: record it beside it, as {}",
            slashed(&path),
            RECORDS.map(|end| format!("*{end}")).join(", ")
        ));
    }
    Ok(())
}

/// The line of a page on which a link most likely stands: the rendered page does not say.
fn link_line(text: &str, link: &str) -> usize {
    let written = link
        .replace(".html", ".md")
        .replace("index.md", "README.md");
    let fragment = link.split_once('#').map(|(_, id)| format!("#{id}"));
    [Some(link.to_string()), Some(written), fragment]
        .iter()
        .flatten()
        .find_map(|part| text.find(part.as_str()))
        .map_or(1, |index| line_of(text, index))
}

fn slashed(path: &Path) -> String {
    crate::course::slashed(path)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
