//! The figures: what a description becomes, and what is refused.

mod course;

use book::{drawing, lint};
use std::fs;
use std::path::Path;

use book::course::{Page, expand};
use course::Course;

const SHARED: &str = "\
# A queue and the worker that it feeds.
height 120
queue q at=10,40 slots=2 holds=\"- G1\" say=\"run queue\"
worker w at=200,10 size=120x90 core=1 say=\"worker 1\"
arrow from=q to=w
";

fn draw(description: &str) -> String {
    drawing::draw(description, "A & B").unwrap()
}

/// The one problem of a description that begins with `height 100`.
fn refused(lines: &str) -> String {
    let mut problems = drawing::draw(&format!("height 100\n{lines}"), "").unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems.remove(0)
}

#[test]
fn a_description_becomes_an_svg_that_follows_the_theme() {
    let svg = draw(SHARED);
    assert!(
        svg.starts_with(
            "<svg class=\"gfs-drawing\" role=\"img\" aria-label=\"A &amp; B\" viewBox=\"0 0 400 120\" "
        ),
        "{svg}"
    );
    assert!(svg.contains("<g class=\"gfs-worker gfs-of-1\">"), "{svg}");
    assert!(
        svg.contains("<g class=\"gfs-goroutine\"><circle cx=\"55\" cy=\"55\" r=\"13\"/>"),
        "{svg}"
    );
    assert_eq!(drawing::check(&svg), [""; 0]);
}

#[test]
fn an_arrow_ends_where_the_shapes_end() {
    let svg = draw(
        "height 100\nbox a at=10,40 size=40x20\nbox b at=110,40 size=40x20\narrow from=a to=b",
    );
    assert!(
        svg.contains("<path d=\"M52 50L101 50\"/><polygon points=\"108,50 99,45.5 99,54.5\"/>"),
        "{svg}"
    );
}

#[test]
fn a_line_that_cannot_be_drawn_is_named() {
    for (line, problem) in [
        ("blob at=1,2", "line 2: there is no shape `blob`"),
        ("goroutine g say=G1", "line 2: `goroutine` needs `at=`"),
        (
            "goroutine g at=20,20 colour=red",
            "line 2: `goroutine` takes at=, say=, core=, look=, not `colour=`",
        ),
        (
            "goroutine g at=20,20 core=9",
            "line 2: the theme has the cores 0 to 5",
        ),
        (
            "text at=20 say=a",
            "line 2: expected `X,Y` or a shape above, with `.left`, `.right`, `.top` or `.bottom`, found `20`",
        ),
        (
            "queue q at=9,50 slots=1 holds=\"G1 G2\"",
            "line 2: there is no slot for `G2`",
        ),
        (
            "text at=20,20 say=\"a",
            "line 2: the quote after `say=` is never closed",
        ),
        (
            "box b at=20,20 size=9x9 look=bold",
            "line 2: there is no look `bold`: closed, code, dashed, done, faint, ghost, halo, hot, mark, muted, parked, \
             ringing, running, soft, state, strong, wake",
        ),
        (
            "waker w at=20,20\nwaker w at=50,20",
            "line 3: a shape above has the name `w` already",
        ),
    ] {
        assert_eq!(refused(line), problem);
    }
    assert_eq!(
        drawing::draw("text at=20,20 say=a", "").unwrap_err(),
        ["expected a line `height N`, found none"]
    );
}

#[test]
fn text_that_could_not_be_read_is_refused() {
    for (lines, problem) in [
        (
            "text at=50,20 say=one\ntext at=60,26 say=two",
            "line 3: `two` runs over `one` of line 2",
        ),
        ("text at=4,20 say=one", "line 2: `one` runs over the edge"),
        ("text at=50,98 say=one", "line 2: `one` runs over the edge"),
        (
            "arrow from=20,20 to=90,20\ntext at=50,22 say=one",
            "line 3: `one` runs over the arrow of line 2",
        ),
        (
            "box b at=40,40 size=60x20\ntext at=98,50 say=one",
            "line 3: `one` runs over the edge of the shape of line 2",
        ),
        (
            "goroutine g at=40,40 say=G100",
            "line 2: `G100` runs over the edge of the shape of line 2",
        ),
    ] {
        let found = refused(lines);
        assert!(found.starts_with(problem), "{found}");
    }
}

#[test]
fn a_picture_of_another_hand_follows_the_house_too() {
    for (svg, problem) in [
        ("<svg width=\"9\"></svg>", "has no `viewBox"),
        (
            "<svg viewBox=\"0 0 9 9\"><path fill=\"#123456\"/></svg>",
            "`fill=\"#123456\"` is a colour of its own",
        ),
        (
            "<svg viewBox=\"0 0 9 9\"><path stroke=\"red\"/></svg>",
            "`stroke=\"red\"` is a colour of its own",
        ),
        (
            "<svg viewBox=\"0 0 9 9\"><path style=\"fill: red\"/></svg>",
            "`style=",
        ),
        (
            "<svg viewBox=\"0 0 9 9\"><style>a{}</style></svg>",
            "holds <style>",
        ),
        (
            "<svg viewBox=\"0 0 9 9\"><path id=\"a\"/></svg>",
            "`id=\"a\"` may stand twice",
        ),
        (
            "<svg viewBox=\"0 0 800 9\"><text>a</text></svg>",
            "its text is 5.8 px at a phone's width: make it at most 423 wide",
        ),
        (
            "<svg viewBox=\"0 0 400 9\"><text font-size=\"9\">a</text></svg>",
            "`font-size=\"9\"` is 8.1 px at a phone's width",
        ),
        ("<p>", "holds no <svg>"),
    ] {
        let problems = drawing::check(svg);
        assert!(
            problems.len() == 1 && problems[0].starts_with(problem),
            "{problems:?}"
        );
    }
    let good = "<svg viewBox=\"0 0 400 9\"><path fill=\"none\" stroke=\"var(--fg)\"/><text class=\"gfs-end\">a</text></svg>";
    assert_eq!(drawing::check(good), [""; 0]);
}

