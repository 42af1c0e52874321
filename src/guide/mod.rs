//! The guide: from the first route to the night after a deployment.
//!
//! | page | answers |
//! | --- | --- |
//! | [installation] | What do I add, and how do I get a first response? |
//! | [concepts] | What is a handle, a user, an organization, a guard, a denial? |
//! | [guards] | Which of the guards do I take, and where do I wrap it? |
//! | [step_up] | How do I ask for a code of the second factor before what matters? |
//! | [organization] | Where does the organization of a request come from? |
//! | [callers] | How do programs with API keys use the same routes? |
//! | `mcp` | How does an MCP server take the tokens of OAuth clients? (with the feature `mcp`) |
//! | [environments] | How does one service answer for several PropelAuth environments? |
//! | [frontends] | What does a browser application need, and how do I develop it on one machine? |
//! | [denials] | What does a denied caller see, what do I see, and how do I change it? |
//! | [codes] | What does this code in my log mean? |
//! | [errors] | What can happen to a call, and what do I do about it? |
//! | [testing] | How do I test a handler, an app, a service, an outage? |
//! | [operations] | What happens if PropelAuth is slow or away, and how do I notice? |
//! | [freshness] | How soon does a change count, and what happens to a token from before it? |
//! | [webhooks] | How does a change in PropelAuth reach my service within a second? |
//! | [fleet] | How do all instances of a service learn what one of them knows? |
//! | [performance] | What does a request cost? |
//! | [security] | What is guaranteed, and what is not? |
//! | [settings] | Which features, settings and variables are there, and what are their defaults? |
//! | [from_the_official_crate] | What is it called in the crate `propelauth`? |
//! | [from_django] | … in propelauth-django-rest-framework? |
//! | [from_node] | … in @propelauth/node? |
//!
//! The guide is documentation only: it is part of no build.

#[doc = include_str!("installation.md")]
pub mod installation {}

#[doc = include_str!("concepts.md")]
pub mod concepts {}

#[doc = include_str!("guards.md")]
pub mod guards {}

#[doc = include_str!("step_up.md")]
pub mod step_up {}

#[doc = include_str!("organization.md")]
pub mod organization {}

#[doc = include_str!("callers.md")]
pub mod callers {}

#[cfg(feature = "mcp")]
#[doc = include_str!("mcp.md")]
pub mod mcp {}

#[doc = include_str!("environments.md")]
pub mod environments {}

#[doc = include_str!("frontends.md")]
pub mod frontends {}

#[doc = include_str!("denials.md")]
pub mod denials {}

#[doc = include_str!("../../docs/codes.md")]
pub mod codes {}

#[doc = include_str!("errors.md")]
pub mod errors {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("operations.md")]
pub mod operations {}

#[doc = include_str!("freshness.md")]
pub mod freshness {}

#[doc = include_str!("webhooks.md")]
pub mod webhooks {}

#[doc = include_str!("fleet.md")]
pub mod fleet {}

#[doc = include_str!("performance.md")]
pub mod performance {}

#[doc = include_str!("security.md")]
pub mod security {}

#[doc = include_str!("settings.md")]
pub mod settings {}

#[doc = include_str!("from_the_official_crate.md")]
pub mod from_the_official_crate {}

#[doc = include_str!("from_django.md")]
#[doc = include_str!("names_from_django.md")]
pub mod from_django {}

#[doc = include_str!("from_node.md")]
#[doc = include_str!("names_from_node.md")]
pub mod from_node {}
