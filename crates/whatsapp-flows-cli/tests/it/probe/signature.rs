//! Endpoints that compute the signature over something else, and refuse it with any status.

use serde_json::json;

use super::stub::{Answer, Bytes, Files, SignatureCheck, Stub};

/// As JavaScript writes a body again.
fn rewritten(body: &Bytes) -> Vec<u8> {
    String::from_utf8_lossy(body).replace("\\/", "/").replacen("{ ", "{", 1).into_bytes()
}

/// As PHP writes a body again: slashes are escaped, as in the bodies that Meta sends.
fn rewritten_with_escapes(body: &Bytes) -> Vec<u8> {
    String::from_utf8_lossy(body).replacen("{ ", "{", 1).into_bytes()
}

#[test]
fn a_signature_over_another_text_is_named_whatever_the_status() {
    for refusal in [400, 401, 403, 421, 432, 500] {
        for (covers, code) in [
            (rewritten as fn(&Bytes) -> Vec<u8>, "signature-over-rewritten-body"),
            (|_| Vec::new(), "signature-over-nothing"),
        ] {
            let check = SignatureCheck { covers, refusal };
            let stub = Stub::with_check(&format!("{code}-{refusal}"), Answer::right, check);
            let probed = stub.probe(&["--json"]);
            let first = probed.with_outcome("failed").first().cloned();
            assert_eq!(first.as_deref(), Some("P02"), "{refusal}: {probed:?}");
            assert_eq!(probed.case("P02")["mistakes"], json!([code]), "{refusal}");
            assert_eq!(probed.case("P09")["outcome"], "ok", "{refusal}: {probed:?}");
        }
    }
}

/// It is the same text today, so nothing fails.
#[test]
fn a_signature_over_a_body_that_php_writes_again_is_a_warning() {
    for refusal in [401, 432, 500] {
        let check = SignatureCheck { covers: rewritten_with_escapes, refusal };
        let stub = Stub::with_check(&format!("php-{refusal}"), Answer::right, check);
        let signature = stub.probe(&["--json"]).case("P02");
        assert_eq!(signature["outcome"], "warning", "{refusal}: {signature}");
        assert_eq!(signature["mistakes"], json!(["signature-over-rewritten-body"]), "{refusal}");
    }
}

/// A wrong signature is refused in another way than a request that cannot be decrypted, and is not the mistake.
#[test]
fn another_key_is_not_taken_for_a_signature() {
    for refusal in [401, 432, 500] {
        let check = SignatureCheck { covers: |body| body.to_vec(), refusal };
        let stub = Stub::with_check(&format!("other-key-{refusal}"), Answer::right, check);
        let other = Files::new(&format!("other-key-{refusal}-other"));
        let public = "public.pem";
        std::fs::copy(other.folder.join(public), stub.files.folder.join(public)).unwrap();
        let probed = stub.probe(&["--json"]);
        assert_eq!(probed.with_outcome("failed"), ["P03"], "{refusal}: {probed:?}");
    }
}

#[test]
fn another_app_secret_is_named_for_401_and_403() {
    for refusal in [401, 403] {
        let check = SignatureCheck { covers: |body| [b"x", &body[..]].concat(), refusal };
        let stub = Stub::with_check(&format!("secret-{refusal}"), Answer::right, check);
        let reach = stub.probe(&["--json"]).case("P01");
        assert_eq!(reach["outcome"], "failed", "{reach}");
        assert!(reach["advice"].as_str().unwrap().contains("check that this is its app secret"));
    }
}
