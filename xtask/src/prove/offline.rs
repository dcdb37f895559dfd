//! After `doctor --prefetch` the course works without a network.

use std::path::Path;
use std::process::Command;

use super::{Outcome, quietly};
use crate::course::{Course, Suite};

/// Fetches everything, and then works without a network: `doctor`, a chapter's check, a step whose tests call cargo, and the book.
///
/// Cargo is told to stay offline. Where the system gives a process a network of its own with nothing in it, the commands
/// run in one, so that nothing else can reach out either.
///
/// # Errors
///
/// When the runner cannot be found.
pub fn works(course: &Course) -> Result<Outcome, String> {
    let own = std::env::current_exe().map_err(|error| format!("where is the runner? {error}"))?;
    quietly(
        Command::new(&own)
            .current_dir(&course.root)
            .args(["doctor", "--prefetch"]),
    )?;
    let cut = cut_off();
    let chapter = course
        .chapters
        .iter()
        .find(|chapter| chapter.number == 3)
        .unwrap_or(&course.chapters[0]);
    // Its tests call cargo themselves.
    let refused = course
        .steps()
        .find(|(_, step)| step.suite == Suite::Refused)
        .map(|(chapter, step)| step.typed(chapter));
    let mut commands = vec![vec!["doctor"], vec!["check", &chapter.id, "--solution"]];
    if let Some(step) = &refused {
        commands.push(vec!["check", step, "--solution"]);
    }
    if course.root.join("xtask/book").join("Cargo.lock").is_file() {
        commands.push(vec!["book", "--dest", "target/offline-book"]);
    }
    let mut problems = Vec::new();
    for arguments in &commands {
        match quietly(&mut without_network(
            cut.as_deref(),
            &own,
            &course.root,
            arguments,
        )) {
            Ok(said) if arguments[0] == "doctor" && !said.contains("also without a network") => {
                problems.push(format!("doctor, after --prefetch:\n{said}"));
            }
            Ok(_) => {}
            Err(what) => problems.push(what),
        }
    }
    let how = if cut.is_some() {
        "in a network with nothing in it"
    } else {
        "with CARGO_NET_OFFLINE alone: `unshare` gives no empty network here"
    };
    let names: Vec<String> = commands
        .iter()
        .map(|arguments| {
            let plain = arguments.iter().take_while(|word| !word.starts_with("--"));
            plain.copied().collect::<Vec<_>>().join(" ")
        })
        .collect();
    Ok(Outcome::of(
        problems,
        format!("{}: they work {how}", names.join(", ")),
    ))
}

fn without_network(cut: Option<&[&str]>, own: &Path, root: &Path, arguments: &[&str]) -> Command {
    let mut command = match cut {
        Some(cut) => {
            let mut command = Command::new(cut[0]);
            command.args(&cut[1..]).arg(own);
            command
        }
        None => Command::new(own),
    };
    command
        .args(arguments)
        .current_dir(root)
        .env("CARGO_NET_OFFLINE", "true");
    command
}

/// The words before a command that leave it without a network, where there are such.
fn cut_off() -> Option<Vec<&'static str>> {
    [vec!["unshare", "-n"], vec!["unshare", "-rn"]]
        .into_iter()
        .find(|words| quietly(Command::new(words[0]).args(&words[1..]).arg("true")).is_ok())
}
