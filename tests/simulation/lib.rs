//! Schedules of faults, on virtual time and against the real binaries. They are in this folder's test target.
