//! Creates a flow, at most once: after a lost answer the flow of this name is taken.

use super::plan::find;
use crate::graph::{ControlPlane, Flow, FlowId, GraphError, NewFlow, Repeat, WabaId};
use crate::report::progress;

/// Creates a flow, or returns the one that another run created meanwhile.
pub fn create(
    control: &dyn ControlPlane,
    waba: &WabaId,
    new: &NewFlow,
) -> Result<FlowId, GraphError> {
    let error = match control.create_flow(waba, new) {
        Ok(created) => return Ok(created.id),
        Err(error) => error,
    };
    let taken = error.code == Some(BAD_PARAMETER);
    if error.repeat != Repeat::MayHaveHappened && !taken {
        return Err(error);
    }
    if !taken {
        progress(format_args!("{}: no answer to the creation; looking for the flow", new.name));
    }
    let found: Option<Flow> = find(control, waba, &new.name)?;
    found.map(|flow| flow.id).ok_or(error)
}

/// A parameter is refused, for example a name that is taken.
const BAD_PARAMETER: i64 = 100;
