//! The test and the script of a new project: the ways through its flow.

use whatsapp_flow_json::codegen::Plan;
use whatsapp_flows::testing::client::FlowJson;

use super::walk::{Step, Walk};

/// The text of `tests.rs`.
pub fn rust(flow: &FlowJson, plan: &Plan, walks: &[Walk], missed: &[String]) -> String {
    let picks_files = walks.iter().flat_map(|walk| &walk.steps);
    let mut picks_files = picks_files.filter(|(step, _)| matches!(step, Step::File(..)));
    let mut imports = String::from(
        "use whatsapp_flows::assert_agrees;\nuse whatsapp_flows::testing::FlowClient;\n",
    );
    if picks_files.next().is_some() {
        imports += "use whatsapp_flows::testing::client::PickedFile;\n";
    }
    let mut text = format!(
        "//! Plays the flow as a user does, with the real cryptography and without a network.\n\n{imports}\n\
         use super::flow::{{App, FLOW_JSON, flow}};\n\n\
         #[test]\nfn handlers_agree_with_the_flow_json() {{\n    assert_agrees(&flow(App), FLOW_JSON);\n}}\n"
    );
    if walks.is_empty() {
        text += &format!(
            "\n#[tokio::test]\nasync fn opens() {{\n    let client = FlowClient::open(flow(App), FLOW_JSON).await;\n    \
             assert_eq!(client.screen(), {:?});\n}}\n",
            plan.first
        );
    }
    for walk in walks {
        let name = match &walk.end {
            None => "is_played_to_the_end".to_owned(),
            Some(screen) => format!("leads_to_{}", screen.to_lowercase()),
        };
        text += &format!(
            "\n#[tokio::test]\nasync fn {name}() {{\n    let mut client = FlowClient::open(flow(App), FLOW_JSON).await;\n    \
             assert_eq!(client.screen(), {:?});\n",
            plan.first
        );
        for (step, screen) in &walk.steps {
            text += &format!("    {}\n", step.rust());
            if let Some(screen) = screen {
                text += &format!("    assert_eq!(client.screen(), {screen:?});\n");
            }
        }
        if walk.end.is_none() {
            text += "    client.completion();\n";
        }
        text += "}\n";
    }
    if !missed.is_empty() {
        let known = flow.screens().count();
        text += &format!(
            "\n// No way was found to {} of the {known} screens: {}.\n",
            missed.len(),
            missed.join(", ")
        );
    }
    text
}

/// The text of the script: the way to the end, or the longest one.
pub fn script(name: &str, flow_json: &str, plan: &Plan, walks: &[Walk]) -> String {
    let way = walks.iter().find(|walk| walk.end.is_none());
    let way = way.or_else(|| walks.iter().max_by_key(|walk| walk.steps.len()));
    let mut text = format!(
        "# Plays the flow {name} as a user does:\n#\n#     flowctl play {flow_json} --script tests/{name}.play\n\
         open\nexpect screen {}\n",
        plan.first
    );
    let Some(way) = way else { return text };
    for (step, screen) in &way.steps {
        text += &format!("{}\n", step.script());
        if let Some(screen) = screen {
            text += &format!("expect screen {screen}\n");
        }
    }
    if way.end.is_none() {
        text += "expect completion\n";
    }
    text
}
