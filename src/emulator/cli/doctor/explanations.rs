//! The mistakes that the doctor knows: what each is called, why it fails, and what to do.
//!
//! The first part is what goes wrong most often between a service, its environment and PropelAuth. The
//! second part is what the same requests show besides. Other mistakes in the variables have the code of
//! their [`InitError`](crate::InitError).

use crate::{
    propel_auth::explanation,
    words::explanation::{Explanation, explanations},
};

/// All mistakes, in the order in which they are looked for.
pub(in crate::emulator::cli) const EXPLANATIONS: &[Explanation] = explanations! {
    auth_url_with_path: "the auth URL has a path or a query",
        "The auth URL is an origin, and the issuer of tokens is derived from it; a copied login page has \
         more.",
        "Set PROPELAUTH_AUTH_URL to scheme and host alone.";
    auth_url_with_http: "the auth URL is http",
        "Without TLS, anyone on the way could read and replace what PropelAuth sends. Only an emulator \
         on this machine has http, and PROPELAUTH_EMULATOR says that it is one.",
        "Write https, or set PROPELAUTH_EMULATOR=1 for the emulator.";
    auth_url_of_another_environment: "the auth URL is of another environment",
        "Test, staging and production each have an auth URL, a key and users of their own; tokens of one \
         are denied by the others.",
        "Copy PROPELAUTH_AUTH_URL from the environment that the key belongs to.";
    auth_url_with_other_loopback_name: "the auth URL and the issuer name this machine differently",
        "Issuers are compared byte for byte. This crate takes the names of this machine for one another, \
         and PropelAuth's other SDKs deny every token.",
        "Write the same name in PROPELAUTH_AUTH_URL as the emulator's issuer has.";
    issuer_setting_with_slash: "the issuer ends with a slash",
        "Issuers are compared byte for byte, and PropelAuth's have no slash at the end, so that every \
         token is denied.",
        "Write PROPELAUTH_ISSUER without the slash, or remove it.";
    api_key_of_another_environment: "the integration key is of another environment",
        "PropelAuth knows the key, if at all, for another environment than that of the auth URL; or the \
         key was revoked.",
        "Create a backend integration key in the environment of the auth URL.";
    api_key_in_quotes: "the integration key has quotes around it",
        "`docker --env-file`, Kubernetes and others keep quotes as part of the value, and PropelAuth \
         does not know that key.",
        "Write PROPELAUTH_API_KEY without quotes.";
    api_key_with_scheme: "the integration key was pasted with `Bearer`",
        "The scheme is added to the key anyway, so that it would be sent twice.",
        "Write the key alone into PROPELAUTH_API_KEY.";
    verifier_key_is_private: "the verifier key is a private key",
        "Tokens are verified with the public key; anyone with the private one can sign tokens of any \
         user. PropelAuth never shows it.",
        "Remove PROPELAUTH_VERIFIER_KEY, and treat that private key as leaked.";
    verifier_key_is_certificate: "the verifier key is a certificate",
        "A certificate contains a public key, and is not one; PropelAuth shows a PUBLIC KEY.",
        "Remove PROPELAUTH_VERIFIER_KEY, and the right key is fetched.";
    verifier_key_of_another_environment: "the verifier key is of another environment",
        "PropelAuth signs the tokens of this auth URL with another key, so that every token is denied. A \
         rotation of the key has the same effect.",
        "Take the key of this environment, or remove PROPELAUTH_VERIFIER_KEY.";
    verifier_key_with_broken_lines: "the verifier key has lost its line breaks or its end",
        "Many programs that set variables end a value at the first line break, or take the breaks away; \
         without them it is not PEM.",
        "Write the key on one line with \\n for each line break.";
    clock_is_off: "a clock is off by more than the leeway",
        "Tokens are valid from one time to another. With a clock that is ahead they expire too early, \
         and with one that is behind too late.",
        "Synchronize the clock (NTP), or set a leeway.";
    propelauth_name_unknown: "the name of PropelAuth's host cannot be resolved",
        "Without an address there is no connection, and without that no verifier key.",
        "Check the host's spelling and the DNS of this machine.";
    propelauth_refuses_connections: "nothing listens where PropelAuth should be",
        "The host was reached, and refused the connection: the emulator is not running, has another \
         port, or a firewall rejects the connection.",
        "Start the emulator, or correct the port in PROPELAUTH_AUTH_URL.";
    propelauth_tls_fails: "no secure connection to PropelAuth",
        "The certificate is not trusted, is for another name or another time, or what listens there does \
         not speak TLS.",
        "Trust the company's certificate with the feature rustls-native-roots, or set the clock.";
    propelauth_proxy_fails: "the proxy leads to nothing",
        "HTTPS_PROXY or ALL_PROXY names a proxy that cannot be reached, or that refuses to connect to \
         PropelAuth.",
        "Correct the proxy's URL, or list PropelAuth's host in NO_PROXY.";
    tls_feature_missing: "the build has no TLS feature",
        "With `default-features = false`, the crate is built without TLS, and PropelAuth is reached with \
         https only.",
        "Enable `rustls`, `rustls-native-roots` or `openssl`.";
    emulator_variables_in_production: "a variable of the emulator is set in production",
        "The emulator's signing key is published: where it is accepted, anyone can sign tokens of any \
         user.",
        "Remove PROPELAUTH_EMULATOR, and take auth URL and keys of production.";
    service_not_running: "the service is not running",
        "Nothing accepts connections at its URL.",
        "Start it, and look at its log: a service that cannot be configured ends at once.";
    service_on_another_port: "the service is on another port",
        "Nothing of the service is at the port that was asked, and something is at another.",
        "Correct the URL of the clients, or the port that the service binds.";
    middleware_missing: "a handler takes the user, and no middleware is around it",
        "An extractor or guard finds the user that the middleware has verified. Without the middleware, \
         the route responds with 500 to everyone.",
        "Put `.wrap(auth.require_user())` around the route.";
    auth_outside_of_cors: "the authentication is outside of the CORS middleware",
        "A browser sends a preflight without a token, and shows a page only responses with CORS headers. \
         A denial from outside of the CORS middleware has none, so that the page sees a network error in \
         place of a 401.",
        "Wrap the CORS middleware last, as the last wrap runs first; add it if there is none.";
    route_without_token: "a route responds without a token",
        "Nothing around this route requires a user.",
        "Put `.wrap(auth.require_user())` around it; a guard in `.guard(…)` protects nothing.";
    role_unknown: "the code requires a role that the project does not have",
        "Roles are compared exactly, with their case. No user has this one, so that everyone is denied.",
        "Write the role as the dashboard shows it.";
    permission_unknown: "the code requires a permission that the project does not have",
        "Permissions are compared exactly, with their case. No user has this one, so that everyone is \
         denied.",
        "Write the permission as the dashboard shows it.";
    header_limit_too_small: "a limit on headers is below the length of a token",
        "A token lists every organization of its user, and a proxy in front of the service rejects the \
         longer ones before they reach it.",
        "Raise the proxy's limit to 32 KiB, or ask for tokens of one active organization.";
    redirect_drops_authorization: "a redirect leads to another origin",
        "Clients follow a redirect to another scheme, host or port without `Authorization`, so that the \
         token is lost on the way.",
        "Have clients use the target as their base URL.";
    // What the same requests show besides.
    propelauth_does_not_respond: "PropelAuth does not respond",
        "No connection, or no response in time: a firewall, a route or an outage.",
        "Check the network of this machine.";
    not_propelauth: "something else responds where PropelAuth should be",
        "The response is not one of PropelAuth's backend API.",
        "Correct PROPELAUTH_AUTH_URL, and the proxy if there is one.";
    issuer_of_another_environment: "the issuer is of another environment",
        "Tokens of this environment name another issuer, so that every token is denied.",
        "Remove PROPELAUTH_ISSUER, or set it to the issuer that tokens name.";
    service_of_another_environment: "the running service denies valid tokens",
        "A new token that these variables accept is denied: the service was started with others, or \
         before they were changed.",
        "Restart the service with the variables that were checked here.";
    service_has_no_key: "the service has no verifier key",
        "It was built with `build_lazy`, and has not reached PropelAuth yet.",
        "Run the doctor on the machine of the service.";
    authorization_removed: "something removes the `Authorization` header",
        "A token was sent, and the service responds as if there were none: a proxy in front keeps the \
         header to itself.",
        "Have the proxy pass `Authorization` on.";
    route_not_found: "a route does not exist",
        "The service has no such path or method; or another program has this port.",
        "Correct the path, or the URL of the service.";
    cors_origin_not_allowed: "CORS does not allow the page's origin, or the method",
        "The response to the preflight does not name the origin, so that the browser sends no request.",
        "Allow the origin in the CORS middleware, or add that middleware.";
    cors_without_authorization: "CORS does not allow the `Authorization` header",
        "The browser sends no request with a token unless the preflight's response names \
         `authorization`; `*` does not include it.",
        "Allow the header in the CORS middleware.";
};

