//! The end of a server's certificate, read as a client does that trusts the public authorities.

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use pkcs8::der::asn1::{AnyRef, GeneralizedTime, UtcTime};
use pkcs8::der::{Decode, Reader, SliceReader, Tag, Tagged};
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore};

const TIMEOUT: Duration = Duration::from_secs(10);

/// The certificate cannot be read.
#[derive(Debug)]
pub enum CertificateError {
    /// A client refuses it.
    Rejected(String),
    /// There is no TLS connection.
    Unreachable(String),
}

/// The public authorities.
pub fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// Opens a TLS connection, and returns the end of the certificate.
pub fn expiry(host: &str, port: u16, roots: RootCertStore) -> Result<Timestamp, CertificateError> {
    let unreachable = |error: &dyn std::fmt::Display| {
        CertificateError::Unreachable(format!(
            "there is no TLS connection to {host}:{port}: {error}"
        ))
    };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = host.to_owned().try_into().map_err(|error| unreachable(&error))?;
    let mut client =
        ClientConnection::new(Arc::new(config), name).map_err(|error| unreachable(&error))?;
    let mut stream = connect(host, port).map_err(|error| unreachable(&error))?;
    while client.is_handshaking() {
        if let Err(error) = client.complete_io(&mut stream) {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
            return Err(match (error.kind(), cause) {
                (ErrorKind::InvalidData, Some(rustls::Error::InvalidCertificate(cause))) => {
                    CertificateError::Rejected(format!(
                        "a client refuses the certificate of {host}: {cause}"
                    ))
                }
                _ => unreachable(&error),
            });
        }
    }
    let certificate = client.peer_certificates().and_then(<[_]>::first);
    let certificate = certificate.ok_or_else(|| unreachable(&"the server has no certificate"))?;
    not_after(certificate).ok_or_else(|| unreachable(&"the certificate cannot be read"))
}

fn connect(host: &str, port: u16) -> std::io::Result<TcpStream> {
    let mut last = std::io::Error::from(ErrorKind::NotFound);
    for address in (host, port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, TIMEOUT) {
            Ok(stream) => {
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.set_write_timeout(Some(TIMEOUT))?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// `notAfter` of a certificate (RFC 5280, section 4.1): the second time in `validity`, which is the element after
/// version, serial number, signature algorithm and issuer.
fn not_after(der: &[u8]) -> Option<Timestamp> {
    let certificate = AnyRef::from_der(der).ok()?;
    let tbs: AnyRef<'_> = SliceReader::new(certificate.value()).ok()?.decode().ok()?;
    let mut fields = SliceReader::new(tbs.value()).ok()?;
    let mut field = || fields.decode::<AnyRef<'_>>().ok();
    let first = field()?;
    if first.tag() != Tag::Integer {
        field()?;
    }
    let (_algorithm, _issuer, validity) = (field()?, field()?, field()?);
    let mut times = SliceReader::new(validity.value()).ok()?;
    let _not_before: AnyRef<'_> = times.decode().ok()?;
    let not_after: AnyRef<'_> = times.decode().ok()?;
    let seconds = match not_after.tag() {
        Tag::UtcTime => not_after.decode_as::<UtcTime>().ok()?.to_unix_duration(),
        _ => not_after.decode_as::<GeneralizedTime>().ok()?.to_unix_duration(),
    };
    Timestamp::from_second(seconds.as_secs().try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::process::Command;

    use jiff::SignedDuration;
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ServerConfig, ServerConnection};

    use super::*;

    const CONFIGURATION: &str = "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\nnew_certs_dir = .\n\
        rand_serial = yes\ndefault_md = sha256\npolicy = policy\nx509_extensions = extensions\n[policy]\n\
        commonName = supplied\n[extensions]\nsubjectAltName = DNS:localhost\n";

    /// Makes a certificate for `localhost` that ends in so many days, and returns it with its key.
    fn certificate(name: &str, days: i64) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let folder = std::env::temp_dir().join(format!("flowctl-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("ca.cnf"), CONFIGURATION).unwrap();
        std::fs::write(folder.join("index.txt"), "").unwrap();
        let openssl = |arguments: &str| {
            let arguments = arguments.split(' ');
            let made = Command::new("openssl").args(arguments).current_dir(&folder).output();
            let made = made.expect("openssl");
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        };
        let end = Timestamp::now() + SignedDuration::from_hours(24 * days);
        let end = end.strftime("%y%m%d%H%M%SZ");
        openssl("req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out req.pem");
        openssl(&format!(
            "ca -selfsign -batch -notext -config ca.cnf -in req.pem -keyfile key.pem -out cert.pem \
             -startdate 200101000000Z -enddate {end}"
        ));
        let certificate = CertificateDer::from_pem_file(folder.join("cert.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(folder.join("key.pem")).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        (certificate, key)
    }

    /// Serves TLS handshakes on this port.
    fn serve(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let config = Arc::new(config);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut server = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = stream.unwrap();
                while server.is_handshaking() && server.complete_io(&mut stream).is_ok() {}
            }
        });
        port
    }

    #[test]
    #[ignore = "needs OpenSSL: make test"]
    fn the_end_of_a_trusted_certificate_is_read() {
        let (own, key) = certificate("trusted", 20);
        let mut roots = RootCertStore::empty();
        roots.add(own.clone()).unwrap();
        let port = serve(own.clone(), key);
        let left = expiry("localhost", port, roots).unwrap().duration_since(Timestamp::now());
        assert!(
            left > SignedDuration::from_hours(19 * 24)
                && left < SignedDuration::from_hours(21 * 24)
        );
        // The same server under a name that the certificate does not have.
        let mut roots = RootCertStore::empty();
        roots.add(own.clone()).unwrap();
        let error = expiry("127.0.0.1", port, roots).unwrap_err();
        assert!(matches!(error, CertificateError::Rejected(_)), "{error:?}");
        // And to a client that trusts the public authorities.
        let error = expiry("localhost", port, public_roots()).unwrap_err();
        assert!(
            matches!(&error, CertificateError::Rejected(text) if text.contains("localhost")),
            "{error:?}"
        );
    }

    #[test]
    #[ignore = "needs OpenSSL: make test"]
    fn a_certificate_that_has_ended_is_rejected() {
        let (own, key) = certificate("ended", -1);
        let mut roots = RootCertStore::empty();
        roots.add(own.clone()).unwrap();
        let error = expiry("localhost", serve(own, key), roots).unwrap_err();
        assert!(
            matches!(&error, CertificateError::Rejected(text) if text.contains("expired")),
            "{error:?}"
        );
    }

    #[test]
    fn a_server_without_tls_is_reported() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let error = expiry("localhost", port, public_roots()).unwrap_err();
        assert!(matches!(error, CertificateError::Unreachable(_)), "{error:?}");
    }
}
