() => {
  const show = (id) => {
    const card = document.getElementById(id);
    if (!card) return false;
    const group = card.closest("details");
    if (group) group.open = true;
    document.querySelectorAll(".ibid-lit").forEach((one) => one.classList.remove("ibid-lit"));
    card.classList.add("ibid-lit");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    card.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
    card.focus({ preventScroll: true });
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('a[href*="#cite-"]');
    if (link && show(link.getAttribute("href").split("#")[1])) event.preventDefault();
  });

  let wantsFocus = false;
  const question = () => document.querySelector("#ibid-question textarea");
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target === question()) wantsFocus = true;
  });
  document.addEventListener("pointerdown", () => { wantsFocus = false; });
  new MutationObserver(() => {
    const field = question();
    if (field && !field.placeholder) field.placeholder = "Ask the articles a question";
    if (wantsFocus && field && !field.disabled && document.activeElement === document.body) field.focus();
  }).observe(document.body, { attributes: true, childList: true, subtree: true });
}
