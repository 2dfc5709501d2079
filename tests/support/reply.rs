//! Behaviour of a scripted server for one request.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

/// Behaviour of the server for one request.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    pub(super) delay: Duration,
    pub(super) manner: Manner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// The full answer.
    Whole,
    /// The answer, then the connection closes without announcement.
    ThenClose,
    /// This number of bytes of the body, then the connection closes.
    CutAt(usize),
    /// The body in chunks of one byte each.
    ByteByByte,
    /// No answer, and the connection stays open.
    Hang,
    /// The connection is reset before the request is read.
    ResetUnread,
    /// The connection is reset after all but the last byte of the request is read.
    ResetRead,
    /// The connection closes after the request is read.
    Close,
}

impl Reply {
    /// Returns a body with its type.
    pub(crate) fn with(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let delay = Duration::ZERO;
        Self { status, headers, body: body.into(), delay, manner: Manner::Whole }
    }

    /// Returns a JSON body with status 200.
    pub(crate) fn json(body: &Value) -> Self {
        Self::with(200, "application/json", body.to_string())
    }

    /// Returns a body labelled as JSON, unchanged, with status 200.
    pub(crate) fn raw(body: impl Into<Vec<u8>>) -> Self {
        Self::with(200, "application/json", body)
    }

    /// Returns the envelope of a success.
    pub(crate) fn success(data: impl Into<Value>) -> Self {
        Self::json(&json!({"code": "0", "msg": "success", "data": data.into()}))
    }

    /// Returns an envelope with a code other than 0.
    pub(crate) fn code(code: impl Into<Value>, message: &str) -> Self {
        Self::json(&json!({"code": code.into(), "msg": message, "data": null}))
    }

    /// Returns a page of a gateway.
    pub(crate) fn html(status: u16) -> Self {
        Self::with(status, "text/html", "<html><body>nginx</body></html>")
    }

    /// Sends no answer and keeps the connection open.
    pub(crate) fn hang() -> Self {
        Self::html(200).manner(Manner::Hang)
    }

    /// Resets the connection before the request is read.
    pub(crate) fn reset_unread() -> Self {
        Self::html(200).manner(Manner::ResetUnread)
    }

    /// Resets the connection after all but the last byte of the request is read.
    pub(crate) fn reset_read() -> Self {
        Self::html(200).manner(Manner::ResetRead)
    }

    /// Closes the connection after the request is read.
    pub(crate) fn close() -> Self {
        Self::html(200).manner(Manner::Close)
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers after a delay.
    pub(crate) fn late(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Closes the connection after this number of bytes of the body.
    pub(crate) fn cut_at(self, bytes: usize) -> Self {
        self.manner(Manner::CutAt(bytes))
    }

    /// Sends the body in chunks of one byte.
    pub(crate) fn byte_by_byte(self) -> Self {
        self.manner(Manner::ByteByByte)
    }

    /// Closes the connection after the answer without announcement.
    pub(crate) fn then_close(self) -> Self {
        self.manner(Manner::ThenClose)
    }

    fn manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// Sends the part of the answer that is to be sent.
    pub(super) fn write(&self, to: &mut TcpStream) -> io::Result<()> {
        let Self { status, headers, body, manner, .. } = self;
        if matches!(manner, Manner::ResetRead | Manner::Close | Manner::ResetUnread) {
            return Ok(());
        }
        let chunked = *manner == Manner::ByteByByte;
        let length = if chunked {
            ("transfer-encoding".to_owned(), "chunked".to_owned())
        } else {
            ("content-length".to_owned(), body.len().to_string())
        };
        write!(to, "HTTP/1.1 {status} Scripted\r\n")?;
        for (name, value) in headers.iter().chain([&length]) {
            write!(to, "{name}: {value}\r\n")?;
        }
        to.write_all(b"\r\n")?;
        if chunked {
            for byte in body {
                to.write_all(&[b'1', b'\r', b'\n', *byte, b'\r', b'\n'])?;
                to.flush()?;
            }
            return to.write_all(b"0\r\n\r\n");
        }
        let end = if let Manner::CutAt(bytes) = manner { *bytes } else { body.len() };
        to.write_all(&body[..end])
    }
}
