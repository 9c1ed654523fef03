// Filter panels send themselves when a choice changes; their button stays for those who have no script.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-filters]");
  if (!form || event.target.matches("input[type=text], input[type=search], input[type=number]")) return;
  form.requestSubmit();
});

// Empty fields make no parameters, so that the address stays short enough to be shared.
document.addEventListener("formdata", ({ target, formData }) => {
  if (!target.matches("form[data-filters]")) return;
  for (const name of new Set(formData.keys())) {
    const said = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    for (const value of said) formData.append(name, value);
  }
});
