//! The names of mdBook 0.4 that mdbook-admonish 1.20 uses, over the types of mdBook 0.5.
//!
//! Admonish's last release is written against mdBook 0.4. What it needs of it is little: the book itself, which has kept
//! its shape, its own table in `book.toml`, and a helper that makes ids. This crate stands in for `mdbook` by a
//! `[patch]` in `xtask/book/Cargo.toml`, and in that workspace only. It can go when Admonish supports mdBook 0.5.

pub use mdbook_preprocessor::{book, errors};

/// What a preprocessor of mdBook 0.4 implements.
pub mod preprocess {
    use std::collections::BTreeMap;

    use crate::{book::Book, errors::Result};

    /// A step between the pages as written and the pages as rendered.
    pub trait Preprocessor {
        /// The name in `[preprocessor.<name>]`.
        fn name(&self) -> &str;

        /// Changes the book.
        ///
        /// # Errors
        ///
        /// Whatever stops the build.
        fn run(&self, ctx: &PreprocessorContext, book: Book) -> Result<Book>;

        /// Whether there is anything to do for this renderer.
        fn supports_renderer(&self, renderer: &str) -> bool;
    }

    /// The part of mdBook 0.4's context that is asked for.
    pub struct PreprocessorContext {
        /// The tables of `book.toml`.
        pub config: Config,
        /// The renderer that comes next: `html`.
        pub renderer: String,
    }

    /// The part of mdBook 0.4's configuration that is asked for.
    pub struct Config(BTreeMap<String, toml::Table>);

    impl Config {
        /// The table `[preprocessor.<name>]`.
        #[must_use]
        pub fn get_preprocessor(&self, name: &str) -> Option<&toml::Table> {
            self.0.get(name)
        }
    }

    impl TryFrom<&mdbook_preprocessor::PreprocessorContext> for PreprocessorContext {
        type Error = crate::errors::Error;

        fn try_from(ctx: &mdbook_preprocessor::PreprocessorContext) -> Result<Self> {
            Ok(Self {
                config: Config(ctx.config.preprocessors()?),
                renderer: ctx.renderer.clone(),
            })
        }
    }
}

/// Helpers of mdBook 0.4.
pub mod utils {
    use std::collections::HashMap;

    /// Makes an HTML id of `content`, with a number behind it where the id is taken already.
    pub fn unique_id_from_content(content: &str, taken: &mut HashMap<String, usize>) -> String {
        let id: String = content
            .trim()
            .chars()
            .filter_map(|c| match c {
                _ if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
                _ if c.is_whitespace() => Some('-'),
                _ => None,
            })
            .collect();
        let count = taken.entry(id.clone()).or_insert(0);
        *count += 1;
        match *count {
            1 => id,
            n => format!("{id}-{}", n - 1),
        }
    }
}
