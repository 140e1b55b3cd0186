// Starts the page's wasm program, and says so where that fails.
import init from "./app.js";

init().catch((error) => {
  const message = document.getElementById("boot-message");
  if (message) {
    message.setAttribute("role", "alert");
    message.textContent = `The page could not start: ${error}. A current Firefox, Chrome, Edge or Safari is needed.`;
  }
});
