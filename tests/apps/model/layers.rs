//! Middlewares and guards in `.wrap`, which let in (rules 1, 5 and 6).

use actix_web::http::Method;

use super::{Expected, Middleware, Position, State, answered, normalized};
use crate::{
    app::{Layer, Policy},
    people::WORLD,
    routing::routed_path,
};

impl State<'_> {
    pub(super) fn pass(&mut self, layers: &[Layer]) -> Result<(), Expected> {
        layers.iter().try_for_each(|layer| self.pass_one(layer))
    }

    pub(super) fn pass_one(&mut self, layer: &Layer) -> Result<(), Expected> {
        match layer {
            Layer::Foreign => {}
            Layer::MethodOverride => {
                let method = self.request.header("x-http-method-override");
                let method = method
                    .first()
                    .filter(|name| Method::from_bytes(name).is_ok());
                if let Some(name) = method {
                    self.method = String::from_utf8(name.clone()).unwrap();
                }
            }
            Layer::Normalize(slashes) => {
                self.raw_path = normalized(&self.raw_path, *slashes);
                self.path = routed_path(&self.raw_path);
            }
            Layer::Cors => {
                let wanted = self.request.header("access-control-request-method");
                let is_method = wanted
                    .first()
                    .is_some_and(|name| Method::from_bytes(name).is_ok());
                if self.method == "OPTIONS" && is_method {
                    return Err(answered(&[200, 400]));
                }
            }
            Layer::Auth {
                project,
                policy,
                passes_preflight,
            } => {
                let user = self.person(*project);
                let passed_preflight = *passes_preflight && self.is_preflight();
                let passes = passed_preflight
                    || user.is_some()
                    || match policy {
                        Policy::Require => false,
                        Policy::Optional => self.has_no_credentials(),
                        Policy::Anonymous => true,
                    };
                if !passes {
                    return Err(answered(&[401]));
                }
                self.middleware = Some(Middleware {
                    project: *project,
                    user,
                    passed_preflight,
                });
                self.org = self.org.take().filter(|(_, of)| of == project);
            }
            Layer::Guard(guard) => {
                if self.may_pass_preflight() {
                    return Ok(());
                }
                let checked = self.check(guard, Position::Wrap);
                let (user, org) = checked.map_err(|status| answered(&[status]))?;
                let nearest = self.middleware.map(|nearest| nearest.project);
                if nearest.is_none() {
                    self.guard_user = Some(user);
                }
                let seen = (WORLD.orgs[org].clone(), user.project);
                self.org = nearest.or(self.data).map(|project| (seen, project));
            }
        }
        Ok(())
    }

    pub(super) fn may_pass_preflight(&self) -> bool {
        self.middleware
            .is_some_and(|nearest| nearest.passed_preflight)
            && self.is_preflight()
    }

    // Guards
}
