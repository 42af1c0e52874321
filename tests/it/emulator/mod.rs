//! The emulator: for other clients, over time, and as a program.

#[cfg(feature = "cli")]
mod cli;
mod contract;
#[cfg(feature = "pages")]
mod dashboard;
mod determinism;
#[cfg(feature = "cli")]
mod doctor;
mod exposed;
mod faces;
mod faces_refused;
mod faults;
mod foreign_clients;
mod frontend;
mod oauth;
mod outbox;
mod over_http;
#[cfg(feature = "pages")]
mod pages;
mod rotation;
mod safety;
mod scale;
mod seeds;
mod token_changes;
mod webhooks;
