//! What each directive becomes, and what it says when it cannot be followed.

mod course;

use course::Course;

#[test]
fn compare_puts_two_figures_side_by_side() {
    let course = Course::new();
    course.write(
        "src/listings/chapter-1/a.go",
        "package main\n\n// ANCHOR: m\n\nfunc main() {}\n\n// ANCHOR_END: m\n",
    );
    course.write(
        "src/listings/chapter-1/a.rs",
        "// ANCHOR: m\nfn main() {}\n// ANCHOR_END: m\n",
    );
    let page = course
        .expand("{{#compare go=../listings/chapter-1/a.go:m rust=../listings/chapter-1/a.rs:m}}");
    assert_eq!(
        page.unwrap(),
        "<div class=\"gfs-compare\">\n\
         <figure>\n<figcaption>Go</figcaption>\n\n~~~~~~go\nfunc main() {}\n~~~~~~\n\n</figure>\n\
         <figure>\n<figcaption>Rust</figcaption>\n\n\
         ~~~~~~rust\n{{#rustdoc_include ../listings/chapter-1/a.rs:m}}\n~~~~~~\n\n</figure>\n</div>"
    );
}

#[test]
fn what_a_solution_holds_for_its_starter_is_not_printed() {
    let course = Course::new();
    course.write("src/listings/a.go", "package main\n");
    course.write(
        "solutions/chapter-1/src/a.rs",
        "// ANCHOR: whole\nfn a() {\n    // ANCHOR: a todo: add\n    1 + 1\n\n    // STARTER\n    // // Until this is written.\n    \
         // todo!(\"add\");\n    // STARTER_END\n    // ANCHOR_END: a\n}\n// ANCHOR_END: whole\n",
    );
    let page = course.expand(
        "```rust,noplayground\n{{#include ../../solutions/chapter-1/src/a.rs:whole}}\n```\n",
    );
    assert_eq!(
        page.unwrap(),
        "```rust,noplayground\nfn a() {\n    1 + 1\n\n}\n```\n"
    );
    let page = course.expand("{{#include ../../solutions/chapter-1/src/a.rs:a}}");
    assert_eq!(page.unwrap(), "    1 + 1");
    let page = course
        .expand("{{#compare go=../listings/a.go rust=../../solutions/chapter-1/src/a.rs:a}}")
        .unwrap();
    assert!(
        page.contains("~~~~~~rust,noplayground\n    1 + 1\n~~~~~~"),
        "{page}"
    );
}

#[test]
fn rust_that_uses_the_courses_crates_gets_no_run_button() {
    let course = Course::new();
    course.write("a.go", "package main\n");
    course.write("solutions/chapter-1/src/a.rs", "pub fn a() {}\n");
    let page = course
        .expand("{{#compare go=../../a.go rust=../../solutions/chapter-1/src/a.rs}}")
        .unwrap();
    assert!(
        page.contains("~~~~~~rust,noplayground\n{{#include ../../solutions"),
        "{page}"
    );
}

#[test]
fn a_missing_file_or_anchor_is_named_with_page_and_line() {
    let course = Course::new();
    course.write("src/listings/a.go", "package main\n");
    assert_eq!(
        course.complaint("# Title\n\n{{#compare go=../listings/a.go:none rust=../listings/a.rs}}"),
        "src/chapter-1/page.md:3: src/listings/a.go has no line `ANCHOR: none`"
    );
    assert!(
        course
            .complaint("{{#compare go=../listings/a.go rust=../listings/a.rs}}")
            .starts_with("src/chapter-1/page.md:1: cannot read src/listings/a.rs: ")
    );
    assert_eq!(
        course.complaint("{{#compare go=../listings/a.go}}"),
        "src/chapter-1/page.md:1: expected `{{#compare go=PATH[:anchor] rust=PATH[:anchor]}}`, found no `rust=`"
    );
}

