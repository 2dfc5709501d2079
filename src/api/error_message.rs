//! The details of a failed call, as facts. Text from outside is sanitized: control characters are
//! escaped and secrets redacted.

use std::time::Duration;

use super::envelope::MalformedEnvelope;
use super::transport_error::{HttpStatus, TransportError};
use crate::ids::{Region, TaskId};

/// Code of any internal error, which is also returned for an ID that does not exist on the
/// platform.
pub(super) const INTERNAL: &str = "10001";

/// Details of a failed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorDetail {
    /// The envelope's `code`, if any.
    pub code: Option<String>,
    /// The HTTP status, if any.
    pub status: Option<u16>,
    /// The service's message, or else the reason of the failure.
    pub message: ErrorMessage,
    /// Whether a complete response with a 2xx status was JSON but not an envelope.
    pub json: bool,
}

/// The reason that a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorMessage {
    /// The service's own message; may be empty.
    Platform(String),
    /// The service reports success without a task ID.
    NoTaskId {
        /// The `data` of the response, as JSON.
        data: String,
    },
    /// The service returned the task ID of another entry.
    IdOfAnotherEntry(TaskId),
    /// A complete response without an envelope.
    NoEnvelope {
        /// Its status.
        status: HttpStatus,
        /// Target of the redirect, if it is one; redirects are never followed.
        redirect: Option<String>,
        /// Its body.
        body: ForeignBody,
    },
    /// A response without an envelope to a call whose response is a secret; with its status.
    WithheldBody(u16),
    /// A response that begins like an envelope but is not a complete one.
    Malformed(MalformedEnvelope),
    /// The response to a login is not a list of tokens.
    NotATokenList,
    /// The response to a list call is not a list of instances.
    NotAnInstanceList,
    /// The response of the file service is neither a file nor a list of files.
    NoFiles,
    /// The file service returned another part of a file than the requested one; with its
    /// `Content-Range`.
    OtherPart(String),
    /// The response to a detail call contains no instance with an ID.
    NoInstance,
    /// The response has a content coding that was not requested.
    UnrequestedCoding(String),
    /// The response is larger than the maximum size; with that size in bytes.
    TooLarge(usize),
    /// No complete response arrived.
    Transport(Box<TransportError>),
    /// A signal arrived before the request was sent.
    InterruptedBeforeRequest,
    /// A signal arrived before the response.
    InterruptedBeforeResponse,
    /// Creates were rejected with 429 until retrying was given up.
    Throttled {
        /// The pause that the service asks for.
        pause: Option<Duration>,
        /// The service's message.
        cause: Box<ErrorMessage>,
    },
    /// The address has no AI service.
    NoService {
        /// The address.
        address: String,
        /// The region, if known.
        region: Option<Region>,
        /// Whether the address comes from a login.
        login: bool,
        /// The response.
        cause: Box<ErrorMessage>,
    },
    /// A token was refused, and so was the new login, or it failed.
    LoginFailed {
        /// The refusal of the token.
        cause: Box<ErrorMessage>,
        /// The error of the login.
        login: Box<LoginFailure>,
    },
    /// A token was refused, and a new login returned no token for the region; with the refusal.
    NoTokenAfterLogin(Box<ErrorMessage>),
}

/// The body of a response without an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignBody {
    /// It is empty.
    Empty,
    /// JSON without a `code`. It is not shown: it may contain an access address.
    Json,
    /// Its beginning, sanitized.
    Text(String),
}

impl ErrorDetail {
    /// Returns whether the service reports only an unspecified internal error.
    pub fn is_internal(&self) -> bool {
        self.code.as_deref() == Some(INTERNAL)
    }

    /// Returns whether this error, in response to the detail call, means that the instance does not
    /// exist.
    pub fn means_not_found(&self) -> bool {
        self.code.is_some() && !self.is_internal()
    }

    /// Returns whether a response exceeded the maximum size.
    pub fn is_too_large(&self) -> bool {
        matches!(self.message, ErrorMessage::TooLarge(_))
    }

    /// Returns the detail with a message made from its own.
    pub(in crate::api) fn wrap(
        self,
        message: impl FnOnce(Box<ErrorMessage>) -> ErrorMessage,
    ) -> Self {
        Self { message: message(Box::new(self.message)), ..self }
    }
}

impl From<ErrorMessage> for ErrorDetail {
    /// Returns the detail of an error without a code and a status.
    fn from(message: ErrorMessage) -> Self {
        Self { code: None, status: None, message, json: false }
    }
}

/// The reason that a login failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoginFailure {
    /// The platform refused the account.
    Refused {
        /// The login name.
        user: String,
        /// The platform's error.
        cause: ErrorDetail,
        /// By how many seconds this machine's clock is ahead of the platform's, if known.
        skew: Option<i64>,
    },
    /// The address has no such login, or returned no usable response.
    Unreachable {
        /// The address.
        address: String,
        /// The error.
        cause: ErrorDetail,
    },
}
