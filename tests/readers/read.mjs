// Tells, for each line {"form", "text"}, what readers make of the text, in a line of JSON.
import { createInterface } from "node:readline";
import jsYaml from "js-yaml";
import { parse } from "yaml";

const READERS = {
  json: [JSON.parse],
  yaml: [(text) => parse(text), (text) => jsYaml.load(text)],
};

for await (const line of createInterface({ input: process.stdin })) {
  const { form, text } = JSON.parse(line);
  const read = READERS[form].map((one) => {
    try {
      return { value: one(text) };
    } catch (error) {
      return { error: String(error) };
    }
  });
  console.log(JSON.stringify(read));
}
