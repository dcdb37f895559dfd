//! The house's rules for an SVG in a page.

/// What is wrong with an SVG: it must follow the theme, scale, and be legible on a phone.
#[must_use]
pub fn check(svg: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let Some(head) = svg
        .find("<svg")
        .and_then(|start| svg[start..].split('>').next())
    else {
        return vec!["holds no <svg>".to_string()];
    };
    let scale = view_width(head).map(|width| PHONE / width);
    if scale.is_none() {
        problems.push("has no `viewBox=\"0 0 WIDTH HEIGHT\"`, so it cannot shrink".to_string());
    }
    for tag in tags(svg) {
        for (name, value) in attributes(tag) {
            match name {
                "fill" | "stroke" | "color" | "stop-color" | "flood-color" if !follows(value) => {
                    problems.push(format!(
                        "`{name}=\"{value}\"` is a colour of its own: use a class, or var(--…) of the theme"
                    ));
                }
                "style" => problems.push(format!("`style=\"{value}\"`: use a class")),
                "id" => problems.push(format!(
                    "`id=\"{value}\"` may stand twice in a page: draw without it"
                )),
                "font-size" => match (value.trim_end_matches("px").parse::<f64>(), scale) {
                    (Ok(size), Some(scale)) if size * scale < LEGIBLE => problems.push(format!(
                        "`font-size=\"{value}\"` is {:.1} px at a phone's width: at least {LEGIBLE}",
                        size * scale
                    )),
                    (Err(_), _) => problems.push(format!("`font-size=\"{value}\"`: a number")),
                    _ => {}
                },
                _ => {}
            }
        }
    }
    if svg.contains("<style") || svg.contains("<script") {
        problems.push("holds <style> or <script>: the theme has both".to_string());
    }
    if let Some(scale) = scale
        && svg.contains("<text")
        && super::TEXT * scale < LEGIBLE
    {
        problems.push(format!(
            "its text is {:.1} px at a phone's width: make it at most {:.0} wide",
            super::TEXT * scale,
            super::TEXT * PHONE / LEGIBLE
        ));
    }
    problems
}

/// What a page 390 px wide has for a figure.
const PHONE: f64 = 358.0;

/// The smallest text on a phone, in px.
const LEGIBLE: f64 = 11.0;

fn view_width(head: &str) -> Option<f64> {
    let (_, value) = attributes(head).find(|(name, _)| *name == "viewBox")?;
    let numbers: Vec<f64> = value
        .split_whitespace()
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    match numbers[..] {
        [_, _, width, height] if width > 0.0 && height > 0.0 => Some(width),
        _ => None,
    }
}

fn follows(colour: &str) -> bool {
    ["none", "currentColor", "inherit"].contains(&colour) || colour.starts_with("var(--")
}

fn tags(svg: &str) -> impl Iterator<Item = &str> {
    svg.split('<')
        .skip(1)
        .filter(|tag| !tag.starts_with(['/', '!', '?']))
        .map(|tag| tag.split('>').next().unwrap_or_default())
}

fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut parts = tag.split('"');
    std::iter::from_fn(move || {
        let name = parts.next()?.trim().strip_suffix('=')?;
        let name = name.rsplit(char::is_whitespace).next().unwrap_or(name);
        Some((name, parts.next()?))
    })
}
