//! Objects with the members that a component names, and lists of them: options, pages, pictures.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use super::catalog::{Limits, Property, Shape};
use super::node::Node;
use super::property::{Accepted, Refused, Setting, accepts, has_rules, refuse};
use super::value::{Fault, is_blank};

/// Whether a list has as many items as it may. One that is not surely shown may be empty.
pub(super) fn counted<'j, N: Node<'j>>(limits: Limits, list: N, shown: bool) -> Accepted<N> {
    let count = list.items().map_or(limits.least, Iterator::count);
    match count {
        _ if shown && count < limits.least => refuse(list, Fault::Count(limits.too_few)),
        _ if count > limits.most => refuse(list, Fault::Count(limits.too_many)),
        _ => Ok(()),
    }
}

/// Whether a component accepts a list.
pub(super) fn list<'j, N: Node<'j>>(
    members: &'static [Property],
    limits: Limits,
    list: N,
    setting: Setting,
) -> Accepted<N> {
    let mut judged = List::new(members, limits, list, setting)?;
    for item in list.items().into_iter().flatten() {
        judged.item(item, |_, _| true)?;
    }
    judged.end()
}

/// The same, together with the types of the items' members: `fits` is told a member's place among the
/// properties. Each item is read once, which is what a long list costs.
pub(super) fn list_fits<'j, N: Node<'j>>(
    property: &Property,
    list: N,
    setting: Setting,
    fits: impl Fn(usize, N) -> bool,
) -> bool {
    let Shape::Items(members, limits) = property.shape else { return false };
    let Ok(mut judged) = List::new(members, limits, list, setting) else { return false };
    let mut items = list.items().into_iter().flatten();
    items.all(|item| judged.item(item, &fits).is_ok()) && judged.end().is_ok()
}

/// Whether a component accepts an object.
pub(super) fn object<'j, N: Node<'j>>(
    members: &'static [Property],
    object: N,
    setting: Setting,
) -> Accepted<N> {
    Members::new(members, setting).accept(object, |_, _| true).map(|_| ())
}

/// A list that is judged item by item.
struct List<'j, N> {
    list: N,
    limits: Limits,
    members: Members,
    ids: HashSet<Cow<'j, str>, BuildHasherDefault<IdHasher>>,
    /// The properties that some item has.
    found: u32,
    count: usize,
}

impl<'j, N: Node<'j>> List<'j, N> {
    fn new(
        members: &'static [Property],
        limits: Limits,
        list: N,
        setting: Setting,
    ) -> Result<Self, Refused<N>> {
        counted(limits, list, setting.shown)?;
        // What is in a list is shown with it.
        let members = Members::new(members, Setting { shown: true, ..setting });
        let count = list.items().map_or(0, Iterator::count);
        let ids = HashSet::with_capacity_and_hasher(count, BuildHasherDefault::default());
        Ok(Self { list, limits, members, ids, found: 0, count: 0 })
    }

    /// The next item.
    fn item(&mut self, item: N, fits: impl Fn(usize, N) -> bool) -> Accepted<N> {
        let place = self.count;
        self.count += 1;
        let judged = self.members.accept(item, fits).and_then(|(found, id)| {
            self.found |= found;
            match self.members.id {
                Some(_) => self.is_new(item, id),
                None => Ok(()),
            }
        });
        judged.map_err(|refused| refused.item(place))
    }

    /// Items are told apart by their ids.
    fn is_new(&mut self, item: N, id: Option<N>) -> Accepted<N> {
        let fault = match id.and_then(Node::text).filter(|id| !is_blank(id)) {
            Some(id) => match self.ids.insert(id) {
                true => return Ok(()),
                false => Fault::SameId,
            },
            None => Fault::BlankId,
        };
        Err(Refused::new(id.unwrap_or(item), fault).under("id"))
    }

    /// After the last item.
    fn end(self) -> Accepted<N> {
        let [images, colors] = ["image", "color"].map(|name| self.found & self.members.bit(name));
        if images != 0 && colors != 0 {
            return refuse(self.list, Fault::ImagesAndColors);
        }
        match self.limits.with_images {
            Some((most, words)) if images != 0 && self.count > most => {
                refuse(self.list, Fault::Count(words))
            }
            _ => Ok(()),
        }
    }
}

/// The members that an object may have. Sets of them are bits.
struct Members {
    properties: &'static [Property],
    setting: Setting,
    needed: u32,
    /// Those that do not accept everything.
    judged: u32,
    id: Option<usize>,
}

impl Members {
    fn new(properties: &'static [Property], setting: Setting) -> Self {
        let bits = |wanted: &dyn Fn(&Property) -> bool| {
            let properties = properties.iter().enumerate();
            properties.fold(0, |bits, (at, property)| bits | u32::from(wanted(property)) << at)
        };
        let needed = bits(&|property| property.needed(setting.version));
        let id = properties.iter().position(|property| property.name == "id");
        // An id has rules of its own.
        let judged = bits(&|property| property.name != "id" && has_rules(property));
        Self { properties, setting, needed, judged, id }
    }

    fn bit(&self, name: &str) -> u32 {
        self.position(name).map_or(0, |at| 1 << at)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.properties.iter().position(|property| property.name == name)
    }

    /// Which properties an object has, and its id. Members that no property names are left alone.
    fn accept<'j, N: Node<'j>>(
        &self,
        object: N,
        fits: impl Fn(usize, N) -> bool,
    ) -> Result<(u32, Option<N>), Refused<N>> {
        let Some(members) = object.members() else {
            return Err(Refused::new(object, Fault::NotAnObject));
        };
        let (mut found, mut id) = (0, None);
        for (name, member) in members {
            let Some(at) = self.position(&name) else { continue };
            found |= 1 << at;
            if !fits(at, member) {
                return Err(Refused::new(member, Fault::NotText));
            }
            if Some(at) == self.id {
                id = Some(member);
            }
            if self.judged & 1 << at != 0 {
                let judged = accepts(&self.properties[at], member, self.setting);
                judged.map_err(|refused| refused.under(&name))?;
            }
        }
        match self.properties.get((self.needed & !found).trailing_zeros() as usize) {
            Some(property) => Err(Refused::new(object, Fault::Missing).under(property.name)),
            None => Ok((found, id)),
        }
    }
}

/// Tells a few hundred short ids apart, which is all that a list may have: quick, and no defence against
/// ids that were made to collide.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = match chunk.try_into() {
                Ok(word) => u64::from_le_bytes(word),
                Err(_) => chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
            };
            self.write_u64(word);
        }
    }

    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn finish(&self) -> u64 {
        // The table looks at the lowest and the highest bits.
        self.0.rotate_left(26)
    }
}
