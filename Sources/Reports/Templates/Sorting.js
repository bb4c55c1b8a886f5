// Tables sort by a click on a heading; headings become buttons, which the keyboard reaches. Without it all is readable.
for (const table of document.querySelectorAll("table")) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      // Numbers begin with the largest.
      const isNumber = head.classList.contains("number");
      const before = head.getAttribute("aria-sort");
      const isDescending = before === null ? isNumber : before === "ascending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
      const sign = isDescending ? -1 : 1;
      const value = row => row.cells[column].dataset.key;
      const order = (a, b) => {
        const [left, right] = [value(a), value(b)];
        // What has no value stays at the end.
        if (isNumber && (left === undefined || right === undefined)) return (left === undefined) - (right === undefined);
        return sign * (isNumber ? left - right : a.cells[column].textContent.localeCompare(b.cells[column].textContent));
      };
      body.append(...[...body.rows].sort(order));
    });
  });
}
