//! The report as one JSON object.

use serde_json::{Value, json};

use super::report::{CaseResult, Outcome, Report};

/// Returns the report as JSON.
pub fn json(report: &Report) -> Value {
    let ms = |time: std::time::Duration| (time.as_secs_f64() * 1e4).round() / 10.0;
    let latency = report.latency.map(|latency| {
        json!({
            "requests": latency.requests,
            "p50Ms": ms(latency.p50),
            "p90Ms": ms(latency.p90),
            "p99Ms": ms(latency.p99),
        })
    });
    json!({
        "url": report.url,
        "reachable": report.is_reachable,
        "ok": report.count(Outcome::Ok),
        "warnings": report.count(Outcome::Warning),
        "failed": report.count(Outcome::Failed),
        "skipped": report.count(Outcome::Skipped),
        "latency": latency,
        "cases": report.results.iter().map(case).collect::<Vec<_>>(),
    })
}

fn case(result: &CaseResult) -> Value {
    json!({
        "id": result.case.id,
        "name": result.case.name,
        "outcome": result.outcome.code(),
        "seen": result.seen,
        "advice": result.advice,
        "mistakes": result.mistakes,
        "requires": result.case.requires,
        "source": result.case.source,
    })
}
