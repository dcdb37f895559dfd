//! The workshop's timetable, the glossary, and the pages that collect what stands in the chapters.

mod course;

use std::path::Path;

use book::course::{Glossary, Page, schedule_problems};
use course::Course;

const PLAN: &str = r#"
[[plan]]
id = "day"
start = "09:50"
limit = 45
every-core-step = true
[[plan.part]]
talk = "Welcome"
minutes = 5
how = "Say hello."
[[plan.part]]
type = "chapter-1/one"
behind = "Show it."
saves = 10
[[plan.part]]
break = "Break"
minutes = 10
[[plan.part]]
talk = "Of a chapter to come"
chapter = "chapter-2"
minutes = 30
[[plan.part]]
type = "chapter-2/also_to_come"
[[plan.part]]
meal = "Lunch"
minutes = 60
[[plan.part]]
show = "chapter-1/lab"
minutes = 4
"#;

fn with_plan(plan: &str) -> Course {
    let course = Course::new();
    course.write("src/workshop/schedule.toml", plan);
    course
}

#[test]
fn a_schedule_is_computed_from_the_steps() {
    let day = with_plan(PLAN).expand("{{#schedule day}}").unwrap();
    for row in [
        "| 09:50 | 5 | Welcome<br><span class=\"gfs-how\">Say hello.</span> |",
        "| 09:55 | 15 | **Type** [1.1 One](page.md) |",
        "| 10:10 | 10 | *Break* |",
        "| 10:20 | 60 | *Lunch* |",
        "| 11:20 | 4 | *Show* [1.2 Measure](../lab/index.md#go) |",
        "From 09:50 to 11:24: 15 minutes of typing, 4 of reading references together, 5 of talk and predictions, \
         10 of breaks. That makes 34 of at most 45 minutes; the meal of 60 is not counted.",
    ] {
        assert!(day.contains(row), "no {row} in\n{day}");
    }
    assert!(!day.contains("to come"), "{day}");
}

#[test]
fn pacing_says_what_to_skip_and_when() {
    let pacing = with_plan(PLAN).expand("{{#pacing day}}").unwrap();
    assert!(
        pacing.contains("| 09:55 | [1.1 One](page.md) | Show it. Saves 10 minutes. |"),
        "{pacing}"
    );
    assert_eq!(pacing.matches("Saves").count(), 1, "{pacing}");
}

#[test]
fn a_session_takes_what_its_steps_take() {
    let course = Course::new();
    let row = "| [1 One & only](page.md) | 15 minutes | 25 minutes |  |";
    let sessions = course.expand("{{#sessions}}").unwrap();
    assert!(sessions.contains(row), "{sessions}");
    course.write("src/workshop/chapter-1.md", "# Notes\n");
    let sessions = course.expand("{{#sessions}}").unwrap();
    assert!(
        sessions.contains("| [to chapter 1](../workshop/chapter-1.md) |"),
        "{sessions}"
    );
}

