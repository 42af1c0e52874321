//! The settings of end users' API keys: how long they last, and how often they are validated.

use serde::{Deserialize, Serialize};

/// What users choose from when they create a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApiKeyConfig {
    pub(crate) expiration_options: ExpirationOptions,
}

/// How long a key can last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExpirationOptions {
    pub(crate) options: Vec<Expiration>,
    pub(crate) default: Expiration,
}

/// How long a key lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Expiration {
    TwoWeeks,
    OneMonth,
    ThreeMonths,
    SixMonths,
    OneYear,
    Never,
}

/// How often keys are validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyRateLimit {
    pub(crate) allow_per_period: u32,
    pub(crate) period_size: u32,
    pub(crate) period_type: PeriodType,
}

/// The unit of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PeriodType {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl Default for ExpirationOptions {
    fn default() -> Self {
        Self {
            options: Expiration::ALL.to_vec(),
            default: Expiration::Never,
        }
    }
}

impl ApiKeyConfig {
    /// Returns the reason if a setting is invalid.
    pub(super) fn check(&self) -> Result<(), String> {
        let ExpirationOptions { options, default } = &self.expiration_options;
        match options.contains(default) {
            true => Ok(()),
            false => Err("the default of expiration_options is not one of its options".to_owned()),
        }
    }
}

const DAY: i64 = 24 * 60 * 60;

impl Expiration {
    pub(crate) const ALL: [Self; 6] = [
        Self::TwoWeeks,
        Self::OneMonth,
        Self::ThreeMonths,
        Self::SixMonths,
        Self::OneYear,
        Self::Never,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TwoWeeks => "TwoWeeks",
            Self::OneMonth => "OneMonth",
            Self::ThreeMonths => "ThreeMonths",
            Self::SixMonths => "SixMonths",
            Self::OneYear => "OneYear",
            Self::Never => "Never",
        }
    }

    /// Returns when a key expires that is created at a Unix timestamp in seconds. A month has 30 days.
    pub(crate) fn counted_from(self, now: i64) -> Option<i64> {
        let days = match self {
            Self::TwoWeeks => 14,
            Self::OneMonth => 30,
            Self::ThreeMonths => 90,
            Self::SixMonths => 180,
            Self::OneYear => 365,
            Self::Never => return None,
        };
        Some(now.saturating_add(days * DAY))
    }
}

impl KeyRateLimit {
    /// Returns the length of a period, in seconds.
    pub(crate) fn period_seconds(self) -> i64 {
        let unit = match self.period_type {
            PeriodType::Seconds => 1,
            PeriodType::Minutes => 60,
            PeriodType::Hours => 60 * 60,
            PeriodType::Days => DAY,
        };
        i64::from(self.period_size).saturating_mul(unit)
    }
}
