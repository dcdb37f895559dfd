//! Our page template against mdBook's own.
//!
//! `theme/index.hbs` began as mdBook 0.5.4's. When mdBook changes its template, or we change ours, this test fails and
//! shows the difference; `BLESS=1 cargo test --test theme` then writes the new one into `tests/index.hbs.diff`, where a
//! reviewer reads it.

mod course;

use std::env;
use std::fs;
use std::path::Path;

use course::Course;
use mdbook_driver::MDBook;

#[test]
fn our_template_differs_from_mdbooks_only_where_meant() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let course = Course::new();
    let stock = course.root().join("stock");
    fs::create_dir_all(&stock).unwrap();
    MDBook::init(&stock).copy_theme(true).build().unwrap();
    let stock = fs::read_to_string(stock.join("theme/index.hbs")).unwrap();
    let ours = fs::read_to_string(here.join("../../theme/index.hbs")).unwrap();

    let difference = difference(&stock, &ours);
    let recorded = here.join("tests/index.hbs.diff");
    if env::var_os("BLESS").is_some() {
        fs::write(&recorded, &difference).unwrap();
    }
    let recorded = fs::read_to_string(recorded).unwrap_or_default();
    assert!(
        difference == recorded,
        "theme/index.hbs differs from mdBook's template otherwise than recorded. Read the change, then record it with \
         `BLESS=1 cargo test --test theme`:\n{}",
        self::difference(&recorded, &difference)
    );
}

/// The lines of `old` that `new` lacks behind `-`, the lines that it has instead behind `+`.
fn difference(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    // common[i][j]: the longest common subsequence of old[i..] and new[j..].
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut text = String::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            text += &format!("-{}\n", old[i]);
            i += 1;
        } else {
            text += &format!("+{}\n", new[j]);
            j += 1;
        }
    }
    text
}
