//! Logging in and signing up, and what a login still needs.

use serde_json::json;

use super::{browser::Browser, last_link, returning, start, totp};

const APP: &str = "http://localhost:3000/";

#[actix_web::test]
async fn one_click_logs_in_as_a_user() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    let page = browser.get("/login").await;
    for name in [
        "Alice",
        "alice@acme.example",
        "Owner in Acme",
        "bob@acme.example",
    ] {
        assert!(page.has(name), "{name}");
    }
    let entered = browser.log_in_as("alice@acme.example").await;
    assert_eq!(entered.location.as_deref(), Some(APP));
    let session = browser.get("/api/v1/refresh_token").await;
    assert_eq!(session.status, 200, "{}", session.text);
    assert!(browser.get("/account").await.has("alice@acme.example"));
    // Who is logged in needs no login.
    assert_eq!(browser.get("/login").await.location.as_deref(), Some(APP));
    assert_eq!(browser.get("/login?prompt=login").await.status, 200);
}

#[actix_web::test]
async fn a_user_who_is_disabled_is_not_logged_in_by_one_click() {
    let emulator = start(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let alice = auth
        .user()
        .fetch_user_metadata_by_email("alice@acme.example");
    let alice = alice.await.unwrap().user_id;
    auth.user().disable_user(&alice).await.unwrap();
    let browser = Browser::new(&emulator);
    let refused = browser
        .fill("/login", "/login/as", &[("user_id", &alice)])
        .await;
    assert!(
        refused.status >= 400 && refused.has("disabled"),
        "{refused:?}"
    );
    assert_eq!(browser.cookie("refresh_token"), None);
}

#[actix_web::test]
async fn a_password_logs_in() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    let fields = [("email", "alice@acme.example"), ("password", "wrong")];
    let refused = browser.fill("/login", "/login", &fields).await;
    assert_eq!(refused.status, 404);
    assert!(refused.has("Incorrect email or password"));
    // What was typed is there again, but for the password.
    assert!(refused.has("alice@acme.example") && !refused.text.contains("wrong\""));
    assert_eq!(browser.cookie("refresh_token"), None);
    let form = refused.form("/login");
    let entered = browser
        .submit(&form.with(&[("password", "wonderland")]))
        .await;
    assert_eq!(entered.location.as_deref(), Some(APP));
}

#[actix_web::test]
async fn a_login_returns_to_where_the_browser_came_from() {
    let emulator = start(json!({})).await;
    let target = "http://localhost:5173/deep?a=b&c=d#e";
    let browser = Browser::new(&emulator);
    let fields = [("email", "alice@acme.example"), ("password", "wonderland")];
    let entered = browser
        .fill(&returning("/login", target), "/login", &fields)
        .await;
    assert_eq!(entered.location.as_deref(), Some(target));
    let browser = Browser::new(&emulator);
    // A page of an account sends to the login, and the login back to it.
    let sent = browser.get("/account/settings").await;
    let login = browser.path_of(&sent);
    let entered = browser.fill(&login, "/login", &fields).await;
    assert!(entered.location.unwrap().ends_with("/account/settings"));
}

#[actix_web::test]
async fn logging_out_ends_the_session() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    browser.log_in_as("alice@acme.example").await;
    let token = browser.cookie("refresh_token").unwrap();
    let out = browser.fill("/account", "/logout", &[]).await;
    assert_eq!(out.location.as_deref(), Some("/login"));
    assert_eq!(browser.cookie("refresh_token").as_deref(), Some(""));
    let cookie = format!("refresh_token={token}");
    let headers = [("cookie", cookie.as_str())];
    let again = Browser::new(&emulator);
    let session = again
        .send("GET", "/api/v1/refresh_token", &headers, String::new())
        .await;
    assert_eq!(session.status, 401);
}

