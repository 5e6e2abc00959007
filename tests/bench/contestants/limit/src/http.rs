//! One kept-alive connection, plain or TLS, and as much of HTTP/1.1 as the stubs answer with.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

/// A connection to one host. The buffers are used again for every request.
pub(crate) struct Connection {
    stream: Stream,
    pub(crate) host: String,
    /// The response: its head, and from `body` on its body.
    read: Vec<u8>,
    body: usize,
}

impl Connection {
    /// To `http://host:port` or `https://host:port`.
    pub(crate) fn open(url: &str, tls: &Arc<ClientConfig>) -> io::Result<Self> {
        let (scheme, host) = url.split_once("://").ok_or(io::ErrorKind::InvalidInput)?;
        let socket = TcpStream::connect(host)?;
        socket.set_nodelay(true)?;
        let stream = if scheme == "https" {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned();
            let name = ServerName::try_from(name).map_err(io::Error::other)?;
            let connection = ClientConnection::new(Arc::clone(tls), name).map_err(io::Error::other)?;
            Stream::Tls(Box::new(StreamOwned::new(connection, socket)))
        } else {
            Stream::Plain(socket)
        };
        Ok(Self { stream, host: host.to_owned(), read: Vec::new(), body: 0 })
    }

    /// Sends a whole request and reads its response.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<()> {
        let stream: &mut dyn ReadWrite = match &mut self.stream {
            Stream::Plain(socket) => socket,
            Stream::Tls(tls) => tls.as_mut(),
        };
        stream.write_all(request)?;
        stream.flush()?;
        self.read.clear();
        let mut end = None;
        loop {
            let filled = self.read.len();
            self.read.resize(filled + READ_BYTES, 0);
            let read = stream.read(&mut self.read[filled..])?;
            self.read.truncate(filled + read);
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if end.is_none() {
                let from = filled.saturating_sub(3);
                let found = self.read[from..].windows(4).position(|four| four == b"\r\n\r\n");
                if let Some(at) = found {
                    self.body = from + at + 4;
                    let length = header(&self.read[..self.body], "content-length")
                        .and_then(|text| text.parse::<usize>().ok());
                    end = Some(self.body + length.ok_or(io::ErrorKind::InvalidData)?);
                }
            }
            if end.is_some_and(|end| self.read.len() >= end) {
                return Ok(());
            }
        }
    }

    pub(crate) fn is_ok(&self) -> bool {
        self.read.get(9) == Some(&b'2')
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.read[self.body..]
    }

    /// A header of the response; `name` is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.read[..self.body], name)
    }
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let head = std::str::from_utf8(head).ok()?;
    head.split("\r\n").skip(1).find_map(|line| {
        let (present, value) = line.split_once(':')?;
        present.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

trait ReadWrite: Read + Write {}

impl<T: Read + Write> ReadWrite for T {}

const READ_BYTES: usize = 16 * 1024;
