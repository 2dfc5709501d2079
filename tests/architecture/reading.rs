//! Reads a file of `src/` with `syn`: the paths that it names, with imports resolved, and the
//! functions that it defines. Code under `#[cfg(test)]` is left out.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, File, FnArg, ImplItem, Item, ReturnType, Signature, Type, UseTree};

/// A file of `src/`.
pub(super) struct Reading {
    /// Full paths, with `super`, `self`, the crate's name and imports resolved, each with its line.
    pub(super) paths: Vec<(usize, String)>,
    /// Called macros, each with its line.
    pub(super) macros: Vec<(usize, String)>,
    /// Modules that are declared for tests only and are in separate files.
    pub(super) test_modules: Vec<String>,
    /// Names that are re-exported, each with its full path.
    pub(super) exports: Vec<(String, String)>,
    /// Whether the file holds only `mod` and `pub use`.
    pub(super) only_declares: bool,
    /// Functions that break a rule for signatures, each with its line.
    pub(super) signatures: Vec<(usize, String)>,
    /// String literals.
    pub(super) strings: Vec<(usize, String)>,
    /// String literals that a user can read: all except those of attributes and panics.
    pub(super) texts: Vec<(usize, String)>,
    /// How many attributes and panics enclose the current token.
    hidden: usize,
}

/// Functions and macros whose texts only a panic shows.
const PANICS: &[&str] =
    &["expect", "expect_err", "unreachable", "panic", "assert", "debug_assert", "debug_assert_eq"];

impl Reading {
    pub(super) fn new(module: &str, text: &str) -> Self {
        let file: File = syn::parse_str(text).unwrap_or_else(|error| panic!("{module}: {error}"));
        let home: Vec<String> = match module {
            "lib" | "main" => Vec::new(),
            _ => module.split("::").map(str::to_owned).collect(),
        };
        let mut reading = Self {
            paths: Vec::new(),
            macros: Vec::new(),
            test_modules: Vec::new(),
            exports: Vec::new(),
            only_declares: file.items.iter().all(declares),
            signatures: Vec::new(),
            strings: Vec::new(),
            texts: Vec::new(),
            hidden: 0,
        };
        reading.items(&file.items, &home);
        reading
    }

    fn items(&mut self, items: &[Item], home: &[String]) {
        let mut imports = HashMap::new();
        let items: Vec<&Item> = items.iter().filter(|item| !self.is_test(item)).collect();
        for item in &items {
            if let Item::Use(item) = item {
                let before = self.paths.len();
                self.import(&item.tree, Vec::new(), home, &mut imports);
                if !matches!(item.vis, syn::Visibility::Inherited) {
                    let exports = self.paths[before..].iter().map(|(_, path)| path.clone());
                    let name = |path: &String| path.rsplit("::").next().unwrap_or(path).to_owned();
                    self.exports.extend(exports.map(|path| (name(&path), path)));
                }
            }
        }
        for item in items {
            match item {
                Item::Use(_) => {}
                Item::Mod(inner) => {
                    if let Some((_, inner_items)) = &inner.content {
                        let home = [home, &[inner.ident.to_string()]].concat();
                        self.items(inner_items, &home);
                    }
                }
                item => self.item(item, home, &imports),
            }
        }
    }

    fn item(&mut self, item: &Item, home: &[String], imports: &HashMap<String, String>) {
        // Imports inside functions.
        let mut inner = Imports::default();
        inner.visit_item(item);
        let mut imports = imports.clone();
        for tree in &inner.trees {
            self.import(tree, Vec::new(), home, &mut imports);
        }
        self.signatures.extend(inner.signatures);
        self.tokens(item.to_token_stream(), home, &imports);
    }

    /// Checks whether an item is for tests only; such a module in a separate file is recorded.
    fn is_test(&mut self, item: &Item) -> bool {
        let test = attributes(item).iter().any(is_test);
        if let (true, Item::Mod(module)) = (test, item)
            && module.content.is_none()
        {
            self.test_modules.push(module.ident.to_string());
        }
        test
    }