/// Returns the explanation of a code, of the doctor or of the crate.
pub(super) fn explain(code: &str) -> Option<&'static Explanation> {
    let own = EXPLANATIONS.iter().find(|it| it.code == code);
    own.or_else(|| explanation(code))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, env, fmt::Write as _, fs};

    use super::EXPLANATIONS;

    const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/doctor.md");

    #[test]
    fn each_code_is_the_doctors_alone() {
        let own: HashSet<_> = EXPLANATIONS.iter().map(|it| it.code).collect();
        assert_eq!(own.len(), EXPLANATIONS.len());
        let other = crate::explanations().find(|it| own.contains(it.code));
        assert_eq!(other.map(|it| it.code), None);
    }

    #[test]
    fn the_document_has_the_table() {
        const START: &str = "| Code | Mistake | What to do |\n| --- | --- | --- |\n";

        let mut table = START.to_owned();
        for it in EXPLANATIONS {
            let (code, title, remedy) = (it.code, it.title, it.remedy.replace('|', "\\|"));
            writeln!(table, "| [`{code}`](#{code}) | {title} | {remedy} |").unwrap();
        }
        let document = fs::read_to_string(DOCUMENT).unwrap();
        let (before, rest) = document.split_once(START).unwrap();
        let (_, after) = rest.split_once("\n\n").unwrap();
        let wanted = format!("{before}{table}\n{after}");
        if env::var_os("UPDATE_DOCTOR").is_some() {
            fs::write(DOCUMENT, wanted).unwrap();
        } else {
            assert_eq!(
                document, wanted,
                "run with UPDATE_DOCTOR=1 to update docs/doctor.md"
            );
        }
    }
}
