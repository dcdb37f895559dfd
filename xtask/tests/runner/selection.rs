//! What readers type, and what they mean.

use std::path::PathBuf;

use xtask::course::{Chapter, Course, Step, Suite};
use xtask::selection::Selection;

fn step(id: &str, number: u32) -> Step {
    Step {
        id: id.into(),
        number,
        title: String::new(),
        file: Some(format!("src/{id}.rs")),
        command: None,
        suite: Suite::Check,
        page: String::new(),
        minutes: 10,
        core: true,
        hints: ["a".into(), "b".into(), "c".into()],
    }
}

fn course() -> Course {
    let chapter = |number: u32, steps: &[&str]| Chapter {
        id: format!("chapter-{number}"),
        number,
        title: String::new(),
        page: String::new(),
        dir: PathBuf::new(),
        steps: (1..)
            .zip(steps)
            .map(|(number, id)| step(id, number))
            .collect(),
    };
    Course {
        root: PathBuf::new(),
        chapters: vec![
            chapter(2, &["split", "rayon", "shared"]),
            chapter(3, &["timelines", "array_job", "shared"]),
            chapter(12, &["last"]),
        ],
    }
}

fn meant(words: &[&str]) -> Result<String, String> {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    let course = course();
    let selection = Selection::parse(&course, &words)?;
    Ok(match selection.step {
        Some(step) => step.key(selection.chapter),
        None => selection.chapter.id.clone(),
    })
}

#[test]
fn a_chapter_has_many_spellings() {
    for words in [
        "chapter-3",
        "3",
        "Chapter-3",
        "ch3",
        "chapter3",
        "exercises/chapter-3",
        "exercises/chapter-3/",
    ] {
        assert_eq!(meant(&[words]).as_deref(), Ok("chapter-3"), "{words}");
    }
    assert_eq!(meant(&["12"]).as_deref(), Ok("chapter-12"));
}

#[test]
fn a_step_has_many_spellings() {
    for words in [
        &["chapter-3/2"][..],
        &["chapter-3", "2"],
        &["3.2"],
        &["3/2"],
        &["3", "array_job"],
        &["array_job"],
        &["array-job"],
        &["chapter-3/array_job"],
        &["exercises/chapter-3/src/array_job.rs"],
        &["./exercises/chapter-3/src/array_job.rs"],
        &["src/array_job.rs"],
        &["array_job.rs"],
        &["exercises\\chapter-3\\src\\array_job.rs"],
    ] {
        assert_eq!(
            meant(words).as_deref(),
            Ok("chapter-3/array_job"),
            "{words:?}"
        );
    }
}

#[test]
fn what_is_unknown_is_an_error_that_helps() {
    let error = meant(&["timelnes"]).expect_err("a misspelt step");
    assert!(error.contains("Did you mean `timelines`?"), "{error}");
    let error = meant(&["chapter-7"]).expect_err("no such chapter");
    assert!(
        error.contains("chapters: chapter-2, chapter-3, chapter-12"),
        "{error}"
    );
    let error = meant(&["chapter-3/9"]).expect_err("no such step");
    assert!(
        error.contains("its steps: 1 timelines, 2 array_job, 3 shared"),
        "{error}"
    );
    let error = meant(&["3", "2", "1"]).expect_err("too many words");
    assert!(
        error.contains("no chapter or step called `3 2 1`"),
        "{error}"
    );
}

#[test]
fn a_name_of_two_steps_asks_which() {
    let error = meant(&["shared"]).expect_err("two steps have the name");
    assert!(error.contains("chapter-2/3 or chapter-3/3"), "{error}");
}
