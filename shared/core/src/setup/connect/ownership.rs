//! Who declares the integration of a `connect` request as code, from now on.

use crate::error::{ErrorCode, OperatorError};
use crate::integration::owner::Owner;
use crate::setup::connect::target::{ConnectTarget, StoredTarget};
use crate::setup::report::Report;
use crate::setup::request::Claim;

/// The owner to store. An operator's `connect` leaves the owner as it is.
///
/// # Errors
///
/// [`ErrorCode::IntegrationTaken`] when code asks for an integration that is not its own. `begin` stores in place of the
/// version that was looked at here, so no other owner comes in between.
/// [`ErrorCode::IntegrationUnknown`] when a name that the run had reserved was taken away from it.
pub(super) fn owner(
    target: &ConnectTarget,
    claim: Option<&Claim>,
    report: &mut Report,
) -> Result<Option<Owner>, OperatorError> {
    let name = &target.name;
    if claim.is_some_and(|claim| claim.reserves) && !matches!(target.found, StoredTarget::Stored(_)) {
        let message = format!("`{name}` was deleted while this run created it, so nothing is created");
        return Err(OperatorError::new(ErrorCode::IntegrationUnknown, message));
    }
    let Some(before) = target.connected() else { return Ok(claim.map(|claim| claim.owner.clone())) };
    let message = match (&before.owner, claim) {
        (owner, None) => {
            report.warnings.extend(owner.as_ref().map(|owner| {
                format!(
                    "`{name}` is declared as code by {owner}, which brings back what it says: change it there"
                )
            }));
            return Ok(owner.clone());
        }
        (Some(owner), Some(claim)) if *owner == claim.owner => return Ok(Some(claim.owner.clone())),
        (None, Some(claim)) if claim.adopts => return Ok(Some(claim.owner.clone())),
        (None, Some(_)) => format!(
            "an operator connected `{name}`, and no code: pass `adopt`: true to take it over, or choose another \
             `integration`"
        ),
        (Some(owner), Some(_)) => format!(
            "`{name}` is declared by {owner}: choose another `integration`, or delete that one with `onDelete`: \"keep\" and \
             pass `adopt`: true here"
        ),
    };
    Err(OperatorError::new(ErrorCode::IntegrationTaken, message))
}
