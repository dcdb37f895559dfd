//! The book's builder: mdBook and mdbook-admonish as libraries, and the directives of this course.
//!
//! A page goes through [`course`] (the directives), [`boxes`] (Admonish), and mdBook's own `links` and `index`, and then
//! to mdBook's HTML renderer. [`drawing`] makes the figures. [`site`] puts these together in one process; [`protocol`] offers the first two to a plain
//! `mdbook`. [`serve`] builds again on every save, and [`lint`] holds the pages to the house's rules.

pub mod boxes;
pub mod course;
pub mod drawing;
pub mod events;
pub mod html;
pub mod lint;
pub mod markdown;
pub mod protocol;
pub mod serve;
pub mod site;
pub mod site_links;
pub mod sitemap;
