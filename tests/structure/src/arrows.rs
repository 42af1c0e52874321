//! Who uses whom: from the paths in a module to the files that define the items.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::tree::{ModuleId, Tree};

/// The files that each file uses, by name.
pub type Arrows = BTreeMap<String, BTreeSet<String>>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Module(ModuleId),
    /// An item, by a module in the file that defines it.
    Item(ModuleId),
}

/// Returns the arrows between the files of a tree. Each file of the tree is a key.
pub fn arrows(tree: &Tree) -> Arrows {
    let mut arrows = Arrows::new();
    for module in &tree.modules {
        arrows.entry(module.file.clone()).or_default();
    }
    for id in 0..tree.modules.len() {
        let mut walk = Walk {
            tree,
            id,
            files: BTreeSet::new(),
        };
        for import in &tree.modules[id].imports {
            if !import.is_reexport {
                walk.use_path(&import.path);
            }
        }
        for code in &tree.modules[id].code {
            walk.tokens(code.clone());
        }
        let file = &tree.modules[id].file;
        walk.files.remove(file);
        arrows.entry(file.clone()).or_default().extend(walk.files);
    }
    arrows
}

struct Walk<'t> {
    tree: &'t Tree,
    id: ModuleId,
    files: BTreeSet<String>,
}

impl Walk<'_> {
    fn use_path(&mut self, path: &[String]) {
        for target in resolve(self.tree, self.id, path, &mut Vec::new()) {
            if let Target::Item(id) = target {
                self.files.insert(self.tree.modules[id].file.clone());
            }
        }
    }

    /// Looks for paths in tokens, so that the bodies of macros are read like any other code.
    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    self.tokens(group.stream());
                    at += 1;
                }
                TokenTree::Ident(_) => at = self.path(&tokens, at),
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }

    /// Reads the path that begins at `at`, and returns the index after it.
    fn path(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let mut path = Vec::new();
        let mut next = at;
        while let Some(TokenTree::Ident(ident)) = tokens.get(next) {
            path.push(ident.to_string());
            next += 1;
            if !is_colons(tokens, next) {
                break;
            }
            // A group after the colons is a `use` in the body of a function or macro.
            if let Some(TokenTree::Group(group)) = tokens.get(next + 2)
                && group.delimiter() == Delimiter::Brace
            {
                self.group(&path, group.stream());
                return next + 3;
            }
            if !matches!(tokens.get(next + 2), Some(TokenTree::Ident(_))) {
                break;
            }
            next += 2;
        }
        if path.len() > 1 || self.is_reference(tokens, at, &path[0]) {
            self.use_path(&path);
        }
        // `name != other` is a comparison and not a macro.
        if is_punct(tokens, next, '!') && !is_punct(tokens, next + 1, '=') {
            self.use_macro(&path);
        }
        next
    }

    fn group(&mut self, prefix: &[String], stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        for part in tokens.split(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ','))
        {
            let mut path = prefix.to_vec();
            for token in part {
                match token {
                    TokenTree::Ident(ident) if ident == "as" => break,
                    TokenTree::Ident(ident) if ident != "self" => path.push(ident.to_string()),
                    TokenTree::Group(group) => self.group(&path, group.stream()),
                    _ => {}
                }
            }
            self.use_path(&path);
        }
    }

    /// Whether a single word can refer to an item, rather than name a field, method or variable.
    fn is_reference(&self, tokens: &[TokenTree], at: usize, word: &str) -> bool {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if matches!(before, Some(TokenTree::Punct(p)) if p.as_char() == '.')
            || matches!(before, Some(TokenTree::Ident(w)) if w == "fn" || w == "let" || w == "mut")
        {
            return false;
        }
        word.starts_with(char::is_uppercase)
            || matches!(tokens.get(at + 1), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis)
    }

    /// `name!` without a path may be a macro that `#[macro_use]` made visible.
    fn use_macro(&mut self, path: &[String]) {
        let found = resolve(self.tree, self.id, path, &mut Vec::new());
        if found.is_empty() && path.len() == 1 {
            self.files.extend(self.tree.macros.get(&path[0]).cloned());
        } else {
            self.use_path(path);
        }
    }
}

fn is_punct(tokens: &[TokenTree], at: usize, punct: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == punct)
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

/// Returns what a path names, seen from a module. Empty for what stands outside of the crate.
/// `seen` holds the names being looked up, for imports that go round.
fn resolve(
    tree: &Tree,
    from: ModuleId,
    path: &[String],
    seen: &mut Vec<(ModuleId, String)>,
) -> BTreeSet<Target> {
    let Some((head, rest)) = path.split_first() else {
        return BTreeSet::new();
    };
    let mut targets = match head.as_str() {
        "crate" => BTreeSet::from([Target::Module(0)]),
        "self" => BTreeSet::from([Target::Module(from)]),
        "super" => tree.modules[from]
            .parent
            .map(Target::Module)
            .into_iter()
            .collect(),
        name => look_up(tree, from, name, seen),
    };
    for segment in rest {
        let mut next = BTreeSet::new();
        for target in targets {
            match target {
                Target::Module(id) if segment == "super" => {
                    next.extend(tree.modules[id].parent.map(Target::Module));
                }
                Target::Module(id) => next.extend(look_up(tree, id, segment, seen)),
                // An associated item or a variant stands where its type does.
                Target::Item(id) => drop(next.insert(Target::Item(id))),
            }
        }
        targets = next;
    }
    targets
}

fn look_up(
    tree: &Tree,
    id: ModuleId,
    name: &str,
    seen: &mut Vec<(ModuleId, String)>,
) -> BTreeSet<Target> {
    let key = (id, name.to_owned());
    if seen.contains(&key) {
        return BTreeSet::new();
    }
    seen.push(key);
    let module = &tree.modules[id];
    let mut found = BTreeSet::new();
    if module.items.contains(name) {
        found.insert(Target::Item(id));
    }
    found.extend(module.children.get(name).copied().map(Target::Module));
    for import in module
        .imports
        .iter()
        .filter(|import| import.name.as_deref() == Some(name))
    {
        found.extend(resolve(tree, id, &import.path, seen));
    }
    if found.is_empty() && module.macro_words.contains(name) {
        found.insert(Target::Item(id));
    }
    if found.is_empty() {
        for import in module.imports.iter().filter(|import| import.name.is_none()) {
            for target in resolve(tree, id, &import.path, seen) {
                if let Target::Module(inner) = target {
                    found.extend(look_up(tree, inner, name, seen));
                }
            }
        }
    }
    seen.pop();
    found
}
