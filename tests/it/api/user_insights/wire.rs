//! What is refused, and what travels.

use actix_web_propelauth::{Error, PropelAuth, api::ChartMetric, emulator::Emulator};

use super::{NOBODY, ODD, World};
use crate::api::sdk_recordings::Captures;

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
                    Error::InvalidArgument { argument, .. } => assert_eq!(argument, "page_size"),
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
    let auth = auth.emulator().fetch_and_init().await.unwrap();
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
    let mut captures = Captures::new(include_str!("../../../captures/user_insights.jsonl")).await;
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
