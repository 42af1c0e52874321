//! From the description of an app to the app.

use std::rc::Rc;

use actix_web::{
    App, Resource, Scope,
    body::to_bytes,
    dev::Service as _,
    http::{Method, header},
    test::{self, TestRequest},
    web,
};
use futures_util::future::LocalBoxFuture;

use crate::{
    app::{self, Node},
    guards::{choose, with_guard},
    handlers,
    layers::Stack,
    people::WORLD,
};

/// What came back.
pub(crate) struct Answer {
    pub status: u16,
    pub challenged: bool,
    pub body: Vec<u8>,
}

/// A running app.
pub(crate) type Started = Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>;

/// Starts an app in this process.
pub(crate) async fn start(described: &app::App) -> Started {
    let mut app = App::new();
    if let Some(project) = described.data {
        app = app.app_data(WORLD.handle(project).clone());
    }
    app = app.configure(|config| {
        for node in &described.nodes {
            add(config, node);
        }
    });
    if let Some(default) = &described.default {
        app = app.default_service(route(default));
    }
    let service = test::init_service(app.wrap(Stack(described.layers.clone()))).await;
    let service = Rc::new(service);
    Box::new(move |request| {
        let service = Rc::clone(&service);
        Box::pin(async move {
            let response = match service.call(request.to_request()).await {
                Ok(response) => response.into_parts().1,
                Err(error) => error.error_response(),
            };
            Answer {
                status: response.status().as_u16(),
                challenged: response.headers().contains_key(header::WWW_AUTHENTICATE),
                body: to_bytes(response.into_body()).await.unwrap().to_vec(),
            }
        })
    })
}

fn add(config: &mut web::ServiceConfig, node: &Node) {
    match node {
        Node::Route {
            path,
            route: described,
        } => {
            config.route(path, route(described));
        }
        Node::Resource {
            path,
            guards,
            data,
            layers,
            routes,
            default,
        } => {
            let mut resource = Resource::new(path.as_str());
            for guard in guards {
                resource = resource.guard(choose(guard));
            }
            if let Some(project) = data {
                resource = resource.app_data(WORLD.handle(*project).clone());
            }
            for described in routes {
                resource = resource.route(route(described));
            }
            if let Some(described) = default {
                resource = resource.default_service(route(described));
            }
            config.service(resource.wrap(Stack(layers.clone())));
        }
        Node::Scope {
            prefix,
            guards,
            inside,
        } => {
            let mut scope = Scope::new(prefix);
            for guard in guards {
                scope = scope.guard(choose(guard));
            }
            if let Some(project) = inside.data {
                scope = scope.app_data(WORLD.handle(project).clone());
            }
            scope = scope.configure(|config| {
                for node in &inside.nodes {
                    add(config, node);
                }
            });
            if let Some(described) = &inside.default {
                scope = scope.default_service(route(described));
            }
            config.service(scope.wrap(Stack(inside.layers.clone())));
        }
    }
}

fn route(described: &app::Route) -> actix_web::Route {
    let mut route = handlers::route(&described.handler);
    if let Some(method) = &described.method {
        route = route.method(Method::from_bytes(method.as_bytes()).unwrap());
    }
    for guard in &described.guards {
        route = route.guard(choose(guard));
    }
    if !described.layers.is_empty() {
        route = route.wrap(Stack(described.layers.clone()));
    }
    match &described.guard_route {
        Some(guard) => with_guard!(guard, |guard| guard.guard_route(route)),
        None => route,
    }
}
