//! `new`: a chapter's skeleton, which the proof passes as it is.

use crate::fixture::Fixture;

fn course(name: &str) -> Fixture {
    let fixture = Fixture::new(name);
    let shared = "[workspace.package]\nedition = \"2024\"\nrust-version = \"1.88\"\nlicense = \"MIT\"\npublish = false\n";
    let workspace = fixture.read("Cargo.toml");
    fixture.write("Cargo.toml", &format!("{workspace}\n{shared}"));
    fixture.write(
        "src/SUMMARY.md",
        "# Summary\n\n- [Chapter 9](chapter-9/README.md)\n  - [9.1 Twice](chapter-9/double.md)\n\n# Appendix\n",
    );
    fixture
}

#[test]
fn a_new_chapter_begins_red_and_its_reference_passes() {
    let fixture = course("new");
    let (made, said) = fixture.says(&["new", "10", "sieve", "above_all", "--title", "Capstone"]);
    assert!(made, "{said}");
    for stage in ["starters", "solutions"] {
        let (proved, said) = fixture.says(&["test", stage]);
        assert!(proved && said.contains("5 tests"), "{said}");
    }
    let (passes, said) = fixture.says(&["check", "chapter-10"]);
    assert!(
        !passes && said.contains("10.1 sieve: not started"),
        "{said}"
    );
    // Two chapters: the compiler's notes on the tests of one are gone when the reader is in the other.
    let notes = |name: &str| format!("target/exercise/incremental/{name}/dep-graph.bin");
    for name in ["double-1", "sieve-1", "chapter_9-1", "triple-1/s-1-working"] {
        fixture.write(&notes(name), "");
    }
    fixture.says(&["check", "chapter-10"]);
    let left = |name: &str| fixture.root.join(notes(name)).exists();
    assert!(!left("double-1"));
    assert!(left("sieve-1") && left("chapter_9-1"));
    assert!(left("triple-1/s-1-working"), "a compiler is at it");
    assert_eq!(
        fixture.read("src/SUMMARY.md"),
        "# Summary\n\n- [Chapter 9](chapter-9/README.md)\n  - [9.1 Twice](chapter-9/double.md)\n\
         - [Chapter 10: Capstone](chapter-10/README.md)\n  - [10.1 Sieve](chapter-10/sieve.md)\n  \
         - [10.2 Above all](chapter-10/above-all.md)\n\n# Appendix\n"
    );
}

#[test]
fn names_that_cannot_be_used_write_nothing() {
    let fixture = course("new-refused");
    for (words, says) in [
        (&["new"][..], "say a chapter and its steps"),
        (&["new", "10"], "say a chapter and its steps"),
        (&["new", "ten", "sieve"], "`ten` is no chapter"),
        (&["new", "10", "Sieve"], "cannot name a step"),
        (&["new", "10", "match"], "cannot name a step"),
        (&["new", "10", "sieve", "sieve"], "named twice"),
        (&["new", "10", "double"], "chapter-9 has a step `double`"),
        (&["new", "9", "sieve"], "is there already"),
        (
            &["new", "10", "sieve", "--title", "a \"b\""],
            "leave out quotes",
        ),
    ] {
        let (made, said) = fixture.says(words);
        assert!(!made && said.contains(says), "{words:?}: {said}");
    }
    assert!(!fixture.root.join("exercises/chapter-10").exists());
}
