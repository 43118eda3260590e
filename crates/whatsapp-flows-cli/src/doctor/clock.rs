//! The clocks of this machine, of Meta and of the endpoint.

use std::time::Duration;

use jiff::SignedDuration;

use super::checks::finding;
use super::view::View;
use crate::clock::offset;
use crate::report::{Finding, Report, Status};

/// A difference up to this is what a slow response makes.
const TOLERANCE: Duration = Duration::from_secs(30);
/// AWS refuses calls that are five minutes off.
const LIMIT: Duration = Duration::from_secs(240);

pub fn check(view: &View, report: &mut Report) {
    let meta = graph_date(&view.graph_url).map(|date| ("Meta's".to_owned(), date));
    let endpoint =
        view.dates.iter().map(|(url, date)| (format!("the clock of {url}"), date.clone()));
    let known: Vec<_> = meta
        .into_iter()
        .chain(endpoint)
        .filter_map(|(whose, date)| Some((whose, offset(&date)?)))
        .collect();
    report.add(judge(&known));
}

fn judge(offsets: &[(String, SignedDuration)]) -> Finding {
    let Some((whose, worst)) = offsets.iter().max_by_key(|(_, offset)| offset.unsigned_abs())
    else {
        return finding("clock", Status::CannotSee, "neither Meta nor the endpoint says its time");
    };
    let text = || {
        let direction = if worst.is_negative() { "behind" } else { "ahead of" };
        format!("this machine's clock is {} s {direction} {whose}", worst.unsigned_abs().as_secs())
    };
    let fix = "set the clock of the one that is wrong, with NTP";
    match worst.unsigned_abs() {
        off if off > LIMIT => finding("clock", Status::Fail, text()).fix(fix),
        off if off > TOLERANCE => finding("clock", Status::Warning, text()).fix(fix),
        _ => finding("clock", Status::Ok, "the same, within half a minute"),
    }
}

/// The header `Date` of any answer of the Graph API. The token is not sent.
fn graph_date(url: &str) -> Option<String> {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)));
    let agent: ureq::Agent = config.build().into();
    let response = agent.get(url).call().ok()?;
    Some(response.headers().get("date")?.to_str().ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_clock_decides() {
        let status = |seconds: &[i64]| {
            let offsets =
                seconds.iter().map(|s| ("Meta's".to_owned(), SignedDuration::from_secs(*s)));
            judge(&offsets.collect::<Vec<_>>()).status
        };
        assert_eq!(status(&[]), Status::CannotSee);
        assert_eq!(status(&[1, -20]), Status::Ok);
        assert_eq!(status(&[1, -45]), Status::Warning);
        assert_eq!(status(&[400, 0]), Status::Fail);
    }
}
