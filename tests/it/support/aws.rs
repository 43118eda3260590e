//! Emulators of AWS: dynoxide in this process, and moto in its own.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use whatsapp_flows::aws::{Aws, DynamoDbStore};

/// The tables of the application.
pub mod tables {
    use local_lambda::dynamodb::{DynamoDb, Table};

    pub const SESSIONS: &str = "sessions";
    pub const BOOKINGS: &str = "bookings";

    /// Returns both tables, empty and in memory.
    pub fn in_memory() -> DynamoDb {
        let sessions = Table::new(SESSIONS, "flow_token");
        let bookings = Table::with_sort_key(BOOKINGS, "location_date", "start_time");
        DynamoDb::open(None, &[sessions, bookings]).unwrap()
    }
}

/// Returns the path of a tool that `make tools` installs.
pub fn tool(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools").join(path);
    assert!(path.exists(), "{} does not exist; install it with make tools", path.display());
    path
}

/// A moto server on a free port. It stops when it is dropped.
pub struct Moto {
    pub url: String,
    server: Child,
}

impl Moto {
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new(tool("moto/bin/moto_server"))
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let moto = Self { url: format!("http://127.0.0.1:{port}"), server };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "moto does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        moto
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Returns the environment that points the AWS SDK at an emulator.
pub fn environment(url: &str) -> [(&'static str, String); 4] {
    [
        ("AWS_ENDPOINT_URL", url.to_owned()),
        ("AWS_REGION", "eu-west-1".into()),
        ("AWS_ACCESS_KEY_ID", "local".into()),
        ("AWS_SECRET_ACCESS_KEY", "local".into()),
    ]
}

/// Local tables, accessed with the real SDK.
pub struct Local {
    aws: Aws,
    client: Client,
}

impl Local {
    pub async fn dynoxide() -> Self {
        Self::at(&tables::in_memory().serve().await.unwrap()).await
    }

    pub async fn at(url: &str) -> Self {
        let aws = Aws::at(url).await;
        Self { client: aws.dynamodb(), aws }
    }

    pub async fn sessions(&self) -> DynamoDbStore {
        self.aws.sessions(tables::SESSIONS)
    }

    pub async fn create_tables(&self) {
        use aws_sdk_dynamodb::types::*;
        let keys = [
            (tables::SESSIONS, vec![("flow_token", KeyType::Hash)]),
            (
                tables::BOOKINGS,
                vec![("location_date", KeyType::Hash), ("start_time", KeyType::Range)],
            ),
        ];
        for (table, keys) in keys {
            let mut create = self.client.create_table().table_name(table);
            create = create.billing_mode(BillingMode::PayPerRequest);
            for (key, kind) in keys {
                let attribute = AttributeDefinition::builder()
                    .attribute_name(key)
                    .attribute_type(ScalarAttributeType::S);
                let schema = KeySchemaElement::builder().attribute_name(key).key_type(kind);
                create = create.attribute_definitions(attribute.build().unwrap());
                create = create.key_schema(schema.build().unwrap());
            }
            let created = create.send().await;
            // If moto is slower than the SDK's timeout, the second attempt finds the table.
            if let Err(error) = created.map_err(|error| error.into_service_error()) {
                assert!(error.is_resource_in_use_exception(), "{error:?}");
            }
        }
    }

    pub async fn put_item(&self, attributes: &[(&str, &str)]) {
        let typed = attributes.iter().map(|(name, value)| {
            let number = matches!(*name, "version" | "expires_at");
            let value = (*value).to_owned();
            (*name, if number { AttributeValue::N(value) } else { AttributeValue::S(value) })
        });
        self.put_attributes(typed).await;
    }

    pub async fn put_attributes(
        &self,
        attributes: impl IntoIterator<Item = (&str, AttributeValue)>,
    ) {
        let put = self.client.put_item().table_name(tables::SESSIONS);
        let item = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
        put.set_item(Some(item.collect())).send().await.unwrap();
    }

    pub async fn attribute(&self, token: &str, name: &str) -> Option<String> {
        let get = self.client.get_item().table_name(tables::SESSIONS);
        let get = get.key("flow_token", AttributeValue::S(token.into())).send().await.unwrap();
        get.item?.get(name)?.as_s().ok().cloned()
    }
}

/// Returns a client to create and change secrets.
pub fn secrets_manager(url: &str) -> aws_sdk_secretsmanager::Client {
    use aws_sdk_secretsmanager::config::{Builder, Credentials, Region};
    let config = Builder::new()
        .behavior_version_latest()
        .endpoint_url(url)
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "tests"));
    aws_sdk_secretsmanager::Client::from_conf(config.build())
}
