//! What a classroom's scripts get.

use tinyjson::JsonValue;

use crate::fixture::{Fixture, text};

const DOUBLE: &str = "exercises/chapter-9/src/double.rs";

fn word<'a>(value: &'a JsonValue, key: &str) -> &'a str {
    value[key]
        .get::<String>()
        .unwrap_or_else(|| panic!("{key}"))
}

fn list<'a>(value: &'a JsonValue, key: &str) -> &'a Vec<JsonValue> {
    value[key].get().unwrap_or_else(|| panic!("{key}"))
}

/// The course with a third step, a command, and a first one that is wrong.
fn course(name: &str) -> Fixture {
    let fixture = Fixture::new(name);
    let toml = fixture.read("exercises/chapter-9/chapter.toml");
    fixture.write(
        "exercises/chapter-9/chapter.toml",
        &format!(
            "{toml}\n[[step]]\nid = \"lab\"\ntitle = \"Measure\"\ncommand = \"lab chapter-9\"\npage = \"chapter-9/lab.md\"\n\
             minutes = 5\ncore = false\nhints = [\"a\", \"b\", \"c\"]\n"
        ),
    );
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    number + 2\n}\n",
    );
    fixture
}

#[test]
fn json_holds_every_step_and_every_test() {
    let fixture = course("report-json");
    let output = fixture.xtask(&["report", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let stdout = String::from_utf8(output.stdout).expect("UTF-8");
    let report: JsonValue = stdout.parse().unwrap_or_else(|_| panic!("{stdout}"));
    assert_eq!(report["format"].get(), Some(&1.0));
    assert_eq!(
        (report["passed"].get(), report["total"].get()),
        (Some(&0.0), Some(&2.0))
    );
    let chapter = &list(&report, "chapters")[0];
    assert_eq!(word(chapter, "id"), "chapter-9");
    let steps = list(chapter, "steps");
    let states: Vec<_> = steps
        .iter()
        .map(|step| {
            (
                word(step, "id"),
                word(step, "number"),
                word(step, "state"),
                word(step, "verdict"),
            )
        })
        .collect();
    assert_eq!(
        states,
        [
            ("double", "9.1", "failed", "wrong"),
            ("triple", "9.2", "not started", "not started"),
            ("lab", "9.3", "command", "")
        ]
    );
    let tests = list(&steps[0], "tests");
    assert_eq!(word(&tests[0], "name"), "double::two_makes_four");
    assert_eq!(word(&tests[0], "verdict"), "passes");
    assert!(tests[0]["seconds"].get::<f64>().is_some());
    assert_eq!(word(&tests[1], "verdict"), "wrong");
    assert!(word(&tests[1], "message").contains("0 doubled is 0"));
    assert!(word(&tests[1], "place").starts_with("exercises/chapter-9/tests/check/double.rs:"));
    assert!(
        !fixture.root.join("progress.txt").exists(),
        "nothing is remembered"
    );

    let output = fixture.xtask(&["report", "9", "--solution", "--out", "report.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(output.stdout.is_empty());
    let report: JsonValue = fixture.read("report.json").parse().expect("JSON");
    assert_eq!(report["passed"].get(), Some(&2.0));
}

#[test]
fn junit_holds_a_suite_a_step_and_a_case_a_test() {
    let fixture = course("report-junit");
    let output = fixture.xtask(&["report", "--format", "junit", "chapter-9"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let xml = String::from_utf8(output.stdout).expect("UTF-8");
    for words in [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>",
        "<testsuite name=\"chapter-9/double\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\"",
        "<testcase classname=\"chapter-9.double\" name=\"two_makes_four\"",
        "<failure type=\"wrong\" message=\"wrong: ",
        "0 doubled is 0",
        "<failure type=\"not started\" message=\"not started: multiply by three\">",
        "</testsuites>\n",
    ] {
        assert!(xml.contains(words), "`{words}` is not in:\n{xml}");
    }
    assert!(!xml.contains("lab"), "a command has no tests:\n{xml}");

    let one = fixture.xtask(&["report", "--format", "junit", "9.1"]);
    assert!(!text(&one).contains("triple"), "{}", text(&one));
}

#[test]
fn what_could_not_be_tested_is_in_the_report_too() {
    let fixture = course("report-broken");
    fixture.write(
        DOUBLE,
        "pub fn double(number: u32) -> u32 {\n    \"<two>\"\n}\n",
    );
    let output = fixture.xtask(&["report", "--format", "junit"]);
    assert_eq!(output.status.code(), Some(1));
    let xml = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        xml.contains("name=\"compiler\"") && xml.contains("<failure type=\"does not compile\""),
        "{xml}"
    );
    assert!(
        xml.contains("E0308") && xml.contains("&quot;&lt;two&gt;&quot;"),
        "{xml}"
    );

    // What the tests of one step cannot be compiled with is none of the other's.
    fixture.write(
        "exercises/chapter-9/src/triple.rs",
        "pub fn triple(number: u8) -> u8 {\n    number * 3\n}\n",
    );
    fixture.write(
        DOUBLE,
        "pub fn double(number: &str) -> usize {\n    number.len()\n}\n",
    );
    let (_, said) = fixture.says(&["report"]);
    let states = ["\"does not compile\"", "\"passed\""].map(|state| said.matches(state).count());
    assert_eq!(
        states,
        [2, 2],
        "the step's verdict and its test's, and the other's state beside the total:\n{said}"
    );

    fixture.write(
        DOUBLE,
        "pub fn double(_: u32) -> u32 {\n    loop { std::thread::park() }\n}\n",
    );
    let output = fixture.xtask(&["report", "--format", "junit", "9.1"]);
    let xml = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        xml.contains("skipped=\"1\"")
            && xml.contains("<skipped message=\"after one that hangs\"/>"),
        "{xml}"
    );

    fixture.write(
        "exercises/chapter-9/tests/check/double.rs",
        "#[test] fn a() {}",
    );
    let (passes, said) = fixture.says(&["report"]);
    assert!(
        !passes && said.contains("\"verdict\": \"test file changed\""),
        "{said}"
    );
    let (known, said) = fixture.says(&["report", "--format", "yaml"]);
    assert!(!known && said.contains("neither json nor junit"), "{said}");
}
