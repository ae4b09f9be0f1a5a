// A revealed number goes away by itself, and at once when the page is left or hidden.
for (const box of document.querySelectorAll("[data-reveal]")) {
  const hide = () => {
    if (!box.isConnected) return;
    box.parentElement.querySelector("[data-reveal-over]").hidden = false;
    box.remove();
  };
  setTimeout(hide, Number(box.dataset.reveal) * 1000);
  window.addEventListener("pagehide", hide);
}
