// Light or dark: the system's choice unless the person makes one.
const KEPT = "wa-sim-theme";
export const THEMES = ["auto", "light", "dark"];

export function kept() {
  const theme = localStorage.getItem(KEPT);
  return THEMES.includes(theme) ? theme : "auto";
}

export function setTheme(theme) {
  localStorage.setItem(KEPT, theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
