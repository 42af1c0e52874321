//! Starts instances, gives them changes, lets things fail, and collects what happened.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread::{self, JoinHandle, sleep},
    time::{Duration, Instant},
};

use crate::{
    acme::{Acme, unix_seconds},
    history::{Change, Event, Instance},
    instance::{PROCESS, SPEC},
    orders::{Order, Report, Spec},
    proxy::Proxy,
    redis_server::{Data, RedisServer, send_signal},
};

pub(crate) const INSTANCES: usize = 8;

/// Whatever takes longer than this is broken.
const DEADLINE: Duration = Duration::from_secs(60);

/// How instances differ from each other and from what a service has.
#[derive(Clone, Copy, Default)]
pub(crate) struct Options {
    pub(crate) is_http: bool,
    /// Whether clocks are wrong: one by 20 seconds ahead, one by 20 seconds behind, and so on.
    pub(crate) is_skewed: bool,
    /// Whether each change is given to three instances, and in another order.
    pub(crate) is_repeated: bool,
}

/// What is there during a run.
pub(crate) struct World {
    pub(crate) redis: RedisServer,
    pub(crate) proxy: Proxy,
    pub(crate) changes: Change,
    options: Options,
    prefix: String,
    tokens: PathBuf,
    processes: Vec<Process>,
    inbox: Arc<Mutex<Inbox>>,
}

#[derive(Default)]
struct Inbox {
    events: Vec<Event>,
    failed: Vec<Change>,
    broken: Vec<String>,
}

struct Process {
    instance: Instance,
    child: Child,
    stdin: ChildStdin,
    reader: JoinHandle<()>,
}

