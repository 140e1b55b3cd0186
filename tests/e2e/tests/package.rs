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
            const {{ default: init, Archive, ArchiveError, Recording }} =
                await import('./netidx_archive_viewer.js');
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
fn exports_are_streams() -> Result<()> {
    package(|page| {
        let script = "
            const archive = Archive.open(bytes);
            const text = stream => new Response(stream).text();
            const rows = archive.deltas().batches.flatMap(batch => batch.items);
            const csv = await text(archive.export({ format: 'csv' }));
            const lines = (await text(archive.export({ format: 'ndjson' }))).trim().split('\\n');
            const values = lines.map(line => JSON.parse(line).value);
            const [copied, recovered] = await Promise.all(['slice', 'recovered'].map(async format => {
                const stream = archive.export({ format });
                const { paths, deltaBatches, problems } =
                    Archive.open(await new Response(stream).arrayBuffer()).info();
                return { paths, deltaBatches, problems: problems.length };
            }));
            const { paths, deltaBatches } = archive.info();
            const report = await archive.verify({ onProgress() {} });
            const controller = new AbortController();
            controller.abort();
            const aborted = await archive.verify({ signal: controller.signal }).catch(it => it.name);
            let refused;
            try { archive.export({ format: 'xml' }); } catch (error) { refused = error.kind; }
            const sidecar = await archive.sidecar();
            const all = it => JSON.stringify([it.info(), it.deltas()], (_, it) =>
                typeof it === 'bigint' ? String(it) : it);
            const opened = Archive.open(bytes, { sidecar });
            const unfit = Archive.open(bytes, { sidecar: sidecar.slice(0, 40) });
            const inWorker = await Archive.openAsync(new Blob([bytes]));
            const same = csv === await text(inWorker.export({ format: 'csv' }));
            const reports = JSON.stringify(report) === JSON.stringify(await inWorker.verify());
            inWorker.free();
            const wanted = { paths, deltaBatches, problems: 0 };
            const is = (it, wanted) => JSON.stringify(it) === JSON.stringify(wanted);
            return {
                lines: csv.split('\\r\\n').length - 2 === rows.length,
                values: is(values, rows.map(it => it.value)),
                copied: is(copied, wanted), recovered: is(recovered, wanted),
                sound: report.sound, batches: report.deltaBatches === deltaBatches,
                aborted, refused, same, reports, fits: all(opened) === all(archive),
                unfit: unfit.info().problems.map(it => it.message.slice(0, 27)),
            };";
        let said = run(page, &golden("indexed-images")?, script)?;
        let wanted = json!({
            "lines": true, "values": true, "copied": true, "recovered": true, "sound": true,
            "batches": true, "aborted": "AbortError", "refused": "argument", "same": true,
            "reports": true, "fits": true, "unfit": ["the sidecar is not used: it"],
        });
        ensure!(said == wanted, "{said}");
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

/// On a page, where nothing may wait: a file, an address and bytes, opened in a worker.
#[test]
fn opens_in_a_worker() -> Result<()> {
    package(|page| {
        for name in ["indexed-images", "compressed-values", "strings"] {
            let script = "
                const now = Archive.open(bytes);
                const text = it => JSON.stringify(it, (_, it) => typeof it === 'bigint' ? `${it}n` : it);
                const address = URL.createObjectURL(new Blob([bytes]));
                const same = [];
                for (const source of [bytes, new Blob([bytes]), new File([bytes], 'current'), new URL(address)]) {
                    const progress = [];
                    const later = await Archive.openAsync(source, { onProgress: it => progress.push(it) });
                    const { first, last } = now.info();
                    for (const [call, ...args] of [['info'], ['paths'], ['image'], ['deltas', { limit: 3 }],
                        ['find', { where: 'changed' }], ['statistics'], ['diff', first, last], ['columns'],
                        ['seek', {}, '+1']]) {
                        same.push(text(await later[call](...args)) === text(now[call](...args)));
                    }
                    const [one, two] = [[], []];
                    for await (const batch of later.batches()) one.push(batch);
                    for await (const batch of now.batches()) two.push(batch);
                    same.push(text(one) === text(two), one.length === now.info().deltaBatches);
                    same.push(progress.at(-1).done === progress.at(-1).total);
                    const wrong = await later.find({ where: '> x' }).catch(it => it);
                    same.push(wrong instanceof ArchiveError, wrong.kind === 'condition');
                    later.free();
                    later.free();
                    same.push((await later.info().catch(it => it)).kind === 'freed');
                }
                same.push((await Archive.open(new Blob([bytes]))) instanceof Archive === false);
                return same.every(it => it) ? 'same' : same;";
            let said = run(page, &golden(name)?, script)?;
            ensure!(said == "same", "{name}: {said}");
        }
        Ok(())
    })
}

#[test]
fn ends_when_it_is_told_to() -> Result<()> {
    package(|page| {
        let script = "
            const archive = Archive.open(bytes);
            archive.free();
            archive.free();
            const kinds = ['info', 'paths', 'image', 'batches'].map(call => {
                try { archive[call](); } catch (error) { return error instanceof ArchiveError && error.kind; }
            });
            const disposed = Archive.open(bytes);
            disposed[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
            try { disposed.info(); } catch (error) { kinds.push(error.kind); }
            const stop = new AbortController();
            const opening = Archive.openAsync(new Blob([bytes]), { signal: stop.signal });
            stop.abort();
            kinds.push((await opening.catch(it => it)).name);
            try { Archive.open(bytes, { nonsense: 1 }); } catch (error) { kinds.push(error.kind); }
            kinds.push((await Archive.openAsync(bytes, { nonsense: 1 }).catch(it => it)).kind);
            kinds.push((await Archive.openAsync(new URL('missing', location)).catch(it => it)).kind);
            return kinds;";
        let said = run(page, &golden("indexed-images")?, script)?;
        let freed = ["freed"; 5].into_iter();
        let wanted: Vec<_> =
            freed.chain(["AbortError", "argument", "argument", "source"]).collect();
        ensure!(said == json!(wanted), "{said}");
        Ok(())
    })
}

/// Where there is Node, without flags: what is read beside the module, workers, and what compresses.
#[test]
fn runs_in_node() -> Result<()> {
    if std::process::Command::new("node").arg("--version").output().is_err() {
        println!("there is no node here");
        return Ok(());
    }
    let file = golden("indexed-images")?.file;
    let script = format!(
        "import init, {{ Archive, Recording }} from {module};
         import {{ readFileSync }} from 'node:fs';
         await init();
         const bytes = readFileSync({file});
         const archive = Archive.open(bytes), {{ deltaBatches }} = archive.info();
         let batches = 0;
         for await (const batch of archive.batches()) batches += 1;
         const later = await Archive.openAsync(new URL('file://' + {file}));
         for await (const batch of later.batches()) batches += 1;
         const copy = Archive.open(await archive.compress({{ level: 1 }}));
         const recording = await Recording.openAsync([{{ name: '0/current', source: new Blob([bytes]) }}]);
         const all = [batches === 2 * deltaBatches, copy.info().deltaBatches === deltaBatches,
             (await recording.info()).deltaBatches === deltaBatches];
         recording.free();
         console.log(JSON.stringify(all));",
        module = json!(e2e::root().join("pkg/netidx_archive_viewer.js")),
        file = json!(file)
    );
    let mut node = std::process::Command::new("node");
    node.args(["--input-type=module", "--eval", &script]);
    let output = node.output().context("node runs")?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let failed = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success() && said == "[true,true,true]", "{said} {failed}");
    Ok(())
}
