//! Reports and charts: client, HTTP, emulator, state, and back.

use std::time::Duration;

use actix_web_propelauth::{
    Error, OrgId, PropelAuth,
    api::{
        ChartCadence, ChartMetric, ChartType, ChurnInterval, CreateUser, OrgReport,
        ReengagementInterval, ReportInterval, UserReport,
    },
    emulator::{EmulatedUser, Emulator},
};
use serde_json::json;

use crate::captures::Captures;

const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}\n";
const NOW: i64 = 1_700_000_000; // 2023-11-14, a Tuesday
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

struct World {
    emulator: Emulator,
    auth: PropelAuth,
}

impl World {
    async fn new() -> Self {
        let emulator = Emulator::start().await.unwrap();
        emulator.freeze_clock(NOW);
        let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
            .verifier_key(emulator.verifier_key())
            .emulator()
            .build()
            .unwrap();
        Self { emulator, auth }
    }

    fn user(&self, name: &str) -> EmulatedUser {
        let user = CreateUser::new(format!("{name}@example.com")).first_name(ODD);
        self.emulator.create_user(user).unwrap()
    }

    fn org(&self, name: &str, members: &[&EmulatedUser]) -> OrgId {
        let org_id = self.emulator.create_org(name).unwrap();
        for member in members {
            self.join(member, &org_id);
        }
        org_id
    }

    fn join(&self, user: &EmulatedUser, org_id: &OrgId) {
        self.emulator
            .add_user_to_org(user, org_id, "Member")
            .unwrap();
    }

    fn days(&self, days: u64) {
        self.emulator
            .advance_clock(Duration::from_secs(days * 24 * 60 * 60));
    }

    fn seen(&self, user: &EmulatedUser) {
        self.emulator.record_activity(user).unwrap();
    }
}

/// Returns who is in a report and the number that it is about.
fn users<'a>(report: &'a UserReport, property: &str) -> Vec<(&'a str, i64)> {
    let rows = report.user_reports.iter();
    rows.map(|row| {
        let name = row.email.split('@').next().unwrap();
        (name, row.extra_properties[property].as_i64().unwrap())
    })
    .collect()
}

fn orgs<'a>(report: &'a OrgReport, property: &str) -> Vec<(&'a str, i64)> {
    let rows = report.org_reports.iter();
    rows.map(|row| {
        (
            row.name.as_str(),
            row.extra_properties[property].as_i64().unwrap(),
        )
    })
    .collect()
}

#[actix_web::test]
async fn the_top_inviters_are_those_who_invited_most() {
    let world = World::new().await;
    let (alice, bob, carol) = (world.user("alice"), world.user("bob"), world.user("carol"));
    let org_id = world.org(ODD, &[&alice]);
    world.emulator.record_invite(&carol).unwrap();
    world.days(31);
    for inviter in [&bob, &alice, &bob] {
        world.emulator.record_invite(inviter).unwrap();
    }
    assert!(world.emulator.record_invite(NOBODY).is_err());

    let api = world.auth.user_insights();
    let report = api.fetch_user_top_inviter_report().await.unwrap();
    assert_eq!(users(&report, "num_invites"), [("bob", 2), ("alice", 1)]);
    assert_eq!(
        (report.total_count, report.current_page, report.page_size),
        (2, 0, 10)
    );
    assert_eq!(report.report_time, world.emulator.now());
    let row = &report.user_reports[1];
    assert_eq!(
        (&row.user_id, row.first_name.as_deref()),
        (alice.id(), Some(ODD))
    );
    assert_eq!((row.user_created_at, row.last_active_at), (NOW, NOW));
    assert_eq!(
        (
            &row.org_data[0].org_id,
            row.org_data[0].display_name.as_str()
        ),
        (&org_id, ODD)
    );
    assert_eq!(row.org_data[0].user_role, "Member");

    let call = api
        .fetch_user_top_inviter_report()
        .report_interval(ReportInterval::Days60);
    let report = call.await.unwrap();
    let mut numbers = users(&report, "num_invites");
    numbers.sort_unstable(); // equals are ordered by id
    assert_eq!(numbers, [("alice", 1), ("bob", 2), ("carol", 1)]);
    assert_eq!(report.total_count, 3);
}

