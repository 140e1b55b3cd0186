//! The JS package as it is built, served plainly from a folder of some host, in a page.

use anyhow::{Context, Result, ensure};
use e2e::golden::Golden;
use e2e::{Driver, Page};
use serde_json::{Value, json};

/// A page of the host, of which the package is loaded by a relative address.
fn package(test: impl FnOnce(&Page) -> Result<()>) -> Result<()> {
    let folder = e2e::root().join("pkg");
    ensure!(folder.join("package.json").is_file(), "`cargo xtask pkg` makes pkg/");
    let driver = Driver::serving(&folder)?;
    let page = Page::open(&driver)?;
    page.go(&format!("{}package.json", page.site()))?;
    test(&page)
}

/// What a script answers that has the package as `Archive` and the bytes of a file as `bytes`.
fn run(page: &Page, golden: &Golden, script: &str) -> Result<Value> {
    let bytes = std::fs::read(&golden.file)?;
    let answer = page.eval_async(&format!(
        "(async () => {{
            const {{ default: init, Archive }} = await import('./netidx_archive_viewer.js');
            await init();
            const bytes = new Uint8Array({});
            {script}
        }})().catch(error => ({{ thrown: `${{error.kind}}: ${{error.message}}` }}))",
        json!(bytes)
    ))?;
    ensure!(answer.get("thrown").is_none(), "{answer}");
    Ok(answer)
}

fn golden(name: &str) -> Result<Golden> {
    e2e::golden::all()?.into_iter().find(|it| it.name == name).context("a golden file")
}

/// Compares what the package says of a copy with what it says of the original.
const COMPARED: &str = "
    const all = archive => JSON.stringify(
        [archive.paths(), archive.deltas().batches, archive.image({ at: archive.info().last })],
        (_, it) => typeof it === 'bigint' ? String(it) : it);
    const copied = Archive.open(copy);
    const { compressed, indexed, problems } = copied.info();
    return { same: all(archive) === all(copied), compressed, indexed, problems: problems.length };";

#[test]
fn builds_an_index() -> Result<()> {
    package(|page| {
        for name in ["plain-images", "compressed"] {
            let script = "const archive = Archive.open(bytes), copy = archive.buildIndex();";
            let said = run(page, &golden(name)?, &format!("{script}{COMPARED}"))?;
            let wanted =
                json!({ "same": true, "compressed": false, "indexed": true, "problems": 0 });
            ensure!(said == wanted, "{name}: {said}");
        }
        Ok(())
    })
}

#[test]
fn compresses_with_the_module_beside_it() -> Result<()> {
    package(|page| {
        for (name, options, indexed) in [
            ("indexed-images", "", true),
            ("plain-images", "{ level: 3, dictionary: false }", false),
            ("paths-many", "{ level: 19, dictionary: 4000 }", true),
        ] {
            let script = format!(
                "const archive = Archive.open(bytes), copy = await archive.compress({options});"
            );
            let said = run(page, &golden(name)?, &format!("{script}{COMPARED}"))?;
            let wanted =
                json!({ "same": true, "compressed": true, "indexed": indexed, "problems": 0 });
            ensure!(said == wanted, "{name}: {said}");
        }
        Ok(())
    })
}

#[test]
fn refuses_in_words() -> Result<()> {
    package(|page| {
        for (name, options, kind) in [
            ("compressed", "", "already-compressed"),
            ("indexed", "{ level: 20 }", "argument"),
            ("indexed", "{ level: 1.5 }", "argument"),
            ("indexed", "{ dictionary: 'large' }", "argument"),
            ("indexed", "{ dictionary: -1 }", "argument"),
        ] {
            let script = format!(
                "const error = await Archive.open(bytes).compress({options}).catch(it => it);
                return [error.name, error.kind, error.message.length > 20];"
            );
            let said = run(page, &golden(name)?, &script)?;
            ensure!(said == json!(["ArchiveError", kind, true]), "{name} {options}: {said}");
        }
        Ok(())
    })
}
