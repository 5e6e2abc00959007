//! Tests of the real binaries and of the event contract, end to end. They are in this folder's test targets.
