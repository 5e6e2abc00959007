//! A kept-alive connection, in the clear or over TLS, with as much of HTTP/1.1 as the benchmark's servers speak.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::Result;

trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    pub(crate) host: String,
    /// The response: its head, and from `body` on its body. Reused for every response.
    read: Vec<u8>,
    body: usize,
}

impl Connection {
    /// To `http://host:port` or `https://host:port`.
    pub(crate) fn open(url: &str, tls: &Arc<ClientConfig>) -> Result<Self> {
        let (scheme, host) = url.split_once("://").ok_or("no URL")?;
        let socket = TcpStream::connect(host)?;
        socket.set_nodelay(true)?;
        let stream: Box<dyn Stream> = if scheme == "https" {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned();
            let connection = ClientConnection::new(Arc::clone(tls), ServerName::try_from(name)?)?;
            Box::new(StreamOwned::new(connection, socket))
        } else {
            Box::new(socket)
        };
        Ok(Self { stream, host: host.to_owned(), read: Vec::new(), body: 0 })
    }

    /// Sends a whole request and reads the whole response, whose head must fit the first read.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> Result<()> {
        self.stream.write_all(request)?;
        self.stream.flush()?;
        self.read.clear();
        self.read_more()?;
        let head = self.read.windows(4).position(|four| four == b"\r\n\r\n").ok_or("no head")?;
        self.body = head + 4;
        let end = self.body + self.header("content-length").ok_or("no length")?.parse::<usize>()?;
        while self.read.len() < end {
            self.read_more()?;
        }
        Ok(())
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.read[self.body..]
    }

    /// A header of the response.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let head = std::str::from_utf8(&self.read[..self.body]).ok()?;
        head.split("\r\n").skip(1).find_map(|line| {
            let (present, value) = line.split_once(':')?;
            present.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn read_more(&mut self) -> Result<()> {
        let filled = self.read.len();
        self.read.resize(filled + READ_BYTES, 0);
        let read = self.stream.read(&mut self.read[filled..])?;
        self.read.truncate(filled + read);
        if read == 0 { Err("the server closed the connection".into()) } else { Ok(()) }
    }
}

const READ_BYTES: usize = 16 * 1024;
