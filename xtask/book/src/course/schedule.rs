//! `{{#schedule day}}`, `{{#pacing day}}` and `{{#sessions}}`: a workshop's timetable, computed.
//!
//! `src/workshop/schedule.toml` says what a plan takes up and in which order. How long a step takes stands in its
//! `chapter.toml` and nowhere else, so a step that grows moves everything behind it, and a plan that grows too long
//! stops the build. Parts of a chapter that is not written yet are left out.

use std::path::Path;

use xtask::course::{Chapter, Course, Step};
use xtask::toml::Table;

use super::gather::{head, row};
use super::{Directive, Page};

const FILE: &str = "src/workshop/schedule.toml";

/// How late a room is that looks into the pacing table.
const LATE: u32 = 10;

/// One workshop.
struct Plan {
    id: String,
    start: u32,
    limit: u32,
    parts: Vec<Part>,
}

struct Part {
    what: What,
    minutes: u32,
    how: String,
    /// What to do at its beginning when the room is late, and the minutes that this saves.
    behind: Option<(String, u32)>,
}

enum What {
    /// Everybody types a step.
    Type(Place),
    /// The reference of a step is read together.
    Show(Place),
    Talk(String),
    Break(String),
    /// A break that is no part of the workshop's time.
    Meal(String),
}

/// A step, ready to be named in a table.
struct Place {
    key: String,
    title: String,
    page: String,
}

/// The table of a plan, with clock times, and what it adds up to.
pub fn schedule(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    let plan = plan(page, directive)?;
    let mut table = head(&["Clock", "Minutes", "Part"]);
    let mut clock = plan.start;
    for part in &plan.parts {
        let what = match &part.what {
            What::Type(place) => format!("**Type** {}", place.linked(page)),
            What::Show(place) => format!("*Show* {}", place.linked(page)),
            What::Talk(what) => what.clone(),
            What::Break(what) | What::Meal(what) => format!("*{what}*"),
        };
        // Below each other and not in a column of its own, so that a phone shows both.
        let what = match part.how.as_str() {
            "" => what,
            how => format!("{what}<br><span class=\"gfs-how\">{how}</span>"),
        };
        table += &row([&time(clock), &part.minutes.to_string(), &what]);
        clock += part.minutes;
    }
    let sum = |wanted: fn(&What) -> bool| -> u32 {
        let parts = plan.parts.iter().filter(|part| wanted(&part.what));
        parts.map(|part| part.minutes).sum()
    };
    Ok(format!(
        "<div class=\"gfs-schedule\">\n\n{table}\n</div>\n\n\
         From {} to {}: {} minutes of typing, {} of reading references together, {} of talk and predictions, \
         {} of breaks. That makes {} of at most {} minutes{}.\n",
        time(plan.start),
        time(clock),
        sum(|what| matches!(what, What::Type(_))),
        sum(|what| matches!(what, What::Show(_))),
        sum(|what| matches!(what, What::Talk(_))),
        sum(|what| matches!(what, What::Break(_))),
        plan.minutes(),
        plan.limit,
        match sum(|what| matches!(what, What::Meal(_))) {
            0 => String::new(),
            meal => format!("; the meal of {meal} is not counted"),
        }
    ))
}

/// Where a room should be at which moment, and what to leave out when it is not.
pub fn pacing(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    let plan = plan(page, directive)?;
    let mut table = head(&["By", "You begin", &format!("{LATE} minutes behind?")]);
    let mut clock = plan.start;
    for part in &plan.parts {
        if let Some((behind, saves)) = &part.behind {
            let what = match &part.what {
                What::Type(place) | What::Show(place) => place.linked(page),
                What::Talk(what) | What::Break(what) | What::Meal(what) => what.clone(),
            };
            let behind = format!("{behind} Saves {saves} minutes.");
            table += &row([&time(clock), &what, &behind]);
        }
        clock += part.minutes;
    }
    Ok(format!("<div class=\"gfs-schedule\">\n\n{table}\n</div>\n"))
}

/// A session for each chapter: how long its steps take, and where its notes are.
pub fn sessions(page: &Page, directive: &Directive<'_>) -> Result<String, String> {
    directive.only(0, &[], "")?;
    let mut table = head(&["Session", "Core steps", "All steps", "Notes"]);
    for chapter in &Course::load(&page.root)?.chapters {
        let sum = |wanted: fn(&&Step) -> bool| -> u32 {
            let steps = chapter.steps.iter().filter(wanted);
            steps.map(|step| step.minutes).sum()
        };
        let name = format!("{} {}", chapter.number, chapter.title);
        let first = page
            .link(&chapter.page)
            .map_or(name.clone(), |link| format!("[{name}]({link})"));
        let notes = page
            .link(&format!("workshop/{}.md", chapter.id))
            .map_or(String::new(), |link| {
                format!("[to chapter {}]({link})", chapter.number)
            });
        table += &row([
            first,
            format!("{} minutes", sum(|step| step.core)),
            format!("{} minutes", sum(|_| true)),
            notes,
        ]);
    }
    Ok(table)
}

/// What is wrong with the plans: one that takes too long, a core step that nobody sees, a step that is not there.
///
/// # Errors
///
/// The course cannot be read.
pub fn problems(root: &Path) -> Result<Vec<String>, String> {
    if !root.join(FILE).is_file() {
        return Ok(Vec::new());
    }
    let course = Course::load(root)?;
    let text = std::fs::read_to_string(root.join(FILE)).map_err(|error| error.to_string())?;
    Ok(match plans(&course, &text) {
        Ok(_) => Vec::new(),
        Err(problem) => vec![problem],
    })
}

