//! What HTML needs of text: the runner's library has it, because it draws as well.

pub use xtask::html::escape;
