//! Requests off the wire, answers on it: HTTP/1.1 on loopback.

use std::convert::Infallible;
use std::net::TcpListener;
use std::rc::Rc;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{JoinSet, LocalSet};

use super::call::{self, NoCall};
use super::handlers::{self, Asked, Refusal};
use super::store::Store;

/// Bytes of a request's body that are read at most.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

/// How long requests under way may take to finish once the sandbox is stopped.
const FAREWELL: Duration = Duration::from_secs(2);

/// What serves.
pub(super) struct Server {
    pub(super) store: Store,
    pub(super) token: String,
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
            async move { Ok::<_, Infallible>(server.respond(request).await) }
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
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let call = match call::find(&head.method, head.uri.path()) {
            Ok(call) => call,
            // A gateway without the call answers by itself, without the service's envelope.
            Err(NoCall::Path) => return reply(404, &json!({"error": "Not Found"})),
            Err(NoCall::Method) => return reply(405, &json!({"error": "Method Not Allowed"})),
        };
        let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await else {
            return reply(413, &json!({"error": "Payload Too Large"}));
        };
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
        if text("token") != Some(&self.token) {
            return refuse(&Refusal::denied());
        }
        let query = head.uri.query().unwrap_or_default().as_bytes();
        let asked = Asked {
            query: form_urlencoded::parse(query).into_owned().collect(),
            is_json: text(CONTENT_TYPE.as_str()).is_some_and(is_json),
            body: body.to_bytes(),
        };
        match handlers::carry_out(&self.store, &call, &asked).await {
            Ok(data) => reply(200, &json!({"code": "0", "msg": "success", "data": data})),
            Err(refusal) => refuse(&refusal),
        }
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

fn refuse(refusal: &Refusal) -> Response<Full<Bytes>> {
    let Refusal { status, code, message } = refusal;
    reply(*status, &json!({"code": code, "msg": message, "data": null}))
}

fn reply(status: u16, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = StatusCode::from_u16(status).expect("only valid statuses are given");
    let json = hyper::header::HeaderValue::from_static("application/json;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
