//! Where others reach an emulator, and by which names.

use std::net::IpAddr;

/// What an emulator was told that others can reach.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exposure {
    /// The address at which it listens, once it is known.
    pub(crate) address: Option<IpAddr>,
    /// The host names by which it is asked, besides those of this machine.
    pub(crate) hosts: Vec<String>,
}
