// Puts the colours in force that somebody chose, before anything is seen.
try {
  const chosen = localStorage.getItem("glutkg-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* without storage the device decides */ }
document.documentElement.classList.add("scripted");
