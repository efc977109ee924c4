import { type Disposable, l10n, MarkdownString, StatusBarAlignment, ThemeColor, window } from "vscode";

/** What the status bar says of the server. */
export type State = "starting" | "running" | "missing" | "stopped";

/** The item in the status bar: is the server there, does it work, and which model answers? */
export class StatusBar implements Disposable {
  private readonly item = window.createStatusBarItem("deskmate", StatusBarAlignment.Right, 100);
  private current: State = "starting";
  private jobs = 0;
  private answering = "";
  private why = "";

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

  /** Says how many jobs run. */
  busy(jobs: number): void {
    this.jobs = jobs;
    this.draw();
  }

  /** Says which model answered last. */
  model(name: string): void {
    this.answering = name;
    this.draw();
  }

  dispose(): void {
    this.item.dispose();
  }

  private draw(): void {
    const wrong = this.current === "missing" || this.current === "stopped";
    const busy = this.current === "starting" || this.jobs > 0;
    const icon = wrong ? "$(warning)" : busy ? "$(loading~spin)" : "$(vm)";
    this.item.text = `${icon} ${this.answering || "Deskmate"}`;
    this.item.backgroundColor = wrong ? new ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.tooltip = this.tooltip();
    this.item.accessibilityInformation = { label: `Deskmate: ${this.sentence()}` };
  }

  private tooltip(): MarkdownString {
    const lines = [`**Deskmate**`, this.sentence()];
    return new MarkdownString(lines.join("\n\n"));
  }

  private sentence(): string {
    switch (this.current) {
      case "starting":
        return l10n.t("The server is starting.");
      case "missing":
      case "stopped":
        return this.why;
      case "running":
        return this.jobs > 0 ? l10n.t("Working; click to cancel.") : l10n.t("Ready, on this machine.");
    }
  }
}
