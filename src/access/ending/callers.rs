//! The methods of callers that return an [`AccessEnding`].

use super::{access_ending::AccessEnding, watched::Watched};
use crate::{
    access::{callers::principal::Principal, requirement::Requirement, user::User},
    words::ids::OrgId,
};

impl User {
    /// Returns a future that resolves when this user's access ends: when the token expires, or once a
    /// [mark](crate::freshness) says that it no longer speaks, such as because the user was disabled.
    ///
    /// It is for connections that outlive their request. If it is about an organization, use
    /// [`access_ended_in`](Self::access_ended_in), which also ends with the membership.
    ///
    /// A mark that was set since the token was issued counts, also if it was set before this is called. With an API
    /// key, a mark counts that was set since PropelAuth was asked about the key.
    ///
    /// ```
    /// use actix_web::{HttpResponse, web::Bytes};
    /// use actix_web_propelauth::User;
    /// use futures_util::{Stream, StreamExt as _};
    ///
    /// fn respond(
    ///     user: &User,
    ///     events: impl Stream<Item = actix_web::Result<Bytes>> + 'static,
    /// ) -> HttpResponse {
    ///     let events = events.take_until(user.access_ended());
    ///     HttpResponse::Ok().content_type("text/event-stream").streaming(events)
    /// }
    /// ```
    pub fn access_ended(&self) -> AccessEnding {
        AccessEnding::new(Watched::of_user(self, None, None))
    }

    /// Returns a future that resolves when this user's access to an organization ends: also when the
    /// membership in it changes, with which a role may have been taken away.
    ///
    /// A new role ends it as well: a mark does not say which role the user has now. The client connects again with a
    /// new token. Where memberships are fetched after a change
    /// ([`OnStale::Refetch`](crate::freshness::OnStale::Refetch)), it ends once the roles or the permissions in the
    /// organization are others than at the beginning, or if they cannot be fetched within a second; with an API key, it
    /// ends as without. A user who is not a member has no access from the beginning.
    ///
    /// ```
    /// use actix_web_propelauth::{AccessEnded, OrgMemberInfo, User};
    ///
    /// /// Works until the caller may no longer see it.
    /// async fn serve(user: User, org: OrgMemberInfo, work: impl Future<Output = ()> + Unpin) -> Option<AccessEnded> {
    ///     use futures_util::future::{Either, select};
    ///
    ///     match select(work, user.access_ended_in(&org.org_id)).await {
    ///         Either::Left(_) => None,
    ///         Either::Right((ended, _)) => Some(ended),
    ///     }
    /// }
    /// ```
    pub fn access_ended_in(&self, org_id: &OrgId) -> AccessEnding {
        AccessEnding::new(Watched::of_user(self, Some(org_id), None))
    }

    /// Returns a future that resolves when this user's access to an organization ends, or no longer meets a
    /// requirement: that of the route which opened the connection.
    ///
    /// By default, it resolves with each change of the membership, as [`access_ended_in`](Self::access_ended_in)
    /// does. Where memberships are fetched after a change
    /// ([`OnStale::Refetch`](crate::freshness::OnStale::Refetch)), a change after which the requirement is still met
    /// ends nothing. A user who does not meet it has no access from the beginning. A [step-up
    /// grant](Requirement::step_up) is not asked for again, as the guard has verified it.
    ///
    /// ```
    /// use actix_web_propelauth::{AccessEnding, OrgMemberInfo, Requirement, User};
    ///
    /// fn ending(user: &User, org: &OrgMemberInfo) -> AccessEnding {
    ///     user.access_ended_requiring(&org.org_id, &Requirement::minimum_role("Admin"))
    /// }
    /// ```
    pub fn access_ended_requiring(
        &self,
        org_id: &OrgId,
        requirement: &Requirement,
    ) -> AccessEnding {
        AccessEnding::new(Watched::of_user(self, Some(org_id), Some(requirement)))
    }
}

impl Principal {
    /// Returns a future that resolves when this caller's access ends, as [`User::access_ended`].
    ///
    /// With an API key, it resolves once a [mark](crate::freshness) is about the owner or its keys, and otherwise
    /// [`token_lifetime`](crate::PropelAuthBuilder::token_lifetime) after PropelAuth was asked about the key.
    ///
    /// ```
    /// use actix_web_propelauth::Principal;
    ///
    /// async fn watch(caller: Principal) {
    ///     println!("closed: {}", caller.access_ended().await);
    /// }
    /// ```
    pub fn access_ended(&self) -> AccessEnding {
        AccessEnding::new(Watched::of_principal(self, None, None))
    }

    /// Returns a future that resolves when this caller's access to an organization ends, as
    /// [`User::access_ended_in`].
    ///
    /// ```
    /// use actix_web_propelauth::{OrgMemberInfo, Principal};
    ///
    /// async fn watch(caller: Principal, org: OrgMemberInfo) {
    ///     println!("closed: {}", caller.access_ended_in(&org.org_id).await);
    /// }
    /// ```
    pub fn access_ended_in(&self, org_id: &OrgId) -> AccessEnding {
        AccessEnding::new(Watched::of_principal(self, Some(org_id), None))
    }
    /// Returns a future that resolves when this caller's access to an organization ends, or no longer meets a
    /// requirement, as [`User::access_ended_requiring`].
    ///
    /// ```
    /// use actix_web_propelauth::{AccessEnding, OrgMemberInfo, Principal, Requirement};
    ///
    /// fn ending(caller: &Principal, org: &OrgMemberInfo) -> AccessEnding {
    ///     caller.access_ended_requiring(&org.org_id, &Requirement::member())
    /// }
    /// ```
    pub fn access_ended_requiring(
        &self,
        org_id: &OrgId,
        requirement: &Requirement,
    ) -> AccessEnding {
        AccessEnding::new(Watched::of_principal(self, Some(org_id), Some(requirement)))
    }
}
