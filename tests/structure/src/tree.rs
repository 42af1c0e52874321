//! The modules of a source tree, with the names that each of them defines and imports.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Meta, UseTree, Visibility};

/// Index of a module in [`Tree::modules`]; 0 is the crate's root.
pub type ModuleId = usize;

/// Every module below one `lib.rs`.
#[derive(Default)]
pub struct Tree {
    pub modules: Vec<Module>,
    /// The file of each `macro_rules!`, by name: `#[macro_use]` makes them visible without a path.
    pub macros: BTreeMap<String, String>,
}

/// A module: a file, or a part of one in braces.
#[derive(Default)]
pub struct Module {
    /// The file, relative to the folder of `lib.rs`.
    pub file: String,
    pub parent: Option<ModuleId>,
    pub children: BTreeMap<String, ModuleId>,
    /// Names of items that are spelled out.
    pub items: BTreeSet<String>,
    /// Words in the invocations of macros at module level, which may define items by these names.
    pub macro_words: BTreeSet<String>,
    pub imports: Vec<Import>,
    /// Everything but `use` and `mod`, as tokens.
    pub code: Vec<TokenStream>,
}

/// One name that a `use` brings in.
pub struct Import {
    pub path: Vec<String>,
    /// The name in this module; `None` for `*`.
    pub name: Option<String>,
    /// Whether it has a visibility: a re-export, which the arrows look through.
    pub is_reexport: bool,
}

impl Tree {
    /// Reads the tree below `root`, a `lib.rs`.
    pub fn read(root: &Path, with_tests: bool) -> Result<Self, String> {
        let mut tree = Self::default();
        let base = root.parent().ok_or("the root has no folder")?.to_owned();
        tree.read_file(root, &base, &base, None, with_tests)?;
        Ok(tree)
    }

    fn read_file(
        &mut self,
        file: &Path,
        folder: &Path,
        base: &Path,
        parent: Option<ModuleId>,
        with_tests: bool,
    ) -> Result<ModuleId, String> {
        let text = fs::read_to_string(file).map_err(|err| format!("{}: {err}", file.display()))?;
        let parsed = syn::parse_file(&text).map_err(|err| format!("{}: {err}", file.display()))?;
        let shown = file.strip_prefix(base).unwrap_or(file);
        let id = self.add(shown.to_string_lossy().into_owned(), parent);
        self.read_items(id, &parsed.items, folder, base, with_tests)?;
        Ok(id)
    }

    fn add(&mut self, file: String, parent: Option<ModuleId>) -> ModuleId {
        self.modules.push(Module {
            file,
            parent,
            ..Module::default()
        });
        self.modules.len() - 1
    }

    fn read_items(
        &mut self,
        id: ModuleId,
        items: &[Item],
        folder: &Path,
        base: &Path,
        with_tests: bool,
    ) -> Result<(), String> {
        for item in items {
            if !with_tests && is_test(attributes(item)) {
                continue;
            }
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let inner = folder.join(&name);
                    let child = match &module.content {
                        Some((_, items)) => {
                            let file = self.modules[id].file.clone();
                            let child = self.add(file, Some(id));
                            self.read_items(child, items, &inner, base, with_tests)?;
                            child
                        }
                        None => {
                            let file = file_of(&inner);
                            self.read_file(&file, &inner, base, Some(id), with_tests)?
                        }
                    };
                    self.modules[id].children.insert(name, child);
                }
                Item::Use(import) => {
                    let is_reexport = !matches!(import.vis, Visibility::Inherited);
                    let imports = &mut self.modules[id].imports;
                    flatten(&import.tree, &mut Vec::new(), is_reexport, imports);
                }
                Item::Macro(invocation) => {
                    if let Some(name) = &invocation.ident {
                        let file = self.modules[id].file.clone();
                        self.macros.insert(name.to_string(), file);
                        self.modules[id].items.insert(name.to_string());
                    } else {
                        let words = &mut self.modules[id].macro_words;
                        collect_words(invocation.mac.tokens.clone(), words);
                    }
                    self.modules[id].code.push(item.to_token_stream());
                }
                Item::Impl(block) if !with_tests => {
                    let mut block = block.clone();
                    block
                        .items
                        .retain(|item| !is_test(impl_item_attributes(item)));
                    self.modules[id].code.push(block.to_token_stream());
                }
                _ => {
                    if let Some(name) = name_of(item) {
                        self.modules[id].items.insert(name);
                    }
                    self.modules[id].code.push(item.to_token_stream());
                }
            }
        }
        Ok(())
    }
}

/// Returns the file of a module whose children stand in `folder`.
fn file_of(folder: &Path) -> PathBuf {
    let inside = folder.join("mod.rs");
    if inside.exists() {
        inside
    } else {
        folder.with_extension("rs")
    }
}

fn flatten(tree: &UseTree, prefix: &mut Vec<String>, is_reexport: bool, into: &mut Vec<Import>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, is_reexport, into);
            prefix.pop();
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, is_reexport, into);
            }
        }
        UseTree::Glob(_) => {
            into.push(Import {
                path: prefix.clone(),
                name: None,
                is_reexport,
            });
        }
        UseTree::Name(_) | UseTree::Rename(_) => {
            let (last, name) = match tree {
                UseTree::Rename(rename) => (rename.ident.to_string(), rename.rename.to_string()),
                UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
                _ => return,
            };
            let mut path = prefix.clone();
            let name = if last == "self" {
                if name == "self" {
                    path.last().cloned().unwrap_or_default()
                } else {
                    name
                }
            } else {
                path.push(last);
                name
            };
            into.push(Import {
                path,
                name: Some(name),
                is_reexport,
            });
        }
    }
}

/// Whether an item exists in tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string().replace(' ', "");
            condition == "test"
                || condition == "doctest"
                || condition.starts_with("all(test,")
                // Fuzzing's entry points are a test too; they may use everything.
                || condition.starts_with("any(test,all(fuzzing")
                || condition.starts_with("any(test,fuzzing")
                || condition == "fuzzing"
        }
        meta => meta.path().is_ident("test"),
    })
}

fn collect_words(tokens: TokenStream, into: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                into.insert(ident.to_string());
            }
            TokenTree::Group(group) => collect_words(group.stream(), into),
            _ => {}
        }
    }
}

fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::TraitAlias(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        Item::Union(item) => item.ident.to_string(),
        _ => return None,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn impl_item_attributes(item: &ImplItem) -> &[Attribute] {
    match item {
        ImplItem::Const(item) => &item.attrs,
        ImplItem::Fn(item) => &item.attrs,
        ImplItem::Type(item) => &item.attrs,
        ImplItem::Macro(item) => &item.attrs,
        _ => &[],
    }
}
