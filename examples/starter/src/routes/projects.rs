//! The projects of an organization.

use actix_web::{
    HttpResponse,
    web::{Data, Json, Path},
};
use actix_web_propelauth::{OrgId, OrgMemberInfo};
use serde::Deserialize;

use crate::{
    error::ApiError,
    projects::{Project, Projects},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProject {
    name: String,
}

/// `GET /api/orgs/{org_id}/projects`
pub(super) async fn list(org: OrgMemberInfo, projects: Data<Projects>) -> Json<Vec<Project>> {
    Json(projects.of(&org).list())
}

/// `POST /api/orgs/{org_id}/projects`
pub(super) async fn create(
    org: OrgMemberInfo,
    projects: Data<Projects>,
    new: Json<NewProject>,
) -> HttpResponse {
    let project = projects.of(&org).create(new.into_inner().name);
    HttpResponse::Created().json(project)
}

/// `GET /api/orgs/{org_id}/projects/{id}`
pub(super) async fn show(
    org: OrgMemberInfo,
    projects: Data<Projects>,
    path: Path<(OrgId, u64)>,
) -> Result<Json<Project>, ApiError> {
    let project = projects.of(&org).get(path.1);
    project.map(Json).ok_or(ApiError::NotFound)
}

/// `DELETE /api/orgs/{org_id}/projects/{id}`
pub(super) async fn delete(
    org: OrgMemberInfo,
    projects: Data<Projects>,
    path: Path<(OrgId, u64)>,
) -> Result<HttpResponse, ApiError> {
    match projects.of(&org).delete(path.1) {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::NotFound),
    }
}
