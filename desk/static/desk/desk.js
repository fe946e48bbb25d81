/* Keeps the desk's pages up to date. What is marked data-live is fetched again and again and changed in place: nodes stay
   what they are, so focus, selection and scrolling survive. Whoever stops getting news is told so. */
(() => {
  "use strict";

  const LATE_MS = 3000;
  const PATIENCE_MS = 5000;
  const CHARTS_MS = 30000;

  const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.getAttribute("data-key") : null);
  const alike = (have, want) => have.nodeName === want.nodeName && keyOf(have) === keyOf(want);

  function renew(have, want) {
    if (have.nodeType !== Node.ELEMENT_NODE) {
      if (have.nodeValue !== want.nodeValue) have.nodeValue = want.nodeValue;
      return;
    }
    for (const { name } of [...have.attributes]) if (!want.hasAttribute(name)) have.removeAttribute(name);
    for (const { name, value } of want.attributes) if (have.getAttribute(name) !== value) have.setAttribute(name, value);
    renewChildren(have, want);
  }

  function renewChildren(have, want) {
    let at = have.firstChild;
    for (const next of [...want.childNodes]) {
      let same = at && alike(at, next) ? at : null;
      if (!same && keyOf(next)) same = [...have.children].find((one) => alike(one, next)) || null;
      if (same) {
        if (same === at) at = at.nextSibling;
        else have.insertBefore(same, at);
        renew(same, next);
      } else {
        have.insertBefore(next, at);
      }
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  }

  const clock = (moment) => `${moment.toISOString().slice(11, 19)} UTC`;

  class Live {
    constructor(element) {
      this.element = element;
      this.status = document.querySelector("[data-status]");
      this.clock = document.querySelector("[data-clock]");
      this.heardAt = new Date();
      this.busy = false;
      setInterval(() => this.tick(), Number(element.dataset.every));
      document.addEventListener("visibilitychange", () => this.tick());
      this.tick();
    }

    async tick() {
      this.tellAge();
      if (this.busy || document.hidden) return;
      this.busy = true;
      try {
        await this.fetch();
      } catch (error) {
        this.trouble = error.message;
      } finally {
        this.busy = false;
        this.tellAge();
      }
    }

    async fetch() {
      const answer = await fetch(this.element.dataset.live, {
        headers: { Accept: "text/html" },
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
        this.heardAt = new Date(Math.min(this.heardAt, Date.now() - LATE_MS - 1));
        throw new Error("you are not signed in any more");
      }
      if (!answer.ok) throw new Error(`the venue answers ${answer.status}`);
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      renewChildren(this.element, fresh.content);
      this.heardAt = new Date();
      this.trouble = "";
    }

    tellAge() {
      if (!this.status || document.hidden) return;
      const late = Date.now() - this.heardAt.getTime() > LATE_MS;
      // Said aloud when it changes; the time, which always does, is for the eyes.
      const text = late ? `Not up to date${this.trouble ? `: ${this.trouble}` : ""}` : "Live";
      if (this.status.textContent !== text) this.status.textContent = text;
      this.clock.textContent = late ? `The last news is of ${clock(this.heardAt)}` : clock(this.heardAt);
      this.status.classList.toggle("desk-late", late);
    }
  }

  async function renewCharts(section) {
    if (document.hidden || !window.Chart) return;
    const answer = await fetch(section.dataset.charts, { redirect: "manual" });
    if (!answer.ok) return;
    for (const { name, data } of (await answer.json()).charts) {
      const canvas = section.querySelector(`[data-chart="${name}"] canvas`);
      const chart = canvas && Chart.getChart(canvas);
      if (!chart) continue;
      chart.data = data;
      chart.update("none");
    }
  }

  function awaitWord(input) {
    const button = input.form.querySelector("[type=submit]");
    const look = () => {
      button.disabled = input.value.trim().toLowerCase() !== input.dataset.word.toLowerCase();
    };
    input.addEventListener("input", look);
    input.form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
    look();
    if (input.autofocus) input.focus();
  }

  document.querySelectorAll("[data-live]").forEach((element) => new Live(element));
  document.querySelectorAll("[data-charts]").forEach((section) => {
    setInterval(() => renewCharts(section).catch(() => undefined), CHARTS_MS);
  });
  document.querySelectorAll("[data-word]").forEach(awaitWord);
})();
