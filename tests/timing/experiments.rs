//! What is measured against what.

use std::hint::black_box;

use crate::measure::{Measured, Random, measure};
use crate::scene::{Names, RIGHT, Scene, basic, request, wrong_at};

/// What ought to come out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    /// A difference would tell a stranger what he must not know.
    Nothing,
    /// It would, but so small a one, in nanoseconds, is a known limit.
    Below(f64),
    /// A difference tells the sender what he sent.
    OwnInput,
    /// The harness has to notice this one.
    Leak,
}

/// Two classes of requests.
pub(crate) struct Experiment {
    pub(crate) name: &'static str,
    pub(crate) classes: [&'static str; 2],
    pub(crate) expected: Expected,
    pub(crate) run: fn() -> Measured,
}

/// A map is done sooner with a name that is not in it: the names need not be compared.
const MAP_LOOKUP: f64 = 10.0;

const LAST: usize = RIGHT.len() - 1;

/// In the order of the table in SECURITY.md.
pub(crate) const EXPERIMENTS: &[Experiment] = &[
    Experiment {
        name: "control: no difference",
        classes: ["wrong password", "the same"],
        expected: Expected::Nothing,
        run: || against(Scene::warm, |names| [&names.known; 2], |_, digit| basic(&wrong_at(LAST, digit))),
    },
    Experiment {
        name: "how much is right",
        classes: ["wrong in the first character", "wrong in the last"],
        expected: Expected::Nothing,
        run: || {
            against(
                Scene::warm,
                |names| [&names.known; 2],
                |second, digit| basic(&wrong_at(if second { LAST } else { 0 }, digit)),
            )
        },
    },
    Experiment {
        name: "length of the right password",
        classes: ["it has 1 character", "it has 1,000"],
        expected: Expected::Nothing,
        run: || {
            against(
                Scene::warm,
                |names| [&names.short, &names.long],
                |_, digit| basic(&wrong_at(LAST, digit)),
            )
        },
    },
    Experiment {
        name: "integration exists, or not",
        classes: ["unknown", "known, wrong password"],
        expected: Expected::Nothing,
        run: || {
            against(
                Scene::warm,
                |names| [&names.unknown, &names.known],
                |_, digit| basic(&wrong_at(LAST, digit)),
            )
        },
    },
    Experiment {
        name: "the same, never met and busy",
        classes: ["unknown", "known, wrong password"],
        expected: Expected::Below(MAP_LOOKUP),
        run: || {
            against(
                Scene::busy,
                |names| [&names.unmet, &names.known],
                |_, digit| basic(&wrong_at(LAST, digit)),
            )
        },
    },
    Experiment {
        name: "the same, malformed header",
        classes: ["unknown", "known"],
        expected: Expected::Nothing,
        run: || against(Scene::warm, |names| [&names.unknown, &names.known], |_, digit| malformed(digit)),
    },
    Experiment {
        name: "length sent, in equal headers",
        classes: ["wrong, 39 characters", "wrong, 41"],
        expected: Expected::OwnInput,
        run: || {
            against(
                Scene::warm,
                |names| [&names.known; 2],
                |second, digit| basic(&wrong_at(0, digit)[..if second { 41 } else { 39 }]),
            )
        },
    },
    Experiment {
        name: "length sent, and of the header",
        classes: ["wrong, 43 characters", "wrong, 430"],
        expected: Expected::OwnInput,
        run: || {
            against(
                Scene::warm,
                |names| [&names.known; 2],
                |second, digit| basic(&wrong_at(0, digit).repeat(if second { 10 } else { 1 })),
            )
        },
    },
    Experiment {
        name: "form of the header",
        classes: ["malformed", "wrong password"],
        expected: Expected::OwnInput,
        run: || {
            against(
                Scene::warm,
                |names| [&names.known; 2],
                |second, digit| {
                    if second { basic(&wrong_at(LAST, digit)) } else { malformed(digit) }
                },
            )
        },
    },
    Experiment {
        name: "early exit, added to the check",
        classes: ["wrong in the first character", "wrong in the last"],
        expected: Expected::Leak,
        run: || {
            leaky(Scene::warm, |scene, password| scene.receive(request(&scene.names.known, &basic(password))))
        },
    },
    Experiment {
        name: "early exit, alone",
        classes: ["wrong in the first character", "wrong in the last"],
        expected: Expected::Leak,
        run: || leaky(|_| (), |(), _| ()),
    },
];

/// Requests of two classes, to one integration or two.
fn against(
    scene: fn(&mut Random) -> Scene,
    names: fn(&Names) -> [&String; 2],
    header: fn(bool, u8) -> Vec<u8>,
) -> Measured {
    measure(
        scene,
        |scene, second, random| {
            request(names(&scene.names)[usize::from(second)], &header(second, random.digit()))
        },
        Scene::receive,
    )
}

/// As long as the header of a wrong password, but not base64.
fn malformed(digit: u8) -> Vec<u8> {
    let mut header = basic(&wrong_at(LAST, digit));
    header["Basic ".len()] = b'!';
    header
}

/// The mistake that this test is there to find.
fn leaky<S, O>(scene: impl Fn(&mut Random) -> S, also: impl Fn(&S, &[u8]) -> O) -> Measured {
    measure(
        scene,
        |_, second, random| wrong_at(if second { LAST } else { 0 }, random.digit()),
        |scene, password| {
            let equal = equal_with_early_exit(&password, black_box(RIGHT.as_bytes()));
            (equal, also(scene, &password), password)
        },
    )
}

#[inline(never)]
fn equal_with_early_exit(one: &[u8], other: &[u8]) -> bool {
    for (one, other) in one.iter().zip(other) {
        if black_box(one) != other {
            return false;
        }
    }
    one.len() == other.len()
}
