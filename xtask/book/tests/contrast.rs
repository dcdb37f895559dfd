//! The theme's colours against WCAG 2.2 AA: 4.5:1 for text, 3:1 for the shapes of figures and controls.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Each variable's value in light and in dark.
fn colours() -> BTreeMap<String, [String; 2]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../theme/css/variables.css");
    let css = fs::read_to_string(path).unwrap();
    css.lines()
        .filter_map(|line| {
            let (name, value) = line
                .trim()
                .strip_prefix("--")?
                .split_once(": light-dark(")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
            Some((name.to_string(), [light.to_string(), dark.to_string()]))
        })
        .collect()
}

fn luminance(hex: &str) -> f64 {
    let part = |range| {
        let value = u8::from_str_radix(&hex[range], 16).unwrap();
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * part(1..3) + 0.7152 * part(3..5) + 0.0722 * part(5..7)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_and_shapes_stand_out_in_light_and_in_dark() {
    let colours = colours();
    let mut pairs: Vec<(String, &str, f64)> = Vec::new();
    for text in ["fg", "muted", "links"] {
        for ground in ["bg", "sidebar-bg", "hover-bg", "code-bg", "table-header-bg"] {
            pairs.push((text.to_string(), ground, 4.5));
        }
    }
    for text in ["fg", "links"] {
        pairs.push((text.to_string(), "current-bg", 4.5));
    }
    pairs.push(("fg".to_string(), "mark-bg", 4.5));
    for token in colours.keys().filter(|name| name.starts_with("hl-")) {
        pairs.push((token.clone(), "code-bg", 4.5));
    }
    for core in 0..6 {
        pairs.push((format!("gfs-core-{core}"), "bg", 3.0));
        pairs.push((format!("gfs-core-{core}"), "gfs-core-text", 4.5));
    }
    for shape in ["gfs-lifetime", "control", "focus"] {
        pairs.push((shape.to_string(), "bg", 3.0));
    }
    for text in ["gfs-axis", "gfs-wake"] {
        pairs.push((text.to_string(), "bg", 4.5));
    }
    for (front, ground, least) in pairs {
        for (theme, name) in ["light", "dark"].iter().enumerate() {
            let contrast = contrast(&colours[&front][theme], &colours[ground][theme]);
            assert!(
                contrast >= least,
                "--{front} on --{ground} in {name}: {contrast:.2}, less than {least}"
            );
        }
    }
}
