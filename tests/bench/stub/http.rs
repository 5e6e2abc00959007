//! As much of HTTP/1.1 as the clients of the contestants speak: requests with a length or in chunks, kept-alive
//! connections.

use std::io::{self, Read, Write};

/// One request. What was read of it is lent until the next.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// `X-Amz-Target`: which call of which service.
    pub(crate) target: &'a str,
    pub(crate) body: &'a [u8],
}

/// A connection, with the buffers that are used again for each request.
#[derive(Debug)]
pub(crate) struct Connection<S> {
    stream: S,
    read: Vec<u8>,
    written: Vec<u8>,
    /// How much of `read` belongs to requests that are done.
    done: usize,
    chunks: Vec<u8>,
}

/// What of a head is needed to find the end of its request.
struct Head {
    length: usize,
    body: Body,
}

enum Body {
    Sized(usize),
    Chunked,
}

impl<S: Read + Write> Connection<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, read: Vec::new(), written: Vec::new(), done: 0, chunks: Vec::new() }
    }

    /// The next request, or `None` when the other side is done.
    pub(crate) fn request(&mut self) -> io::Result<Option<Request<'_>>> {
        self.read.drain(..self.done);
        self.done = 0;
        let Some(end) = self.read_head()? else { return Ok(None) };
        let head = Head::of(&self.read[..end])?;
        if has_line(&self.read[..end], "expect: 100-continue") {
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let body = match head.body {
            Body::Sized(length) => {
                self.read_until(head.length + length)?;
                self.done = head.length + length;
                &self.read[head.length..self.done]
            }
            Body::Chunked => {
                self.read_chunks(head.length)?;
                &self.chunks
            }
        };
        let text = std::str::from_utf8(&self.read[..head.length]).map_err(io::Error::other)?;
        let mut words = text.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        Ok(Some(Request { method, path, target: header(text, "x-amz-target").unwrap_or_default(), body }))
    }

    /// Answers in one write. `head` is more header lines, each with its line end.
    pub(crate) fn answer(&mut self, status: u16, head: &str, body: &[u8]) -> io::Result<()> {
        self.written.clear();
        write!(
            self.written,
            "HTTP/1.1 {status} {}\r\ncontent-length: {}\r\n{head}\r\n",
            if status < 300 { "OK" } else { "No" },
            body.len()
        )?;
        self.written.extend_from_slice(body);
        self.stream.write_all(&self.written)?;
        self.stream.flush()
    }

    /// Where the head ends, its empty line included.
    fn read_head(&mut self) -> io::Result<Option<usize>> {
        let mut looked_at = 0;
        loop {
            let from = looked_at.min(self.read.len());
            if let Some(at) = self.read[from..].windows(4).position(|four| four == b"\r\n\r\n") {
                return Ok(Some(from + at + 4));
            }
            looked_at = self.read.len().saturating_sub(3);
            if self.read_more()? == 0 {
                return Ok(None);
            }
        }
    }

    fn read_until(&mut self, length: usize) -> io::Result<()> {
        while self.read.len() < length {
            if self.read_more()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Puts the chunks that begin at `at` together.
    fn read_chunks(&mut self, mut at: usize) -> io::Result<()> {
        self.chunks.clear();
        loop {
            let line_end = loop {
                match self.read[at..].windows(2).position(|two| two == b"\r\n") {
                    Some(found) => break at + found,
                    None => self.read_until(self.read.len() + 1)?,
                }
            };
            let size = std::str::from_utf8(&self.read[at..line_end]).map_err(io::Error::other)?;
            let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
            let begin = line_end + 2;
            self.read_until(begin + size + 2)?;
            self.chunks.extend_from_slice(&self.read[begin..begin + size]);
            at = begin + size + 2;
            if size == 0 {
                self.done = at;
                return Ok(());
            }
        }
    }

    fn read_more(&mut self) -> io::Result<usize> {
        let filled = self.read.len();
        self.read.resize(filled + READ_BYTES, 0);
        let read = self.stream.read(&mut self.read[filled..]);
        self.read.truncate(filled + read.as_ref().map_or(0, |read| *read));
        read
    }
}

impl Head {
    fn of(head: &[u8]) -> io::Result<Self> {
        let text = std::str::from_utf8(head).map_err(io::Error::other)?;
        let body = match header(text, "content-length") {
            Some(length) => Body::Sized(length.parse().map_err(io::Error::other)?),
            None if header(text, "transfer-encoding").is_some() => Body::Chunked,
            None => Body::Sized(0),
        };
        Ok(Self { length: head.len(), body })
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.split("\r\n").skip(1).find_map(|line| {
        let (present, value) = line.split_once(':')?;
        present.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

fn has_line(head: &[u8], line: &str) -> bool {
    head.split(|byte| *byte == b'\n')
        .any(|present| present.trim_ascii().eq_ignore_ascii_case(line.as_bytes()))
}

const READ_BYTES: usize = 64 * 1024;
