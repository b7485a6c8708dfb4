// look.mjs CHROMIUM URL TOKEN PATH... - open pages as somebody who is signed in; print, for
// each, what axe finds (WCAG 2.2 A and AA, and its best practices) and what the browser
// complains of. With SCREENSHOTS=FOLDER a picture of each is left there, and a PDF.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../build/npm/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const [executablePath, url, token, ...paths] = process.argv.slice(2);
const folder = process.env.SCREENSHOTS;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const context = await browser.newContext({ viewport: { width: 1100, height: 1400 } });
await context.addCookies([{ name: "wellgate", value: token, url, httpOnly: true, sameSite: "Lax" }]);

const seen = [];
for (const path of paths) {
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) complaints.push(message.text());
  });
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()}`));
  await page.goto(url + path);
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  const result = await new AxeBuilder({ page }).analyze();
  seen.push({
    path,
    checked: result.passes.length,
    styled: await page.evaluate(() => getComputedStyle(document.querySelector(".top")).backgroundColor !== "rgba(0, 0, 0, 0)"),
    violations: result.violations.map((each) => ({ id: each.id, help: each.help, nodes: each.nodes.map((node) => node.html.slice(0, 200)) })),
    complaints,
  });
  if (folder) {
    const name = path.replace(/\W+/g, "-") || "-";
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    await page.setViewportSize({ width: 375, height: 800 });
    await page.screenshot({ path: `${folder}/${name}-narrow.png`, fullPage: true });
    await page.pdf({ path: `${folder}/${name}.pdf`, format: "A4", preferCSSPageSize: true });
  }
  await page.close();
}
await browser.close();
console.log(JSON.stringify(seen));
