//! Metrics: the names are those of the catalog, and the values are right.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    sync::{Arc, Mutex},
};

use actix_web::{
    App,
    http::header::AUTHORIZATION,
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    ApiKeys, Denied, InOrgWithRole, PropelAuth, PropelAuthBuilder,
    api::CreateApiKey,
    emulator::{Emulator, Fault},
    freshness::{Cause, Mark, OnStale},
    observe::{METRICS, MetricKind},
    org_id,
    testing::{
        DEV_PUBLIC_KEY_PEM, HasAccessToken as _, ISSUER, TestClock, TestOrg, TestRequestExt as _,
        propel_auth, propel_auth_builder, sign_webhook,
    },
    webhook::WebhookVerifier,
};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

use crate::{
    a_canary::KEY,
    fixtures::{alice, send, whoami, world},
};

/// A series: its name and its labels, such as `name{a=b}`. Its values are the sum of a counter, the last
/// value of a gauge, and the number of values of a histogram.
type Series = Arc<Mutex<BTreeMap<String, f64>>>;

/// The kind and the unit of each metric that was described.
type Descriptions = Arc<Mutex<BTreeMap<String, (MetricKind, Option<Unit>)>>>;

#[derive(Clone, Default)]
struct Recorded {
    series: Series,
    described: Descriptions,
}

impl Recorded {
    fn get(&self, series: &str) -> f64 {
        let all = self.series.lock().unwrap();
        *all.get(series)
            .unwrap_or_else(|| panic!("no {series} in {all:#?}"))
    }

    fn has(&self, series: &str) -> bool {
        self.series.lock().unwrap().contains_key(series)
    }

    /// Returns the names of the series, without their labels.
    fn names(&self) -> BTreeSet<String> {
        let all = self.series.lock().unwrap();
        let name = |series: &String| series.split('{').next().unwrap().to_owned();
        all.keys().map(name).collect()
    }

    fn handle(&self, key: &Key) -> Arc<Value> {
        let labels: Vec<_> = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        Arc::new(Value {
            series: Arc::clone(&self.series),
            name: format!("{}{{{}}}", key.name(), labels.join(",")),
        })
    }

    fn describe(&self, name: &KeyName, kind: MetricKind, unit: Option<Unit>) {
        let mut described = self.described.lock().unwrap();
        described.insert(name.as_str().to_owned(), (kind, unit));
    }
}

struct Value {
    series: Series,
    name: String,
}

impl Value {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut series = self.series.lock().unwrap();
        let value = series.entry(self.name.clone()).or_default();
        *value = change(*value);
    }
}

impl CounterFn for Value {
    fn increment(&self, value: u64) {
        self.change(|sum| sum + value as f64);
    }

    fn absolute(&self, value: u64) {
        self.change(|_| value as f64);
    }
}

