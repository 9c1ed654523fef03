// Forms with a draft: what is typed is sent to the server a moment after the last key, and said so.
const PAUSE_MS = 1500;

function watch(form) {
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let dirty = false;

  async function keep() {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    try {
      const answer = await fetch(form.dataset.draftUrl, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      dirty = false;
      if (state) state.textContent = form.dataset.draftKept;
    } catch {
      if (state) state.textContent = form.dataset.draftFailed;
    }
  }

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    dirty = false;
    clearTimeout(timer);
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

for (const form of document.querySelectorAll("form[data-draft-url]")) watch(form);
