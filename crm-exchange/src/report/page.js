'use strict';
for (const table of document.querySelectorAll('table')) {
  const headings = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  headings.forEach((heading, column) => heading.firstElementChild.addEventListener('click', () => {
    const falls = heading.getAttribute('aria-sort') === 'ascending';
    headings.forEach((other) => other.removeAttribute('aria-sort'));
    heading.setAttribute('aria-sort', falls ? 'descending' : 'ascending');
    const key = (row) => {
      const cell = row.cells[column];
      const number = cell.dataset.number;
      return number === undefined ? cell.textContent : number === '' ? null : Number(number);
    };
    const order = new Intl.Collator(document.documentElement.lang, {numeric: true}).compare;
    const compare = (one, other) => {
      const a = key(one);
      const b = key(other);
      if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
      const by = typeof a === 'number' ? a - b : order(a, b);
      return falls ? -by : by;
    };
    body.append(...[...body.rows].sort(compare));
  }));
}
