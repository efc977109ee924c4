import { ProgressLocation, window } from "vscode";

import { placeOfProgress } from "./notices";

/** Something that takes a while, as the user sees it. */
export interface Shown {
  report(message: string): void;
  end(): void;
}

/**
 * Shows progress until it is ended: beside the user's work with a Cancel button, or `quietly` in
 * the status bar. What ends at once is never shown, for a message that flashes up only disturbs.
 */
export function showProgress(title: string, quietly: boolean, cancel: () => void): Shown {
  let latest = "";
  let report = (message: string): void => {
    latest = message;
  };
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begin = setTimeout(() => {
    const location = quietly ? ProgressLocation.Window : placeOfProgress();
    const options = { location, title, cancellable: !quietly };
    void window.withProgress(options, (progress, token) => {
      token.onCancellationRequested(cancel);
      report = (message): void => {
        progress.report({ message });
      };
      report(latest);
      return ended;
    });
  }, PATIENCE);
  return {
    report: (message) => {
      report(message);
    },
    end: () => {
      clearTimeout(begin);
      end();
    },
  };
}

/** Milliseconds in which something may end without having been shown. */
const PATIENCE = 300;
