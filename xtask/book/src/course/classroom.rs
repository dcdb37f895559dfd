//! `{{#classroom chapter-3}}`: a workflow for GitHub Classroom that grades a chapter, a point for each minute.

use std::fmt::Write as _;

use xtask::course::Course;

use super::steps::chapter;
use super::{Directive, Page};

pub fn classroom(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &[], "chapter-N")?;
    let course = Course::load(&page.root)?;
    let chapter = chapter(&course, directive.word("chapter-N")?)?;
    let mut text = String::from(
        "name: Autograding\non: [push, repository_dispatch]\n\
         permissions:\n  checks: write\n  actions: read\n  contents: read\n\
         jobs:\n  grade:\n    runs-on: ubuntu-latest\n    if: github.actor != 'github-classroom[bot]'\n    steps:\n\
         \x20     - uses: actions/checkout@v5\n      - uses: dtolnay/rust-toolchain@stable\n",
    );
    let mut results = String::new();
    let mut runners = Vec::new();
    for step in chapter.steps.iter().filter(|step| step.file.is_some()) {
        let id = &step.id;
        let number = step.numbered(chapter);
        let _ = write!(
            text,
            "      - id: {id}\n        uses: classroom-resources/autograding-command-grader@v1\n        with:\n\
             \x20         test-name: \"{number} {}\"\n          command: cargo xtask check {}\n\
             \x20         timeout: 10\n          max-score: {}\n",
            step.title.replace('"', "'"),
            step.typed(chapter),
            step.minutes
        );
        let _ = writeln!(
            results,
            "          {}_RESULTS: ${{{{ steps.{id}.outputs.result }}}}",
            id.to_uppercase()
        );
        runners.push(id.as_str());
    }
    let _ = write!(
        text,
        "      - uses: classroom-resources/autograding-grading-reporter@v1\n        env:\n{results}\
         \x20       with:\n          runners: {}\n\
         \x20     - run: cargo xtask report {} --format junit --out report.xml\n        if: always()\n\
         \x20       continue-on-error: true\n      - uses: actions/upload-artifact@v4\n        if: always()\n\
         \x20       with:\n          name: report\n          path: report.xml\n",
        runners.join(","),
        chapter.id
    );
    Ok(format!("~~~~~~yaml\n{text}~~~~~~\n"))
}
