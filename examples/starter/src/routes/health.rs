//! For the load balancer: is the process alive?

/// `GET /healthz`: the process responds. Nothing else is checked, so that an outage elsewhere does not
/// restart the service.
pub(super) async fn is_alive() -> &'static str {
    "ok"
}
