//! The user who calls.

use actix_web::web::Json;
use actix_web_propelauth::User;
use serde_json::{Value, json};

/// `GET /api/me`: the user, with the organizations to choose from.
pub(super) async fn show(user: User) -> Json<Value> {
    let orgs = user
        .orgs()
        .map(|org| json!({ "org_id": org.org_id, "name": org.org_name, "role": org.user_role }));
    Json(json!({ "email": user.email, "orgs": orgs.collect::<Vec<_>>() }))
}
