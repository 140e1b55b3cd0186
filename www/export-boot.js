// Starts the wasm program that saves copies. What comes before it runs waits here; what goes wrong is
// told as the `Failed` of src/saver/message.rs.
import init from "./export.js";

const early = [];
onmessage = (event) => early.push(event.data);

init()
  .then(() => early.forEach((data) => dispatchEvent(new MessageEvent("message", { data }))))
  .catch((error) => postMessage([`The part that saves copies could not start: ${error}`]));
