//! Where a webhook may point to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hyper::Uri;

/// The host of an absolute HTTP or HTTPS URL.
pub(super) fn host(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.host().filter(|host| is_http && !host.is_empty())?;
    Some(host.trim_start_matches('[').trim_end_matches(']').to_owned())
}

/// Whether the host is this machine, or in one of the ranges that IANA keeps for special purposes.
pub(super) fn is_local(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    match host.parse() {
        Ok(IpAddr::V4(address)) => is_special(address),
        Ok(IpAddr::V6(address)) => is_special_v6(address),
        Err(_) => name == "localhost" || name.ends_with(".localhost"),
    }
}

fn is_special(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second))
}

fn is_special_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.to_ipv4_mapped().is_some_and(is_special)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_absolute_http_urls_have_a_host() {
        assert_eq!(host("https://hooks.example:8443/a?b").as_deref(), Some("hooks.example"));
        assert_eq!(host("http://[::1]/").as_deref(), Some("::1"));
        for url in ["", "hooks.example", "/a", "ftp://hooks.example/", "https://"] {
            assert_eq!(host(url), None, "{url}");
        }
    }

    #[test]
    fn this_machine_and_special_ranges_are_local() {
        for host in ["localhost", "a.LOCALHOST", "127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"]
        {
            assert!(is_local(host), "{host}");
        }
        for host in ["hooks.example", "localhost.example", "20.37.194.1", "2603:1030::1"] {
            assert!(!is_local(host), "{host}");
        }
    }
}
