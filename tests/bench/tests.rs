//! What the benchmark, which is a bench, works out and reads.

mod bounds;
#[path = "stub/http.rs"]
mod http;
mod profile;
mod statistics;

use std::io::{self, Cursor, Read, Write};
use std::time::Duration;

use bounds::{Bound, Verdict};
use http::Connection;
use profile::{Counted, read};
use statistics::{median, percentile, ratio};

#[test]
fn a_median_is_the_one_in_the_middle() {
    assert_eq!(median([5, 1, 3]), 3);
    assert_eq!(median([4, 1, 2, 3]), 3);
    assert_eq!(median([0; 0]), 0);
    assert_eq!(percentile(0..1000, 99), 990);
    assert!((ratio(Duration::from_micros(9), Duration::from_micros(3)) - 3.0).abs() < 1e-9);
}

#[test]
fn instructions_and_calls_of_the_allocator_are_counted() {
    let profile = "fn=(1) main\n0 5\ncfn=(2) malloc\ncalls=3 0\n0 30\ncfn=(3) free\ncalls=9 0\n0 1\nfn=(3)\n\
                   0 2\ncfn=(2)\ncalls=4 0\n0 8\ntotals: 1234\n";
    assert_eq!(read(profile), Some(Counted { instructions: 1234, allocations: 7 }));
    assert_eq!(read("fn=(1) main\n"), None);
}

#[test]
fn a_bound_is_not_exceeded_and_follows_what_got_better() {
    let bound = Bound { what: String::new(), at_most: 1000, reason: String::new() };
    assert_eq!(bound.judge(1001), Verdict::Over);
    assert_eq!(bound.judge(1000), Verdict::Within);
    assert_eq!(bound.judge(850), Verdict::Within);
    assert_eq!(bound.judge(849), Verdict::Slack);
}

#[test]
fn every_bound_says_why() {
    let bounds: Vec<Bound> = serde_json::from_str(include_str!("bounds.json")).expect("bounds");
    for bound in &bounds {
        assert!(bound.reason.len() > 20, "{}", bound.what);
        assert_eq!(bounds.iter().filter(|other| other.what == bound.what).count(), 1, "{}", bound.what);
    }
}

/// Gives what it was given a few bytes at a time, and keeps what is written.
struct Trickle(Cursor<Vec<u8>>, Vec<u8>);

impl Read for Trickle {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let few = into.len().min(5);
        self.0.read(&mut into[..few])
    }
}

impl Write for Trickle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn requests_of_either_kind_follow_each_other_on_one_connection() {
    let text = "POST /a HTTP/1.1\r\nX-Amz-Target: T\r\ncontent-length: 3\r\n\r\nabc\
                GET /b HTTP/1.1\r\nhost: x\r\n\r\n\
                POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\nA\r\n0123456789\r\n0\r\n\r\n";
    let mut connection = Connection::new(Trickle(Cursor::new(text.into()), Vec::new()));
    for (method, path, target, body) in
        [("POST", "/a", "T", "abc"), ("GET", "/b", "", ""), ("POST", "/c", "", "de0123456789")]
    {
        let request = connection.request().expect("read").expect("a request");
        assert_eq!((request.method, request.path, request.target), (method, path, target));
        assert_eq!(request.body, body.as_bytes());
    }
    assert!(connection.request().expect("read").is_none());
    connection.answer(202, "a: b\r\n", b"xyz").expect("written");
}
