//! Incidents of versions that take turns, of very little traffic, and of a part of the users.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use whatsapp_flows::aws::Aws;

use super::requests::Client;
use super::{Incident, away};
use crate::support::aws::tables;

pub async fn all() -> Vec<Incident> {
    let (few, versions) = tokio::join!(
        async {
            vec![
                unreadable_states().await,
                confirming_fails_once_an_hour().await,
                crash_of_every_ping().await,
                heavy_traffic().await,
                one_of_two_app_secrets().await,
                a_few_of_each().await,
            ]
        },
        async {
            vec![
                old_version_fails().await,
                rolled_back_in_an_incident().await,
                crashes_of_the_new_version().await,
            ]
        },
    );
    few.into_iter().chain(versions).collect()
}

/// Two versions take turns, and one cannot read the state that the other has written.
async fn unreadable_states() -> Incident {
    let mut incident = Incident::start("unreadable-states-in-a-rollout").await;
    let dynamodb = Aws::at(&incident.proxy.url).await.dynamodb();
    for _ in 0..6 {
        incident.conversation(&Client::new()).await;
        let client = Client::new();
        let events = client.conversation();
        incident.post(&events[0]).await;
        incident.post(&events[1]).await;
        let update = dynamodb.update_item().table_name(tables::SESSIONS);
        let update = update.key("flow_token", AttributeValue::S(client.token().into()));
        let update = update.update_expression("SET #s = :s");
        let update = update.expression_attribute_names("#s", "state");
        let state = AttributeValue::S(json!({ "chosen": 5 }).to_string());
        update.expression_attribute_values(":s", state).send().await.unwrap();
        assert_eq!(incident.post(&events[2]).await, 427);
    }
    incident
}

/// A user an hour, whose booking always fails, and pings between.
async fn confirming_fails_once_an_hour() -> Incident {
    let mut incident = Incident::start("confirming-fails-once-an-hour").await;
    incident.proxy.inject("PutItem", 0, usize::MAX, away());
    for _ in 0..6 {
        incident.conversation(&Client::new()).await;
        for _ in 0..5 {
            incident.at += 590;
            incident.post(&Client::new().ping()).await;
        }
        incident.at += 590;
    }
    incident
}

/// Nobody but Meta's pings, every ten minutes, and the process dies each time.
async fn crash_of_every_ping() -> Incident {
    let mut incident = Incident::start("crash-of-every-ping").await;
    for _ in 0..12 {
        incident.only_at_front(json!({ "method": "POST", "status": 500, "ms": 9.0 }));
        incident.at += 590;
    }
    incident
}

/// During a rollout the version before fails, and the new one does not.
async fn old_version_fails() -> Incident {
    let mut incident = Incident::start("old-version-fails-in-a-rollout").await;
    for _ in 0..4 {
        incident.restart_as("6").await;
        incident.proxy.inject("UpdateItem", 0, usize::MAX, away());
        incident.users(2, |client| client).await;
        incident.proxy.clear();
        incident.restart_as("7").await;
        incident.users(1, |client| client).await;
    }
    incident
}

/// DynamoDB fails, the new version is rolled back, and the version before fails as well.
async fn rolled_back_in_an_incident() -> Incident {
    let mut incident = Incident::start("rolled-back-in-an-incident").await;
    incident.proxy.inject("UpdateItem", 0, usize::MAX, away());
    incident.users(4, |client| client).await;
    incident.restart_as("6").await;
    incident.users(8, |client| client).await;
    incident
}

/// The process of the new version dies, beside users of the version before.
async fn crashes_of_the_new_version() -> Incident {
    let mut incident = Incident::start("crashes-of-the-new-version").await;
    incident.restart_as("6").await;
    for _ in 0..6 {
        incident.conversation(&Client::new()).await;
        incident
            .only_at_front(json!({ "method": "POST", "status": 500, "ms": 9.0, "crashed": "7" }));
        incident.at -= 40;
    }
    incident
}

/// One failure in a hundred, at heavy traffic.
async fn heavy_traffic() -> Incident {
    let mut incident = Incident::start("one-failure-in-a-hundred").await;
    for round in 0..100 {
        incident.conversation(&Client::new()).await;
        incident.at -= 56;
        if round % 16 == 0 {
            incident.only_at_front(json!({ "method": "POST", "status": 500, "ms": 9.0 }));
            incident.at -= 9;
        }
    }
    incident
}

/// Two Meta apps, and the app secret of one was reset: every third user is locked out.
async fn one_of_two_app_secrets() -> Incident {
    let mut incident = Incident::start("one-of-two-app-secrets-reset").await;
    for _ in 0..4 {
        incident.users(2, |client| client).await;
        incident.users(1, |client| client.with_app_secret("0".repeat(32))).await;
    }
    incident
}

/// Too few of each failure for an alarm of its own: undecryptable, on a wrong path, and failed at the front.
async fn a_few_of_each() -> Incident {
    let mut incident = Incident::start("a-few-failures-of-each-kind").await;
    incident.users(5, |client| client).await;
    incident.post(&Client::new().with_another_key().ping()).await;
    incident.post(&Client::new().with_another_key().ping()).await;
    incident.post(&Client::new().with_path("/appointmnt").ping()).await;
    incident.only_at_front(json!({ "method": "POST", "status": 500, "ms": 9.0 }));
    incident.users(5, |client| client).await;
    incident
}
