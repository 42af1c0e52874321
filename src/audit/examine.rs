//! What is behind each guard of a place: requests that become, step by step, what the guards ask for.
//!
//! The first request has no token. Whatever denies it is asked for by the next request: a token of the
//! project, then a membership, a role, a header with the organization's id, until nothing denies it.
//! Everything that decided on the way to that response is what protects the route.

use actix_http::Request;
use actix_service::Service;
use actix_web::{
    Error,
    body::MessageBody,
    dev::ServiceResponse,
    http::{Method, StatusCode},
};

use super::{
    identity::Identity,
    sample::Samples,
    send::{Answer, End, Shot, Target},
};
use crate::access::{
    Denied, Forbidden, InvalidToken, RequiredOrg, Requirement, Unauthorized,
    probe::{Decision, GuardLayer, Layer, OrgSource, Verdict},
};

/// The number of requests after which an audit gives up. Each request meets at least one demand.
const MAX_STEPS: usize = 24;

/// What was found out about a method at a place.
pub(super) struct Finding {
    /// The answer to the request without a token.
    pub(super) anonymous: Answer,
    /// The answer to the last of the further requests.
    further: Option<Answer>,
    /// Where guards looked for the organization.
    pub(super) sources: Vec<OrgSource>,
}

/// A request in the making.
#[derive(Clone, PartialEq)]
struct Attempt {
    identity: Option<Identity>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

/// Finds out what protects the route that takes a request.
pub(super) async fn examine<S, B>(target: &Target<'_, S>, shot: &Shot, samples: &Samples) -> Finding
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let anonymous = target.send(shot).await;
    let mut sources = Vec::new();
    note_sources(&mut sources, &anonymous);
    let mut attempt = Attempt {
        identity: None,
        query: shot.query.clone(),
        headers: shot.headers.clone(),
    };
    let mut last = None;
    for _ in 0..MAX_STEPS {
        let before = attempt.clone();
        attempt.learn(last.as_ref().unwrap_or(&anonymous), samples.org_id());
        if attempt == before {
            break;
        }
        let answer = target.send(&attempt.shot(shot, target)).await;
        note_sources(&mut sources, &answer);
        last = Some(answer);
    }
    Finding {
        anonymous,
        further: last,
        sources,
    }
}

fn note_sources(sources: &mut Vec<OrgSource>, answer: &Answer) {
    for decision in &answer.decisions {
        let (Layer::Guard(guard) | Layer::RoutingGuard(guard)) = &decision.layer else {
            continue;
        };
        for source in &guard.sources {
            if !sources.contains(source) {
                sources.push(source.clone());
            }
        }
    }
}

impl Attempt {
    /// Adds what an answer asked for.
    fn learn(&mut self, answer: &Answer, org_id: &str) {
        for Decision { layer, verdict } in &answer.decisions {
            let (denied, settings) = match verdict {
                Verdict::Denied(denied, settings)
                | Verdict::NotSelected(denied, settings)
                | Verdict::Raised(denied, _, settings) => (denied, settings),
                Verdict::Allowed | Verdict::PassedPreflight => continue,
            };
            match denied {
                Denied::Unauthorized(Unauthorized::NoCredentials) => {
                    self.identity.get_or_insert_with(|| Identity::new(settings));
                }
                Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Signature)) => {
                    self.identity.as_mut().map(Identity::try_next_key);
                }
                // An audit has no second factor.
                Denied::Unauthorized(Unauthorized::StepUpRequired { .. }) => {}
                Denied::Unauthorized(_) => self.identity = Some(Identity::new(settings)),
                Denied::Forbidden(forbidden) => self.learn_from_403(layer, forbidden, org_id),
                _ => {}
            }
        }
    }

    fn learn_from_403(&mut self, layer: &Layer, forbidden: &Forbidden, org_id: &str) {
        let Some(identity) = &mut self.identity else {
            return;
        };
        match (layer, forbidden) {
            (Layer::Guard(guard) | Layer::RoutingGuard(guard), _) => {
                match &guard.org {
                    Some(org) => identity.join(org, &guard.requirement),
                    None => self.name_org(guard, org_id),
                };
            }
            (Layer::Argument, Forbidden::OrgUnspecified(_)) => identity.activate(org_id),
            (
                _,
                Forbidden::RequirementNotMet {
                    org_id,
                    requirement,
                    ..
                },
            ) => {
                identity.join(&RequiredOrg::id(org_id), requirement);
            }
            (_, Forbidden::UserIsNotInOrg(org)) => identity.join(org, &Requirement::Member),
            _ => {}
        }
    }

    /// Names the organization wherever a guard looked for it.
    fn name_org(&mut self, guard: &GuardLayer, org_id: &str) {
        if let Some(identity) = &mut self.identity {
            // A closure of the application may take the user's only organization.
            identity.join(&RequiredOrg::id(org_id), &Requirement::Member);
        }
        for source in &guard.sources {
            let place = match source {
                OrgSource::Query(name) => (&mut self.query, name),
                OrgSource::Header(name) => (&mut self.headers, name),
                OrgSource::Path(_) => continue,
                OrgSource::ActiveOrg => {
                    if let Some(identity) = &mut self.identity {
                        identity.activate(org_id);
                    }
                    continue;
                }
            };
            set(place.0, place.1, org_id);
        }
    }

    fn shot<S>(&self, shot: &Shot, target: &Target<'_, S>) -> Shot {
        Shot {
            token: self
                .identity
                .as_ref()
                .map(|user| user.token(&target.signed)),
            query: self.query.clone(),
            headers: self.headers.clone(),
            ..shot.clone()
        }
    }
}

/// Adds a value, unless there is one of this name.
pub(super) fn set(values: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !values.iter().any(|(known, _)| known == name) {
        values.push((name.to_owned(), value.to_owned()));
    }
}

impl Finding {
    /// Returns the answer to the last request.
    pub(super) fn last(&self) -> &Answer {
        self.further.as_ref().unwrap_or(&self.anonymous)
    }

    /// Returns `true` if a handler, or a default service of the application, takes the request.
    ///
    /// A request that was denied to the end counts, unless its method is known to have no route.
    pub(super) fn is_handled(&self, methods: &[Method], shot: &Shot) -> bool {
        let is_known = methods.is_empty() || methods.contains(&shot.method);
        match &self.last().end {
            End::Denied(..) => is_known,
            End::Unrouted(_) => false,
            // At the root of a scope, actix-web's empty 404 looks like a handler's.
            End::Reached => {
                is_known
                    || !self.last().seen.as_ref().is_some_and(|seen| {
                        seen.status == StatusCode::NOT_FOUND
                            && seen.is_whole_path_matched
                            && seen.is_empty
                    })
            }
        }
    }
}
