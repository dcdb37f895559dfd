//! `{{#console PATH.console}}`: a recorded session in a terminal.

use super::output::verbatim;
use super::{Directive, Page};

pub fn console(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &[], "PATH.console")?;
    let path = directive.word("PATH.console")?;
    let text = page.read(path)?;
    if !text.starts_with("$ ") {
        return Err(format!(
            "expected {path} to begin with the command, `$ cargo xtask …`"
        ));
    }
    Ok(verbatim("gfs-console", "In the terminal", "console", &text))
}
