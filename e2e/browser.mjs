// See browser.sh.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { serve } from "./hostile.mjs";

const storywire = process.env.STORYWIRE;
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.SHOTS || "shots";
fs.mkdirSync(shots, { recursive: true });

const started = [];
process.on("exit", () => started.forEach((p) => p.kill("SIGKILL")));

// start runs storywire and returns the address it prints.
function start(...args) {
  const child = spawn(storywire, args, { stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  return new Promise((resolve, reject) => {
    child.stdout.once("data", (line) => resolve(String(line).split("\n")[0]));
    child.once("exit", (code) => reject(new Error(`storywire ended with ${code}`)));
  });
}

async function until(what, probe, seconds = 90) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await new Promise((r) => setTimeout(r, 300))) {
    const got = await probe();
    if (got) return got;
  }
  throw new Error("timed out: " + what);
}

const json = async (address) => (await fetch(address)).json();

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

// open makes a tab that fails the test for whatever a page must not do.
async function open(base, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const wrong = [];
  page.on("dialog", (d) => { wrong.push("dialog " + d.message()); d.dismiss(); });
  page.on("pageerror", (e) => wrong.push("error " + e.message));
  page.on("console", (m) => { if (/Content Security Policy|Refused to/i.test(m.text())) wrong.push(m.text()); });
  page.on("request", (r) => { if (!r.url().startsWith(base) && !r.url().startsWith("data:")) wrong.push("asks " + r.url()); });
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => addEventListener("securitypolicyviolation", (e) => console.log("Content Security Policy", e.violatedDirective, e.blockedURI)));
  }
  page.fine = () => assert.deepEqual(wrong, []);
  page.done = async () => { page.fine(); await context.close(); };
  return page;
}

// look checks a page as it stands: nothing wider than the window, nothing axe
// finds, nothing forbidden.
async function look(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} pixels too wide`);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await axe.run()).violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(" | ")}`));
  assert.deepEqual(found, [], name);
  page.fine();
}

const demo = await start("demo", "--listen", "127.0.0.1:0", "--span", "25s");
const stories = async () => (await json(demo + "api/v1/stories?limit=200")).stories;
const followed = () => stories().then((all) => all.find((s) => s.followed && s.revision > 0));

// A page that is open while its story moves says so.
{
  const story = await until("a revision", followed);
  const page = await open(demo);
  await page.goto(story.url);
  await page.locator(".updated").waitFor({ state: "visible", timeout: 60000 });
  await page.locator(".updated a").click();
  await page.locator("h1").waitFor();
  await page.done();
  console.log("an open page is told of a revision");
}
const main = await until("the sample to pass", () => followed().then((s) => s && s.articles >= 25 && s));
const address = new URL(main.url).pathname.slice(1);

// Every page, at both widths, light and dark.
for (const width of [375, 1280]) {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(demo, { viewport: { width, height: 900 }, colorScheme });
    for (const [name, path] of Object.entries({
      stories: "", found: "?q=strait", none: "?q=nothing-like-it", filtered: "?since=week&outlet=Tern+Coast+Herald", category: "c/world/", story: address,
      revision: address + "/r/2", diff: address + "/diff", feeds: "feeds", follow: "follow", preview: "follow?words=Sarn+Strait+talks",
      refused: "follow?words=the", settings: "settings", webhooks: "webhooks", login: "login", missing: "nope",
    })) {
      await page.goto(demo + path);
      await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
      await look(page, `${name} at ${width}, ${colorScheme}`);
    }
    await page.done();
  }
}
console.log("every page is in order, at both widths, light and dark");

