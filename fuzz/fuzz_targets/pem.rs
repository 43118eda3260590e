//! A text of a private key: what is refused is refused without a word of it, and what is read is read again
//! from a mangled copy. `-timeout` watches that no file can ask for minutes of work.
#![no_main]

use base64::prelude::{BASE64_STANDARD, Engine};
use libfuzzer_sys::fuzz_target;
use whatsapp_flows::protocol::pem::parse_private_key;
use whatsapp_flows_fuzz::PASSPHRASE;

fuzz_target!(|text: &str| {
    match parse_private_key(text, Some(PASSPHRASE)) {
        Ok(key) => {
            let crlf = text.replace('\n', "\r\n");
            let mut mangled = vec![format!("\" {crlf} \"")];
            // A file with zeros is UTF-16.
            if text.contains("-----BEGIN ") && !text.contains('\0') {
                mangled.push(BASE64_STANDARD.encode(&crlf));
            }
            for mangled in mangled {
                let again = parse_private_key(&mangled, Some(PASSPHRASE)).unwrap();
                assert_eq!((again.format, &again.der), (key.format, &key.der));
            }
        }
        Err(error) => {
            let words = error.to_string();
            let base64 = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
            let run: Vec<char> = text.chars().filter(base64).collect();
            let leaked = run.windows(40).find(|run| words.contains(&String::from_iter(*run)));
            assert_eq!(leaked, None);
        }
    }
});
