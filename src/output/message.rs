//! A text for users, and the next step.

/// A text for users, and the next step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// The text.
    pub text: String,
    /// The next step, if any.
    pub help: Option<String>,
}

impl Message {
    /// Creates a message with a next step.
    pub fn new(text: impl Into<String>, help: impl Into<Option<String>>) -> Self {
        Self { text: text.into(), help: help.into() }
    }
}

impl<T: Into<String>> From<T> for Message {
    fn from(text: T) -> Self {
        Self::new(text, None)
    }
}
