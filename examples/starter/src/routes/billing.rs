//! What an organization pays.

use actix_web::web::Json;
use actix_web_propelauth::OrgMemberInfo;
use serde_json::{Value, json};

/// `GET /api/orgs/{org_id}/billing`
pub(super) async fn show(org: OrgMemberInfo) -> Json<Value> {
    Json(json!({ "org": org.org_name, "monthly_usd": 49 }))
}
