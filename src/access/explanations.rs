//! What the codes of denials mean, and what to do about each.

use super::hint::HINTS;
use crate::words::explanation::{Explanation, explanations};

/// The explanations of denials and of the hints in their log lines.
pub(crate) const EXPLANATIONS: [&[Explanation]; 2] = [DENIALS, HINTS];

/// The explanations of [`Denied::code`](crate::Denied::code), in the order of its variants.
const DENIALS: &[Explanation] = explanations! {
    no_credentials: "the request has no bearer token (401)",
        "There is no `Authorization` header, or it has another scheme than `Bearer`. Callers who have not \
         logged in yet end here, too.",
        "Send `Authorization: Bearer <access token>`. If the client does, look for a proxy or a redirect \
         that drops the header, and for CORS middleware that has to be outside of the auth middleware.";
    multiple_authorization_headers: "the request has more than one `Authorization` header (401)",
        "A proxy in front could check one of the headers, and this service another.",
        "Send the header once. A proxy that sets it must replace the caller's, and not append to it.";
    invalid_header_bytes: "the `Authorization` header has bytes that are not visible ASCII (401)",
        "A token consists of letters, digits and a few ASCII signs. Other bytes come from copying out of a \
         document, or from a line break or a NUL at the end of a file.",
        "Send the token as PropelAuth issued it, without anything around it.";
    not_one_token: "`Bearer` is not followed by exactly one token (401)",
        "There is a second word, a comma, a tab, or a space after the token.",
        "Send `Authorization: Bearer <access token>` with one space and one token.";
    ambiguous_credentials: "the request has different credentials in two places (401)",
        "The middleware reads the token from several places, and two of them have different texts. A proxy in \
         front could check one, and this service another. A cookie may have a token that is older than the \
         one in the header.",
        "Let the client send the token in one place. Remove a cookie that is no longer used.";
    repeated_credential: "the place of the token occurs twice in the request (401)",
        "There are two cookies, parameters or WebSocket protocols of the name that the middleware reads. Two \
         cookies of a name differ in their path or domain; a host of the same domain may have set one.",
        "Delete one of the cookies, and name the cookie with the prefix `__Host-`, so that no other host can set \
         it.";
    credential_not_one_token: "the place of the token does not have one word of visible ASCII (401)",
        "There is a space, a comma, or a character of another alphabet in it. It may have been encoded.",
        "Put the token into the place as PropelAuth issued it.";
    token_is_empty: "the bearer token is empty (401)",
        "The client sent the header before it had a token.",
        "Let the client wait until it has a token, and leave the header out if no user is logged in.";
    token_is_placeholder: "the bearer token is a placeholder such as `undefined` or `<token>` (401)",
        "JavaScript writes `undefined` or `null` if a variable without a value becomes part of a text, and \
         documentation writes `<token>`.",
        "Let the client wait until it has a token, and send that in place of the placeholder.";
    token_in_quotes: "the bearer token has quotes around it (401)",
        "The client encoded the token as JSON, or a file with the token had quotes.",
        "Send the token without quotes: parse the JSON, and do not stringify a text.";
    token_is_api_key: "the bearer token is an API key and not an access token (401)",
        "The text is hexadecimal, as the keys of PropelAuth are. Access tokens are JWTs, which begin with \
         `eyJ`.",
        "If programs may use the route, add `.accept_api_keys(ApiKeys::new())` to the middleware. If it is the backend \
         integration key, replace it in the dashboard: no client may have it.";
    token_is_opaque: "the bearer token is an opaque text, such as a refresh token or a session id (401)",
        "Access tokens are JWTs: three parts with dots between them.",
        "Send the access token, which is `accessToken` in PropelAuth's frontend libraries.";
    token_is_encrypted: "the bearer token is encrypted (401)",
        "It has the five parts of a JWE, and access tokens are signed, in three parts. It is of another \
         system, such as the session cookie of a web framework.",
        "Send PropelAuth's access token.";
    not_a_jwt: "the bearer token is not a JWT (401)",
        "It is not three parts of base64url with dots between them. It may have been cut off by a limit of \
         a proxy, a column or a cookie.",
        "Send the whole access token, unchanged.";
    wrong_token_header: "the header of the token is not that of an access token (401)",
        "Access tokens are signed with RS256 and are of type JWT. Tokens of other systems, and forged ones, \
         have another algorithm or type.",
        "Send the access token of PropelAuth, and not one of another issuer.";
    wrong_signature: "the token was not signed with the verifier key in use (401)",
        "The token is of another environment, such as the test environment, or it was changed, or the \
         signing key was rotated and the new key has not been fetched yet.",
        "Compare the auth URL of the client with that of the service. If `.verifier_key(…)` is set, compare \
         it with the one in PropelAuth's dashboard.";
    wrong_claims: "the claims of the token are not those of an access token (401)",
        "A claim is missing, has another type, or occurs twice. An ID token of OpenID Connect is signed with \
         the same key and has other claims.",
        "Send the access token. If it is one, please report the log line: PropelAuth's tokens have changed.";
    wrong_issuer: "the token names another issuer (401)",
        "The issuer is compared byte by byte with that of the service, by default the auth URL. The \
         project's key signed the token, so the configuration of the service may be wrong.",
        "Set `.issuer(…)` or PROPELAUTH_ISSUER to the issuer in the log line, or leave both out if the auth \
         URL is the issuer.";
    wrong_audience: "the token is for another audience (401)",
        "`.audience(…)` is set, and the `aud` of the token does not have it. By default, PropelAuth's tokens \
         have no `aud`.",
        "Leave `.audience(…)` out, or have tokens issued for this audience.";
    token_expired: "the token has expired (401)",
        "An access token is valid for a short time, by default 30 minutes. If it expired seconds ago, a clock \
         may be wrong.",
        "The client has to refresh its token; PropelAuth's libraries do so. Set the clocks by NTP, or allow \
         for a difference with `.leeway(…)`.";
    token_not_yet_valid: "the token is not valid yet (401)",
        "Its `nbf` is in the future, by the clock of this service.",
        "Set the clocks by NTP, or allow for a difference with `.leeway(…)`.";
    token_inactive: "PropelAuth says that the token is not active (401)",
        "The token for the protected resource is unknown, has expired, or was revoked. An access token of a browser is \
         none: a protected resource takes what an OAuth client got for it.",
        "Let the client get a token as the challenge says, or refresh the one that it has. An MCP client does both.";
    token_stale: "the token was issued before a change (401)",
        "A mark says that tokens of this time no longer speak for the user, or for the membership: a webhook, a \
         call of this service or the application set it. Or marks of the fleet were lost, so that it is not \
         known what changed. Or the clock was set back, and the token had expired before (`clock_set_back`). Or \
         the token lives longer than marks are kept, and one about it may have been dropped (`forgotten`).",
        "The client has to refresh its token; PropelAuth's libraries do so after a 401. If new tokens are denied as \
         well because a clock was ahead, set it by NTP, and restart the service. If the cause is `forgotten`, set \
         `.token_lifetime(…)` to the longest life of a token.";
    unknown_api_key: "PropelAuth does not know the API key (401)",
        "It was deleted, it has expired, or it was never a key of this project and environment. If it was \
         imported, the middleware must accept imported keys.",
        "Let the caller send a key that is listed in PropelAuth. For imported keys, write \
         `ApiKeys::new().validate_imported()`.";
    not_an_api_key: "the header for API keys has a text that cannot be a key (401)",
        "PropelAuth's keys are hexadecimal, and a key is one word of visible ASCII. A token belongs into the \
         header `Authorization`, after `Bearer`.",
        "Send the key as PropelAuth created it. For imported keys, write `ApiKeys::new().validate_imported()`.";
    api_key_of_disabled_user: "the user of the API key is disabled (401)",
        "The account behind the key was disabled in PropelAuth.",
        "Enable the user, or let the caller use a key of another one.";
    integration_key_from_caller: "a caller sent the integration key of this backend (401)",
        "The key opens all of the project's data, and no client may have it. Either it was leaked, or a \
         program of yours uses it by mistake.",
        "Replace the integration key in PropelAuth's dashboard at once, and create an API key for the \
         organization or the user of the caller.";
    api_key_not_accepted: "a middleware inside does not accept API keys (401)",
        "A middleware outside accepts API keys, and this one does not. The strictest decides.",
        "Add `.accept_api_keys(…)` to the middleware inside, if programs may use the route.";
    org_not_in_request: "the request does not name exactly one organization (403)",
        "The header or the query parameter that the guard reads is missing, occurs twice, or cannot be \
         decoded.",
        "Let the client send it once, by the name in the log line.";
    no_path_parameter: "the guard reads a path parameter that there is none of (403)",
        "The route has no parameter of this name, or the guard runs before actix-web has matched the path: \
         around the app or an outer scope, or in `.guard(…)`. Every request is denied.",
        "Use the name in the pattern, as in `/orgs/{org_id}`, and wrap the resource or the route with the \
         guard. In `.guard(…)`, set the pattern with `.path_pattern(…)`.";
    no_active_org: "the token has no active organization (403)",
        "The route takes the organization from the token, and the client asked for a token of all \
         organizations of the user.",
        "Let the client ask for a token of one organization (`getAccessTokenForOrg`), or take the \
         organization from the request.";
    unusable_org: "the organization in the request is empty, or cannot be an id or a name (403)",
        "It has control characters, spaces in an id, or bytes that are not UTF-8.",
        "Let the client send the organization's id as PropelAuth returns it.";
    user_not_in_org: "the user is not a member of the organization (403)",
        "The token has no membership in the organization that the request names. A membership that is newer \
         than the token is not in it.",
        "Check the id in the log line. If the user was just added, let the client refresh its token.";
    ambiguous_org_name: "more than one organization of the user has the name (403)",
        "Choosing one of them could give access to the wrong one.",
        "Name the organization by its id.";
    org_name_not_unique: "the name of the organization does not identify it (403)",
        "It is a display name, and any other organization may have the same.",
        "Name the organization by its id, or by the URL-safe name in the log line.";
    insufficient_scope: "the token lacks a scope (403)",
        "The route or the tool requires scopes that the user has not given to the OAuth client. The challenge names \
         them.",
        "An MCP client asks its user for them. If it cannot, define the scopes on the page MCP of PropelAuth's dashboard, and \
         compare them with those of `.require_scopes([…])` and `.require_scope(…)`.";
    unclear_key_owner: "the API key is valid and has no clear owner (403)",
        "The key was created without a user and without an organization, or PropelAuth's answer has an id \
         without the user or the organization that belongs to it.",
        "Create the key for a user, for an organization, or for both.";
    key_user_not_in_org: "the user of the organization's API key is not a member of the organization (403)",
        "The key belongs to the organization and is bound to a user, who may have left.",
        "Delete the key, and create one for a member or for the organization alone. A setting of PropelAuth \
         deletes such keys when their user is removed.";
    not_a_user: "the caller is an organization, and the handler needs a user (403)",
        "The API key belongs to an organization and has no user. The handler takes `User` or `OptionalUser`.",
        "Let the caller send a token or a key of a user, or let the handler take `Principal`.";
    key_of_another_org: "the API key belongs to another organization (403)",
        "The request names one organization, and the key was created for another.",
        "Compare the id in the log line with the organization that the key was created for.";
    key_without_user: "the API key has no user, and a role or a permission is required (403)",
        "The key belongs to the organization itself. Only users have roles and permissions.",
        "Let the caller send a key of the organization that is bound to one of its members, or require only \
         membership with `InOrg`.";
    missing_role: "the user does not have the role (403)",
        "The user is a member, and the route requires exactly one role. The log line has the roles that the \
         user has.",
        "Give the user the role, or require a minimum role if higher roles may pass. Compare the spelling \
         with the roles in PropelAuth's dashboard.";
    missing_minimum_role: "the user has neither the role nor a higher one (403)",
        "The user is a member, and the roles of the user, with those below them, do not include the required \
         one.",
        "Give the user the role. Compare the spelling with the roles in PropelAuth's dashboard.";
    missing_permission: "the user does not have the permission (403)",
        "The user is a member, and no role of the user has the permission.",
        "Give the permission to a role of the user in PropelAuth's dashboard, and let the client refresh its \
         token.";
    missing_permissions: "the user does not have all of the permissions (403)",
        "The user is a member, and the roles of the user lack at least one of the permissions.",
        "Give the permissions to a role of the user in PropelAuth's dashboard, and let the client refresh its \
         token.";
    missing_any_role: "the user has none of the roles (403)",
        "The user is a member, and one of several roles is required. Higher roles do not count.",
        "Give the user one of the roles in PropelAuth, and let the client refresh its token.";
    missing_any_permission: "the user has none of the permissions (403)",
        "The user is a member, and one of several permissions is required.",
        "Give one of the permissions to a role of the user in PropelAuth's dashboard, and let the client refresh \
         its token.";
    no_requirement_met: "the user meets none of the alternatives (403)",
        "The user is a member, and one of several requirements has to be met (`Requirement::any`, `or`).",
        "The log line lists the alternatives. Give the user what one of them requires, and let the client refresh \
         its token.";
    no_step_up_grant: "the request has no step-up grant (401)",
        "The route requires that the user has just entered a code of the second factor, which the client proves by \
         a grant in the header `X-Step-Up-Grant`.",
        "Let the client get a grant (`auth.mfa()`), and send the request again with it.";
    malformed_step_up_grant: "the step-up grant is malformed (401)",
        "The header with the grant occurs more than once, or is not 1 to 512 visible ASCII characters.",
        "Let the client send the grant as it got it, in one header.";
    unknown_step_up_grant: "PropelAuth does not know the step-up grant (401)",
        "The grant has expired, was used up by another request, or is for another user or type of action.",
        "Compare the type of action of `require_step_up` or `Requirement::step_up` with that of the call which creates grants. Otherwise, let \
         the client get a new grant.";
    step_up_not_included: "the plan of the project does not include step-up MFA (500)",
        "A route requires a step-up grant, and PropelAuth answered that the project does not have this feature.",
        "Upgrade the plan of the project, or remove `auth.require_step_up(…)` and `Requirement::step_up(…)`.";
    step_up_not_awaited: "a requirement with a step-up grant was checked without waiting for PropelAuth (500)",
        "`authorize` and the `validate_…` methods make no calls, and a grant can only be verified by one. All \
         members who would be allowed are denied, whether or not the grant decides.",
        "Write `user.authorize_with_step_up(org_id, &requirement, &request).await?`, or use a guard in `.wrap(…)`.";
    step_up_guard_while_routing: "a guard that requires a step-up grant is in `.guard(…)`, where it cannot wait (500)",
        "Actix-web cannot wait for PropelAuth while it selects a route.",
        "Write `.route(guard.guard_route(web::get().to(handler)))`, or hand the guard to `.wrap(…)`.";
    key_without_step_up: "the caller sent an API key, and a step-up grant is required (403)",
        "A grant says that a person has just entered a code, and a program has no second factor. A grant that it \
         sends was meant for something else, so it is not used.",
        "Let a person do it, with a token. If programs may do it, give them an alternative, such as \
         `Requirement::step_up(…).or(Requirement::role(…))`.";
    other_origin: "another site may have made the browser send the request (403)",
        "The token is in a cookie, or in another place that browsers send on their own. The request may change \
         something or opens a WebSocket, and neither `Sec-Fetch-Site` nor `Origin` says that it comes from the \
         same origin. If it is one of your pages, it has another origin, or a proxy changes the header `Host`.",
        "Call `.allow_origin(…)` of the `TokenSource` with the origin in the log line, if it is yours. Programs \
         other than browsers should send the token in the `Authorization` header.";
    impersonated: "an employee is impersonating the user (403)",
        "The route is only for the user (`Requirement::not_impersonated`, or `.not_impersonated()` of the \
         middleware), and the token is of an employee who impersonates the user.",
        "Nothing, if this is as intended: end the impersonation to do it as the user would.";
    no_verifier_key: "no verifier key has been fetched yet (503)",
        "The service was built with `build_lazy`, and PropelAuth could not be reached since. A log line of \
         level `warn` has the cause. Requests without a token are not affected.",
        "Restore the connection to PropelAuth, or set `.verifier_key(…)`. Nothing has to be restarted.";
    membership_unreachable: "the membership of the user cannot be fetched (503)",
        "The route trusts no claim of a token and asks PropelAuth, which did not answer in time. The claims of \
         the token are not used in its place.",
        "Restore the connection to PropelAuth. If the claims may be trusted for this route, remove `.live()`.";
    api_key_unreachable: "an API key cannot be validated (503)",
        "PropelAuth did not answer in time, answered with an error, or limits the calls of this service; or \
         more unknown keys arrived at a time than may be asked about. The key may be valid, so the response is \
         not 401.",
        "Restore the connection to PropelAuth. The metric `propelauth.api_key.validations` tells a flood of \
         unknown keys (`busy`) from an outage (`unreachable`).";
    introspection_unreachable: "PropelAuth cannot be asked about a token (503)",
        "PropelAuth did not answer in time, answered with an error, or limits the calls of this service; or more \
         unknown tokens arrived at a time than may be asked about. The token may be active, so the response is not \
         401.",
        "Restore the connection to the auth URL. Nothing has to be restarted.";
    step_up_grant_unreachable: "a step-up grant cannot be verified (503)",
        "PropelAuth did not answer in time, answered with an error, or limits the calls of this service; or more \
         grants arrived at a time than may be asked about. A grant is never accepted unverified.",
        "Restore the connection to PropelAuth. If it limits the calls, let clients get grants of the type \
         `TimeBased`, or require fewer.";
    fleet_unreachable: "changes that other instances reported cannot be read (503)",
        "The last contact with the store of the fleet is longer ago than the setting permits, so that a role \
         that was taken away might still count.",
        "Restore the connection to the store. Nothing has to be restarted.";
    token_too_long: "the token is longer than `max_token_len` (431)",
        "A token lists every organization of its user, so users in many organizations have long tokens.",
        "Raise `.max_token_len(…)`, and the limits of proxies in front, or let the client ask for tokens of \
         one organization.";
    api_key_rate_limited: "the owner of the API key uses it too often (429)",
        "The project limits how often a user or an organization uses its keys, and PropelAuth counts one use \
         for each validation. `Retry-After` says how long to wait.",
        "Let the client wait for as long as `Retry-After` says. To count fewer uses, raise \
         `ApiKeys::cache_for`; the limit is set in PropelAuth's dashboard.";
    no_host: "the request names no host (400)",
        "The environment is chosen by host, and the request has neither a target with a host nor a header `Host`, \
         which HTTP/1.1 and HTTP/2 require.",
        "Let the client send the header. If it does, look for a proxy that drops it.";
    several_hosts: "the request names more than one host (400)",
        "The environment is chosen by host, and there are several headers `Host`, or one that differs from the \
         host of the target. A proxy in front may have read another one.",
        "Let the client or the proxy send one host.";
    malformed_host: "the host of the request is neither a name nor an address (400)",
        "The environment is chosen by host, and the header `Host` has another form than `name:port`.",
        "Let the client send the name alone, in ASCII, with the port if it is not the default one.";
    unknown_host: "no environment is for the host of the request (421)",
        "The environment is chosen by host, and the host is not in the list. Scanners and health checks send \
         the address of the machine. A proxy may replace the host; `X-Forwarded-Host` is not read, because any \
         caller can send it.",
        "Let the proxy pass the header `Host` on unchanged, or add the host to `Environments::by_host`. Put the \
         route of a health check outside of the middleware.";
    unknown_path: "no environment is for the path of the request (404)",
        "The environment is chosen by path, and the path is below none of the prefixes. They are compared by \
         whole segments, in their case.",
        "Add the prefix to `Environments::by_path`, or the prefix `/` for all other paths. Put routes that need \
         no environment outside of the middleware.";
    ambiguous_path: "the path can be read in two ways (404)",
        "The environment is chosen by path, and the path has a segment that is empty, `.` or `..`. Another \
         middleware, such as one that merges slashes, would read it as another path.",
        "Let the client send the path without such segments. To accept repeated slashes, wrap actix-web's \
         `NormalizePath` outside, so that the path is normalized before the environment is chosen.";
    too_many_step_up_grants: "the user sends too many step-up grants (429)",
        "PropelAuth did not know ten of them within a minute, or more than 20 arrived at a time. Each costs a call. \
         Either a client sends a grant again that has expired, or another program with the user's token is trying.",
        "Let the client get a new grant after a 401, and not repeat the request with the same one.";
    no_middleware: "a guard or a handler needs the user, and no middleware authenticated the request (500)",
        "There is no `auth.require_user()` around the route, or it is inside of the guard: the last `.wrap` \
         runs first.",
        "Wrap the app, scope or resource in `auth.require_user()`, after the guards.";
    no_guard: "a handler takes `OrgMemberInfo`, and no guard checked an organization (500)",
        "A guard in `.guard(…)` only selects between routes, and checks nothing for the handler.",
        "Wrap the route with a guard, as in `.wrap(InOrg::new(org_id::path(\"org_id\")))`.";
    live_guard_while_routing: "a guard with `.live()` is in `.guard(…)`, where it cannot wait (500)",
        "Actix-web cannot wait for PropelAuth while it selects a route.",
        "Write `.route(guard.guard_route(web::get().to(handler)))`, or hand the guard to `.wrap(…)`.";
    no_mcp_middleware: "a handler takes `McpCaller`, and no middleware required a token (500)",
        "There is no `.wrap(resource.require_scopes([…]))` around the route.",
        "Wrap the resource or scope of the route with it.";
    introspection_rejected: "PropelAuth rejected the introspection credentials of this backend (500)",
        "The client id or the secret of `auth.mcp_resource(…)` is wrong or of another environment, or MCP \
         authentication is not enabled for the environment of the auth URL.",
        "Create introspection credentials on the page MCP of PropelAuth's dashboard, and see there for which \
         environments MCP authentication is enabled.";
    integration_key_rejected: "PropelAuth rejected the integration key of this backend (500)",
        "An API key of an end user has to be validated, and PropelAuth accepts no call of this backend. The \
         key was revoked, or is of another environment than the auth URL.",
        "Set `PROPELAUTH_API_KEY` to a key that the dashboard shows under Backend Integration for this \
         environment.";
};