impl GaugeFn for Value {
    fn increment(&self, value: f64) {
        self.change(|sum| sum + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|sum| sum - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

impl HistogramFn for Value {
    fn record(&self, value: f64) {
        assert!(
            (0.0..60.0).contains(&value),
            "{} in seconds: {value}",
            self.name
        );
        self.change(|count| count + 1.0);
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, MetricKind::Counter, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, MetricKind::Gauge, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, MetricKind::Histogram, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.handle(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.handle(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.handle(key))
    }
}

/// Sends requests to an app whose organizations require the role `Admin`.
async fn ask(auth: &PropelAuth, requests: impl IntoIterator<Item = TestRequest>) {
    let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
    let app = App::new()
        .route(
            "/handler",
            web::get().to(async || Err::<String, _>(handler_denial())),
        )
        .service(web::resource("/orgs/{org_id}").get(whoami).wrap(admins))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    for request in requests {
        send(&app, request.to_request()).await;
    }
}

fn handler_denial() -> Denied {
    propel_auth()
        .validate_access_token_and_get_user(None)
        .unwrap_err()
}

#[actix_web::test]
async fn decisions_are_counted_by_layer_and_reason() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let at = || TestRequest::with_uri(&format!("/orgs/{}", acme.org_id()));
    let admin = alice().in_org(&acme, "Admin");
    ask(
        &auth,
        [
            at(),
            at().as_user(&admin),
            at().as_user(&admin),
            at().as_user(&alice().in_org(&acme, "Member")),
            at().as_user(&alice().expires_in(-60)),
            at().insert_header((AUTHORIZATION, "Bearer undefined")),
            TestRequest::with_uri("/handler").as_user(&admin),
        ],
    )
    .await;
    let _ = auth.validate_access_token_and_get_user("Bearer null");
    let _ = auth.validate_access_token_and_get_user(&*format!("Bearer {}", admin.access_token()));
    for (layer, reason, count) in [
        ("require_user", "no_credentials", 1.0),
        ("require_user", "allowed", 4.0),
        ("require_user", "token_expired", 1.0),
        ("require_user", "token_is_placeholder", 1.0),
        ("InOrgWithRole", "allowed", 2.0),
        ("InOrgWithRole", "missing_role", 1.0),
        ("handler", "no_credentials", 1.0),
        ("validate", "token_is_placeholder", 1.0),
        ("validate", "allowed", 1.0),
    ] {
        let series = format!("propelauth.auth.decisions{{layer={layer},reason={reason}}}");
        assert_eq!(recorded.get(&series), count, "{series}");
    }
}

/// Sends webhooks with these ids.
async fn deliver(auth: &PropelAuth, ids: &[&str]) {
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &str = r#"{"event_type":"user.created","user_id":"1"}"#;

    let service = auth.webhooks(WebhookVerifier::new(SECRET).unwrap());
    let app = init_service(App::new().service(service)).await;
    for id in ids {
        let request = TestRequest::post()
            .uri("/webhooks/propelauth")
            .set_payload(BODY);
        let headers = sign_webhook(SECRET, id, TestClock::new().now(), BODY);
        let request = headers
            .into_iter()
            .fold(request, TestRequest::insert_header);
        call_service(&app, request.to_request()).await;
    }
}

#[actix_web::test]
async fn webhooks_are_counted_by_what_became_of_them() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    deliver(&propel_auth(), &["msg_1", "msg_1", "msg_2", ""]).await;
    for (reason, count) in [
        ("accepted", 2.0),
        ("seen", 1.0),
        ("webhook_header_malformed", 1.0),
    ] {
        let series = format!("propelauth.webhook.deliveries{{reason={reason}}}");
        assert_eq!(recorded.get(&series), count, "{series}");
    }
}

#[actix_web::test]
async fn the_cache_and_verifications_are_measured() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let builder = propel_auth_builder().audience("https://api.example.com");
    let auth = builder.build().unwrap();
    let user = alice().claim("aud", "https://api.example.com");
    let header = format!("Bearer {}", user.access_token());
    for _ in 0..3 {
        auth.validate_access_token_and_get_user(&*header).unwrap();
    }
    let lookups = |result: &str| {
        recorded.get(&format!(
            "propelauth.token_cache.lookups{{result={result}}}"
        ))
    };
    assert_eq!((lookups("miss"), lookups("hit")), (1.0, 2.0));
    let verified = "propelauth.token.verification.duration{reason=allowed}";
    assert_eq!(recorded.get(verified), 1.0);

    let of_handle = format!("{{issuer={ISSUER},audience=https://api.example.com}}");
    let gauge = |name: &str| recorded.get(&format!("propelauth.{name}{of_handle}"));
    let stats = auth.token_cache_stats();
    assert_eq!(gauge("token_cache.entries"), 1.0);
    assert_eq!(gauge("token_cache.usage"), stats.bytes as f64);
    assert!((0.0..60.0).contains(&gauge("verifier_key.age")));

    auth.clear_token_cache();
    assert_eq!(gauge("token_cache.entries"), 0.0);
    assert_eq!(gauge("token_cache.usage"), 0.0);
}

#[actix_web::test]
async fn calls_are_measured_by_operation_status_and_error() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let (_emulator, auth) = world::start().await;
    auth.user().create_user("a@example.com").await.unwrap();
    auth.user().create_user("a@example.com").await.unwrap_err();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let away = PropelAuth::builder(url, KEY).emulator();
    let away = away.verifier_key(DEV_PUBLIC_KEY_PEM).build().unwrap();
    away.org().fetch_org(world::NOBODY).await.unwrap_err();

    let call = "propelauth.client.call.duration";
    for labels in [
        "operation=create_user,http.response.status_code=200",
        "operation=create_user,http.response.status_code=400,error.type=bad_request",
        "operation=fetch_org,error.type=unavailable",
    ] {
        assert_eq!(recorded.get(&format!("{call}{{{labels}}}")), 1.0);
    }
    let retries = "propelauth.client.retries";
    assert_eq!(
        recorded.get(&format!("{retries}{{operation=fetch_org}}")),
        2.0
    );
    assert!(!recorded.has(&format!("{retries}{{operation=create_user}}")));
}

/// Sends a request with an API key to an app that accepts them.
async fn ask_by_key(auth: &PropelAuth, key: &str) {
    let middleware = auth.require_user().accept_api_keys(ApiKeys::new());
    let app = App::new()
        .route("/", web::get().to(whoami))
        .wrap(middleware);
    let request = TestRequest::get().as_user(&key).to_request();
    send(&init_service(app).await, request).await;
}

