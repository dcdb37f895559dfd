//! The command line of the book's builder; `cargo xtask book` and `cargo xtask serve` call it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use book::{lint, protocol, serve, site};

const HELP: &str = "\
The book's builder.

  book build [--dest DIR]              write the site to target/book, or to DIR
  book serve [--port 3000] [--open]    build, serve, and build again on every save
  book lint                            check the pages and the links of the built site
  book preprocess course|admonish      a preprocessor of a plain mdBook 0.5, called through book.toml
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<ExitCode, String> {
    match args {
        ["build", rest @ ..] => build(rest),
        ["serve", rest @ ..] => serve(rest),
        ["lint"] => lint(),
        ["preprocess", name, rest @ ..] => protocol::run(name, rest),
        ["--help" | "-h" | "help"] | [] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Err(format!("unknown arguments: {}\n\n{HELP}", args.join(" "))),
    }
}

fn build(args: &[&str]) -> Result<ExitCode, String> {
    let root = site::root()?;
    let dest = match args {
        [] => root.join(site::OUTPUT),
        // As typed: relative to where the command runs, not to the course.
        ["--dest", dir] => std::path::absolute(dir).map_err(|error| error.to_string())?,
        _ => return Err(format!("expected `book build [--dest DIR]`\n\n{HELP}")),
    };
    site::build(&root, &dest, site::For::Publishing)?;
    println!("The book: {}", dest.join("index.html").display());
    Ok(ExitCode::SUCCESS)
}

fn serve(args: &[&str]) -> Result<ExitCode, String> {
    let mut options = serve::Options::default();
    let mut rest = args.iter();
    while let Some(&arg) = rest.next() {
        match arg {
            "--open" => options.open = true,
            "--port" => {
                let port = rest.next().copied().unwrap_or_default();
                options.port = port
                    .parse()
                    .map_err(|_| format!("--port takes a number up to 65535, not `{port}`"))?;
            }
            _ => return Err(format!("unknown option of serve: {arg}\n\n{HELP}")),
        }
    }
    serve::run(&site::root()?, &options)?;
    Ok(ExitCode::SUCCESS)
}

fn lint() -> Result<ExitCode, String> {
    let root = site::root()?;
    let site = root.join("target/book-lint");
    let mut problems = lint::pages(&root)?;
    problems.extend(lint::figures(&root)?);
    // A page that does not build has no links to follow; the first list says what to mend.
    match site::build(&root, &site, site::For::Publishing) {
        Ok(()) => {
            problems.extend(lint::links(&root, &site)?);
            problems.extend(lint::marks(&site)?);
        }
        Err(message) => problems.push(message),
    }
    for problem in &problems {
        println!("{problem}");
    }
    println!("{}", summary(&root, problems.len()));
    Ok(if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn summary(root: &Path, problems: usize) -> String {
    let pages: Vec<PathBuf> = lint::markdown_files(&root.join("src")).unwrap_or_default();
    match problems {
        0 => format!("{} pages, nothing to mend", pages.len()),
        n => format!("{n} to mend in {} pages", pages.len()),
    }
}
