//! Schedules of faults, on virtual time and against the real binaries; the code is in the test target `faults`.
