//! The output of a program: where it goes.

use std::fs::File;
use std::io;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::process::Child;
use tokio::sync::mpsc::UnboundedSender;

use crate::runtime_api::Log;

/// A destination of lines. Writing to it may wait, for example while a terminal is stopped.
type Lines = Box<dyn AsyncWrite + Send + Unpin>;

impl Log {
    /// The destinations of stdout and stderr, as a program is given them.
    pub(crate) fn stdio(&self) -> io::Result<(Stdio, Stdio)> {
        Ok(match self {
            Self::Inherit => (Stdio::inherit(), Stdio::inherit()),
            Self::File(path) => {
                let file = append(path)?;
                (file.try_clone()?.into(), file.into())
            }
            Self::Tee(..) => (Stdio::piped(), Stdio::piped()),
        })
    }

    /// Copies the output of a program, whose stdout and stderr are pipes, to this destination and to the channel.
    pub(crate) fn tee(&self, child: &mut Child, lines: &UnboundedSender<String>) -> io::Result<()> {
        let (stdout, stderr): (Lines, Lines) = match self {
            Self::File(path) => {
                let file = append(path)?;
                let again = tokio::fs::File::from_std(file.try_clone()?);
                (Box::new(again), Box::new(tokio::fs::File::from_std(file)))
            }
            Self::Inherit | Self::Tee(..) => {
                (Box::new(tokio::io::stdout()), Box::new(tokio::io::stderr()))
            }
        };
        if let Some(output) = child.stdout.take() {
            tokio::spawn(copy(output, stdout, lines.clone()));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(copy(output, stderr, lines.clone()));
        }
        Ok(())
    }
}

fn append(path: &std::path::Path) -> io::Result<File> {
    File::options().create(true).append(true).open(path)
}

async fn copy(output: impl AsyncRead + Unpin, mut to: Lines, lines: UnboundedSender<String>) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).await.is_ok_and(|length| length > 0) {
        let _ = lines.send(String::from_utf8_lossy(&line).trim_end().to_owned());
        // Nobody may read the output any more; the channel still gets it.
        if to.write_all(&line).await.is_ok() {
            let _ = to.flush().await;
        }
        line.clear();
    }
}
