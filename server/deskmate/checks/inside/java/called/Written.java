package deskmatecalled;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

/** A value as it was written, which can be made one of a type. */
final class Written {
    final char kind;
    final String text;
    final List<Written> items;

    /** It is no value of a type, or might be another. */
    static final class Unfit extends RuntimeException {
    }

    Written(char kind, String text, List<Written> items) {
        this.kind = kind;
        this.text = text;
        this.items = items;
    }

    /** The first of these words, which are taken away. */
    static Written read(List<String> words) {
        String word = words.remove(0);
        char kind = word.charAt(0);
        String rest = word.substring(1);
        List<Written> items = new ArrayList<>();
        if ("scSC".indexOf(kind) >= 0) {
            byte[] letters = new byte[rest.length() / 2];
            for (int at = 0; at < letters.length; at++) {
                letters[at] = (byte) Integer.parseInt(rest.substring(2 * at, 2 * at + 2), 16);
            }
            rest = new String(letters, StandardCharsets.UTF_8);
        } else if ("ltrmo".indexOf(kind) >= 0) {
            for (int count = Integer.parseInt(rest) * (kind == 'm' ? 2 : 1); count > 0; count--) {
                items.add(read(words));
            }
        }
        return new Written(kind, rest, items);
    }

    boolean isList() {
        return kind == 'l' || kind == 't' || kind == 'm' && items.isEmpty();
    }

    private static void need(boolean fits) {
        if (!fits) {
            throw new Unfit();
        }
    }

    private static Type inner(Type type, int which) {
        Type[] all = type instanceof ParameterizedType ? ((ParameterizedType) type).getActualTypeArguments() : new Type[0];
        return which < all.length ? all[which] : Object.class;
    }

    Object make(Type type) {
        Class<?> kind = type instanceof TypeVariable ? Pool.erase(((TypeVariable<?>) type).getBounds()[0]) : Pool.erase(type);
        Class<?> whole = java.lang.invoke.MethodType.methodType(kind).wrap().returnType();
        if (this.kind == '0' && kind != Optional.class) {
            need(!kind.isPrimitive());
            return null;
        }
        if (kind == Optional.class) {
            need(this.kind == 'o' || this.kind == '0');
            return items.isEmpty() ? Optional.empty() : Optional.of(items.get(0).make(inner(type, 0)));
        }
        if (kind.isArray()) {
            Type part = type instanceof GenericArrayType ? ((GenericArrayType) type).getGenericComponentType() : kind.getComponentType();
            List<Object> made = makeAll(part);
            Object array = Array.newInstance(kind.getComponentType(), made.size());
            for (int at = 0; at < made.size(); at++) {
                Array.set(array, at, made.get(at));
            }
            return array;
        }
        if (kind == Stream.class) {
            return makeAll(inner(type, 0)).stream();
        }
        if (kind == Iterator.class) {
            return makeAll(inner(type, 0)).iterator();
        }
        if (Library.COLLECTIONS.containsKey(kind)) {
            Collection<Object> made = Library.COLLECTIONS.get(kind).get();
            made.addAll(makeAll(inner(type, 0)));
            return made;
        }
        if (Library.MAPS.containsKey(kind)) {
            Map<Object, Object> made = Library.MAPS.get(kind).get();
            makeEntries(type, made);
            return made;
        }
        Object made = Number.class.isAssignableFrom(whole) && whole != Number.class ? makeNumber(whole) : makeOther(whole);
        need(whole.isInstance(made) && !(made instanceof BaseStream));
        return made;
    }

    private List<Object> makeAll(Type part) {
        need(isList());
        List<Object> made = new ArrayList<>();
        for (Written one : items) {
            made.add(one.make(part));
        }
        return made;
    }

    private void makeEntries(Type type, Map<Object, Object> made) {
        need(kind == 'm');
        for (int at = 0; at < items.size(); at += 2) {
            made.put(items.get(at).make(inner(type, 0)), items.get(at + 1).make(inner(type, 1)));
        }
    }

    private Object makeNumber(Class<?> whole) {
        if (kind == 'c' || kind == 'C') {
            need(text.length() == 1 && whole != Double.class && whole != Float.class);
            return makeWhole(BigInteger.valueOf(text.charAt(0)), whole);
        }
        need("nNfF".indexOf(kind) >= 0);
        if (text.endsWith("nan") || text.endsWith("inf")) {
            double number = text.equals("nan") ? Double.NaN : text.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            need(whole == Double.class || whole == Float.class);
            return whole == Double.class ? (Object) number : (Object) (float) number;
        }
        BigDecimal number = new BigDecimal(text);
        if (whole == Double.class) {
            return Double.parseDouble(text);
        }
        if (whole == Float.class) {
            return Float.parseFloat(text);
        }
        return whole == BigDecimal.class ? number : makeWhole(number.toBigIntegerExact(), whole);
    }

    private static Object makeWhole(BigInteger number, Class<?> whole) {
        if (whole == Integer.class) {
            return number.intValueExact();
        }
        if (whole == Long.class) {
            return number.longValueExact();
        }
        if (whole == Short.class) {
            return number.shortValueExact();
        }
        if (whole == Byte.class) {
            return number.byteValueExact();
        }
        return number;
    }

    /** A text or a letter, or what a value is where no type is asked for. */
    private Object makeOther(Class<?> whole) {
        switch (kind) {
            case 'b':
                return text.equals("1");
            case 's':
            case 'S':
                return whole == Character.class && text.length() == 1 ? (Object) text.charAt(0) : text;
            case 'c':
            case 'C':
                return whole.isAssignableFrom(String.class) && whole != Object.class ? (Object) text : (Object) text.charAt(0);
            case 'n':
                return makeWhole(new BigInteger(text), Integer.class);
            case 'f':
                return (Double) makeNumber(Double.class);
            default:
                throw new Unfit(); // a list may be an array
        }
    }
}
