//! The readers' own program, with the reference in the place of their code.

extern crate chapter_2_solution as chapter_2;

#[path = "../../../exercises/chapter-2/examples/mandelbrot.rs"]
mod mandelbrot;

fn main() -> std::process::ExitCode {
    mandelbrot::main()
}
