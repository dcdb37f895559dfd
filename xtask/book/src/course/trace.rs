//! `{{#trace PATH.txt caption="…" alt="…"}}`: what a scheduler did, as a picture, as steps, and with a player.

use xtask::trace::player::player;

use super::timeline::read;
use super::{Directive, Page};

const FORM: &str = "PATH.txt caption=\"…\" alt=\"…\"";

pub fn trace(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(1, &["caption", "alt"], FORM)?;
    let path = directive.word(FORM)?;
    let caption = directive.value("caption", FORM)?;
    let alt = directive.value("alt", FORM)?;
    Ok(player(&read(page, path)?, caption, alt))
}
