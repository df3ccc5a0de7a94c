// Sets light or dark before anything is painted, which is why this is no module. Without a choice the system's is kept.
const theme = {
  get() {
    return document.documentElement.dataset.theme ?? "auto";
  },
  set(name) {
    if (name === "light" || name === "dark") document.documentElement.dataset.theme = name;
    else delete document.documentElement.dataset.theme;
    try {
      localStorage.setItem("theme", name);
    } catch {
      // Storage may be forbidden; then the choice is for this page.
    }
  },
};
try {
  theme.set(localStorage.getItem("theme") ?? "auto");
} catch {
  // As above.
}
