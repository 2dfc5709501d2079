//! What a run met, and the exit status that says so.

use std::collections::BTreeSet;

/// One kind of trouble that a run met; its number is the exit status of a run that met nothing worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitClass {
    // In the order of precedence: what a person must look at first comes first.
    /// 5: the lock cannot be read, written, or is held by another process.
    Lock,
    /// 4: the outcome of one or more creates is unknown.
    Unknown,
    /// 130: interrupted.
    Interrupted,
    /// 7: credentials missing, expired or without permission.
    Denied,
    /// 10: the platform could not be reached, or never took the request.
    Unreachable,
    /// 3: the platform refused one or more instances; the rest is recorded.
    Refused,
    /// 6: stopped by a guard, such as a changed instance without `--replace`.
    Blocked,
    /// 8: a wait ran out of time or met a failed instance.
    WaitFailed,
}

impl ExitClass {
    /// The exit status of this class.
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

/// Every class that a run met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExitClasses(BTreeSet<ExitClass>);

impl ExitClasses {
    /// Adds what was met.
    pub fn insert(&mut self, class: ExitClass) {
        self.0.insert(class);
    }

    /// Whether this was met.
    pub fn contains(&self, class: ExitClass) -> bool {
        self.0.contains(&class)
    }

    /// The exit status: that of the first class by precedence, 0 where nothing was met.
    pub fn code(&self) -> u8 {
        self.0.first().map_or(0, |class| class.code())
    }

    /// What was met, by precedence.
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
    fn the_first_by_precedence_decides() {
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
