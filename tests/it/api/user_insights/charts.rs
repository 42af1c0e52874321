//! The charts.

use actix_web_propelauth::api::{ChartCadence, ChartMetric, ChartType};

use super::World;

#[actix_web::test]
async fn charts_count_by_day_week_and_month() {
    let world = World::new().await;
    let alice = world.user("alice");
    world.user("bob");
    world.days(1); // 2023-11-15
    world.user("carol");
    world.org("acme", &[&alice]);
    world.days(20); // 2023-12-05
    alice.log_in().unwrap();

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