#[actix_web::test]
async fn champions_are_those_who_came_on_most_days() {
    let world = World::new().await;
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    world.days(40);
    for n in 0..3 {
        alice.login().unwrap();
        alice.login().unwrap();
        if n == 0 {
            world.seen(&bob);
        }
        world.days(1);
    }
    let api = world.auth.user_insights();
    let report = api.fetch_user_champion_report().await.unwrap();
    assert_eq!(users(&report, "days_active"), [("alice", 3), ("bob", 1)]);
    let call = api.fetch_user_champion_report().report_interval("90");
    let report = call.await.unwrap();
    assert_eq!(users(&report, "days_active"), [("alice", 4), ("bob", 2)]);
}

#[actix_web::test]
async fn who_was_not_seen_has_churned_and_may_come_back() {
    let world = World::new().await;
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    let (acme, _) = (
        world.org("acme", &[&alice]),
        world.org("both", &[&alice, &bob]),
    );
    world.org("empty", &[]);
    world.days(10);
    world.seen(&bob);

    let api = world.auth.user_insights();
    let report = api.fetch_user_churn_report().await.unwrap();
    assert_eq!(users(&report, "days_inactive"), [("alice", 10)]);
    let report = api
        .fetch_org_churn_report()
        .report_interval(ChurnInterval::Days7);
    let report = report.await.unwrap();
    assert_eq!(orgs(&report, "days_inactive"), [("acme", 10)]);
    let row = &report.org_reports[0];
    assert_eq!(
        (&row.org_id, row.num_users, row.org_created_at),
        (&acme, 1, NOW)
    );
    for interval in [ChurnInterval::Days14, ChurnInterval::Days30] {
        let call = api
            .fetch_user_churn_report()
            .report_interval(interval.clone());
        assert_eq!(call.await.unwrap().total_count, 0);
        let call = api.fetch_org_churn_report().report_interval(interval);
        assert_eq!(call.await.unwrap().total_count, 0);
    }

    let report = api.fetch_user_reengagement_report().await.unwrap();
    assert_eq!(users(&report, "days_inactive"), [("bob", 10)]);
    let report = api.fetch_org_reengagement_report().await.unwrap();
    assert_eq!(orgs(&report, "days_inactive"), [("both", 10)]);
    let monthly = ReengagementInterval::Monthly;
    let call = api
        .fetch_user_reengagement_report()
        .report_interval(monthly.clone());
    assert_eq!(call.await.unwrap().total_count, 0);
    world.days(25);
    world.seen(&alice);
    let call = api
        .fetch_user_reengagement_report()
        .report_interval(monthly.clone());
    assert_eq!(
        users(&call.await.unwrap(), "days_inactive"),
        [("alice", 35)]
    );
    let call = api.fetch_org_reengagement_report().report_interval(monthly);
    assert_eq!(orgs(&call.await.unwrap(), "days_inactive"), [("acme", 35)]);
}

#[actix_web::test]
async fn orgs_grow_and_shrink() {
    let world = World::new().await;
    let all: Vec<_> = (0..6).map(|n| world.user(&format!("user-{n}"))).collect();
    let grows = world.org("grows", &[&all[0], &all[1]]);
    world.org("shrinks", &[&all[2], &all[3], &all[4], &all[5]]);
    world.days(40);
    let call = world.auth.org().add_user_to_org(&all[2], &grows, "Member");
    call.await.unwrap();
    world.org("new", &[&all[0], &all[1]]);
    // A snapshot in which one user is gone stands for a deletion.
    let mut snapshot = world.emulator.snapshot();
    let users = snapshot["users"].as_object_mut().unwrap();
    users.remove(all[5].id().as_str()).unwrap();
    world.emulator.restore(snapshot).unwrap();

    let api = world.auth.user_insights();
    let report = api.fetch_org_growth_report().await.unwrap();
    assert_eq!(
        orgs(&report, "num_users_gained"),
        [("new", 2), ("grows", 1)]
    );
    let rates: Vec<_> = report
        .org_reports
        .iter()
        .map(|row| &row.extra_properties["growth_rate"])
        .collect();
    assert_eq!(rates, [&json!(null), &json!(0.5)]);
    assert_eq!(report.org_reports[1].num_users, 3);
    let report = api
        .fetch_org_attrition_report()
        .report_interval("30")
        .await
        .unwrap();
    assert_eq!(orgs(&report, "num_users_lost"), [("shrinks", 1)]);
    assert_eq!(
        report.org_reports[0].extra_properties["attrition_rate"],
        0.25
    );

    world.days(31);
    assert_eq!(api.fetch_org_growth_report().await.unwrap().total_count, 0);
    assert_eq!(
        api.fetch_org_attrition_report().await.unwrap().total_count,
        0
    );
    let call = api.fetch_org_growth_report().report_interval("90");
    assert_eq!(call.await.unwrap().total_count, 3);
}

