package deskmatecalled;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values that were written, as they are given to a parameter. */
final class Copies {
    static Object convert(Object value, Class<?> kind) {
        if (value instanceof Number) {
            Number number = (Number) value;
            if (kind == long.class || kind == Long.class) {
                return number.longValue();
            }
            if (kind == double.class || kind == Double.class) {
                return number.doubleValue();
            }
            if (kind == float.class || kind == Float.class) {
                return number.floatValue();
            }
            if (kind == short.class || kind == Short.class) {
                return number.shortValue();
            }
            if (kind == byte.class || kind == Byte.class) {
                return number.byteValue();
            }
        }
        return copy(value, kind);
    }

    /** A copy that shares nothing, so that it is the same for the next. */
    static Object copy(Object value, Class<?> kind) {
        if (value instanceof List && kind.isAssignableFrom(ArrayList.class)) {
            List<Object> made = new ArrayList<>();
            ((List<?>) value).forEach(one -> made.add(copy(one, Object.class)));
            return made;
        }
        if (value instanceof Map && kind.isAssignableFrom(java.util.LinkedHashMap.class)) {
            return new java.util.LinkedHashMap<Object, Object>((Map<?, ?>) value);
        }
        if (value instanceof Set && kind.isAssignableFrom(java.util.LinkedHashSet.class)) {
            return new java.util.LinkedHashSet<Object>((Set<?>) value);
        }
        if (value != null && value.getClass().isArray()) {
            Object made = Array.newInstance(value.getClass().getComponentType(), Array.getLength(value));
            for (int each = 0; each < Array.getLength(value); each++) {
                Array.set(made, each, copy(Array.get(value, each), Object.class));
            }
            return made;
        }
        return value;
    }
}
