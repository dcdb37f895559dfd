//! A trace in the Chrome trace event format, which Perfetto and `chrome://tracing` open.
//!
//! Workers are threads of one process, goroutines those of another: there each lifetime is a span. Times are microseconds.

use super::{Span, Trace, micros, player};
use tinyjson::JsonValue;

const WORKERS: usize = 1;
const GOROUTINES: usize = 2;

/// The JSON text for `trace`.
#[must_use]
pub fn chrome(trace: &Trace) -> String {
    let mut events = vec![
        named("process", WORKERS, 0, "workers"),
        named("process", GOROUTINES, 0, "goroutines"),
    ];
    for worker in trace.workers() {
        events.push(named(
            "thread",
            WORKERS,
            worker,
            &format!("worker {worker}"),
        ));
    }
    for (number, task) in trace.tasks.iter().enumerate() {
        events.push(named("thread", GOROUTINES, number, &task.name));
        events.push(complete(
            &task.name,
            "lifetime",
            GOROUTINES,
            number,
            task.lifetime,
        ));
        for run in &task.executions {
            events.push(complete(&task.name, "run", WORKERS, run.core, run.span));
            let there = format!("on worker {}", run.core);
            events.push(complete(&there, "run", GOROUTINES, number, run.span));
        }
    }
    for park in &trace.parks {
        events.push(complete("parked", "park", WORKERS, park.worker, park.span));
    }
    // An arrow is a start and a finish with the same id.
    let mut id = 0;
    let mut arrow = |words: &str, kind: &str, from: Option<usize>, to: usize, at: u64| {
        id += 1;
        let text = quoted(words);
        let at = micros(at);
        events.push(format!(
            r#"{{"ph":"i","s":"t","name":{text},"cat":"{kind}","pid":{WORKERS},"tid":{to},"ts":{at}}}"#
        ));
        if let Some(from) = from {
            for (phase, tid) in [("s", from), ("f", to)] {
                events.push(format!(
                    r#"{{"ph":"{phase}","bp":"e","id":{id},"name":"{kind}","cat":"{kind}","pid":{WORKERS},"tid":{tid},"ts":{at}}}"#
                ));
            }
        }
    };
    for steal in &trace.steals {
        arrow(
            &player::steals(steal),
            "steal",
            Some(steal.victim),
            steal.thief,
            steal.at,
        );
    }
    for wake in &trace.wakes {
        arrow(&player::wakes(wake), "wake", wake.by, wake.worker, wake.at);
    }
    format!(
        "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{}\n]}}\n",
        events.join(",\n")
    )
}

fn named(what: &str, pid: usize, tid: usize, name: &str) -> String {
    let name = quoted(name);
    format!(r#"{{"ph":"M","name":"{what}_name","pid":{pid},"tid":{tid},"args":{{"name":{name}}}}}"#)
}

fn complete(name: &str, kind: &str, pid: usize, tid: usize, span: Span) -> String {
    let (name, start, length) = (quoted(name), micros(span.start), micros(span.length()));
    format!(
        r#"{{"ph":"X","name":{name},"cat":"{kind}","pid":{pid},"tid":{tid},"ts":{start},"dur":{length}}}"#
    )
}

/// `text` as JSON writes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    JsonValue::String(text.to_string())
        .stringify()
        .unwrap_or_default()
}
