//! HTTP/1.1 server on loopback: reads requests and writes responses.

use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderValue, RANGE, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};

use super::accounts::Accounts;
use super::fault_injection::{FaultKind, FaultSpec};
use super::handlers::{self, CatalogMode, ErrorReply, ParsedRequest, Part};
use super::route::{Operation, Route, RouteError, route};
use super::state::TaskStore;
use crate::api::OPEN_CATALOG_HEADER;

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
    pub(super) catalog: CatalogMode,
}

/// Closes the connection without a response, or in the middle of one.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on request")]
struct ConnectionDropped;

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
            async move { server.handle_request(request).await.map(with_body) }
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
    ) -> Result<Response<Bytes>, ConnectionDropped> {
        let (head, body) = request.into_parts();
        let route = match route(&head.method, head.uri.path()) {
            Ok(route) => route,
            // For an unknown call, a gateway responds itself, without the service's envelope.
            Err(RouteError::Path) => return Ok(json_reply(404, &json!({"error": "Not Found"}))),
            Err(RouteError::Method) => {
                return Ok(json_reply(405, &json!({"error": "Method Not Allowed"})));
            }
        };
        let Ok(body) = Limited::new(body, MAX_BODY_BYTES).collect().await else {
            return Ok(json_reply(413, &json!({"error": "Payload Too Large"})));
        };
        let body = body.to_bytes();
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        let token = text("token").unwrap_or_default().to_owned();
        let region = self.accounts.store(&token).ok_or_else(|| refuse(&ErrorReply::denied()));
        let query = head.uri.query().unwrap_or_default().as_bytes();
        let requested = |body| ParsedRequest {
            query: form_urlencoded::parse(query).into_owned().collect(),
            is_json: text(CONTENT_TYPE.as_str()).is_some_and(is_json),
            body,
        };
        match (route, region) {
            (Route::Account(call), _) => {
                self.latency().await;
                Ok(answer(self.accounts.handle(call, &head.headers, &body)))
            }
            (_, Err(denied)) => Ok(denied),
            (Route::Cards, Ok(region)) => {
                self.latency().await;
                Ok(answer(handlers::free_cards(&self.stores, region, &requested(body))))
            }
            (Route::ListFiles, Ok(region)) => {
                self.latency().await;
                Ok(answer(handlers::list_files(&self.stores[region], &requested(body))))
            }
            (Route::Download, Ok(region)) => {
                self.latency().await;
                let range = text(RANGE.as_str());
                let part = handlers::download(&self.stores[region], &requested(body), range);
                Ok(part.map_or_else(|refusal| refuse(&refusal), partial))
            }
            (Route::Instances(call), Ok(region)) => {
                // A received call is carried out even if its client does not wait for the response.
                let faulty = self.with_faults(call, requested(body), token, region);
                tokio::task::spawn_local(faulty).await.unwrap_or(Err(ConnectionDropped))
            }
        }
    }

    /// Waits for the latency that is injected into every call, the only fault of calls that are not about
    /// instances.
    async fn latency(&self) {
        for fault in &self.faults {
            if let Some(FaultKind::Latency(time)) = fault.should_inject(None) {
                tokio::time::sleep(*time).await;
            }
        }
    }

    /// Carries out a call, with the faults before and after it.
    async fn with_faults(
        self: Rc<Self>,
        call: Operation,
        requested: ParsedRequest,
        token: String,
        region: usize,
    ) -> Result<Response<Bytes>, ConnectionDropped> {
        let injected: Vec<FaultKind> = self
            .faults
            .iter()
            .filter_map(|fault| fault.should_inject(Some(&call)))
            .cloned()
            .collect();
        for kind in &injected {
            match kind {
                FaultKind::Latency(time) => tokio::time::sleep(*time).await,
                FaultKind::Code(code) => {
                    let message = "requested with --fault";
                    return Ok(envelope(200, code, message));
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
                        drop(server.carry_out(region, &call, &requested).await);
                    });
                    return Err(ConnectionDropped);
                }
                FaultKind::DropAfter | FaultKind::Truncate(_) | FaultKind::Html(_) => {}
            }
        }
        let mut done = answer(self.carry_out(region, &call, &requested).await);
        if self.catalog == CatalogMode::Open {
            // Clients that compare requests with the catalog know that a mismatch means nothing here.
            done.headers_mut().insert(OPEN_CATALOG_HEADER, HeaderValue::from_static("true"));
        }
        for kind in injected {
            match kind {
                FaultKind::DropAfter => return Err(ConnectionDropped),
                FaultKind::Truncate(bytes) => return Ok(truncated(done, bytes)),
                FaultKind::Html(status) => return Ok(html_error_page(status)),
                _ => {}
            }
        }
        Ok(done)
    }

    async fn carry_out(
        &self,
        region: usize,
        call: &Operation,
        requested: &ParsedRequest,
    ) -> Result<Value, ErrorReply> {
        handlers::handle(&self.stores[region], call, requested, self.catalog).await
    }
}

/// Returns the response with a part of a file.
fn partial(Part { bytes, range }: Part) -> Response<Bytes> {
    let Some((first, size)) = range else {
        return reply(200, "application/octet-stream", Bytes::from(bytes));
    };
    let last = (first + bytes.len()).saturating_sub(1);
    let mut response = reply(206, "application/octet-stream", Bytes::from(bytes));
    let range = HeaderValue::try_from(format!("bytes {first}-{last}/{size}"));
    let range = range.expect("digits can be sent");
    response.headers_mut().insert(CONTENT_RANGE, range);
    response
}

fn answer(done: Result<Value, ErrorReply>) -> Response<Bytes> {
    match done {
        Ok(data) => json_reply(200, &json!({"code": "0", "msg": "success", "data": data})),
        Err(refusal) => refuse(&refusal),
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// Returns the response with its body; one that is shorter than announced ends with an error.
fn with_body(response: Response<Bytes>) -> Response<UnsyncBoxBody<Bytes, ConnectionDropped>> {
    let announced = response.headers()[CONTENT_LENGTH].clone();
    response.map(|bytes| {
        let cut = (announced != HeaderValue::from(bytes.len())).then_some(Err(ConnectionDropped));
        let parts = [Ok(Frame::data(bytes))].into_iter().chain(cut);
        StreamBody::new(stream::iter(parts)).boxed_unsync()
    })
}

/// Truncates a response to the given number of bytes; its announced length stays.
fn truncated(complete: Response<Bytes>, bytes: usize) -> Response<Bytes> {
    complete.map(|all| all.slice(..bytes.min(all.len().saturating_sub(1))))
}

/// Returns a gateway's page.
fn html_error_page(status: u16) -> Response<Bytes> {
    reply(status, "text/html", Bytes::from_static(b"<html><body>gateway</body></html>"))
}

fn throttle(seconds: u64) -> Response<Bytes> {
    let mut response = html_error_page(429);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn refuse(ErrorReply { status, code, message }: &ErrorReply) -> Response<Bytes> {
    envelope(*status, code, message)
}

fn envelope(status: u16, code: &str, message: &str) -> Response<Bytes> {
    json_reply(status, &json!({"code": code, "msg": message, "data": null}))
}

fn json_reply(status: u16, body: &Value) -> Response<Bytes> {
    reply(status, "application/json;charset=UTF-8", Bytes::from(body.to_string()))
}

fn reply(status: u16, content_type: &'static str, bytes: Bytes) -> Response<Bytes> {
    let mut response = Response::new(bytes);
    *response.status_mut() = StatusCode::from_u16(status).expect("only valid statuses are given");
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