#[test]
fn a_broken_include_of_mdbooks_own_is_named_too() {
    let course = Course::new();
    let page = "```rust\n{{#include ../listings/gone.rs}}\n```\n";
    assert!(
        course
            .complaint(page)
            .starts_with("src/chapter-1/page.md:2: cannot read src/listings/gone.rs: ")
    );
}

#[test]
fn an_output_says_how_it_is_compared() {
    let course = Course::new();
    for (end, label) in [
        ("exact", "Output"),
        ("sorted", "Output, lines in any order"),
        ("varies", "One possible output"),
    ] {
        course.write(&format!("src/listings/a.go.{end}.out"), "1 < 2\n\n3\n");
        assert_eq!(
            course
                .expand(&format!("{{{{#output ../listings/a.go.{end}.out}}}}"))
                .unwrap(),
            format!(
                "<figure class=\"gfs-output\">\n<figcaption>{label}</figcaption>\n\n\
                 ~~~~~~text\n1 < 2\n\n3\n~~~~~~\n\n</figure>"
            )
        );
    }
    assert_eq!(
        course.complaint("{{#output ../listings/a.txt}}"),
        "src/chapter-1/page.md:1: expected `{{#output PATH.exact.out, PATH.sorted.out or PATH.varies.out}}`, \
         found `../listings/a.txt`"
    );
}

#[test]
fn a_console_begins_with_its_command() {
    let course = Course::new();
    course.write("src/listings/run.console", "$ cargo xtask list\nnothing\n");
    let page = course
        .expand("{{#console ../listings/run.console}}")
        .unwrap();
    assert!(
        page.contains("~~~~~~console\n$ cargo xtask list\nnothing\n~~~~~~"),
        "{page}"
    );
    course.write("src/listings/run.console", "nothing\n");
    assert!(
        course
            .complaint("{{#console ../listings/run.console}}")
            .contains("begin with the command")
    );
}

#[test]
fn steps_come_from_chapter_toml() {
    let course = Course::new();
    assert_eq!(
        course.expand("{{#steps chapter-1}}").unwrap(),
        "<div class=\"gfs-steps\">\n\n\
         | Step | Minutes | Core or extra |\n|---|--:|---|\n\
         | [1.1 One](page.md) | 15 | core |\n\
         | [1.2 Measure](../lab/index.md#go) | 10 | extra |\n\n\
         The core steps take 15 minutes, all of them 25.\n\n</div>"
    );
    assert_eq!(
        course.complaint("{{#steps chapter-2}}"),
        "src/chapter-1/page.md:1: no chapter `chapter-2`: expected chapter-1"
    );
    std::fs::remove_file(course.root().join("src/lab/README.md")).unwrap();
    assert_eq!(
        course.complaint("{{#steps chapter-1}}"),
        "src/chapter-1/page.md:1: exercises/chapter-1/chapter.toml, step `lab`: there is no page src/lab/README.md"
    );
}

#[test]
fn a_step_names_its_file_and_commands() {
    let course = Course::new();
    let step = course.expand("{{#step chapter-1/one}}").unwrap();
    for part in [
        "role=\"group\" aria-label=\"Step 1.1\"",
        "15 minutes, core",
        "<code>exercises/chapter-1/src/one.rs</code>",
        "<code>cargo xtask check chapter-1/1</code>",
        "<code>cargo xtask hint chapter-1/1</code>",
    ] {
        assert!(step.contains(part), "no {part} in\n{step}");
    }
    let lab = course.expand("{{#step chapter-1/lab}}").unwrap();
    assert!(
        lab.contains("<code>cargo xtask lab chapter-1</code>"),
        "{lab}"
    );
    assert_eq!(
        course.complaint("{{#step chapter-1/two}}"),
        "src/chapter-1/page.md:1: chapter-1 has no step `two`: expected one, lab"
    );
}

