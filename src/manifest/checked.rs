//! A checked manifest.

use crate::ids::Region;
use crate::manifest::instance::InstanceSpec;
use crate::manifest::limits::FileLimits;

/// Checks whether a top-level key is ignored here because it is for readers or other programs.
pub fn is_ignored_key(key: &str) -> bool {
    key == "$schema" || key.starts_with("x-")
}

/// A checked manifest: every document of one file, every instance merged with its defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The documents, in the order of the file.
    pub documents: Vec<ManifestDocument>,
}

/// One document of a checked manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct ManifestDocument {
    /// Region of its instances, if set.
    pub region: Option<Region>,
    /// Its limits, if set.
    pub limits: FileLimits,
    /// Its instances, in the order of the file.
    pub instances: Vec<InstanceSpec>,
}

impl Manifest {
    /// Returns the limits of the file: the smallest of its documents.
    pub fn limits(&self) -> FileLimits {
        let limits = self.documents.iter().map(|document| document.limits);
        limits.fold(FileLimits::default(), FileLimits::smallest)
    }
}
