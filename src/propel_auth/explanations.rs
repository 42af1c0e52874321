//! What the codes of start-up failures mean, and the list of all codes of the crate.

use crate::{
    access, call, webhook,
    words::explanation::{Explanation, explanations},
};

/// The explanations of [`InitError::code`](crate::InitError::code) and
/// [`EnvironmentsError::code`](crate::EnvironmentsError::code), in the order of their variants.
const EXPLANATIONS: &[Explanation] = explanations! {
    missing_variable: "an environment variable is not set",
        "`from_env` reads it from the environment of the process. A `.env` file is not read unless the \
         program does so, for example with `dotenvy`.",
        "Set the variable that the message names. PropelAuth's dashboard shows its value under Backend \
         Integration, and `propelauth-dev` prints those of the emulator.";
    variable_not_unicode: "an environment variable is not valid Unicode",
        "The file that it comes from has another encoding, such as UTF-16.",
        "Save the file as UTF-8.";
    unusable_variable: "an environment variable has more than its value, or a placeholder",
        "`docker --env-file`, Kubernetes and systemd treat quotes, comments and references differently, so \
         that they became part of the value.",
        "Write the value alone: `NAME=value`, without quotes, `export`, comments and references.";
    unusable_setting: "a setting of the builder cannot work",
        "Every token or every call would fail with it, or no token would expire.",
        "Change the setting as the message says, or leave it out.";
    invalid_flag: "a variable that is a switch is neither on nor off",
        "A typo must not turn it on: the emulator's published keys would then be accepted.",
        "Write `1` or `true` to turn it on, and `0` or `false`, or nothing, to turn it off.";
    unusable_auth_url: "the auth URL cannot be used",
        "It has to be an origin with https. A path usually comes from a copied login page. The emulator's \
         URL is accepted only with `.emulator()` or PROPELAUTH_EMULATOR.",
        "Copy PROPELAUTH_AUTH_URL from PropelAuth's dashboard, under Backend Integration. It looks like \
         `https://auth.example.com`.";
    unusable_base_url: "the base URL of the backend API cannot be used",
        "It has to be https, on another machine, and without query.",
        "Leave `.base_url(…)` out. For a forwarder on this machine, add `.allow_insecure_base_url()`.";
    unusable_api_key: "the API key is empty or visibly not a key",
        "It is one word of ASCII, without anything around it.",
        "Copy PROPELAUTH_API_KEY from PropelAuth's dashboard, under Backend Integration, as a whole and \
         alone.";
    unusable_issuer: "no token can name the issuer",
        "It is empty, or has whitespace, quotes or control characters.",
        "Leave `.issuer(…)` and PROPELAUTH_ISSUER out to expect the origin of the auth URL.";
    empty_audience: "the audience is empty",
        "No token is for an audience without a name.",
        "Leave `.audience(…)` out to accept tokens for any audience.";
    unusable_realm: "the realm cannot be sent in a header",
        "It is quoted in `WWW-Authenticate`.",
        "Use printable ASCII without quotes and backslashes in `.realm(…)`.";
    key_not_pem: "the verifier key is not PEM",
        "The line breaks were lost on the way through an environment variable, or it was not copied whole.",
        "Keep the lines from `-----BEGIN PUBLIC KEY-----` to the end, with line breaks as they are or as \
         `\\n`.";
    key_is_private: "the verifier key is a private key",
        "Tokens are verified with the public half. Anyone with the private half can sign tokens.",
        "Use the public key that PropelAuth's dashboard shows, and treat the private one as leaked.";
    key_is_other_pem: "the verifier key is a PEM of something else",
        "It is a certificate, or a key of another type.",
        "Use the PEM that begins with `-----BEGIN PUBLIC KEY-----` in PropelAuth's dashboard.";
    key_not_rsa: "the verifier key is not an RSA key",
        "PropelAuth signs with RS256, which needs one.",
        "Use the key that PropelAuth's dashboard shows under Backend Integration.";
    key_size: "the verifier key is too small or too large",
        "RSA keys below 2048 bits are not secure, and above 8192 bits too slow.",
        "Use the key that PropelAuth's dashboard shows under Backend Integration.";
    key_exponent: "the public exponent of the verifier key is weak",
        "Signatures with a small exponent have been forged.",
        "Use the key that PropelAuth's dashboard shows under Backend Integration.";
    key_is_breakable: "the verifier key is of a broken key generator (ROCA)",
        "The private half can be computed from the public one (CVE-2017-15361).",
        "Replace the key where it was generated.";
    development_key: "the verifier key is the published development key",
        "Anyone can sign tokens with it, so it is accepted only with `.emulator()`.",
        "Use the key of your environment. To work against the emulator, call `.emulator()` or set \
         PROPELAUTH_EMULATOR=1.";
    published_key: "the verifier key is a published development key, and the emulator is on another machine",
        "Anyone who reaches the service could sign tokens for it.",
        "In production, remove `.emulator()` and PROPELAUTH_EMULATOR. In containers, start the emulator \
         with `--expose`, which generates keys, or let the service share its network, and use http://127.0.0.1.";
    emulator_in_production: "the setting for an emulator is on, and the auth URL is not that of an emulator",
        "`.emulator()` or PROPELAUTH_EMULATOR=1 was left from development. An emulator serves http on this \
         machine or in the next container; https on another machine is PropelAuth.",
        "Remove the variable or the call. To work against an emulator, set PROPELAUTH_AUTH_URL to its URL.";
    verifier_key_not_set: "`build` needs a verifier key, and none is set",
        "`build` makes no connections.",
        "Call `.fetch_and_init().await`, which fetches the key, or set `.verifier_key(pem)`.";
    unknown_auth_url: "the backend API knows no environment for the auth URL",
        "The auth URL is misspelled, or is a custom domain that is not set up.",
        "Copy PROPELAUTH_AUTH_URL from PropelAuth's dashboard, under Backend Integration.";
    propelauth_unreachable: "PropelAuth could not be reached for its verifier key",
        "The message has the address and the operating system's error.",
        "Check name resolution, proxy and firewall of this machine. To start without PropelAuth, set \
         `.verifier_key(pem)`, or call `.build_lazy()`.";
    unexpected_key_response: "PropelAuth sent an unexpected response to the request for its verifier key",
        "Something else than PropelAuth responded, such as a proxy.",
        "Check the auth URL, the base URL if you set one, and the proxy.";
    fleet_not_joined: "the fleet could not be joined",
        "The Redis server cannot be reached, denies access, or has something else under the key of the stream.",
        "Check PROPELAUTH_REDIS_URL or the argument of `Fleet::redis`. To start without the server, call `.start_blind()`.";
    unusable_client: "the HTTP client could not be set up",
        "A proxy's URL cannot be used, or the TLS library found no usable roots.",
        "Check HTTPS_PROXY and ALL_PROXY, `.proxy(…)` and `.user_agent(…)`.";
    no_environments: "the list of environments is empty",
        "Every request would be denied.",
        "Give at least one handle to `Environments`.";
    same_issuer: "two handles accept tokens of the same issuer",
        "A token of one would speak in the other. Usually both handles were built with the same auth URL. All \
         loopback names of an emulator's port are one issuer.",
        "Build each handle with the auth URL of its own environment. To have one environment under several hosts \
         or prefixes, give clones of one handle.";
    unusable_host: "a text in place of a host is not one",
        "Hosts are compared as a whole, without case and port.",
        "Write the host alone, such as `eu.example.com`, and each host of several.";
    same_host: "a host occurs twice in the list of environments",
        "It is not known which of the two environments a request would be for.",
        "Give each host one environment.";
    unusable_prefix: "a text in place of a prefix of paths is not one",
        "Prefixes are compared by whole segments with the decoded path.",
        "Write a prefix such as `/eu`.";
    same_prefix: "a prefix occurs twice in the list of environments",
        "It is not known which of the two environments a request would be for.",
        "Give each prefix one environment.";
};