#[actix_web::test]
async fn requests_with_a_key_are_counted_by_what_is_known_of_it() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let (emulator, auth) = world::start_with(Emulator::builder().api_key("ab".repeat(48))).await;
    let alice = emulator.create_user("alice@example.com").unwrap();
    let key = CreateApiKey::new().user_id(&alice);
    let key = emulator.create_api_key(key).unwrap().api_key_token;
    for _ in 0..3 {
        ask_by_key(&auth, key.expose()).await;
    }
    ask_by_key(&auth, &"f".repeat(96)).await;
    ask_by_key(&auth, &"f".repeat(96)).await;
    ask_by_key(&auth, emulator.api_key()).await;
    let validate = "validate_api_key";
    emulator
        .inject_fault(Fault::on(validate).status(401))
        .unwrap();
    ask_by_key(&auth, &"e".repeat(96)).await;
    emulator.clear_faults();
    emulator
        .inject_fault(Fault::on(validate).status(500))
        .unwrap();
    ask_by_key(&auth, &"e".repeat(96)).await;
    for (result, count) in [
        ("valid", 1.0),
        ("hit", 2.0),
        ("invalid", 1.0),
        ("hit_invalid", 1.0),
        ("integration_key", 1.0),
        ("misconfigured", 1.0),
        ("unreachable", 1.0),
    ] {
        let series = format!("propelauth.api_key.validations{{result={result}}}");
        assert_eq!(recorded.get(&series), count, "{result}");
    }
}

/// Marks a user, by a change that an account shows and by one that it may not, and asks as this user.
async fn ask_after_a_mark(emulator: &Emulator, builder: PropelAuthBuilder) {
    let builder = builder.on_stale(OnStale::Refetch);
    let auth = builder
        .verifier_key(emulator.verifier_key())
        .build()
        .unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    let header = format!("Bearer {}", alice.log_in().unwrap());
    for cause in ["user.enabled", "promoted"] {
        let mark = Mark::user(alice.id()).because(Cause::from_word(cause));
        drop(auth.mark_stale(mark));
        let request = TestRequest::get().insert_header((AUTHORIZATION, header.as_str()));
        ask(&auth, [request]).await;
    }
    auth.record_gauges();
}

#[actix_web::test]
async fn marks_stale_tokens_and_what_is_fetched_are_counted() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let (emulator, _) = world::start().await;
    ask_after_a_mark(&emulator, emulator.propel_auth_builder()).await;
    // A word from another program is no value of a label.
    for series in [
        "propelauth.freshness.changes{cause=user.enabled}",
        "propelauth.freshness.changes{cause=other}",
        "propelauth.freshness.stale{cause=user.enabled}",
        "propelauth.freshness.stale{cause=other}",
        "propelauth.freshness.fetches{result=fetched}",
    ] {
        assert_eq!(recorded.get(series), 1.0, "{series}");
    }
    let issuer = emulator.propel_auth_builder();
    let issuer = issuer
        .verifier_key(emulator.verifier_key())
        .build()
        .unwrap();
    let gauge = format!("propelauth.freshness.marks{{issuer={}}}", issuer.issuer());
    assert_eq!(recorded.get(&gauge), 1.0);
}

/// Every metric in one process, as one recorder sees it, and none beside them.
#[actix_web::test]
async fn the_names_that_are_recorded_and_described_are_those_of_the_catalog() {
    let recorded = Recorded::default();
    let _guard = metrics::set_default_local_recorder(&recorded);
    let (emulator, _) = world::start().await;
    let auth = emulator
        .propel_auth_builder()
        .fetch_and_init()
        .await
        .unwrap();
    assert_eq!(
        recorded.get("propelauth.verifier_key.fetches{result=new}"),
        1.0
    );
    let acme = TestOrg::new("Acme Inc");
    let at = TestRequest::with_uri(&format!("/orgs/{}", acme.org_id()));
    ask(&auth, [at.as_user(&alice())]).await;
    ask_by_key(&auth, &"f".repeat(96)).await;
    ask_after_a_mark(&emulator, emulator.propel_auth_builder()).await;
    deliver(&auth, &["msg_1"]).await;
    drop(emulator);
    for _ in 0..3 {
        auth.org().fetch_org(world::NOBODY).await.unwrap_err();
    }
    // The emulator is gone, so that the circuit of this thread is open by now.
    let open = "propelauth.client.circuit_breaker.count{state=open}";
    assert!(recorded.get(open) >= 1.0);
    auth.record_gauges();

    // Those of a fleet need a Redis server.
    let names = METRICS.iter().map(|it| it.name.to_owned());
    let catalog: BTreeSet<_> = names
        .filter(|name| !name.starts_with("propelauth.fleet."))
        .collect();
    assert_eq!(recorded.names(), catalog);
    let described = recorded.described.lock().unwrap();
    for metric in METRICS {
        let (kind, unit) = described[metric.name];
        assert_eq!(kind, metric.kind, "{}", metric.name);
        let unit = unit.unwrap();
        let is_right = match metric.unit {
            "s" => unit == Unit::Seconds,
            "By" => unit == Unit::Bytes,
            _ => unit == Unit::Count,
        };
        assert!(is_right, "{}: {unit:?}", metric.name);
    }
    assert_eq!(described.len(), METRICS.len());
    // No label that the catalog does not have.
    for series in recorded.series.lock().unwrap().keys() {
        let (name, labels) = series.split_once('{').unwrap();
        let metric = METRICS.iter().find(|it| it.name == name).unwrap();
        for label in labels.trim_end_matches('}').split(',') {
            let label = label.split('=').next().unwrap();
            assert!(metric.labels.contains(&label), "{series}");
        }
    }
}
