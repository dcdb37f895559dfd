//! The links of a built site: each leads to a file of the site, and each fragment to an id in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::course::slashed;

/// A link that leads nowhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// The page it stands on, relative to the site.
    pub page: String,
    /// The link as the page has it.
    pub link: String,
    /// What is missing.
    pub reason: &'static str,
}

/// The broken links of the site in a folder. Links to other sites are not followed.
///
/// # Errors
///
/// A page cannot be read.
pub fn broken(site: &Path) -> Result<Vec<Broken>, String> {
    let mut pages = BTreeMap::new();
    let mut files = BTreeSet::new();
    walk(site, site, &mut pages, &mut files)?;
    let ids: BTreeMap<&String, BTreeSet<String>> = pages
        .iter()
        .map(|(path, html)| (path, attributes(html, &["id", "name"]).collect()))
        .collect();
    let mut broken = Vec::new();
    for (page, html) in &pages {
        // mdBook writes the page for a wrong address with a base of its own, and all pages in one for print.
        if page == "404.html" || page == "print.html" {
            continue;
        }
        for link in attributes(html, &["href", "src"]) {
            let reason = match target(page, &link) {
                None => continue,
                Some((path, _)) if !files.contains(&path) => "no such file",
                Some((path, fragment)) => match ids.get(&path) {
                    Some(ids) if !fragment.is_empty() && !ids.contains(&fragment) => {
                        "no such id there"
                    }
                    _ => continue,
                },
            };
            broken.push(Broken {
                page: page.clone(),
                link,
                reason,
            });
        }
    }
    Ok(broken)
}

fn walk(
    site: &Path,
    folder: &Path,
    pages: &mut BTreeMap<String, String>,
    files: &mut BTreeSet<String>,
) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let name = slashed(path.strip_prefix(site).expect("the file was found there"));
        if path.is_dir() {
            walk(site, &path, pages, files)?;
            continue;
        }
        if path.extension().is_some_and(|end| end == "html") {
            let html = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            pages.insert(name.clone(), html);
        }
        files.insert(name);
    }
    Ok(())
}

/// The file and the fragment that a link on `page` leads to. `None` where it leaves the site.
fn target(page: &str, link: &str) -> Option<(String, String)> {
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    let external = link.starts_with("//")
        || (!scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    if external {
        return None;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split('?').next().unwrap_or_default();
    let mut parts: Vec<&str> = page.split('/').collect();
    if !path.is_empty() {
        parts.pop();
        for part in path.split('/') {
            match part {
                ".." => drop(parts.pop()),
                "." => {}
                part => parts.push(part),
            }
        }
        // A folder's page is its index; so is the site's.
        if parts.last().is_none_or(|last| last.is_empty()) {
            parts.pop();
            parts.push("index.html");
        }
    }
    Some((parts.join("/"), fragment.to_string()))
}

/// The values of the named attributes, outside comments and scripts.
fn attributes<'a>(html: &'a str, names: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    tags(html).flat_map(move |tag| {
        names.iter().filter_map(move |name| {
            let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
            let value = &tag[start..start + tag[start..].find('"')?];
            Some(value.replace("&amp;", "&"))
        })
    })
}

/// The opening tags, from `<` to `>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find('<')?..];
            if rest.starts_with("<!--") {
                rest = &rest[rest.find("-->")?..];
                continue;
            }
            let tag = &rest[..end_of_tag(rest)?];
            rest = &rest[tag.len()..];
            if tag.starts_with("<script") {
                rest = &rest[rest.find("</script")?..];
            }
            if !tag.starts_with("</") {
                return Some(tag);
            }
        }
    })
}

/// A `>` in a quoted value does not end the tag.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quoted = false;
    for (index, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return Some(index + 1),
            _ => {}
        }
    }
    None
}