#[test]
fn a_plan_that_cannot_hold_is_refused() {
    for (from, to, message) in [
        (
            "limit = 45",
            "limit = 33",
            "src/workshop/schedule.toml:2: the plan `day` takes 34 minutes, more than 33: ",
        ),
        (
            "type = \"chapter-1/one\"\n",
            "talk = \"One\"\nminutes = 15\n",
            "src/workshop/schedule.toml:2: the plan `day` leaves out chapter-1/one, which is core: ",
        ),
        (
            "chapter-1/lab",
            "chapter-1/lap",
            "src/workshop/schedule.toml:27: there is no step `chapter-1/lap`",
        ),
        ("saves = 10", "saves = 16", "saves 16 of 15 minutes"),
        (
            "saves = 10",
            "saves = 9",
            "saves 9 of 15 minutes: expected at least 10",
        ),
        (
            "talk = \"Welcome\"",
            "talk = \"Welcome\"\nbreak = \"Break\"",
            "a part has one of type, show, talk, break, meal",
        ),
        (
            "start = \"09:50\"",
            "start = \"25:00\"",
            "`start`: expected 09:00, found 25:00",
        ),
        (
            "minutes = 5",
            "minutes = 5\nminute = 5",
            "`minute` is not a field that is known here",
        ),
    ] {
        let course = with_plan(&PLAN.replacen(from, to, 1));
        let complaint = course.complaint("{{#schedule day}}");
        assert!(complaint.contains(message), "{complaint}");
        // The same stops the lint, whether or not a page prints the plan.
        let problems = schedule_problems(course.root()).unwrap();
        assert!(
            problems.len() == 1 && problems[0].contains(message),
            "{problems:?}"
        );
    }
    let course = with_plan(PLAN);
    assert_eq!(
        schedule_problems(course.root()).unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(
        course.complaint("{{#schedule week}}"),
        "src/chapter-1/page.md:1: src/workshop/schedule.toml has no plan `week`: expected day"
    );
}

const TERMS: &str = r#"
[[term]]
name = "poll"
forms = ["polls"]
means = "To call a *future* once."
[[term]]
name = "queue"
forms = []
means = "A line."
[[term]]
name = "ready queue"
forms = []
means = "Who can go on."
"#;

fn glossary(terms: &str) -> (Course, Result<Option<Glossary>, String>) {
    let course = Course::new();
    course.write("src/appendix/glossary.toml", terms);
    course.write("src/appendix/glossary.md", "# Glossary\n");
    let loaded = Glossary::load(&course.page());
    (course, loaded)
}

fn term(id: &str, words: &str) -> String {
    format!("<a class=\"gfs-term\" href=\"../appendix/glossary.html#term-{id}\">{words}</a>")
}

#[test]
fn the_first_use_of_a_term_leads_to_the_glossary() {
    let (course, loaded) = glossary(TERMS);
    let glossary = loaded.unwrap().unwrap();
    let linked = |text: &str| glossary.linked(&course.page(), text);
    let (poll, ready) = (term("poll", "Polls"), term("ready-queue", "ready queue"));
    assert_eq!(
        linked("Polls of a ready queue: polls, and the ready queue.\n"),
        format!("{poll} of a {ready}: polls, and the ready queue.\n")
    );
    // Inside a longer term, a term is not used.
    assert_eq!(
        linked("The **ready queue** is a queue.\n"),
        format!("The **{ready}** is a {}.\n", term("queue", "queue"))
    );
    // The quote is another character by the time it is printed.
    assert_eq!(
        linked("The poll's end.\n"),
        format!("The {}'s end.\n", term("poll", "poll"))
    );
    for untouched in [
        "# A poll\n",
        "`poll`, [a poll](x.md), <a href=\"x\">poll</a>\n",
        "```text\npoll\n```\n",
        "```admonish question title=\"poll\"\npoll\n```\n",
        "{{#timeline a.txt caption=\"A poll\" alt=\"poll\"}}\n",
        "| poll |\n|---|\n| other |\n",
        "<div>\npoll\n</div>\n",
        "Text.\n\n## Sources\n\n- On polls.\n",
        "pollen, repoll, poll-tax, un-poll, poll_fn\n",
    ] {
        assert_eq!(linked(untouched), untouched);
    }
}

#[test]
fn the_glossary_names_each_terms_first_page() {
    let (course, _) = glossary(TERMS);
    course.write("src/chapter-1/page.md", "# One\n\nIt polls.\n");
    let list = course.expand("{{#glossary}}").unwrap();
    for part in [
        "<dt id=\"term-poll\">poll</dt>\n<dd>\n\nTo call a *future* once. *First use:* [One](page.md)\n",
        "<dt id=\"term-ready-queue\">ready queue</dt>\n<dd>\n\nWho can go on.\n",
    ] {
        assert!(list.contains(part), "no {part} in\n{list}");
    }
}

#[test]
fn a_term_is_defined_once_and_in_its_place() {
    for (from, to, message) in [
        ("[\"polls\"]", "[\"Queue\"]", ":6: `queue` is defined twice"),
        (
            "name = \"queue\"",
            "name = \"a queue\"",
            ":6: `a queue` belongs before `poll`",
        ),
    ] {
        let (_course, loaded) = glossary(&TERMS.replacen(from, to, 1));
        let complaint = loaded.err().expect("it should be refused");
        assert!(complaint.contains(message), "{complaint}");
    }
}

const CHAPTER: &str = "# One

## Where our model differs from Go

| Go does | We do | Why it matters |
|---|---|---|
| A `a \\| b` | [b](#here) | [c](other.md), [d](../lab/README.md) |

## Sources

- What it is: [Go](https://go.dev), and [More](https://go.dev/doc).
";

#[test]
fn what_differs_stands_in_one_table_with_its_sources() {
    let course = Course::new();
    course.write("src/chapter-1/page.md", CHAPTER);
    let page = Page::new(course.root(), Path::new("src"), Path::new("appendix/a.md"));
    let expand = || book::course::expand(&page, "{{#differences}}");
    let row = |links: &str| {
        format!(
            "| A `a \\| b` | [b](../chapter-1/page.md#here) | [c](../chapter-1/other.md), [d](../lab/index.md)\
             <br><span class=\"gfs-how\">\
             [chapter 1](../chapter-1/page.md#where-our-model-differs-from-go) · {links}</span> |\n"
        )
    };
    let table = expand().unwrap();
    assert!(
        table.contains("| Go does | We do | Why it matters |\n"),
        "{table}"
    );
    let general = row("[its sources](../chapter-1/page.md#sources)");
    assert!(table.contains(&general), "{table}");
    let attribute = |go: &str, source: &str| {
        let text =
            format!("[[row]]\nchapter = \"chapter-1\"\ngo = \"{go}\"\nsources = [\"{source}\"]\n");
        course.write("src/appendix/differences.toml", &text);
        expand()
    };
    let table = attribute("A `a", "What it is").unwrap();
    let own = row("[Go](https://go.dev) · [More](https://go.dev/doc)");
    assert!(table.contains(&own), "{table}");
    for (go, source, message) in [
        (
            "B",
            "What it is",
            "no row of chapter-1's box begins with `B`",
        ),
        (
            "A `a",
            "Nobody",
            "no page has a source that begins with `Nobody`",
        ),
    ] {
        let complaint = attribute(go, source).unwrap_err().remove(0);
        assert!(complaint.contains(message), "{complaint}");
    }
    course.write("src/chapter-1/page.md", "# One\n");
    let complaint = course.complaint("{{#differences}}");
    assert!(
        complaint.contains("src/chapter-1/page.md has no `## Where our model differs"),
        "{complaint}"
    );
}

#[test]
fn sources_are_collected_from_every_page() {
    let course = Course::new();
    course.write("src/chapter-1/page.md", CHAPTER);
    course.write(
        "src/appendix/b.md",
        "# B\n\n## Sources\n\n- A book.\n\n## More\n\nNot this.\n",
    );
    let sources = course.expand("{{#sources}}").unwrap();
    assert_eq!(
        sources,
        "## Chapter 1: One & only\n\n**[One](page.md)**\n\n- What it is: [Go](https://go.dev), and [More](https://go.dev/doc).\n\n\
         ## Appendix\n\n**[B](../appendix/b.md)**\n\n- A book."
    );
}

const NOTES: &str = "# Notes

| Start | Part | Ask, and the answer to expect |
|---|---|---|
| 0:00 | Step 1.1 | \"Who?\" The first. |
| 0:05 | Break | |
| 0:10 | Step 1.10 | \"Not here?\" |

## Symptom, cause, unblock

| Symptom | Cause | Unblock |
|---|---|---|
| 1.1: it waits | Nobody wakes it | \"Who would?\" |
| 1.10: another | | |
";

#[test]
fn a_steps_box_unfolds_what_the_notes_say() {
    let course = Course::new();
    assert!(
        !course
            .expand("{{#step chapter-1/one}}")
            .unwrap()
            .contains("details")
    );
    course.write("src/workshop/chapter-1.md", NOTES);
    let step = course.expand("{{#step chapter-1/one}}").unwrap();
    for part in [
        "<summary>For the instructor of step 1.1</summary>",
        "**Ask:** \"Who?\" The first.",
        "| 1.1: it waits | Nobody wakes it | \"Who would?\" |",
        "[All notes to this chapter](../workshop/chapter-1.md)",
    ] {
        assert!(step.contains(part), "no {part} in\n{step}");
    }
    assert!(
        !step.contains("Not here") && !step.contains("another"),
        "{step}"
    );
    let lab = course.expand("{{#step chapter-1/lab}}").unwrap();
    assert!(!lab.contains("details"), "{lab}");
    let ask = course.expand("{{#ask}}").unwrap();
    assert!(
        ask.contains("| Step 1.1 | \"Who?\" The first. |") && !ask.contains("Break"),
        "{ask}"
    );
    let symptoms = course.expand("{{#symptoms}}").unwrap();
    assert!(symptoms.contains("| 1.10: another |"), "{symptoms}");
}

#[test]
fn every_plot_comes_with_its_machine() {
    let course = Course::new();
    assert_eq!(course.expand("{{#plots}}").unwrap(), "");
    course.write("src/benchmarks/chapter-1.svg", "<svg role=\"img\"></svg>\n");
    course.write(
        "src/benchmarks/chapter-1.json",
        r#"{"command": "cargo xtask bench chapter-1", "date": "2026-01-31", "rows": [],
            "machine": {"cpu": "A", "cores": 2, "memory_bytes": 8589934592, "os": "B", "rustc": "rustc 1", "go": "go1"}}"#,
    );
    let plots = course.expand("{{#plots}}").unwrap();
    for part in [
        "## Chapter 1: One & only\n",
        "| Command | `cargo xtask bench chapter-1` |\n",
        "| Processor | A, 2 cores |\n| Memory | 8 GiB |\n| System | B |\n| Compilers | rustc 1; go1 |\n",
        "<svg role=\"img\"></svg>",
    ] {
        assert!(plots.contains(part), "no {part} in\n{plots}");
    }
}

#[test]
fn the_messages_that_a_page_quotes_are_the_runners() {
    let course = Course::new();
    course.write(
        "xtask/src/a.rs",
        "    \"no more \\\n     room\"\n    \"stopped\"\n",
    );
    let page = |words: &str| {
        course.write(
            "src/workshop/unblock.md",
            &format!("# A\n\n| The runner says | B |\n|---|---|\n| `{words}` | b |\n\n| Others | B |\n|---|---|\n| `x` | b |\n"),
        );
        book::lint::messages(course.root()).unwrap()
    };
    assert_eq!(page("no more room"), Vec::<String>::new());
    assert_eq!(
        page("no less room"),
        [
            "src/workshop/unblock.md:5: the runner says `no less room` nowhere: quote what xtask/src prints"
        ]
    );
}

#[test]
fn a_classroom_grades_each_step_that_has_a_file() {
    let course = Course::new();
    let workflow = course.expand("{{#classroom chapter-1}}").unwrap();
    for part in [
        "      - id: one\n        uses: classroom-resources/autograding-command-grader@v1\n",
        "          test-name: \"1.1 One\"\n          command: cargo xtask check chapter-1/1\n",
        "          max-score: 15\n",
        "          ONE_RESULTS: ${{ steps.one.outputs.result }}\n        with:\n          runners: one\n",
        "      - run: cargo xtask report chapter-1 --format junit --out report.xml\n",
    ] {
        assert!(workflow.contains(part), "no {part} in\n{workflow}");
    }
    assert!(!workflow.contains("lab"), "{workflow}");
}

#[test]
fn the_courses_own_plans_hold_a_day_and_half_a_day() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert_eq!(schedule_problems(&root).unwrap(), Vec::<String>::new());
    // A plan that has grown too long is to be cut, not to be given more time.
    let text = std::fs::read_to_string(root.join("src/workshop/schedule.toml")).unwrap();
    let plans: Vec<&str> = text.split("[[plan]]").skip(1).collect();
    for (id, limit) in [("day", 360), ("half-day", 180)] {
        let start = format!("id = \"{id}\"\n");
        let plan = plans.iter().find(|plan| plan.contains(&start)).unwrap();
        assert!(plan.contains(&format!("limit = {limit}\n")), "{plan}");
    }
}
