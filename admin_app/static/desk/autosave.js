// What is being typed is kept on the server: a second after the last key, and when the window is left.
const WAIT_MS = 1200;

for (const form of document.querySelectorAll("form[data-autosave-url]")) {
  const state = form.querySelector("[data-autosave-state]");
  let timer = 0;
  let isDirty = false;

  const keep = async () => {
    clearTimeout(timer);
    if (!isDirty || form.dataset.sending) return;
    isDirty = false;
    try {
      const answer = await fetch(form.dataset.autosaveUrl, { method: "POST", body: new FormData(form), keepalive: true });
      if (answer.status === 422) {
        if (state) state.textContent = (await answer.json()).problem;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      if (state) state.textContent = `${state.dataset.textSaved} ${at}`;
    } catch {
      isDirty = true;
      if (state) state.textContent = state.dataset.textOffline;
    }
  };

  form.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, WAIT_MS);
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
}
