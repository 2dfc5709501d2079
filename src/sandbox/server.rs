//! HTTP/1.1 server on loopback: reads requests and writes responses.

use std::net::TcpListener;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};

use super::accounts::{self, AccountCall, Accounts};
use super::fault_injection::{FaultKind, FaultSpec};
use super::handlers::{self, ErrorReply, ParsedRequest};
use super::route::{self, Operation, RouteError};
use super::state::TaskStore;

/// Maximum size of a request's body, in bytes.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// Time that requests in flight have to finish once the sandbox is stopped.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// State of the server.
pub(super) struct Server {
    /// The instances of each serving region.
    pub(super) stores: Vec<TaskStore>,
    pub(super) accounts: Accounts,
    pub(super) faults: Vec<FaultSpec>,
}

/// Closes the connection without a response.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on request")]
struct ConnectionDropped;

/// Body of a response: its bytes, and the number of further bytes that were announced.
struct ReplyBody {
    bytes: Option<Bytes>,
    missing: u64,
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = ConnectionDropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ConnectionDropped>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None => (self.missing > 0).then_some(Err(ConnectionDropped)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        let target = self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        SizeHint::with_exact(target + self.missing)
    }
}

impl Server {
    /// Serves requests until `stopped` becomes true.
    pub(super) async fn run(self, listener: TcpListener, stopped: watch::Receiver<bool>) {
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
        LocalSet::new().run_until(Rc::new(self).accept(listener, stopped)).await;
    }

    async fn accept(
        self: Rc<Self>,
        listener: tokio::net::TcpListener,
        mut stopped: watch::Receiver<bool>,
    ) {
        let mut connections = JoinSet::new();
        loop {
            let stream = tokio::select! {
                accepted = listener.accept() => accepted,
                Some(_) = connections.join_next() => continue,
                _ = stopped.wait_for(|stop| *stop) => break,
            };
            // The connection ended before it was accepted, or too many files are open: continue.
            let Ok((stream, _)) = stream else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            connections.spawn_local(Rc::clone(&self).serve_connection(stream, stopped.clone()));
        }
        drop(listener);
        let _ = tokio::time::timeout(SHUTDOWN_GRACE, connections.join_all()).await;
    }