#[test]
fn a_figure_stands_in_its_page_with_caption_and_alt() {
    let course = Course::new();
    course.write("src/figures/chapter-1/q.fig", SHARED);
    course.write(
        "src/figures/chapter-1/hand.svg",
        "<svg viewBox=\"0 0 9 9\">\n\n<path/>\n</svg>\n",
    );
    let page = course
        .expand("{{#figure ../figures/chapter-1/q.svg caption=\"One < `two()`\" alt=\"Said\"}}")
        .unwrap();
    assert!(page.starts_with("<figure class=\"gfs-figure\">\n<svg class=\"gfs-drawing\" role=\"img\" aria-label=\"Said\""), "{page}");
    assert!(
        page.ends_with("</svg>\n<figcaption>One &lt; <code>two()</code></figcaption>\n</figure>"),
        "{page}"
    );
    let page = course
        .expand("{{#figure ../figures/chapter-1/hand.svg caption=\"A\" alt=\"B\"}}")
        .unwrap();
    assert_eq!(
        page,
        "<figure class=\"gfs-figure\">\n<svg class=\"gfs-drawing\" role=\"img\" aria-label=\"B\" viewBox=\"0 0 9 9\">\n\
         <path/>\n</svg>\n<figcaption>A</figcaption>\n</figure>"
    );
    course.write("src/figures/chapter-1/q.fig", "height 50\nblob at=1,2");
    assert_eq!(
        course.complaint("{{#figure ../figures/chapter-1/q.svg caption=\"A\" alt=\"B\"}}"),
        "src/chapter-1/page.md:1: ../figures/chapter-1/q.fig: line 2: there is no shape `blob`"
    );
    assert_eq!(
        course.complaint("{{#figure ../figures/chapter-1/q.svg caption=\"A\"}}"),
        "src/chapter-1/page.md:1: expected `{{#figure PATH.svg caption=\"…\" alt=\"…\"}}`, found no `alt=`"
    );
}

#[test]
fn the_lint_reads_every_figure() {
    let course = Course::new();
    course.write("src/figures/README.md", "# How to draw\n");
    course.write("src/figures/chapter-1/good.fig", SHARED);
    course.write("src/figures/chapter-1/q.fig", "height 50\nblob at=1,2");
    course.write("src/figures/chapter-1/bad.svg", "<svg></svg>");
    course.write("src/figures/chapter-1/unseen.fig", SHARED);
    course.write(
        "src/chapter-1/page.md",
        "# One\n\n{{#figure ../figures/chapter-1/good.svg caption=\"A\" alt=\"B\"}}\n\n\
         {{#figure ../figures/chapter-1/bad.svg caption=\"A\" alt=\"B\"}}\n\n\
         {{#figure ../figures/chapter-1/q.svg caption=\"A\" alt=\"B\"}}\n",
    );
    assert_eq!(
        lint::figures(course.root()).unwrap(),
        [
            "src/figures/chapter-1/bad.svg: has no `viewBox=\"0 0 WIDTH HEIGHT\"`, so it cannot shrink",
            "src/figures/chapter-1/q.fig: line 2: there is no shape `blob`",
            "src/figures/chapter-1/unseen.fig: no page shows it: put `{{#figure …/figures/chapter-1/unseen.svg …}}` \
             into one, or remove it",
        ]
    );
    assert_eq!(lint::pages(course.root()).unwrap(), [""; 0]);
}

#[test]
fn the_readme_has_a_directive_for_each_figure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("src/figures/README.md")).unwrap();
    // The directives as a page has them; all others stand in a chapter's folder.
    let listed = readme.split_once("## The figures").expect("the list").1;
    let mut drawn = 0;
    for line in listed.lines().filter(|line| line.starts_with("{{#figure")) {
        let path = if line.contains(" ../figures/") {
            "chapter-1/README.md"
        } else {
            "README.md"
        };
        let page = Page::new(&root, Path::new("src"), Path::new(path));
        let figure = expand(&page, line).unwrap_or_else(|problems| panic!("{problems:?}"));
        assert!(figure.contains("<svg class=\"gfs-drawing\""), "{line}");
        drawn += 1;
    }
    let mut written = 0;
    for folder in fs::read_dir(root.join("src/figures")).unwrap().flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let path = file.path().with_extension("svg");
            let end = Path::new("figures")
                .join(folder.file_name())
                .join(path.file_name().unwrap());
            let end = end.to_string_lossy().replace('\\', "/");
            assert!(
                listed.contains(&format!("{end} caption=")),
                "no directive for {end}"
            );
            written += 1;
        }
    }
    assert_eq!(drawn, written);
}
