//! Reasons that the output of an instance cannot be read.

use std::io;

use crate::api::CredentialsError;
use crate::api::client::ApiError;
use crate::api::endpoints::files::{FileCall, FileService, is_missing};
use crate::exit_status::ExitClass;
use crate::ids::InstanceName;

/// The reason that a file or folder cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It does not exist.
    Missing,
    /// It cannot be read on this machine.
    Local(io::Error),
    /// The file service failed.
    Service {
        /// The error.
        error: Box<ApiError>,
        /// The address of the call.
        call: String,
    },
}

impl ReadError {
    /// Returns the error of a call of the file service.
    pub(super) fn of_call(error: ApiError, service: &FileService, call: FileCall) -> Self {
        if is_missing(&error) {
            Self::Missing
        } else {
            Self::Service { error: Box::new(error), call: service.call(call) }
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Missing } else { Self::Local(error) }
    }
}

/// The reason that the output of an instance cannot be read.
#[derive(Debug)]
pub enum LogsProblem {
    /// The address of the region's file service is not known.
    NoFileService,
    /// The file service does not show the user's home folder.
    NoHome {
        /// Its address.
        service: String,
    },
    /// The list of the home folder, whose path is not known, cannot be read.
    HomeUnreadable(ReadError),
    /// A file changes again and again while it is read.
    Unsteady {
        /// The file.
        place: String,
    },
    /// The folder has no run folder of the instance, or none of the container or the run.
    NoFolder {
        /// The folder.
        place: String,
        /// The instance.
        name: InstanceName,
        /// Number of the container.
        container: u32,
        /// Whether the run before the newest one was requested.
        previous: bool,
    },
    /// The run folder does not have the file yet.
    NoFile {
        /// The run folder.
        folder: String,
    },
    /// A file or folder cannot be read.
    Unreadable {
        /// The file or folder.
        place: String,
        /// The reason.
        error: ReadError,
    },
    /// The client of the file service cannot be set up.
    Setup(Box<CredentialsError>),
}

impl LogsProblem {
    /// Returns its failure class.
    pub fn class(&self) -> ExitClass {
        match self {
            Self::NoFileService => ExitClass::Denied,
            Self::Setup(error) => error.class(),
            Self::NoFolder { .. } | Self::NoFile { .. } => ExitClass::Refused,
            Self::Unreadable { error: ReadError::Service { error, .. }, .. }
            | Self::HomeUnreadable(ReadError::Service { error, .. }) => error.class(),
            Self::NoHome { .. }
            | Self::HomeUnreadable(_)
            | Self::Unsteady { .. }
            | Self::Unreadable { .. } => ExitClass::Unreachable,
        }
    }

    /// Returns whether it may be readable later: the folder appears with the instance, and a service may
    /// fail now and then.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NoFileService
            | Self::NoHome { .. }
            | Self::HomeUnreadable(_)
            | Self::Setup(_) => false,
            Self::Unreadable { error: ReadError::Service { error, .. }, .. } => {
                !matches!(**error, ApiError::Denied(_))
            }
            Self::NoFolder { .. }
            | Self::NoFile { .. }
            | Self::Unsteady { .. }
            | Self::Unreadable { .. } => true,
        }
    }
}