    async fn serve_connection(
        self: Rc<Self>,
        stream: TcpStream,
        mut stopped: watch::Receiver<bool>,
    ) {
        let service = service_fn(|request| {
            let server = Rc::clone(&self);
            async move { server.handle_request(request).await }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // Connections that a client aborts are ignored.
        tokio::select! {
            _ = connection.as_mut() => {}
            _ = stopped.wait_for(|stop| *stop) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }

    /// Handles one request, from its head to its response. Requested faults take effect here:
    /// before the call is carried out, or after it and before the response is sent.
    async fn handle_request(
        self: Rc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<ReplyBody>, ConnectionDropped> {
        let (head, body) = request.into_parts();
        let about_account = accounts::find(&head.method, head.uri.path());
        let found = match about_account {
            Some(found) => found.map(Route::Account),
            None => route::route(&head.method, head.uri.path()).map(Route::Instances),
        };
        let suggestion = match found {
            Ok(suggestion) => suggestion,
            // For an unknown call, a gateway responds itself, without the service's envelope.
            Err(RouteError::Path) => return Ok(reply(404, &json!({"error": "Not Found"}))),
            Err(RouteError::Method) => {
                return Ok(reply(405, &json!({"error": "Method Not Allowed"})));
            }
        };
        let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
            return Ok(reply(413, &json!({"error": "Payload Too Large"})));
        };
        let call = match suggestion {
            Route::Instances(call) => call,
            Route::Account(call) => {
                return Ok(self.about_account(call, &head.headers, &body.to_bytes()).await);
            }
        };
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        let token = text("token").unwrap_or_default().to_owned();
        let Some(location) = self.accounts.store(&token) else {
            return Ok(refuse(&ErrorReply::denied()));
        };
        let query = head.uri.query().unwrap_or_default().as_bytes();
        let requested = ParsedRequest {
            query: form_urlencoded::parse(query).into_owned().collect(),
            is_json: text(CONTENT_TYPE.as_str()).is_some_and(is_json),
            body: body.to_bytes(),
        };
        // A received call is carried out even if its client does not wait for the response.
        let done = tokio::task::spawn_local(self.with_faults(call, requested, token, location));
        done.await.unwrap_or(Err(ConnectionDropped))
    }

    /// Handles a call about the account; latency is the only fault that applies to it.
    async fn about_account(
        &self,
        call: AccountCall,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Response<ReplyBody> {
        for fault in &self.faults {
            if let Some(FaultKind::Latency(time)) = fault.should_inject(None) {
                tokio::time::sleep(*time).await;
            }
        }
        answer(self.accounts.handle(call, headers, body))
    }

    /// Carries out a call, with the faults before and after it.
    async fn with_faults(
        self: Rc<Self>,
        call: Operation,
        requested: ParsedRequest,
        token: String,
        location: usize,
    ) -> Result<Response<ReplyBody>, ConnectionDropped> {
        let struck: Vec<FaultKind> = self
            .faults
            .iter()
            .filter_map(|fault| fault.should_inject(Some(&call)))
            .cloned()
            .collect();
        for kind in &struck {
            match kind {
                FaultKind::Latency(time) => tokio::time::sleep(*time).await,
                FaultKind::Code(code) => {
                    let message = "requested with --fault";
                    return Ok(reply(200, &json!({"code": code, "msg": message, "data": null})));
                }
                FaultKind::Status(status) => return Ok(html_error_page(*status)),
                FaultKind::DropBefore => return Err(ConnectionDropped),
                FaultKind::Expire => {
                    self.accounts.revoke(&token);
                    return Ok(refuse(&ErrorReply::denied()));
                }
                FaultKind::Throttle(seconds) => return Ok(throttle(*seconds)),
                FaultKind::Late(time) => {
                    let (server, time) = (Rc::clone(&self), *time);
                    tokio::task::spawn_local(async move {
                        tokio::time::sleep(time).await;
                        // No client is left to receive the response.
                        drop(handlers::handle(&server.stores[location], &call, &requested).await);
                    });
                    return Err(ConnectionDropped);
                }
                FaultKind::DropAfter | FaultKind::Truncate(_) | FaultKind::Html(_) => {}
            }
        }
        let done = answer(handlers::handle(&self.stores[location], &call, &requested).await);
        for kind in struck {
            match kind {
                FaultKind::DropAfter => return Err(ConnectionDropped),
                FaultKind::Truncate(bytes) => return Ok(truncated_reply(done, bytes)),
                FaultKind::Html(status) => return Ok(html_error_page(status)),
                _ => {}
            }
        }
        Ok(done)
    }
}

/// The call that a request addresses.
enum Route {
    Account(AccountCall),
    Instances(Operation),
}

fn answer(done: Result<Value, ErrorReply>) -> Response<ReplyBody> {
    match done {
        Ok(data) => reply(200, &json!({"code": "0", "msg": "success", "data": data})),
        Err(refusal) => refuse(&refusal),
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// Truncates a response to the given number of bytes.
fn truncated_reply(mut complete: Response<ReplyBody>, bytes: usize) -> Response<ReplyBody> {
    let body = complete.body_mut();
    if let Some(all) = body.bytes.take() {
        let kept = all.slice(..bytes.min(all.len().saturating_sub(1)));
        body.missing = (all.len() - kept.len()) as u64;
        body.bytes = Some(kept);
    }
    complete
}

/// Returns a gateway's page.
fn html_error_page(status: u16) -> Response<ReplyBody> {
    let mut response = reply(status, &Value::Null);
    let html = Bytes::from_static(b"<html><body>gateway</body></html>");
    *response.body_mut() = ReplyBody { bytes: Some(html), missing: 0 };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn throttle(seconds: u64) -> Response<ReplyBody> {
    let mut response = html_error_page(429);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn refuse(refusal: &ErrorReply) -> Response<ReplyBody> {
    let ErrorReply { status, code, message } = refusal;
    reply(*status, &json!({"code": code, "msg": message, "data": null}))
}

fn reply(status: u16, body: &Value) -> Response<ReplyBody> {
    let bytes = Some(Bytes::from(body.to_string()));
    let mut response = Response::new(ReplyBody { bytes, missing: 0 });
    *response.status_mut() = StatusCode::from_u16(status).expect("only valid statuses are given");
    let json = HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
