//! What the codes of hints mean, and what to do about each.

use crate::words::explanation::{Explanation, explanations};

/// The explanations of the field `hint` in log lines. Some hints have the code of a denial, which is
/// explained with the denials.
pub(in crate::access) const HINTS: &[Explanation] = explanations! {
    missing_bearer: "the `Authorization` header is a token without `Bearer`",
        "The client sends the token alone.",
        "Send `Authorization: Bearer <access token>`.";
    misspelled_bearer: "the scheme of the `Authorization` header is almost `Bearer`",
        "A letter is wrong, or a sign such as a colon follows the word.",
        "Send `Authorization: Bearer <access token>`, with one space after `Bearer`.";
    basic_credentials: "the request has a user name and a password in place of a token",
        "The header has the scheme `Basic`. Browsers and tools send it for a URL with a user name, and a \
         proxy may add it for itself.",
        "Send `Authorization: Bearer <access token>`. The users of PropelAuth log in at the auth URL.";
    other_scheme: "the `Authorization` header has another scheme than `Bearer`",
        "The client was written for another service.",
        "Send `Authorization: Bearer <access token>`.";
    header_name_in_value: "the value of the `Authorization` header begins with its name",
        "The whole line was copied into the field for the value.",
        "Set the value to `Bearer <access token>`.";
    bearer_twice: "`Bearer` occurs twice in the `Authorization` header",
        "The client adds it to a text that has it already.",
        "Add it in one place only, and store tokens without it.";
    scheme_in_token: "a token that is not in the header begins with `Bearer`",
        "Only the `Authorization` header has the scheme, and the client writes it into a cookie or a query as well.",
        "Set the cookie or the parameter to the token alone.";
    token_is_object: "the client wrote an object in place of the token",
        "JavaScript turns an object into `[object Object]` if it becomes part of a text.",
        "Send the field `accessToken` of the object.";
    joined_headers: "two `Authorization` headers were joined with a comma",
        "A proxy or a client added a header where there was one.",
        "Set the header, and do not append to it.";
    token_with_whitespace: "whitespace follows the token",
        "The token was read from a file or a command together with the end of its line.",
        "Trim the token before it is sent.";
    cors_preflight: "a CORS preflight was denied",
        "Browsers send a preflight before a request to another origin, always without a token.",
        "Put the CORS middleware outside: `App::new().wrap(auth.require_user()).wrap(cors)`. The last `.wrap` \
         runs first.";
    webhook_behind_middleware: "a webhook was denied",
        "The route for webhooks is inside of the middleware. Webhooks have a signature in place of a token.",
        "Add `auth.webhooks(…)` before the scope that requires a user, and not inside.";
    token_in_other_header: "the token may be in another header",
        "There is no `Authorization` header, and another one that clients or proxies use for tokens.",
        "Send `Authorization: Bearer <access token>`. If a gateway moves the header, let it pass it on.";
    token_in_query: "there is a token in the query of the URL",
        "Tokens in URLs end up in logs and histories (RFC 6750, section 2.3), so they are not read by default.",
        "Send `Authorization: Bearer <access token>`, or add `.token_from(TokenSource::query(…))` to the middleware, and treat the token in the URL as known to others.";
    token_in_cookie: "there is a token in a cookie",
        "Cookies are not read by default: a browser sends them with requests of other sites as well.",
        "Send `Authorization: Bearer <access token>`, or add `.token_from(TokenSource::cookie(…))` to the middleware.";
    token_in_websocket_protocol: "there is a token among the protocols of a WebSocket",
        "It is not read by default, or it is not after the prefix that the middleware was given.",
        "Add `.token_from(TokenSource::websocket_protocol(\"access_token.\"))` to the middleware, and let the client \
         offer `[\"v1\", \"access_token.\" + token]`.";
    websocket_without_token: "a WebSocket was opened without a token",
        "Browsers cannot set `Authorization` for a WebSocket.",
        "Offer the token as a protocol, and add `.token_from(TokenSource::websocket_protocol(…))` to the middleware. Or \
         leave the route without middleware, send the token in the first message, and check it with \
         `auth.authenticate(…)`.";
    issuer_differs_by_slash: "the issuers differ only in the slash at the end",
        "Issuers are compared byte by byte.",
        "Write `.issuer(…)` or PROPELAUTH_ISSUER as the log line shows it.";
    issuer_differs_by_case: "the issuers differ only in case, spaces or the slash at the end",
        "Issuers are compared byte by byte.",
        "Write `.issuer(…)` or PROPELAUTH_ISSUER as the log line shows it.";
    issuer_differs_by_scheme: "the issuers differ only in http and https",
        "Issuers are compared byte by byte, and PropelAuth's begin with `https://`.",
        "Write `.issuer(…)`, PROPELAUTH_ISSUER or the auth URL as the log line shows it.";
    issuer_differs_by_loopback_name: "the issuers are two names of this machine",
        "`localhost` and 127.0.0.1 are interchangeable only with `.emulator()`.",
        "Call `.emulator()` or set PROPELAUTH_EMULATOR=1, or use one name everywhere.";
    issuer_differs_by_port: "the issuers differ only in the default port",
        "Issuers are compared byte by byte.",
        "Write `.issuer(…)` or PROPELAUTH_ISSUER as the log line shows it.";
    test_token_in_production: "the token is of a test environment",
        "Each environment has its own users and its own key. The frontend uses the test environment.",
        "Set the auth URL of the frontend to that of this service.";
    production_token_in_test: "the token is not of this test environment",
        "Each environment has its own users and its own key. This service uses a test environment, and the \
         frontend another one.",
        "Set the auth URL of the frontend to that of this service, or the other way around.";
    token_of_other_environment: "the token names another issuer",
        "Each environment has its own users and its own key.",
        "Check that client and service use the same environment.";
    development_key_token: "the token is signed with a published development key",
        "The emulator and the test utilities sign with it. Anyone can, so such tokens are accepted only with \
         `.emulator()`, on this machine.",
        "Against the emulator, call `.emulator()` or set PROPELAUTH_EMULATOR=1. In production, look for the \
         client that sends tokens of the emulator.";
    key_fetch_is_paused: "the verifier key may have been rotated, and cannot be fetched again yet",
        "After a fetch that brought no new key, there is none for `key_refresh_interval`, so that forged \
         tokens cause no load. A second rotation within the interval is noticed after it.",
        "Wait for the interval; the log line has the seconds. To end it at once, restart the service, or \
         lower `.key_refresh_interval(…)`.";
    key_is_fixed: "the token may be signed with a newer key than the one that was set",
        "The verifier key was set with `.verifier_key(…)` or PROPELAUTH_VERIFIER_KEY, so that it is never \
         fetched.",
        "Compare it with the key in PropelAuth's dashboard, or leave it out to have it fetched.";
    altered_token: "the token names this issuer, and its key has not signed it",
        "The token was changed or forged, or it was signed before the key was rotated.",
        "The client has to refresh its token. If this happens to all users, restart the service, and compare \
         its API key with the one in PropelAuth's dashboard.";
    encoded_token: "the token is encoded in another way",
        "It is percent-encoded, or has the signs `+`, `/` or `=`, which base64url does not have.",
        "Send the token as PropelAuth issued it.";
    truncated_token: "the token is a part of a JWT",
        "It was cut off, by a limit of a column, a cookie or a terminal, or copied in part.",
        "Send the whole token, with its three parts.";
    unsigned_token: "the token has the algorithm `none`",
        "Anyone can write such a token. It was made by hand, or by an attacker.",
        "Send the access token of PropelAuth.";
    symmetric_token: "the token is signed with a shared secret",
        "Its algorithm is HS256 or a sibling, as of tokens that an application signs itself.",
        "Send the access token of PropelAuth, which is signed with RS256.";
    id_token: "the token looks like an ID token of OpenID Connect",
        "An ID token tells the frontend who the user is, and is not for an API.",
        "Send the access token of the same response.";
    token_expired_long_ago: "the token expired more than a day ago",
        "The client keeps a token in a file or a variable and uses it again.",
        "Ask PropelAuth for a token when one is needed, and do not store it.";
    token_expired_just_now: "the token expired seconds ago",
        "The request was sent shortly before the expiry, or the clocks differ.",
        "Refresh tokens a minute before they expire. Set the clocks by NTP, or set `.leeway(…)`.";
    decorated_org_id: "the organization's id has signs around it",
        "Quotes or braces of JSON or of a template became part of the URL.",
        "Let the client send the id alone.";
    org_id_is_placeholder: "the organization's id is a placeholder",
        "The client has no organization yet, or a template was not filled in.",
        "Let the client wait until an organization is chosen.";
    org_id_in_other_form: "the organization's id is written in another way",
        "Ids are compared byte by byte, in lower case and with hyphens.",
        "Let the client send the id as PropelAuth returns it.";
    org_name_as_id: "the request has the organization's name in place of its id",
        "The guard looks organizations up by id.",
        "Let the client send the id, or look it up by name: `|request| \
         request.path_param(\"org\").map(RequiredOrg::name)`.";
    org_id_as_name: "the request has the organization's id in place of its name",
        "The guard looks organizations up by name.",
        "Let the client send the URL-safe name, or look it up by id.";
    org_name_in_other_form: "the organization's name is written in another way",
        "Names are compared byte by byte with the URL-safe name.",
        "Let the client send the URL-safe name in the log line.";
    user_id_as_org_id: "the request has the user's id in place of the organization's",
        "The two look alike.",
        "Let the client send the id of an organization, such as from `orgHelper`.";
    other_org_is_active: "the token is for another organization only",
        "The client asked for a token of one active organization, and calls a route of another one.",
        "Let the client ask for a token of the organization that it calls, or for one of all organizations.";
    user_in_no_org: "the user is in no organization",
        "The token lists none. A membership that is newer than the token is not in it.",
        "Add the user to an organization, and let the client refresh its token.";
    empty_requirement: "the requirement is empty",
        "A role or a permission is an empty text, such as from a setting that is not set.",
        "Give the requirement a name.";
    two_step_up_grants: "step-up grants for two actions are required",
        "A request has one grant, and a grant is for one type of action.",
        "Require one of them, or combine the two with `or`.";
    name_with_whitespace: "the required role or permission has whitespace around it",
        "No role and no permission has, so that every member is denied.",
        "Remove the whitespace in the program or in the setting.";
    role_in_other_case: "the user has the role in another case",
        "Roles are compared byte by byte: `admin` is not `Admin`.",
        "Write the role in the program as PropelAuth's dashboard shows it.";
    permission_in_other_case: "the user has the permission in another case",
        "Permissions are compared byte by byte.",
        "Write the permission in the program as PropelAuth's dashboard shows it.";
    permission_as_role: "a permission is required as a role",
        "The user has a permission of this name.",
        "Use `InOrgWithPermission` or `Requirement::permission`.";
    role_as_permission: "a role is required as a permission",
        "The user has a role of this name.",
        "Use `InOrgWithRole`, `InOrgWithMinimumRole` or `Requirement::minimum_role`.";
    higher_role_held: "the user has a higher role than the one that is required exactly",
        "`InOrgWithRole` and `Requirement::role` deny higher roles.",
        "Use `InOrgWithMinimumRole` or `Requirement::minimum_role`, unless higher roles are to be denied.";
};
