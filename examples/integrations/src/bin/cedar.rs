//! Policies with Cedar: guards check the membership, and policies decide about single documents.
//!
//! ```text
//! cargo run --manifest-path examples/integrations/Cargo.toml --bin cedar
//! ```

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    str::FromStr as _,
};

use actix_web::{
    App, HttpServer,
    error::{ErrorForbidden, ErrorInternalServerError, ErrorNotFound},
    http::Method,
    web,
};
use actix_web_propelauth::{InOrg, OrgId, OrgMemberInfo, User, UserId, emulator::Emulator, org_id};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};
use support::{Outcome, get, request};

#[path = "../../../support/mod.rs"]
mod support;

/// Who may do what. In a service of your own, this is a file that is reviewed and tested by itself.
const POLICIES: &str = r#"
    permit (principal, action == Action::"read", resource)
    when { resource.org == context.org };

    permit (principal, action == Action::"edit", resource)
    when { resource.org == context.org && context.permissions.contains("documents::edit") };

    // Whatever else is permitted: a locked document is for its owner.
    forbid (principal, action == Action::"edit", resource)
    when { resource.locked && resource.owner != principal };
"#;

/// A document of an organization.
struct Document {
    org_id: OrgId,
    owner: UserId,
    locked: bool,
}

type Documents = BTreeMap<u32, Document>;
type Failure = Box<dyn std::error::Error>;

/// Asks the policies. What they may know of the caller comes from the verified token.
fn is_permitted(
    policies: &PolicySet,
    (user, org): (&User, &OrgMemberInfo),
    action: &str,
    (id, document): (u32, &Document),
) -> Result<bool, Failure> {
    let uid = |kind: &str, id: &str| -> Result<EntityUid, Failure> {
        Ok(EntityUid::from_type_name_and_id(
            EntityTypeName::from_str(kind)?,
            EntityId::new(id),
        ))
    };
    let reference = RestrictedExpression::new_entity_uid;
    let resource = uid("Document", &id.to_string())?;
    let attributes = HashMap::from([
        ("org".to_owned(), reference(uid("Org", &document.org_id)?)),
        ("owner".to_owned(), reference(uid("User", &document.owner)?)),
        (
            "locked".to_owned(),
            RestrictedExpression::new_bool(document.locked),
        ),
    ]);
    let entity = Entity::new(resource.clone(), attributes, HashSet::new())?;
    let permissions = org.user_permissions.iter().cloned();
    let permissions = permissions.map(RestrictedExpression::new_string);
    let context = Context::from_pairs([
        ("org".to_owned(), reference(uid("Org", &org.org_id)?)),
        (
            "permissions".to_owned(),
            RestrictedExpression::new_set(permissions),
        ),
    ])?;
    let principal = uid("User", &user.user_id)?;
    let request = Request::new(principal, uid("Action", action)?, resource, context, None)?;
    let entities = Entities::from_entities([entity], None)?;
    let response = Authorizer::new().is_authorized(&request, policies, &entities);
    Ok(response.decision() == Decision::Allow)
}

type Shared = (PolicySet, Documents);

async fn act(
    action: &str,
    caller: (User, OrgMemberInfo),
    id: u32,
    (policies, documents): &Shared,
) -> actix_web::Result<String> {
    let document = documents
        .get(&id)
        .ok_or_else(|| ErrorNotFound("no such document"))?;
    match is_permitted(policies, (&caller.0, &caller.1), action, (id, document)) {
        Ok(true) => Ok(format!("{action} {id}")),
        Ok(false) => Err(ErrorForbidden("not permitted")),
        Err(_) => Err(ErrorInternalServerError(
            "the policies could not be evaluated",
        )), // fails closed
    }
}

type Path = web::Path<(OrgId, u32)>;

async fn read(
    user: User,
    org: OrgMemberInfo,
    path: Path,
    shared: web::Data<Shared>,
) -> actix_web::Result<String> {
    act("read", (user, org), path.1, &shared).await
}

async fn edit(
    user: User,
    org: OrgMemberInfo,
    path: Path,
    shared: web::Data<Shared>,
) -> actix_web::Result<String> {
    act("edit", (user, org), path.1, &shared).await
}

#[actix_web::main]
async fn main() -> Outcome {
    let emulator = Emulator::builder()
        .permission("Admin", "documents::edit")
        .permission("Owner", "documents::edit")
        .start()
        .await?;
    let auth = emulator.propel_auth().await?;
    let acme = emulator.create_org("Acme Inc")?;
    let initech = emulator.create_org("Initech")?;
    let [olga, adam, mia] = [
        emulator.create_user("olga@example.com")?,
        emulator.create_user("adam@example.com")?,
        emulator.create_user("mia@example.com")?,
    ];
    emulator.add_user_to_org(&olga, &acme, "Owner")?;
    emulator.add_user_to_org(&adam, &acme, "Admin")?;
    emulator.add_user_to_org(&mia, &acme, "Member")?;

    let document = |org_id: &OrgId, locked| Document {
        org_id: org_id.clone(),
        owner: olga.id().clone(),
        locked,
    };
    let documents = Documents::from([
        (1, document(&acme, false)),
        (2, document(&acme, true)),
        (3, document(&initech, false)),
    ]);
    let shared = web::Data::new((PolicySet::from_str(POLICIES)?, documents));
    let server = HttpServer::new(move || {
        let document = web::resource("/orgs/{org_id}/documents/{id}")
            .wrap(InOrg::new(org_id::path("org_id")))
            .get(read)
            .put(edit);
        App::new()
            .service(document)
            .app_data(shared.clone())
            .wrap(auth.require_user())
    })
    .bind(support::address())?;

    let path = |id: u32| format!("/orgs/{acme}/documents/{id}");
    let put = |id| request(Method::PUT, path(id));
    let requests = [
        get(path(1)).as_user(&mia).answers(200, "read 1"),
        put(1).as_user(&mia).answers(403, "not permitted"),
        put(1).as_user(&adam).answers(200, "edit 1"),
        put(2).as_user(&adam).answers(403, "not permitted"), // locked
        put(2).as_user(&olga).answers(200, "edit 2"),
        get(path(3)).as_user(&olga).answers(403, "not permitted"), // another organization's
    ];
    support::serve(server.addrs(), server.run(), requests).await
}
