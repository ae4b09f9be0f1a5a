// What is being typed is kept on the server: a second after the last key, and when the page is left.
const WAIT_MS = 1200;
const SIGNED_OUT = [401, 403];

async function sentenceOf(answer, state) {
  const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json"); // a page in its place: signed in anew elsewhere
  if (isOurs && answer.ok) {
    const { is_kept: isKept, at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) } = await answer.json();
    return isKept === false ? "" : `${state.dataset.textSaved} ${at}`;
  }
  if (isOurs) return (await answer.json()).problem;
  if (SIGNED_OUT.includes(answer.status)) return state.dataset.textSignedOut ?? state.dataset.textOffline;
  throw new Error(String(answer.status));
}

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
      const sentence = state ? await sentenceOf(answer, state) : "";
      if (state) state.textContent = sentence;
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
  window.addEventListener("pagehide", keep);
}
