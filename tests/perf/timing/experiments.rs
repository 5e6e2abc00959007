//! Which requests are compared with which.

use std::hint::black_box;

use fastrand::Rng;

use Expected::{Below, Leak, Nothing, OwnInput};

use crate::fixture::{Fixture, Names, RIGHT, basic, request, wrong_at};
use crate::measure::{Measured, measure};

/// What the measurement should find.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// A difference would tell an attacker something secret.
    Nothing,
    /// So would this one, but a difference of so few nanoseconds is a known limit.
    Below(f64),
    /// A difference tells senders what they sent.
    OwnInput,
    /// A difference that was built in, and that the measurement must find.
    Leak,
}

/// Its name, the two classes of requests, what to expect, and how it is measured.
pub(crate) type Experiment = (&'static str, [&'static str; 2], Expected, fn() -> Measured);

/// A hash map finds sooner that it has no such name: no names need be compared.
const MAP_LOOKUP: f64 = 10.0;

const FIRST_OR_LAST: [&str; 2] = ["wrong in the first character", "wrong in the last"];

/// In the order of the table in SECURITY.md.
pub(crate) const EXPERIMENTS: [Experiment; 11] = [
    ("control: no difference", ["wrong password", "the same"], Nothing, || to_known(|_, digit| wrong(digit))),
    ("correct characters", FIRST_OR_LAST, Nothing, || {
        to_known(|second, digit| basic(&first_or_last(second, digit)))
    }),
    ("length of the right password", ["1 character", "1,000 characters"], Nothing, || {
        with_wrong(Fixture::warm, |names| [&names.short, &names.long])
    }),
    ("integration exists, or not", ["unknown", "known, wrong password"], Nothing, || {
        with_wrong(Fixture::warm, |names| [&names.unknown, &names.known])
    }),
    ("the same, flooded, not looked up", ["unknown", "known, wrong password"], Below(MAP_LOOKUP), || {
        with_wrong(Fixture::flooded, |names| [&names.uncached, &names.known])
    }),
    ("the same, malformed header", ["unknown", "known"], Nothing, || {
        against(Fixture::warm, |names| [&names.unknown, &names.known], |_, digit| malformed(digit))
    }),
    ("length sent, in equal headers", ["wrong, 39 characters", "wrong, 41"], OwnInput, || {
        to_known(|second, digit| basic(&wrong_at(0, digit)[..if second { 41 } else { 39 }]))
    }),
    ("length sent, and of the header", ["wrong, 43 characters", "wrong, 430"], OwnInput, || {
        to_known(|second, digit| basic(&wrong_at(0, digit).repeat(if second { 10 } else { 1 })))
    }),
    ("form of the header", ["malformed", "wrong password"], OwnInput, || {
        to_known(|second, digit| if second { wrong(digit) } else { malformed(digit) })
    }),
    ("early exit, added to the check", FIRST_OR_LAST, Leak, || {
        leaky(Fixture::warm, |fixture, password| {
            fixture.receive(request(&fixture.names.known, &basic(password)))
        })
    }),
    ("early exit, alone", FIRST_OR_LAST, Leak, || leaky(|_| (), |(), _| ())),
];

/// Requests of two classes, to one integration or two.
fn against(
    fixture: fn(&mut Rng) -> Fixture,
    names: fn(&Names) -> [&String; 2],
    header: fn(bool, u8) -> Vec<u8>,
) -> Measured {
    measure(
        fixture,
        |fixture, second, random| {
            request(names(&fixture.names)[usize::from(second)], &header(second, digit(random)))
        },
        Fixture::receive,
    )
}

/// Requests of two classes to one integration.
fn to_known(header: fn(bool, u8) -> Vec<u8>) -> Measured {
    against(Fixture::warm, |names| [&names.known; 2], header)
}

/// Requests with a wrong password to two integrations.
fn with_wrong(fixture: fn(&mut Rng) -> Fixture, names: fn(&Names) -> [&String; 2]) -> Measured {
    against(fixture, names, |_, digit| wrong(digit))
}

fn digit(random: &mut Rng) -> u8 {
    random.u8(b'0'..=b'9')
}

fn first_or_last(last: bool, digit: u8) -> Vec<u8> {
    wrong_at(if last { RIGHT.len() - 1 } else { 0 }, digit)
}

fn wrong(digit: u8) -> Vec<u8> {
    basic(&first_or_last(true, digit))
}

/// As long as the header of a wrong password, but not base64.
fn malformed(digit: u8) -> Vec<u8> {
    let mut header = wrong(digit);
    header["Basic ".len()] = b'!';
    header
}

/// The mistake that the measurement is there to find.
fn leaky<F, O>(fixture: impl Fn(&mut Rng) -> F, also: impl Fn(&F, &[u8]) -> O) -> Measured {
    measure(
        fixture,
        |_, second, random| first_or_last(second, digit(random)),
        |fixture, password| {
            let equal = equal_with_early_exit(&password, black_box(RIGHT.as_bytes()));
            (equal, also(fixture, &password), password)
        },
    )
}

#[inline(never)]
fn equal_with_early_exit(first: &[u8], second: &[u8]) -> bool {
    first.len() == second.len() && first.iter().zip(second).all(|(first, second)| black_box(first) == second)
}
