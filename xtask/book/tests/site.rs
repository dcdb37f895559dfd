//! A whole build in one process, with the repository's own theme and configuration.

mod course;

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use book::site::{self, For};
use course::Course;

/// A course with the repository's theme, and preprocessor commands that cannot run.
fn course() -> Course {
    let course = Course::with_theme();
    let config = fs::read_to_string(course.root().join("book.toml")).unwrap();
    let config = config.replace("cargo run -q", "a-command-that-does-not-exist");
    course.write("book.toml", &config);
    course
}

fn build(course: &Course) -> Result<String, String> {
    let dest = course.root().join("out");
    site::build(course.root(), &dest, For::Publishing)?;
    Ok(fs::read_to_string(dest.join("chapter-1/page.html")).unwrap())
}

#[test]
fn directives_and_boxes_are_rendered_without_a_child_process() {
    let course = course();
    course.write("src/listings/a.go.exact.out", "1 < 2\n");
    course.write(
        "src/chapter-1/page.md",
        "# One\n\n```admonish question title=\"1. Is *x = 1* so?\" collapsible=true\n{{#output ../listings/a.go.exact.out}}\n```\n\n\
         ```admonish note\nA *word*.\n```\n",
    );
    let html = build(&course).unwrap();
    assert!(html.contains("<figcaption>Output</figcaption>"), "{html}");
    assert!(html.contains("1 &lt; 2"), "{html}");
    let details = html
        .split("<details ")
        .nth(1)
        .expect("a collapsible box")
        .split('>')
        .next()
        .unwrap();
    assert!(
        !details.contains("role=") && !details.contains("aria-"),
        "{details}"
    );
    let summary = html
        .split("<summary")
        .nth(1)
        .unwrap()
        .split("</summary>")
        .next()
        .unwrap();
    assert!(
        summary.contains(">1. Is <em>x = 1</em> so?</span>"),
        "{summary}"
    );
    assert!(
        !summary.contains("<div") && !summary.contains("<a "),
        "{summary}"
    );
    assert!(html.contains("<em>word</em>"), "{html}");
    assert!(!html.contains("admonition-anchor-link"), "{html}");
}

#[test]
fn the_page_offers_three_themes_and_downloads_no_font() {
    let html = build(&course()).unwrap();
    for name in ["Auto", "Light", "Dark"] {
        assert!(html.contains(&format!(">{name}</button>")), "{html}");
    }
    for name in ["Rust", "Coal", "Navy", "Ayu", "fonts/", "mathjax", "ace"] {
        assert!(
            !html.contains(&format!(">{name}<")) && !html.contains(&format!("/{name}")),
            "{name} in {html}"
        );
    }
    assert!(html.contains("edit/main/src/chapter-1/page.md"), "{html}");
}

#[test]
fn anything_wrong_fails_the_build() {
    for (page, message) in [
        (
            "{{#include gone.txt}}",
            "src/chapter-1/page.md:1: cannot read src/chapter-1/gone.txt",
        ),
        (
            "```admonish nonsense title=\"a\n```\n",
            "src/chapter-1/page.md: ",
        ),
        ("<div>\n\nnever closed\n", "unclosed HTML tag"),
    ] {
        let course = course();
        course.write("src/chapter-1/page.md", page);
        let complaint = build(&course).unwrap_err();
        assert!(complaint.contains(message), "{page}: {complaint}");
    }
    let course = course();
    fs::remove_file(course.root().join("src/chapter-1/page.md")).unwrap();
    let complaint =
        site::build(course.root(), &course.root().join("out"), For::Publishing).unwrap_err();
    assert!(complaint.contains("chapter-1/page.md"), "{complaint}");
}

#[test]
fn a_plain_mdbook_gets_the_same_through_the_protocol() {
    let book = || Command::new(env!("CARGO_BIN_EXE_book"));
    for name in ["course", "admonish"] {
        assert!(
            book()
                .args(["preprocess", name, "supports", "html"])
                .status()
                .unwrap()
                .success()
        );
        assert!(
            !book()
                .args(["preprocess", name, "supports", "epub"])
                .status()
                .unwrap()
                .success()
        );
    }
    let course = Course::new();
    let input = serde_json::json!([
        {"root": course.root(), "config": {"book": {"src": "src"}}, "renderer": "html", "mdbook_version": "0.5.4"},
        {"items": [{"Chapter": {
            "name": "One", "content": "{{#step chapter-1/one}}", "number": null, "sub_items": [],
            "path": "chapter-1/page.md", "source_path": "chapter-1/page.md", "parent_names": []
        }}]}
    ]);
    let mut child = book()
        .args(["preprocess", "course"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.to_string().as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let book: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let content = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert!(
        content.contains("cargo xtask check chapter-1/1"),
        "{content}"
    );
}

#[test]
fn a_published_site_has_a_sitemap_with_the_address_of_every_page() {
    let course = course();
    build(&course).unwrap();
    let sitemap = fs::read_to_string(course.root().join("out/sitemap.xml")).unwrap();
    let address = "https://goroutines-from-scratch.github.io/goroutines-from-scratch";
    for page in ["", "chapter-1/page.html"] {
        let line = format!("<loc>{address}/{page}</loc>");
        assert!(sitemap.contains(&line), "no {line} in:\n{sitemap}");
    }
    assert!(!sitemap.contains("404"), "{sitemap}");
}
