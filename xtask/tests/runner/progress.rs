//! Where a reader left off.

use xtask::course::Course;
use xtask::progress::{Failed, Progress, State};
use xtask::verdict::Verdict;

use crate::fixture::Fixture;

#[test]
fn a_pass_survives_until_the_file_is_edited() {
    let fixture = Fixture::new("pass-edited");
    let course = Course::load(&fixture.root).expect("the course loads");
    let (chapter, step) = course.steps().next().expect("a step");
    let mut progress = Progress::load(&course);
    assert_eq!(progress.state(&course, chapter, step), State::Open);
    fixture.write("exercises/chapter-9/src/double.rs", "// done");
    progress.passed(chapter, step);
    progress.save().expect("saved");

    let progress = Progress::load(&course);
    assert_eq!(progress.state(&course, chapter, step), State::Passed);
    fixture.write("exercises/chapter-9/src/double.rs", "// edited");
    assert_eq!(
        progress.state(&course, chapter, step),
        State::ChangedSince,
        "a file that was edited since is never shown as passed"
    );
    fixture.xtask(&["reset", "9.1"]);
    assert_eq!(
        progress.state(&course, chapter, step),
        State::Open,
        "a starter is a fresh start"
    );
}

#[test]
fn an_update_that_moves_a_step_loses_nothing() {
    let fixture = Fixture::new("renumbered");
    let course = Course::load(&fixture.root).expect("the course loads");
    let (chapter, double) = course.steps().next().expect("a step");
    let mut progress = Progress::load(&course);
    progress.passed(chapter, double);
    progress.save().expect("saved");

    let text = fixture.read("exercises/chapter-9/chapter.toml");
    let (head, steps) = text.split_once("[[step]]").expect("steps");
    let (first, second) = steps.split_once("[[step]]").expect("two steps");
    fixture.write(
        "exercises/chapter-9/chapter.toml",
        &format!("{head}[[step]]{second}\n[[step]]{first}"),
    );
    let course = Course::load(&fixture.root).expect("the course still loads");
    let (chapter, double) = course.steps().nth(1).expect("now second");
    assert_eq!((double.id.as_str(), double.number), ("double", 2));
    let state = Progress::load(&course).state(&course, chapter, double);
    assert_eq!(state, State::Passed);
}

#[test]
fn lines_that_are_unknown_are_kept() {
    let fixture = Fixture::new("unknown-lines");
    fixture.write(
        "progress.txt",
        "passed chapter-9/double 0\nstreak 7 days\npassed\n",
    );
    let course = Course::load(&fixture.root).expect("the course loads");
    Progress::load(&course).save().expect("saved");
    let text = fixture.read("progress.txt");
    assert!(text.contains("streak 7 days"), "{text}");
    assert!(text.contains("passed chapter-9/double 0"), "{text}");
}

#[test]
fn the_next_step_is_the_first_unfinished_one_from_where_the_reader_was() {
    let fixture = Fixture::new("next");
    let course = Course::load(&fixture.root).expect("the course loads");
    let steps: Vec<_> = course.steps().collect();
    let mut progress = Progress::load(&course);
    let next = |progress: &Progress| progress.next(&course).map(|(_, step)| step.id.clone());
    assert_eq!(next(&progress).as_deref(), Some("double"));
    progress.visit(steps[1].0, steps[1].1);
    assert_eq!(
        next(&progress).as_deref(),
        Some("triple"),
        "a reader who skipped ahead stays there"
    );
    progress.passed(steps[1].0, steps[1].1);
    assert_eq!(
        next(&progress).as_deref(),
        Some("double"),
        "then comes what was skipped"
    );
    progress.passed(steps[0].0, steps[0].1);
    assert_eq!(next(&progress), None);
}

#[test]
fn a_failure_is_remembered_with_its_verdict() {
    let fixture = Fixture::new("failure");
    let course = Course::load(&fixture.root).expect("the course loads");
    let (chapter, step) = course.steps().next().expect("a step");
    let mut progress = Progress::load(&course);
    let failed = Failed {
        test: "double::two_makes_four".into(),
        verdict: Verdict::StackOverflow,
        mistakes: vec!["no-end".into(), "adds-two".into()],
    };
    progress.failed(chapter, step, failed.clone());
    progress.save().expect("saved");
    let progress = Progress::load(&course);
    assert_eq!(progress.last_failure(chapter, step), Some(&failed));
}

#[test]
fn a_hint_that_was_asked_for_during_a_check_stays_counted() {
    let fixture = Fixture::new("hint-meanwhile");
    let course = Course::load(&fixture.root).expect("the course loads");
    let (chapter, step) = course.steps().next().expect("a step");
    let mut check = Progress::load(&course);
    fixture.says(&["hint", "9.1"]);
    check.visit(chapter, step);
    check.save().expect("saved");
    let (_, said) = fixture.says(&["hint", "9.1"]);
    assert!(said.contains("2. hint two"), "{said}");
}
