// Counts on under a bounded text while one types. Optional: the server has written the number.
document.addEventListener("input", ({ target }) => {
  const budget = target.nextElementSibling;
  if (!budget || !budget.dataset.budget) return;
  const length = [...target.value].length;
  budget.textContent = `${length} / ${budget.dataset.budget}`;
  budget.classList.toggle("over", length > budget.dataset.budget);
});
