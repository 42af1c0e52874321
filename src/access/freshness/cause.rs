//! [`Cause`]: why tokens no longer speak.

use std::fmt;

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// Why tokens no longer speak for a subject. Each has a stable [word](Self::word), which webhooks, the
        /// stream of a fleet and log lines have.
        ///
        /// ```
        /// use actix_web_propelauth::freshness::Cause;
        ///
        /// assert_eq!(Cause::from_word("user.disabled"), Cause::UserDisabled);
        /// assert_eq!(Cause::from_word("user.promoted").word(), "user.promoted");
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cause {
            $($(#[$doc])* $name,)*
            /// Another one, by its word.
            Other(String),
        }

        impl Cause {
            /// Returns the cause of a word. One that is not known is kept.
            #[must_use]
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// Returns the word of the cause, such as `user.disabled`. That of a webhook is the type of its
            /// event.
            ///
            /// It may be one that came from another program: escape it before it is printed, as `Display` does.
            #[must_use]
            pub fn word(&self) -> &str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Other(word) => word,
                }
            }

            /// Returns the word, or `other` for one that is not known: a label must not have any number of values.
            pub(super) fn known_word(&self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Other(_) => "other",
                }
            }
        }

        #[cfg(test)]
        const ALL: &[Cause] = &[$(Cause::$name),*];
    };
}

causes! {
    /// The user was disabled.
    UserDisabled = "user.disabled";
    /// The user was deleted.
    UserDeleted = "user.deleted";
    /// The user was locked.
    UserLocked = "user.locked";
    /// The user was enabled.
    UserEnabled = "user.enabled";
    /// The user logged out.
    UserLoggedOut = "user.logged_out";
    /// An API key of the user was deleted.
    PersonalApiKeyDeleted = "user.deleted_personal_api_key";
    /// The user was added to the organization.
    AddedToOrg = "user.added_to_org";
    /// The user was removed from the organization.
    RemovedFromOrg = "user.removed_from_org";
    /// The role of the user in the organization changed.
    RoleChanged = "user.role_changed_within_org";
    /// The user was added to a group of the organization's directory, which may give roles.
    AddedToScimGroup = "user.added_to_scim_group";
    /// The user was removed from a group of the organization's directory.
    RemovedFromScimGroup = "user.removed_from_scim_group";
    /// The organization changed, and its roles may have other permissions.
    OrgUpdated = "org.updated";
    /// The organization was deleted.
    OrgDeleted = "org.deleted";
    /// A group of the organization's directory changed, and may give other roles.
    ScimGroupUpdated = "org.scim_group_updated";
    /// A group of the organization's directory was deleted.
    ScimGroupDeleted = "org.scim_group_deleted";
    /// An API key of the organization was deleted.
    OrgApiKeyDeleted = "org.api_key_deleted";
    /// The application said so.
    ByHand = "by_hand";
    /// A call of this application changed it.
    Call = "call";
    /// The history of the fleet was lost, so that it is not known what changed.
    Fleet = "fleet";
    /// The clock of this machine was set back, and the token had expired before.
    ClockSetBack = "clock_set_back";
    /// The token lives longer than marks are kept, so that one about it may have been dropped. Set
    /// [`token_lifetime`](crate::PropelAuthBuilder::token_lifetime).
    Forgotten = "forgotten";
    /// There were too many marks to keep.
    TooMany = "too_many";
}

impl Cause {
    /// Returns `true` if the account of a user shows this change, so that it can be fetched.
    ///
    /// A logout is in no account, and what a call changed or the history of a fleet had may have been one.
    pub(super) fn is_in_account(&self) -> bool {
        match self {
            Self::UserDisabled
            | Self::UserDeleted
            | Self::UserLocked
            | Self::UserEnabled
            | Self::AddedToOrg
            | Self::RemovedFromOrg
            | Self::RoleChanged
            | Self::AddedToScimGroup
            | Self::RemovedFromScimGroup
            | Self::OrgUpdated
            | Self::OrgDeleted
            | Self::ScimGroupUpdated
            | Self::ScimGroupDeleted => true,
            Self::UserLoggedOut
            | Self::PersonalApiKeyDeleted
            | Self::OrgApiKeyDeleted
            | Self::ByHand
            | Self::Call
            | Self::Fleet
            | Self::ClockSetBack
            | Self::Forgotten
            | Self::TooMany
            | Self::Other(_) => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A word may have come over a wire, and a line break in it must not start a line of the log.
        write!(f, "{}", self.word().escape_debug())
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Cause};

    #[test]
    fn every_cause_is_found_by_its_word() {
        for cause in ALL {
            assert_eq!(Cause::from_word(cause.word()), *cause);
        }
    }

    #[test]
    fn an_unknown_word_cannot_write_a_line_of_its_own() {
        let cause = Cause::from_word("a\nb");
        assert_eq!(
            (cause.word(), cause.to_string().as_str()),
            ("a\nb", "a\\nb")
        );
    }
}
