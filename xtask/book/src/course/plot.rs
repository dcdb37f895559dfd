//! `{{#plot chapter-3}}`: the bar chart that `cargo xtask bench chapter-3` wrote, and a table of its ratios.
//!
//! The chart stands in the page itself, so that it takes the theme's colours; the table is for those who want figures.

use serde_json::Value;

use super::{Directive, Page};
use crate::html::escape;

pub fn plot(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &[], "chapter-N")?;
    figure(page, directive.word("chapter-N")?)
}

fn figure(page: &Page, chapter: &str) -> Result<String, String> {
    let read = |end: &str| {
        page.read_from_root(&format!("src/benchmarks/{chapter}.{end}"))
            .map_err(|message| format!("{message}; `cargo xtask bench {chapter}` writes it"))
    };
    let svg = read("svg")?;
    let run: Value = serde_json::from_str(&read("json")?)
        .map_err(|error| format!("src/benchmarks/{chapter}.json: {error}"))?;
    // A blank line would end the block of HTML that the picture is for Markdown.
    let svg: Vec<&str> = svg.lines().filter(|line| !line.trim().is_empty()).collect();
    Ok(format!(
        "<figure class=\"gfs-figure gfs-plot\">\n{}\n<figcaption>{}</figcaption>\n</figure>\n\n{}\n",
        svg.join("\n"),
        caption(&run),
        table(&run)
    ))
}

/// The plot of a chapter with the machine that it is from. `None` where nobody has measured it yet.
///
/// # Errors
///
/// The files are there and are not what the bench writes.
pub fn with_machine(page: &Page, chapter: &str) -> Result<Option<String>, String> {
    let path = format!("src/benchmarks/{chapter}.json");
    if !page.root.join(&path).is_file() {
        return Ok(None);
    }
    let run: Value = serde_json::from_str(&page.read_from_root(&path)?)
        .map_err(|error| format!("{path}: {error}"))?;
    let machine = &run["machine"];
    let mut table = String::from("| Measured | On |\n|---|---|\n");
    let gibibytes = machine["memory_bytes"].as_u64().map_or_else(
        || String::from("?"),
        |bytes| format!("{} GiB", bytes / (1024 * 1024 * 1024)),
    );
    for (name, value) in [
        ("Command", format!("`{}`", text(&run["command"]))),
        ("Date", text(&run["date"]).to_string()),
        (
            "Processor",
            format!("{}, {} cores", text(&machine["cpu"]), machine["cores"]),
        ),
        ("Memory", gibibytes),
        ("System", text(&machine["os"]).to_string()),
        (
            "Compilers",
            format!("{}; {}", text(&machine["rustc"]), text(&machine["go"])),
        ),
    ] {
        table += &format!("| {name} | {value} |\n");
    }
    let plot = figure(page, chapter)?;
    Ok(Some(format!("{table}\n{plot}")))
}

fn caption(run: &Value) -> String {
    let machine = &run["machine"];
    format!(
        "Written by <code>{}</code> on {}: {}, {} cores.",
        escape(text(&run["command"])),
        escape(text(&run["date"])),
        escape(text(&machine["cpu"])),
        machine["cores"]
    )
}

/// A group of rows for each thing that was measured.
fn table(run: &Value) -> String {
    let mut table = String::from(
        "<div class=\"table-wrapper\">\n<table>\n<thead><tr><th>Who</th><th>Median</th>\
         <th>Times the reference</th></tr></thead>\n",
    );
    for row in list(&run["rows"]) {
        let workers = match row["workers"].as_u64() {
            Some(1) => ", 1 worker".to_string(),
            Some(workers) => format!(", {workers} workers"),
            None => String::new(),
        };
        table += &format!(
            "<tbody>\n<tr><th colspan=\"3\" scope=\"rowgroup\">{}{workers}</th></tr>\n",
            escape(text(&row["title"]))
        );
        for who in list(&row["contenders"]) {
            let Some(median) = who["summary"]["median"].as_f64() else {
                continue;
            };
            table += &format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                escape(text(&who["name"])),
                quantity(median, text(&row["metric"]["unit"])),
                ratio(&who["to_reference"]),
            );
        }
        table += "</tbody>\n";
    }
    table + "</table>\n</div>\n"
}

/// The median, and where the middle half of the rounds lies.
fn ratio(summary: &Value) -> String {
    let part = |name: &str| summary[name].as_f64();
    match (part("median"), part("q1"), part("q3")) {
        (Some(median), Some(q1), Some(q3)) => format!("{median:.2} ({q1:.2} to {q3:.2})"),
        _ => String::from("–"),
    }
}

fn quantity(value: f64, unit: &str) -> String {
    match unit {
        "s" if value >= 1.0 => format!("{value:.2} s"),
        "s" if value >= 1e-3 => format!("{:.1} ms", value * 1e3),
        "s" => format!("{:.1} µs", value * 1e6),
        "x" => format!("{value:.2} times"),
        "B" if value >= 10_240.0 => format!("{:.0} KiB", value / 1024.0),
        _ => format!("{value:.0} {unit}"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