#[actix_web::test]
async fn reports_have_pages_that_fit_together() {
    let world = World::new().await;
    for n in 0..5 {
        world.user(&format!("user-{n}"));
    }
    world.days(8);
    let api = world.auth.user_insights();
    let page = |number| {
        api.fetch_user_churn_report()
            .page_size(2)
            .page_number(number)
    };
    let mut rows = Vec::new();
    for (number, count, has_more) in [(0, 2, true), (1, 2, true), (2, 1, false), (3, 0, false)] {
        let page = page(number).await.unwrap();
        assert_eq!(
            (page.user_reports.len(), page.has_more_results),
            (count, has_more)
        );
        assert_eq!(
            (page.total_count, page.current_page, page.page_size),
            (5, number, 2)
        );
        rows.extend(page.user_reports);
    }
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.id).collect();
    let reports: std::collections::BTreeSet<_> = rows.iter().map(|row| &row.report_id).collect();
    assert_eq!((ids.len(), reports.len()), (5, 1));
}

#[actix_web::test]
async fn charts_count_by_day_week_and_month() {
    let world = World::new().await;
    let alice = world.user("alice");
    world.user("bob");
    world.days(1); // 2023-11-15
    world.user("carol");
    world.org("acme", &[&alice]);
    world.days(20); // 2023-12-05
    alice.login().unwrap();

    let api = world.auth.user_insights();
    let chart = |metric: ChartMetric| api.fetch_chart_metric_data(metric);
    let call = chart(ChartMetric::Signups)
        .start_date("2023-11-13")
        .end_date("2023-11-16");
    let data = call.await.unwrap();
    assert_eq!(
        (&data.chart_type, &data.cadence),
        (&ChartType::Signups, &ChartCadence::Daily)
    );
    let points: Vec<_> = data
        .metrics
        .iter()
        .map(|it| (it.date.as_str(), it.result))
        .collect();
    assert_eq!(
        points,
        [
            ("2023-11-13", 0),
            ("2023-11-14", 2),
            ("2023-11-15", 1),
            ("2023-11-16", 0)
        ]
    );
    assert!(data.metrics.iter().all(|point| point.cadence_completed));

    for (metric, chart_type, weeks) in [
        (ChartMetric::Signups, ChartType::Signups, [3, 0, 0, 0]),
        (
            ChartMetric::OrgsCreated,
            ChartType::OrgsCreated,
            [1, 0, 0, 0],
        ),
        (
            ChartMetric::ActiveUsers,
            ChartType::ActiveUsers,
            [3, 0, 0, 1],
        ),
        (ChartMetric::ActiveOrgs, ChartType::ActiveOrgs, [1, 0, 0, 1]),
    ] {
        let call = chart(metric.clone()).cadence(ChartCadence::Weekly);
        let data = call.start_date("2023-11-14").await.unwrap();
        let results: Vec<_> = data.metrics.iter().map(|point| point.result).collect();
        assert_eq!(
            (data.chart_type, results.as_slice()),
            (chart_type, &weeks[..])
        );
        assert_eq!(data.metrics[0].date, "2023-11-13");
        assert!(!data.metrics[3].cadence_completed && data.metrics[2].cadence_completed);
    }
    let call = chart(ChartMetric::ActiveUsers)
        .cadence("Monthly")
        .start_date("2023-11-30");
    let data = call.await.unwrap();
    let points: Vec<_> = data
        .metrics
        .iter()
        .map(|it| (it.date.as_str(), it.result))
        .collect();
    assert_eq!(points, [("2023-11-01", 3), ("2023-12-01", 1)]);

    let data = chart(ChartMetric::Signups).await.unwrap();
    assert_eq!(data.metrics.len(), 31);
    let last = data.metrics.last().unwrap();
    assert_eq!(
        (last.date.as_str(), last.cadence_completed),
        ("2023-12-05", false)
    );
}

