import { homedir } from "node:os";

import { l10n, type LogOutputChannel, workspace } from "vscode";
import {
  type ClientCapabilities,
  type InitializeParams,
  LanguageClient,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";

import type { Jobs } from "./jobs";
import { ANNOUNCED } from "./protocol";
import { SECTION, serverSettings } from "./settings";

/** A client for the server at `command`; it is not started yet. */
export function createClient(command: string, log: LogOutputChannel, jobs: Jobs): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: ["file", "untitled"].map((scheme) => ({ scheme })),
    outputChannel: log,
    initializationFailedHandler: () => false,
    middleware: {
      executeCommand: (name, given, next) => jobs.execute(name, given, next),
      handleWorkDoneProgress: (token, value, next) => {
        jobs.progress(client, token, value, () => {
          next(token, value);
        });
      },
      workspace: {
        configuration: (params, token, next) =>
          params.items.every((item) => item.section === SECTION)
            ? params.items.map(() => serverSettings())
            : next(params, token),
      },
    },
  };
  // Not in the project's folder: nothing that lies there is to be found by what the server starts.
  const server = { command, args: ["serve"], options: { cwd: homedir() } };
  const client = new Client(SECTION, l10n.t("Deskmate"), server, options);
  client.registerFeature(announcing);
  return client;
}

/** Names the workspace's folders only where the user trusts them: the server reads settings and actions there. */
class Client extends LanguageClient {
  protected override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    if (!workspace.isTrusted) {
      params.workspaceFolders = null;
      params.rootUri = null;
      params.rootPath = null;
    }
  }
}

const announcing: StaticFeature = {
  fillClientCapabilities: (capabilities: ClientCapabilities) => {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), ...ANNOUNCED };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};
