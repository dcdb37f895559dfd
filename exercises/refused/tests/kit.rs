//! The kit itself: what is refused for the right reason passes, everything else fails with words that help.

use std::panic::{AssertUnwindSafe, catch_unwind};

use refused::Programs;

fn programs() -> Programs {
    Programs::new("tests/programs", "the_chapter", env!("CARGO_PKG_NAME"))
}

fn panic_of(f: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(f)).expect_err("it must panic");
    payload
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_default()
}

// One test: trybuild takes turns anyway, and these share the build that comes first.
#[test]
fn by_error_code_and_with_a_twin() {
    let programs = programs();
    programs.warm_up();
    programs.refuses("shares_rc.rs", "E0277");
    programs.refuses_saying("awaits_with_rc.rs", "future cannot be sent between threads");
    programs.accepts("shares_arc.rs");
    programs.accepts("uses_the_crate.rs");

    let compiles = panic_of(|| programs.refuses("shares_arc.rs", "E0277"));
    assert!(
        compiles.contains("shares_arc.rs compiles, and it must not"),
        "{compiles}"
    );
    let other = panic_of(|| programs.refuses("shares_rc.rs", "E0373"));
    assert!(other.contains("but not with error[E0373]"), "{other}");
    assert!(
        other.contains("error[E0277]"),
        "the compiler's own words are shown:\n{other}"
    );
    let without_code = panic_of(|| programs.refuses("awaits_with_rc.rs", "E0277"));
    assert!(
        without_code.contains("but not with error[E0277]"),
        "{without_code}"
    );
    let refused = panic_of(|| programs.accepts("shares_rc.rs"));
    assert!(refused.contains("it is right"), "{refused}");
    let missing = panic_of(|| programs.refuses("nowhere.rs", "E0277"));
    assert!(
        missing.contains("cannot read tests/programs/nowhere.rs"),
        "{missing}"
    );
}
