import { readFile } from "node:fs/promises";
import { devNull, homedir } from "node:os";
import * as path from "node:path";

import { workspace } from "vscode";

/**
 * The environment of whatever is started: that of VS Code, with the proxy of its settings where it names none. An
 * address without a scheme gets one, which not every program does by itself.
 */
export function environment(): NodeJS.ProcessEnv {
  const http = workspace.getConfiguration("http");
  const proxy = http.get("proxySupport") === "off" ? "" : http.get("proxy", "").trim();
  if (!proxy || Object.keys(process.env).some((name) => /^(https?|all)_proxy$/i.test(name))) {
    return { ...process.env };
  }
  const address = /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`;
  const direct = http.get<string[]>("noProxy", []).join(",");
  return { ...process.env, HTTP_PROXY: address, HTTPS_PROXY: address, ...(direct && { NO_PROXY: direct }) };
}

/** The same for uv, which is told where pip gets packages from: it reads nothing of pip's, and asks PyPI otherwise. */
export async function environmentOfUv(): Promise<NodeJS.ProcessEnv> {
  const env = environment();
  const own = await Promise.all(filesOfUv(env).map(textOf));
  if (own.some((text) => text !== "") || Object.keys(env).some((name) => /^UV_(.*INDEX|FIND_LINKS|CONFIG_FILE)/i.test(name))) {
    return env;
  }
  const texts = await Promise.all(filesOfPip(env).map(textOf));
  const entries = texts.flatMap((text) => [...text.matchAll(ENTRY)]);
  const found = new Map(entries.map(([, key = "", value = ""]) => [key.replaceAll("_", "-"), value]));
  for (const [key, name] of Object.entries(TOLD)) {
    const value = env[`PIP_${key.toUpperCase().replaceAll("-", "_")}`] ?? found.get(key);
    if (value?.trim()) {
      env[name] ??= value.trim().split(/\s+/).join(key === "find-links" ? "," : " ");
    }
  }
  return env;
}

/** What pip is told of where packages come from, and the variables that tell uv. */
const TOLD = {
  "index-url": "UV_INDEX_URL",
  "extra-index-url": "UV_EXTRA_INDEX_URL",
  "find-links": "UV_FIND_LINKS",
  "no-index": "UV_OFFLINE", // folders are read all the same
  "trusted-host": "UV_INSECURE_HOST",
  cert: "SSL_CERT_FILE",
};

/** A key of an INI file and its value, which goes on in lines that are indented. */
const ENTRY = /^([\w-]+)[ \t]*[=:][ \t]*(.*(?:\r?\n[ \t]+\S.*)*)/gm;

/** The files of pip's configuration; what a later one says wins. */
function filesOfPip(env: NodeJS.ProcessEnv): string[] {
  const named = env.PIP_CONFIG_FILE;
  if (named === devNull) {
    return [];
  }
  const home = homedir();
  const folders: Partial<Record<NodeJS.Platform, string[]>> = {
    win32: [...windows(env, "pip"), path.join(home, "pip")],
    darwin: ["/Library/Application Support/pip", path.join(home, "Library", "Application Support", "pip")],
  };
  const usual = ["/etc/xdg/pip", "/etc", path.join(home, ".pip"), path.join(config(env), "pip")];
  const file = process.platform === "win32" ? "pip.ini" : "pip.conf";
  const files = (folders[process.platform] ?? usual).map((folder) => path.join(folder, file));
  return named ? [...files, named] : files;
}

/** Those of uv's. */
function filesOfUv(env: NodeJS.ProcessEnv): string[] {
  const folders = process.platform === "win32" ? windows(env, "uv") : ["/etc/uv", path.join(config(env), "uv")];
  return folders.map((folder) => path.join(folder, "uv.toml"));
}

function windows(env: NodeJS.ProcessEnv, name: string): string[] {
  return [env.PROGRAMDATA ?? env.ProgramData, env.APPDATA].flatMap((one) => (one ? [path.join(one, name)] : []));
}

function config(env: NodeJS.ProcessEnv): string {
  return env.XDG_CONFIG_HOME ?? path.join(homedir(), ".config");
}

/** The text of a file; "" where it cannot be read. */
async function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
