package deskmatecalled;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.Stack;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.Vector;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is made of the classes that come with Java. */
final class Library {
    static final Map<Class<?>, Function<Drawing, Object>> VALUES = new HashMap<>();
    static final Map<Class<?>, Supplier<Collection<Object>>> COLLECTIONS = new HashMap<>();
    static final Map<Class<?>, Supplier<Map<Object, Object>>> MAPS = new HashMap<>();

    static {
        VALUES.put(boolean.class, draw -> draw.next(2) == 1);
        VALUES.put(byte.class, draw -> (byte) draw.makeNumber());
        VALUES.put(short.class, draw -> (short) draw.makeNumber());
        VALUES.put(int.class, draw -> (int) draw.makeNumber());
        VALUES.put(long.class, Drawing::makeNumber);
        VALUES.put(float.class, draw -> (float) draw.makeFloat());
        VALUES.put(double.class, Drawing::makeFloat);
        VALUES.put(char.class, Drawing::makeLetter);
        for (Class<?> one : List.copyOf(VALUES.keySet())) {
            VALUES.put(java.lang.invoke.MethodType.methodType(one).wrap().returnType(), VALUES.get(one));
        }
        VALUES.put(String.class, Drawing::makeText);
        VALUES.put(CharSequence.class, Drawing::makeText);
        VALUES.put(StringBuilder.class, draw -> new StringBuilder(draw.makeText()));
        VALUES.put(StringBuffer.class, draw -> new StringBuffer(draw.makeText()));
        VALUES.put(Number.class, draw -> (int) draw.makeNumber());
        VALUES.put(Comparable.class, draw -> (int) draw.makeNumber());
        VALUES.put(Object.class, draw -> {
            int kind = draw.next(5);
            return kind < 2 ? (Object) (int) draw.makeNumber() : kind == 2 ? draw.makeText() : kind == 3 ? (Object) draw.makeFloat() : null;
        });
        VALUES.put(BigInteger.class, draw -> BigInteger.valueOf(draw.makeNumber()));
        VALUES.put(BigDecimal.class, draw -> BigDecimal.valueOf(draw.makeNumber(), draw.next(3)));
        VALUES.put(LocalDate.class, draw -> LocalDate.ofEpochDay(draw.next(30000)));
        VALUES.put(LocalTime.class, draw -> LocalTime.ofSecondOfDay(draw.next(86400)));
        VALUES.put(LocalDateTime.class, draw -> LocalDate.ofEpochDay(draw.next(30000)).atTime(draw.next(24), draw.next(60)));
        VALUES.put(Instant.class, draw -> Instant.ofEpochSecond(86400L * draw.next(30000)));
        VALUES.put(Duration.class, draw -> Duration.ofSeconds(draw.makeNumber()));
        VALUES.put(DayOfWeek.class, draw -> DayOfWeek.of(1 + draw.next(7)));
        VALUES.put(Date.class, draw -> new Date(86400000L * draw.next(30000)));
        VALUES.put(UUID.class, draw -> new UUID(draw.next(9), draw.next(9)));
        VALUES.put(Locale.class, draw -> Locale.ROOT);
        VALUES.put(OptionalInt.class, draw -> draw.next(3) == 0 ? OptionalInt.empty() : OptionalInt.of((int) draw.makeNumber()));
        VALUES.put(IntStream.class, draw -> IntStream.range(0, draw.next(8)));
        VALUES.put(InputStream.class, draw -> new ByteArrayInputStream(draw.makeText().getBytes(StandardCharsets.UTF_8)));
        VALUES.put(Reader.class, draw -> new StringReader(draw.makeText()));
        VALUES.put(BufferedReader.class, draw -> new BufferedReader(new StringReader(draw.makeText())));
        VALUES.put(Writer.class, draw -> new StringWriter());
        VALUES.put(Appendable.class, draw -> new StringBuilder());
        VALUES.put(OutputStream.class, draw -> new ByteArrayOutputStream());
        COLLECTIONS.put(Iterable.class, ArrayList::new);
        COLLECTIONS.put(Collection.class, ArrayList::new);
        COLLECTIONS.put(List.class, ArrayList::new);
        COLLECTIONS.put(ArrayList.class, ArrayList::new);
        COLLECTIONS.put(LinkedList.class, LinkedList::new);
        COLLECTIONS.put(Vector.class, Vector::new);
        COLLECTIONS.put(Stack.class, Stack::new);
        COLLECTIONS.put(Set.class, LinkedHashSet::new);
        COLLECTIONS.put(HashSet.class, HashSet::new);
        COLLECTIONS.put(LinkedHashSet.class, LinkedHashSet::new);
        COLLECTIONS.put(SortedSet.class, TreeSet::new);
        COLLECTIONS.put(TreeSet.class, TreeSet::new);
        COLLECTIONS.put(Queue.class, LinkedList::new);
        COLLECTIONS.put(Deque.class, ArrayDeque::new);
        COLLECTIONS.put(ArrayDeque.class, ArrayDeque::new);
        COLLECTIONS.put(PriorityQueue.class, PriorityQueue::new);
        MAPS.put(Map.class, LinkedHashMap::new);
        MAPS.put(HashMap.class, HashMap::new);
        MAPS.put(LinkedHashMap.class, LinkedHashMap::new);
        MAPS.put(SortedMap.class, TreeMap::new);
        MAPS.put(NavigableMap.class, TreeMap::new);
        MAPS.put(TreeMap.class, TreeMap::new);
    }

    static boolean has(Class<?> kind) {
        return VALUES.containsKey(kind) || COLLECTIONS.containsKey(kind) || MAPS.containsKey(kind)
                || kind == Optional.class || kind == Stream.class || kind == java.util.Iterator.class;
    }
}
