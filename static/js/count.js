/* How many characters are left in a box, in words beside it. The server counts for itself. */
(() => {
  "use strict";
  const number = new Intl.NumberFormat(document.documentElement.lang);

  document.querySelectorAll("[data-count]").forEach((words) => {
    const box = document.getElementById(words.dataset.count);
    const most = Number(words.dataset.most);
    let waiting;
    const say = () => {
      const left = most - [...box.value.trim()].length;
      const label = left < 0 ? words.dataset.over : words.dataset.left;
      words.textContent = `${label}: ${number.format(Math.abs(left))}`;
      words.classList.toggle("over", left < 0);
    };
    box.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(say, 300); // a screen reader hears it when the typing pauses
    });
    say();
  });
})();
