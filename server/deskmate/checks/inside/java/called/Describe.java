package deskmatecalled;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.BaseStream;

/** A value in plain lists, of which it can be said whether they are the same. */
final class Describe {
    private static final int MOST = 2000;
    private static final int ITEMS = 100;
    private int left = MOST;
    private final Set<Object> above = Collections.newSetFromMap(new IdentityHashMap<>());

    static Object describe(Object value) {
        return new Describe().walk(value);
    }

    /** Of what gives one after the other, what it gives. */
    static Object finish(Object result) {
        Iterator<?> given = null;
        if (result instanceof BaseStream) {
            given = ((BaseStream<?, ?>) result).iterator();
        } else if (result instanceof Iterator) {
            given = (Iterator<?>) result;
        }
        if (given == null) {
            return result;
        }
        List<Object> items = new ArrayList<>();
        while (given.hasNext() && items.size() < ITEMS) {
            items.add(given.next());
        }
        return items;
    }

    static boolean isFunction(Object value) {
        return value != null && (value.getClass().isSynthetic() || value.getClass().getName().contains("$$Lambda") || value instanceof Proxy);
    }

    private Object walk(Object value) {
        if (--left < 0) {
            return "…";
        }
        if (value == null || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Double || value instanceof Float) {
            return List.of("float", Double.toString(((Number) value).doubleValue()).replace("Infinity", "inf"));
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return value;
        }
        if (value instanceof CharSequence || value instanceof Character) {
            return "\"" + value + "\"";
        }
        if (value instanceof Enum) {
            return List.of("enum", ((Enum<?>) value).name());
        }
        if (value instanceof Throwable) {
            return List.of("error", value.getClass().getName(), String.valueOf(((Throwable) value).getMessage()));
        }
        if (isFunction(value) || value instanceof Class) {
            return List.of("function");
        }
        if (!above.add(value)) {
            return "…";
        }
        try {
            return walkInside(value);
        } finally {
            above.remove(value);
        }
    }

    private Object walkInside(Object value) {
        List<Object> told = new ArrayList<>();
        if (value.getClass().isArray()) {
            told.add("list");
            for (int at = 0; at < Array.getLength(value) && left > 0; at++) {
                told.add(walk(Array.get(value, at)));
            }
            return told;
        }
        if (value instanceof Map) {
            told.add("map");
            for (Map.Entry<?, ?> one : ((Map<?, ?>) value).entrySet()) {
                List<Object> pair = new ArrayList<>();
                pair.add(walk(one.getKey()));
                pair.add(walk(one.getValue()));
                told.add(pair);
            }
            return told;
        }
        if (value instanceof Collection && isLibrary(value)) {
            told.add(value instanceof Set ? "set" : "list");
            for (Object one : (Collection<?>) value) {
                told.add(walk(one));
            }
            return told;
        }
        if (value instanceof Optional) {
            told.add("optional");
            told.add(walk(((Optional<?>) value).orElse(null)));
            return told;
        }
        if (isLibrary(value)) {
            String text = String.valueOf(value);
            return List.of(value.getClass().getName(), text.contains("@") && !(value instanceof java.io.StringWriter) ? "" : text);
        }
        Map<String, Object> fields = new TreeMap<>();
        for (Class<?> kind = value.getClass(); kind != null && kind != Object.class; kind = kind.getSuperclass()) {
            for (Field field : kind.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) {
                    continue;
                }
                try {
                    field.setAccessible(true);
                    fields.put(field.getName(), walk(field.get(value)));
                } catch (ReflectiveOperationException | RuntimeException closed) {
                    fields.put(field.getName(), "");
                }
            }
        }
        told.add(value.getClass().getName());
        told.add(fields);
        return told;
    }

    static boolean isLibrary(Object value) {
        return value.getClass().getClassLoader() != Describe.class.getClassLoader();
    }
}
