//! Invitations to organizations, by email.

use crate::{
    api::{
        FetchPendingInvites, FieldErrors, InviteUserToOrg, InviteUserToOrgByUserId, List, NotFound,
        PendingInvite, PendingInvitesPage, RevokePendingOrgInvite,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
            org::members::membership,
            page::Page,
            user::check::{blocked_domain_message, invalid_email_message},
        },
        state::{
            EmailKind, EmulatedEmail, Happening, Invite, Membership, Store, case_fold, invite_path,
            is_email,
        },
    },
    words::ids::{OrgId, UserId},
};

/// The time until an invitation expires, in seconds: five days.
const LIFETIME: i64 = 5 * 24 * 60 * 60;

impl Handler<InviteUserToOrg> for Store {
    fn handle(&mut self, request: InviteUserToOrg) -> Result<(), Rejection<NotFound>> {
        self.invite(request, None)
    }
}

impl Handler<InviteUserToOrgByUserId> for Store {
    fn handle(&mut self, request: InviteUserToOrgByUserId) -> Result<(), Rejection<NotFound>> {
        let InviteUserToOrgByUserId {
            user_id,
            org_id,
            role,
            additional_roles,
        } = request;
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "user_id", &user_id);
        let offered = self.offered(&mut errors, &org_id, role, additional_roles)?;
        let user = self.users.get(&user_id);
        let user = user.ok_or_else(|| Rejection::missing("user", &user_id))?;
        let email = user.metadata.email.clone();
        self.send_invite(&org_id, email, offered, None, "user_id")
    }
}

impl Handler<RevokePendingOrgInvite> for Store {
    fn handle(&mut self, request: RevokePendingOrgInvite) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let RevokePendingOrgInvite {
            org_id,
            invitee_email,
        } = request;
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "org_id", &org_id);
        if !is_email(&invitee_email) {
            errors.add("invitee_email", invalid_email_message(&invitee_email));
        }
        Rejection::check(errors)?;
        let invite = self.take_invite(&org_id, &invitee_email);
        invite.ok_or_else(|| Rejection::missing("pending invite of", &invitee_email))?;
        Ok(())
    }
}

impl Handler<FetchPendingInvites> for Store {
    fn handle(
        &mut self,
        request: FetchPendingInvites,
    ) -> Result<PendingInvitesPage, Rejection<NotFound>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        let page = Page::new(&mut errors, request.page_size, request.page_number);
        if let Some(org_id) = &request.org_id {
            check_uuid(&mut errors, "org_id", org_id);
        }
        Rejection::check(errors)?;
        let part = page.slice(self.pending_invites(request.org_id.as_ref()));
        Ok(PendingInvitesPage {
            invites: part.items,
            total_invites: part.total,
            current_page: page.number,
            page_size: page.size,
            has_more_results: part.has_more,
        })
    }
}

impl Store {
    /// Sends an invitation on behalf of a member, or of the backend.
    pub(crate) fn invite(
        &mut self,
        request: InviteUserToOrg,
        inviter: Option<UserId>,
    ) -> Result<(), Rejection<NotFound>> {
        let InviteUserToOrg {
            email,
            org_id,
            role,
            additional_roles,
        } = request;
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        if !is_email(&email) {
            errors.add("email", invalid_email_message(&email));
        } else if self.is_domain_blocked(&email) && self.users.by_email(&email).is_none() {
            // Accepting would create a user with a blocked domain.
            errors.add("email", blocked_domain_message(&email));
        }
        let offered = self.offered(&mut errors, &org_id, role, additional_roles)?;
        self.send_invite(&org_id, email, offered, inviter, "email")
    }

    /// Returns the roles an invitation offers, or rejects the request if there are errors by now.
    fn offered(
        &self,
        errors: &mut FieldErrors,
        org_id: &OrgId,
        role: String,
        additional_roles: Option<List<String>>,
    ) -> Result<Membership, Rejection<NotFound>> {
        let offered = membership(role, additional_roles);
        check_uuid(errors, "org_id", org_id);
        self.check_roles(errors, org_id, &offered);
        if errors.is_empty() {
            Ok(offered)
        } else {
            Err(Rejection::Fields(std::mem::take(errors)))
        }
    }

    /// Sends an invitation, which replaces an earlier one to the same address.
    fn send_invite(
        &mut self,
        org_id: &OrgId,
        invitee_email: String,
        offered: Membership,
        inviter: Option<UserId>,
        field: &str,
    ) -> Result<(), Rejection<NotFound>> {
        self.check_entry(org_id, &invitee_email, field)?;
        self.take_invite(org_id, &invitee_email);
        let now = self.now();
        let invitee = case_fold(&invitee_email);
        let token = self.ids.hex_of(&["invitation", org_id, &invitee], 4);
        let link = invite_path(&token);
        let invitee = self.users.by_email(&invitee_email);
        let email = EmulatedEmail {
            to: invitee_email.clone(),
            user_id: invitee.map(|user| user.metadata.user_id.clone()),
            org_id: Some(org_id.clone()),
            role: Some(offered.role.clone()),
            kind: EmailKind::InviteToOrg,
            sent_at: now,
            link: Some(link),
        };
        self.happenings.push(Happening::Invited {
            user_id: email.user_id.clone(),
            email: invitee_email.clone(),
            org_id: org_id.clone(),
            role: offered.role.clone(),
        });
        self.login_state.emails.push(email);
        self.invites.push(Invite {
            org_id: org_id.clone(),
            invitee_email,
            role: offered.role,
            additional_roles: offered.additional_roles,
            created_at: now,
            expires_at: now.saturating_add(LIFETIME),
            inviter,
            token,
        });
        Ok(())
    }

    /// Removes and returns the invitation to an email address, unless it has expired.
    pub(crate) fn take_invite(&mut self, org_id: &OrgId, email: &str) -> Option<Invite> {
        let now = self.now();
        self.invites.remove_expired(now);
        self.invites.take(org_id, email)
    }

    /// Returns the invitations that can still be accepted, oldest first.
    pub(crate) fn pending_invites(&self, into: Option<&OrgId>) -> Vec<PendingInvite> {
        let now = self.now();
        let pending = self.invites.iter().filter(|invite| {
            invite.expires_at > now && into.is_none_or(|org_id| *org_id == invite.org_id)
        });
        let told = pending.filter_map(|invite| {
            let org = self.orgs.get(&invite.org_id)?;
            let inviter = invite.inviter.as_ref().and_then(|id| self.users.get(id));
            Some(PendingInvite {
                invitee_email: invite.invitee_email.clone(),
                org_id: invite.org_id.clone(),
                org_name: org.name.clone(),
                role_in_org: invite.role.clone(),
                additional_roles_in_org: invite.additional_roles.clone(),
                created_at: invite.created_at,
                expires_at: invite.expires_at,
                inviter_email: inviter.map(|user| user.metadata.email.clone()),
                inviter_user_id: inviter.map(|user| user.metadata.user_id.clone()),
            })
        });
        told.collect()
    }
}