#[actix_web::test]
async fn a_link_logs_in_after_a_click_if_the_project_asks_for_one() {
    let settings = json!({
        "has_passwordless_login": true,
        "magic_link_requires_interstitial": true,
        "magic_link_expire_after_first_use": true,
    });
    let emulator = start(settings).await;
    let browser = Browser::new(&emulator);
    let target = "http://localhost:3000/inbox";
    let path = returning("/login", target);
    let sent = browser
        .fill(&path, "/login/link", &[("email", "alice@acme.example")])
        .await;
    assert!(
        sent.status == 200 && sent.has("alice@acme.example"),
        "{sent:?}"
    );
    let link = last_link(&emulator);
    // Neither a program that checks the link nor a look at the page uses it up.
    for method in ["HEAD", "GET"] {
        let page = browser.send(method, &link, &[], String::new()).await;
        assert_eq!((page.status, page.location), (200, None), "{method}");
        assert_eq!(browser.cookie("refresh_token"), None);
    }
    let entered = browser.fill(&link, &link, &[]).await;
    assert_eq!(entered.location.as_deref(), Some(target));
    let other = Browser::new(&emulator);
    let page = other.get(&link).await;
    assert!(page.status == 404 && page.has("used already"), "{page:?}");
}

#[actix_web::test]
async fn a_look_by_a_program_does_not_use_a_link_up() {
    let settings = json!({
        "has_passwordless_login": true,
        "magic_link_expire_after_first_use": true,
    });
    let emulator = start(settings).await;
    let browser = Browser::new(&emulator);
    browser
        .fill("/login", "/login/link", &[("email", "new@acme.example")])
        .await;
    let link = last_link(&emulator);
    let look = browser.send("HEAD", &link, &[], String::new()).await;
    assert_eq!((look.status, browser.cookie("refresh_token")), (200, None));
    assert_eq!(browser.get(&link).await.location.as_deref(), Some(APP));
    assert!(browser.get("/account").await.has("new@acme.example"));
}

#[actix_web::test]
async fn a_forgotten_password_is_replaced_by_a_link() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    let ask = |email: &'static str| {
        let browser = &browser;
        async move {
            browser
                .fill("/forgot_password", "/forgot_password", &[("email", email)])
                .await
        }
    };
    let unknown = ask("nemo@acme.example").await;
    assert!(emulator.email_outbox().is_empty());
    let known = ask("alice@acme.example").await;
    let without = |text: &str, email: &str| text.replace(email, "");
    assert_eq!(
        without(&unknown.text, "nemo@acme.example"),
        without(&known.text, "alice@acme.example")
    );
    let link = last_link(&emulator);
    let empty = browser
        .fill(&link, "/update_password", &[("password", "")])
        .await;
    assert!(
        empty.status == 400 && empty.has("Please choose a password"),
        "{empty:?}"
    );
    let entered = browser
        .fill(&link, "/update_password", &[("password", "looking-glass")])
        .await;
    assert_eq!(entered.location.as_deref(), Some(APP));
    assert_eq!(browser.get(&link).await.status, 404);
    let fields = [
        ("email", "alice@acme.example"),
        ("password", "looking-glass"),
    ];
    let again = Browser::new(&emulator)
        .fill("/login", "/login", &fields)
        .await;
    assert_eq!(again.status, 303);
}

