//! The harness: statistics, verdicts, and the three reports. Nothing here asserts a time.

use std::cell::RefCell;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::rc::Rc;
use std::time::Duration;

use bench::child::Child;
use bench::cli;
use bench::go::Toolchain;
use bench::json::{self, Run};
use bench::metric::Metric;
use bench::race::{
    self, BEST_PEER, Contender, Kind, Outcome, Problem, Race, ReaderSteps, Report, Row, Sample,
    Setup,
};
use bench::stats::{Summary, paired_ratios};
use bench::svg;
use bench::terminal::{self, Style};
use serde_json::Value;

const PLAIN: Style = Style {
    colour: false,
    unicode: false,
};

/// A contender that measures `value` and computes `checksum`.
fn constant(kind: Kind, name: &str, value: f64, checksum: u64) -> Contender {
    Contender::new(kind, name, "constant", move || {
        Ok(Sample { value, checksum })
    })
}

fn row(metric: Metric, contenders: fn() -> Vec<Contender>) -> Row {
    Row {
        id: "demo",
        title: "demonstration",
        metric,
        rival: "peer",
        rounds: 3,
        prepare: Box::new(move |_| Race {
            size: "1 thing".into(),
            expected: 42,
            contenders: contenders(),
        }),
    }
}

fn run(row: &Row, rounds: usize) -> Report {
    let go = Toolchain::new("demo");
    let setup = Setup {
        workers: NonZeroUsize::MIN,
        quick: true,
        size: None,
        reader: &ReaderSteps::All,
        go: &go,
        alone: false,
    };
    race::run(row, &setup, rounds, Duration::from_secs(60), &mut |_| {})
}

fn whole_run(report: Report) -> Run {
    Run {
        chapter: "chapter-3".into(),
        quick: true,
        command: "cargo xtask bench chapter-3 --quick".into(),
        date: "2026-01-31".into(),
        machine: machine::Machine::detect(),
        go: Err("go is not on the path".into()),
        reports: vec![report],
    }
}

fn fair() -> Vec<Contender> {
    vec![
        Contender::skipped(Kind::Reader, "yours", "takes part once step demo passes"),
        constant(Kind::Reference, "reference", 0.010, 42),
        constant(Kind::Peer, "peer", 0.020, 42),
    ]
}

fn with_a_wrong_one() -> Vec<Contender> {
    let mut contenders = fair();
    contenders.push(constant(Kind::Peer, "careless", 0.001, 43));
    contenders
}

#[test]
fn medians_and_quartiles_lie_between_samples() {
    let summary = Summary::of(&[4.0, 1.0, 3.0, 2.0]).unwrap();
    assert_eq!((summary.min, summary.max), (1.0, 4.0));
    assert_eq!((summary.q1, summary.median, summary.q3), (1.75, 2.5, 3.25));
    let one = Summary::of(&[7.0]).unwrap();
    assert_eq!(
        (one.min, one.q1, one.median, one.q3, one.max),
        (7.0, 7.0, 7.0, 7.0, 7.0)
    );
    assert_eq!(Summary::of(&[]), None);
}

#[test]
fn ratios_are_taken_within_a_round() {
    // The machine was twice as slow in the second round, for both.
    assert_eq!(paired_ratios(&[3.0, 6.0], &[2.0, 4.0]), [1.5, 1.5]);
}

#[test]
fn contenders_take_turns_after_a_warm_up() {
    thread_local! {
        static ORDER: Rc<RefCell<String>> = Rc::default();
    }
    fn noted(kind: Kind, name: &'static str) -> Contender {
        let order = ORDER.with(Rc::clone);
        Contender::timed(
            kind,
            name,
            "",
            || (),
            move |()| order.borrow_mut().push_str(name),
            |()| Ok(42),
        )
    }
    let row = row(Metric::TIME, || {
        vec![noted(Kind::Reference, "A"), noted(Kind::Peer, "B")]
    });
    let report = run(&row, 3);
    assert_eq!(*ORDER.with(Rc::clone).borrow(), "ABABABAB");
    assert!(report.entries.iter().all(|entry| entry.samples.len() == 3));
}

#[test]
fn a_wrong_result_is_named_and_leaves_the_race() {
    let report = run(&row(Metric::TIME, with_a_wrong_one), 2);
    assert!(!report.ok());
    let careless = &report.entries[3];
    assert!(
        matches!(&careless.outcome, Outcome::Wrong(what) if what.contains("expected 0x000000000000002a"))
    );
    assert!(careless.samples.is_empty());
    let text = terminal::row(&report, PLAIN);
    assert!(text.contains("WRONG: careless: the checksum"), "{text}");
    assert_eq!(report.entries[2].samples.len(), 2, "the others go on");
}

