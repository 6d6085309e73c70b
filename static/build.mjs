// Compiles the style sheet and copies what the browser needs out of the installed packages into static/build.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";
import * as sass from "sass";

const here = path.dirname(fileURLToPath(import.meta.url));
const packages = path.join(here, "..", "node_modules");
const out = path.join(here, "build");

const subsets = ["vietnamese", "latin-ext", "latin"];
const weights = [400, 600];
const scripts = [
  ["htmx.org/dist/htmx.min.js", "htmx.js"],
  ["tus-js-client/dist/tus.min.js", "tus.js"],
];

function compileStyles() {
  const { css } = sass.compile(path.join(here, "scss", "site.scss"), {
    loadPaths: [packages, path.join(here, "scss")],
    style: "compressed",
    quietDeps: true,
  });
  return css;
}

const css = compileStyles();
await rm(out, { recursive: true, force: true });
for (const folder of ["css", "fonts", "js"]) {
  await mkdir(path.join(out, folder), { recursive: true });
}
await writeFile(path.join(out, "css", "site.css"), css);
for (const weight of weights) {
  for (const subset of subsets) {
    const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
    await cp(path.join(packages, "@fontsource/be-vietnam-pro/files", name), path.join(out, "fonts", name));
  }
}
for (const [from, to] of scripts) {
  // A source map that is not shipped would stop collectstatic's hashed storage.
  const text = await readFile(path.join(packages, from), "utf8");
  await writeFile(path.join(out, "js", to), text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
}
console.log(`static/build: ${Math.round(css.length / 1024)} KiB of CSS, ${weights.length * subsets.length} fonts, ${scripts.length} scripts`);
