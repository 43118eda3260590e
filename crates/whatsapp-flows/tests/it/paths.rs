//! Routing: the request is served by the flow whose path its path ends with, at a slash; the longest one wins.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Uri};
use serde::Serialize;
use serde_json::{Value, json};
use whatsapp_flows::protocol::key::PrivateKey;
use whatsapp_flows::protocol::keyring::Keyring;
use whatsapp_flows::protocol::signature::{AppSecret, HEADER};
use whatsapp_flows::testing::{KeyPair, RequestSealer};
use whatsapp_flows::{
    Context, Endpoint, Flow, Init, MemoryStore, Reaches, ReplyTo, Result, Screen, show,
};

#[derive(Serialize)]
struct Served {
    by: &'static str,
}

impl Screen for Served {
    const ID: &'static str = "SERVED";
    type Input = ();
}

impl Reaches<Served> for Init {}

async fn init(cx: Context<&'static str>) -> Result<ReplyTo<Init>> {
    Ok(show(Served { by: cx.app() }))
}

struct Rig {
    endpoint: Endpoint,
    sealing: RequestSealer,
    app_secret: AppSecret,
}

impl Rig {
    fn serving(paths: &[&'static str]) -> Self {
        let keys = KeyPair::generate();
        let key = PrivateKey::from_pem("k", &keys.private_pem, None).unwrap();
        let app_secret = AppSecret::new("an app secret").unwrap();
        let secret = Arc::new(Keyring::new(vec![key], vec![app_secret.clone()]).unwrap());
        let endpoint = Endpoint::new(secret, MemoryStore::new());
        let endpoint = paths
            .iter()
            .fold(endpoint, |endpoint, path| endpoint.serve(path, Flow::new(*path).on_init(init)));
        Self { endpoint, sealing: RequestSealer::new(&keys.public_pem).unwrap(), app_secret }
    }

    /// Returns the path of the flow that answers, or `None` for a 404.
    async fn served_by(&self, path: &str) -> Option<String> {
        let plaintext = json!({ "action": "INIT", "version": "3.0", "data": {}, "screen": "" });
        let sealed = self.sealing.seal(plaintext.to_string().as_bytes());
        let request = Request::post(path.parse::<Uri>().unwrap())
            .header(HEADER, self.app_secret.sign(sealed.body.as_bytes()))
            .body(Bytes::from(sealed.body.clone()))
            .unwrap();
        let response = self.endpoint.handle(request).await;
        match response.status().as_u16() {
            404 => None,
            200 => {
                let reply: Value = sealed.opener.open(response.body()).unwrap();
                Some(reply["data"]["by"].as_str().unwrap().into())
            }
            status => panic!("{path}: {status}"),
        }
    }
}

#[tokio::test]
async fn a_flow_is_served_after_any_prefix_and_the_longest_path_wins() {
    let rig = Rig::serving(&["/book", "/v2/book", "/quote"]);
    for (path, served) in [
        ("/book", Some("/book")),
        ("/book/", Some("/book")),
        ("/prod/book", Some("/book")),
        ("/prod/wa/book/?a=b", Some("/book")),
        ("//book", Some("/book")),
        ("/v2/book", Some("/v2/book")),
        ("/prod/v2/book", Some("/v2/book")),
        ("/xv2/book", Some("/book")),
        ("/book/quote", Some("/quote")),
        ("/notebook", None),
        ("/book/more", None),
        ("/Book", None),
        ("/book//", None),
        ("/b%6fok", None),
        ("/", None),
        ("*", None),
    ] {
        assert_eq!(rig.served_by(path).await.as_deref(), served, "{path}");
    }
}

#[tokio::test]
async fn a_flow_at_the_root_serves_only_the_root() {
    let rig = Rig::serving(&["/", "/book"]);
    for (path, served) in [
        ("/", Some("/")),
        ("/book", Some("/book")),
        ("/x/book", Some("/book")),
        ("/x", None),
        ("/x/", None),
    ] {
        assert_eq!(rig.served_by(path).await.as_deref(), served, "{path}");
    }
}
