//! A TCP proxy between the instances and the server, whose faults are switched on and off.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

#[derive(Default)]
struct State {
    upstream: AtomicU16,
    /// No bytes pass, and connections stay open.
    is_stalled: AtomicBool,
    /// New connections are closed at once.
    is_cut: AtomicBool,
    delay_millis: AtomicU64,
    connections: Mutex<Vec<TcpStream>>,
}

/// A proxy, which lives as long as the process.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    state: Arc<State>,
}

impl Proxy {
    pub(crate) fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        state.upstream.store(upstream, Ordering::SeqCst);
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                accept(client, &shared);
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Sends new connections to another server, and closes those that there are.
    pub(crate) fn switch_to(&self, upstream: u16) {
        self.state.upstream.store(upstream, Ordering::SeqCst);
        self.cut_once();
    }

    /// Closes all connections. New ones are accepted.
    pub(crate) fn cut_once(&self) {
        for connection in self.state.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// Closes all connections and lets no new ones in, or lets them in again.
    pub(crate) fn cut(&self, is_cut: bool) {
        self.state.is_cut.store(is_cut, Ordering::SeqCst);
        if is_cut {
            self.cut_once();
        }
    }

    /// Lets no bytes pass, or lets them pass again.
    pub(crate) fn stall(&self, is_stalled: bool) {
        self.state.is_stalled.store(is_stalled, Ordering::SeqCst);
    }

    /// Delays all bytes, in both directions.
    pub(crate) fn delay(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap();
        self.state.delay_millis.store(millis, Ordering::SeqCst);
    }
}

fn accept(client: TcpStream, state: &Arc<State>) {
    if state.is_cut.load(Ordering::SeqCst) {
        return;
    }
    let upstream = state.upstream.load(Ordering::SeqCst);
    let Ok(server) = TcpStream::connect(("127.0.0.1", upstream)) else {
        return;
    };
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let ends = [client.try_clone(), server.try_clone()];
    state
        .connections
        .lock()
        .unwrap()
        .extend(ends.into_iter().flatten());
    for (from, to) in [
        (client.try_clone(), server.try_clone()),
        (Ok(server), Ok(client)),
    ] {
        let (Ok(from), Ok(to), state) = (from, to, Arc::clone(state)) else {
            return;
        };
        thread::spawn(move || pump(from, to, &state));
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = [0; 16 * 1024];
    let _ = from.set_read_timeout(Some(Duration::from_millis(500)));
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                continue;
            }
            Err(_) => break,
        };
        let arrived = Instant::now();
        let delay = Duration::from_millis(state.delay_millis.load(Ordering::SeqCst));
        sleep(delay.saturating_sub(arrived.elapsed()));
        while state.is_stalled.load(Ordering::SeqCst) {
            sleep(Duration::from_millis(5));
        }
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
