package deskmatecalled;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Values as they are written. */
final class Shown {
    private static final int WIDE = 120;

    static String plain(Object value) {
        return cut(show(value, Map.of()));
    }

    static String cut(String text) {
        text = text.replace("\n", " ");
        return text.length() <= WIDE ? text : text.substring(0, WIDE) + "…";
    }

    /** A value much as it is written; what is known of some, as these texts say. */
    static String show(Object value, Map<Object, String> texts) {
        if (value == null) {
            return "null";
        }
        if (texts.containsKey(value)) {
            return texts.get(value);
        }
        if (value instanceof Character) {
            return "'" + (value.equals('\n') ? "\\n" : value) + "'";
        }
        if (value instanceof CharSequence) {
            return Json.quote(value.toString());
        }
        if (value.getClass().isArray()) {
            List<String> items = new ArrayList<>();
            for (int each = 0; each < Array.getLength(value) && each < 50; each++) {
                items.add(show(Array.get(value, each), texts));
            }
            return "{" + String.join(", ", items) + "}";
        }
        if (value instanceof Collection && Describe.isLibrary(value)) {
            List<String> items = new ArrayList<>();
            ((Collection<?>) value).stream().limit(50).forEach(one -> items.add(show(one, texts)));
            return (value instanceof Set ? "Set.of(" : "List.of(") + String.join(", ", items) + ")";
        }
        if (value instanceof Map && Describe.isLibrary(value)) {
            List<String> items = new ArrayList<>();
            ((Map<?, ?>) value).forEach((key, one) -> items.add(show(key, texts) + ", " + show(one, texts)));
            return "Map.of(" + String.join(", ", items) + ")";
        }
        if (value instanceof Optional) {
            return ((Optional<?>) value).map(one -> "Optional.of(" + show(one, texts) + ")").orElse("Optional.empty()");
        }
        if (Describe.isFunction(value)) {
            return "a function";
        }
        if (value instanceof Enum) {
            return value.getClass().getSimpleName() + "." + ((Enum<?>) value).name();
        }
        try {
            String text = value.toString();
            if (Describe.isLibrary(value) && !text.matches(".*@[0-9a-f]+") || value instanceof Number) {
                return text;
            }
        } catch (RuntimeException own) {
            return "a " + value.getClass().getSimpleName();
        }
        return value.getClass().getSimpleName() + " " + Json.write(Describe.describe(value)).replaceAll("\\\\\"", "").replaceAll("^\\[\"[^\"]*\", (.*)\\]$", "$1");
    }
}
