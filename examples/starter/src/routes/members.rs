//! The members of an organization, which PropelAuth manages.

use actix_web::{
    HttpResponse,
    web::{Json, Path},
};
use actix_web_propelauth::{OrgId, OrgMemberInfo, PropelAuth, User, UserId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Invitation {
    email: String,
    role: String,
}

/// `GET /api/orgs/{org_id}/members`
pub(super) async fn list(org: OrgMemberInfo, auth: PropelAuth) -> Result<Json<Value>, ApiError> {
    let call = auth.org().fetch_users_in_org(&org.org_id).page_size(100);
    let members = call.stream().collect_all().await?;
    let members = members.iter();
    Ok(Json(
        members
            .map(|it| json!({ "user_id": it.user_id, "email": it.email, "role": it.role_in_org }))
            .collect(),
    ))
}

/// `POST /api/orgs/{org_id}/members`: PropelAuth sends the invitation by email.
pub(super) async fn invite(
    org: OrgMemberInfo,
    auth: PropelAuth,
    new: Json<Invitation>,
) -> Result<HttpResponse, ApiError> {
    let Invitation { email, role } = new.into_inner();
    // An administrator must not make an owner.
    if !org.is_at_least_role(&role) {
        return Err(ApiError::BadRequest(
            "the role is unknown or above your own".to_owned(),
        ));
    }
    auth.org()
        .invite_user_to_org(email, &org.org_id, role)
        .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// `DELETE /api/orgs/{org_id}/members/{user_id}`
pub(super) async fn remove(
    user: User,
    org: OrgMemberInfo,
    auth: PropelAuth,
    path: Path<(OrgId, UserId)>,
) -> Result<HttpResponse, ApiError> {
    let (_, member) = path.into_inner();
    if user.user_id == member {
        return Err(ApiError::BadRequest(
            "you cannot remove yourself".to_owned(),
        ));
    }
    auth.org()
        .remove_user_from_org(&member, &org.org_id)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
