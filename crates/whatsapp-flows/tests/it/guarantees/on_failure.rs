//! `on_failure` fails as well: the message is sent alone.

use serde_json::json;
use whatsapp_flows::testing::Phone;
use whatsapp_flows::*;

use super::shop::{Cart, Receipt, Shop, flow};

type Cx = Context<Shop, Cart>;
type Reply<S> = Result<ReplyTo<S, Cart>>;

#[tokio::test]
async fn the_message_is_sent_alone_if_on_failure_fails() {
    async fn oversized(_: Cx) -> Reply<Receipt> {
        Ok(show(Receipt { number: 7.into() }).saving(Cart { text: "x".repeat(65_536) }))
    }
    async fn unwritable(_: Cx) -> Reply<Receipt> {
        Ok(show(Receipt { number: 7.into() }).saving(Cart { text: "unwritable".into() }))
    }
    async fn mismatched(_: Cx) -> Reply<Receipt> {
        Ok(show(Receipt { number: "seven".into() }))
    }
    async fn failing(_: Cx) -> Reply<Receipt> {
        Err("away".into())
    }
    let shop = Shop::default();
    let flows = [
        ("oversized", flow(&shop).on_failure::<Receipt>(oversized)),
        ("unwritable", flow(&shop).on_failure::<Receipt>(unwritable)),
        ("mismatched", flow(&shop).on_failure::<Receipt>(mismatched)),
        ("failing", flow(&shop).on_failure::<Receipt>(failing)),
    ];
    let alone = json!({ "screen": "RECEIPT", "data": { "error_message": "Please try again." } });
    for (name, flow) in flows {
        let phone = Phone::new(flow);
        phone.init().await;
        let failed = phone.submit("RECEIPT", json!({ "note": { "not": "text" } })).await;
        assert_eq!((failed.status, failed.body), (200, alone.clone()), "{name}");
        let after = phone.submit("RECEIPT", json!({ "note": "read" })).await;
        assert_eq!(after.data(), &json!({ "number": 1 }), "{name}: the session goes on");
    }
}
