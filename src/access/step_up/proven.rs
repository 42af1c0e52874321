//! What a request has proven by its grant.
//!
//! A scope and a route in it may both require a grant, and a handler once more. A one-time grant is used up by the
//! first of them, so that the others must not ask again.

use std::sync::Arc;

use actix_web::{HttpMessage as _, HttpRequest};

use crate::{
    access::{settings::Settings, user::User},
    words::ids::UserId,
};

/// What was proven, in the extensions of the request.
#[derive(Default)]
struct ProvenActions(Vec<Proven>);

/// An action that a user of a project may do.
struct Proven {
    settings: Arc<Settings>,
    user_id: UserId,
    action_type: String,
}

/// Remembers that a user has proven an action.
pub(super) fn remember(request: &HttpRequest, user: &User, action_type: String) {
    let mut extensions = request.extensions_mut();
    if !extensions.contains::<ProvenActions>() {
        extensions.insert(ProvenActions::default());
    }
    if let Some(ProvenActions(list)) = extensions.get_mut() {
        list.push(Proven {
            settings: Arc::clone(user.settings()),
            user_id: user.user_id.clone(),
            action_type,
        });
    }
}

/// Returns `true` if a user of a project has proven an action in this request.
pub(in crate::access) fn is_proven(request: &HttpRequest, user: &User, action_type: &str) -> bool {
    let extensions = request.extensions();
    let proven = extensions.get::<ProvenActions>();
    proven.is_some_and(|ProvenActions(list)| {
        list.iter().any(|one| {
            Arc::ptr_eq(&one.settings, user.settings())
                && one.user_id == user.user_id
                && one.action_type == action_type
        })
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::{is_proven, remember};
    use crate::testing::TestUser;

    #[test]
    fn what_is_proven_is_proven_of_one_user_and_one_action_in_one_request() {
        let (request, other) = (TestRequest::default(), TestRequest::default());
        let (request, other) = (request.to_http_request(), other.to_http_request());
        let mia = TestUser::new("mia@example.com").user();
        let olga = TestUser::new("olga@example.com").user();
        remember(&request, &mia, "PAY".to_owned());
        remember(&request, &mia, "SIGN".to_owned());
        assert!(is_proven(&request, &mia, "PAY"));
        assert!(is_proven(&request, &mia, "SIGN"));
        assert!(!is_proven(&request, &mia, "DELETE"));
        assert!(!is_proven(&request, &olga, "PAY"));
        assert!(!is_proven(&other, &mia, "PAY"));
    }
}
