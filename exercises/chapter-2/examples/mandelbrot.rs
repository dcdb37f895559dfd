//! Draws the picture of step 2.3 with your `render`, each row in the colour of the worker that claimed it:
//!
//! `cargo run --profile exercise -p chapter-2 --example mandelbrot`
//!
//! Options: `--workers N`, `--width N`, `--zoom N` (a row is N pixels high), `--halves` (equal shares as in step 2.2, in
//! place of claiming), `--out FILE`.

use std::{
    env, error::Error, fs, iter, num::NonZeroUsize, path::PathBuf, process::ExitCode, thread,
};

use chapter_2::{
    claiming::{Claimed, render},
    picture::{View, png},
    split::split,
};

pub fn main() -> ExitCode {
    match draw() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn draw() -> Result<(), Box<dyn Error>> {
    let mut workers = thread::available_parallelism()?;
    let mut width = 720;
    let mut zoom = 1;
    let mut halves = false;
    // Where cargo builds, and so never among your files.
    let mut out = env::current_exe()?.with_file_name("mandelbrot.png");
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--workers" => workers = value()?.parse()?,
            "--width" => width = value()?.parse::<NonZeroUsize>()?.get(),
            "--zoom" => zoom = value()?.parse::<NonZeroUsize>()?.get(),
            "--out" => out = PathBuf::from(value()?),
            "--halves" => halves = true,
            _ => return Err(format!("there is no option {word}").into()),
        }
    }
    let view = View::of_width(width, 1000);
    let rows = if halves {
        in_equal_shares(&view, workers)
    } else {
        render(&view, workers)
    };
    fs::write(&out, zoomed(&view, &rows, zoom))
        .map_err(|error| format!("cannot write {}: {error}", out.display()))?;

    for worker in 0..workers.get() {
        let own = || rows.iter().filter(|row| row.worker == worker);
        let steps: u64 = own()
            .flat_map(|row| &row.value)
            .map(|&steps| u64::from(steps))
            .sum();
        println!(
            "worker {worker}: {:4} rows, {:6.1} million steps",
            own().count(),
            steps as f64 / 1e6
        );
    }
    println!("The picture: {}", out.display());
    Ok(())
}

/// The picture as a PNG, each of its pixels `zoom` pixels wide and high.
fn zoomed(view: &View, rows: &[Claimed<Vec<u32>>], zoom: usize) -> Vec<u8> {
    let wide = View {
        width: view.width * zoom,
        ..*view
    };
    let stretched: Vec<_> = rows
        .iter()
        .flat_map(|row| {
            let value = row
                .value
                .iter()
                .flat_map(|&steps| iter::repeat_n(steps, zoom))
                .collect();
            iter::repeat_n(
                Claimed {
                    worker: row.worker,
                    value,
                },
                zoom,
            )
        })
        .collect();
    png(&wide, &stretched)
}

/// Who gets which row is known beforehand, so it need not run in parallel to be drawn.
fn in_equal_shares(view: &View, workers: NonZeroUsize) -> Vec<Claimed<Vec<u32>>> {
    split(0..view.height, workers)
        .into_iter()
        .enumerate()
        .flat_map(|(worker, part)| {
            part.map(move |row| Claimed {
                worker,
                value: view.row(row),
            })
        })
        .collect()
}
