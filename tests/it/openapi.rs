//! An OpenAPI document describes what is really answered (feature `utoipa`).

use std::collections::BTreeSet;

use actix_web::{
    App, HttpResponse,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, OrgMemberInfo, OrgRoleStructure, PropelAuth, User, UserAndOrgMemberInfo, UserId,
    api::{
        FieldErrors, MfaSetup, Organization, OrgsPage, UserInOrg, UserMetadata, UsersInOrgPage,
        UsersPage,
    },
    openapi::{
        PropelAuthApiKeys, PropelAuthCookie, PropelAuthQuery, PropelAuthResponses,
        PropelAuthSecurity,
    },
    org_id,
    testing::{HasAccessToken as _, TestOrg, TestRequestExt as _, propel_auth_builder},
};
use serde_json::{Value, json};
use utoipa::{
    IntoResponses as _, Modify, ToSchema,
    openapi::{
        ComponentsBuilder, ContentBuilder, HttpMethod, OpenApi, OpenApiBuilder, PathItem,
        PathsBuilder, Ref, ResponseBuilder,
        path::{Operation, OperationBuilder},
        security::SecurityRequirement,
    },
};

use crate::{
    a_canary::KEY,
    fixtures::{Answer, alice, send, whoami, world::start},
};

/// Returns an operation that answers with this type, or with a denial.
fn operation<T: ToSchema>() -> OperationBuilder {
    let schema = Ref::from_schema_name(T::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let ok = ResponseBuilder::new()
        .description("As asked")
        .content("application/json", content);
    let mut operation = OperationBuilder::new().response("200", ok.build());
    for (status, response) in PropelAuthResponses::responses() {
        operation = operation.response(status, response);
    }
    operation
}

/// Returns a document as utoipa's macros would make it, before modifiers.
fn document() -> OpenApi {
    fn add<T: ToSchema>(components: ComponentsBuilder) -> ComponentsBuilder {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        components.schemas_from_iter(all)
    }
    let mut components = ComponentsBuilder::new();
    for add in [
        add::<User>,
        add::<OrgMemberInfo>,
        add::<UserAndOrgMemberInfo>,
        add::<UserMetadata>,
        add::<UsersPage>,
        add::<UserInOrg>,
        add::<UsersInOrgPage>,
        add::<Organization>,
        add::<OrgsPage>,
        add::<MfaSetup>,
        add::<FieldErrors>,
        add::<UserId>,
        add::<OrgRoleStructure>,
    ] {
        components = add(components);
    }
    let get = |operation: OperationBuilder| PathItem::new(HttpMethod::Get, operation);
    let anyone = operation::<User>().security(SecurityRequirement::default());
    let paths = PathsBuilder::new()
        .path("/whoami", get(operation::<User>()))
        .path("/guarded", get(operation::<OrgMemberInfo>()))
        .path("/anyone", get(anyone))
        .path("/public", get(OperationBuilder::new()));
    OpenApiBuilder::new()
        .paths(paths)
        .components(Some(components.build()))
        .build()
}

fn modified() -> Value {
    let mut document = document();
    PropelAuthSecurity.modify(&mut document);
    let once = serde_json::to_value(&document).unwrap();
    PropelAuthSecurity.modify(&mut document);
    assert_eq!(serde_json::to_value(&document).unwrap(), once);
    once
}

/// Returns the part of a document that a reference refers to.
#[track_caller]
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            document
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{reference} leads nowhere"))
        }
        None => value,
    }
}

fn assert_resolved(document: &Value, value: &Value) {
    resolve(document, value);
    match value {
        Value::Object(members) => members
            .values()
            .for_each(|it| assert_resolved(document, it)),
        Value::Array(items) => items.iter().for_each(|it| assert_resolved(document, it)),
        _ => {}
    }
}

#[test]
fn every_reference_of_a_document_resolves_and_the_scheme_is_required_where_a_user_is() {
    let document = modified();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_resolved(&document, &document);
    // Also without the modifier.
    assert_resolved(&json!(self::document()), &json!(self::document()));
    let scheme = &document["components"]["securitySchemes"]["PropelAuth"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"], &scheme["bearerFormat"]),
        (&json!("http"), &json!("bearer"), &json!("JWT"))
    );
    let security = |path: &str| &document["paths"][path]["get"]["security"];
    assert_eq!(security("/whoami"), &json!([{ "PropelAuth": [] }]));
    assert_eq!(security("/guarded"), &json!([{ "PropelAuth": [] }]));
    assert_eq!(security("/anyone"), &json!([{}]));
    assert_eq!(security("/public"), &Value::Null);
    let reference = &document["paths"]["/whoami"]["get"]["responses"]["401"]["$ref"];
    assert_eq!(reference, "#/components/responses/PropelAuthUnauthorized");
}

