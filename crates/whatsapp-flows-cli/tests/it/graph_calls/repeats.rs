//! Documented errors, and which calls are repeated after which failure.

use std::time::Duration;

use flowctl::graph::{AccessToken, ControlPlane, ErrorKind, Graph, Repeat};
use serde_json::json;

use super::{FLOW_JSON, code, create, message, new_flow, number, start, waba};
use crate::graph::{Fault, NUMBER, TOKEN, USER};

#[test]
fn documented_errors_have_advice() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    for documented in [
        1, 2, 4, 10, 100, 190, 200, 368, 803, 80007, 131000, 131031, 131048, 139000, 139001,
        139002, 139003, 139004, 139006,
    ] {
        let error = json!({ "code": documented, "message": format!("(#{documented}) Documented") });
        stand_in.state().faults = vec![Fault::refuse("GET {id}", 400, error); 3];
        assert_eq!(code(graph.flow(&waba(), &id, None)), (Some(documented), None));
    }
    // A code that is not documented is shown as it is.
    let error = json!({ "code": 999, "message": "(#999) New" });
    stand_in.state().faults = vec![Fault::refuse("GET {id}", 400, error)];
    let error = graph.flow(&waba(), &id, None).unwrap_err();
    assert_eq!((error.hint(), error.to_string().starts_with("error 999: New")), (None, true));
}

#[test]
fn creating_calls_are_repeated_only_after_a_limit() {
    let (stand_in, graph) = start();
    stand_in.state().faults.push(Fault::limit("POST flows", 0));
    let flow = create(&graph, "a");
    assert_eq!(stand_in.count("POST flows"), 2);
    stand_in.state().numbers.get_mut(NUMBER).unwrap().pair_limited = true;
    graph.send(&number(), &message(&flow, USER)).unwrap();
    assert_eq!((stand_in.count("POST messages"), stand_in.state().messages.len()), (2, 1));

    let faults = [Fault::server_error, |on| Fault::html(on, 502), Fault::cut_after];
    for (number_of_fault, fault) in faults.into_iter().enumerate() {
        let calls = stand_in.count("POST flows");
        stand_in.state().faults.push(fault("POST flows"));
        let error =
            graph.create_flow(&waba(), &new_flow(&format!("b{number_of_fault}"))).unwrap_err();
        assert_eq!(error.repeat, Repeat::MayHaveHappened, "{error}");
        assert!(error.to_string().contains("it may have been done"), "{error}");
        assert_eq!(stand_in.count("POST flows"), calls + 1);

        let calls = stand_in.count("POST messages");
        stand_in.state().faults.push(fault("POST messages"));
        let error = graph.send(&number(), &message(&flow, USER)).unwrap_err();
        assert_eq!(error.repeat, Repeat::MayHaveHappened, "{error}");
        assert_eq!(stand_in.count("POST messages"), calls + 1);
    }
    // The call that was cut off had its effect.
    assert_eq!(stand_in.state().messages.len(), 2);
    assert!(stand_in.state().flows.values().any(|flow| flow.name == "b2"));
}

#[test]
fn other_calls_are_repeated_within_bounds() {
    let (stand_in, graph) = start();
    let id = create(&graph, "a");
    for fault in
        [Fault::server_error, |on| Fault::html(on, 502), Fault::cut_after, |on| Fault::limit(on, 0)]
    {
        stand_in.state().faults.push(fault("POST assets"));
        graph.upload_flow_json(&waba(), &id, FLOW_JSON.as_bytes()).unwrap();
    }
    stand_in.state().faults = vec![Fault::server_error("GET {id}"); 5];
    let error = graph.flow(&waba(), &id, None).unwrap_err();
    assert_eq!((error.code, error.repeat), (Some(2), Repeat::Safe));
    assert!(
        error.to_string().contains("tried: GET /…0002, 3 attempts; it is safe to repeat"),
        "{error}"
    );
    assert_eq!(stand_in.state().faults.len(), 2);
    // On publishing the generic error does not pass: two attempts.
    let generic = json!({ "code": 131000, "message": "(#131000) Something went wrong" });
    stand_in.state().faults = vec![Fault::refuse("POST publish", 500, generic); 5];
    assert_eq!(code(graph.publish_flow(&waba(), &id)), (Some(131000), None));
    assert_eq!(stand_in.state().faults.len(), 3);
    // A long wait is left to the user.
    stand_in.state().faults = vec![Fault::limit("GET {id}", 7); 2];
    let error = graph.flow(&waba(), &id, None).unwrap_err();
    assert!(error.to_string().contains("Meta asks to wait 7 min"), "{error}");
    assert_eq!(stand_in.state().faults.len(), 1);
}

#[test]
fn pages_of_proxies_and_closed_ports_are_told_apart() {
    let (stand_in, graph) = start();
    stand_in.state().faults.push(Fault::html("GET flows", 200));
    let error = graph.flows(&waba()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotUnderstood);
    assert!(error.to_string().contains("not a JSON object (text/html)"), "{error}");
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let nowhere = Graph::new(&closed, AccessToken::new(TOKEN).unwrap()).unwrap();
    let error =
        nowhere.with_backoff(Duration::ZERO).create_flow(&waba(), &new_flow("a")).unwrap_err();
    assert_eq!((error.kind, error.repeat), (ErrorKind::Unreachable, Repeat::Safe));
    assert!(Graph::new("http://graph.example", AccessToken::new(TOKEN).unwrap()).is_err());
}
