// Search boxes propose completions while one types: the ARIA combobox pattern with a list box.
// The server draws the options (address of the form + "suggestions/"); without script, the box is a plain form.
const DELAY_MS = 140;
let count = 0;

function attach(form) {
  const input = form.querySelector("input[type=search]");
  if (!input || input.role === "combobox") return;
  const popup = document.createElement("div");
  const status = document.createElement("p");
  popup.className = "m-suggestions";
  popup.id = `suggestions-${++count}`;
  popup.hidden = true;
  status.className = "m-visually-hidden";
  status.setAttribute("role", "status");
  form.append(popup, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": popup.id, "aria-haspopup": "listbox",
  })) input.setAttribute(name, value);

  let timer, request, typed = input.value, current = -1;
  const options = () => [...popup.querySelectorAll("[role=option]")];

  function close() {
    popup.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    const all = options();
    current = position;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === current)));
    const option = all[current];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
    input.value = option ? option.dataset.text : typed;
  }

  async function ask() {
    request?.abort();
    request = new AbortController();
    const address = new URL("suggestions/", form.action);
    address.searchParams.set("q", input.value);
    try {
      const answer = await fetch(address, { signal: request.signal, headers: { "X-Requested-With": "fetch" } });
      if (!answer.ok) return close();
      popup.innerHTML = await answer.text();
    } catch {
      return; // aborted, or no network: the form still works
    }
    const all = options();
    all.forEach((option, index) => (option.id = `${popup.id}-${index}`));
    if (!all.length || document.activeElement !== input) return close();
    current = -1;
    popup.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = popup.firstElementChild.dataset.status;
  }

  input.addEventListener("input", () => {
    typed = input.value;
    clearTimeout(timer);
    if (typed.trim().length < 2) return close();
    timer = setTimeout(ask, DELAY_MS);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !popup.hidden) {
      event.preventDefault();
      input.value = typed;
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length && !popup.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((current + 1 + step + all.length + 1) % (all.length + 1)) - 1);
    } else if (event.key === "Enter" && current >= 0 && !popup.hidden) {
      event.preventDefault();
      location.assign(all[current].dataset.href);
    }
  });
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  popup.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
}

document.querySelectorAll("form[data-search]").forEach(attach);