#[test]
fn a_plot_is_the_picture_and_its_figures() {
    let course = Course::new();
    assert!(
        course
            .complaint("{{#plot chapter-1}}")
            .ends_with("; `cargo xtask bench chapter-1` writes it")
    );
    course.write(
        "src/benchmarks/chapter-1.svg",
        "<svg role=\"img\">\n\n<title>Bars</title></svg>\n",
    );
    course.write(
        "src/benchmarks/chapter-1.json",
        r#"{"command": "cargo xtask bench chapter-1", "date": "2026-01-31", "machine": {"cpu": "A", "cores": 2},
            "rows": [{"title": "Sum", "workers": 2, "metric": {"unit": "s"}, "contenders": [
                {"name": "a|b", "summary": {"median": 0.0213}, "to_reference": {"median": 1.0, "q1": 0.98, "q3": 1.02}},
                {"name": "absent", "summary": null}]}]}"#,
    );
    let plot = course.expand("{{#plot chapter-1}}").unwrap();
    assert!(
        plot.contains("<svg role=\"img\">\n<title>Bars</title></svg>\n"),
        "{plot}"
    );
    assert!(
        plot.contains("<tr><td>a|b</td><td>21.3 ms</td><td>1.00 (0.98 to 1.02)</td></tr>"),
        "{plot}"
    );
    assert!(!plot.contains("absent"), "{plot}");
}

#[test]
fn directives_in_code_or_behind_a_backslash_are_text() {
    let course = Course::new();
    for page in [
        "```text\n{{#steps chapter-1}}\n```\n",
        "Write `{{#steps chapter-1}}` on a line.\n",
        "    {{#steps chapter-1}}\n",
        "\\{{#steps chapter-1}}\n",
    ] {
        assert_eq!(course.expand(page).as_deref(), Ok(page));
    }
}

#[test]
fn a_box_is_no_code() {
    let course = Course::new();
    course.write("src/listings/a.go.exact.out", "1\n");
    let page = "```admonish question title=\"x = 1\" collapsible=true\n{{#output ../listings/a.go.exact.out}}\n```\n";
    let expanded = course.expand(page).unwrap();
    assert!(
        expanded.contains("<figcaption>Output</figcaption>"),
        "{expanded}"
    );
    let code = "````admonish note\n```text\n{{#steps chapter-1}}\n```\n````\n";
    assert_eq!(course.expand(code).as_deref(), Ok(code));
}

#[test]
fn a_directive_in_a_list_stays_in_its_item() {
    let course = Course::new();
    course.write("src/listings/a.go.exact.out", "1\n");
    let page = course
        .expand("- item\n\n  {{#output ../listings/a.go.exact.out}}\n")
        .unwrap();
    assert!(
        page.contains("\n  <figcaption>Output</figcaption>\n\n  ~~~~~~text\n  1\n"),
        "{page}"
    );
}

#[test]
fn slips_of_the_pen_are_told_apart() {
    let course = Course::new();
    for (page, message) in [
        (
            "{{#stepz chapter-1}}",
            "no directive `stepz`: expected compare, ",
        ),
        (
            "See {{#steps chapter-1}}",
            "a directive stands on a line of its own",
        ),
        (
            "{{#steps chapter-1",
            "a directive is never closed: expected `}}`",
        ),
        (
            "{{#steps}}",
            "expected `{{#steps chapter-N}}`, found 0 words",
        ),
        (
            "{{#steps chapter-1 loud=yes}}",
            "expected `{{#steps chapter-N}}`, found `loud=`",
        ),
        (
            "{{#timeline a.txt caption=\"x}}",
            "the quote after `caption=` is never closed",
        ),
    ] {
        let complaint = course.complaint(page);
        assert!(
            complaint.starts_with(&format!("src/chapter-1/page.md:1: {message}")),
            "{page}: {complaint}"
        );
    }
}

#[test]
fn a_link_to_a_readme_leads_to_the_page_that_mdbook_makes_of_it() {
    let course = Course::new();
    let page = "[a](README.md), [b](../lab/README.md#go), `](README.md)`, [c](https://example.org/README.md)\n";
    assert_eq!(
        course.expand(page).unwrap(),
        "[a](index.md), [b](../lab/index.md#go), `](README.md)`, [c](https://example.org/README.md)\n"
    );
}
