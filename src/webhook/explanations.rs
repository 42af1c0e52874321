//! What the codes of webhooks mean, and what to do about each.

use crate::words::explanation::{Explanation, explanations};

/// The explanations of [`WebhookError::code`](super::WebhookError::code) and of
/// [`WebhookSecretError::code`](super::WebhookSecretError::code).
pub(crate) const EXPLANATIONS: &[Explanation] = explanations! {
    webhook_header_missing: "the request has not all headers of a webhook (400)",
        "It is not from Svix, which sends PropelAuth's webhooks, or a proxy dropped a header.",
        "Look for a proxy that drops `svix-id`, `svix-timestamp` or `svix-signature`. Other requests to this route \
         can be ignored.";
    webhook_headers_ambiguous: "the headers of the webhook occur more than once (400)",
        "One of them is there twice, or there are `svix-…` and `webhook-…` headers: another program could verify \
         one value and this one use the other.",
        "Look for a proxy that adds headers.";
    webhook_header_malformed: "a header of the webhook cannot be read (400)",
        "The id is not visible ASCII without a dot, or the timestamp is not a number of seconds.",
        "Svix sends no such headers. If a proxy rewrites them, let it pass them unchanged.";
    webhook_timestamp: "the webhook is too old, or from the future (400)",
        "It was recorded and sent again by someone else, or a clock is wrong.",
        "Set the clock of this machine by NTP. To send a webhook again, use the dashboard: that signs it with the time of then.";
    webhook_signature: "the webhook was not signed with the secret (400)",
        "The secret is that of another endpoint or environment, or something changed the body on the way: each \
         byte counts.",
        "Compare PROPELAUTH_WEBHOOK_SECRET with the signing secret of this endpoint in PropelAuth's dashboard. \
         Look for a proxy or a middleware that parses and prints JSON.";
    webhook_encoded: "the body of the webhook is encoded (415)",
        "It has a `Content-Encoding`. Svix sends none, and decompressing what is not verified is dangerous.",
        "Let the proxy in front pass the body unchanged.";
    webhook_too_large: "the body of the webhook is too large (413)",
        "It is larger than the limit, 256 KiB by default.",
        "If Svix sent it, raise `.max_body_bytes(…)`.";
    webhook_body_incomplete: "the body of the webhook did not arrive (400 or 408)",
        "The connection was cut, or the body took more than 5 seconds.",
        "Look at the proxy in front, if all webhooks end so.";
    webhook_not_an_event: "the webhook is signed, but its body is not an event (400)",
        "It is not a JSON object, or a member occurs twice. The endpoint may be used by another \
         sender.",
        "Use an endpoint of its own for PropelAuth. If PropelAuth sent it, please report the log line.";
    webhook_no_verifier: "a handler takes a `Webhook`, and there is no verifier (500)",
        "No `WebhookVerifier` is in the app data.",
        "Add `.app_data(verifier)` to the app.";
    webhook_published_secret: "the secret is the published one of the emulator (500)",
        "Anyone can sign with it, so it is accepted only with a handle for an emulator.",
        "Set PROPELAUTH_WEBHOOK_SECRET to the signing secret of the endpoint in PropelAuth's dashboard.";
    webhook_mark_not_shared: "other instances could not be told of the webhook (503)",
        "The fleet's server did not accept the marks. They hold on this instance.",
        "Nothing is lost: Svix sends the webhook again. Look at the fleet's server.";
    webhook_in_progress: "the same webhook is being handled (503)",
        "Svix sent it again while the application was still at it.",
        "Let `on_event` return within some seconds, and queue what takes longer.";
    webhook_handler_failed: "the application could not handle the webhook (500)",
        "`on_event` returned the error in the log line.",
        "Nothing is lost: Svix sends the webhook again, for about 28 hours.";
    webhook_handler_too_slow: "the application took too long for the webhook (503)",
        "`on_event` was stopped, because Svix waits 15 seconds.",
        "Let `on_event` write to a queue, and do the work from there.";
    webhook_secret_missing: "PROPELAUTH_WEBHOOK_SECRET is not set",
        "`WebhookVerifier::from_env` reads it.",
        "Set it to the signing secret of the endpoint in PropelAuth's dashboard. For the emulator, `propelauth-dev` \
         prints it.";
    webhook_secret_variable: "the value of PROPELAUTH_WEBHOOK_SECRET has something around it or in its place",
        "Quotes, comments, `export` and placeholders are not part of a secret.",
        "Write the value alone.";
    webhook_secret_empty: "the webhook secret is empty",
        "There is nothing, or nothing after `whsec_`.",
        "Copy the signing secret of the endpoint from PropelAuth's dashboard.";
    webhook_secret_malformed: "the webhook secret is not `whsec_` and base64",
        "It is another key, or was not copied whole.",
        "Copy the signing secret of the endpoint from PropelAuth's dashboard, without spaces and line breaks.";
    webhook_secret_too_short: "the webhook secret has less than 24 bytes",
        "It was not copied whole, or made up: a short secret can be guessed.",
        "Copy the signing secret of the endpoint from PropelAuth's dashboard.";
    webhook_secret_published: "the webhook secret is the published one of the emulator",
        "Anyone can sign with it.",
        "Use the signing secret of the endpoint. To work against the emulator, set PROPELAUTH_EMULATOR=1.";
};
