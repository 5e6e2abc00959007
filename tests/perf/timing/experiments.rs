//! Which requests are compared with which.

use std::hint::black_box;

use crate::fixture::{Fixture, Names, RIGHT, basic, request, wrong_at};
use crate::measure::{Measured, Random, measure};

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

/// Two classes of requests.
pub(crate) struct Experiment {
    pub(crate) name: &'static str,
    pub(crate) classes: [&'static str; 2],
    pub(crate) expected: Expected,
    pub(crate) run: fn() -> Measured,
}

const fn experiment(
    name: &'static str,
    classes: [&'static str; 2],
    expected: Expected,
    run: fn() -> Measured,
) -> Experiment {
    Experiment { name, classes, expected, run }
}

/// A hash map finds sooner that it has no such name: no names need be compared.
const MAP_LOOKUP: f64 = 10.0;

const LAST: usize = RIGHT.len() - 1;

/// In the order of the table in SECURITY.md.
pub(crate) const EXPERIMENTS: &[Experiment] = &[
    experiment("control: no difference", ["wrong password", "the same"], Expected::Nothing, || {
        to_known(|_, digit| wrong(digit))
    }),
    experiment(
        "correct characters",
        ["wrong in the first character", "wrong in the last"],
        Expected::Nothing,
        || to_known(|second, digit| basic(&wrong_at(if second { LAST } else { 0 }, digit))),
    ),
    experiment(
        "length of the right password",
        ["1 character", "1,000 characters"],
        Expected::Nothing,
        || with_wrong(Fixture::warm, |names| [&names.short, &names.long]),
    ),
    experiment("integration exists, or not", ["unknown", "known, wrong password"], Expected::Nothing, || {
        with_wrong(Fixture::warm, |names| [&names.unknown, &names.known])
    }),
    experiment(
        "the same, not cached and busy",
        ["unknown", "known, wrong password"],
        Expected::Below(MAP_LOOKUP),
        || with_wrong(Fixture::busy, |names| [&names.uncached, &names.known]),
    ),
    experiment("the same, malformed header", ["unknown", "known"], Expected::Nothing, || {
        against(Fixture::warm, |names| [&names.unknown, &names.known], |_, digit| malformed(digit))
    }),
    experiment(
        "length sent, in equal headers",
        ["wrong, 39 characters", "wrong, 41"],
        Expected::OwnInput,
        || to_known(|second, digit| basic(&wrong_at(0, digit)[..if second { 41 } else { 39 }])),
    ),
    experiment(
        "length sent, and of the header",
        ["wrong, 43 characters", "wrong, 430"],
        Expected::OwnInput,
        || to_known(|second, digit| basic(&wrong_at(0, digit).repeat(if second { 10 } else { 1 }))),
    ),
    experiment("form of the header", ["malformed", "wrong password"], Expected::OwnInput, || {
        to_known(|second, digit| if second { wrong(digit) } else { malformed(digit) })
    }),
    experiment(
        "early exit, added to the check",
        ["wrong in the first character", "wrong in the last"],
        Expected::Leak,
        || {
            leaky(Fixture::warm, |fixture, password| {
                fixture.receive(request(&fixture.names.known, &basic(password)))
            })
        },
    ),
    experiment(
        "early exit, alone",
        ["wrong in the first character", "wrong in the last"],
        Expected::Leak,
        || leaky(|_| (), |(), _| ()),
    ),
];

/// Requests of two classes, to one integration or two.
fn against(
    fixture: fn(&mut Random) -> Fixture,
    names: fn(&Names) -> [&String; 2],
    header: fn(bool, u8) -> Vec<u8>,
) -> Measured {
    measure(
        fixture,
        |fixture, second, random| {
            request(names(&fixture.names)[usize::from(second)], &header(second, random.digit()))
        },
        Fixture::receive,
    )
}

/// Requests of two classes to one integration.
fn to_known(header: fn(bool, u8) -> Vec<u8>) -> Measured {
    against(Fixture::warm, |names| [&names.known; 2], header)
}

/// Requests with a wrong password to two integrations.
fn with_wrong(fixture: fn(&mut Random) -> Fixture, names: fn(&Names) -> [&String; 2]) -> Measured {
    against(fixture, names, |_, digit| wrong(digit))
}

fn wrong(digit: u8) -> Vec<u8> {
    basic(&wrong_at(LAST, digit))
}

/// As long as the header of a wrong password, but not base64.
fn malformed(digit: u8) -> Vec<u8> {
    let mut header = wrong(digit);
    header["Basic ".len()] = b'!';
    header
}

/// The mistake that the measurement is there to find.
fn leaky<F, O>(fixture: impl Fn(&mut Random) -> F, also: impl Fn(&F, &[u8]) -> O) -> Measured {
    measure(
        fixture,
        |_, second, random| wrong_at(if second { LAST } else { 0 }, random.digit()),
        |fixture, password| {
            let equal = equal_with_early_exit(&password, black_box(RIGHT.as_bytes()));
            (equal, also(fixture, &password), password)
        },
    )
}

#[inline(never)]
fn equal_with_early_exit(first: &[u8], second: &[u8]) -> bool {
    for (first, second) in first.iter().zip(second) {
        if black_box(first) != second {
            return false;
        }
    }
    first.len() == second.len()
}
