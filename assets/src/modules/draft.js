// Forms with a draft: what is typed is sent to the server a moment after the last key, and said so. What could not be
// sent is tried again, and a page that closes sends its last words on the way out.
const PAUSE_MS = 1500;
const AGAIN_MS = 10_000;
const PARTING_CHARACTERS_MAX = 40_000; // browsers carry 64 kB for a page that is gone

function watch(form) {
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let typed = 0;
  let kept = 0;
  let failed = false;

  const dirty = () => typed !== kept;

  function words() {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    return body;
  }

  async function keep({ parting = false } = {}) {
    clearTimeout(timer);
    const sent = typed;
    let said = form.dataset.draftFailed;
    let lost = true;
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body: words(),
        keepalive: parting,
        headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" },
      });
      if (answer.ok) {
        kept = Math.max(kept, sent);
        lost = false;
        said = form.dataset.draftKept;
      } else if (answer.status === 413) said = (await answer.json()).detail; // trying again would not help
      else again();
    } catch {
      again();
    }
    failed = lost;
    if (state) state.textContent = said;
  }

  function again() {
    clearTimeout(timer);
    timer = setTimeout(keep, AGAIN_MS);
  }

  const isLight = () => [...words().values()].join("").length < PARTING_CHARACTERS_MAX;

  form.addEventListener("input", () => {
    typed += 1;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    kept = typed;
    failed = false;
    clearTimeout(timer);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && dirty()) keep({ parting: isLight() });
  });
  window.addEventListener("online", () => dirty() && keep());
  // Asked only when something would be lost: the rest is sent while the page goes.
  window.addEventListener("beforeunload", (event) => {
    if (dirty() && (failed || !isLight())) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-draft-url]")) watch(form);
