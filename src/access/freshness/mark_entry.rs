//! [`Entry`]: a mark as it is kept, and which tokens it is about.

/// A mark in 20 bytes, so that it takes 32 with its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// A Unix timestamp in seconds, of the years 1970 to 2106.
    pub(super) at: u32,
    /// When all tokens that it is about have expired, in seconds since the start, by a clock that is never set.
    pub(super) until: u32,
    /// The second after the greatest time of a change that no account shows, such as a logout, or 0. A later mark
    /// that an account shows does not replace it.
    pub(super) hidden_until: u32,
    /// That of the last mark.
    pub(super) generation: u32,
    pub(super) cause: u16,
}

/// When a token was issued and expires, and what has been fetched since.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Age {
    /// The `iat` of the token.
    pub(crate) issued_at: Option<i64>,
    /// The `exp` of the token.
    pub(crate) expires_at: i64,
    /// The generation at which the account was fetched, which then shows all marks until then, or 0.
    pub(crate) fetched_at: u64,
}

/// What a mark says of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does not speak, and the account shows what changed.
    InAccount,
    /// It does not speak, and no account shows what changed.
    Hidden,
}

impl Entry {
    /// Takes another mark of the same subject in. Whatever the order of marks, the result is the same, but for the
    /// generation, which is that of the last one. `is_first` says whether the cause of the other one stays if both
    /// are of the same second.
    pub(super) fn merge(&mut self, other: Self, is_first: bool) {
        self.generation = other.generation;
        self.hidden_until = self.hidden_until.max(other.hidden_until);
        self.until = self.until.max(other.until);
        if other.at > self.at || (other.at == self.at && is_first) {
            self.at = other.at;
            self.cause = other.cause;
        }
    }

    /// Returns what it says of a token of this age, if that is from before it.
    ///
    /// Times are whole seconds, so that a token of the same second may be from before the change.
    pub(super) fn verdict(&self, age: Age) -> Option<Verdict> {
        let is_before = |second: i64, is_last| {
            age.issued_at
                .is_none_or(|issued_at| issued_at < second || is_last)
        };
        let hidden_until = self.hidden_until;
        if hidden_until > 0 && is_before(i64::from(hidden_until), hidden_until == u32::MAX) {
            return Some(Verdict::Hidden);
        }
        (self.is_after(age.fetched_at) && is_before(i64::from(self.at) + 1, self.at == u32::MAX))
            .then_some(Verdict::InAccount)
    }

    /// Returns `true` if the last mark is from after this generation. The last generation is that of all further
    /// marks.
    pub(super) fn is_after(&self, generation: u64) -> bool {
        u64::from(self.generation) > generation || self.generation == u32::MAX
    }
}
