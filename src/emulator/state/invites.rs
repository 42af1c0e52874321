//! All invitations, with indices by invitee and expiry.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};

use crate::{
    emulator::state::case_fold,
    words::ids::{OrgId, UserId},
};

/// An invitation, which is removed when it is accepted or revoked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Invite {
    pub(crate) org_id: OrgId,
    pub(crate) invitee_email: String,
    pub(crate) role: String,
    pub(crate) additional_roles: Vec<String>,
    pub(crate) created_at: i64,
    pub(crate) expires_at: i64,
    /// The member who sent it, or `None` if the backend did.
    pub(crate) inviter: Option<UserId>,
    /// The token in the URL of the email.
    #[serde(default)]
    pub(crate) token: String,
}

/// The invitations. A snapshot contains them as a list, oldest first.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<Invite>")]
pub(crate) struct Invites {
    /// By a number that grows with each invitation.
    records: BTreeMap<u64, Invite>,
    by_invitee: BTreeSet<(OrgId, String, u64)>,
    by_expiry: BTreeSet<(i64, u64)>,
}

impl Invites {
    pub(crate) fn push(&mut self, invite: Invite) {
        let last = self.records.last_key_value();
        let number = last.map_or(0, |(last, _)| last.saturating_add(1));
        let (invitee, expiry) = keys(number, &invite);
        self.by_invitee.insert(invitee);
        self.by_expiry.insert(expiry);
        self.records.insert(number, invite);
    }

    /// Removes and returns the oldest invitation of an email address, case-insensitively.
    pub(crate) fn take(&mut self, org_id: &OrgId, email: &str) -> Option<Invite> {
        let email = case_fold(email);
        let first = (org_id.clone(), email.clone(), 0);
        let (of, to, number) = self.by_invitee.range(first..).next()?;
        let number = (of == org_id && *to == email).then_some(*number)?;
        self.remove(number)
    }

    pub(crate) fn remove_expired(&mut self, now: i64) {
        while let Some((_, number)) = self.by_expiry.first().filter(|(at, _)| *at <= now) {
            self.remove(*number);
        }
    }

    pub(crate) fn remove_all_of(&mut self, org_id: &OrgId) {
        for number in self.numbers_of(org_id) {
            self.remove(number);
        }
    }

    /// Returns the invitation with a token, which may have expired.
    pub(crate) fn with_token(&self, token: &str) -> Option<&Invite> {
        let mut invites = self.records.values();
        invites.find(|invite| !invite.token.is_empty() && invite.token == token)
    }

    /// Changes the roles offered by an organization's invitations.
    pub(crate) fn settle(
        &mut self,
        org_id: &OrgId,
        change: impl Fn(&mut String, &mut Vec<String>),
    ) {
        for number in self.numbers_of(org_id) {
            if let Some(invite) = self.records.get_mut(&number) {
                change(&mut invite.role, &mut invite.additional_roles);
            }
        }
    }

    /// Returns all invitations, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Invite> {
        self.records.values()
    }

    fn numbers_of(&self, org_id: &OrgId) -> Vec<u64> {
        let from = self.by_invitee.range((org_id.clone(), String::new(), 0)..);
        let invites = from.take_while(|(of, _, _)| of == org_id);
        invites.map(|(_, _, number)| *number).collect()
    }

    fn remove(&mut self, number: u64) -> Option<Invite> {
        let invite = self.records.remove(&number)?;
        let (invitee, expiry) = keys(number, &invite);
        self.by_invitee.remove(&invitee);
        self.by_expiry.remove(&expiry);
        Some(invite)
    }
}

fn keys(number: u64, invite: &Invite) -> ((OrgId, String, u64), (i64, u64)) {
    let invitee = (
        invite.org_id.clone(),
        case_fold(&invite.invitee_email),
        number,
    );
    (invitee, (invite.expires_at, number))
}

impl From<Vec<Invite>> for Invites {
    fn from(list: Vec<Invite>) -> Self {
        let mut invites = Self::default();
        for invite in list {
            invites.push(invite);
        }
        invites
    }
}

impl Serialize for Invites {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
