//! Failure classes of a run, and the exit status that reports them.

use std::collections::BTreeSet;

/// Failure class of a run; its number is the exit status of a run without a more severe class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitClass {
    // In order of precedence: the most urgent class comes first.
    /// 5: the lock cannot be read or written, or is locked by another process.
    Lock,
    /// 4: the outcome of one or more creates is unknown.
    Unknown,
    /// 130: interrupted.
    Interrupted,
    /// 7: credentials missing, expired or without permission.
    Denied,
    /// 10: the platform could not be reached, or did not accept the request.
    Unreachable,
    /// 3: the platform refused one or more instances; the rest is recorded.
    Refused,
    /// 6: stopped by a safety check, such as a changed instance without `--replace`.
    Blocked,
    /// 8: a wait timed out or found a failed instance.
    WaitFailed,
}

impl ExitClass {
    /// Returns the exit status of this class.
    pub fn code(self) -> u8 {
        match self {
            Self::Refused => 3,
            Self::Unknown => 4,
            Self::Lock => 5,
            Self::Blocked => 6,
            Self::Denied => 7,
            Self::WaitFailed => 8,
            Self::Unreachable => 10,
            Self::Interrupted => 130,
        }
    }
}

/// All classes of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExitClasses(BTreeSet<ExitClass>);

impl ExitClasses {
    /// Adds a class.
    pub fn insert(&mut self, class: ExitClass) {
        self.0.insert(class);
    }

    /// Checks whether the class is included.
    pub fn contains(&self, class: ExitClass) -> bool {
        self.0.contains(&class)
    }

    /// Returns the exit status: that of the first class by precedence, 0 if there is none.
    pub fn code(&self) -> u8 {
        self.0.first().map_or(0, |class| class.code())
    }

    /// Iterates over the classes by precedence.
    pub fn iter(&self) -> impl Iterator<Item = ExitClass> + '_ {
        self.0.iter().copied()
    }
}

impl Extend<ExitClass> for ExitClasses {
    fn extend<I: IntoIterator<Item = ExitClass>>(&mut self, classes: I) {
        self.0.extend(classes);
    }
}

impl FromIterator<ExitClass> for ExitClasses {
    fn from_iter<I: IntoIterator<Item = ExitClass>>(classes: I) -> Self {
        Self(classes.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{ExitClass, ExitClasses};

    #[test]
    fn first_class_by_precedence_decides_the_exit_code() {
        let order = [5, 4, 130, 7, 10, 3, 6, 8];
        let mut classes: ExitClasses = [
            ExitClass::WaitFailed,
            ExitClass::Blocked,
            ExitClass::Refused,
            ExitClass::Unreachable,
            ExitClass::Denied,
            ExitClass::Interrupted,
            ExitClass::Unknown,
            ExitClass::Lock,
        ]
        .into_iter()
        .collect();
        assert_eq!(classes.iter().map(ExitClass::code).collect::<Vec<_>>(), order.map(u8::from));
        assert_eq!(classes.code(), 5);
        classes = ExitClasses::default();
        assert_eq!(classes.code(), 0);
        classes.extend([ExitClass::Blocked, ExitClass::Refused]);
        assert_eq!(classes.code(), 3);
    }
}
