// Tabs wider than the screen open on the one that is shown.

for (const current of document.querySelectorAll(".m-tabs [aria-current]")) {
  const tabs = current.closest(".m-tabs");
  tabs.scrollLeft = current.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - current.offsetWidth) / 2;
}
