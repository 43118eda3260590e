//! A form that shows the name that was entered before.

use serde::{Deserialize, Serialize};
use whatsapp_flows::testing::Response;
use whatsapp_flows::*;

#[derive(Serialize)]
struct Form {
    name: String,
}

#[derive(Deserialize)]
struct FormInput {
    name: Option<String>,
}

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = FormInput;
}

impl Reaches<Form> for Init {}

#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Draft {
    name: String,
}

async fn init(cx: Context<(), Draft>) -> Result<ReplyTo<Init, Draft>> {
    Ok(show(Form { name: cx.session().name.clone() }))
}

async fn submit(cx: Context<(), Draft>, given: Input<Form>) -> Result<ReplyTo<Form, Draft>> {
    let name = given.name.unwrap_or_else(|| cx.session().name.clone());
    Ok(show(Form { name: name.clone() }).saving(Draft { name }))
}

pub fn flow(resumes: bool) -> Flow<(), Draft> {
    let flow = Flow::new(()).on_init(init).on::<Form>(submit);
    if resumes { flow.resumes() } else { flow }
}

/// Returns the name that a reply shows.
pub fn shown_name(answer: &Response) -> &str {
    answer.data()["name"].as_str().expect("a form")
}
