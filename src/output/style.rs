//! Style of rendered text.

/// Style of rendered text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// Whether to write escape sequences for colours.
    pub(crate) color: bool,
    /// Width of the terminal in columns.
    pub(crate) width: usize,
}