/// Returns the explanations of all codes of the crate: of denials, of the hints in their log lines, of
/// start-up failures, of failed calls and of webhooks.
///
/// ```
/// for explanation in actix_web_propelauth::explanations() {
///     println!("{}: {}", explanation.code, explanation.title);
/// }
/// ```
pub fn explanations() -> impl Iterator<Item = &'static Explanation> {
    let [denials, hints] = access::EXPLANATIONS;
    let (calls, webhooks) = (call::EXPLANATIONS, webhook::EXPLANATIONS);
    let tables = [denials, hints, EXPLANATIONS, calls, webhooks];
    tables.into_iter().flatten()
}

/// Returns the explanation of a code, or `None` if there is no such code.
///
/// ```
/// let explanation = actix_web_propelauth::explanation("token_expired").unwrap();
/// assert_eq!(explanation.title, "the token has expired (401)");
/// ```
#[must_use]
pub fn explanation(code: &str) -> Option<&'static Explanation> {
    explanations().find(|explanation| explanation.code == code)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{explanation, explanations};

    #[test]
    fn each_code_is_a_word_and_is_explained_once_in_full_sentences() {
        let mut codes = HashSet::new();
        for one in explanations() {
            let is_word = one
                .code
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(is_word, "{one:?}");
            assert!(codes.insert(one.code), "twice: {}", one.code);
            assert_eq!(explanation(one.code), Some(one));
            assert!(
                !one.title.is_empty() && !one.title.ends_with('.'),
                "{one:?}"
            );
            for text in [one.cause, one.remedy] {
                assert!(text.ends_with('.'), "{one:?}");
                assert!(!text.contains('\n') && !text.contains("  "), "{one:?}");
            }
        }
        assert_eq!(explanation("no_such_code"), None);
    }
}
