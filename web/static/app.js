// What makes pages a little livelier. Everything works without it.
"use strict";

// A story's open page says when there is a new revision; it does not reload by
// itself under a reader.
const story = document.querySelector("[data-live]");
if (story && "EventSource" in window) {
  const events = new EventSource(story.dataset.live);
  events.addEventListener("revision", (event) => {
    if (Number(event.data) > Number(story.dataset.revision)) {
      document.querySelector(".updated").hidden = false;
      events.close();
    }
  });
  addEventListener("pagehide", () => events.close());
}

// The follow form shows what it would catch while it is written.
const form = document.querySelector("form[data-preview]");
if (form) {
  let timer, asked;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (name !== "form") query.set(name, value);
      asked?.abort();
      asked = new AbortController();
      try {
        const answer = await fetch(form.dataset.preview + "?" + query, { signal: asked.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.getElementById("preview").replaceWith(page.getElementById("preview"));
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }, 600);
  });
}
