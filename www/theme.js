// Applies the kept theme before the first paint. src/ui/theme.rs owns the choice.
try {
  const theme = JSON.parse(localStorage.getItem("netidx-archive-viewer.theme"));
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // No storage, or not ours: the system's theme it is.
}
