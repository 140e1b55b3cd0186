// Starts the worker's wasm program. What goes wrong is told to the page as the `Broken` signal of
// src/wire.rs.
import init from "./worker.js";

init().catch((error) => postMessage({ Broken: { message: String(error) } }));
