//! The difference between this machine's clock and that of a server, from the header `Date` of a response.

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// This machine's clock minus the server's. A response that takes a second makes it a second off.
pub fn offset(date: &str) -> Option<SignedDuration> {
    let server = rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(Timestamp::now().duration_since(server))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_http_date_is_compared() {
        let past = offset("Fri, 27 Nov 2020 10:00:00 GMT").unwrap();
        assert!(past > SignedDuration::from_hours(24 * 365));
        assert_eq!(offset("yesterday"), None);
    }
}
