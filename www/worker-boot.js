// Starts the worker's wasm program. What goes wrong is told to the page as text.
import init from "./worker.js";

init().catch((error) => postMessage(String(error)));
