//! The faults, each in a run of its own: what fails, and when.
//!
//! In every run, eight processes are asked for tokens all the time and are given changes to publish, half
//! of them with `DenyAfter(1 s)` and half with `Continue`.

use std::{thread::sleep, time::Duration};

use crate::{
    driver::{Options, World},
    history::Change,
    redis_server::{Data, RedisServer},
};

/// The changes of one run. All runs together have 10,000.
pub(crate) const CHANGES: Change = 625;

/// The pause after each change. A run takes a little longer than all of them.
pub(crate) const PAUSE: Duration = Duration::from_millis(6);

pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) data: Data,
    pub(crate) options: Options,
    /// Whether marks of everyone are to be expected, so that many changes find no token that speaks.
    pub(crate) loses_history: bool,
    /// Whether the stream is not visible for longer than the bound, so that some instances deny.
    pub(crate) is_blind: bool,
    pub(crate) fault: fn(&mut Faults<'_>),
}

/// A moment of a run, with what can fail.
pub(crate) struct Faults<'w> {
    pub(crate) world: &'w mut World,
    /// The number of the next change.
    pub(crate) change: Change,
    /// A second server, if the schedule needs one.
    pub(crate) other: &'w mut Option<RedisServer>,
}

impl Faults<'_> {
    /// Whether it is time for the fault of this number, of four.
    fn is(&self, number: Change) -> bool {
        self.change == CHANGES * number / 5
    }

    /// Whether a fault that began with that of this number has lasted for so many milliseconds.
    fn is_after(&self, number: Change, millis: Change) -> bool {
        let pause = Change::try_from(PAUSE.as_millis()).unwrap();
        self.change == CHANGES * number / 5 + millis / pause
    }

    fn is_any(&self) -> bool {
        (1..5).any(|number| self.is(number))
    }
}

const PLAIN: Options = Options {
    is_http: false,
    is_skewed: false,
    is_repeated: false,
};

fn sleep_millis(millis: u64) {
    sleep(Duration::from_millis(millis));
}

fn fill_with_garbage(redis: &RedisServer, key: &str) {
    let long = "x".repeat(5000);
    for fields in [
        &["temperature", "20"][..],
        &["v", "1"],
        &[
            "v", "1", "p", "0-0", "kind", "everyone", "user", "", "org", "", "at", "-1", "cause",
            "x",
        ],
        &["v", "\u{fffd}", "p", "garbage"],
        &["v", &long, "p", &long],
        &["", ""],
    ] {
        let command = [&["XADD", key, "*"], fields].concat();
        assert!(redis.command(&command).starts_with('$'), "{command:?}");
    }
}

/// The key of the stream.
pub(crate) const KEY: &str = "test:{https://auth.propelauth.test}:marks";

