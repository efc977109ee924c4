package deskmatecalled;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of JSON as is needed here. */
final class Json {
    static String write(Object value) {
        if (value instanceof Map) {
            List<String> pairs = new ArrayList<>();
            for (Map.Entry<?, ?> one : ((Map<?, ?>) value).entrySet()) {
                pairs.add(quote(String.valueOf(one.getKey())) + ": " + write(one.getValue()));
            }
            return "{" + String.join(", ", pairs) + "}";
        }
        if (value instanceof Iterable) {
            List<String> items = new ArrayList<>();
            for (Object one : (Iterable<?>) value) {
                items.add(write(one));
            }
            return "[" + String.join(", ", items) + "]";
        }
        return value == null || value instanceof Number || value instanceof Boolean
                ? String.valueOf(value)
                : quote(value.toString());
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            if (one == '"' || one == '\\') {
                out.append('\\').append(one);
            } else if (one == '\n') {
                out.append("\\n");
            } else if (one < ' ' || one > '~') {
                out.append(String.format("\\u%04x", (int) one));
            } else {
                out.append(one);
            }
        }
        return out.append('"').toString();
    }

    /** The texts that an object has by this name: one, or a list of them. */
    static List<String> readTexts(String json, String name) {
        Matcher found = Pattern.compile(quote(name) + ": (\\[[^\\]]*\\]|\"(?:\\\\.|[^\"\\\\])*\")").matcher(json);
        List<String> texts = new ArrayList<>();
        if (found.find()) {
            Matcher one = Pattern.compile("\"((?:\\\\.|[^\"\\\\])*)\"").matcher(found.group(1));
            while (one.find()) {
                texts.add(unquote(one.group(1)));
            }
        }
        return texts;
    }

    private static String unquote(String text) {
        Matcher found = Pattern.compile("\\\\(u[0-9a-f]{4}|.)").matcher(text);
        StringBuffer out = new StringBuffer();
        while (found.find()) {
            String sign = found.group(1);
            String meant = sign.length() > 1
                    ? String.valueOf((char) Integer.parseInt(sign.substring(1), 16))
                    : sign.replace('n', '\n').replace('t', '\t');
            found.appendReplacement(out, Matcher.quoteReplacement(meant));
        }
        return found.appendTail(out).toString();
    }
}
