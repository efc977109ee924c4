import { type ExtensionContext, window } from "vscode";

import { createClient } from "./client";
import { Jobs } from "./jobs";
import { findServer } from "./server";
import { StatusBar } from "./status";

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("Deskmate", { log: true });
  const status = new StatusBar();
  const jobs = new Jobs(status);
  const found = await findServer("/nowhere");
  if (!found.command) return;
  const client = createClient(found.command, log, jobs);
  await client.start();
  status.state("running");
  context.subscriptions.push(client);
}
