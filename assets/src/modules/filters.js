// Filter panels send themselves when a choice changes; their button stays for those who have no script.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (!form || event.target.matches("input[type=text], input[type=search], input[type=number]")) return;
  form.requestSubmit();
});

// Empty fields make no parameters, so that the address stays short enough to be shared.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  for (const field of event.target.elements) {
    if (field.name && field.value === "") {
      field.disabled = true;
      setTimeout(() => (field.disabled = false));
    }
  }
});
