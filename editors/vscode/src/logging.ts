import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import type { LogOutputChannel } from "vscode";

/** Passes on what the server logs, line by line, each at its own level; `deskmate.log.level` says what it logs. */
export function logLines(input: Readable, log: LogOutputChannel): void {
  createInterface(input).on("line", (line) => {
    switch (/^\S+ \S+ ([A-Z]+) /.exec(line)?.[1]) {
      case "DEBUG":
        log.debug(line);
        break;
      case "INFO":
        log.info(line);
        break;
      case "WARNING":
        log.warn(line);
        break;
      default:
        log.error(line); // an error, or what is no line of the log at all, such as a traceback
    }
  });
}
