// A click on a head sorts by its column, a second one the other way round.
for (const button of document.querySelectorAll("th button")) {
  let way = 1;
  button.addEventListener("click", () => {
    const head = button.parentElement;
    const value = row => row.cells[head.cellIndex].textContent;
    const number = head.classList.contains("n");
    const order = (a, b) => (number ? value(a) - value(b) : value(a).localeCompare(value(b)));
    const body = head.closest("table").tBodies[0];
    const sorted = [...body.rows].sort((a, b) => way * order(a, b));
    body.append(...sorted);
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", way > 0 ? "ascending" : "descending");
    way = -way;
  });
}
