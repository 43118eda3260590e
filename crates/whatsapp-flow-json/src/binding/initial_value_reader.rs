//! Reads the initial values of components with options.

use super::initial_value::{IdSource, InitialValue};
use super::layout::PlacedComponent;
use super::reference::DataReference;
use crate::node::Node;

/// Reads the initial value of a component with options.
pub fn initial_value<'j, N: Node<'j>>(
    component: &PlacedComponent<N>,
    components: &[PlacedComponent<N>],
    screen: &str,
) -> Option<InitialValue<N>> {
    let spec = component.spec?;
    let options = component.node.member("data-source")?;
    let given = match component.form {
        None => component.node.member("init-value").map(|value| (value, None)),
        Some(form) => {
            let values = components[form].node.member("init-values").zip(component.name());
            values.map(|(values, name)| match values.member(&name) {
                Some(value) => (value, None),
                None => (values, Some(name)),
            })
        }
    };
    let (node, name) = given?;
    let value = id_source(node, name.as_deref(), false, screen)?;
    let options = id_source(options, None, true, screen)?;
    Some(InitialValue { component: spec.name, options, value, node })
}

/// Reads the source of ids: this screen's data, or the document. Returns `None` if it is not
/// known.
fn id_source<'j, N: Node<'j>>(
    value: N,
    member: Option<&str>,
    options: bool,
    here: &str,
) -> Option<IdSource> {
    let Some(text) = value.text() else {
        let ids = |item: N| if options { item.member("id")?.text() } else { item.text() };
        let known = value.items()?.map(|item| Some(ids(item)?.into()));
        return Some(IdSource::Literal(known.collect::<Option<Vec<_>>>()?));
    };
    match DataReference::read(&text) {
        Some(reference) => {
            let is_here = reference.screen.is_none_or(|screen| screen == here);
            let reference = member.iter().fold(reference, |whole, name| whole.member(name));
            is_here.then_some(IdSource::Data(reference.path))
        }
        None if options || member.is_some() || is_dynamic(&text) => None,
        None => Some(IdSource::Literal(vec![text.into()])),
    }
}

fn is_dynamic(text: &str) -> bool {
    text.contains("${") || text.starts_with('`')
}
