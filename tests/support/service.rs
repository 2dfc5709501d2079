//! A real server on loopback that answers, or fails to, as a script says, and keeps what it got.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::reply::{Manner, Reply};

/// What did not happen by then will not.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query; behind a proxy's back the whole address.
    pub(crate) path: String,
    /// Names in lower case, in the order in which they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// The server; it ends when it is dropped.
pub(crate) struct Service {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    script: Script,
    received: Mutex<Vec<Received>>,
    /// Told of each request.
    arrived: Condvar,
    stop: AtomicBool,
}

enum Script {
    /// One reply a request; the last one repeats.
    InOrder(Mutex<VecDeque<Reply>>),
    /// So to those that post; there is no other service.
    ToPosts(Mutex<VecDeque<Reply>>),
    /// Whatever fits the request.
    Each(Box<dyn Fn(&Received) -> Reply + Send + Sync>),
}

impl Received {
    /// A header's value; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Reads one request, of whose body so many bytes as `leave` says stay unread. `None` at the
    /// connection's end.
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
    /// A server that gives these replies in this order, and the last one ever after.
    pub(crate) fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::run(Script::InOrder(Mutex::new(replies.into_iter().collect())))
    }

    /// A server that gives these replies in this order to what is posted, the last one ever after,
    /// and 404 to everything else.
    pub(crate) fn creates(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self::run(Script::ToPosts(Mutex::new(replies.into_iter().collect())))
    }

    /// A server that answers each request by what it is.
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
                // Clients may break off at any time.
                thread::spawn(move || shared.converse(stream));
            }
        });
        Self { address, shared }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request that was read, in the order in which they came.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Waits until so many requests were read.
    #[track_caller]
    pub(crate) fn wait_for(&self, requests: usize) {
        self.wait_for_such(requests, |_| true);
    }

    /// Waits until so many requests that are such were read.
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
            // The first byte must be there, and unread, for the connection to be reset unread.
            if from.buffer().is_empty() && from.get_ref().peek(&mut [0])? == 0 {
                return Ok(());
            }
            let next = self.script.peek();
            if next == Some(Manner::ResetUnread) {
                assert!(matches!(self.script, Script::InOrder(_)), "nobody knows what came");
                self.script.next();
                return Ok(());
            }
            let leave = |request: &Received| {
                usize::from(next == Some(Manner::ResetRead) && self.script.is_for(request))
            };
            let Some(received) = Received::read(&mut from, leave)? else { return Ok(()) };
            // Kept before it is answered: an answer may take its time.
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

    /// Whether the replies are for this request.
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
