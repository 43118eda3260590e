//! The public names of the published libraries stand in a file of each crate, so that a change of them is a decision.
//!
//! To accept a change: `UPDATE_PUBLIC_NAMES=1 cargo test --test it public_names`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::{Fields, ImplItem, Item, TraitItem, UseTree, Visibility};

#[test]
fn public_names_of_whatsapp_flows() {
    compare("whatsapp-flows");
}

#[test]
fn public_names_of_whatsapp_flow_json() {
    compare("whatsapp-flow-json");
}

#[test]
fn public_names_of_local_lambda() {
    compare("local-lambda");
}

/// Compares the names of a crate with its file, or writes the file.
fn compare(package: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates").join(package);
    let found = names(&folder.join("src"), &package.replace('-', "_"));
    assert!(found.len() >= 10, "only {} names", found.len());
    let file = folder.join("public-names.txt");
    let text: String = found.iter().map(|name| format!("{name}\n")).collect();
    if std::env::var_os("UPDATE_PUBLIC_NAMES").is_some() {
        return std::fs::write(&file, text).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    let expected: BTreeSet<_> = expected.lines().map(str::to_owned).collect();
    let added: Vec<_> = found.difference(&expected).collect();
    let removed: Vec<_> = expected.difference(&found).collect();
    assert!(
        added.is_empty() && removed.is_empty(),
        "{}: new: {added:#?}, gone: {removed:#?}\nto accept: UPDATE_PUBLIC_NAMES=1 cargo test --test it public_names",
        file.display()
    );
}

/// The paths of all public items of a crate, and of their public fields, variants and methods.
fn names(src: &Path, name: &str) -> BTreeSet<String> {
    let mut library = Library::default();
    library.read(&src.join("lib.rs"), src, &[]);
    let mut found = BTreeSet::new();
    library.visit(&[], name, &mut found);
    found
}

type ModulePath = Vec<String>;

/// The items of each module, and the public methods of each type.
#[derive(Default)]
struct Library {
    modules: BTreeMap<ModulePath, Vec<Item>>,
    methods: BTreeMap<String, BTreeSet<String>>,
}

impl Library {
    /// Reads the file of a module, and the modules in it.
    fn read(&mut self, file: &Path, folder: &Path, path: &[String]) {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
        self.module(syn::parse_file(&text).unwrap().items, folder, path);
    }

    fn module(&mut self, items: Vec<Item>, folder: &Path, path: &[String]) {
        for item in &items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let (folder, inner) =
                        (folder.join(&name), [path, std::slice::from_ref(&name)].concat());
                    match &module.content {
                        Some((_, items)) => self.module(items.clone(), &folder, &inner),
                        None => {
                            self.read(&source(folder.parent().unwrap(), &name), &folder, &inner)
                        }
                    }
                }
                Item::Impl(block) if block.trait_.is_none() => {
                    let syn::Type::Path(of) = &*block.self_ty else { continue };
                    let of = of.path.segments.last().unwrap().ident.to_string();
                    let methods = self.methods.entry(of).or_default();
                    methods.extend(block.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(f) if is_public(&f.vis, &f.attrs) => {
                            Some(f.sig.ident.to_string())
                        }
                        ImplItem::Const(c) if is_public(&c.vis, &c.attrs) => {
                            Some(c.ident.to_string())
                        }
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        self.modules.insert(path.to_vec(), items);
    }

    /// Collects the public items of a module under its public path.
    fn visit(&self, path: &[String], public: &str, found: &mut BTreeSet<String>) {
        for item in &self.modules[path] {
            match item {
                Item::Mod(module) if is_public(&module.vis, &module.attrs) => {
                    let name = module.ident.to_string();
                    self.visit(
                        &[path, std::slice::from_ref(&name)].concat(),
                        &format!("{public}::{name}"),
                        found,
                    );
                }
                Item::Use(import) if is_public(&import.vis, &import.attrs) => {
                    self.reexport(&import.tree, path, &[], public, found);
                }
                item => self.item(item, None, public, found),
            }
        }
    }

    fn reexport(
        &self,
        tree: &UseTree,
        module: &[String],
        prefix: &[String],
        public: &str,
        found: &mut BTreeSet<String>,
    ) {
        match tree {
            UseTree::Path(path) => {
                let prefix = [prefix, &[path.ident.to_string()]].concat();
                self.reexport(&path.tree, module, &prefix, public, found);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.reexport(tree, module, prefix, public, found);
                }
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                self.named(module, prefix, &name, &name, public, found);
            }
            UseTree::Rename(rename) => {
                let (name, alias) = (rename.ident.to_string(), rename.rename.to_string());
                self.named(module, prefix, &name, &alias, public, found);
            }
            UseTree::Glob(_) => {
                panic!("{public}: a public name behind a glob cannot be searched for")
            }
        }
    }

    /// Follows a re-export to its item; an item of another crate is named only.
    fn named(
        &self,
        module: &[String],
        prefix: &[String],
        name: &str,
        alias: &str,
        public: &str,
        found: &mut BTreeSet<String>,
    ) {
        let target = match prefix.first().map(String::as_str) {
            Some("crate") => prefix[1..].to_vec(),
            Some("super") => [&module[..module.len() - 1], &prefix[1..]].concat(),
            _ => [module, prefix].concat(),
        };
        let Some(items) = self.modules.get(&target) else {
            found.insert(format!("use {public}::{alias}"));
            return;
        };
        if self.modules.contains_key(&[&target[..], &[name.to_owned()]].concat()) {
            return self.visit(
                &[&target[..], &[name.to_owned()]].concat(),
                &format!("{public}::{alias}"),
                found,
            );
        }
        match items.iter().find(|item| ident(item).is_some_and(|ident| ident == name)) {
            Some(item) => self.item(item, Some(alias), public, found),
            None => {
                let imports = items.iter().filter_map(|item| match item {
                    Item::Use(import) => Some(&import.tree),
                    _ => None,
                });
                let before = found.len();
                for tree in imports {
                    if let Some(inner) = prefix_of(tree, name, &[]) {
                        self.named(&target, &inner, name, alias, public, found);
                    }
                }
                assert!(found.len() > before, "{public}::{name} is not found in {target:?}");
            }
        }
    }

    fn item(&self, item: &Item, alias: Option<&str>, public: &str, found: &mut BTreeSet<String>) {
        let (kind, vis, attrs) = match item {
            Item::Struct(item) => ("struct", &item.vis, &item.attrs),
            Item::Enum(item) => ("enum", &item.vis, &item.attrs),
            Item::Trait(item) => ("trait", &item.vis, &item.attrs),
            Item::Fn(item) => ("fn", &item.vis, &item.attrs),
            Item::Const(item) => ("const", &item.vis, &item.attrs),
            Item::Static(item) => ("static", &item.vis, &item.attrs),
            Item::Type(item) => ("type", &item.vis, &item.attrs),
            _ => return,
        };
        if !is_public(vis, attrs) {
            return;
        }
        let own = ident(item).unwrap();
        let name = format!("{public}::{}", alias.unwrap_or(&own));
        found.insert(format!("{kind} {name}"));
        for member in members(item) {
            found.insert(format!("{kind} {name}::{member}"));
        }
        for method in self.methods.get(&own).into_iter().flatten() {
            found.insert(format!("{kind} {name}::{method}"));
        }
    }
}

/// The path before a name in an import.
fn prefix_of(tree: &UseTree, name: &str, prefix: &[String]) -> Option<Vec<String>> {
    match tree {
        UseTree::Path(path) => {
            prefix_of(&path.tree, name, &[prefix, &[path.ident.to_string()]].concat())
        }
        UseTree::Group(group) => group.items.iter().find_map(|tree| prefix_of(tree, name, prefix)),
        UseTree::Name(found) => (found.ident == name).then(|| prefix.to_vec()),
        UseTree::Rename(_) | UseTree::Glob(_) => None,
    }
}

/// Public fields, variants, and the items of a trait.
fn members(item: &Item) -> Vec<String> {
    match item {
        Item::Struct(item) => match &item.fields {
            Fields::Named(fields) => fields
                .named
                .iter()
                .filter(|field| is_public(&field.vis, &field.attrs))
                .map(|field| field.ident.as_ref().unwrap().to_string())
                .collect(),
            Fields::Unnamed(fields) => {
                let public = fields.unnamed.iter().enumerate();
                let public = public.filter(|(_, field)| is_public(&field.vis, &field.attrs));
                public.map(|(position, _)| position.to_string()).collect()
            }
            Fields::Unit => Vec::new(),
        },
        Item::Enum(item) => item.variants.iter().map(|variant| variant.ident.to_string()).collect(),
        Item::Trait(item) => item
            .items
            .iter()
            .filter_map(|item| match item {
                TraitItem::Fn(item) => Some(item.sig.ident.to_string()),
                TraitItem::Const(item) => Some(item.ident.to_string()),
                TraitItem::Type(item) => Some(item.ident.to_string()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn ident(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Const(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Public, and not `#[doc(hidden)]`.
fn is_public(vis: &Visibility, attributes: &[syn::Attribute]) -> bool {
    let hidden = attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "hidden")
    });
    matches!(vis, Visibility::Public(_)) && !hidden
}

/// The file of a module.
fn source(folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(format!("{name}.rs"));
    if file.exists() { file } else { folder.join(name).join("mod.rs") }
}