#[actix_web::test]
async fn wrong_arguments_are_named() {
    let world = World::new().await;
    let api = world.auth.user_insights();
    macro_rules! assert_checked {
        ($($report:ident: $foreign:literal,)*) => {$(
            for interval in ["", "31", "weekly", ODD, $foreign] {
                let error = api.$report().report_interval(interval).await.unwrap_err();
                let fields = error.field_errors().unwrap();
                assert_eq!(fields.get("report_interval").len(), 1, "{interval}");
            }
            for size in [0, 101] {
                // This may be found before anything is sent.
                match api.$report().page_size(size).await.unwrap_err() {
                    Error::InvalidRequest { argument, .. } => assert_eq!(argument, "page_size"),
                    error => assert_eq!(error.field_errors().unwrap().get("page_size").len(), 1),
                }
            }
        )*};
    }
    assert_checked! {
        fetch_user_top_inviter_report: "7",
        fetch_user_champion_report: "14",
        fetch_user_churn_report: "60",
        fetch_user_reengagement_report: "30",
        fetch_org_churn_report: "Weekly",
        fetch_org_reengagement_report: "7",
        fetch_org_growth_report: "Monthly",
        fetch_org_attrition_report: "14",
    }

    let chart = |metric: &str| api.fetch_chart_metric_data(metric);
    for (call, field) in [
        (chart("Signups"), "chart_metric"),
        (chart(ODD.trim_end()), "chart_metric"),
        (chart("signups").cadence("Yearly"), "cadence"),
        (chart("signups").cadence(ODD), "cadence"),
        (chart("signups").start_date("2023-11-31"), "start_date"),
        (chart("signups").end_date(ODD), "end_date"),
        (chart("signups").start_date("2023-11-15"), "start_date"),
        (
            chart("signups")
                .start_date("2023-11-14")
                .end_date("2023-11-13"),
            "start_date",
        ),
        (chart("signups").start_date("1970-01-01"), "start_date"),
    ] {
        let what = format!("{call:?}");
        let error = call.await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().get(field).len(), 1, "{what}");
    }
    assert!(world.emulator.record_activity(NOBODY).is_err());

    let without = Emulator::builder().without_orgs().start().await.unwrap();
    let auth = PropelAuth::builder(without.auth_url(), without.api_key());
    let auth = auth.emulator().init().await.unwrap();
    let error = auth
        .user_insights()
        .fetch_org_growth_report()
        .await
        .unwrap_err();
    assert!(matches!(error, Error::OrgsNotEnabled));
    auth.user_insights()
        .fetch_user_churn_report()
        .await
        .unwrap();
}

#[actix_web::test]
async fn requests_are_those_that_propelauths_library_sends() {
    let mut captures = Captures::new(include_str!("../captures/user_insights.jsonl")).await;
    macro_rules! compare {
        ($($report:ident: $interval:literal,)*) => {$(
            captures.assert_same(stringify!($report), "minimal", async |auth| {
                auth.user_insights().$report().await.ok()
            })
            .await;
            captures.assert_same(stringify!($report), "full", async |auth| {
                let call = auth.user_insights().$report().report_interval($interval);
                call.page_size(37).page_number(4).await.ok()
            })
            .await;
        )*};
    }
    compare! {
        fetch_user_top_inviter_report: "60",
        fetch_user_champion_report: "90",
        fetch_user_churn_report: "14",
        fetch_user_reengagement_report: "Monthly",
        fetch_org_churn_report: "7",
        fetch_org_reengagement_report: "Weekly",
        fetch_org_growth_report: "30",
        fetch_org_attrition_report: "30",
    }
    let op = "fetch_chart_metric_data";
    captures
        .assert_same(op, "minimal", async |auth| {
            auth.user_insights()
                .fetch_chart_metric_data("signups")
                .await
                .ok()
        })
        .await;
    captures
        .assert_same(op, "full", async |auth| {
            let call = auth
                .user_insights()
                .fetch_chart_metric_data(ChartMetric::OrgsCreated);
            let call = call.cadence("Weekly").start_date("2024-01-02");
            call.end_date("2024-03-04").await.ok()
        })
        .await;
    captures.finish().await;
}
