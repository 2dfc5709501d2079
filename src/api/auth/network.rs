//! Network settings: proxies and trusted certificates.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::environment::{CA_FILE, Environment, path};
use crate::api::CredentialsError;
use crate::api::proxy::Proxies;

/// Network settings: proxies and trusted certificates.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) authority: Option<CaBundle>,
    pub(in crate::api) proxies: Proxies,
}

impl Network {
    pub(crate) fn from_environment(env: &Environment<'_>) -> Result<Self, CredentialsError> {
        let proxies = Proxies::from_environment(env)?;
        Ok(Self { authority: authority(env)?, proxies })
    }
}

/// An additional certificate authority: the PEM text and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct CaBundle {
    pub(crate) path: PathBuf,
    pub(crate) pem: Vec<u8>,
}

/// Maximum number of bytes read from a token or certificate file.
pub(super) const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Reads the additional certificate authority, if one is given.
pub(super) fn authority(env: &Environment<'_>) -> Result<Option<CaBundle>, CredentialsError> {
    let Some(path) = path(env, CA_FILE) else { return Ok(None) };
    let pem = read_file(CA_FILE, &path, |_| Ok(()))?;
    Ok(Some(CaBundle { path, pem }))
}

/// Reads the file that variable `name` specifies. `check` receives the opened file, not its path,
/// so that it checks the file that is read.
pub(super) fn read_file(
    name: &'static str,
    path: &Path,
    check: impl FnOnce(&File) -> Result<(), CredentialsError>,
) -> Result<Vec<u8>, CredentialsError> {
    let failed = |source| CredentialsError::File { name, path: path.to_owned(), source };
    let file = File::open(path).map_err(failed)?;
    check(&file)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}
