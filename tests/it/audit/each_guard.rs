//! No guard can be left out without a failing test.

use super::app::{GUARDS, app, audit, matrix};
use crate::testing::propel_auth;

#[actix_web::test]
async fn each_guard_that_is_left_out_fails_the_audit_or_changes_the_matrix() {
    let auth = propel_auth();
    let whole = app(auth.clone(), None).await;
    audit().run(&whole).await.assert();
    let committed = matrix().run(&whole).await.to_string();
    let mut found_by_audit = 0;
    for guard in 0..GUARDS {
        let app = app(auth.clone(), Some(guard)).await;
        let report = audit().run(&app).await;
        found_by_audit += usize::from(!report.problems().is_empty());
        let matrix = matrix().run(&app).await.to_string();
        assert_ne!(matrix, committed, "guard {guard}");
    }
    // The others stand behind a further guard, so that their routes still need a user.
    assert_eq!(found_by_audit, 10);
}

#[actix_web::test]
async fn a_matrix_is_the_same_in_each_run_and_is_compared_with_a_file() {
    let app = app(propel_auth(), None).await;
    let report = matrix().run(&app).await;
    assert_eq!(report.to_string(), matrix().run(&app).await.to_string());
    report.assert_matches_file("tests/it/audit/denials.txt");
}
