//! The time to check a large reply against its Flow JSON, compared with RSA's private operation.
//!
//! The replies have 200 options of four members each, and 100 options with images that make up most of the megabyte
//! that a reply may have. All run in turn in one process, and the ratio of the medians is printed.

use std::time::Instant;

use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey,
};
use serde_json::{Map, Value, json};
use whatsapp_flow_json::ReplySchema;

const ROUNDS: usize = 3000;

fn main() {
    let document = ReplySchema::parse(
        &json!({
            "version": "7.3",
            "data_api_version": "4.0",
            "routing_model": { "CHOOSE": ["DONE"], "DONE": [] },
            "screens": [
                { "id": "CHOOSE", "data": { "options": { "type": "array", "items": {
                    "type": "object", "properties": { "id": { "type": "string" },
                        "title": { "type": "string" }, "description": { "type": "string" },
                        "image": { "type": "string" },
                        "enabled": { "type": "boolean" } } } } },
                  "layout": { "type": "SingleColumnLayout", "children": [
                    { "type": "Dropdown", "name": "option", "data-source": "${data.options}" }] } },
                { "id": "DONE", "terminal": true }
            ]
        })
        .to_string(),
    )
    .unwrap();
    let data = reply(200);
    let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
    let public = OaepPublicEncryptingKey::new(key.public_key()).unwrap();
    let key = OaepPrivateDecryptingKey::new(key).unwrap();
    let mut wrapped = [0; 256];
    public.encrypt(&OAEP_SHA256_MGF1SHA256, &[7; 16], &mut wrapped, None).unwrap();

    let images = reply_with_images(100);

    let (mut rsa, mut agreement, mut large) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        key.decrypt(&OAEP_SHA256_MGF1SHA256, &wrapped, &mut [0; 256], None).unwrap();
        rsa.push(started.elapsed().as_secs_f64() * 1e6);
        let started = Instant::now();
        document.check(Some("CHOOSE"), "CHOOSE", &data).unwrap();
        agreement.push(started.elapsed().as_secs_f64() * 1e6);
        let started = Instant::now();
        document.check(Some("CHOOSE"), "CHOOSE", &images).unwrap();
        large.push(started.elapsed().as_secs_f64() * 1e6);
    }
    assert!(document.check(Some("CHOOSE"), "CHOOSE", &reply(201)).is_err());
    assert!(document.check(Some("CHOOSE"), "CHOOSE", &reply_with_images(101)).is_err());
    let (rsa, agreement, large) = (median(rsa), median(agreement), median(large));
    println!("median of {ROUNDS} rounds, one after the other in turn");
    println!("RSA-2048 private operation (aws-lc-rs)        {rsa:>8.1} µs   1.00");
    let ratio = agreement / rsa;
    println!("agreement of a reply with 200 options         {agreement:>8.1} µs   {ratio:.3}");
    let ratio = large / rsa;
    println!("agreement of 100 options with images, 0.9 MB  {large:>8.1} µs   {ratio:.3}");
}

fn reply(options: usize) -> Map<String, Value> {
    let options: Vec<_> = (0..options)
        .map(|at| {
            json!({ "id": format!("option-{at}"), "title": format!("Option {at}"),
                "description": "A line that says more about it", "enabled": at % 3 == 0 })
        })
        .collect();
    Map::from_iter([("options".to_owned(), options.into())])
}

fn reply_with_images(options: usize) -> Map<String, Value> {
    let mut data = reply(options);
    for option in data["options"].as_array_mut().unwrap() {
        option["image"] = format!("iVBORw0KGgo{}", "A".repeat(8989)).into();
    }
    data
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