fn plan(page: &Page, directive: &Directive<'_>) -> Result<Plan, String> {
    directive.only(1, &[], "PLAN")?;
    let id = directive.word("PLAN")?;
    let course = Course::load(&page.root)?;
    let mut plans = plans(&course, &page.read_from_root(FILE)?)?;
    let known: Vec<String> = plans.iter().map(|plan| plan.id.clone()).collect();
    match plans.iter().position(|plan| plan.id == id) {
        Some(index) => Ok(plans.swap_remove(index)),
        None => Err(format!(
            "{FILE} has no plan `{id}`: expected {}",
            known.join(", ")
        )),
    }
}

/// The plans of the file, each within its limit.
fn plans(course: &Course, text: &str) -> Result<Vec<Plan>, String> {
    let mut table = Table::parse(FILE, text)?;
    let mut plans = Vec::new();
    for mut entry in table.tables("plan")? {
        let id = entry.string("id")?;
        let start = entry.string("start")?;
        let start = minutes(&start)
            .ok_or_else(|| entry.complain(&format!("`start`: expected 09:00, found {start}")))?;
        let limit = entry.integer("limit")?;
        let all_core = entry.boolean("every-core-step")?;
        let mut parts = Vec::new();
        for mut part in entry.tables("part")? {
            parts.extend(Part::load(course, &mut part)?);
        }
        entry.nothing_else()?;
        let plan = Plan {
            id,
            start,
            limit,
            parts,
        };
        plan.check(course, all_core)
            .map_err(|what| entry.complain(&what))?;
        plans.push(plan);
    }
    table.nothing_else()?;
    Ok(plans)
}

impl Plan {
    /// Everything but meals.
    fn minutes(&self) -> u32 {
        let counted = |part: &&Part| !matches!(part.what, What::Meal(_));
        let parts = self.parts.iter().filter(counted);
        parts.map(|part| part.minutes).sum()
    }

    fn check(&self, course: &Course, all_core: bool) -> Result<(), String> {
        if self.minutes() > self.limit {
            return Err(format!(
                "the plan `{}` takes {} minutes, more than {}: show a step in place of typing it, or leave one out",
                self.id,
                self.minutes(),
                self.limit
            ));
        }
        let taken = |key: &str| {
            self.parts.iter().any(|part| match &part.what {
                What::Type(place) | What::Show(place) => place.key == key,
                _ => false,
            })
        };
        for (chapter, step) in course.steps() {
            if all_core && step.core && !taken(&step.key(chapter)) {
                return Err(format!(
                    "the plan `{}` leaves out {}, which is core: type it or show it",
                    self.id,
                    step.key(chapter)
                ));
            }
        }
        Ok(())
    }
}

impl Part {
    /// Reads a part. `None` where its chapter is not written yet.
    fn load(course: &Course, table: &mut Table<'_>) -> Result<Option<Self>, String> {
        let kinds = ["type", "show", "talk", "break", "meal"];
        let mut given = Vec::new();
        for kind in kinds {
            given.extend(table.optional_string(kind)?.map(|value| (kind, value)));
        }
        let [(kind, value)] = &given[..] else {
            return Err(table.complain(&format!("a part has one of {}", kinds.join(", "))));
        };
        let how = table.optional_string("how")?.unwrap_or_default();
        let behind = match table.optional_string("behind")? {
            Some(text) => Some((text, table.integer("saves")?)),
            None => None,
        };
        let chapter = table.optional_string("chapter")?;
        let own = if *kind == "type" {
            0
        } else {
            table.integer("minutes")?
        };
        table.nothing_else()?;
        let (what, minutes) = if matches!(*kind, "type" | "show") {
            let Some((chapter, step)) = find(course, value).map_err(|it| table.complain(&it))?
            else {
                return Ok(None);
            };
            let place = Place::of(chapter, step);
            if *kind == "type" {
                (What::Type(place), step.minutes)
            } else {
                (What::Show(place), own)
            }
        } else {
            if chapter.is_some_and(|id| course.chapters.iter().all(|chapter| chapter.id != id)) {
                return Ok(None);
            }
            let what = match *kind {
                "talk" => What::Talk(value.clone()),
                "break" => What::Break(value.clone()),
                _ => What::Meal(value.clone()),
            };
            (what, own)
        };
        if let Some((_, saves)) = &behind
            && !(LATE..=minutes).contains(saves)
        {
            return Err(table.complain(&format!(
                "saves {saves} of {minutes} minutes: expected at least {LATE}, and no more than the part has"
            )));
        }
        Ok(Some(Self {
            what,
            minutes,
            how,
            behind,
        }))
    }
}

/// The step `chapter-3/timelines`. `None` where there is no such chapter yet.
fn find<'a>(course: &'a Course, key: &str) -> Result<Option<(&'a Chapter, &'a Step)>, String> {
    let id = key.split('/').next().unwrap_or(key);
    if course.chapters.iter().all(|chapter| chapter.id != id) {
        return Ok(None);
    }
    let mut steps = course.steps();
    let found = steps.find(|(chapter, step)| step.key(chapter) == key);
    found
        .map(Some)
        .ok_or_else(|| format!("there is no step `{key}`"))
}

impl Place {
    fn of(chapter: &Chapter, step: &Step) -> Self {
        Self {
            key: step.key(chapter),
            title: format!("{} {}", step.numbered(chapter), step.title),
            page: step.page.clone(),
        }
    }

    /// A link, once the page is written.
    fn linked(&self, page: &Page) -> String {
        match page.link(&self.page) {
            Ok(link) => format!("[{}]({link})", self.title),
            Err(_) => self.title.clone(),
        }
    }
}

fn minutes(clock: &str) -> Option<u32> {
    let (hours, minutes) = clock.split_once(':')?;
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

fn time(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
}
