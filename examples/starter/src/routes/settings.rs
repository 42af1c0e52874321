//! The settings of an organization.

use actix_web::{HttpResponse, web::Json};
use actix_web_propelauth::{OrgMemberInfo, PropelAuth};
use serde::Deserialize;

use crate::error::ApiError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    name: String,
}

/// `PUT /api/orgs/{org_id}/settings`
pub(super) async fn update(
    org: OrgMemberInfo,
    auth: PropelAuth,
    new: Json<Settings>,
) -> Result<HttpResponse, ApiError> {
    auth.org()
        .update_org(&org.org_id)
        .name(new.into_inner().name)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
