//! Servers that close the connection, never end, redirect, speak no HTTP, or are not there.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::stub::Files;

/// The behaviour of a server on a connection.
type Behavior = fn(&mut TcpStream) -> std::io::Result<()>;

/// Starts a server that does this with each connection, after the first bytes of the request. Returns its URL.
fn serve(then: Behavior) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/flow", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            std::thread::spawn(move || {
                let _ = connection.read(&mut [0; 1 << 16]);
                // The client closes the connection first if it has seen enough.
                let _ = then(&mut connection);
            });
        }
    });
    url
}

const PAGE: &[u8] =
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n\
    <html>no app\x1b[31m</html>";

#[test]
fn hostile_servers_have_a_clear_result() {
    let files = Files::new("hostile");
    let cases: [(Behavior, &str); 9] = [
        (|_| Ok(()), "the connection was closed without a whole response"),
        (
            |stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nabc"),
            "the connection was closed without a whole response",
        ),
        (
            |stream| {
                stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
                loop {
                    stream.write_all(&[b'A'; 1 << 16])?;
                }
            },
            "the body of the response does not end after 4 MiB",
        ),
        (|stream| stream.write_all(b"220 mail.example.com\r\n\r\n"), "the response is not HTTP"),
        (
            |stream| {
                stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
                loop {
                    stream.write_all(
                        b"x: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
                    )?;
                }
            },
            "header",
        ),
        (
            |stream| {
                stream.write_all(
                    b"HTTP/1.1 307 Moved\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n",
                )
            },
            "WhatsApp does not follow redirects",
        ),
        (|stream| stream.write_all(PAGE), "a tunnel or a proxy responded instead of the endpoint"),
        (
            |stream| stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
            "404: nothing is served on this path",
        ),
        (
            |stream| stream.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"),
            "401: the URL requires credentials",
        ),
    ];
    for (then, words) in cases {
        let probed = files.probe(&serve(then), &["--json"]);
        assert_eq!(probed.code, 1, "{words}: {probed:?}");
        assert_eq!(probed.with_outcome("failed"), ["P01"], "{words}: {probed:?}");
        assert_eq!(probed.with_outcome("skipped").len(), 24, "{words}");
        let seen = probed.case("P01")["seen"].as_str().unwrap().to_owned();
        assert!(seen.contains(words), "{words:?}: {seen}");
        assert!(!probed.stdout.contains('\x1b') && !seen.contains('\u{1b}'), "{seen}");
    }
}

#[test]
fn a_page_with_500_may_be_the_endpoints_own() {
    let page = |stream: &mut TcpStream| {
        stream.write_all(b"HTTP/1.1 500 Error\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>")
    };
    let probed = Files::new("page-500").probe(&serve(page), &["--json"]);
    assert_eq!((probed.code, probed.with_outcome("failed")), (1, vec!["P03".into()]), "{probed:?}");
    assert_eq!(probed.case("P03")["seen"], "500 for a ping and for INIT");
}

#[test]
fn a_silent_server_does_not_delay_every_case() {
    let silent = |stream: &mut TcpStream| {
        loop {
            // Keeps the connection open until the client closes it.
            std::thread::sleep(std::time::Duration::from_millis(200));
            if matches!(stream.read(&mut [0; 1 << 16]), Ok(0) | Err(_)) {
                return Ok(());
            }
        }
    };
    let started = std::time::Instant::now();
    let probed = Files::new("silent").probe(&serve(silent), &["--json"]);
    assert_eq!(probed.code, 1, "{probed:?}");
    assert_eq!(probed.case("P01")["seen"], "no response within 11 s; WhatsApp waits 10 s");
    assert!(started.elapsed().as_secs() < 40, "{:?}", started.elapsed());
}

#[test]
fn an_unreachable_endpoint_is_2() {
    let files = Files::new("unreachable");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let probed = files.probe(&format!("http://127.0.0.1:{port}/flow"), &["--json"]);
    assert_eq!((probed.code, probed.with_outcome("failed")), (2, vec!["P01".into()]));
    assert_eq!(probed.json()["reachable"], false);
}

/// The server of PHP does so.
#[test]
fn a_server_without_tls_that_closes_the_connection_is_named() {
    let url = serve(|_| Ok(())).replace("http:", "https:");
    let files = Files::new("tls-closed");
    let reach = files.probe(&url, &["--json"]).case("P01");
    let advice = reach["advice"].as_str().unwrap();
    assert!(advice.starts_with("check that it speaks TLS on this port"), "{reach}");
    let called = files.flowctl(&["call", &url, "ping", "--public-key", "public.pem"]);
    assert!(called.stderr.contains("does it speak TLS on this port?"), "{called:?}");
}

#[test]
fn a_url_that_is_not_valid_is_named() {
    let files = Files::new("no-url");
    for url in ["127.0.0.1:8000/flow", "htp://127.0.0.1/flow", "http://", "http://a b/"] {
        for arguments in [&["call", url, "ping"][..], &["probe", url, "--no-app-secret"]] {
            let run = files.flowctl(&[arguments, &["--public-key", "public.pem"]].concat());
            assert!(
                run.stderr.contains("the URL is not valid; it starts with https://"),
                "{run:?}"
            );
        }
    }
}

#[test]
fn a_server_without_tls_is_named() {
    let url = serve(|stream| stream.write_all(PAGE)).replace("http:", "https:");
    let probed = Files::new("tls").probe(&url, &["--json"]);
    assert_eq!(probed.code, 1, "{probed:?}");
    let reach = probed.case("P01");
    assert!(reach["seen"].as_str().unwrap().starts_with("TLS fails: "), "{reach}");
}
