//! The reports.

use actix_web_propelauth::api::{ChurnInterval, ReengagementInterval, ReportInterval};
use serde_json::json;

use super::{NOBODY, NOW, ODD, World, orgs, users};

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
async fn champions_report_ranks_by_active_days() {
    let world = World::new().await;
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    world.days(40);
    for n in 0..3 {
        alice.log_in().unwrap();
        alice.log_in().unwrap();
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
