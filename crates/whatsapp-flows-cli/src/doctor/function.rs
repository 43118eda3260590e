//! The Lambda function: its state, the number of its template, and whether it is strict.

use super::checks::finding;
use super::lambda::{self, Configuration, LambdaError, Variables};
use crate::flows_toml::Environment;
use crate::report::{Finding, Report, Status};

/// The number of the template of this version (`FLOWS_TEMPLATE`). Raise it here and in both templates whenever the
/// program needs something new of the template.
const TEMPLATE: u32 = 1;

pub fn check(environment: &Environment, report: &mut Report) {
    let cannot = |cause: &str| finding("function", Status::CannotSee, cause);
    let Some(function) = &environment.function else {
        let text = "no function is named; set `function` in flows.toml, or pass --function";
        return unseen(cannot(text), report);
    };
    match lambda::configuration(function, environment.region.as_deref()) {
        Ok(configuration) => {
            for found in judge(&configuration) {
                report.add(found.about(lambda::name(function)));
            }
        }
        Err(LambdaError::NotFound(text)) => {
            let why = "a function that was deleted, or one of another region, is not the one that answers";
            let fix = "the output FunctionName of `make deploy` is the `function` of flows.toml; check `region`, too";
            unseen(finding("function", Status::Warning, text).why(why).fix(fix), report);
        }
        Err(LambdaError::Unreadable(cause)) => unseen(cannot(&cause), report),
    }
}

fn unseen(found: Finding, report: &mut Report) {
    report.add(found);
    for code in ["template", "strict"] {
        report.add(finding(code, Status::CannotSee, "the function is not seen"));
    }
}

fn judge(configuration: &Configuration) -> [Finding; 3] {
    let state = judge_state(configuration);
    match &configuration.variables {
        Ok(variables) => {
            [state, judge_template(variables.template.as_deref()), judge_strict(variables)]
        }
        Err(cause) => [
            state,
            finding("template", Status::CannotSee, cause),
            finding("strict", Status::CannotSee, cause),
        ],
    }
}

/// Emulators leave states out.
fn judge_state(configuration: &Configuration) -> Finding {
    let state = configuration.state.as_deref().unwrap_or("Active");
    let update = configuration.last_update.as_deref().unwrap_or("Successful");
    let commit = configuration.variables.as_ref().ok().and_then(|read| read.commit.as_deref());
    let deploy = "aws lambda get-function-configuration has the reason; then make deploy";
    match (state, update) {
        ("Active", "Successful") => {
            let commit = commit.map(|commit| format!(", of the commit {commit}"));
            finding("function", Status::Ok, format!("active{}", commit.unwrap_or_default()))
        }
        ("Failed", _) => {
            finding("function", Status::Fail, "Lambda cannot run it: its state is Failed")
                .fix(deploy)
        }
        ("Inactive", _) => finding(
            "function",
            Status::Warning,
            "Lambda has made it inactive, because nobody called it for weeks",
        )
        .fix("call it, and again a minute later: the first request fails while it wakes up"),
        (_, "Failed") => finding(
            "function",
            Status::Warning,
            "its last update failed, so an earlier program answers",
        )
        .fix(deploy),
        (state, update) => finding(
            "function",
            Status::Warning,
            format!("it is being deployed: state {state}, update {update}"),
        )
        .fix("run the command again in a minute"),
    }
}

fn judge_template(number: Option<&str>) -> Finding {
    let older = |has: &str| {
        let text = format!(
            "the stack's template is older than this flowctl: {has}, and this version has number {TEMPLATE}"
        );
        finding("template", Status::Warning, text).fix(
            "make deploy; a template.yaml of your own first takes over what is new in the one that flowctl new writes",
        )
    };
    match number.map(str::parse::<u32>) {
        None => older("it sets no number (FLOWS_TEMPLATE)"),
        Some(Ok(number)) if number < TEMPLATE => older(&format!("it has number {number}")),
        Some(Ok(TEMPLATE)) => finding("template", Status::Ok, format!("number {TEMPLATE}")),
        Some(Ok(number)) => finding(
            "template",
            Status::Warning,
            format!("this flowctl is older than the stack's template: it has number {number}, and this version has number {TEMPLATE}"),
        )
        .fix("use the flowctl of the version that was deployed"),
        Some(Err(_)) => finding("template", Status::Warning, "FLOWS_TEMPLATE of the function is not a number")
            .fix("write the number of template.yaml as a text in quotes, and make deploy"),
    }
}

fn judge_strict(variables: &Variables) -> Finding {
    match variables.is_strict {
        false => finding("strict", Status::Ok, "FLOWS_STRICT is not set"),
        true => finding("strict", Status::Fail, "FLOWS_STRICT is set on a deployed function")
            .fix("take FLOWS_STRICT out of the function's variables, and delete the log of the time with it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_templates_have_the_number_of_the_tool() {
        let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        for path in ["../../template.yaml", "templates/project/template.yaml"] {
            let template = std::fs::read_to_string(package.join(path)).unwrap();
            let numbers: Vec<_> = template
                .lines()
                .filter_map(|line| line.trim().strip_prefix("FLOWS_TEMPLATE: "))
                .collect();
            assert_eq!(numbers, [format!("\"{TEMPLATE}\"")], "{path}");
        }
    }

    #[test]
    fn a_template_is_older_equal_or_newer() {
        let number = |number: u32| Some(number.to_string());
        assert_eq!(judge_template(number(TEMPLATE).as_deref()).status, Status::Ok);
        for (number, words) in [
            (None, "sets no number"),
            (number(TEMPLATE - 1), "it has number"),
            (number(TEMPLATE + 1), "this flowctl is older"),
            (Some("MARK".into()), "not a number"),
        ] {
            let found = judge_template(number.as_deref());
            assert_eq!(found.status, Status::Warning, "{number:?}");
            assert!(found.text.contains(words) && !found.text.contains("MARK"), "{}", found.text);
        }
    }

    #[test]
    fn a_state_of_a_deployment_is_mentioned() {
        let variables = Variables { template: None, commit: None, is_strict: false };
        let mut configuration =
            Configuration { state: None, last_update: None, variables: Ok(variables) };
        for (state, update, status) in [
            ("Active", "Successful", Status::Ok),
            ("Active", "InProgress", Status::Warning),
            ("Active", "Failed", Status::Warning),
            ("Pending", "Successful", Status::Warning),
            ("Inactive", "Successful", Status::Warning),
            ("Failed", "Failed", Status::Fail),
        ] {
            configuration.state = Some(state.into());
            configuration.last_update = Some(update.into());
            assert_eq!(judge_state(&configuration).status, status, "{state} {update}");
        }
    }
}
