// Two outlets whose articles try everything, on one affair so that they meet in
// a story. What they say is ours.
import http from "node:http";

const xss = [
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>", "</title><script>alert(1)</script>",
  "</style><script>alert(1)</script>", "<a href=javascript:alert(1)>x</a>", "<iframe src=javascript:alert(1)></iframe>",
  "<math><mi xlink:href=javascript:alert(1)>x</mi></math>", "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "<template><script>alert(1)</script></template>", "{{.Secret}} ${alert(1)} #{alert(1)}", "]]><script>alert(1)</script>",
  "<base href=//evil.example/>", "<form action=//evil.example><button>go", "<meta http-equiv=refresh content=0;url=//evil.example>",
  "<link rel=stylesheet href=//evil.example/x.css>", "<object data=//evil.example></object>", "<!--<img src=x onerror=alert(1)>-->",
  "<p style=background:url(//evil.example/x)>styled</p>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
  "\u202egnol ton si sihT\u202c", "\u2066hidden\u2069", "\u200bzero\u200bwidth\u200b", "z\u0335\u0321\u0322a\u0337l\u0336g\u0334o\u0338".repeat(40),
  "wide " + "\u{1F4F0}".repeat(60), "\u0000null\u0007bell\u001b[31mred",
];
const links = ["javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "https://\u0430pple.example/", "https://good.example@evil.example/", "//evil.example/", "vbscript:x", "https://courier.example/\"onmouseover=\"alert(1)"];

const escape = (s) => s.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function feed(outlet, now) {
  const items = [];
  const add = (n, title, html, link) => items.push(`<item><guid isPermaLink="false">${outlet}-${n}</guid><title>${escape(title)}</title>
<link>${escape(link)}</link><pubDate>${new Date(now - n * 60000).toUTCString()}</pubDate><description>${escape(html)}</description></item>`);
  xss.forEach((attack, n) => add(n, `Nordhavn tunnel fire ${n}: ${attack}`,
    `<p>The Nordhavn tunnel fire hurt ${n + 2} drivers of ${outlet} street on Monday, ${attack} said the harbour office.</p>`, links[n % links.length] + (n >= links.length ? n : "")));
  add(90, "Nordhavn tunnel fire " + "x".repeat(1 << 20), `<p>The Nordhavn tunnel stays shut, ${"very ".repeat(50000)}long.</p>`, "https://courier.example/long");
  add(91, "", "<p>Nordhavn tunnel fire without a title.</p>", "");
  return `<?xml version="1.0"?><rss version="2.0"><channel><title>${escape(outlet + " <script>alert(1)</script>")}</title><link>javascript:alert(1)</link><description>x</description>${items.join("\n")}</channel></rss>`;
}

// serve answers /courier and /herald with feeds and / with a page that offers
// the first. It returns the address.
export async function serve() {
  const now = Date.now();
  const server = http.createServer((request, answer) => {
    if (request.url === "/") {
      answer.setHeader("Content-Type", "text/html");
      answer.end('<!doctype html><link rel="alternate" type="application/rss+xml" href="/herald"><h1>A site</h1>');
      return;
    }
    answer.setHeader("Content-Type", "application/rss+xml; charset=utf-8");
    answer.end(feed(request.url.slice(1), now));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
