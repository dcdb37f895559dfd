//! Starters, made from solutions.

use xtask::starter::{starter, without_markers};

#[test]
fn a_task_becomes_its_words() {
    let solution =
        "fn f() -> u32 {\n    // ANCHOR: f todo: return seven\n    7\n    // ANCHOR_END: f\n}\n";
    let expected = "fn f() -> u32 {\n    todo!(\"return seven\")\n}\n";
    assert_eq!(starter("f.rs", solution).as_deref(), Ok(expected));
}

#[test]
fn an_excerpt_keeps_its_body_and_loses_its_markers() {
    let solution = "// ANCHOR: all\nfn f() {}\n// ANCHOR_END: all\n";
    assert_eq!(starter("f.rs", solution).as_deref(), Ok("fn f() {}\n"));
}

#[test]
fn a_starter_block_stands_where_a_todo_cannot() {
    let solution = "struct S {\n    // ANCHOR: s todo: choose the fields\n    count: u32,\n    // STARTER\n    // // your fields\n    //\n    // _none: (),\n    // STARTER_END\n    // ANCHOR_END: s\n}\n";
    let expected = "struct S {\n    // your fields\n\n    _none: (),\n}\n";
    assert_eq!(starter("f.rs", solution).as_deref(), Ok(expected));
    assert_eq!(
        without_markers(solution),
        "struct S {\n    count: u32,\n}\n",
        "the reference that a reader applies holds neither markers nor the starter's code"
    );
}

#[test]
fn words_that_are_too_long_for_a_line_stand_on_their_own_as_rustfmt_has_them() {
    let words = "w".repeat(90);
    let solution = format!("    // ANCHOR: f todo: {words}\n    7\n    // ANCHOR_END: f\n");
    let expected = format!("    todo!(\n        \"{words}\"\n    )\n");
    assert_eq!(starter("f.rs", &solution), Ok(expected));
}

#[test]
fn quotes_in_the_words_are_escaped() {
    let solution = "// ANCHOR: f todo: say \"no\"\n7\n// ANCHOR_END: f\n";
    assert_eq!(
        starter("f.rs", solution).as_deref(),
        Ok("todo!(\"say \\\"no\\\"\")\n")
    );
}

#[test]
fn every_broken_marker_is_named_with_its_line() {
    for (solution, expected) in [
        (
            "// ANCHOR: a todo: x\n",
            "f.rs:1: anchor `a` has no ANCHOR_END",
        ),
        ("\n// ANCHOR: a\n", "f.rs:2: anchor `a` has no ANCHOR_END"),
        ("// ANCHOR_END: a\n", "f.rs:1: `ANCHOR_END: a` ends nothing"),
        (
            "// ANCHOR: a todo: x\n// ANCHOR: b\n",
            "f.rs:2: anchor `b` stands inside the task `a`",
        ),
        (
            "// ANCHOR: a todo: x\n// ANCHOR_END: b\n",
            "f.rs:2: expected `ANCHOR_END: a`",
        ),
        (
            "// STARTER\n",
            "f.rs:1: a STARTER block belongs into a task's anchor",
        ),
        (
            "// ANCHOR: a todo: x\n// STARTER\nlet x;\n",
            "f.rs:3: a line of a STARTER block starts with `//`",
        ),
    ] {
        assert_eq!(starter("f.rs", solution), Err(expected.to_string()));
    }
}
