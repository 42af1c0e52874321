//! The page with the question for builds without pages: plain HTML, which works without scripts and styles.

use std::fmt::Write as _;

use url::Url;

use crate::emulator::{
    state::{OpenConsent, Session, Store},
    web::Reply,
};

pub(super) fn show(store: &Store, session: &Session, id: &str, consent: &OpenConsent) -> Reply {
    let user = store.users.get(&session.user_id);
    let email = user.map_or("", |user| user.metadata.email.as_str());
    let client = match consent.client_name.as_str() {
        "" => &consent.client_id,
        name => name,
    };
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Allow access</title>\n</head>\n<body>\n<main>\n\
         <h1>Allow {client} to act for you?</h1>\n\
         <p>You are logged in as <strong>{email}</strong>.</p>\n\
         <dl>\n<dt>Application</dt><dd>{client} ({client_id})</dd>\n\
         <dt>For the service</dt><dd>{resource}</dd>\n\
         <dt>Returns to</dt><dd>{redirect}</dd>\n</dl>\n\
         <form method=\"post\" action=\"/oauth/2.1/consent\">\n<input type=\"hidden\" name=\"id\" value=\"{id}\">\n",
        client = escaped(client),
        email = escaped(email),
        client_id = escaped(&consent.client_id),
        resource = escaped(&consent.resource),
        redirect = escaped(&consent.redirect_uri),
        id = escaped(id),
    );
    if !consent.scope.is_empty() {
        html.push_str("<fieldset>\n<legend>It may</legend>\n");
        for scope in &consent.scope {
            let scope = escaped(scope);
            let _ = writeln!(
                html,
                "<p><label><input type=\"checkbox\" name=\"scope\" value=\"{scope}\" checked> {scope}</label></p>"
            );
        }
        html.push_str("</fieldset>\n");
    }
    let orgs = user.map(|user| store.org_infos(user)).unwrap_or_default();
    if !orgs.is_empty() {
        html.push_str("<p><label>In the organization <select name=\"org_id\">\n");
        for org in orgs.values() {
            let (id, name) = (escaped(&org.org_id), escaped(&org.org_name));
            let _ = writeln!(html, "<option value=\"{id}\">{name}</option>");
        }
        html.push_str("<option value=\"\">none</option>\n</select></label></p>\n");
    }
    html.push_str(
        "<p><button name=\"decision\" value=\"allow\">Allow</button>\n\
         <button name=\"decision\" value=\"deny\">Do not allow</button></p>\n</form>\n</main>\n</body>\n</html>\n",
    );
    Reply::html(200, html)
        .header("content-security-policy", policy(&consent.redirect_uri))
        .header("referrer-policy", "same-origin")
        .header("x-content-type-options", "nosniff")
}

/// Chromium holds the redirect that follows a form against `form-action` as well.
fn policy(redirect_uri: &str) -> String {
    let url = Url::parse(redirect_uri).ok();
    let target = url.map_or_else(String::new, |url| {
        let target = match url.has_host() && ["http", "https"].contains(&url.scheme()) {
            true => url.origin().ascii_serialization(),
            false => format!("{}:", url.scheme()),
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+[]".contains(&byte);
        if target.bytes().all(is_plain) {
            target
        } else {
            String::new()
        }
    });
    format!(
        "default-src 'none'; form-action 'self' {target}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// Escapes a text for HTML. What a client says of itself is shown, and must not become part of the page.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{escaped, policy};

    #[test]
    fn what_a_client_says_of_itself_stays_text() {
        let text = "<script>\"&'";
        assert_eq!(escaped(text), "&lt;script&gt;&quot;&amp;&#39;");
    }

    #[test]
    fn a_redirect_uri_adds_one_source_and_no_directive() {
        for (uri, source) in [
            ("http://127.0.0.1:9/cb?a=b", " http://127.0.0.1:9;"),
            ("https://app.example.com/cb", " https://app.example.com;"),
            ("cursor://anysphere.cursor/cb", " cursor:;"),
        ] {
            assert!(
                policy(uri).contains(&format!("form-action 'self'{source}")),
                "{uri}"
            );
        }
        assert_eq!(policy("https://a;b.example/").matches("; ").count(), 3);
    }
}
