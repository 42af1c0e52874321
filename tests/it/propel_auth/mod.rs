//! The handle: its settings, the verifier key, and validation without a framework.

mod authenticate;
mod extractor;
mod key_fetch;
mod key_wait;
mod misconfigured;
mod published_keys;
mod settings;
mod validate;
