// Starts the page's wasm program, or says in words why that cannot be.

// What README.md names as the oldest versions; each has one of these that the version before lacks.
const FLOOR = "Chrome or Edge 123, Firefox 128, Safari 17.5, or a later one";
const NEEDED = {
  WebAssembly: () => typeof WebAssembly === "object",
  "module workers": () => typeof Worker === "function",
  "colours of light and dark": () => CSS.supports("color", "light-dark(#000, #fff)"),
  "buffers that grow": () => typeof ArrayBuffer.prototype.resize === "function",
};

function say(text) {
  const message = document.getElementById("boot-message");
  if (!message) return;
  message.setAttribute("role", "alert");
  message.textContent = text;
}

async function start() {
  const missing = Object.keys(NEEDED).filter((name) => !NEEDED[name]());
  if (missing.length > 0) {
    say(`This browser is too old for this page: it lacks ${missing.join(", ")}. Please use ${FLOOR}.`);
    return;
  }
  const { default: init } = await import("./app.js");
  await init();
}

start().catch((error) => say(`The page could not start: ${error}. It needs ${FLOOR}.`));
