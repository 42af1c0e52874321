//! Which addresses a request may go to that others asked for.
//!
//! A server that fetches a URL on behalf of others reaches what they do not: itself, the network that it is in, and
//! the metadata service of a cloud. The name in a URL says nothing about that, because its owner chooses the addresses
//! that it has; so they are checked after the name was resolved.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::lookup_host;

/// Where a document may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Anywhere,
    /// On the public internet only.
    Global,
}

/// Resolves a name, all of whose addresses must be global. The connection is opened to these: a name that is resolved
/// a second time may have others.
///
/// # Errors
///
/// Returns why it cannot be resolved, or which address is not global.
pub(super) async fn global_addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let name = host.trim_matches(['[', ']']);
    let resolved = lookup_host((name, port)).await;
    let resolved = resolved.map_err(|error| format!("its host cannot be resolved: {error}"))?;
    let addresses: Vec<SocketAddr> = resolved.collect();
    match addresses.iter().find(|address| !is_global(address.ip())) {
        Some(address) => Err(format!(
            "its host has the address {}, which is not one of the public internet",
            address.ip()
        )),
        None => Ok(addresses),
    }
}

/// Returns `true` for addresses of the public internet, by the registries of IANA for special purposes.
fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_global_v4(address),
        IpAddr::V6(address) => is_global_v6(address),
    }
}

/// What is left out:
///
/// | addresses | |
/// |---|---|
/// | 0/8, 127/8 | this machine |
/// | 10/8, 172.16/12, 192.168/16 | private networks (RFC 1918) |
/// | 100.64/10 | networks of providers (RFC 6598) |
/// | 169.254/16 | the link, where clouds have their metadata (RFC 3927) |
/// | 192.0.0/24, 192.88.99/24 | protocols (RFC 6890, RFC 7526) |
/// | 192.0.2/24, 198.51.100/24, 203.0.113/24 | documentation (RFC 5737) |
/// | 198.18/15 | measurements (RFC 2544) |
/// | 224/4, 240/4 | multicast, and what is reserved |
fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127 | 224..=255, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

/// Global unicast is 2000::/3. What has an IPv4 address inside is outside of it, but for 6to4 and Teredo.
///
/// | left out of it | |
/// |---|---|
/// | 2001::/23 | protocols, such as Teredo (RFC 2928) |
/// | 2001:db8::/32, 3fff::/20 | documentation (RFC 3849, RFC 9637) |
/// | 2002::/16 | 6to4 (RFC 3056) |
fn is_global_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_special =
        matches!((a, b), (0x2001, 0..=0x01ff | 0x0db8) | (0x2002, _)) || a == 0x3fff && b < 0x1000;
    (0x2000..=0x3fff).contains(&a) && !is_special
}

#[cfg(test)]
mod tests {
    use super::{global_addresses, is_global};

    #[test]
    fn only_addresses_of_the_public_internet_are_global() {
        for address in
            "1.1.1.1 93.184.216.34 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 \
             198.17.0.1 2606:4700:4700::1111 2001:4860:4860::8888 2a00::1"
                .split_whitespace()
        {
            assert!(is_global(address.parse().unwrap()), "{address}");
        }
        for address in
            "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.255 169.254.169.254 172.16.0.1 \
             172.31.255.255 192.0.0.1 192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 \
             224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 \
             ::ffff:1.1.1.1 64:ff9b::7f00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 \
             2002:7f00:1::1 3fff::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1"
                .split_whitespace()
        {
            assert!(!is_global(address.parse().unwrap()), "{address}");
        }
    }

    #[actix_web::test]
    async fn every_spelling_of_this_machine_is_refused_after_it_was_resolved() {
        for host in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "0.0.0.0",
            "[::ffff:127.0.0.1]",
        ] {
            let refused = global_addresses(host, 443).await;
            assert!(refused.is_err(), "{host}: {refused:?}");
        }
    }
}
