//! What a form refuses, whichever it is, and where no page leads.

use serde_json::json;

use super::{
    browser::{Browser, Form},
    list::{hosted_rows, rows},
    path_and_query, returning, start,
};

/// Returns the path of every form, in which each field has a text.
async fn form_paths(browser: &Browser<'_>, text: &str) -> Vec<String> {
    let rows = rows(browser.emulator).await;
    let forms = rows.iter().filter(|row| row["method"] == "POST");
    let paths = forms.map(|row| {
        let path = row["path"].as_str().unwrap();
        let segments = path
            .split('/')
            .map(|segment| match segment.starts_with('{') {
                true => text,
                false => segment,
            });
        segments.collect::<Vec<_>>().join("/")
    });
    paths.collect()
}

async fn org_id(browser: &Browser<'_>) -> String {
    let page = browser.get("/org").await;
    let id = page.text.split("/org/members/").nth(1).unwrap();
    id.split(['"', '?']).next().unwrap().to_owned()
}

#[actix_web::test]
async fn a_form_that_no_page_sent_changes_nothing() {
    let emulator = start(json!({ "users_can_delete_own_account": true })).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let org_id = org_id(&browser).await;
    let good = browser.get("/account").await.form("/account");
    let token = good.fields.iter().find(|it| it.0 == "form_token").unwrap();
    let token = format!("form_token={}&sure=yes&name=x", token.1);
    let host = browser.origin();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let other = "http://localhost:3000";
    let before = emulator.snapshot();
    let paths = form_paths(&browser, &org_id).await;
    assert!(paths.len() > 25, "{paths:?}");
    for path in paths {
        for (headers, body) in [
            (vec![form], "sure=yes&name=x"),
            (vec![form], "form_token=&name=x"),
            (vec![form], "form_token=AAAA&name=x"),
            (vec![form, ("origin", other)], token.as_str()),
            (vec![form, ("origin", "null")], token.as_str()),
            (
                vec![form, ("origin", &host), ("sec-fetch-site", "cross-site")],
                token.as_str(),
            ),
            (
                vec![form, ("origin", &host), ("sec-fetch-site", "same-site")],
                token.as_str(),
            ),
            (
                vec![("content-type", "text/plain"), ("origin", &host)],
                token.as_str(),
            ),
            (vec![("origin", &host)], token.as_str()),
        ] {
            let answer = browser.send("POST", &path, &headers, body.to_owned()).await;
            assert_eq!(answer.status, 403, "{path} {headers:?} {body}");
            assert_eq!(emulator.snapshot(), before, "{path} {headers:?}");
        }
        // The token of another browser, and of this one before the login.
        let stranger = Browser::new(&emulator);
        stranger.get("/login").await;
        let answer = stranger.send("POST", &path, &[form], token.clone()).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(emulator.snapshot(), before, "{path}");
    }
}

#[actix_web::test]
async fn bad_input_of_every_kind_gets_an_answer() {
    let settings = json!({
        "users_can_delete_own_account": true,
        "users_can_delete_their_own_orgs": true,
        "has_passwordless_login": true,
        "orgs_can_require_2fa": true,
        "personal_api_keys_enabled": true,
        "org_api_keys_enabled": true,
    });
    let emulator = start(settings).await;
    let fields = [
        "email",
        "password",
        "user_id",
        "user_email",
        "code",
        "backup_code",
        "name",
        "role",
        "org_id",
        "api_key_id",
        "expiration",
        "display_name",
        "new_email",
        "email_password",
        "username",
        "first_name",
        "current_password",
        "require_2fa_by",
        "idp_sso_url",
        "provider",
        "outcome",
    ];
    let long = "x".repeat(100_000);
    let texts = [
        "",
        " ",
        "0",
        "null",
        "-1",
        "\u{0}",
        "\r\nset-cookie: a=b",
        "<script>alert(1)</script>",
        "\"'><b>",
        "../../etc/passwd",
        "%00%ff",
        "ünï@çödé.example",
        "💥",
        "a@b",
        &long,
    ];
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let org_id = org_id(&browser).await;
    let before = emulator.snapshot();
    for path in form_paths(&browser, &org_id).await {
        if path.starts_with("/login") || path == "/logout" || path.starts_with("/dashboard") {
            continue;
        }
        for text in texts {
            // Some of the forms end the session or the organization.
            emulator.restore(before.clone()).unwrap();
            let page = browser.get("/account").await;
            let token = page.form("/logout").fields;
            let all = fields
                .iter()
                .map(|name| ((*name).to_owned(), text.to_owned()));
            let form = Form {
                method: "post".to_owned(),
                action: path.clone(),
                fields: token.into_iter().chain(all).collect(),
            };
            let answer = browser.submit(&form).await;
            let shown = &text.chars().take(40).collect::<String>();
            assert!(answer.status < 500, "{path} {shown:?}: {answer:?}");
            for code in ["<script>alert", "'><b>", "set-cookie: a=b\r\n"] {
                assert!(!answer.text.contains(code), "{path} {shown:?}");
            }
        }
    }
    // The emulator is as it was.
    assert_eq!(Browser::new(&emulator).get("/login").await.status, 200);
}

#[actix_web::test]
async fn bodies_that_are_no_forms_get_an_answer() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.get("/login").await;
    let form = ("content-type", "application/x-www-form-urlencoded");
    for path in form_paths(&browser, "%ff%00").await {
        for body in [
            "&&&===",
            "%",
            "%zz=%",
            "{\"a\":",
            "form_token",
            "\u{0}",
            "form_token=%ff%fe",
        ] {
            let answer = browser.send("POST", &path, &[form], body.to_owned()).await;
            let is_refused = [403, 404, 501].contains(&answer.status);
            assert!(is_refused, "{path} {body:?}: {}", answer.status);
        }
    }
}

#[actix_web::test]
async fn no_page_leads_to_another_site() {
    let emulator = start(json!({})).await;
    let urls = [
        "https://evil.example/",
        "//evil.example/",
        "https://localhost@evil.example/",
        "https://localhost.evil.example/",
        "javascript:alert(1)",
        "data:text/html,<script>",
        "\\\\evil.example",
        "http://evil.example\\@localhost/",
    ];
    for row in hosted_rows(&emulator).await {
        let Some(url) = row["url"].as_str() else {
            continue;
        };
        let browser = Browser::new(&emulator);
        if let Some(email) = row["email"].as_str() {
            browser.log_in_as(email).await;
        }
        for target in urls {
            let path = path_and_query(url);
            let page = browser
                .get(&returning(path.trim_end_matches('?'), target))
                .await;
            let location = page.location.unwrap_or_default();
            assert!(
                !location.contains("evil") && !location.contains("alert"),
                "{row} {target}"
            );
            assert!(!page.text.contains("evil.example"), "{row} {target}");
        }
    }
    for target in urls {
        let browser = Browser::new(&emulator);
        let fields = [("email", "alice@acme.example"), ("password", "wonderland")];
        let entered = browser
            .fill(&returning("/login", target), "/login", &fields)
            .await;
        assert_eq!(
            entered.location.as_deref(),
            Some("http://localhost:3000/"),
            "{target}"
        );
        let again = browser.get(&returning("/login", target)).await;
        assert_eq!(
            again.location.as_deref(),
            Some("http://localhost:3000/"),
            "{target}"
        );
    }
}

#[actix_web::test]
async fn pages_are_for_the_hosts_of_the_emulator() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    for path in ["/login", "/account", "/assets/pages.css"] {
        let page = browser
            .send("GET", path, &[("host", "evil.example")], String::new())
            .await;
        assert_eq!(page.status, 403, "{path}");
    }
}
