//! A path with a keyring of its own: several businesses behind one endpoint.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde::Serialize;
use sha2::Digest;
use whatsapp_flows::keyring::{KeyringProvider, KeyringUnavailable};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::AppSecret;
use whatsapp_flows::testing::{KeyPair, Phone};
use whatsapp_flows::{BoxFuture, Endpoint, Flow, Init, MemoryStore, Reaches, Screen, show};

use crate::support::{business, sign};

#[derive(Serialize)]
struct Form;

impl Screen for Form {
    const ID: &'static str = "FORM";
    type Input = ();
}

impl Reaches<Form> for Init {}

fn flow() -> Flow<()> {
    Flow::new(()).on_init(async |_| Ok(show(Form)))
}

/// A provider that counts its calls; without a keyring, it cannot be loaded.
struct Counted {
    keyring: Option<Arc<Keyring>>,
    calls: Arc<AtomicUsize>,
}

impl KeyringProvider for Counted {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { self.keyring.clone().ok_or(KeyringUnavailable) })
    }

    fn reload_if_stale<'a>(&'a self, _: &'a Arc<Keyring>) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { None })
    }
}

/// Another business, with its own app.
fn other() -> (KeyPair, AppSecret, Arc<Keyring>) {
    let keys = KeyPair::generate();
    let secret = AppSecret::new("the secret of another app").unwrap();
    let key = PrivateKey::from_pem("other", &keys.private_pem, None).unwrap();
    let keyring = Keyring::new(vec![key], vec![secret.clone()]).unwrap();
    (keys, secret, Arc::new(keyring))
}

#[tokio::test]
async fn request_is_tried_with_the_keyring_of_its_path_only() {
    let (keys, secret, keyring) = other();
    let [ours, theirs] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let endpoint = |path| {
        let own = Counted { keyring: Some(business().secret), calls: Arc::clone(&ours) };
        let other = Counted { keyring: Some(Arc::clone(&keyring)), calls: Arc::clone(&theirs) };
        let endpoint = Endpoint::new(own, MemoryStore::new()).serve("/ours", flow());
        (endpoint.serve_with("/theirs", flow(), other), path)
    };
    let calls = || [&ours, &theirs].map(|calls| calls.swap(0, Ordering::Relaxed));
    let (both, path) = endpoint("/ours");
    let phone = Phone::for_endpoint(both, path, business().keys, sign());
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(calls(), [1, 0]);
    assert_eq!(phone.on_path("/theirs").init().await.status, 432, "signed by another app");
    assert_eq!(calls()[0], 0);
    let (both, path) = endpoint("/theirs");
    let phone = Phone::for_endpoint(both, path, &keys, secret.clone());
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(calls(), [0, 1]);
    assert_eq!(phone.on_path("/ours").init().await.status, 432, "signed by another app");
    assert_eq!(calls()[1], 0);
    let (both, path) = endpoint("/theirs");
    let mixed = Phone::for_endpoint(both, path, business().keys, secret);
    assert_eq!(mixed.init().await.status, 421, "encrypted for the key of another app");
    assert_eq!(calls()[0], 0);
}

#[tokio::test]
async fn keyring_that_cannot_be_loaded_does_not_affect_other_paths() {
    let calls = Arc::new(AtomicUsize::new(0));
    let unavailable = Counted { keyring: None, calls: Arc::clone(&calls) };
    let endpoint = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/ours", flow())
        .serve_with("/theirs", flow(), unavailable);
    endpoint.load_keyrings().await;
    assert_eq!(calls.load(Ordering::Relaxed), 1, "loaded at the start");
    let phone = Phone::for_endpoint(endpoint, "/ours", business().keys, sign());
    assert_eq!(phone.init().await.status, 200);
    assert_eq!(phone.on_path("/theirs").init().await.status, 500);
    assert_eq!(phone.another().init().await.status, 200);
}

/// A provider that hangs, or panics.
struct Broken {
    panics: bool,
}

impl KeyringProvider for Broken {
    fn keyring(&self) -> BoxFuture<'_, Result<Arc<Keyring>, KeyringUnavailable>> {
        assert!(!self.panics, "the provider of another business");
        Box::pin(std::future::pending())
    }

    fn reload_if_stale<'a>(&'a self, _: &'a Arc<Keyring>) -> BoxFuture<'a, Option<Arc<Keyring>>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn provider_that_hangs_or_panics_does_not_stop_the_start() {
    for panics in [false, true] {
        let endpoint = Endpoint::new(business().secret, MemoryStore::new())
            .serve("/ours", flow())
            .serve_with("/theirs", flow(), Broken { panics });
        let load = tokio::time::timeout(Duration::from_secs(4), endpoint.load_keyrings());
        load.await.expect("the start waits for a provider that hangs");
        let phone = Phone::for_endpoint(endpoint, "/ours", business().keys, sign());
        assert_eq!(phone.init().await.status, 200);
        assert_eq!(phone.on_path("/theirs").init().await.status, 500);
        assert_eq!(phone.on_path("/nowhere").init().await.status, 404);
    }
}

#[tokio::test]
async fn request_without_a_well_formed_signature_reads_no_keyring() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Counted { keyring: Some(business().secret), calls: Arc::clone(&calls) };
    let endpoint = Endpoint::new(counted, MemoryStore::new()).serve("/form", flow());
    let requests = [
        ("POST", "/form", None, 432),
        ("POST", "/form", Some("sha256=none"), 432),
        ("POST", "/nowhere", None, 404),
        ("GET", "/form", None, 405),
    ];
    for (method, path, signature, status) in requests {
        let request = http::Request::builder().method(method).uri(path);
        let request = match signature {
            Some(signature) => request.header("x-hub-signature-256", signature),
            None => request,
        };
        let response = endpoint.handle(request.body(bytes::Bytes::new()).unwrap()).await;
        assert_eq!(response.status(), status);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
#[should_panic(expected = "two flows are served on /form/")]
async fn path_is_served_once() {
    let endpoint = Endpoint::new(business().secret, MemoryStore::new()).serve("/form", flow());
    let _ = endpoint.serve_with("/form/", flow(), business().secret);
}

#[test]
fn documents_are_named_with_the_digest_of_their_flow_json() {
    const DOCUMENT: &str =
        r#"{ "version": "7.3", "routing_model": { "FORM": [] }, "screens": [ { "id": "FORM" } ] }"#;
    let endpoint = Endpoint::new(business().secret, MemoryStore::new())
        .serve("/with", flow().document(DOCUMENT))
        .serve("/", flow());
    let digest = sha2::Sha256::digest(DOCUMENT);
    let digest: String = digest[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(endpoint.document_digests(), [("/", "-"), ("/with", digest.as_str())]);
}
