import { env, Uri, type Webview } from "vscode";

/** The page of a webview. No script and no style but our own, and nothing from the network: what a model or a file
 * says is only text. `data` are attributes of its body.
 */
export function page(webview: Webview, folder: Uri, script: string, title: string, data: Record<string, string> = {}): string {
  const own = webview.cspSource;
  const policy = `default-src 'none'; style-src ${own}; script-src ${own}`;
  const file = (name: string): string => webview.asWebviewUri(Uri.joinPath(folder, name)).toString();
  const attributes = Object.entries(data).map(([name, text]) => ` data-${name}="${escaped(text)}"`);
  return `<!DOCTYPE html>
<html lang="${env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${file("panel.css")}">
<title>${escaped(title)}</title>
</head>
<body data-deskmate="${script}"${attributes.join("")}>
<script src="${file(`${script}.js`)}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}
