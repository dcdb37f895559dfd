// `the_chapter` is not the name of any crate: the kit puts in the one of the package under test.
use the_chapter::Programs;

fn main() {
    let _ = Programs::new("programs", "a", "b");
}
