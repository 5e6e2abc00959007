//! The views: pure functions of data, which askama renders and escapes.

pub(super) mod button;
pub(super) mod connect;
pub(super) mod frame;
pub(super) mod integration;
pub(super) mod integration_forms;
pub(super) mod overview;
pub(super) mod report;
pub(super) mod status;

mod attention;
pub(super) mod excerpt;

#[cfg(test)]
mod tests;
