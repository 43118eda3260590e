//! `flowctl keygen`: generates an RSA-2048 key pair.

use std::path::PathBuf;

use clap::Args;
use whatsapp_flows::testing::KeyPair;

use super::{Error, files};

/// Generate an RSA-2048 key pair: a private key for the endpoint, and a public key to upload to Meta
#[derive(Args)]
#[command(after_help = "Existing files are not overwritten.\n\n\
    Example:\n  flowctl keygen --private private.pem --public public.pem")]
pub struct Keygen {
    /// New file for the private key (PKCS#8 PEM)
    #[arg(long, value_name = "FILE", default_value = "private.pem")]
    private: PathBuf,
    /// New file for the public key (PEM)
    #[arg(long, value_name = "FILE", default_value = "public.pem")]
    public: PathBuf,
}

impl Keygen {
    pub fn run(self) -> Result<(), Error> {
        if self.public.exists() {
            return Err(format!(
                "{} already exists and is not overwritten; move it, or name another file with --public",
                self.public.display()
            )
            .into());
        }
        let pair = KeyPair::generate();
        files::write_new(&self.private, &pair.private_pem)?;
        files::write_new(&self.public, &pair.public_pem)?;
        println!(
            "private key  {}  (for the endpoint: flowctl secret --help)",
            self.private.display()
        );
        println!("public key   {}  (upload it to Meta)", self.public.display());
        println!("fingerprint  {}  (SHA-256 of the public key)", pair.fingerprint);
        Ok(())
    }
}