impl World {
    pub(crate) fn start(data: Data, changes: Change, options: Options) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let redis = RedisServer::start(data);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let tokens = env::temp_dir().join(format!("fleet-tokens-{}-{number}", std::process::id()));
        let mut world = Self {
            proxy: Proxy::start(redis.port),
            redis,
            changes,
            options,
            prefix: "test".to_owned(),
            tokens,
            processes: Vec::new(),
            inbox: Arc::default(),
        };
        for index in 0..INSTANCES {
            let process = world.spawn(Instance { index, start: 0 });
            world.processes.push(process);
        }
        world.wait_until("all instances are ready", |inbox| {
            let is_ready = |event: &&Event| matches!(event, Event::Ready { .. });
            inbox.events.iter().filter(is_ready).count() == INSTANCES
        });
        // Tokens of the second in which the stream began do not speak.
        let begun = unix_seconds();
        while unix_seconds() <= begun {
            sleep(Duration::from_millis(10));
        }
        world.sign_tokens();
        world.tell_all(Order::Progress(0));
        world
    }

    fn sign_tokens(&self) {
        let acme = Acme::new();
        let issued_at = unix_seconds();
        let mut text = format!("{issued_at}\n");
        for change in 0..self.changes {
            text += &acme.token(change, issued_at);
            text.push('\n');
        }
        fs::write(&self.tokens, text).unwrap();
    }

    fn spawn(&self, instance: Instance) -> Process {
        let skews = [0, 20, -20, 3, -3, 1, -1, 0];
        let spec = Spec {
            instance,
            redis: self.proxy.url(),
            prefix: self.prefix.clone(),
            // Half of them deny, half of them go on.
            deny_after: if instance.index.is_multiple_of(2) {
                1
            } else {
                0
            },
            skew: if self.options.is_skewed {
                skews[instance.index]
            } else {
                0
            },
            is_http: self.options.is_http,
            changes: self.changes,
            tokens: self.tokens.clone(),
            write_timeout_millis: 700,
        };
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                PROCESS,
                "--ignored",
                "--nocapture",
                "--test-threads",
                "1",
            ])
            .env(SPEC, serde_json::to_string(&spec).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take().unwrap();
        let stdout = child.stdout.take().unwrap();
        let inbox = Arc::clone(&self.inbox);
        let reader = thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // The test runner writes lines of its own.
                let Ok(report) = serde_json::from_str(&line) else {
                    continue;
                };
                let mut inbox = inbox.lock().unwrap();
                match report {
                    Report::Event(event) => inbox.events.push(event),
                    Report::Failed(change) => inbox.failed.push(change),
                    Report::Broken(reason) => inbox.broken.push(reason),
                }
            }
        });
        Process {
            instance,
            child,
            stdin,
            reader,
        }
    }

    fn tell(&mut self, index: usize, order: Order) {
        let mut line = serde_json::to_string(&order).unwrap();
        line.push('\n');
        // A process that was killed is told nothing.
        let _ = self.processes[index].stdin.write_all(line.as_bytes());
    }

    fn tell_all(&mut self, order: Order) {
        for index in 0..self.processes.len() {
            self.tell(index, order);
        }
    }

    /// Waits for something that must happen.
    fn wait_until(&self, what: &str, is_so: impl Fn(&Inbox) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let inbox = self.inbox.lock().unwrap();
            assert!(inbox.broken.is_empty(), "{:?}", inbox.broken);
            if is_so(&inbox) {
                return;
            }
            drop(inbox);
            assert!(Instant::now() < deadline, "never: {what}");
            sleep(Duration::from_millis(5));
        }
    }

    /// Gives one change after the other to the instances, with a pause after each. `fault` is called before
    /// each with its number.
    pub(crate) fn publish_all(
        &mut self,
        pause: Duration,
        mut fault: impl FnMut(&mut Self, Change),
    ) {
        for change in 0..self.changes {
            fault(self, change);
            // Neighbors change places, so that some arrive in another order.
            let given = if self.options.is_repeated {
                change ^ 1
            } else {
                change
            };
            self.give(given.min(self.changes - 1), change as usize);
            self.tell_all(Order::Progress(change + 1));
            self.retry(change as usize);
            sleep(pause);
        }
        // Like the sender of webhooks: until every change was accepted, also by another instance than one
        // that was killed.
        let deadline = Instant::now() + DEADLINE;
        for turn in 0.. {
            let missing = self.unpublished();
            if missing.is_empty() {
                break;
            }
            assert!(Instant::now() < deadline, "never published: {missing:?}");
            if turn % 50 == 49 {
                for change in missing {
                    self.tell((turn + change as usize) % INSTANCES, Order::Publish(change));
                }
            }
            self.retry(turn);
            sleep(Duration::from_millis(20));
        }
    }

    fn give(&mut self, change: Change, turn: usize) {
        let times = if self.options.is_repeated { 3 } else { 1 };
        for time in 0..times {
            self.tell((turn + 3 * time) % INSTANCES, Order::Publish(change));
        }
    }

    /// Gives what failed to another instance.
    fn retry(&mut self, turn: usize) {
        let failed = std::mem::take(&mut self.inbox.lock().unwrap().failed);
        for (number, change) in failed.into_iter().enumerate() {
            self.tell((turn + number + 1) % INSTANCES, Order::Publish(change));
        }
    }

    fn unpublished(&self) -> Vec<Change> {
        let inbox = self.inbox.lock().unwrap();
        let published: BTreeSet<_> = inbox
            .events
            .iter()
            .filter_map(|event| match event {
                Event::Published { change, .. } => Some(*change),
                _ => None,
            })
            .collect();
        let all = 0..self.changes;
        all.filter(|change| !published.contains(change)).collect()
    }

    /// Kills an instance, and starts it again.
    pub(crate) fn restart_instance(&mut self, index: usize) {
        let process = &mut self.processes[index];
        process.child.kill().unwrap();
        process.child.wait().unwrap();
        let Instance { index, start } = process.instance;
        let again = self.spawn(Instance {
            index,
            start: start + 1,
        });
        self.processes[index] = again;
        self.tell(index, Order::Progress(0));
    }

    pub(crate) fn signal_instance(&self, index: usize, signal: &str) {
        send_signal(self.processes[index].child.id(), signal);
    }

    /// Lets every instance look at all changes once more, and returns all that happened.
    pub(crate) fn finish(mut self) -> Vec<Event> {
        // Whoever denies after a second can see again by then.
        sleep(Duration::from_millis(1500));
        self.tell_all(Order::End);
        for process in &mut self.processes {
            let deadline = Instant::now() + DEADLINE;
            while process.child.try_wait().unwrap().is_none() {
                assert!(
                    Instant::now() < deadline,
                    "{:?} does not end",
                    process.instance
                );
                sleep(Duration::from_millis(5));
            }
        }
        for process in self.processes.drain(..) {
            process.reader.join().unwrap();
        }
        let inbox = std::mem::take(&mut *self.inbox.lock().unwrap());
        assert!(inbox.broken.is_empty(), "{:?}", inbox.broken);
        inbox.events
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for process in &mut self.processes {
            let _ = process.child.kill();
            let _ = process.child.wait();
        }
        let _ = fs::remove_file(&self.tokens);
    }
}
