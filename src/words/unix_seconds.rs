//! Conversion of PropelAuth's Unix timestamps into the standard library's type for times.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Converts the times in responses and tokens, Unix timestamps in seconds, into a [`SystemTime`].
///
/// The fields are plain `i64`, not a type of this crate: they can be stored and compared as they
/// are, and converted into whichever date library the application uses.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use actix_web_propelauth::UnixSecondsExt as _;
///
/// let created_at: i64 = 1_685_475_842; // as in `UserMetadata::created_at`
/// let time = created_at.to_system_time();
/// assert_eq!(time, Some(UNIX_EPOCH + Duration::from_secs(1_685_475_842)));
/// ```
pub trait UnixSecondsExt: sealed::Sealed {
    /// Returns the time, or `None` if a [`SystemTime`] cannot represent it.
    ///
    /// Which times those are depends on the operating system. Negative timestamps are times before
    /// 1970.
    fn to_system_time(self) -> Option<SystemTime>;
}

impl UnixSecondsExt for i64 {
    fn to_system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_secs(self.unsigned_abs());
        if self < 0 {
            UNIX_EPOCH.checked_sub(distance)
        } else {
            UNIX_EPOCH.checked_add(distance)
        }
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
}

#[cfg(test)]
mod tests {
    use super::{Duration, UNIX_EPOCH, UnixSecondsExt as _};

    #[test]
    fn every_number_of_seconds_is_a_time_or_none() {
        assert_eq!(0.to_system_time(), Some(UNIX_EPOCH));
        assert_eq!(
            (-5).to_system_time(),
            Some(UNIX_EPOCH - Duration::from_secs(5))
        );
        for extreme in [i64::MIN, i64::MAX] {
            let _ = extreme.to_system_time();
        }
    }
}
