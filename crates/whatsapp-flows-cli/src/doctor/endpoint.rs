//! The endpoint: its address, its name and its certificate.

use std::net::{IpAddr, ToSocketAddrs};

use http::Uri;
use jiff::{SignedDuration, Timestamp};

use super::checks::finding;
use super::view::{SeenFlow, View};
use super::{certificate, ping};
use crate::keys::day;
use crate::report::{Finding, Report, Status};

/// A certificate that ends sooner is a warning.
const RENEWAL: SignedDuration = SignedDuration::from_hours(14 * 24);
const LOCAL: &str = "the address is on this machine, where only a stand-in for Meta calls it";

pub fn check(view: &mut View, report: &mut Report) {
    let mut urls: Vec<(String, String)> = Vec::new();
    for seen in &view.flows {
        if let Some(url) = check_address(view, seen, report) {
            urls.push((seen.name.clone(), url));
        }
    }
    // Without flows, the address that was given is looked at.
    if let (true, Some(url)) = (view.flows.is_empty(), &view.settings.environment.endpoint) {
        urls.push(("the endpoint".into(), url.clone()));
    }
    if urls.is_empty() {
        for code in ["endpoint-address", "dns", "certificate", "ping", "ping-time", "signature"] {
            let text = "no address is known; set `endpoint` in flows.toml, or pass --endpoint";
            report.add(finding(code, Status::CannotSee, text));
        }
        return;
    }
    let mut hosts: Vec<(String, u16)> = Vec::new();
    for (_, url) in &urls {
        let Some((host, port)) = host(url) else { continue };
        if !hosts.contains(&(host.clone(), port)) {
            check_host(url, &host, port, report);
            hosts.push((host, port));
        }
    }
    for (name, url) in &urls {
        ping::check(view, name, url, report);
    }
}

/// Checks the address at Meta, and returns the address that clients use.
fn check_address(view: &View, seen: &SeenFlow, report: &mut Report) -> Option<String> {
    let code = "endpoint-address";
    let configured = match &seen.entry {
        Some(entry) => view.settings.flow_url(entry).ok(),
        None => None,
    };
    let Some(flow) = &seen.flow else {
        report.add(finding(code, Status::CannotSee, "the flow is not seen").about(&*seen.name));
        return configured;
    };
    let push = "flowctl flow push sets the address of flows.toml";
    let same = |a: &str, b: &str| a.trim_end_matches('/') == b.trim_end_matches('/');
    let found = match (&flow.endpoint_uri, &configured) {
        (None, _) if flow.data_api_version.is_none() => {
            report.add(finding(code, Status::Ok, "the flow has no endpoint").about(&*seen.name));
            return None;
        }
        (None, _) => finding(code, Status::Fail, "the flow has no address").fix(push),
        (Some(at_meta), Some(configured)) if !same(at_meta, configured) => finding(
            code,
            Status::Fail,
            format!("Meta calls {at_meta}, and {configured} is configured"),
        )
        .fix(push),
        (Some(at_meta), _) if is_local(at_meta) => finding(code, Status::CannotSee, LOCAL),
        (Some(at_meta), _) if !at_meta.starts_with("https://") => finding(
            code,
            Status::Fail,
            format!("{at_meta} is not https, and Meta calls nothing else"),
        )
        .fix(push),
        (Some(at_meta), _) => finding(code, Status::Ok, at_meta),
    };
    report.add(found.about(&*seen.name));
    flow.endpoint_uri.clone().or(configured)
}

fn check_host(url: &str, host: &str, port: u16, report: &mut Report) {
    if is_local(url) {
        report.add(finding("dns", Status::CannotSee, LOCAL));
        return report.add(finding("certificate", Status::CannotSee, LOCAL));
    }
    let addresses: Vec<IpAddr> = match (host, port).to_socket_addrs() {
        Ok(addresses) => addresses.map(|address| address.ip()).collect(),
        Err(error) => {
            let text = format!("{host} does not resolve: {error}");
            report.add(
                finding("dns", Status::Fail, text)
                    .fix("look at the DNS record of the name, and at the spelling of the address"),
            );
            return report.add(finding(
                "certificate",
                Status::CannotSee,
                "the name does not resolve",
            ));
        }
    };
    report.add(match addresses.iter().find(|address| is_private(address)) {
        Some(address) => finding(
            "dns",
            Status::Fail,
            format!("{host} resolves to {address}, which only your own network reaches"),
        )
        .fix("give the name a public address; from inside a VPC it may resolve to another one"),
        None => finding(
            "dns",
            Status::Ok,
            format!(
                "{host} has {} public IP address{}",
                addresses.len(),
                if addresses.len() == 1 { "" } else { "es" }
            ),
        ),
    });
    if !url.starts_with("https://") {
        return report.add(finding("certificate", Status::CannotSee, "the address is not https"));
    }
    report.add(judge_certificate(
        &certificate::expiry(host, port, certificate::public_roots()),
        Timestamp::now(),
    ));
}

fn judge_certificate(
    read: &Result<Timestamp, certificate::CertificateError>,
    now: Timestamp,
) -> Finding {
    let code = "certificate";
    let renew = "renew the certificate, and look at what should have renewed it";
    match read {
        Ok(ends) if ends.duration_since(now) < RENEWAL => {
            finding(code, Status::Warning, format!("the certificate ends on {}", day(*ends)))
                .fix(renew)
        }
        Ok(ends) => finding(code, Status::Ok, format!("valid until {}", day(*ends))),
        Err(certificate::CertificateError::Rejected(cause)) => finding(code, Status::Fail, cause)
            .fix("use a certificate of a public authority for this name, with its chain"),
        Err(certificate::CertificateError::Unreachable(cause)) => {
            finding(code, Status::CannotSee, cause)
        }
    }
}

fn host(url: &str) -> Option<(String, u16)> {
    let uri: Uri = url.parse().ok()?;
    let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
    Some((host.to_owned(), uri.port_u16().unwrap_or(usual)))
}

/// Returns whether the address is one of this machine.
fn is_local(url: &str) -> bool {
    let Some((host, _)) = host(url) else { return false };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || is_shared
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_local_private_or_public() {
        for url in ["http://127.0.0.1:3000/basic", "http://localhost/x", "http://[::1]:80/x"] {
            assert!(is_local(url), "{url}");
        }
        assert!(!is_local("https://flows.example.org/basic") && !is_local("not an address"));
        for address in
            ["10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.1.1", "100.64.0.1", "fd00::1"]
        {
            assert!(is_private(&address.parse().unwrap()), "{address}");
        }
        for address in ["1.1.1.1", "100.128.0.1", "2606:4700::1"] {
            assert!(!is_private(&address.parse().unwrap()), "{address}");
        }
        assert_eq!(host("https://a.example/x"), Some(("a.example".into(), 443)));
    }

    #[test]
    fn a_certificate_is_judged_by_its_end() {
        let now: Timestamp = "2026-11-27T00:00:00Z".parse().unwrap();
        let status = |days: i64| {
            judge_certificate(&Ok(now + SignedDuration::from_hours(24 * days)), now).status
        };
        assert_eq!((status(60), status(10)), (Status::Ok, Status::Warning));
        let rejected = Err(certificate::CertificateError::Rejected("expired".into()));
        assert_eq!(judge_certificate(&rejected, now).status, Status::Fail);
    }
}
