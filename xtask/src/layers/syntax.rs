//! What a file of Rust imports, defines and mentions: as much of the syntax as that takes.

use std::collections::BTreeSet;

/// What a file says of modules and names.
#[derive(Default)]
pub struct Module {
    /// The file, below `src/`.
    pub file: String,
    pub imports: Vec<Import>,
    /// What the file defines.
    pub defined: BTreeSet<String>,
    /// All names in the file outside `use` items.
    pub mentioned: BTreeSet<String>,
    /// Modules of the file that are only there for tests.
    pub tests: BTreeSet<String>,
}

/// A name that a file imports, or a path that it writes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub path: Vec<String>,
    /// What the name is here; `*` for all of a module, `None` for a path that is written out.
    pub name: Option<String>,
    /// Whether others can import it from here.
    pub is_public: bool,
    /// How many inline modules it is in.
    pub depth: usize,
}

impl Import {
    /// The path as the file itself would write it: inline modules are in the same file.
    pub fn path_in_file(&self) -> &[String] {
        let supers = self.path.iter().take_while(|part| *part == "super").count();
        &self.path[self.depth.min(supers)..]
    }
}

/// Names, and signs one by one. No comments, texts or numbers.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let (mut tokens, mut i) = (Vec::new(), 0);
    while i < chars.len() {
        let c = chars[i];
        let start = i;
        if c == '/' && at(i + 1) == '/' {
            while i < chars.len() && chars[i] != '\n' {
                i += 1;
            }
        } else if c == '/' && at(i + 1) == '*' {
            let mut depth = 0;
            loop {
                match (at(i), at(i + 1)) {
                    ('/', '*') => (depth, i) = (depth + 1, i + 2),
                    ('*', '/') => (depth, i) = (depth - 1, i + 2),
                    _ => i += 1,
                }
                if depth == 0 || i >= chars.len() {
                    break;
                }
            }
        } else if c == 'r' && raw_hashes(&chars[i..]).is_some() {
            let hashes = raw_hashes(&chars[i..]).unwrap_or_default();
            i += hashes + 2;
            let end: Vec<char> = std::iter::once('"').chain((0..hashes).map(|_| '#')).collect();
            while i < chars.len() && !chars[i..].starts_with(&end) {
                i += 1;
            }
            i += end.len();
        } else if c == '"' {
            i += 1;
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            i += 1;
        } else if c == '\'' && (at(i + 1) == '\\' || at(i + 2) == '\'') {
            i += if at(i + 1) == '\\' { 3 } else { 2 };
            while i < chars.len() && chars[i] != '\'' {
                i += 1;
            }
            i += 1;
        } else if c.is_alphanumeric() || c == '_' {
            while at(i).is_alphanumeric() || at(i) == '_' {
                i += 1;
            }
            // A byte string, or a name that is written raw.
            let word: String = chars[start..i].iter().collect();
            if !(matches!(word.as_str(), "b" | "c" | "br" | "cr") && matches!(at(i), '"' | '\'')) {
                tokens.push(word);
            }
        } else {
            i += 1;
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
        }
    }
    tokens
}

/// How many `#` a raw text has that begins here.
fn raw_hashes(chars: &[char]) -> Option<usize> {
    let hashes = chars[1..].iter().take_while(|c| **c == '#').count();
    (chars.get(1 + hashes) == Some(&'"')).then_some(hashes)
}

/// Reads the text of a file.
pub fn read(text: &str) -> Module {
    parse(&tokens(text))
}

