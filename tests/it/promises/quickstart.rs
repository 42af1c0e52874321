//! The example that README.md begins with, on its real sockets.

#[allow(dead_code)] // its `main`
#[path = "../../../examples/quickstart.rs"]
mod example;

#[actix_web::test]
async fn every_answer_of_the_quickstart_is_as_its_table_says() {
    assert_eq!(example::quickstart(true).await.unwrap(), 0);
}
