//! `flowctl keys` against the stand-in for the Graph API, with an endpoint and a secret in a file.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use whatsapp_flows::testing::KeyPair;

use crate::graph::{APP, APP_SECRET, Fault, KeyShape, NUMBER, PingEndpoint, StandIn, TOKEN, WABA};

const SECOND: &str = "300000000000004";

struct World {
    graph: StandIn,
    endpoint: PingEndpoint,
    folder: PathBuf,
}

/// The exit code, and the output with the errors.
type Printed = (Option<i32>, String);

impl World {
    fn start(name: &str) -> Self {
        let endpoint = PingEndpoint::start(&format!("keys-at-meta-{name}"));
        let folder = endpoint.secret_file.parent().unwrap().to_owned();
        let graph = StandIn::start();
        graph.state().numbers.get_mut(NUMBER).unwrap().key =
            Some((endpoint.public_pem.clone(), true));
        Self { graph, endpoint, folder }
    }

    fn keys(&self, arguments: &str) -> Printed {
        let secret = self.endpoint.secret_file.to_str().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowctl"));
        command.arg("keys").args(arguments.split(' ')).args(["--secret-file", secret]);
        command.args(["--endpoint", &self.endpoint.url, "--graph-url", &self.graph.url]);
        command.args(["--app-id", APP, "--waba-id", WABA]);
        command.env("WHATSAPP_TOKEN", TOKEN).current_dir(&self.folder);
        if !arguments.contains("--phone-number-id") {
            command.args(["--phone-number-id", NUMBER]);
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        for secret in [TOKEN, APP_SECRET, NUMBER, APP, WABA, "MII"] {
            assert!(!printed.contains(secret), "{secret} in {printed}");
        }
        (output.status.code(), printed)
    }

    fn register(&self, key: Option<(&str, bool)>) {
        let key = key.map(|(pem, valid)| (pem.to_owned(), valid));
        self.graph.state().numbers.get_mut(NUMBER).unwrap().key = key;
    }

    fn registered(&self) -> String {
        self.graph.state().numbers[NUMBER].key.clone().unwrap().0
    }

    fn secret(&self) -> Value {
        serde_json::from_slice(&std::fs::read(&self.endpoint.secret_file).unwrap()).unwrap()
    }

    fn write_secret(&self, secret: &Value) {
        std::fs::write(&self.endpoint.secret_file, secret.to_string()).unwrap();
    }

    /// Adds a key that the endpoint does not know as the newest.
    fn add_key(&self, id: &str, pair: &KeyPair) {
        let mut secret = self.secret();
        let key = json!({ "id": id, "pem": *pair.private_pem });
        secret["private_keys"].as_array_mut().unwrap().insert(0, key);
        self.write_secret(&secret);
    }
}

fn assert_says((code, printed): &Printed, expected: i32, words: &[&str]) {
    assert_eq!(*code, Some(expected), "{printed}");
    for words in words {
        assert!(printed.contains(words), "{words:?} is not in: {printed}");
    }
}

#[test]
fn status_says_which_key_fits_which() {
    let world = World::start("status");
    let foreign = KeyPair::generate();
    let sound = world.keys("status");
    assert_says(&sound, 0, &["opens it", "Meta, the secret and the running function have"]);
    let json: Value = serde_json::from_str(&world.keys("status --json").1).unwrap();
    assert_eq!((&json["ok"], &json["keys"][0]["function"]), (&json!(true), &json!("opened")));

    world.register(None);
    assert_says(&world.keys("status"), 1, &["key-missing", "flowctl keys upload"]);
    world.register(Some((" ", false)));
    assert_says(&world.keys("status"), 1, &["key-unreadable"]);
    world.register(Some((&world.endpoint.public_pem, false)));
    assert_says(&world.keys("status"), 1, &["key-status", "MISMATCH", "registered anew"]);
    world.register(Some((&foreign.public_pem, true)));
    assert_says(&world.keys("status"), 1, &["key-foreign", "is not in the secret"]);

    // The secret has another key than the running function.
    world.register(Some((&world.endpoint.public_pem, true)));
    let own = world.secret();
    let mut other = own.clone();
    other["private_keys"] = json!([{ "id": "other", "pem": *foreign.private_pem }]);
    world.write_secret(&other);
    assert_says(&world.keys("status"), 0, &["key-of-another-secret", "FLOWS_SECRET_ID"]);
    world.register(Some((&foreign.public_pem, true)));
    assert_says(&world.keys("status"), 1, &["key-not-running", "421"]);
    other["app_secrets"] = json!(["f".repeat(32)]);
    world.write_secret(&other);
    assert_says(&world.keys("status"), 1, &["app-secret-not-running", "432"]);
    // A rotation between its two halves.
    world.write_secret(&own);
    world.register(Some((&world.endpoint.public_pem, true)));
    world.add_key("new", &foreign);
    assert_says(&world.keys("status"), 0, &["key-older", "flowctl keys rotate"]);
}

#[test]
fn status_reads_both_shapes_of_the_answer_and_no_broken_one() {
    let world = World::start("shapes");
    world.graph.state().key_shape = KeyShape::Flat;
    assert_says(&world.keys("status"), 0, &["key-match"]);
    world.graph.state().key_shape = KeyShape::Broken;
    assert_says(&world.keys("status"), 1, &["safe to repeat"]);
}

#[test]
fn upload_registers_the_newest_key_at_every_number() {
    let world = World::start("upload");
    let mut state = world.graph.state();
    state.numbers.get_mut(NUMBER).unwrap().key = None;
    let second = crate::graph::Number {
        waba: WABA.into(),
        display: "+1 555-010-9998".into(),
        status: "CONNECTED".into(),
        platform: "CLOUD_API".into(),
        key: Some((world.endpoint.public_pem.clone(), false)),
        recipients: Default::default(),
        windows: Default::default(),
        pair_limited: false,
    };
    state.numbers.insert(SECOND.into(), second);
    drop(state);
    let both = format!("upload --phone-number-id {NUMBER} --phone-number-id {SECOND}");
    let uploaded = world.keys(&both);
    assert_says(&uploaded, 0, &["…0003: has k", "…0004: has k", "MISMATCH", "now, as valid"]);
    assert_eq!(world.registered(), world.endpoint.public_pem);
    assert!(world.graph.state().numbers[SECOND].key.as_ref().unwrap().1);
    // Again it changes nothing.
    let before = world.graph.count("POST whatsapp_business_encryption");
    assert_says(&world.keys(&both), 0, &["already, as valid"]);
    assert_eq!(world.graph.count("POST whatsapp_business_encryption"), before);
    // A call that fails once is repeated.
    world.register(None);
    world.graph.state().faults.push(Fault::server_error("POST whatsapp_business_encryption"));
    assert_says(&world.keys("upload"), 0, &["now, as valid"]);
}

#[test]
fn upload_refuses_what_nobody_could_decrypt() {
    let world = World::start("refuse");
    let other = KeyPair::generate();
    let write = |name: &str, text: &str| std::fs::write(world.folder.join(name), text).unwrap();
    write("private.pem", &other.private_pem);
    write("other.pem", &other.public_pem);
    write("literal.pem", &world.endpoint.public_pem.replace('\n', "\\n"));
    write("small.pem", SMALL);
    for (arguments, code, words) in [
        (
            "upload --public-key private.pem",
            2,
            "this is a private key, which never leaves your side",
        ),
        ("upload --public-key other.pem", 1, "the secret does not hold the private half"),
        ("upload --public-key literal.pem", 2, "the two characters \\n"),
        ("upload --public-key small.pem", 2, "1024 bits"),
        ("upload --key 2019", 1, "the secret has no usable key with this id; it has: k"),
    ] {
        assert_says(&world.keys(arguments), code, &[words]);
    }
    assert_eq!(world.graph.count("POST whatsapp_business_encryption"), 0);
    assert_eq!(world.registered(), world.endpoint.public_pem);
    write("good.pem", &world.endpoint.public_pem);
    assert_says(&world.keys("upload --public-key good.pem"), 0, &["already"]);
}

#[test]
fn upload_keeps_clients_on_a_key_that_the_function_has() {
    let world = World::start("served");
    world.add_key("new", &KeyPair::generate());
    let refused = world.keys("upload");
    assert_says(&refused, 1, &["a ping under new is answered with 421", "nothing was uploaded"]);
    assert_eq!(world.registered(), world.endpoint.public_pem);
    // The function has the key, and the secret is seconds old.
    let (old, own) = (KeyPair::generate(), world.endpoint.public_pem.clone());
    let mut secret = world.secret();
    secret["private_keys"][0] = secret["private_keys"][1].take();
    secret["private_keys"][1] = json!({ "id": "old", "pem": *old.private_pem });
    world.write_secret(&secret);
    world.register(Some((&old.public_pem, true)));
    let early = world.keys("upload --json");
    let (_, json) = early.1.split_at(early.1.find('{').unwrap());
    let json: Value = serde_json::Deserializer::from_str(json).into_iter().next().unwrap().unwrap();
    assert_eq!((&json["ok"], &json["error"]["code"]), (&json!(false), &json!("stopped")));
    assert_says(&early, 1, &["k was stored", "flowctl keys rotate waits for it"]);
    assert_eq!(world.registered(), old.public_pem);
    secret["private_keys"][0]["created"] = "2026-01-01T00:00:00Z".into();
    world.write_secret(&secret);
    assert_says(&world.keys("upload"), 0, &["…0003: has k"]);
    assert_eq!(world.registered(), own);
    // Back to an older key at once needs the function, too.
    assert_says(&world.keys("upload --key old"), 1, &["a ping under old is answered with 421"]);
    assert_says(&world.keys("upload --key old --force"), 0, &["…0003: has old"]);
}

#[test]
fn rotate_refuses_what_it_would_not_mend() {
    let world = World::start("rotate");
    let before = world.secret();
    let foreign = KeyPair::generate();
    world.register(None);
    assert_says(&world.keys("rotate"), 1, &["Meta has no key yet", "flowctl keys upload"]);
    world.register(Some((&foreign.public_pem, true)));
    assert_says(&world.keys("rotate"), 1, &["a key that the secret does not hold"]);
    world.register(Some((&world.endpoint.public_pem, false)));
    assert_says(&world.keys("rotate"), 1, &["register it first: flowctl keys upload"]);
    world.register(Some((&world.endpoint.public_pem, true)));
    let dry = world.keys("rotate --dry-run");
    assert_says(&dry, 0, &["would-store", "would-prove", "would-upload", "340 s", "would-record"]);
    assert_eq!(world.secret(), before);

    // The function never reads the secret: nothing changes at Meta.
    let stopped = world.keys("rotate --wait 0");
    assert_says(&stopped, 1, &["stopped before anything changes at Meta", "FLOWS_SECRET_ID"]);
    assert_eq!(world.registered(), world.endpoint.public_pem);
    assert_eq!(world.secret()["private_keys"].as_array().unwrap().len(), 2);
    // The old key must stay.
    assert_says(&world.keys("rotate --finish"), 1, &["run flowctl keys rotate first", "--force"]);
    assert_says(&world.keys("rotate --finish --force --dry-run"), 0, &["take k out of the secret"]);
    assert_eq!(world.secret()["private_keys"].as_array().unwrap().len(), 2);
}

#[test]
fn finish_keeps_a_key_that_another_number_uses() {
    let world = World::start("finish");
    let new = KeyPair::generate();
    world.add_key("new", &new);
    let mut secret = world.secret();
    secret["private_keys"][0]["registered"] = "2026-01-01T00:00:00Z".into();
    world.write_secret(&secret);
    world.register(Some((&new.public_pem, true)));
    let second = crate::graph::Number {
        waba: WABA.into(),
        display: "+1 555-010-9998".into(),
        status: "CONNECTED".into(),
        platform: "CLOUD_API".into(),
        key: Some((world.endpoint.public_pem.clone(), true)),
        recipients: Default::default(),
        windows: Default::default(),
        pair_limited: false,
    };
    world.graph.state().numbers.insert(SECOND.into(), second);
    assert_says(&world.keys("rotate --finish"), 1, &["…0004: this number of the account"]);
    // Without it, the function would have to open a ping under the newest key.
    world.graph.state().numbers.remove(SECOND);
    assert_says(
        &world.keys("rotate --finish"),
        1,
        &["the old key stays until it is answered", "421"],
    );
    assert_says(&world.keys("rotate --finish --force"), 0, &["k is out of the secret"]);
    assert_eq!(world.secret()["private_keys"].as_array().unwrap().len(), 1);
    assert_says(&world.keys("rotate --finish"), 0, &["nothing to remove"]);
}

#[test]
fn app_secret_is_checked_before_it_is_stored() {
    let world = World::start("app-secret");
    let file = |text: &str| std::fs::write(world.folder.join("app_secret"), text).unwrap();
    let before = world.secret();
    file("EAAGm0PX4ZCpsBAKZC");
    assert_says(&world.keys("rotate --app-secret app_secret"), 2, &["this is an access token"]);
    file(&"f".repeat(32));
    let dry = world.keys("rotate --app-secret app_secret --dry-run");
    assert_says(&dry, 0, &["would-store", "would-prove"]);
    assert_says(&world.keys("rotate --app-secret --finish"), 0, &["nothing to remove"]);
    assert_eq!(world.secret(), before);
}

#[test]
fn missing_values_and_secrets_are_named() {
    let run = |arguments: &[&str], folder: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowctl"));
        command.args(["keys", "status"]).args(arguments).current_dir(folder).env_clear();
        command.env("AWS_CONFIG_FILE", "/dev/null").env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null").env("WHATSAPP_TOKEN", TOKEN);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keys-at-meta-missing");
    std::fs::create_dir_all(&folder).unwrap();
    let number = ["--phone-number-id", NUMBER];
    assert_says(&run(&[], &folder), 2, &["`phone_number_id`", "--phone-number-id"]);
    assert_says(&run(&number, &folder), 2, &["`secret_id`", "--secret-file"]);
    let by_id = [&number[..], &["--secret-id", "flows"]].concat();
    assert_says(&run(&by_id, &folder), 2, &["no region is configured", "--region"]);
    let by_arn = [
        &number[..],
        &["--secret-id", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:flows-AbCdEf"],
    ];
    assert_says(&run(&by_arn.concat(), &folder), 2, &["no credentials are configured"]);
    let by_file = [&number[..], &["--secret-file", "none.json"]].concat();
    assert_says(&run(&by_file, &folder), 2, &["none.json does not exist", "flowctl secret"]);
}

/// An RSA key of 1024 bits.
const SMALL: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC4mN9eZZuyK3oL4qBr72Tv/Dhv
ChVG8XuXG6rpu0lPcI7q9iED51a1L6w84/NPhezsmdVX46wjtPNk3h/xWF2ENZf6
Vta9kPaX5OxDlw91BavqTbEEINUgnHNGaVaiIDg4BalNEoeHa4Zz2E2uAmWEYATc
unmb0737mobRm2CJpwIDAQAB
-----END PUBLIC KEY-----
";
