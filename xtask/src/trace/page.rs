//! A trace as a page of its own: one file, nothing to fetch, the book's colours in light and dark.

use std::fmt::Write as _;

use super::figure::{self, Rows};
use super::{Trace, micros, player};
use crate::html::escape;
use crate::term::counted;

const COLOURS: &str = include_str!("../../../theme/css/variables.css");
const FIGURES: &str = include_str!("../../../theme/course.css");
const PAPER: &str = include_str!("../../../theme/css/print.css");
const OWN: &str = "\
html { font-size: 62.5%; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 1.6rem/1.5 var(--text-font); }
figure { margin-inline: 0; }
a { color: var(--links); }
main { max-width: 130rem; margin: 0 auto; padding: 2rem; }
code { font-family: var(--mono-font); font-size: var(--code-font-size); }
table { border-collapse: collapse; }
th, td { padding: 0.4rem 1.2rem; border-block-end: 1px solid var(--border); text-align: end; }
th:first-child { text-align: start; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
";

/// The page for `trace`, which `command` recorded; `title` names what ran.
#[must_use]
pub fn page(trace: &Trace, title: &str, command: &str) -> String {
    let caption = "A row a worker. A block is a goroutine that runs there.";
    let rows = "The same, with a row a goroutine. A block is in the colour of its worker.";
    let end = micros(trace.end());
    let title = escape(title);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{COLOURS}{OWN}{FIGURES}@media print {{\n{PAPER}}}\n</style>\n</head>\n<body>\n<main>\n\
         <h1>{title}</h1>\n\
         <p>{} on {} in {end} µs, recorded by <code>{}</code>. \
         The file <code>.json</code> beside this page opens in <a href=\"https://ui.perfetto.dev\">Perfetto</a>.</p>\n\
         {}{}<figure class=\"gfs-figure\">\n<div class=\"gfs-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"The picture\">\n{}</div>\n\
         <figcaption>{rows}</figcaption>\n</figure>\n</main>\n</body>\n</html>\n",
        counted(trace.tasks.len(), "goroutine"),
        counted(trace.workers().len(), "worker"),
        escape(command),
        table(trace),
        player::player(trace, caption, "The list below says the same in words."),
        figure::draw(
            trace,
            Rows::Tasks,
            "worker",
            rows,
            "The list above says the same in words."
        ),
    )
}

/// What each worker did, in sums.
fn table(trace: &Trace) -> String {
    let mut table = String::from(
        "<div class=\"gfs-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"What each worker did\">\n<table>\n<thead><tr><th scope=\"col\">Who</th><th scope=\"col\">Runs</th>\
         <th scope=\"col\">Running</th><th scope=\"col\">Parked</th><th scope=\"col\">Steals</th>\
         <th scope=\"col\">Stolen goroutines</th><th scope=\"col\">Woken</th></tr></thead>\n<tbody>\n",
    );
    for worker in trace.workers() {
        let runs: Vec<u64> = trace
            .runs()
            .filter(|(_, run)| run.core == worker)
            .map(|(_, run)| run.span.length())
            .collect();
        let parked: u64 = trace
            .parks
            .iter()
            .filter(|park| park.worker == worker)
            .map(|park| park.span.length())
            .sum();
        let steals: Vec<usize> = trace
            .steals
            .iter()
            .filter(|steal| steal.thief == worker)
            .map(|steal| steal.count)
            .collect();
        let woken = trace
            .wakes
            .iter()
            .filter(|wake| wake.worker == worker)
            .count();
        let _ = writeln!(
            table,
            "<tr><th scope=\"row\">worker {worker}</th><td>{}</td><td>{} µs</td><td>{} µs</td><td>{}</td><td>{}</td><td>{woken}</td></tr>",
            runs.len(),
            micros(runs.iter().sum()),
            micros(parked),
            steals.len(),
            steals.iter().sum::<usize>(),
        );
    }
    table + "</tbody>\n</table>\n</div>\n"
}