#[test]
fn api_keys_are_accepted_where_a_token_is_required_and_may_be_limited_there() {
    let mut document = document();
    PropelAuthSecurity.modify(&mut document);
    PropelAuthApiKeys.modify(&mut document);
    let once = json!(document);
    PropelAuthApiKeys.modify(&mut document);
    PropelAuthSecurity.modify(&mut document);
    assert_eq!(json!(document), once);
    assert_resolved(&once, &once);
    let operation = |path: &str| &once["paths"][path]["get"];
    let either = json!([{ "PropelAuth": [] }, { "PropelAuthApiKey": [] }]);
    for (path, security) in [
        ("/whoami", &either),
        ("/guarded", &either),
        ("/anyone", &json!([{}])),
        ("/public", &Value::Null),
    ] {
        let operation = operation(path);
        assert_eq!(operation["security"], *security, "{path}");
        let limited = operation["responses"]["429"].is_object();
        assert_eq!(limited, *security == either, "{path}");
    }
    let limited = resolve(&once, &operation("/whoami")["responses"]["429"]);
    assert!(limited["headers"]["Retry-After"].is_object());
    let scheme = &once["components"]["securitySchemes"]["PropelAuthApiKey"];
    assert_eq!(
        (&scheme["type"], &scheme["scheme"], &scheme["bearerFormat"]),
        (&json!("http"), &json!("bearer"), &Value::Null)
    );
}

#[test]
fn a_cookie_and_the_query_are_alternatives_to_the_header_in_any_order() {
    static COOKIE: PropelAuthCookie = PropelAuthCookie("__Host-access_token");
    const QUERY: PropelAuthQuery = PropelAuthQuery("t");
    let security = |modifiers: &[&dyn Modify]| {
        let mut document = document();
        let own = operation::<User>()
            .security(SecurityRequirement::new("PropelAuth", [""; 0]))
            .security(SecurityRequirement::new("session", [""; 0]));
        let none = operation::<User>().securities(Some([]));
        for (path, operation) in [("/own", own), ("/none", none)] {
            let item = PathItem::new(HttpMethod::Get, operation);
            document.paths.paths.insert(path.to_owned(), item);
        }
        for modifier in modifiers.iter().chain(modifiers) {
            modifier.modify(&mut document);
        }
        json!(document)
    };
    let token = &PropelAuthSecurity;
    for (modifiers, names) in [
        (
            &[token as &dyn Modify, &COOKIE][..],
            &["PropelAuthCookie"][..],
        ),
        (&[token, &QUERY], &["PropelAuthQuery"]),
        (
            &[token, &COOKIE, &PropelAuthApiKeys],
            &["PropelAuthCookie", "PropelAuthApiKey"],
        ),
        (
            &[token, &PropelAuthApiKeys, &QUERY, &COOKIE],
            &["PropelAuthApiKey", "PropelAuthQuery", "PropelAuthCookie"],
        ),
    ] {
        let document = security(modifiers);
        let of = |path: &str| document["paths"][path]["get"]["security"].clone();
        let names = [&["PropelAuth"], names].concat();
        let expected: Vec<_> = names.iter().map(|name| json!({ *name: [] })).collect();
        assert_eq!(of("/whoami"), json!(expected));
        assert_eq!(of("/guarded"), json!(expected));
        // What the application says of an operation stays.
        assert_eq!(of("/anyone"), json!([{}]));
        assert_eq!(of("/public"), Value::Null);
        assert_eq!(of("/own"), json!([{ "PropelAuth": [] }, { "session": [] }]));
        assert_eq!(of("/none"), json!([]));
        let limited = &document["paths"]["/whoami"]["get"]["responses"]["429"];
        assert_eq!(limited.is_object(), names.contains(&"PropelAuthApiKey"));
        assert_resolved(&document, &document);
    }
    let document = security(&[token, &COOKIE, &QUERY]);
    for (name, place, parameter) in [
        ("PropelAuthCookie", "cookie", "__Host-access_token"),
        ("PropelAuthQuery", "query", "t"),
    ] {
        let scheme = &document["components"]["securitySchemes"][name];
        assert_eq!(
            (&scheme["type"], &scheme["in"], &scheme["name"]),
            (&json!("apiKey"), &json!(place), &json!(parameter))
        );
    }
}

