import { workspace } from "vscode";

import manifest from "../package.json";

/** The section under which both VS Code and the server keep Deskmate's settings. */
export const SECTION = "deskmate";

/**
 * What the server is sent: only what somebody has set. VS Code's defaults stay here, or they would
 * win over the user's own settings.toml; so does what a project sets of the settings that decide
 * what runs or where code is sent, and all that a folder sets which the user does not trust.
 */
export function serverSettings(): Record<string, unknown> {
  const configuration = workspace.getConfiguration();
  const given: Record<string, unknown> = {};
  for (const [key, { scope }] of SERVER_SETTINGS) {
    const set = configuration.inspect(key);
    const byProject = set?.workspaceFolderValue ?? set?.workspaceValue;
    const project = scope === "window" && workspace.isTrusted && byProject !== undefined;
    if (project || set?.globalValue !== undefined) {
      given[key.slice(SECTION.length + 1)] = project ? byProject : set?.globalValue;
    }
  }
  return given;
}

/** A setting of this extension alone. */
export function setting<T>(key: string, otherwise: T): T {
  return workspace.getConfiguration(SECTION).get(key, otherwise);
}

interface Property {
  scope?: string;
}

/** generate_manifest.py writes every section after the first, which is the extension's own. */
const SERVER_SETTINGS = manifest.contributes.configuration
  .slice(1)
  .flatMap((section) => Object.entries(section.properties as Record<string, Property>));
