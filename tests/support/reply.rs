//! What a scripted server does with one request.

use std::io::{self, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

/// What the server does with one request.
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
    /// The answer, whole.
    Whole,
    /// The answer, then the connection ends although nothing announced it.
    ThenClose,
    /// So many bytes of the body, then the connection ends.
    CutAt(usize),
    /// The body in chunks of one byte each.
    ByteByByte,
    /// No answer and no end.
    Hang,
    /// The connection is reset with the request unread.
    ResetUnread,
    /// The connection is reset after all of the request but its last byte was read.
    ResetRead,
    /// The connection ends after the request was read.
    Close,
}

impl Reply {
    fn with(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), content_type.to_owned())];
        let delay = Duration::ZERO;
        Self { status, headers, body: body.into(), delay, manner: Manner::Whole }
    }

    /// A JSON body, with status 200.
    pub(crate) fn json(body: &Value) -> Self {
        Self::with(200, "application/json", body.to_string())
    }

    /// A body that calls itself JSON, as it stands, with status 200.
    pub(crate) fn raw(body: impl Into<Vec<u8>>) -> Self {
        Self::with(200, "application/json", body)
    }

    /// The envelope of a success.
    pub(crate) fn success(data: impl Into<Value>) -> Self {
        Self::json(&json!({"code": "0", "msg": "success", "data": data.into()}))
    }

    /// An envelope with a code other than 0.
    pub(crate) fn code(code: impl Into<Value>, message: &str) -> Self {
        Self::json(&json!({"code": code.into(), "msg": message, "data": null}))
    }

    /// A page of a gateway.
    pub(crate) fn html(status: u16) -> Self {
        Self::with(status, "text/html", "<html><body>nginx</body></html>")
    }

    /// No answer and no end.
    pub(crate) fn hang() -> Self {
        Self::html(200).manner(Manner::Hang)
    }

    /// The connection is reset with the request unread.
    pub(crate) fn reset_unread() -> Self {
        Self::html(200).manner(Manner::ResetUnread)
    }

    /// The connection is reset after all of the request but its last byte was read.
    pub(crate) fn reset_read() -> Self {
        Self::html(200).manner(Manner::ResetRead)
    }

    /// The connection ends after the request was read.
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

    /// Answers after a while.
    pub(crate) fn late(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Ends the connection after so many bytes of the body.
    pub(crate) fn cut_at(self, bytes: usize) -> Self {
        self.manner(Manner::CutAt(bytes))
    }

    /// Sends the body in chunks of one byte.
    pub(crate) fn byte_by_byte(self) -> Self {
        self.manner(Manner::ByteByByte)
    }

    /// Ends the connection after the answer although nothing announced it.
    pub(crate) fn then_close(self) -> Self {
        self.manner(Manner::ThenClose)
    }

    fn manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// Sends the answer, as far as it is to be sent.
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