    fn import(
        &mut self,
        tree: &UseTree,
        mut prefix: Vec<String>,
        home: &[String],
        imports: &mut HashMap<String, String>,
    ) {
        let (ident, local) = match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                return self.import(&path.tree, prefix, home, imports);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, prefix.clone(), home, imports);
                }
                return;
            }
            UseTree::Glob(star) => {
                prefix.push("*".to_owned());
                let line = star.star_token.spans[0].start().line;
                self.paths.push((line, resolve(&prefix, home, imports)));
                return;
            }
            UseTree::Name(name) => (&name.ident, &name.ident),
            UseTree::Rename(rename) => (&rename.ident, &rename.rename),
        };
        if ident != "self" {
            prefix.push(ident.to_string());
        }
        let local = if local == "self" { prefix.last().cloned() } else { Some(local.to_string()) };
        let path = resolve(&prefix, home, imports);
        self.paths.push((ident.span().start().line, path.clone()));
        imports.extend(local.map(|local| (local, path)));
    }

    /// Collects the paths, macro calls and strings of a token stream, macros included.
    fn tokens(&mut self, stream: TokenStream, home: &[String], imports: &HashMap<String, String>) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let punct = |at: usize, c: char| matches!(tokens.get(at), Some(TokenTree::Punct(found)) if found.as_char() == c);
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    let named = |at: usize| matches!(tokens.get(at), Some(TokenTree::Ident(name)) if PANICS.iter().any(|panic| name == panic));
                    let hidden = at > 0
                        && (punct(at - 1, '#')
                            || named(at - 1)
                            || (at > 1 && punct(at - 1, '!') && named(at - 2)));
                    self.hidden += usize::from(hidden);
                    self.tokens(group.stream(), home, imports);
                    self.hidden -= usize::from(hidden);
                }
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line;
                    self.strings.push((line, literal.to_string()));
                    if self.hidden == 0 {
                        self.texts.push((line, literal.to_string()));
                    }
                }
                TokenTree::Ident(first) if !(at > 0 && punct(at - 1, '.')) => {
                    let line = first.span().start().line;
                    let mut path = vec![first.to_string()];
                    while punct(at + 1, ':') && punct(at + 2, ':') {
                        let Some(TokenTree::Ident(next)) = tokens.get(at + 3) else { break };
                        path.push(next.to_string());
                        at += 3;
                    }
                    if punct(at + 1, '!') && !punct(at + 2, '=') {
                        self.macros.push((line, path.join("::")));
                    }
                    if path.len() > 1 || imports.contains_key(&path[0]) {
                        self.paths.push((line, resolve(&path, home, imports)));
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }
}

/// Collects the imports inside an item, and the signatures that break a rule.
#[derive(Default)]
struct Imports {
    trees: Vec<UseTree>,
    signatures: Vec<(usize, String)>,
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.trees.push(item.tree.clone());
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        visit::visit_impl_item(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast Signature) {
        let mut wrong = |what: &str| {
            let line = signature.ident.span().start().line;
            self.signatures.push((line, format!("`{}` {what}", signature.ident)));
        };
        let parameters: Vec<&Type> = signature
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(parameter) => Some(&*parameter.ty),
                FnArg::Receiver(_) => None,
            })
            .collect();
        if parameters.len() > 5 {
            wrong("has more than five parameters");
        }
        let is_tuple = |ty: &Type| match ty {
            Type::Tuple(tuple) => tuple.elems.len() > 1,
            Type::Reference(reference) => {
                matches!(&*reference.elem, Type::Tuple(tuple) if tuple.elems.len() > 1)
            }
            _ => false,
        };
        if parameters.iter().any(|ty| is_tuple(ty)) {
            wrong("has a tuple as a parameter");
        }
        if let ReturnType::Type(_, ty) = &signature.output {
            let text = ty.to_token_stream().to_string();
            if text.contains("Result < Result <") || text.contains("Result < CommandResult") {
                wrong("returns a nested Result");
            }
        }
        visit::visit_signature(self, signature);
    }
}

fn declares(item: &Item) -> bool {
    match item {
        Item::Mod(module) => module.content.is_none(),
        Item::Use(item) => !matches!(item.vis, syn::Visibility::Inherited),
        _ => false,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Checks whether an attribute is `#[cfg(test)]` or `#[cfg(all(test, ..))]`.
fn is_test(attribute: &Attribute) -> bool {
    let text = attribute.meta.to_token_stream().to_string();
    attribute.path().is_ident("cfg")
        && (text.starts_with("cfg (test)") || text.starts_with("cfg (all (test"))
}

/// Returns the full path, beginning with `crate` for one of this crate.
fn resolve(path: &[String], home: &[String], imports: &HashMap<String, String>) -> String {
    let (mut base, mut rest) = (home.to_vec(), path);
    match path[0].as_str() {
        "crate" | "instancectl" => return ["crate", &path[1..].join("::")].join("::"),
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|part| part == "super") {
                base.pop();
                rest = &rest[1..];
            }
        }
        first => {
            if let Some(import) = imports.get(first) {
                return [std::slice::from_ref(import), &path[1..]].concat().join("::");
            }
            return path.join("::");
        }
    }
    [&["crate".to_owned()], &base[..], rest].concat().join("::")
}
