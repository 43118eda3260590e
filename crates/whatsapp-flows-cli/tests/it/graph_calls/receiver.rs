//! A webhook that records what is posted to it.

use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use whatsapp_flows::protocol::signature::{self, AppSecret, HEADER};

use crate::graph::APP_SECRET;

/// A webhook that refuses the first post, and verifies the signature of all.
pub struct Receiver {
    pub url: String,
    bodies: std::sync::Mutex<std::sync::mpsc::Receiver<String>>,
    seen: std::sync::Mutex<Vec<serde_json::Value>>,
    _runtime: tokio::runtime::Runtime,
}

impl Receiver {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (sender, bodies) = std::sync::mpsc::channel();
        let first = std::sync::atomic::AtomicBool::new(true);
        let first = std::sync::Arc::new(first);
        let receive = move |headers: HeaderMap, body: String| {
            let secret = [AppSecret::new(APP_SECRET).unwrap()];
            let values = headers.get_all(HEADER).iter().map(|value| value.as_bytes());
            assert_eq!(signature::verify(values, body.as_bytes(), &secret), Ok(0));
            sender.send(body).unwrap();
            let refused = first.swap(false, std::sync::atomic::Ordering::Relaxed);
            async move { if refused { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK } }
        };
        let router = axum::Router::new().fallback(receive);
        runtime.spawn(async move { axum::serve(listener, router).await });
        let (bodies, seen) = (std::sync::Mutex::new(bodies), Default::default());
        Self { url, bodies, seen, _runtime: runtime }
    }

    /// The value of a post by its number; waits for it.
    pub fn value(&self, at: usize) -> serde_json::Value {
        let mut seen = self.seen.lock().unwrap();
        while seen.len() <= at {
            let body = self.bodies.lock().unwrap().recv_timeout(Duration::from_secs(10)).unwrap();
            assert!(body.is_ascii() && !body.replace("\\/", "").contains('/'), "{body}");
            let json: serde_json::Value = serde_json::from_str(&body).unwrap();
            seen.push(json["entry"][0]["changes"][0]["value"].clone());
        }
        seen[at].clone()
    }
}
