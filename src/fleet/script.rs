//! What runs on the server: two scripts, because each has to see and do several things at one moment.
//!
//! They need Redis 6.2: `MINID` trims by age, and `(` begins after an id. All keys of a call are given as
//! keys, and have the same part in braces, so that they are together wherever keys are distributed.

use std::time::Duration;

/// Reads what a follower needs to know: the server's time, the type of the key, the newest id there ever
/// was, whether there are entries after a position, and whether a certain entry is there.
///
/// `KEYS`: the stream. `ARGV`: the position, and the entry or nothing.
pub(super) const EXAMINE: &str = r"
local t = redis.call('TIME')
local now = string.format('%.0f', tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000))
local kind = redis.call('TYPE', KEYS[1])['ok']
if kind ~= 'stream' then return {now, kind, '', 0, 0} end
local info = redis.call('XINFO', 'STREAM', KEYS[1])
local newest = ''
for i = 1, #info, 2 do
  if info[i] == 'last-generated-id' then newest = info[i + 1] end
end
local after = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', 1)
local found = 1
if ARGV[2] ~= '' then found = #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) end
return {now, kind, newest, #after, found}
";

/// Writes an entry, and creates the stream if there is none; without an entry, it does only that.
///
/// A new stream begins with a mark of everyone, because a server without a stream may have lost one. The
/// entry names the one before it. Its `at` is at least the server's time, so that a process whose clock is
/// behind does not revoke too little. Entries that are too old are trimmed.
///
/// A delivery is remembered only after its entry was written: an error in between leaves it to be written
/// twice, and not never.
///
/// `KEYS`: the stream, and what a delivery is remembered by. `ARGV`: how long entries matter in milliseconds;
/// how long the delivery is remembered in milliseconds, or 0 if there is none; and `kind`, `user`, `org`,
/// `at` and `cause` of the entry, or nothing.
pub(super) const WRITE: &str = r"
local t = redis.call('TIME')
local seconds = t[1]
local now = tonumber(seconds) * 1000 + math.floor(tonumber(t[2]) / 1000)
local ttl = ARGV[2]
if ttl ~= '0' then
  local id = redis.call('GET', KEYS[2])
  if id then return {'seen', id} end
end
local previous = '0-0'
if redis.call('EXISTS', KEYS[1]) == 1 then
  local info = redis.call('XINFO', 'STREAM', KEYS[1])
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then previous = info[i + 1] end
  end
else
  previous = redis.call('XADD', KEYS[1], '*', 'v', '1', 'p', '0-0', 'kind', 'everyone',
    'user', '', 'org', '', 'at', seconds, 'cause', 'fleet')
end
if #ARGV == 2 then return {'created', previous} end
local at = ARGV[6]
if tonumber(at) < tonumber(seconds) then at = seconds end
local min = string.format('%.0f', now - tonumber(ARGV[1]))
local id = redis.call('XADD', KEYS[1], 'MINID', '~', min, '*', 'v', '1', 'p', previous,
  'kind', ARGV[3], 'user', ARGV[4], 'org', ARGV[5], 'at', at, 'cause', ARGV[7])
if ttl ~= '0' then redis.call('SET', KEYS[2], id, 'PX', ttl) end
return {'written', id}
";

/// How long a delivery is remembered. Svix tries for 28 hours.
pub(super) const REMEMBERED: Duration = Duration::from_secs(36 * 60 * 60);

/// The keys of an environment.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    scope: String,
}

impl Keys {
    /// Creates the keys with this start for this issuer.
    pub(super) fn new(prefix: &str, issuer: &str) -> Self {
        // What is in the first braces decides the shard, so there must be no others in it.
        let issuer: String = issuer
            .chars()
            .map(|c| if c == '{' || c == '}' { '_' } else { c })
            .collect();
        let prefix = prefix.replace(['{', '}'], "_");
        Self {
            scope: format!("{prefix}:{{{issuer}}}"),
        }
    }

    /// Returns the key of the stream.
    pub(super) fn marks(&self) -> String {
        format!("{}:marks", self.scope)
    }

    /// Returns the key by which a delivery is remembered, for each subject that it is about.
    pub(super) fn seen(&self, digest: &str) -> String {
        format!("{}:seen:{digest}", self.scope)
    }
}

#[cfg(test)]
mod tests {
    use super::Keys;

    #[test]
    fn all_keys_of_an_environment_share_the_part_that_decides_the_shard() {
        let keys = Keys::new("propelauth", "https://auth.example.com");
        assert_eq!(keys.marks(), "propelauth:{https://auth.example.com}:marks");
        assert_eq!(
            keys.seen("00ff"),
            "propelauth:{https://auth.example.com}:seen:00ff"
        );
        let odd = Keys::new("a{b}", "https://{}.example.com");
        assert_eq!(odd.marks(), "a_b_:{https://__.example.com}:marks");
    }
}