// By keyboard alone: past the navigation, and to a source and back.
{
  const page = await open(demo);
  await page.goto(main.url);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.locator(".cite").first().focus();
  await page.keyboard.press("Enter");
  assert.match(page.url(), /#source-\d+$/);
  await page.goBack();
  assert.match(page.url(), /#main$/);
  await page.done();
}

// What a person can do, with scripts and without.
for (const javaScriptEnabled of [true, false]) {
  const page = await open(demo, { javaScriptEnabled });
  const done = async (text) => { await page.locator(".done", { hasText: text }).first().waitFor(); page.fine(); };
  const others = (await stories()).filter((s) => !s.query && !s.followed);
  const [story, other, big] = [others[0], others[1], others.toSorted((a, b) => b.articles - a.articles).find((s) => ![others[0].id, others[1].id].includes(s.id))];

  await page.goto(demo + "follow");
  await page.fill("#words", "Skylark comet probe");
  if (javaScriptEnabled) {
    await page.locator("#preview li").first().waitFor(); // while it is written
  } else {
    await page.click("button >> text=Preview");
    await page.locator("#preview li").first().waitFor();
  }
  await page.locator("button", { hasText: "Follow" }).click();
  await done("You follow this story");
  await page.locator("button", { hasText: "Unfollow" }).click();
  await done("no longer follow");

  const at = async (s) => { await page.goto(demo + "s/" + s.id); };
  const unfold = async (heading) => page.locator("summary", { hasText: heading }).click();
  await at(story);
  await page.locator("button", { hasText: /^Follow$/ }).click();
  await done("You follow this story");
  await unfold("Mend this story");
  await page.fill("#title", "A <b>name</b> given by a person");
  await page.click("text=Rename");
  await done("The story is renamed");
  assert.equal(await page.locator("h1").textContent(), "A <b>name</b> given by a person");
  await unfold("Mend this story");
  await page.fill("#into", demo + "s/" + other.id);
  await page.click("text=Merge into that story");
  await done("The stories are one now");
  assert.ok(page.url().includes("/s/" + other.id));
  assert.ok((await fetch(story.feeds.atom)).redirected, "a merged story's feed does not redirect");

  await at(big);
  await unfold("Why these articles are here");
  await page.locator("[name=article]").first().check();
  await page.click("text=are a story of their own");
  await done("a story of their own now");
  const apart = page.url().split("?")[0];
  await unfold("Why these articles are here");
  await page.locator("[name=article]").first().check();
  await page.fill("#to", other.id);
  await page.click("button >> text=Move");
  await done("were moved");
  await at(big);
  await unfold("Why these articles are here");
  await page.locator("[name=article]").first().check();
  await page.click("text=are not this story");
  await done("were taken out");
  assert.ok(!page.url().startsWith(apart));

  await page.goto(apart);
  await unfold("Mend this story");
  await page.check("#sure");
  await page.click("text=Delete this story");
  await done("The story is deleted");
  assert.equal((await page.goto(apart)).status(), 410);
  assert.equal((await fetch(apart + "/feed.atom")).status, 410);

  await page.goto(demo + address + "/diff");
  await page.fill("#from", "1");
  await page.click("button >> text=Compare");
  assert.match(page.url(), /from=1&to=/);
  assert.ok(await page.locator("ins").count() > 0);

  const { feeds } = await json(demo + "api/v1/feeds");
  await page.goto(demo + "feeds");
  await page.locator(`button[aria-label^="Stop polling"]`).first().click();
  await done("no longer polled");
  const left = (await json(demo + "api/v1/feeds")).feeds;
  const gone = feeds.find((f) => !left.some((l) => l.id === f.id));
  await page.fill("#address", gone.url);
  await page.click("button >> text=Add feed");
  await done("polled from now on");
  await page.fill("#address", demo); // our own site, which offers feeds
  await page.click("button >> text=Add feed");
  assert.ok(await page.getByText("offers several feeds").count() + await page.locator(".done").count() > 0);
  await page.goto(demo + "feeds");
  await unfold("Import and export");
  const [download] = await Promise.all([page.waitForEvent("download").catch(() => null), page.locator("text=Export as OPML").click().catch(() => {})]);
  const opml = download ? fs.readFileSync(await download.path()) : Buffer.from(await (await fetch(demo + "feeds.opml")).text());
  assert.match(String(opml), /<opml/);
  await page.goto(demo + "feeds");
  await unfold("Import and export");
  await page.setInputFiles("#file", { name: "feeds.opml", mimeType: "text/x-opml", buffer: opml });
  await page.click("button >> text=Import");
  await done("were there already");

  await page.goto(demo);
  await page.fill("#q", "strait");
  await page.click("button >> text=Search");
  assert.match(await page.locator("h1").textContent(), /mention “strait”/);
  await page.done();
  console.log("everything can be done", javaScriptEnabled ? "with scripts" : "without scripts");
}

// Hostile articles, on a daemon that asks for a password.
{
  const outlets = await serve();
  fs.writeFileSync("hostile.toml", `database = "hostile.db"\nfeeds = ""\nlisten = "127.0.0.1:0"\n[access]\nloopback = false\n[poll]\nmin_interval = "0s"\ninterval = "1s"\n[story]\nsettle = "1s"\nmin_interval = "0s"\n[log]\nlevel = "error"\n`);
  const run = (input, ...args) => String(execFileSync(storywire, ["--config", "hostile.toml", ...args], { input }));
  run("tide table gull rope\n", "password");
  run("", "follow", "Nordhavn tunnel fire");
  const base = await start("--config", "hostile.toml");
  const page = await open(base);
  await page.goto(base + "feeds");
  assert.equal(await page.locator("#address").count(), 0, "a stranger may add feeds");
  await page.goto(base + "settings");
  assert.match(await page.locator("h1").textContent(), /Not Found/);
  await page.goto(base + "feeds");
  await page.click("text=Log in");
  await page.fill("#password", "a guess that fails");
  await page.click("button >> text=Log in");
  await page.locator(".wrong").waitFor();
  await look(page, "a failed log-in");
  await page.fill("#password", "tide table gull rope");
  await page.click("button >> text=Log in");
  assert.equal(page.url(), base + "feeds");
  for (const site of [outlets.address + "/courier", outlets.address + "/"]) { // a feed, and a page that offers one
    await page.fill("#address", site);
    await page.click("button >> text=Add feed");
    await page.locator(".done").waitFor();
  }
  const story = await until("hostile articles in a story", async () => (await json(base + "api/v1/stories?followed=true")).stories.find((s) => s.revision > 0 && s.articles > 20));
  for (const width of [375, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of ["", "feeds", "settings", "s/" + story.id, `s/${story.id}/r/1`, `s/${story.id}/diff`, "follow?words=Nordhavn+tunnel+fire", "?q=%3Cscript%3Ealert(1)%3C/script%3E"]) {
      await page.goto(base + path);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
      await look(page, `hostile ${path} at ${width}`);
      const odd = await page.evaluate(() => [...document.querySelectorAll("script:not([src*='/static/']):not([type='application/ld+json']), iframe, object, embed, base, meta[http-equiv], main img, main style, main link")].map((e) => e.outerHTML)
        .concat([...document.querySelectorAll("a[href]")].map((a) => a.protocol).filter((p) => !/^https?:$/.test(p)))
        .concat([...document.querySelectorAll("*")].flatMap((e) => [...e.attributes].filter((a) => a.name.startsWith("on") || a.name === "style").map((a) => a.name))));
      assert.deepEqual(odd, [], path);
      assert.ok((await page.content()).length < 500000, path + " is long");
    }
  }
  await page.goto(base);
  for (const path of ["feed.atom", "feed.rss", `s/${story.id}/feed.atom`, `s/${story.id}/feed.rss`, "stories.opml", `s/${story.id}/feed.atom?mode=living`]) {
    const fault = await page.evaluate(async (path) => {
      const text = await (await fetch(path)).text();
      const xml = new DOMParser().parseFromString(text, "text/xml").querySelector("parsererror");
      const html = new DOMParser().parseFromString(new DOMParser().parseFromString(text, "text/xml").documentElement.textContent, "text/html");
      const odd = [...html.querySelectorAll("script, img, iframe, object, svg, form, style, link, meta[http-equiv], [style], [onerror], [onload]")].map((e) => e.outerHTML);
      return [xml?.textContent, ...odd, text.length > 500000 ? "long" : null].filter(Boolean);
    }, "/" + path);
    assert.deepEqual(fault, [], path);
  }
  await page.click("button >> text=Log out");
  await page.goto(base + "feeds");
  assert.equal(await page.locator("#address").count(), 0, "logged out, but still let in");
  await page.done();
  outlets.close();
  console.log("hostile articles are harmless");
}
await browser.close();
process.exit(0);
