//! For the load balancer: is the process alive, and can it serve users?

use actix_web::HttpResponse;
use actix_web_propelauth::PropelAuth;

/// `GET /healthz`: the process responds. Nothing else is checked, so that an outage elsewhere does not
/// restart the service.
pub(super) async fn is_alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: access tokens can be verified. An outage of PropelAuth later does not change this.
pub(super) async fn is_ready(auth: PropelAuth) -> HttpResponse {
    if !auth.is_ready() {
        // No request of a user arrives before the service is ready, so the probe has the key fetched.
        auth.refresh_verifier_key().await;
    }
    let readiness = auth.readiness();
    if readiness.is_ready {
        return HttpResponse::Ok().body("ready");
    }
    tracing::warn!(%readiness, "not ready");
    HttpResponse::ServiceUnavailable().body("not ready")
}
