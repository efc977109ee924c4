import { homedir } from "node:os";

import { CancellationTokenSource, type LogOutputChannel, workspace } from "vscode";
import {
  type ApplyWorkspaceEditResult,
  type ClientCapabilities,
  type InitializeParams,
  LanguageClient,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";

import type { Consent } from "./consent";
import { environment } from "./environment";
import { withWords } from "./instruction";
import type { Jobs } from "./jobs";
import { logLines } from "./logging";
import type { Panel } from "./panel";
import type { Preview } from "./preview";
import { near, type Problems } from "./problems";
import { ANNOUNCED } from "./protocol";
import { SECTION, serverSettings } from "./settings";

/** What shows the user what the server does. */
export interface Parts {
  /** Told when the server has its settings, at the start and after each change. */
  readonly configured: () => void;
  readonly consent: Consent;
  readonly jobs: Jobs;
  readonly panel: Panel;
  readonly preview: Preview;
  readonly problems: Problems;
}

/** A client for the server at `command`; it is not started yet. */
export function createClient(command: string, log: LogOutputChannel, { configured, jobs, preview, problems }: Parts): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: ["file", "untitled"].map((scheme) => ({ scheme })),
    outputChannel: log,
    stdioOptions: { stdout: logLines, stderr: logLines },
    initializationFailedHandler: () => false,
    middleware: {
      executeCommand: (name, given, next) => jobs.execute(name, given, next),
      handleWorkDoneProgress: (token, value, next) => {
        jobs.progress(client, token, value, () => {
          next(token, value);
        });
      },
      provideCodeActions: async (document, range, context, token, next) => {
        const told = { ...context, diagnostics: near(document.uri, range.start.line) };
        const offered = (await next(document, range, told, token)) ?? [];
        const words = withWords(offered, context.only);
        return words ? [...offered, words] : offered;
      },
      workspace: {
        handleApplyEdit: (params, next) =>
          preview.handle(params, async (given) => {
            problems.note(given);
            return (await next(given, NEVER)) as ApplyWorkspaceEditResult;
          }),
        configuration: (params) => {
          setImmediate(configured); // after the answer
          return params.items.map(({ section }) => (section === SECTION ? serverSettings() : null));
        },
      },
    },
  };
  // Not in the project's folder: nothing that lies there is to be found by what the server starts.
  const server = { command, args: ["serve"], options: { cwd: homedir(), env: environment() } };
  const client = new Client(SECTION, "Deskmate", server, options);
  client.registerFeature(announcing);
  return client;
}

/** For what nobody can cancel but has to be given a token. */
const NEVER = new CancellationTokenSource().token;

/** Names the workspace's folders only where the user trusts them: the server reads settings and actions there. */
class Client extends LanguageClient {
  protected override fillInitializeParams(params: InitializeParams): void {
    super.fillInitializeParams(params);
    if (!workspace.isTrusted) {
      params.workspaceFolders = null;
      // Older names of the same, which TypeScript may only be told of like this: they are deprecated.
      Object.assign(params, { rootUri: null, rootPath: null });
    }
  }
}

const announcing: StaticFeature = {
  fillClientCapabilities: (capabilities: ClientCapabilities) => {
    const deskmate = { ...ANNOUNCED, trusted: workspace.isTrusted };
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), deskmate };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};