#[test]
fn a_response_that_the_application_describes_itself_stays() {
    let own = ResponseBuilder::new().description("Log in first").build();
    let operation: Operation = operation::<User>().response("401", own).build();
    let paths = PathsBuilder::new().path("/", PathItem::new(HttpMethod::Post, operation));
    let mut document = OpenApiBuilder::new().paths(paths).build();
    PropelAuthSecurity.modify(&mut document);
    let document = json!(document);
    let operation = &document["paths"]["/"]["post"];
    assert_eq!(operation["responses"]["401"]["description"], "Log in first");
    assert_eq!(
        operation["responses"]["403"]["$ref"],
        "#/components/responses/PropelAuthForbidden"
    );
    assert_eq!(operation["security"], Value::Null);
}

#[test]
fn descriptions_are_text_without_links_and_code() {
    let document = modified();
    let schemas = document["components"]["schemas"].to_string();
    for odd in ["](", "[`", "```", "crate::", "doc = "] {
        assert!(!schemas.contains(odd), "{odd}");
    }
    let user = &document["components"]["schemas"]["UserMetadata"];
    assert_eq!(
        user["description"],
        "A user, with all that the backend API returns."
    );
    assert_eq!(user["properties"]["user_id"]["format"], "uuid");
}

/// Sends requests that are denied in every way there is.
async fn denials() -> Vec<Answer> {
    let acme = TestOrg::new("Acme Inc");
    let auth = propel_auth_builder().max_token_len(4000).build().unwrap();
    let guarded = web::resource("/guarded")
        .wrap(InOrg::new(org_id::query("org")))
        .get(async || HttpResponse::Ok());
    let app = App::new().service(guarded).wrap(auth.require_user());
    let app = init_service(app).await;
    let uri = format!("/guarded?org={}", acme.org_id());
    let long = alice().claim("metadata", json!({ "text": "x".repeat(4000) }));
    let mut answers = Vec::new();
    for request in [
        TestRequest::with_uri(&uri),
        TestRequest::with_uri(&uri).as_user(&alice()),
        TestRequest::with_uri(&uri).as_user(&long),
    ] {
        answers.push(send(&app, request.to_request()).await);
    }
    let misconfigured = init_service(App::new().route("/", web::get().to(whoami))).await;
    answers.push(send(&misconfigured, TestRequest::get().to_request()).await);
    let lazy = PropelAuth::builder("http://127.0.0.1:9", KEY)
        .emulator()
        .build_lazy()
        .unwrap();
    let lazy = init_service(App::new().wrap(lazy.require_user())).await;
    let request = TestRequest::get().as_user(&alice());
    answers.push(send(&lazy, request.to_request()).await);
    answers
}

#[actix_web::test]
async fn the_documented_denials_are_those_that_are_answered() {
    let document = modified();
    let documented = document["paths"]["/guarded"]["get"]["responses"]
        .as_object()
        .unwrap();
    let answers = denials().await;
    let statuses = answers
        .iter()
        .map(|answer| answer.status.as_str().to_owned());
    let mut statuses: BTreeSet<String> = statuses.collect();
    statuses.insert("200".to_owned());
    assert_eq!(statuses, documented.keys().cloned().collect());
    for answer in answers {
        let response = resolve(&document, &documented[answer.status.as_str()]);
        let content = response["content"].as_object().unwrap();
        let (content_type, content) = content.iter().next().unwrap();
        assert_eq!(answer.header("content-type"), Some(content_type.as_str()));
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_matches(&document, &content["schema"], &body);
        for name in ["www-authenticate", "retry-after"] {
            let headers = response["headers"].as_object();
            let mut names = headers.into_iter().flat_map(|it| it.keys());
            let is_documented = names.any(|it| it.eq_ignore_ascii_case(name));
            assert_eq!(
                answer.header(name).is_some(),
                is_documented,
                "{name} {answer:?}"
            );
        }
    }
}

/// Asserts that a value has the members that its schema has, all that are required, and their types.
#[track_caller]
fn assert_matches(document: &Value, schema: &Value, value: &Value) {
    let problems = problems(document, schema, value);
    assert!(problems.is_empty(), "{problems:?}\n{value:#}");
}

fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let schema = resolve(document, schema);
    if let Some(any) = schema["oneOf"].as_array() {
        let is_one = any
            .iter()
            .any(|it| problems(document, it, value).is_empty());
        return (!is_one)
            .then(|| format!("none of {any:?}: {value}"))
            .into_iter()
            .collect();
    }
    let mut parts: Vec<&Value> = match schema["allOf"].as_array() {
        Some(all) => all.iter().map(|it| resolve(document, it)).collect(),
        None => vec![schema],
    };
    let Value::Object(members) = value else {
        let types = match &schema["type"] {
            Value::Array(types) => types.clone(),
            Value::Null => return Vec::new(),
            one => vec![one.clone()],
        };
        let own = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let mut found: Vec<String> = Vec::new();
        if !types.contains(&json!(own)) {
            found.push(format!("{value} is not of {types:?}"));
        }
        for item in value.as_array().into_iter().flatten() {
            found.extend(problems(document, &schema["items"], item));
        }
        return found;
    };
    let mut found = Vec::new();
    for part in &parts {
        for name in part["required"].as_array().into_iter().flatten() {
            if !members.contains_key(name.as_str().unwrap()) {
                found.push(format!("{name} is missing"));
            }
        }
    }
    parts.retain(|part| part["properties"].is_object() || part["additionalProperties"].is_object());
    let is_free = schema["additionalProperties"] == json!(true);
    for (name, value) in members {
        let known = parts.iter().find_map(|part| {
            let property = part["properties"].get(name);
            property.or_else(|| part.get("additionalProperties").filter(|it| it.is_object()))
        });
        match known {
            Some(schema) => found.extend(problems(document, schema, value)),
            None if is_free => {}
            None => found.push(format!("{name} is not in the schema")),
        }
    }
    found
}

#[actix_web::test]
async fn entities_serialize_as_their_schemas_say() {
    let document = modified();
    let check = |name: &str, value: Value| {
        let schema = &document["components"]["schemas"][name];
        assert!(schema.is_object(), "{name}");
        assert_matches(&document, schema, &value);
    };
    let acme = TestOrg::new("Acme Inc").permission("Admin", "can_view_billing");
    let full = alice()
        .in_org(&acme, "Admin")
        .claim("first_name", "Alice")
        .claim("last_name", "A")
        .claim("username", "alice")
        .claim("legacy_user_id", "1")
        .claim("impersonator_user_id", "2")
        .claim("properties", json!({ "a": [1] }))
        .claim(
            "login_method",
            json!({ "login_method": "social_sso", "provider": "Google" }),
        );
    for user in [alice(), full.clone(), full.active_org(&acme)] {
        check("User", json!(user.user()));
    }
    check("OrgMemberInfo", json!(acme.member("Admin")));
    let login = alice().claim(
        "login_method",
        json!({ "login_method": "saml_sso", "org_id": "1" }),
    );
    check("User", json!(login.user()));

    let (emulator, auth) = start().await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let org_id = emulator.create_org("Acme Inc").unwrap();
    emulator.add_user_to_org(&alice, &org_id, "Admin").unwrap();
    let header = format!("Bearer {}", alice.access_token());
    let found = auth
        .validate_access_token_and_get_user_with_org_info(header.as_str(), &org_id)
        .unwrap();
    check("UserAndOrgMemberInfo", json!(found));
    let users = auth.user();
    for include in [false, true] {
        let user = users
            .fetch_user_metadata_by_user_id(alice.id())
            .include_orgs(include);
        check("UserMetadata", json!(user.await.unwrap()));
    }
    check(
        "UsersPage",
        json!(users.fetch_users_by_query().await.unwrap()),
    );
    check(
        "Organization",
        json!(auth.org().fetch_org(&org_id).await.unwrap()),
    );
    check(
        "OrgsPage",
        json!(auth.org().fetch_orgs_by_query().await.unwrap()),
    );
    let members = auth.org().fetch_users_in_org(&org_id).await.unwrap();
    check("UsersInOrgPage", json!(members));
    check("MfaSetup", json!(MfaSetup::Totp));
    let phones = json!({ "type": "Phone", "phone_numbers": [
        { "mfa_phone_id": "1", "mfa_phone_number_suffix": "99" },
    ] });
    let phones: MfaSetup = serde_json::from_value(phones).unwrap();
    check("MfaSetup", json!(phones));
    let taken = users.create_user("alice@example.com").await.unwrap_err();
    check("FieldErrors", json!(taken.field_errors()));
}
