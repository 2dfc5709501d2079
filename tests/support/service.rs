//! A real server on loopback that answers, or fails to, according to a script, and records its
//! requests.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::reply::{Manner, Reply};

/// Timeout of a wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A received request.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query; the whole URL if the client uses a proxy.
    pub(crate) path: String,
    /// Names in lower case, in order of arrival.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The server; it stops on drop.
pub(crate) struct Service {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    received: Mutex<Vec<Received>>,
    /// Notified of each request.
    arrived: Condvar,
    stop: AtomicBool,
}

enum Script {
    /// One reply per request; the last one repeats.
    InOrder(Mutex<VecDeque<Reply>>),
    /// The same for POST requests only; other requests get a 404.
    ToPosts(Mutex<VecDeque<Reply>>),
    /// The reply is computed from the request.
    Each(Box<dyn Fn(&Received) -> Reply + Send + Sync>),
}

impl Received {
    /// Returns a header's value; `name` is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Parses the body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Reads one request; as many bytes of its body as `leave` returns stay unread. `None` at the
    /// end of the connection.
    fn read(
        from: &mut BufReader<TcpStream>,
        leave: impl FnOnce(&Self) -> usize,
    ) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split(' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (method, path) = (word(), word());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            from.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
        let mut received = Self { method, path, headers, body: Vec::new() };
        let length = received.header("content-length").map_or(0, |text| text.parse().unwrap());
        received.body = vec![0; usize::saturating_sub(length, leave(&received))];
        from.read_exact(&mut received.body)?;
        Ok(Some(received))
    }
}

impl Service {
    /// Starts a server that sends these replies in this order and repeats the last one.
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::run(Script::InOrder(Mutex::new(replies.into_iter().collect())))
    }

    /// Starts a server that sends these replies in this order to POST requests, repeats the last
    /// one, and answers everything else with 404.
    pub(crate) fn creates(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::run(Script::ToPosts(Mutex::new(replies.into_iter().collect())))
    }

    /// Starts a server that computes each reply from the request.
    pub(crate) fn each(reply: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::run(Script::Each(Box::new(reply)))
    }

    fn run(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script,
            received: Mutex::default(),
            arrived: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.stop.load(Ordering::Relaxed) {
                    break;
                }
                let shared = Arc::clone(&serving);
                // Clients may disconnect at any time.
                thread::spawn(move || shared.converse(stream));
            }
        });
        Self { address, shared }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns every request that was read, in order of arrival.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Waits until this number of requests was read.
    #[track_caller]
    pub(crate) fn wait_for(&self, requests: usize) {
        self.wait_for_such(requests, |_| true);
    }

    /// Waits until this number of matching requests was read.
    #[track_caller]
    pub(crate) fn wait_for_such(&self, requests: usize, such: impl Fn(&Received) -> bool) {
        let received = self.shared.received.lock().unwrap();
        let few = |received: &mut Vec<Received>| {
            received.iter().filter(|request| such(request)).count() < requests
        };
        let (received, waited) =
            self.shared.arrived.wait_timeout_while(received, LONGEST_WAIT, few).unwrap();
        assert!(!waited.timed_out(), "waited for {requests} requests, got {received:#?}");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut to = stream.try_clone()?;
        let mut from = BufReader::new(stream);
        loop {
            // The first byte must have arrived, unread, for the connection to be reset unread.
            if from.buffer().is_empty() && from.get_ref().peek(&mut [0])? == 0 {
                return Ok(());
            }
            let next = self.script.peek();
            if next == Some(Manner::ResetUnread) {
                assert!(matches!(self.script, Script::InOrder(_)), "it may be any request");
                self.script.next();
                return Ok(());
            }
            let leave = |request: &Received| {
                usize::from(next == Some(Manner::ResetRead) && self.script.is_for(request))
            };
            let Some(received) = Received::read(&mut from, leave)? else { return Ok(()) };
            // Recorded before it is answered: an answer may be delayed.
            self.received.lock().unwrap().push(received.clone());
            self.arrived.notify_all();
            let reply = match &self.script {
                Script::InOrder(_) | Script::ToPosts(_) if self.script.is_for(&received) => {
                    self.script.next()
                }
                Script::InOrder(_) | Script::ToPosts(_) => Reply::html(404),
                Script::Each(reply) => reply(&received),
            };
            thread::sleep(reply.delay);
            match reply.manner {
                Manner::Hang => self.wait_for_the_end(),
                Manner::Whole | Manner::ByteByByte => reply.write(&mut to)?,
                _ => return reply.write(&mut to),
            }
        }
    }

    fn wait_for_the_end(&self) {
        while !self.stop.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Script {
    fn peek(&self) -> Option<Manner> {
        match self {
            Self::InOrder(replies) | Self::ToPosts(replies) => {
                replies.lock().unwrap().front().map(|reply| reply.manner)
            }
            Self::Each(_) => None,
        }
    }

    /// Checks whether the replies are for this request.
    fn is_for(&self, request: &Received) -> bool {
        matches!(self, Self::InOrder(_)) || request.method == "POST"
    }

    fn next(&self) -> Reply {
        let (Self::InOrder(replies) | Self::ToPosts(replies)) = self else {
            unreachable!("only asked of a list")
        };
        let mut replies = replies.lock().unwrap();
        let next = replies.pop_front().expect("a script has at least one reply");
        if replies.is_empty() {
            replies.push_back(next.clone());
        }
        next
    }
}
