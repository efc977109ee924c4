import { type Disposable, l10n, MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";

import type { Status } from "./protocol";

/** What the status bar says of the server. */
export type State = "starting" | "running" | "missing" | "stopped";

/** The item in the status bar: is the server there, which model answers, and where, and does it work? */
export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem("deskmate", StatusBarAlignment.Right, 100);
  private current: State = "starting";
  private why = "";
  private found: Status = { model: "", host: "", problem: "" };
  private running = 0;

  constructor() {
    this.item.name = "Deskmate";
    this.item.command = "deskmate.menu";
    this.draw();
    this.item.show();
  }

  /** Says whether the server runs, and if not, why. */
  state(state: State, why = ""): void {
    this.current = state;
    this.why = why;
    this.draw();
  }

  /** Says what would answer. */
  answering(found: Status): void {
    this.found = found;
    this.draw();
  }

  /** Says how many jobs run. */
  busy(jobs: number): void {
    this.running = jobs;
    this.draw();
  }

  /** How many jobs run. */
  get jobs(): number {
    return this.running;
  }

  /** All of it in a sentence. */
  get sentence(): string {
    const { model, host, problem } = this.found;
    switch (this.current) {
      case "starting":
        return l10n.t("The server is starting.");
      case "missing":
      case "stopped":
        return this.why;
      case "running":
        if (this.running > 0) {
          return l10n.t("Working. The menu has Cancel.");
        }
        if (problem || !model) {
          return problem || l10n.t("Ready.");
        }
        return host ? l10n.t("Ready: {0} on {1}.", model, host) : l10n.t("Ready: {0} on this machine.", model);
    }
  }

  dispose(): void {
    this.item.dispose();
  }

  private draw(): void {
    const wrong = this.current === "missing" || this.current === "stopped" || this.found.problem !== "";
    this.item.text = `$(${this.icon(wrong)}) ${this.found.model || "Deskmate"}`;
    this.item.backgroundColor = wrong ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.tooltip = new MarkdownString(`**Deskmate**\n\n${this.sentence}`);
    this.item.accessibilityInformation = { label: `Deskmate: ${this.sentence}` };
  }

  private icon(wrong: boolean): string {
    if (this.current === "starting" || this.running > 0) {
      return "loading~spin";
    }
    if (wrong) {
      return "warning";
    }
    return this.found.host ? "cloud" : "vm";
  }
}