#[test]
fn a_panic_is_reported_and_the_others_go_on() {
    let row = row(Metric::TIME, || {
        let mut contenders = fair();
        contenders.insert(
            0,
            Contender::timed(
                Kind::Peer,
                "nervous",
                "",
                || (),
                |()| panic!("too fast"),
                |()| Ok(42),
            ),
        );
        contenders
    });
    let report = run(&row, 1);
    assert_eq!(
        report.entries[0].outcome,
        Outcome::Failed("panicked: too fast".into())
    );
    assert!(report.reference().is_some());
    assert!(!report.ok());
}

#[test]
fn a_missing_peer_is_named_as_skipped_and_is_no_failure() {
    let row = row(Metric::TIME, || {
        let mut contenders = fair();
        contenders.push(Contender::skipped(
            Kind::Peer,
            "Go",
            "go is not on the path",
        ));
        contenders
    });
    let report = run(&row, 1);
    assert!(report.ok());
    let text = terminal::row(&report, PLAIN);
    assert!(
        text.contains("  skipped: Go: go is not on the path\n"),
        "{text}"
    );
    assert!(
        text.contains("  yours takes part once step demo passes\n"),
        "{text}"
    );
}

#[test]
fn the_chart_is_plain_and_proportional_without_colour_and_unicode() {
    let text = terminal::row(&run(&row(Metric::TIME, fair), 2), PLAIN);
    assert!(text.is_ascii(), "{text}");
    let cells = |name: &str| {
        let line = text
            .lines()
            .find(|line| line.trim().starts_with(name))
            .unwrap();
        line.matches('#').count()
    };
    assert_eq!(cells("peer"), 2 * cells("reference"));
    assert!(
        text.contains(
            "The reference / peer: 0.50 of the time, below 1 is better (quartiles 0.50 to 0.50, 2 rounds)"
        ),
        "{text}"
    );
}

#[test]
fn colour_appears_only_when_asked_for() {
    let report = run(&row(Metric::TIME, fair), 1);
    let colourful = Style {
        colour: true,
        unicode: true,
    };
    assert!(terminal::row(&report, colourful).contains("\x1b[36m"));
    assert!(!terminal::row(&report, PLAIN).contains('\x1b'));
}

#[test]
fn a_metric_says_which_direction_is_better() {
    let report = run(&row(Metric::REQUESTS_PER_SECOND, fair), 1);
    let text = terminal::row(&report, PLAIN);
    assert!(text.contains("higher is better"), "{text}");
    assert!(
        text.contains("of the requests per second, above 1 is better"),
        "{text}"
    );
    let json = json::document(&whole_run(report));
    assert_eq!(json["rows"][0]["metric"]["better"], "higher");
    assert_eq!(json["rows"][0]["metric"]["unit"], "1/s");
}

#[test]
fn the_json_holds_machine_samples_and_ratios() {
    let json = json::document(&whole_run(run(&row(Metric::TIME, with_a_wrong_one), 2)));
    assert_eq!(json["schema"], 1);
    assert_eq!(json["quick"], true);
    assert_eq!(json["ok"], false);
    for key in ["cpu", "os", "arch", "rustc"] {
        assert!(json["machine"][key].is_string(), "{key}");
    }
    assert!(json["machine"]["cores"].is_u64());
    assert!(json["machine"]["go"].is_null());
    assert!(json["crates"]["rayon"].is_string());
    let row = &json["rows"][0];
    assert_eq!(row["workers"], 1);
    assert_eq!(row["reference"], "reference");
    let [yours, reference, peer, careless] = row["contenders"].as_array().unwrap().as_slice()
    else {
        panic!("four contenders in {row:#}");
    };
    assert_eq!(
        (&yours["kind"], &yours["status"]),
        (&"reader".into(), &"skipped".into())
    );
    assert_eq!(reference["to_reference"]["median"], 1.0);
    assert_eq!(peer["samples"].as_array().unwrap().len(), 2);
    assert_eq!(peer["to_reference"]["median"], 2.0);
    assert_eq!(peer["reference_to_it"]["median"], 0.5);
    assert_eq!(careless["status"], "wrong");
    assert_eq!(careless["summary"], Value::Null);
}

#[test]
fn the_picture_speaks_and_uses_the_theme() {
    let svg = svg::document(&whole_run(run(&row(Metric::TIME, fair), 1)));
    for part in [
        "role=\"img\"",
        "aria-labelledby=\"bench-chapter-3-title bench-chapter-3-desc\"",
        "<title id=\"bench-chapter-3-title\">",
        "peer 20.0 ms (2.00 × reference)",
        "var(--fg,",
        "Quick run",
    ] {
        assert!(svg.contains(part), "{part} in {svg}");
    }
    // Two bars: the skipped contender has none.
    assert_eq!(svg.matches("<rect").count(), 2);
}

