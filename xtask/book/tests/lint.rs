//! Each rule of the house, broken once.

mod course;

use std::fs;

use book::lint;
use book::site_links::broken;
use course::Course;

fn complaints(page: &str) -> Vec<String> {
    let course = Course::new();
    course.write(
        "src/listings/a.go",
        "package main\n// ANCHOR: m\nfunc main() {}\n// ANCHOR_END: m\n",
    );
    course.write("src/listings/a.go.exact.out", "");
    course.write("src/listings/silent.rs", "fn main() {}\n");
    course.write("solutions/chapter-1/src/a.rs", "pub fn a() {}\n");
    course.write("src/elsewhere.rs", "fn main() {}\n");
    lint::code(&course.page(), page)
}

#[test]
fn a_hand_typed_fence_is_refused() {
    for page in [
        "# One\n\n```rust\nfn main() {}\n```\n",
        "# One\n\n```go\npackage main\n```\n",
        "# One\n\n~~~rust,ignore\nfn main() {}\n~~~\n",
        "# One\n\n```Rust\nfn main() {}\n```\n",
        "# One\n\n```golang\nfunc main() {}\n```\n",
        "# One\n\n```rs\n{{#include ../listings/a.go}}\nlet x = 1;\n```\n",
        "# One\n\n```go\n{{#include ../listings/a.go:m}} {{#include ../listings/a.go:m}}\n```\n",
        "# One\n\n> ```go\n> func main() {}\n> ```\n",
        "# One\n\n````admonish note\n```rust\nlet x = 1;\n```\n````\n",
    ] {
        let complaints = complaints(page);
        assert_eq!(complaints.len(), 1, "{page}: {complaints:?}");
        let line = if page.contains("admonish") { 4 } else { 3 };
        assert!(
            complaints[0].starts_with(&format!("src/chapter-1/page.md:{line}: a "))
                && complaints[0].contains("put it into a file under src/listings"),
            "{page}: {complaints:?}"
        );
    }
}

#[test]
fn a_page_that_prints_a_build_mark_is_named() {
    let course = Course::new();
    course.write("site/a.html", "<code>fn a() {\n    // STARTER\n</code>\n");
    course.write("site/b/c.html", "<p>A starter, an anchor.</p>\n");
    course.write(
        "site/b/d.html",
        "<code>// ANCHOR: d todo: write it\n</code>\n",
    );
    course.write("site/other.js", "// STARTER\n");
    let problems = lint::marks(&course.root().join("site")).unwrap();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems[0].starts_with("a.html: prints `// STARTER`: "),
        "{problems:?}"
    );
    assert!(
        problems[1].starts_with("b/d.html: prints `"),
        "{problems:?}"
    );
}

#[test]
fn an_include_of_a_compiled_file_is_accepted() {
    for page in [
        "```go\n{{#include ../listings/a.go:m}}\n```\n",
        "```rust,noplayground\n{{#include ../../solutions/chapter-1/src/a.rs}}\n```\n",
        "```toml\n[package]\n```\n",
        "- item\n\n  ```go\n  {{#include ../listings/a.go:m}}\n  ```\n",
    ] {
        assert_eq!(complaints(page), [""; 0], "{page}");
    }
}

#[test]
fn an_include_is_followed() {
    for (include, message) in [
        ("../listings/gone.rs", "cannot read src/listings/gone.rs"),
        (
            "../listings/a.go:none",
            "src/listings/a.go has no line `ANCHOR: none`",
        ),
        (
            "../elsewhere.rs",
            "includes src/elsewhere.rs, which nothing compiles",
        ),
        (
            "../listings/silent.rs",
            "src/listings/silent.rs has no recorded output: record it beside it",
        ),
    ] {
        let complaints = complaints(&format!("```rust\n{{{{#include {include}}}}}\n```\n"));
        assert_eq!(complaints.len(), 1, "{include}: {complaints:?}");
        assert!(
            complaints[0].starts_with(&format!("src/chapter-1/page.md:1: {message}")),
            "{complaints:?}"
        );
    }
    let complaints = complaints("{{#compare go=../listings/a.go:m rust=../listings/silent.rs}}\n");
    assert!(
        complaints[0].contains("no recorded output"),
        "{complaints:?}"
    );
}

#[test]
fn a_column_has_a_heading() {
    let course = Course::new();
    let tables = |page: &str| lint::tables(&course.page(), page);
    assert_eq!(tables("| A | B |\n|---|---|\n| 1 | |\n"), [""; 0]);
    let problems = tables("# One\n\n| | B |\n|---|---|\n| 1 | 2 |\n");
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("src/chapter-1/page.md:3: a column of this table has no heading"),
        "{problems:?}"
    );
}

#[test]
fn a_page_that_no_reader_finds_is_named() {
    let course = Course::new();
    assert_eq!(lint::pages(course.root()).unwrap(), [""; 0]);
    course.write("src/chapter-1/lost.md", "# Lost\n");
    let problems = lint::pages(course.root()).unwrap();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(
        problems[0].starts_with("src/chapter-1/lost.md:1: is not in src/SUMMARY.md"),
        "{problems:?}"
    );
}

#[test]
fn links_and_fragments_are_followed() {
    let course = Course::new();
    let site = course.root().join("site");
    course.write(
        "site/index.html",
        "<h1 id=\"top\">Home</h1> <a href=\"sub/page.html#here\">a</a> <a href=\"#top\">b</a>",
    );
    course.write(
        "site/sub/page.html",
        "<a id=\"here\" href=\"../index.html?x#top\">c</a><a href=\"https://example.org/none\">d</a>
         <a href=\"../\">e</a><a href=\"gone.html\">f</a><a title=\"a > b\" href=\"../index.html#gone\">g</a>
         <script>'<a href=\"script.html\">'</script><!-- <a href=\"comment.html\"> -->",
    );
    let found: Vec<_> = broken(&site)
        .unwrap()
        .into_iter()
        .map(|broken| (broken.page, broken.link, broken.reason))
        .collect();
    let page = || "sub/page.html".to_string();
    assert_eq!(
        found,
        [
            (page(), "gone.html".to_string(), "no such file"),
            (page(), "../index.html#gone".to_string(), "no such id there"),
        ]
    );
    course.write("src/sub/page.md", "# Sub\n\nSee [g](gone.md).\n");
    let problems = lint::links(course.root(), &site).unwrap();
    assert!(
        problems.contains(&"src/sub/page.md:3: the link `gone.html` leads nowhere (no such file): mend the link or its target".to_string()),
        "{problems:?}"
    );
    fs::remove_dir_all(site).unwrap();
}
