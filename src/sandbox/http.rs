//! Requests off the wire, answers on it: HTTP/1.1 on loopback.

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
use super::call::{self, Call, NoCall};
use super::fault::{Fault, Kind};
use super::handlers::{self, Asked, Refusal};
use super::store::Store;

/// Bytes of a request's body that are read at most.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// How long requests under way may take to finish once the sandbox is stopped.
const FAREWELL: Duration = Duration::from_secs(2);

/// What serves.
pub(super) struct Server {
    /// The instances of each region that serves.
    pub(super) stores: Vec<Store>,
    pub(super) accounts: Accounts,
    pub(super) faults: Vec<Fault>,
}

/// Ends the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on demand")]
struct Dropped;

/// An answer's body: its bytes, and how many more were announced.
struct Answer {
    bytes: Option<Bytes>,
    missing: u64,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        Poll::Ready(match self.bytes.take() {
            Some(bytes) => Some(Ok(Frame::data(bytes))),
            None => (self.missing > 0).then_some(Err(Dropped)),
        })
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none() && self.missing == 0
    }

    fn size_hint(&self) -> SizeHint {
        let here = self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
        SizeHint::with_exact(here + self.missing)
    }
}

impl Server {
    /// Serves until `stopped` becomes true.
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
            // A connection that ended before it was taken, or too many open files: go on.
            let Ok((stream, _)) = stream else {
                tokio::time::sleep(Duration::from_millis(10)).await;
                continue;
            };
            let _ = stream.set_nodelay(true);
            connections.spawn_local(Rc::clone(&self).converse(stream, stopped.clone()));
        }
        drop(listener);
        let _ = tokio::time::timeout(FAREWELL, connections.join_all()).await;
    }

    async fn converse(self: Rc<Self>, stream: TcpStream, mut stopped: watch::Receiver<bool>) {
        let service = service_fn(|request| {
            let server = Rc::clone(&self);
            async move { server.respond(request).await }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // What a client breaks off is its own affair.
        tokio::select! {
            _ = connection.as_mut() => {}
            _ = stopped.wait_for(|stop| *stop) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }

    /// One request, from its head to its answer. Whatever shall go wrong on demand goes wrong
    /// here: before the call is carried out, or after it and before the answer is sent.
    async fn respond(
        self: Rc<Self>,
        request: Request<Incoming>,
    ) -> Result<Response<Answer>, Dropped> {
        let (head, body) = request.into_parts();
        let about_account = accounts::find(&head.method, head.uri.path());
        let found = match about_account {
            Some(found) => found.map(Meant::Account),
            None => call::find(&head.method, head.uri.path()).map(Meant::Instances),
        };
        let meant = match found {
            Ok(meant) => meant,
            // A gateway without the call answers by itself, without the service's envelope.
            Err(NoCall::Path) => return Ok(reply(404, &json!({"error": "Not Found"}))),
            Err(NoCall::Method) => return Ok(reply(405, &json!({"error": "Method Not Allowed"}))),
        };
        let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
            return Ok(reply(413, &json!({"error": "Payload Too Large"})));
        };
        let call = match meant {
            Meant::Instances(call) => call,
            Meant::Account(call) => {
                return Ok(self.about_account(call, &head.headers, &body.to_bytes()).await);
            }
        };
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        let token = text("token").unwrap_or_default().to_owned();
        let Some(place) = self.accounts.store(&token) else {
            return Ok(refuse(&Refusal::denied()));
        };
        let query = head.uri.query().unwrap_or_default().as_bytes();
        let asked = Asked {
            query: form_urlencoded::parse(query).into_owned().collect(),
            is_json: text(CONTENT_TYPE.as_str()).is_some_and(is_json),
            body: body.to_bytes(),
        };
        // A call that arrived is carried out, whether or not its client stays for the answer.
        let done = tokio::task::spawn_local(self.with_faults(call, asked, (token, place)));
        done.await.unwrap_or(Err(Dropped))
    }

    /// A call about the account; of all faults only a latency is about it.
    async fn about_account(
        &self,
        call: AccountCall,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Response<Answer> {
        for fault in &self.faults {
            if let Some(Kind::Latency(time)) = fault.strike(None) {
                tokio::time::sleep(*time).await;
            }
        }
        answer(self.accounts.carry_out(call, headers, body))
    }

    /// Carries a call out, with what goes wrong before and after it.
    async fn with_faults(
        self: Rc<Self>,
        call: Call,
        asked: Asked,
        (token, place): (String, usize),
    ) -> Result<Response<Answer>, Dropped> {
        let struck: Vec<Kind> =
            self.faults.iter().filter_map(|fault| fault.strike(Some(&call))).cloned().collect();
        for kind in &struck {
            match kind {
                Kind::Latency(time) => tokio::time::sleep(*time).await,
                Kind::Code(code) => {
                    let message = "this was asked for with --fault";
                    return Ok(reply(200, &json!({"code": code, "msg": message, "data": null})));
                }
                Kind::Status(status) => return Ok(page(*status)),
                Kind::DropBefore => return Err(Dropped),
                Kind::Expire => {
                    self.accounts.revoke(&token);
                    return Ok(refuse(&Refusal::denied()));
                }
                Kind::Throttle(seconds) => return Ok(throttle(*seconds)),
                Kind::Late(time) => {
                    let (server, time) = (Rc::clone(&self), *time);
                    tokio::task::spawn_local(async move {
                        tokio::time::sleep(time).await;
                        // Its answer has nobody left to go to.
                        drop(handlers::carry_out(&server.stores[place], &call, &asked).await);
                    });
                    return Err(Dropped);
                }
                Kind::DropAfter | Kind::Truncate(_) | Kind::Html(_) => {}
            }
        }
        let done = answer(handlers::carry_out(&self.stores[place], &call, &asked).await);
        for kind in struck {
            match kind {
                Kind::DropAfter => return Err(Dropped),
                Kind::Truncate(bytes) => return Ok(cut(done, bytes)),
                Kind::Html(status) => return Ok(page(status)),
                _ => {}
            }
        }
        Ok(done)
    }
}

/// What a request means.
enum Meant {
    Account(AccountCall),
    Instances(Call),
}

fn answer(done: Result<Value, Refusal>) -> Response<Answer> {
    match done {
        Ok(data) => reply(200, &json!({"code": "0", "msg": "success", "data": data})),
        Err(refusal) => refuse(&refusal),
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// An answer of which only so many bytes arrive.
fn cut(mut whole: Response<Answer>, bytes: usize) -> Response<Answer> {
    let body = whole.body_mut();
    if let Some(all) = body.bytes.take() {
        let kept = all.slice(..bytes.min(all.len().saturating_sub(1)));
        body.missing = (all.len() - kept.len()) as u64;
        body.bytes = Some(kept);
    }
    whole
}

/// A gateway's page.
fn page(status: u16) -> Response<Answer> {
    let mut response = reply(status, &Value::Null);
    let html = Bytes::from_static(b"<html><body>gateway</body></html>");
    *response.body_mut() = Answer { bytes: Some(html), missing: 0 };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

fn throttle(seconds: u64) -> Response<Answer> {
    let mut response = page(429);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn refuse(refusal: &Refusal) -> Response<Answer> {
    let Refusal { status, code, message } = refusal;
    reply(*status, &json!({"code": code, "msg": message, "data": null}))
}

fn reply(status: u16, body: &Value) -> Response<Answer> {
    let bytes = Some(Bytes::from(body.to_string()));
    let mut response = Response::new(Answer { bytes, missing: 0 });
    *response.status_mut() = StatusCode::from_u16(status).expect("only valid statuses are given");
    let json = HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