#[test]
fn a_bar_that_is_many_times_longer_is_cut() {
    let row = row(Metric::TIME, || {
        let mut contenders = fair();
        contenders.push(constant(Kind::Peer, "slow", 2.0, 42));
        for name in ["others", "and more", "of them"] {
            contenders.push(constant(Kind::Peer, name, 0.020, 42));
        }
        contenders
    });
    let report = run(&row, 1);
    let text = terminal::row(&report, PLAIN);
    let cells = |name: &str| {
        let line = text.lines().find(|line| line.trim().starts_with(name));
        line.unwrap().matches('#').count()
    };
    assert!(cells("peer") > 20, "{text}");
    assert_eq!(cells("peer"), 2 * cells("reference") - 1, "{text}");
    assert!(text.contains("#>"), "{text}");
    let svg = svg::document(&whole_run(report));
    assert_eq!(svg.matches("<rect").count(), 7, "one bar has a gap: {svg}");
    assert!(svg.contains("A bar with a gap is cut"), "{svg}");
}

#[test]
fn the_best_peer_is_found_in_both_directions() {
    for (metric, best) in [
        (Metric::TIME, "peer"),
        (Metric::REQUESTS_PER_SECOND, "slow"),
    ] {
        let mut row = row(metric, || {
            let mut contenders = fair();
            contenders.push(constant(Kind::Peer, "slow", 0.030, 42));
            contenders
        });
        row.rival = BEST_PEER;
        assert_eq!(run(&row, 1).rival, best);
    }
}

#[test]
fn a_part_of_the_work_has_a_checksum_of_its_own() {
    let row = row(Metric::TIME, || {
        vec![
            constant(Kind::Reference, "reference", 0.01, 7).with_checksum(7, 42),
            constant(Kind::Peer, "wrong", 0.01, 42).with_checksum(7, 42),
        ]
    });
    let report = run(&row, 1);
    assert_eq!(report.entries[0].outcome, Outcome::Ran);
    assert!(matches!(report.entries[1].outcome, Outcome::Wrong(_)));
}

fn temporary(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Left over from an earlier run, or not there.
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn command(
    arguments: &str,
    folder: &Path,
    find: fn(&str) -> Option<Vec<Row>>,
) -> (ExitCode, String) {
    let words = arguments.split_whitespace().map(str::to_owned);
    let out = ["--out".to_owned(), folder.display().to_string()];
    let mut printed = Vec::new();
    let code = cli::main(words.chain(out), find, &mut printed);
    (code, String::from_utf8(printed).unwrap())
}

#[test]
fn a_wrong_contender_makes_the_command_fail_and_still_writes_the_report() {
    let folder = temporary("wrong");
    let (code, printed) = command("demo --workers 1", &folder, |_| {
        Some(vec![row(Metric::TIME, with_a_wrong_one)])
    });
    assert_eq!(code, ExitCode::FAILURE);
    assert!(printed.contains("WRONG: careless"), "{printed}");
    let json: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("demo.json")).unwrap()).unwrap();
    assert_eq!(json["ok"], false);
}

#[test]
fn a_right_run_succeeds_and_a_quick_one_has_its_own_files() {
    let folder = temporary("quick");
    let find = |_: &str| Some(vec![row(Metric::TIME, fair)]);
    let (code, printed) = command("demo --quick", &folder, find);
    assert_eq!(code, ExitCode::SUCCESS);
    assert!(printed.contains("QUICK RUN"), "{printed}");
    assert!(folder.join("demo.quick.json").is_file());
    assert!(folder.join("demo.quick.svg").is_file());
    assert!(!folder.join("demo.json").exists());
}

#[test]
fn an_unknown_chapter_or_row_is_refused() {
    let folder = temporary("unknown");
    let (code, _) = command("chapter-99", &folder, bench::chapters::find);
    assert_eq!(code, ExitCode::from(2));
    let (code, _) = command("chapter-3 --rows shuffle", &folder, bench::chapters::find);
    assert_eq!(code, ExitCode::from(2));
    assert!(!folder.exists());
}

#[test]
fn a_child_that_does_not_speak_the_protocol_is_a_failure() {
    let bench = env!("CARGO_BIN_EXE_bench");
    let failure = |arguments: &[&str]| match Child::start(
        "the child",
        Command::new(bench).args(arguments),
        "sum",
    ) {
        Err(Problem::Failed(how)) => how,
        Err(Problem::Wrong(what)) => panic!("failed, not wrong: {what}"),
        Ok(_) => panic!("this child never says ready"),
    };
    assert!(failure(&["--help"]).contains("expected `ready`"));
    assert!(failure(&["--nonsense"]).contains("ended"));
    let missing = Child::start(
        "the child",
        &mut Command::new("no-such-program-here"),
        "sum",
    );
    assert!(matches!(missing, Err(Problem::Failed(how)) if how.contains("did not start")));
}
