//! What `doctor` finds, on machines that lack this and that.

use std::process::Output;

use crate::fixture::{Fixture, text};

fn doctor(fixture: &Fixture, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    fixture
        .runner()
        .arg("doctor")
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .expect("the runner starts")
}

#[test]
fn a_machine_with_everything_is_ready() {
    let fixture = Fixture::new("doctor");
    let output = doctor(&fixture, &[], &[]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for words in [
        "✓ rustc 1.",
        "✓ cargo 1.",
        "✓ the crates of the exercises",
        "ready, also without a network",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
}

#[test]
fn what_is_missing_is_named_with_what_to_do() {
    let fixture = Fixture::new("doctor-missing");
    let output = doctor(&fixture, &[], &[("RUSTC", "/no/such/rustc")]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("✗ rustc: not here"), "{said}");
    assert!(
        said.contains("https://rustup.rs") && said.contains("not ready: Rust comes first"),
        "{said}"
    );

    // Without a path there is neither git nor go: that is no reason to stop.
    let cargo = env!("CARGO");
    let rustc = std::path::Path::new(cargo).with_file_name("rustc");
    let rustc = rustc.to_str().expect("a path");
    if std::path::Path::new(rustc).is_file() {
        let environment = [("RUSTC", rustc), ("CARGO", cargo), ("PATH", "")];
        let output = doctor(&fixture, &[], &environment);
        let said = text(&output);
        assert!(said.contains("○ git: not here. It is optional"), "{said}");
        assert!(said.contains("○ go: not here. It is optional"), "{said}");
        assert_eq!(output.status.code(), Some(0), "{said}");
    }

    let workspace = fixture.read("Cargo.toml");
    fixture.write(
        "Cargo.toml",
        &format!("{workspace}\n[workspace.package]\nrust-version = \"1.999\"\n"),
    );
    let output = doctor(&fixture, &[], &[]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("is older than 1.999, which the course needs: rustup update"),
        "{said}"
    );
}

#[test]
fn crates_that_are_not_here_are_noticed() {
    let fixture = Fixture::new("doctor-crates");
    let manifest = "exercises/chapter-9/Cargo.toml";
    fixture.write(
        manifest,
        &format!(
            "{}\n[dependencies]\nlexopt = \"0.3.2\"\n",
            fixture.read(manifest)
        ),
    );
    let lock = include_str!("../../../Cargo.lock");
    let lexopt = lock
        .split("[[package]]")
        .find(|package| package.contains("name = \"lexopt\""))
        .expect("the runner uses it");
    fixture.write(
        "Cargo.lock",
        &format!(
            "version = 4\n\n[[package]]\nname = \"chapter-9\"\nversion = \"0.0.0\"\ndependencies = [\n \"lexopt\",\n]\n\n\
             [[package]]\nname = \"chapter-9-solution\"\nversion = \"0.0.0\"\n\n[[package]]{lexopt}"
        ),
    );
    let empty = fixture.root.join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    let nothing = [
        ("CARGO_HOME", empty.to_str().expect("a path")),
        ("CARGO_NET_OFFLINE", "true"),
    ];
    let output = doctor(&fixture, &[], &nothing);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("✗ the crates of the exercises: not all of them")
            && said.contains("not ready: with a network, cargo xtask doctor --prefetch"),
        "{said}"
    );
    let output = doctor(&fixture, &["--prefetch"], &nothing);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("not ready: see what cargo said above"),
        "{said}"
    );

    // The runner's own build brought it here.
    let output = doctor(&fixture, &[], &[("CARGO_NET_OFFLINE", "true")]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
}

#[test]
fn after_a_prefetch_everything_is_built_and_works_without_a_network() {
    let fixture = Fixture::new("doctor-prefetch");
    // What the reader has broken is no obstacle.
    fixture.write("exercises/chapter-9/src/double.rs", "this is no Rust");
    let output = doctor(&fixture, &["--prefetch"], &[]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for words in [
        "fetching the crates of the exercises",
        "building chapter-9",
        "ready, also without a network",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    assert!(fixture.root.join("target/exercise").is_dir());

    let (proved, said) = fixture.says(&["test", "offline"]);
    assert!(proved, "{said}");
    assert!(
        said.contains("doctor, check chapter-9: they work "),
        "{said}"
    );
}
