//! What the table says.

use super::app::{app, audit, matrix};
use crate::testing::propel_auth;

#[actix_web::test]
async fn an_audit_and_a_matrix_list_the_same_routes() {
    let app = app(propel_auth(), None).await;
    let report = audit().run(&app).await;
    let matrix = matrix().run(&app).await;
    let rows: Vec<_> = matrix
        .rows()
        .iter()
        .map(|row| row.route().clone())
        .collect();
    assert_eq!(report.routes(), rows);
}