pub(crate) const SCHEDULES: [Schedule; 16] = [
    Schedule {
        name: "calm",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: false,
        fault: |_| {},
    },
    Schedule {
        name: "HTTP",
        data: Data::Kept,
        options: Options {
            is_http: true,
            ..PLAIN
        },
        loses_history: false,
        is_blind: false,
        fault: |_| {},
    },
    Schedule {
        name: "killed and restarted with its data",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: false,
        fault: |it| {
            if it.is(1) || it.is(3) {
                it.world.redis.kill();
            }
            if it.is_after(1, 600) || it.is_after(3, 50) {
                it.world.redis.launch();
            }
        },
    },
    Schedule {
        name: "killed and restarted without its data",
        data: Data::Lost,
        options: PLAIN,
        loses_history: true,
        is_blind: false,
        fault: |it| {
            if it.is(1) || it.is(3) {
                it.world.redis.kill();
            }
            if it.is_after(1, 0) || it.is_after(3, 700) {
                it.world.redis.launch();
            }
        },
    },
    Schedule {
        name: "connections cut, again and again",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: false,
        fault: |it| {
            if it.change % 40 == 7 {
                it.world.proxy.cut_once();
            }
        },
    },
    Schedule {
        name: "no connection for two seconds",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: true,
        fault: |it| {
            if it.is(1) {
                it.world.proxy.cut(true);
            }
            if it.is_after(1, 2000) {
                it.world.proxy.cut(false);
            }
        },
    },
    Schedule {
        name: "paused server",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: true,
        fault: |it| {
            if it.is(1) {
                it.world.redis.signal("STOP");
            }
            if it.is_after(1, 1800) {
                it.world.redis.signal("CONT");
            }
        },
    },
    Schedule {
        name: "half-open connections",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: true,
        fault: |it| {
            if it.is(1) {
                it.world.proxy.stall(true);
            }
            if it.is_after(1, 2000) {
                it.world.proxy.stall(false);
            }
        },
    },
    Schedule {
        name: "slow network",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: false,
        fault: |it| {
            if it.is(1) {
                it.world.proxy.delay(Duration::from_millis(120));
            }
            if it.is(3) {
                it.world.proxy.delay(Duration::from_millis(350));
            }
            if it.is(4) {
                it.world.proxy.delay(Duration::ZERO);
            }
        },
    },
    Schedule {
        name: "instances killed and restarted",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: false,
        fault: |it| {
            if it.is_any() {
                let index = it.change as usize % crate::driver::INSTANCES;
                it.world.restart_instance(index);
                it.world
                    .restart_instance((index + 3) % crate::driver::INSTANCES);
            }
        },
    },
    Schedule {
        name: "instances paused",
        data: Data::Kept,
        options: PLAIN,
        loses_history: false,
        is_blind: false,
        fault: |it| {
            if it.is(1) || it.is(3) {
                for index in [2, 3] {
                    it.world.signal_instance(index, "STOP");
                }
            }
            if it.is(2) || it.is(4) {
                sleep_millis(700);
                for index in [2, 3] {
                    it.world.signal_instance(index, "CONT");
                }
            }
        },
    },
    Schedule {
        name: "wrong clocks, duplicated and reordered changes",
        data: Data::Kept,
        options: Options {
            is_skewed: true,
            is_repeated: true,
            ..PLAIN
        },
        loses_history: false,
        is_blind: false,
        fault: |_| {},
    },
    Schedule {
        name: "trimmed history while nothing is seen",
        data: Data::Kept,
        options: PLAIN,
        loses_history: true,
        is_blind: false,
        fault: |it| {
            if it.is(2) {
                for index in [4, 5] {
                    it.world.signal_instance(index, "STOP");
                }
            }
            if it.is(3) {
                it.world.redis.command(&["XTRIM", KEY, "MAXLEN", "0"]);
                for index in [4, 5] {
                    it.world.signal_instance(index, "CONT");
                }
                it.world.restart_instance(6);
            }
        },
    },
    Schedule {
        name: "other data under the key",
        data: Data::Kept,
        options: PLAIN,
        loses_history: true,
        is_blind: true,
        fault: |it| {
            let redis = &it.world.redis;
            if it.is(1) || it.is(2) {
                fill_with_garbage(redis, KEY);
            }
            if it.is(3) {
                redis.command(&["SET", KEY, "someone else's"]);
            }
            if it.is_after(3, 1400) {
                redis.command(&["DEL", KEY]);
                fill_with_garbage(redis, KEY);
            }
        },
    },
    Schedule {
        name: "failover to an empty server",
        data: Data::Kept,
        options: PLAIN,
        loses_history: true,
        is_blind: false,
        fault: |it| {
            if it.is(2) {
                let other = it.other.insert(RedisServer::start(Data::Lost));
                it.world.proxy.switch_to(other.port);
            }
        },
    },
    Schedule {
        name: "failover to a replica that lags behind",
        data: Data::Kept,
        options: PLAIN,
        loses_history: true,
        is_blind: false,
        fault: |it| {
            if it.is(1) {
                let other = it.other.insert(RedisServer::start(Data::Lost));
                let port = it.world.redis.port.to_string();
                other.command(&["REPLICAOF", "127.0.0.1", &port]);
            }
            if it.change == CHANGES * 2 / 5 - 20
                && let Some(other) = it.other
            {
                other.command(&["REPLICAOF", "NO", "ONE"]);
            }
            if it.is(2)
                && let Some(other) = it.other
            {
                it.world.proxy.switch_to(other.port);
            }
        },
    },
];