fn parse(tokens: &[String]) -> Module {
    let mut module = Module::default();
    let at = |i: usize| tokens.get(i).map_or("", String::as_str);
    // The depths of braces at which inline modules are.
    let (mut braces, mut inline, mut i) = (0, Vec::new(), 0);
    while i < tokens.len() {
        let depth = inline.len();
        match at(i) {
            "#" if at(i + 1) == "[" => {
                let end = matching(tokens, i + 1);
                let words = &tokens[i..end];
                let has = |word: &str| words.iter().any(|other| other == word);
                i = end + 1;
                if has("cfg") && has("test") && !has("not") {
                    let item = item_end(tokens, i);
                    if let Some(name) = (i..item).find(|i| at(*i) == "mod") {
                        module.tests.insert(at(name + 1).to_owned());
                    }
                    i = item;
                }
                continue;
            }
            "use" => {
                let is_public = at(i.wrapping_sub(1)) == "pub" || at(i.wrapping_sub(1)) == ")";
                let end = (i..tokens.len()).find(|i| at(*i) == ";").unwrap_or(tokens.len());
                let mut found = Vec::new();
                use_tree(&tokens[i + 1..end], &mut Vec::new(), &mut found);
                let imports = found.into_iter().map(|(path, name)| Import {
                    path,
                    name: Some(name),
                    is_public,
                    depth,
                });
                module.imports.extend(imports);
                i = end + 1;
                continue;
            }
            "mod" if at(i + 2) == "{" => inline.push(braces),
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                module.defined.insert(at(i + 1).to_owned());
            }
            "macro_rules" => drop(module.defined.insert(at(i + 2).to_owned())),
            "{" => braces += 1,
            "}" => {
                braces -= 1;
                if inline.last() == Some(&braces) {
                    inline.pop();
                }
            }
            name if is_name(name)
                && !(at(i.wrapping_sub(1)) == ":" && at(i.wrapping_sub(2)) == ":") =>
            {
                let path = written_path(tokens, i);
                if path.len() > 1 {
                    module.imports.push(Import { path, name: None, is_public: false, depth });
                }
            }
            _ => {}
        }
        if is_name(at(i)) {
            module.mentioned.insert(at(i).to_owned());
        }
        i += 1;
    }
    module
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The names of a path that begins here: `a::b::c`.
fn written_path(tokens: &[String], start: usize) -> Vec<String> {
    let mut path = vec![tokens[start].clone()];
    let mut i = start + 1;
    while tokens.get(i).is_some_and(|t| t == ":") && tokens.get(i + 1).is_some_and(|t| t == ":") {
        match tokens.get(i + 2).filter(|token| is_name(token)) {
            Some(name) => path.push(name.clone()),
            None => break,
        }
        i += 3;
    }
    path
}

/// Where the bracket that opens at `open` closes.
fn matching(tokens: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len()
}

/// Where the item ends that begins here.
fn item_end(tokens: &[String], start: usize) -> usize {
    let mut i = start;
    while let Some(token) = tokens.get(i) {
        match token.as_str() {
            ";" => return i + 1,
            "{" => return matching(tokens, i) + 1,
            "(" | "[" => i = matching(tokens, i),
            _ => {}
        }
        i += 1;
    }
    i
}

/// The paths and names of what stands between `use` and `;`.
fn use_tree(tokens: &[String], prefix: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    let before = prefix.len();
    let mut i = 0;
    while let Some(token) = tokens.get(i) {
        match token.as_str() {
            "{" => {
                let end = matching(tokens, i).min(tokens.len());
                let (mut start, mut depth) = (i + 1, 0);
                for j in i + 1..=end {
                    match tokens.get(j).map_or("", String::as_str) {
                        "{" => depth += 1,
                        "}" if j < end => depth -= 1,
                        "," if depth == 0 => {
                            use_tree(&tokens[start..j], prefix, found);
                            start = j + 1;
                        }
                        _ => {}
                    }
                }
                use_tree(&tokens[start.min(end)..end], prefix, found);
                prefix.truncate(before);
                return;
            }
            "*" => {
                found.push((prefix.clone(), "*".to_owned()));
                prefix.truncate(before);
                return;
            }
            "as" => {
                let name = tokens.get(i + 1).cloned().unwrap_or_default();
                found.push((prefix.clone(), name));
                prefix.truncate(before);
                return;
            }
            ":" => {}
            name => prefix.push(name.to_owned()),
        }
        i += 1;
    }
    if prefix.len() > before || tokens.len() == 1 {
        // `a::{self}` is `a`.
        if prefix.len() > 1 && prefix.last().is_some_and(|last| last == "self") {
            prefix.pop();
        }
        if let Some(name) = prefix.last().cloned() {
            found.push((prefix.clone(), name));
        }
    }
    prefix.truncate(before);
}