#[actix_web::test]
async fn a_login_goes_through_all_that_it_needs() {
    let settings = json!({
        "require_email_confirmation": true,
        "all_users_must_setup_2fa": true,
        "users_must_be_in_an_organization": true,
        "user_properties": { "custom_properties": [
            { "name": "team", "display_name": "Your <team>", "field_type": "Text", "collect_on_signup": false },
        ] },
    });
    let emulator = start(settings).await;
    let browser = Browser::new(&emulator);
    let target = "http://localhost:3000/welcome";
    let fields = [("email", "dora@dora.example"), ("password", "explorer")];
    let sent = browser
        .fill(&returning("/signup", target), "/signup", &fields)
        .await;

    let waiting = browser.path_of(&sent);
    assert!(waiting.starts_with("/confirm_email?rt="), "{waiting}");
    // Steps cannot be left out.
    for path in ["/mfa", "/create_org", "/account", "/update_metadata"] {
        let sent = browser.path_of(&browser.get(path).await);
        assert!(sent.starts_with("/confirm_email"), "{path}: {sent}");
    }
    assert!(browser.get(&waiting).await.has("dora@dora.example"));
    let confirmed = Browser::new(&emulator).get(&last_link(&emulator)).await;
    assert!(confirmed.has("is confirmed"), "{confirmed:?}");

    let about = browser.path_of(&browser.get(&waiting).await);
    assert!(about.starts_with("/update_metadata?rt="), "{about}");
    let empty = browser.fill(&about, "/update_metadata", &[]).await;
    assert!(
        empty.status == 400 && empty.has("This is required"),
        "{empty:?}"
    );
    assert!(empty.has("Your <team>") && !empty.text.contains("<team>"));
    let given = browser
        .fill(&about, "/update_metadata", &[("property.team", "Blue")])
        .await;

    let setup = browser.path_of(&given);
    assert!(setup.starts_with("/mfa?rt="), "{setup}");
    let page = browser.get(&setup).await;
    assert!(page.text.contains("src=\"data:image/svg+xml;base64,"));
    let secret = page.text.split("code class=\"secret\">").nth(1).unwrap();
    let secret = secret.split('<').next().unwrap();
    let wrong = browser
        .submit(&page.form("/mfa").with(&[("code", "0")]))
        .await;
    assert!(wrong.status == 400 && wrong.has("This code is wrong"));
    let codes = browser
        .submit(&wrong.form("/mfa").with(&[("code", &totp(secret))]))
        .await;
    assert_eq!(
        codes.text.matches("<li><code>").count(),
        10,
        "{}",
        codes.text
    );

    let org = browser.path_of(&browser.get(&setup).await);
    assert!(org.starts_with("/create_org?rt="), "{org}");
    let unnamed = browser.fill(&org, "/create_org", &[("name", " ")]).await;
    assert!(
        unnamed.status == 400 && unnamed.has("Please enter a name"),
        "{unnamed:?}"
    );
    let done = browser
        .fill(&org, "/create_org", &[("name", "Dora & Co")])
        .await;
    assert_eq!(done.location.as_deref(), Some(target));

    // The next login asks for a code.
    let backup = codes.text.split("<li><code>").nth(1).unwrap();
    let backup = backup.split('<').next().unwrap();
    let other = Browser::new(&emulator);
    let asked = other
        .fill(&returning("/login", target), "/login", &fields)
        .await;
    let verify = other.path_of(&asked);
    assert!(verify.starts_with("/verify?rt="), "{verify}");
    assert_eq!(other.get("/api/v1/refresh_token").await.status, 401);
    let wrong = other.fill(&verify, "/verify", &[("code", "000000")]).await;
    assert!(wrong.status >= 400 && wrong.has("This code is wrong"));
    let entered = other
        .fill(&verify, "/verify/backup", &[("backup_code", backup)])
        .await;
    assert_eq!(entered.location.as_deref(), Some(target));
    assert_eq!(other.get("/api/v1/refresh_token").await.status, 200);
}

#[actix_web::test]
async fn a_sign_up_keeps_the_parameters_of_its_url() {
    let emulator = start(json!({})).await;
    let browser = Browser::new(&emulator);
    let wrong = [("email", "alice@acme.example"), ("password", "x")];
    let refused = browser
        .fill("/signup?utm=a%26b&plan=pro", "/signup", &wrong)
        .await;
    assert!(
        refused.status == 400 && refused.has("in use already"),
        "{refused:?}"
    );
    let right = [("email", "dora@dora.example"), ("password", "explorer")];
    let entered = browser.submit(&refused.form("/signup").with(&right)).await;
    assert_eq!(entered.location.as_deref(), Some(APP));
    let auth = emulator.propel_auth().await.unwrap();
    let dora = auth
        .user()
        .fetch_user_metadata_by_email("dora@dora.example");
    let dora = dora.await.unwrap().user_id;
    let parameters = auth
        .user()
        .fetch_user_signup_query_params(&dora)
        .await
        .unwrap();
    assert_eq!(
        json!(parameters.user_signup_query_parameters),
        json!({ "utm": "a&b", "plan": "pro" })
    );
}

#[actix_web::test]
async fn a_required_password_change_comes_before_all_else() {
    let emulator = start(json!({})).await;
    let auth = emulator.propel_auth().await.unwrap();
    let alice = auth
        .user()
        .fetch_user_metadata_by_email("alice@acme.example");
    let alice = alice.await.unwrap().user_id;
    let update = auth.user().update_user_password(&alice, "temporary");
    update
        .ask_user_to_update_password_on_login(true)
        .await
        .unwrap();
    let browser = Browser::new(&emulator);
    let fields = [("email", "alice@acme.example"), ("password", "temporary")];
    let sent = browser.fill("/login", "/login", &fields).await;
    assert_eq!(sent.location.as_deref(), Some("/update_password"));
    let done = browser
        .fill(
            "/update_password",
            "/update_password",
            &[("password", "mine")],
        )
        .await;
    assert_eq!(done.location.as_deref(), Some(APP));
}
