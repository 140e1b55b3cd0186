//! Things on the page, found by role and name as a screen reader tells them.
//!
//! The browser's own accessibility tree answers, so what is hidden from it is not found, whatever
//! the markup looks like.

use anyhow::{Context, Result, bail};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use crate::Page;

/// An element, for as long as the page keeps it.
pub struct Node<'p> {
    page: &'p Page,
    /// Its handle in the Chrome DevTools Protocol.
    pub(crate) object: String,
}

impl Page {
    /// The one thing of this role and name, waited for.
    pub fn get(&self, role: &str, name: &str) -> Result<Node<'_>> {
        self.wait(&format!("{role} {name:?}"), || {
            let mut found = self.all(role, Some(name))?;
            if found.len() > 1 {
                bail!("{} things are {role} {name:?}", found.len());
            }
            Ok(found.pop())
        })
    }

    /// Whether there is such a thing now.
    pub fn has(&self, role: &str, name: &str) -> Result<bool> {
        Ok(!self.all(role, Some(name))?.is_empty())
    }

    /// All things of this role, and of this name where one is given.
    pub fn all(&self, role: &str, name: Option<&str>) -> Result<Vec<Node<'_>>> {
        let document = self.cdp("Runtime.evaluate", json!({ "expression": "document" }))?;
        let mut query = json!({ "objectId": document["result"]["objectId"], "role": role });
        if let Some(name) = name {
            query["accessibleName"] = name.into();
        }
        let answer = self.cdp("Accessibility.queryAXTree", query)?;
        let nodes = answer["nodes"].as_array().context("the accessibility tree is a list")?;
        let seen = nodes.iter().filter(|node| node["ignored"] != true);
        seen.map(|node| {
            let id = json!({ "backendNodeId": node["backendDOMNodeId"] });
            let resolved = self.cdp("DOM.resolveNode", id)?;
            let object = resolved["object"]["objectId"].as_str();
            object.and_then(|object| Node::new(self, object)).context("it has just gone")
        })
        .collect()
    }

    /// The texts of all things of this role, joined: what a live region has said.
    pub fn said(&self, role: &str) -> Result<String> {
        let texts: Result<Vec<String>> = self.all(role, None)?.iter().map(Node::text).collect();
        Ok(texts?.join("\n").trim().to_owned())
    }

    /// The file input of this name. Browsers show one to a screen reader as a button with a name of
    /// their own making, so it is found by its label.
    pub fn file_input(&self, label: &str) -> Result<Node<'_>> {
        self.wait(&format!("file input {label:?}"), || {
            for input in self.objects("[...document.querySelectorAll('input[type=file]')]")? {
                let named = input.call(
                    "function() { return this.ariaLabel ?? \
                     [...this.labels].map(label => label.textContent.trim()).join(' ') }",
                    &[],
                )?;
                if named == label {
                    return Ok(Some(input));
                }
            }
            Ok(None)
        })
    }
}

impl<'p> Node<'p> {
    pub(crate) fn new(page: &'p Page, object: &str) -> Option<Node<'p>> {
        Some(Node { page, object: object.to_owned() })
    }

    /// Calls a JavaScript function with this element as `this`.
    pub fn call(&self, function: &str, arguments: &[Value]) -> Result<Value> {
        let arguments: Vec<Value> =
            arguments.iter().map(|value| json!({ "value": value })).collect();
        let answer = self.page.cdp(
            "Runtime.callFunctionOn",
            json!({
                "objectId": self.object,
                "functionDeclaration": function,
                "arguments": arguments,
                "returnByValue": true,
            }),
        )?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            bail!("{function} threw {thrown}");
        }
        Ok(answer["result"]["value"].clone())
    }

    /// Its text, whether in view or not.
    pub fn text(&self) -> Result<String> {
        let text = self.call("function() { return this.textContent }", &[])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute.
    pub fn attr(&self, name: &str) -> Result<Option<String>> {
        let value =
            self.call("function(name) { return this.getAttribute(name) }", &[name.into()])?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Clicks where a person would: it has to be in view and uncovered.
    pub fn click(&self) -> Result<()> {
        self.page.wd(self.element()?.click()).context("cannot click")
    }

    /// Types at the end of what is there; keys are characters of [`fantoccini::key::Key`].
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.page.wd(self.element()?.send_keys(text)).context("cannot type")
    }

    /// Replaces what is there in one go, as pasting over a selection does.
    pub fn fill(&self, text: &str) -> Result<()> {
        self.click()?;
        self.call("function() { this.select() }", &[])?;
        if text.is_empty() {
            return self.page.press(&[fantoccini::key::Key::Backspace]);
        }
        self.page.cdp("Input.insertText", json!({ "text": text }))?;
        Ok(())
    }

    /// The WebDriver's handle, handed over through the page itself.
    fn element(&self) -> Result<Element> {
        self.call("function() { globalThis.__e2e = this }", &[])?;
        let script = "const e = globalThis.__e2e; delete globalThis.__e2e; return e";
        let handle = self.page.eval(script)?;
        let id = handle.as_object().and_then(|object| object.values().next()?.as_str());
        let id = ElementRef::from(id.context("it has just gone")?.to_owned());
        Ok(Element::from_element_id(self.page.client.clone(), id))
    }
}
